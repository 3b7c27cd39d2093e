using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>A long-running operation to be polled: where the answer's headers point.</summary>
/// <param name="Id">The operation's id; also becomes <c>x-ms-request-id</c>. Use <see cref="ArmRequest.RequestId"/>.</param>
/// <param name="Location">The resource's normalised region, part of the polling URL.</param>
public sealed record ArmOperation(Guid Id, string Location);

/// <summary>What a handler answers. Headers, error envelope and polling URLs are added by the conventions.</summary>
public abstract record ArmResult
{
    private ArmResult() { }

    /// <summary>200. With an operation: <c>Azure-AsyncOperation</c> and <c>Retry-After</c>.</summary>
    /// <param name="ETagHeader">Set only for types whose GET carries the header (route filters, ports, virtual networks).</param>
    public sealed record Ok(ArmBody Body, ArmOperation? Operation = null, Guid? ETagHeader = null) : ArmResult;

    /// <summary>201, a resource that was not there before.</summary>
    public sealed record Created(ArmBody Body, ArmOperation? Operation = null) : ArmResult;

    /// <summary>
    /// 202. After DELETE both <c>Azure-AsyncOperation</c> and <c>Location</c>, empty body; after POST <c>Location</c> only and the body <c>null</c>.
    /// </summary>
    public sealed record Accepted(ArmOperation Operation) : ArmResult;

    /// <summary>202 with a <c>Location</c> of the handler's own; resource groups are deleted so.</summary>
    public sealed record AcceptedAt(string PathAndQuery, int RetryAfterSeconds = 1) : ArmResult;

    /// <summary>200 without a body.</summary>
    public sealed record Empty : ArmResult;

    /// <summary>204.</summary>
    public sealed record NoContent : ArmResult;

    /// <summary>An error. Status from the refusal's kind; body in the form of the namespace.</summary>
    /// <param name="Gateway">True when the front door speaks, not the provider: no <c>details</c>, and <c>x-ms-failure-cause: gateway</c>.</param>
    public sealed record Refused(Refusal Refusal, bool Gateway = false) : ArmResult
    {
        /// <summary>Status to answer with when the kind's own is not the right one.</summary>
        public int? Status { get; init; }

        /// <summary>Seconds, for 429 and 503.</summary>
        public int? RetryAfter { get; init; }
    }

    /// <summary>200 with a body of a contract.</summary>
    public static ArmResult Of<T>(T value, JsonTypeInfo<T> contract) => new Ok(ArmBody.Of(value, contract));

    /// <summary>The HTTP status of a refusal that says none of its own.</summary>
    public static int StatusOf(RefusalKind kind) =>
        kind switch
        {
            RefusalKind.Invalid => StatusCodes.Status400BadRequest,
            RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            RefusalKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
            RefusalKind.Throttled => StatusCodes.Status429TooManyRequests,
            RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };

    public static ArmResult Refuse(Refusal refusal) => new Refused(refusal);

    public static implicit operator ArmResult(Refusal refusal) => new Refused(refusal);

    public static ArmResult FromRefusal(Refusal refusal) => new Refused(refusal);
}
