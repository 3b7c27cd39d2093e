using System.Text.RegularExpressions;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>
/// OData's <c>$filter</c> of a list that can be asked by one property: <c>name eq 'x'</c>. Anything else is refused rather than ignored: a list that shows more
/// than was asked for is taken for the answer.
/// </summary>
/// <param name="Value">What the property shall be; null where nothing is asked.</param>
/// <param name="Refusal">Why it cannot be asked so; null when it can.</param>
public sealed partial record EqualFilter(string? Value, Refusal? Refusal)
{
    /// <param name="property">Such as <c>name</c>; compared without case, as its value is.</param>
    public static EqualFilter Of(ArmRequest request, string property)
    {
        if (request.Query("$filter") is not { Length: > 0 } text)
            return new(null, null);
        Match match = Term().Match(text);
        return match.Success && match.Groups["name"].Value.Equals(property, StringComparison.OrdinalIgnoreCase)
            ? new(match.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal), null)
            : new(
                null,
                Refusal.Invalid(
                    "InvalidFilterInQueryString",
                    $"Invalid $filter '{(text.Length > 200 ? text[..200] + "…" : text)}' in the query string: use {property} eq and a quoted value.",
                    "$filter"
                )
            );
    }

    /// <summary>As clients see it.</summary>
    public static ArmParameter Parameter(string property) => new("$filter", $"{property} with eq and a quoted value.");

    public bool Takes(string actual) => Value is null || actual.Equals(Value, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"\A\s*(?<name>\w+)\s+eq\s+'(?<value>(?:[^'\p{Cc}]|'')*)'\s*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Term();
}
