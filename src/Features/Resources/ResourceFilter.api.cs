using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// The part of OData's <c>$filter</c> that clients of resource lists use: comparisons by <c>eq</c> and <c>substringof('x', name)</c>, joined by
/// <c>and</c>. Anything else is refused by name instead of being ignored, which would show too much.
/// </summary>
public sealed partial class ResourceFilter
{
    /// <summary>As clients see it.</summary>
    public static ArmParameter Parameter { get; } =
        new(
            "$filter",
            "resourceType, resourceGroup, name, location, tagName or tagValue with eq and a quoted value, or substringof('text', name), joined by and."
        );

    private readonly List<(string Name, string Value)> _terms = [];

    /// <summary>The resource type asked for, for the store's index; null when any.</summary>
    public string? Type => Value("resourceType");

    /// <summary>The group asked for; null when any.</summary>
    public string? Group => Value("resourceGroup");

    public static bool TryParse(string? text, out ResourceFilter filter, [NotNullWhen(false)] out Refusal? refusal)
    {
        filter = new ResourceFilter();
        refusal = null;
        string rest = text?.Trim() ?? "";
        while (rest.Length > 0)
        {
            Match term = Term().Match(rest);
            if (!term.Success)
            {
                refusal = Refusal.Invalid(
                    "InvalidFilterInQueryString",
                    $"Invalid $filter '{(text!.Length > 200 ? text[..200] + "…" : text)}' in the query string: use resourceType, resourceGroup, name, location, tagName or tagValue with eq and a quoted value, or substringof('text', name), joined by and.",
                    "$filter"
                );
                return false;
            }
            filter._terms.Add(
                term.Groups["part"].Success
                    ? ("substringof", Unquote(term.Groups["part"].Value))
                    : (term.Groups["name"].Value, Unquote(term.Groups["value"].Value))
            );
            rest = rest[term.Length..];
        }
        return true;
    }

    public bool Matches(StoredResource row) => _terms.All(t => Matches(t.Name, t.Value, row)) && TagMatches(row);

    /// <summary>A name and a value together mean one tag that has both.</summary>
    private bool TagMatches(StoredResource row) =>
        Value("tagName") is not { } name
        || Value("tagValue") is not { } value
        || row.Tags.Any(t => Same(t.Key, name) && Same(t.Value, value));

    private static bool Matches(string name, string value, StoredResource row) =>
        name.ToLowerInvariant() switch
        {
            "resourcetype" => Same(row.Type, value),
            "resourcegroup" => Same(row.Id.ResourceGroup ?? "", value),
            "name" => Same(row.Id.Name, value),
            "location" => Same(row.Location, value.Replace(" ", "", StringComparison.Ordinal)),
            "tagname" => row.Tags.Keys.Any(k => Same(k, value)),
            "tagvalue" => row.Tags.Values.Any(v => Same(v, value)),
            "substringof" => row.Id.Name.Contains(value, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    private string? Value(string name) => _terms.FirstOrDefault(t => Same(t.Name, name)).Value;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static string Unquote(string quoted) => quoted[1..^1].Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\A(?:(?<name>resourceType|resourceGroup|name|location|tagName|tagValue)\s+eq\s+(?<value>'(?:[^'\p{Cc}]|'')*')|substringof\(\s*(?<part>'(?:[^'\p{Cc}]|'')*')\s*,\s*name\s*\))(?:\s+and\s+(?=\S)|\s*\z)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Term();
}
