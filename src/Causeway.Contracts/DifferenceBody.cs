using System.Text.Json.Serialization;

namespace Causeway.Contracts;

/// <summary>One thing that a change made other than it was: what people set of a resource, never a secret's value.</summary>
/// <param name="Path">Where: <c>peerings[AzurePrivatePeering].vlan</c>.</param>
/// <param name="Before">What it was; absent when there was none.</param>
/// <param name="After">What it is; absent when there is none any more.</param>
public sealed record DifferenceBody(string Path, string? Before, string? After)
{
    /// <summary>On one line: <c>order.bandwidth: 200 -> 500</c>; with <c>+</c> what came, with <c>-</c> what went.</summary>
    [JsonIgnore]
    public string Line =>
        (Before, After) switch
        {
            (null, _) => $"+ {Path}: {After}",
            (_, null) => $"- {Path}: {Before}",
            _ => $"{Path}: {Before} -> {After}",
        };

    /// <summary>The first of them on one line, and how many more there are; empty for none.</summary>
    public static string Summary(IReadOnlyList<DifferenceBody>? all)
    {
        const int told = 3;
        return all is null ? ""
            : all.Count <= told ? string.Join("; ", all.Select(d => d.Line))
            : $"{string.Join("; ", all.Take(told).Select(d => d.Line))}; … +{all.Count - told}";
    }
}
