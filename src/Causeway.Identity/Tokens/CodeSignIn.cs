using System.Net.Http.Headers;
using System.Text;
using Causeway.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>What an issuer gave for a code.</summary>
/// <param name="AccessToken">For the API, where the issuer was asked for a scope of it; null when it gave none.</param>
/// <param name="IdToken">Says who signed in; believed.</param>
public sealed record CodeTokens(string? AccessToken, string IdToken);

/// <summary>
/// Signs people in at one issuer: the authorization code flow of OpenID Connect (Core 1.0 §3.1) with PKCE (RFC 7636). What binds an attempt to its browser is
/// its caller's to keep; here is what is said between this server and the issuer.
/// </summary>
public sealed class CodeSignIn : IDisposable
{
    /// <summary>The longest answer of an issuer, bytes.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Codes that are taken to the issuer at once: whoever invents some makes others wait, and nobody work without bound.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Clocks differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private readonly CodeSignInOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        MaxResponseContentBufferSize = MostBytes,
    };
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly IssuerKeys _keys;

    public CodeSignIn(CodeSignInOptions options, TimeProvider clock, ILogger<OidcIssuers> log)
    {
        (_options, _clock) = (options, clock);
        _keys = new IssuerKeys(options.Issuer, _http, clock, log);
    }

    /// <summary>Where the browser is sent to; null while the issuer does not answer, or says no such address.</summary>
    /// <param name="back">Where it comes back to; the issuer has to know it.</param>
    /// <param name="challenge">S256 of the verifier (RFC 7636 §4.2).</param>
    public async ValueTask<string?> AddressAsync(
        string back,
        string state,
        string nonce,
        string challenge,
        CancellationToken cancellation
    ) =>
        (await _keys.AboutAsync(cancellation))?.AuthorizationEndpoint is { } address && _keys.IsFit(address)
            ? With(
                address,
                ("response_type", "code"),
                ("client_id", _options.ClientId),
                ("redirect_uri", back),
                ("scope", _options.Scope),
                ("state", state),
                ("nonce", nonce),
                ("code_challenge", challenge),
                ("code_challenge_method", "S256")
            )
            : null;

    /// <summary>Where one signs out at the issuer too (OpenID Connect RP-Initiated Logout 1.0); null where it has no such address.</summary>
    public async ValueTask<string?> LeaveAsync(string back, CancellationToken cancellation) =>
        (await _keys.AboutAsync(cancellation))?.EndSessionEndpoint is { } address && _keys.IsFit(address)
            ? With(address, ("client_id", _options.ClientId), ("post_logout_redirect_uri", back))
            : null;

    /// <summary>Takes a code to the issuer.</summary>
    /// <returns>What it gave; or why nobody is signed in.</returns>
    public async ValueTask<(CodeTokens? Tokens, string? Why)> RedeemAsync(
        string code,
        string back,
        string verifier,
        string nonce,
        CancellationToken cancellation
    )
    {
        if (await _keys.AboutAsync(cancellation) is not { TokenEndpoint: { } address } about || !_keys.IsFit(address))
            return (null, "the issuer does not answer");
        using var deadline = new CancellationTokenSource(Deadline, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        OpenIdConnectMessage answer;
        try
        {
            await _places.WaitAsync(either.Token);
            try
            {
                using HttpRequestMessage request = Request(about, address, code, back, verifier);
                using HttpResponseMessage given = await _http.SendAsync(request, either.Token);
                answer = new OpenIdConnectMessage(await given.Content.ReadAsStringAsync(either.Token));
                if (!given.IsSuccessStatusCode)
                    return (null, $"the issuer refused the code: {Said(answer.Error)}");
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e) when (e is HttpRequestException or ArgumentException or System.Text.Json.JsonException)
        {
            return (null, "the issuer's answer cannot be read");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "the issuer does not answer");
        }
        return await WhyNotAsync(answer.IdToken, nonce, cancellation) is { } why
            ? (null, why)
            : (new CodeTokens(answer.AccessToken is { Length: > 0 } token ? token : null, answer.IdToken), null);
    }

    /// <summary>OpenID Connect Core 1.0 §3.1.3.7. Null for an ID token that says who has just signed in here.</summary>
    private async ValueTask<string?> WhyNotAsync(string? idToken, string nonce, CancellationToken cancellation)
    {
        if (idToken is null || TokenRules.Read(idToken) is not { } token || token.Issuer != _options.Issuer)
            return "the issuer gave no ID token of its own";
        if (await _keys.FindAsync(token, cancellation) is not { } key)
            return "the ID token is signed with a key that its issuer does not publish";
        TokenValidationParameters rules = TokenRules.Of(_ => [key], i => i == _options.Issuer, a => a == _options.ClientId);
        if (!(await TokenRules.Handler.ValidateTokenAsync(token, rules)).IsValid)
            return "the ID token is not signed by its issuer, or is for another application";
        if (token.Audiences.Skip(1).Any() && token.Azp != _options.ClientId)
            return "the ID token was made for another application";
        if (TokenRules.Claim(token, JwtRegisteredClaimNames.Nonce) != nonce)
            return "the ID token is of another attempt to sign in";
        (DateTimeOffset notBefore, DateTimeOffset expires) = TokenRules.Validity(token);
        DateTimeOffset now = _clock.GetUtcNow();
        return expires <= now || notBefore > now + Skew ? "the ID token is not valid now: check the clocks" : null;
    }

    /// <summary>Who the application is, it says as the issuer wants it; Basic where it does not say (RFC 8414 §2).</summary>
    private HttpRequestMessage Request(OpenIdConnectConfiguration about, string address, string code, string back, string verifier)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = back,
            ["code_verifier"] = verifier,
            ["client_id"] = _options.ClientId,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.Accept.ParseAdd("application/json");
        if (_options.Secret is { } secret)
            if (about.TokenEndpointAuthMethodsSupported is { Count: > 0 } ways && !ways.Contains("client_secret_basic"))
                form["client_secret"] = secret;
            else
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic",
                    // RFC 6749 §2.3.1: both are encoded as a form encodes them.
                    Convert.ToBase64String(
                        Encoding.ASCII.GetBytes(
                            $"{System.Net.WebUtility.UrlEncode(_options.ClientId)}:{System.Net.WebUtility.UrlEncode(secret)}"
                        )
                    )
                );
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private static string With(string address, params ReadOnlySpan<(string Name, string Value)> query)
    {
        var text = new StringBuilder(address);
        char separator = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach ((string name, string value) in query)
        {
            text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return text.ToString();
    }

    /// <summary>An error's code, of somebody else's making.</summary>
    private static string Said(string? error) =>
        error is { Length: > 0 and <= 100 } && PlainText.IsPlain(error) ? error : "no reason given";

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }
}
