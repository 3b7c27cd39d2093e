using Causeway.Client;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>The API, as the portal reaches it for its viewers.</summary>
internal sealed class PortalApi(HttpMessageHandler api, TimeProvider clock)
{
    public CausewayClient Client(HttpContext http, string token) =>
        new(new ArmClient(new HttpClient(api, disposeHandler: false) { BaseAddress = new Uri(BaseOf(http)) }, token, clock));

    public static string BaseOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";
}
