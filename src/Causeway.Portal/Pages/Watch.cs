namespace Causeway.Portal.Pages;

/// <summary>What a fragment shows, and so of what changes it has to be told: a resource and what lies below it, or all of a type.</summary>
internal static class Watch
{
    /// <summary>All of a type, such as <c>expressRouteCircuits</c>.</summary>
    public static string Type(string type) => $"*/{type}/";

    /// <summary>Whether a change of a resource is one of what is watched.</summary>
    public static bool Covers(string watch, string id) =>
        watch[0] == '*'
            ? id.Contains(watch[1..], StringComparison.OrdinalIgnoreCase)
            : id.StartsWith(watch, StringComparison.OrdinalIgnoreCase) && (id.Length == watch.Length || id[watch.Length] == '/');
}
