namespace Causeway.Identity.Tokens;

/// <summary>
/// The addresses that are this server's: what its tokens must be meant for and issued by, and what an assertion to it must name. Made from the settings,
/// never from what a request says of itself.
/// </summary>
/// <param name="hosts">
/// Names and addresses that the server is called by, on whatever port: another port of the same name is another node of this installation (nobody else holds the
/// key that its tokens are signed with), or one that is forwarded here.
/// </param>
/// <param name="publicEndpoint">The one address that clients use, when it is not one of those; without trailing slash.</param>
public sealed class OwnAddresses(IEnumerable<string> hosts, string? publicEndpoint)
{
    private readonly HashSet<string> _hosts = new(hosts.Select(h => h.Trim('[', ']')), StringComparer.OrdinalIgnoreCase);
    private readonly Uri? _public = publicEndpoint is null ? null : new Uri(publicEndpoint);

    /// <summary>
    /// Names of Azure Resource Manager, which scripts ask tokens for wherever they send them. That is what this server is, and no other service trusts its
    /// issuer under these names.
    /// </summary>
    private static readonly string[] ResourceManager = ["https://management.core.windows.net", "https://management.azure.com"];

    /// <summary>Whether a token for this audience is for this server: its root, with any number of slashes at the end, or Resource Manager by name.</summary>
    public bool IsAudience(string audience) =>
        IsRoot(audience) || ResourceManager.Contains(audience.TrimEnd('/'), StringComparer.OrdinalIgnoreCase);

    private bool IsRoot(string url) =>
        Parse(url) is { } address && address.PathAndQuery.Trim('/').Length == 0 && address.Fragment.Length == 0;

    /// <summary>Whether a URL is that of the embedded issuer.</summary>
    public bool IsIssuer(string url) => Parse(url) is { AbsolutePath: "/adfs", Query: "", Fragment: "" };

    /// <summary>Whether a URL is something on this server.</summary>
    public bool Contains(string url) => Parse(url) is not null;

    private Uri? Parse(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
        && address.Scheme == Uri.UriSchemeHttps
        && address.UserInfo.Length == 0
        && (IsSame(address, _public) || _hosts.Contains(address.IdnHost.Trim('[', ']')))
            ? address
            : null;

    private static bool IsSame(Uri address, Uri? other) =>
        other is not null && address.Port == other.Port && address.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);
}
