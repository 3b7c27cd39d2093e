using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>
/// If-Match and If-None-Match of a request (ARM RPC addendum; RFC 9110 §13.1). Judged against each read of the resource, never once ahead of a
/// commit: <c>SendContext.Precondition = row => request.Preconditions.Judge(row?.ETag)</c>.
/// </summary>
public sealed class Preconditions
{
    private readonly string? _ifMatch;
    private readonly string? _ifNoneMatch;
    private readonly bool _absentIsFine;

    private Preconditions(string? ifMatch, string? ifNoneMatch, bool absentIsFine)
    {
        _ifMatch = ifMatch;
        _ifNoneMatch = ifNoneMatch;
        _absentIsFine = absentIsFine;
    }

    public static Preconditions None { get; } = new(null, null, true);

    /// <summary>As read, or not at all: for a write that is made from what was read.</summary>
    public static Preconditions Unchanged(Guid etag) => new(Format(etag), null, absentIsFine: false);

    /// <summary>DELETE of what is not there is 204, and PATCH 404, whatever the precondition; only PUT fails on If-Match.</summary>
    internal static Preconditions Of(ArmCall request)
    {
        string? match = request.Header("If-Match");
        string? noneMatch = request.Header("If-None-Match");
        return string.IsNullOrEmpty(match) && string.IsNullOrEmpty(noneMatch) ? None
            : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? None
            : new(match, noneMatch, !HttpMethods.IsPut(request.Method));
    }

    /// <param name="etag">The resource's present etag; null when it does not exist.</param>
    /// <returns>Null to go on, or the 412.</returns>
    public Refusal? Judge(Guid? etag)
    {
        if (!string.IsNullOrEmpty(_ifMatch))
        {
            if (etag is null)
                return _absentIsFine ? null : Fails($"If-Match was given ('{_ifMatch}') but the resource does not exist.");
            if (!Lists(_ifMatch, etag.Value))
                return Fails(
                    $"The resource has been changed: If-Match was '{_ifMatch}', its etag is '{Format(etag.Value)}'. Read it again."
                );
        }
        return !string.IsNullOrEmpty(_ifNoneMatch) && etag is not null && Lists(_ifNoneMatch, etag.Value)
            ? Fails($"If-None-Match was '{_ifNoneMatch}' but the resource exists with etag '{Format(etag.Value)}'.")
            : null;
    }

    /// <summary>The form in bodies and headers: <c>W/"guid"</c>.</summary>
    public static string Format(Guid etag) => $"W/\"{etag:D}\"";

    private static bool Lists(string header, Guid etag)
    {
        foreach (Range part in header.AsSpan().Split(','))
        {
            ReadOnlySpan<char> tag = header.AsSpan()[part].Trim();
            if (tag is "*")
                return true;
            if (tag.StartsWith("W/", StringComparison.Ordinal))
                tag = tag[2..];
            if (Guid.TryParse(tag.Trim('"'), out Guid given) && given == etag)
                return true;
        }
        return false;
    }

    private static Refusal Fails(string why) => new(RefusalKind.PreconditionFailed, "PreconditionFailed", why);
}
