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

    /// <summary>A token for a principal; parts can be made wrong.</summary>
    public string Token(
        string principal,
        string? audience = null,
        string? issuer = null,
        TimeSpan? expiresIn = null,
        RSA? signedWith = null,
        string? keyId = null,
        string? oid = null,
        string? networks = null
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
                if (oid is not null)
                    json.WriteString("oid", oid);
                if (networks is not null)
                {
                    json.WritePropertyName("networks");
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
                "/.well-known/openid-configuration" => $$"""{"issuer":"{{CallsItself ?? Address}}","jwks_uri":"{{Address}}/keys"}""",
                "/keys" => Keys(),
                _ => "{}",
            };
            http.Response.ContentType = "application/json";
            await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            http.Response.Close();
        }
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
