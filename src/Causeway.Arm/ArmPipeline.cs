using System.Data.Common;
using System.Diagnostics;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Arm;

/// <summary>
/// The road of every request, in the order in which ARM looks: identity, api-version, subscription, permission, rate, registration, locks, group; then the
/// handler. One of the three places where exceptions are caught.
/// </summary>
internal static partial class ArmPipeline
{
    public static async Task RunAsync(HttpContext http, ArmHost host, ArmEndpoint endpoint, ArmHandler handler, bool prepare = true)
    {
        var call = new HttpCall(http, host.Options);
        using var request = new ArmRequest(call, endpoint, host) { CorrelationId = CorrelationIdOf(call) };
        using Activity? activity = ArmTelemetry.Request(request);
        try
        {
            ArmResult? refused = prepare ? await AuthenticateAsync(request) ?? await PrepareAsync(request, isPermitted: false) : null;
            ArmResult result = refused ?? await handler(request);
            ArmTelemetry.Answered(activity, request, result);
            ArmWriter.Write(http.Response, request, result);
        }
        catch (BadHttpRequestException e)
        {
            bool tooLarge = e.StatusCode == StatusCodes.Status413PayloadTooLarge;
            // What is left of the request may be more than is worth draining.
            if (HttpProtocol.IsHttp11(http.Request.Protocol))
                http.Response.Headers.Connection = "close";
            ArmWriter.Write(
                http.Response,
                request,
                new ArmResult.Refused(
                    Refusal.Invalid(tooLarge ? "RequestContentTooLarge" : "InvalidRequestContent", e.Message),
                    Gateway: true
                )
                {
                    Status = e.StatusCode,
                }
            );
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (Exception e) when (e is IUnavailable or DbException { IsTransient: true } && !http.Response.HasStarted)
        {
            if (host.Failures.Tell(e.Message, out long untold))
                LogUnavailable(host.Log, http.Request.Method, PathOf(http), request.RequestId, e.Message, Folded(untold));
            ArmWriter.Write(http.Response, request, Unavailable(request, e as IUnavailable));
        }
#pragma warning disable CA1031 // The request edge: what is not expected becomes a 500 that names the request, and a log entry with the cause.
        catch (Exception e)
#pragma warning restore CA1031
        {
            activity?.AddException(e).SetStatus(ActivityStatusCode.Error);
            if (host.Failures.Tell($"{e.GetType().Name}: {e.Message}", out long untold))
                LogFailed(host.Log, e, http.Request.Method, PathOf(http), request.RequestId, Folded(untold));
            if (http.Response.HasStarted)
                http.Abort();
            else
                ArmWriter.Write(http.Response, request, Internal(request));
        }
    }

    /// <summary>A path that nothing maps: says whether the provider, the type or the method is unknown. Needs a token like every path.</summary>
    public static Task UnknownAsync(HttpContext http, ArmHost host) =>
        RunAsync(
            http,
            host,
            s_unknown,
            async request => await AuthenticateAsync(request) ?? UnknownPath.Explain(http, host),
            prepare: false
        );

    private static readonly ArmEndpoint s_unknown = new(
        new ArmNamespace("Microsoft.Resources", []) { HasOperations = false }.Type("paths"),
        "",
        "Microsoft.Resources/paths/read",
        ArmTarget.Scope
    );

    /// <summary>What was written may be stored or not; as every write may be repeated, the client's repetition settles it.</summary>
    private static ArmResult.Refused Unavailable(ArmRequest request, IUnavailable? why)
    {
        string message = why?.Message ?? "The database cannot take requests just now.";
        if (why is { RetryAfter: null }) // it does not pass by itself
            return new(new Refusal(RefusalKind.Internal, why.Code, $"{message} The tracking id is '{request.RequestId}'."));
        return new(
            new Refusal(
                RefusalKind.Unavailable,
                "ServiceUnavailable",
                $"{message} Try again in a moment. The tracking id is '{request.RequestId}'."
            )
            {
                Details = why is null ? [] : [new Refusal(RefusalKind.Unavailable, why.Code, message)],
            }
        )
        {
            RetryAfter = (int)(why?.RetryAfter ?? TimeSpan.FromSeconds(5)).TotalSeconds,
        };
    }

    private static ArmResult.Refused Internal(ArmRequest request) =>
        new(
            new Refusal(
                RefusalKind.Internal,
                "InternalServerError",
                $"An internal error occurred. The tracking id is '{request.RequestId}'."
            )
        );

    /// <summary>Null to go on to the handler, or the answer.</summary>
    /// <param name="isPermitted">Whether it is known already that the caller may.</param>
    internal static async ValueTask<ArmResult?> PrepareAsync(ArmRequest request, bool isPermitted)
    {
        ArmEndpoint endpoint = request.Endpoint;
        ArmHost host = request.Host;

        if (!ArmPath.TryId(request.Call, endpoint.Type, host.Types, out ResourceId? id, out ArmResult? wrong))
            return wrong;
        request.Scope = id;

        request.ApiVersion = request.Query("api-version") ?? "";
        if (request.ApiVersion.Length == 0)
            return ArmErrors.MissingApiVersion();
        if (!endpoint.AnyVersion && !endpoint.Type.Supports(request.ApiVersion))
            return ArmErrors.UnsupportedApiVersion(
                endpoint.Type,
                request.ApiVersion,
                request.Route("location"),
                host.Types.LocationsOf(endpoint.Type)
            );

        ArmSubscription? subscription = null;
        if (id?.Subscription is { } subscriptionId)
        {
            subscription = await host.Scopes.SubscriptionAsync(subscriptionId, request.Aborted);
            if (subscription is null)
                return ArmErrors.SubscriptionNotFound(subscriptionId);
        }
        if (!isPermitted && await AuthorizeAsync(request) is { } forbidden)
            return forbidden;
        if (
            request.Call is not InnerCall { IsPart: true }
            && host.Throttle is { } throttle
            && subscription is not null
            && throttle.Take(request, subscription.Id) is { } slower
        )
            return slower;

        if (request.Preconditions == Preconditions.None)
            request.Preconditions = Preconditions.Of(request.Call);
        bool write = HttpMethods.IsPut(endpoint.Method) || HttpMethods.IsPatch(endpoint.Method) || HttpMethods.IsPost(endpoint.Method);
        if (subscription is { ReadOnly: true } && endpoint.Changes)
            return ArmErrors.SubscriptionDisabled(subscription.Id);
        if (write && subscription?.Unregistered.Contains(endpoint.Type.Namespace) == true && endpoint.Target == ArmTarget.Resource)
            return ArmErrors.NotRegistered(endpoint.Type.Namespace);
        bool isDelete = HttpMethods.IsDelete(endpoint.Method);
        if (
            subscription is not null
            && endpoint.Target == ArmTarget.Resource
            && (isDelete || endpoint.Changes)
            && await host.Locks.HoldingAsync(id!, isDelete, request.Aborted) is { Count: > 0 } locked
        )
            return ArmErrors.ScopeLocked(id!, isDelete ? "delete" : "write", locked);
        if (
            (HttpMethods.IsPut(endpoint.Method) || HttpMethods.IsDelete(endpoint.Method))
            && endpoint is { NeedsGroup: true, Type.GroupsAreStored: true }
            && id?.GroupId is { } groupId
            && id.Provider is not null
        )
        {
            ArmGroup? group = await host.Scopes.GroupAsync(groupId, request.Aborted);
            if (group is null)
                return ArmErrors.GroupNotFound(groupId.Name);
            if (HttpMethods.IsDelete(endpoint.Method))
                return null;
            request.Group = group;
            if (request.Group.Deleting)
                return ArmErrors.GroupBeingDeleted(groupId.Name);
            if (!endpoint.Type.Name.IsMatch(id.Name))
                return ArmErrors.InvalidName(endpoint.Type, id.Name);
        }
        return null;
    }

    internal static async ValueTask<ArmResult?> AuthenticateAsync(ArmRequest request)
    {
        string? header = request.Call.Header("Authorization");
        if (string.IsNullOrEmpty(header))
            return Unauthenticated("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Unauthenticated("AuthenticationFailed", "Authentication failed. The 'Authorization' header is not a bearer token.");
        switch (await request.Host.Authenticator.AuthenticateAsync(header[7..].Trim(), request.Aborted))
        {
            case Authentication.Accepted accepted:
                request.Caller = accepted.Principal;
                return null;
            case Authentication.Rejected rejected:
                return Unauthenticated(rejected.Code, rejected.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async ValueTask<ArmResult?> AuthorizeAsync(ArmRequest request)
    {
        ArmEndpoint endpoint = request.Endpoint;
        if (endpoint.AnyCaller)
        {
            request.Filtered = true;
            return null;
        }
        IAuthorizer authorizer = request.Host.Authorizer;
        if (await authorizer.MayAsync(request.Caller, endpoint.Action, request.Scope, request.Aborted))
            return null;
        if (
            endpoint.Target == ArmTarget.List
            && await authorizer.MayBelowAsync(request.Caller, endpoint.Action, request.Scope, request.Aborted)
        )
        {
            request.Filtered = true;
            return null;
        }
        return ArmErrors.Forbidden(request.Caller, endpoint.Action, request.Scope);
    }

    private static ArmResult.Refused Unauthenticated(string code, string message) =>
        new(new Refusal(RefusalKind.Unauthenticated, code, message), Gateway: true);

    /// <summary>The caller's own id when it is usable in a header and a journal, else a new one.</summary>
    internal static string CorrelationIdOf(ArmCall call) =>
        Guid.TryParse(call.Header("x-ms-correlation-request-id"), out Guid id) ? id.ToString("D") : Guid.NewGuid().ToString("D");

    [LoggerMessage(
        EventId = 4002,
        Level = LogLevel.Warning,
        Message = "{Method} {Path} cannot reach the database; request {RequestId}: {Why}{Folded}"
    )]
    private static partial void LogUnavailable(ILogger log, string method, string path, Guid requestId, string why, string folded);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "{Method} {Path} failed; request {RequestId}{Folded}")]
    private static partial void LogFailed(ILogger log, Exception exception, string method, string path, Guid requestId, string folded);

    /// <summary>Encoded as it came, for what is decoded may hold line ends.</summary>
    private static string PathOf(HttpContext http) => http.Request.Path.ToUriComponent();

    private static string Folded(long untold) => untold == 0 ? "" : $" (and {untold} more requests since this was last told)";
}
