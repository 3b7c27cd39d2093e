using System.Text;

namespace Causeway.Client;

/// <summary>Paths of resources, which are their ids.</summary>
public static class Ids
{
    private const string Network = "providers/Microsoft.Network";

    public static string Subscription(string id) => $"/subscriptions/{id}";

    public static string Group(string subscription, string name) => $"/subscriptions/{subscription}/resourceGroups/{Escape(name)}";

    /// <param name="container">The id of a group, or of a subscription for the lists of everything in it.</param>
    public static string Circuits(string container) => $"{container}/{Network}/expressRouteCircuits";

    public static string Circuit(string group, string name) => $"{Circuits(group)}/{Escape(name)}";

    public static string Peerings(string circuit) => $"{circuit}/peerings";

    public static string Peering(string circuit, string type) => $"{circuit}/peerings/{type}";

    public static string Authorizations(string circuit) => $"{circuit}/authorizations";

    public static string Authorization(string circuit, string name) => $"{circuit}/authorizations/{Escape(name)}";

    /// <summary>Any type of Microsoft.Network: <c>virtualNetworks</c>, <c>virtualNetworkGateways</c>, <c>connections</c>.</summary>
    public static string OfNetwork(string container, string type) => $"{container}/{Network}/{type}";

    public static string OfNetwork(string container, string type, string name) => $"{OfNetwork(container, type)}/{Escape(name)}";

    /// <summary>Resources of any type, by the names of their parents and their own; with one name less, their list.</summary>
    /// <param name="scope">The id of what they stand in: a group, a subscription, a resource; empty for the installation.</param>
    /// <param name="ns">Such as <c>Microsoft.Network</c>; ARM's own types stand in the path without it.</param>
    /// <param name="type">Below the namespace, such as <c>expressRouteCircuits/peerings</c>.</param>
    /// <param name="names">One for each part of the type, joined with a slash.</param>
    public static string Of(string scope, string ns, string type, string names)
    {
        string[] segments = type.Split('/');
        string[] named = names.Length == 0 ? [] : names.Split('/');
        string path = ns.Equals("Microsoft.Resources", StringComparison.OrdinalIgnoreCase) ? scope : $"{scope}/providers/{ns}";
        for (int i = 0; i < segments.Length; i++)
            path += i < named.Length ? $"/{segments[i]}/{Escape(named[i])}" : $"/{segments[i]}";
        return path;
    }

    /// <summary>The last segment: the resource's name.</summary>
    public static string NameOf(string? id) => id is null ? "" : id[(id.LastIndexOf('/') + 1)..];

    /// <summary>
    /// What an id cannot hold is encoded; what names of groups may have (letters of any language, parentheses) stands as it is, since an id is also shown, compared and sent in bodies.
    /// Whoever sends a request encodes it for the wire, once.
    /// </summary>
    private static string Escape(string name) =>
        string.Concat(
            name.EnumerateRunes()
                .Select(r =>
                    Rune.IsLetterOrDigit(r) || (r.IsAscii && "-._~()".Contains((char)r.Value, StringComparison.Ordinal))
                        ? r.ToString()
                        : Uri.EscapeDataString(r.ToString())
                )
        );
}
