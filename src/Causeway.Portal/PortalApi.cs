using Causeway.Client;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>The API, as the portal reaches it for its viewers, and the address at which browsers reach the portal.</summary>
/// <param name="endpoint">
/// The address that clients use, without trailing slash; null where each uses that by which it comes. Where one is set, no link follows what a request says of
/// itself.
/// </param>
internal sealed class PortalApi(HttpMessageHandler api, string? endpoint, TimeProvider clock)
{
    public CausewayClient Client(HttpContext http, string token) =>
        new(new ArmClient(new HttpClient(api, disposeHandler: false) { BaseAddress = new Uri(BaseOf(http)) }, token, clock));

    /// <summary>What links to the portal begin with.</summary>
    public string BaseOf(HttpContext http) => endpoint ?? Named(http.Request);

    /// <summary>Whether the address is one at all by which a request says that it came (RFC 9110 §7.2).</summary>
    public bool IsSound(HttpContext http) =>
        endpoint is not null || (Uri.TryCreate(Named(http.Request), UriKind.Absolute, out Uri? address) && address.Host.Length > 0);

    /// <summary>Whether a form was sent by a page of ours: what browsers say of it, and forms of other sites cannot make them say.</summary>
    public bool IsFromHere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
            ? site == "same-origin"
            : request.Headers.Origin.ToString() is var origin && (origin == Named(request) || origin == endpoint);

    private static string Named(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
