using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Arm;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Causeway.Identity.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Identity.Endpoints;

/// <summary>
/// The token endpoint (RFC 6749 §4.4 with a secret or, RFC 7523, a signed assertion; §4.3 for <c>az login -u -p</c>) at every path that some client
/// posts to. Query strings are ignored; errors have the form that clients print.
/// </summary>
internal sealed partial class TokenEndpoint(
    Applications applications,
    TokenIssuer issuer,
    FailedSignIns failures,
    ArmHost host,
    ILogger<TokenEndpoint> log
)
{
    private const string Why = "sign-in: how a token is got";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Longest form accepted, bytes.</summary>
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan LongestAssertion = TimeSpan.FromHours(25);

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (
            string path in new[]
            {
                "/adfs/oauth2/token",
                "/adfs/oauth2/v2.0/token",
                "/adfs/{authority}/oauth2/token",
                "/adfs/{authority}/oauth2/v2.0/token",
                "/{authority}/oauth2/token",
                "/{authority}/oauth2/v2.0/token",
            }
        )
            routes.MapOpen("POST", path, Why, TokenAsync);
        foreach (string path in new[] { "/adfs/oauth2/devicecode", "/adfs/oauth2/authorize", "/{authority}/oauth2/v2.0/devicecode" })
        {
            routes.MapOpen("POST", path, Why, http => TokenError.NotInteractive.WriteAsync(http, host.Clock));
            routes.MapOpen("GET", path, Why, http => TokenError.NotInteractive.WriteAsync(http, host.Clock));
        }
    }

    private async Task TokenAsync(HttpContext http)
    {
        if (await FormAsync(http.Request) is not { } form)
        {
            await TokenError.NotAForm.WriteAsync(http, host.Clock);
            return;
        }
        string clientId = form[form["grant_type"] == "password" ? "username" : "client_id"].ToString();
        IPAddress? from = http.Connection.RemoteIpAddress;
        if (failures.MustWait(from, clientId) is { } wait)
        {
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await TokenError.TooManyFailures.WriteAsync(http, host.Clock);
            return;
        }
        (ServicePrincipal? principal, TokenError? error) = form["grant_type"].ToString() switch
        {
            "client_credentials" => await ClientAsync(http.Request, form),
            "password" => await NamedAsync(http, form["username"].ToString(), form["password"].ToString()),
            var other => (null, TokenError.Grant(other)),
        };
        if (principal is { Enabled: false } disabled)
        {
            principal = null;
            error = TokenError.Disabled(disabled.ClientId);
        }
        if (principal is null)
        {
            if (error!.Status == StatusCodes.Status401Unauthorized)
                failures.Add(from, clientId);
            LogRefused(log, TokenError.Shown(clientId), from, error.Number);
            await error.WriteAsync(http, host.Clock);
            return;
        }
        string address = host.BaseOf(http.Request);
        string adfs = $"{address}/adfs";
        string token = issuer.Issue(principal, adfs, Audience(form, address));
        bool user = form["grant_type"] == "password";
        await OpenJson.WriteAsync(
            http,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("token_type", "Bearer");
                json.WriteNumber("expires_in", issuer.LifetimeSeconds);
                json.WriteNumber("ext_expires_in", issuer.LifetimeSeconds);
                json.WriteString("access_token", token);
                if (user)
                    json.WriteString("id_token", issuer.IssueIdToken(principal, adfs));
                json.WriteEndObject();
            }
        );
    }

    private async ValueTask<(ServicePrincipal?, TokenError?)> ClientAsync(HttpRequest request, IFormCollection form)
    {
        (string id, string secret) = (form["client_id"].ToString(), form["client_secret"].ToString());
        if (secret.Length == 0 && Basic(request) is { } basic)
            (id, secret) = basic;
        string assertion = form["client_assertion"].ToString();
        if (assertion.Length == 0)
            return await NamedAsync(request.HttpContext, id, secret);
        if (form["client_assertion_type"] != AssertionType)
            return (null, TokenError.AssertionKind);
        if (!Jwt.TryParse(assertion, out Jwt? jwt))
            return (null, TokenError.Assertion("it is not a JSON Web Token"));
        string claimed = jwt.Claim("sub") ?? "";
        if (id.Length > 0 && !claimed.Equals(id, StringComparison.OrdinalIgnoreCase))
            return (null, TokenError.Assertion("its subject is not the client"));
        return await applications.FindAsync(claimed, request.HttpContext.RequestAborted) is not { } principal
                ? (null, TokenError.UnknownClient(claimed))
            : WhyNot(jwt, principal, host.BaseOf(request)) is { } why ? (null, TokenError.Assertion(why))
            : (principal, null);
    }

    private async ValueTask<(ServicePrincipal?, TokenError?)> NamedAsync(HttpContext http, string id, string secret)
    {
        if (id.Length == 0)
            return (null, TokenError.NoClient);
        if (await applications.FindAsync(id, http.RequestAborted) is not { } principal)
            return (null, TokenError.UnknownClient(id));
        return secret.Length == 0 ? (null, TokenError.NoSecret)
            : applications.HasSecret(principal, secret) ? (principal, null)
            : (null, TokenError.WrongSecret(principal.ClientId));
    }

    /// <summary>The assertion has to be made by the client for this endpoint, not long ago, with a certificate registered for it.</summary>
    private string? WhyNot(Jwt jwt, ServicePrincipal principal, string address)
    {
        (DateTimeOffset notBefore, DateTimeOffset expires) = jwt.Validity;
        DateTimeOffset now = host.Clock.GetUtcNow();
        if (!string.Equals(jwt.Claim("iss"), principal.ClientId, StringComparison.OrdinalIgnoreCase))
            return "its issuer is not the client";
        if (!jwt.Audience(a => a.StartsWith($"{address}/", StringComparison.OrdinalIgnoreCase)))
            return "its audience is not the token endpoint of this server";
        if (expires <= now || expires > now + LongestAssertion || notBefore > now + TimeSpan.FromMinutes(5))
            return "it has expired, or is not valid yet";
        foreach (X509Certificate2 certificate in applications.CertificatesOf(principal))
        {
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null && jwt.IsSignedBy(rsa))
                return now < certificate.NotBefore || now > certificate.NotAfter ? "its certificate has expired" : null;
        }
        return "it is not signed with a certificate that is registered for the client";
    }

    /// <summary>The scope with one slash or two before <c>.default</c>, or <c>resource</c> from older clients.</summary>
    private static string Audience(IFormCollection form, string address)
    {
        string scope =
            form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(s => s.Contains("://")) ?? "";
        if (scope.EndsWith("/.default", StringComparison.Ordinal))
            scope = scope[..^"/.default".Length];
        string wanted = scope.Length > 0 ? scope : form["resource"].ToString();
        return wanted.Length is > 0 and <= 512 ? wanted : $"{address}/";
    }

    private static (string Id, string Secret)? Basic(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        byte[] bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out int length))
            return null;
        string[] parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts.Length == 2 ? (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1])) : null;
    }

    private static async Task<IFormCollection?> FormAsync(HttpRequest request)
    {
        if (!request.HasFormContentType || request.ContentLength > MostBytes)
            return null;
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    [LoggerMessage(
        EventId = 3001,
        Level = LogLevel.Information,
        Message = "Sign-in of '{ClientId}' from {Address} refused: AADSTS{Number}"
    )]
    private static partial void LogRefused(ILogger log, string clientId, IPAddress? address, int number);
}
