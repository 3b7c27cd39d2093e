using System.Text.RegularExpressions;

namespace Causeway.Domain.Findings;

/// <summary>What can be found. A code that is said in several ways has a kind for each, and each names other values.</summary>
/// <param name="Code">Stable, for scripts and translations.</param>
/// <param name="Says">The message in English, with the names of its values in braces.</param>
public sealed partial record FindingKind(string Code, string Says)
{
    /// <summary>What the message names, in its order.</summary>
    public IReadOnlyList<string> Names { get; } = [.. Placeholder().Matches(Says).Select(m => m.Groups[1].Value).Distinct()];

    /// <param name="values">One for each of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">A value is missing, or one is not named by the message: a fault of the caller.</exception>
    public Finding Found(
        FindingLevel level,
        string? actsNext = null,
        DateTimeOffset? since = null,
        params ReadOnlySpan<(string Name, string Value)> values
    )
    {
        Dictionary<string, string> byName = [];
        foreach ((string name, string value) in values)
            byName.Add(name, value);
        if (byName.Count != Names.Count || !Names.All(byName.ContainsKey))
            throw new ArgumentException(
                $"{Code} names {string.Join(", ", Names)}; given are {string.Join(", ", byName.Keys)}.",
                nameof(values)
            );
        string message = Placeholder().Replace(Says, m => byName[m.Groups[1].Value]);
        return new Finding(Code, level, message, [.. Names.Select(n => new FindingValue(n, byName[n]))], actsNext, since);
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
