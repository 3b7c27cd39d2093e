namespace Causeway.Primitives;

/// <summary>How a refusal is to be understood by the one who asked; ARM turns it into a status.</summary>
public enum RefusalKind
{
    /// <summary>What was sent is wrong (400).</summary>
    Invalid,

    /// <summary>No (valid) identity (401).</summary>
    Unauthenticated,

    /// <summary>The identity may not do this (403).</summary>
    Forbidden,

    /// <summary>What was named is not there (404).</summary>
    NotFound,

    /// <summary>It cannot be done in the present state (409).</summary>
    Conflict,

    /// <summary>The stated precondition (etag) does not hold (412).</summary>
    PreconditionFailed,

    /// <summary>Too much at once (429).</summary>
    Throttled,

    /// <summary>Not now, through no fault of the one who asked; later it will do (503).</summary>
    Unavailable,

    /// <summary>A fault of ours (500).</summary>
    Internal,
}

/// <summary>What programs are told beside a refusal.</summary>
/// <param name="Type">What it is, such as <c>TemplateViolation</c>.</param>
/// <param name="Json">Its members, as JSON.</param>
public sealed record AdditionalInfo(string Type, string Json);

/// <summary>
/// An expected "no": a value, not an exception. <see cref="Message"/> says what was wrong, where, and what would be right; <see cref="Code"/> is stable and
/// never translated; <see cref="Target"/> names the member (JSON path) or resource at fault; <see cref="Details"/> holds all problems when there are several.
/// </summary>
public sealed record Refusal(RefusalKind Kind, string Code, string Message, string? Target = null)
{
    public IReadOnlyList<Refusal> Details { get; init; } = [];

    /// <summary>What programs are told beside it.</summary>
    public IReadOnlyList<AdditionalInfo> AdditionalInfo { get; init; } = [];

    public static Refusal Invalid(string code, string message, string? target = null) => new(RefusalKind.Invalid, code, message, target);

    public static Refusal Conflict(string code, string message, string? target = null) => new(RefusalKind.Conflict, code, message, target);

    public static Refusal NotFound(string code, string message, string? target = null) => new(RefusalKind.NotFound, code, message, target);

    /// <summary>One refusal out of many problems: itself when there is one, else a summary that carries all of them as details.</summary>
    public static Refusal Of(IReadOnlyList<Refusal> problems) =>
        problems.Count == 1
            ? problems[0]
            : new Refusal(
                problems[0].Kind,
                problems[0].Code,
                problems.Any(p => p.Message.Contains('\n', StringComparison.Ordinal))
                    ? string.Join('\n', [$"{problems.Count} problems:", .. problems.Select(p => p.Message)])
                    : $"{problems.Count} problems: " + string.Join(" ", problems.Select(p => p.Message)),
                problems[0].Target
            )
            {
                Details = problems,
            };
}
