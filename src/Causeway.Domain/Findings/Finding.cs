namespace Causeway.Domain.Findings;

public enum FindingLevel
{
    Ok,
    Info,
    Warning,
    Blocking,
}

/// <summary>Something that was looked at on the road from order to traffic, and how it is.</summary>
/// <param name="Code">Stable, for scripts and translations.</param>
/// <param name="Message">In English; other languages say it from the code and <see cref="Values"/>.</param>
/// <param name="Values">What the message names, by name and in its order: providers, addresses, states, numbers.</param>
/// <param name="ActsNext">Who has to do something about it: customer, provider, operator; null when nobody has to.</param>
/// <param name="Since">Since when it is so; null where that is not known.</param>
public sealed record Finding(
    string Code,
    FindingLevel Level,
    string Message,
    IReadOnlyList<FindingValue> Values,
    string? ActsNext,
    DateTimeOffset? Since
)
{
    /// <summary>The path at which what it rests on can be read; null where that is the finding itself.</summary>
    public string? Evidence { get; init; }
}

public readonly record struct FindingValue(string Name, string Value);
