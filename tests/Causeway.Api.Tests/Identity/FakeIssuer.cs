using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Api.Tests.Identity;

/// <summary>An OpenID Connect issuer of somebody else's: discovery and keys over HTTP, and tokens for whomever a test wants.</summary>
public sealed class FakeIssuer : IDisposable
{
    public const string Audience = "api://causeway";

    private readonly HttpListener _listener = new();
    private (RSA Key, string Id) _key = (RSA.Create(2048), "one");
    private int _asked;

    public FakeIssuer()
    {
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What its discovery document calls it; its address unless set.</summary>
    public string? CallsItself { get; set; }

    /// <summary>Further members of its key.</summary>
    public string KeyMembers { get; set; } = "";

    /// <summary>Until this ends, its documents are not answered.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    /// <summary>What its tokens are signed with.</summary>
    public RSA Key => _key.Key;

    /// <summary>How often its documents were asked for.</summary>
    public int Asked => Volatile.Read(ref _askedAtAll);

    private int _askedAtAll;

    /// <summary>How often its keys were asked for.</summary>
    public int KeysAsked => Volatile.Read(ref _asked);

    /// <summary>What it knows the application by at which people sign in.</summary>
    public const string Application = "portal";

    /// <summary>Who sits before the browser; null for somebody who does not consent.</summary>
    public string? Person { get; set; } = "anna";

    /// <summary>What the application has to show with a code; null for a public one.</summary>
    public string? Secret { get; set; }

    /// <summary>The nonce of its ID tokens instead of the one that was asked for.</summary>
    public string? OtherNonce { get; set; }

    /// <summary>For whom its ID tokens are.</summary>
    public string IdAudience { get; set; } = Application;

    /// <summary>How long its ID tokens last.</summary>
    public TimeSpan IdLasts { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Who its ID tokens say that it is; itself unless set.</summary>
    public string? IdIssuer { get; set; }

    /// <summary>Codes that wait, and what each was asked for with.</summary>
    private readonly ConcurrentDictionary<string, (string Challenge, string Back, string Nonce, string Person)> _codes = new();

    /// <summary>A token for a principal; parts can be made wrong.</summary>
    public string Token(
        string principal,
        string? audience = null,
        string? issuer = null,
        TimeSpan? expiresIn = null,
        RSA? signedWith = null,
        string? keyId = null,
        string? oid = null,
        string? networks = null,
        string? nonce = null,
        string claim = "networks"
    )
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return SignedToken.Of(
            signedWith ?? _key.Key,
            keyId ?? _key.Id,
            json =>
            {
                json.WriteString("iss", issuer ?? Address);
                json.WriteString("aud", audience ?? Audience);
                json.WriteString("sub", principal);
                if (nonce is not null)
                    json.WriteString("nonce", nonce);
                if (oid is not null)
                    json.WriteString("oid", oid);
                if (networks is not null)
                {
                    json.WritePropertyName(claim);
                    json.WriteRawValue(networks);
                }
                json.WriteNumber("exp", now + (long)(expiresIn ?? TimeSpan.FromHours(1)).TotalSeconds);
            }
        );
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext http;
            try
            {
                http = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            Interlocked.Increment(ref _askedAtAll);
            await Answers;
            string body = http.Request.Url!.AbsolutePath switch
            {
                "/.well-known/openid-configuration" =>
                    $$"""{"issuer":"{{CallsItself ?? Address}}","jwks_uri":"{{Address}}/keys","authorization_endpoint":"{{Address}}/authorize","token_endpoint":"{{Address}}/token","end_session_endpoint":"{{Address}}/logout"}""",
                "/keys" => Keys(),
                "/authorize" => Authorize(http),
                "/token" => await TokensAsync(http),
                _ => "{}",
            };
            http.Response.ContentType = "application/json";
            await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            http.Response.Close();
        }
    }

    /// <summary>Whoever comes is <see cref="Person"/>, and consents.</summary>
    private string Authorize(HttpListenerContext http)
    {
        System.Collections.Specialized.NameValueCollection query = http.Request.QueryString;
        string back = query["redirect_uri"]!;
        string answer = "error=access_denied";
        if (
            Person is { } person
            && query["response_type"] == "code"
            && query["client_id"] == Application
            && query["code_challenge_method"] == "S256"
            && query["scope"]!.Split(' ').Contains("openid")
        )
        {
            string code = Guid.NewGuid().ToString("N");
            _codes[code] = (query["code_challenge"]!, back, query["nonce"]!, person);
            answer = $"code={code}";
        }
        http.Response.StatusCode = 302;
        http.Response.Headers["Location"] = $"{back}?{answer}&state={Uri.EscapeDataString(query["state"]!)}";
        return "";
    }

    /// <summary>RFC 6749 §4.1.3 with RFC 7636 §4.6: a code counts once, for who began with it.</summary>
    private async Task<string> TokensAsync(HttpListenerContext http)
    {
        using var reader = new StreamReader(http.Request.InputStream);
        System.Collections.Specialized.NameValueCollection form = System.Web.HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
        string verified = System.Buffers.Text.Base64Url.EncodeToString(
            SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"] ?? ""))
        );
        bool isApplication =
            Secret is null
            || http.Request.Headers["Authorization"]
                == "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Application}:{Uri.EscapeDataString(Secret)}"));
        if (
            isApplication
            && form["grant_type"] == "authorization_code"
            && _codes.TryRemove(form["code"] ?? "", out var asked)
            && asked.Challenge == verified
            && asked.Back == form["redirect_uri"]
        )
            return $$"""{"token_type":"Bearer","access_token":"{{Token(asked.Person)}}","id_token":"{{Token(asked.Person, IdAudience, IdIssuer, IdLasts, nonce: OtherNonce ?? asked.Nonce)}}"}""";
        http.Response.StatusCode = 400;
        return """{"error":"invalid_grant"}""";
    }

    private string Keys()
    {
        Interlocked.Increment(ref _asked);
        RSAParameters p = _key.Key.ExportParameters(false);
        string n = System.Buffers.Text.Base64Url.EncodeToString(p.Modulus);
        string e = System.Buffers.Text.Base64Url.EncodeToString(p.Exponent);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"keys":[{"kty":"oct","kid":"odd"},{"kty":"RSA","kid":"{{_key.Id}}","n":"{{n}}","e":"{{e}}"{{KeyMembers}}}]}"""
        );
    }

    public void Dispose()
    {
        _listener.Stop();
        _key.Key.Dispose();
    }
}
