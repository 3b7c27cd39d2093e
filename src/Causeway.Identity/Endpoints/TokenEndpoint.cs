using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Text;
using Causeway.Arm;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Causeway.Identity.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
    ClientAssertions assertions,
    FailedSignIns failures,
    ArmHost host,
    ILogger<TokenEndpoint> log
)
{
    private const string Why = "sign-in: how a token is got";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>What is read of a form; what else is in it is ignored (RFC 6749 §3.2).</summary>
    private static readonly string[] s_parameters =
    [
        "grant_type",
        "client_id",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "username",
        "password",
        "scope",
        "resource",
    ];

    /// <summary>Longest form accepted, bytes, however it is transferred.</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>How long a form may take to arrive: who sends one slowly holds a connection without having said who it is.</summary>
    private static readonly TimeSpan FormWithin = TimeSpan.FromSeconds(10);

    /// <summary>What became of a sign-in.</summary>
    /// <param name="Client">The client id whose secret was tried; <see cref="FailedSignIns.Nobody"/> when there is no such client.</param>
    private sealed record Attempt(string Client, ServicePrincipal? Principal, TokenError? Error);

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
        {
            routes.MapOpen("POST", path, Why, GuardedAsync);
            foreach (string method in (ReadOnlySpan<string>)["GET", "PUT", "PATCH", "DELETE"])
                routes.MapOpen(method, path, Why, NotPostedAsync);
        }
        foreach (string path in new[] { "/adfs/oauth2/devicecode", "/adfs/oauth2/authorize", "/{authority}/oauth2/v2.0/devicecode" })
        {
            routes.MapOpen("POST", path, Why, http => TokenError.NotInteractive.WriteAsync(http, host.Clock));
            routes.MapOpen("GET", path, Why, http => TokenError.NotInteractive.WriteAsync(http, host.Clock));
        }
    }

    private Task NotPostedAsync(HttpContext http)
    {
        http.Response.Headers.Allow = "POST";
        return TokenError.NotPosted(http.Request.Method).WriteAsync(http, host.Clock);
    }

    /// <summary>The request edge of the endpoints outside ARM's conventions: a database that is away is said in OAuth's words.</summary>
    private async Task GuardedAsync(HttpContext http)
    {
        try
        {
            await TokenAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (Exception e) when (e is DbException or TimeoutException && !http.Response.HasStarted)
        {
            LogUnavailable(log, e.Message);
            http.Response.Headers.RetryAfter = "5";
            await TokenError.Unavailable.WriteAsync(http, host.Clock);
        }
    }

    private async Task TokenAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form)
        {
            await TokenError.NotAForm.WriteAsync(http, host.Clock);
            return;
        }
        if (s_parameters.FirstOrDefault(p => form[p].Count > 1) is { } repeated)
        {
            await TokenError.Repeated(repeated).WriteAsync(http, host.Clock);
            return;
        }
        bool user = form["grant_type"] == "password";
        Attempt attempt = form["grant_type"].ToString() switch
        {
            "client_credentials" => await ClientAsync(http.Request, form),
            "password" => await NamedAsync(http, form["username"].ToString(), form["password"].ToString()),
            var other => new(FailedSignIns.Nobody, null, TokenError.Grant(other)),
        };
        if (attempt.Principal is { Enabled: true } principal)
            await AnswerAsync(http, form, principal, user);
        else
            await RefuseAsync(http, attempt.Principal is null ? attempt : attempt with { Error = TokenError.Disabled(attempt.Client) });
    }

    private Task AnswerAsync(HttpContext http, IFormCollection form, ServicePrincipal principal, bool user)
    {
        SignInTelemetry.Count(refusal: null);
        string address = host.BaseOf(http.Request);
        string adfs = $"{address}/adfs";
        string token = issuer.Issue(principal, adfs, Audience(form, address));
        return OpenJson.WriteAsync(
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

    /// <summary>After too many of its kind a refusal says to wait, and is no longer logged.</summary>
    private Task RefuseAsync(HttpContext http, Attempt attempt)
    {
        TokenError error = attempt.Error!;
        IPAddress? from = http.Connection.RemoteIpAddress;
        (int count, TimeSpan left) = failures.Add(from, attempt.Client);
        if (count <= FailedSignIns.Most)
            LogRefused(log, attempt.Client.Length == 0 ? "an unknown client" : attempt.Client, from, error.Number);
        else
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(left.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            error = TokenError.TooManyFailures;
        }
        SignInTelemetry.Count(error.Number);
        return error.WriteAsync(http, host.Clock);
    }

    private async ValueTask<Attempt> ClientAsync(HttpRequest request, IFormCollection form)
    {
        (string id, string secret) = (form["client_id"].ToString(), form["client_secret"].ToString());
        if (secret.Length == 0 && Basic(request) is { } basic)
            (id, secret) = basic;
        string assertion = form["client_assertion"].ToString();
        if (assertion.Length == 0)
            return await NamedAsync(request.HttpContext, id, secret);
        if (form["client_assertion_type"] != AssertionType)
            return new(FailedSignIns.Nobody, null, TokenError.AssertionKind);
        if (TokenRules.Read(assertion) is not { } token)
            return new(FailedSignIns.Nobody, null, TokenError.Assertion("it is not a JSON Web Token"));
        string claimed = token.Subject ?? "";
        if (id.Length > 0 && !claimed.Equals(id, StringComparison.OrdinalIgnoreCase))
            return new(FailedSignIns.Nobody, null, TokenError.Assertion("its subject is not the client"));
        if (await applications.FindAsync(claimed, request.HttpContext.RequestAborted) is not { } principal)
            return new(FailedSignIns.Nobody, null, TokenError.UnknownClient(claimed));
        return await assertions.WhyNotAsync(token, principal) is { } why
            ? new(principal.ClientId, null, TokenError.Assertion(why))
            : new(principal.ClientId, principal, null);
    }

    private async ValueTask<Attempt> NamedAsync(HttpContext http, string id, string secret)
    {
        if (id.Length == 0)
            return new(FailedSignIns.Nobody, null, TokenError.NoClient);
        if (await applications.FindAsync(id, http.RequestAborted) is not { } principal)
            return new(FailedSignIns.Nobody, null, TokenError.UnknownClient(id));
        return secret.Length == 0 ? new(principal.ClientId, null, TokenError.NoSecret)
            : applications.HasSecret(principal, secret) ? new(principal.ClientId, principal, null)
            : new(principal.ClientId, null, TokenError.WrongSecret(principal.ClientId));
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

    private async Task<IFormCollection?> FormAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        // Multipart would be spooled to files.
        if (
            request.ContentLength > MostBytes
            || request.ContentType?.Split(';')[0].Trim().Equals(FormType, StringComparison.OrdinalIgnoreCase) != true
        )
            return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        using var patience = new CancellationTokenSource(FormWithin, host.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, patience.Token);
        try
        {
            return await request.ReadFormAsync(either.Token);
        }
        catch (Exception e)
            when (e is InvalidDataException or BadHttpRequestException
                || (e is OperationCanceledException && !http.RequestAborted.IsCancellationRequested)
            )
        {
            // What is left of it may be more than is worth draining.
            if (HttpProtocol.IsHttp11(request.Protocol))
                http.Response.Headers.Connection = "close";
            return null;
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Sign-in of {Client} from {Address} refused: AADSTS{Number}")]
    private static partial void LogRefused(ILogger log, string client, IPAddress? address, int number);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "A sign-in cannot reach the database: {Why}")]
    private static partial void LogUnavailable(ILogger log, string why);
}
