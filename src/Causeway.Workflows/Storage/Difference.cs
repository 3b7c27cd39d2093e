namespace Causeway.Workflows.Storage;

/// <summary>One thing that a change made other than it was, for people: no secret, and short.</summary>
/// <param name="Path">Where, in the words of the resource's document: <c>peerings[AzurePrivatePeering].vlan</c>.</param>
/// <param name="Before">What it was; null when there was none.</param>
/// <param name="After">What it is; null when there is none any more.</param>
public sealed record Difference(string Path, string? Before, string? After);
