using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>What every answer of the portal tells the browser not to do.</summary>
internal static class SafetyHeaders
{
    /// <summary>Nothing runs that is not one of our files, nothing comes from or goes to anybody else, and nobody frames us.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static void Write(HttpContext http)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        headers.CacheControl = "no-store";
    }
}
