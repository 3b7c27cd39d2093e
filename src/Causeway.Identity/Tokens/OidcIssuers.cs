using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Arm;

namespace Causeway.Identity.Tokens;

/// <summary>Tokens of configured OpenID Connect issuers (OpenID Connect Discovery 1.0): keys are found from the issuer's address and cached.</summary>
public sealed class OidcIssuers(IdentityOptions options, HttpMessageInvoker http, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan KeysLastFor = TimeSpan.FromHours(12);

    /// <summary>An unknown key id makes us ask again, but a stream of invented ids does not make us ask without end.</summary>
    private static readonly TimeSpan AskAtMostEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private const int MostBytes = 1 << 20;

    private readonly ConcurrentDictionary<string, Keys> _keys = new();
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The principal, or why not. Times are the caller's to check.</summary>
    internal async ValueTask<(Principal? Principal, string? Why)> CheckAsync(Jwt jwt, CancellationToken cancellation)
    {
        string? named = jwt.Claim("iss")?.TrimEnd('/');
        OidcIssuerOptions? issuer = options.Issuers.FirstOrDefault(i => i.Issuer.TrimEnd('/') == named);
        if (issuer is null)
            return (null, "It was issued by nobody this server trusts.");
        if (!jwt.Audience(a => a.TrimEnd('/') == issuer.Audience.TrimEnd('/')))
            return (null, $"Its audience is not '{issuer.Audience}'.");
        if (await FindAsync(issuer, jwt.KeyId, cancellation) is not { } key)
            return (null, "It is signed with a key that its issuer does not publish.");
        if (!jwt.IsSignedBy(key))
            return (null, "Its signature is not valid.");
        return (jwt.Claim("oid") ?? jwt.Claim("sub")) is { Length: > 0 and <= 256 } id
            ? (
                new Principal(
                    id,
                    jwt.Claim("appid") ?? jwt.Claim("azp") ?? jwt.Claim("preferred_username") ?? id,
                    jwt.Claim("tid") ?? issuer.Issuer
                ),
                null
            )
            : (null, "It has neither 'oid' nor 'sub'.");
    }

    private async ValueTask<AsymmetricAlgorithm?> FindAsync(OidcIssuerOptions issuer, string? keyId, CancellationToken cancellation)
    {
        if (_keys.TryGetValue(issuer.Issuer, out Keys? known) && known.Find(keyId) is { } key && clock.GetUtcNow() - known.At < KeysLastFor)
            return key;
        await _one.WaitAsync(cancellation);
        try
        {
            _keys.TryGetValue(issuer.Issuer, out known);
            if (known is null || clock.GetUtcNow() - known.At >= AskAtMostEvery)
            {
                // An issuer that cannot be reached now leaves us with the keys we have.
                known = await FetchAsync(issuer, cancellation) ?? known?.Again(clock.GetUtcNow()) ?? Keys.None(clock.GetUtcNow());
                _keys[issuer.Issuer] = known;
            }
            return known.Find(keyId);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Keys?> FetchAsync(OidcIssuerOptions issuer, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using JsonDocument about = await GetAsync($"{issuer.Issuer.TrimEnd('/')}/.well-known/openid-configuration", either.Token);
            string jwks = about.RootElement.GetProperty("jwks_uri").GetString()!;
            using JsonDocument keys = await GetAsync(jwks, either.Token);
            return Keys.Read(keys.RootElement, clock.GetUtcNow());
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or UriFormatException
                        or IOException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested)
            )
        {
            return null;
        }
    }

    private async Task<JsonDocument> GetAsync(string url, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using HttpResponseMessage response = await http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MostBytes, cancellation);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    public void Dispose()
    {
        _one.Dispose();
        http.Dispose();
    }

    /// <summary>The published keys of one issuer (RFC 7517).</summary>
    private sealed record Keys(IReadOnlyDictionary<string, AsymmetricAlgorithm> ById, DateTimeOffset At)
    {
        public static Keys None(DateTimeOffset at) => new(new Dictionary<string, AsymmetricAlgorithm>(), at);

        public Keys Again(DateTimeOffset at) => this with { At = at };

        /// <summary>A token that names no key can only be checked when there is one.</summary>
        public AsymmetricAlgorithm? Find(string? id) =>
            id is null ? (ById.Count == 1 ? ById.Values.Single() : null) : ById.GetValueOrDefault(id);

        public static Keys Read(JsonElement set, DateTimeOffset at)
        {
            var keys = new Dictionary<string, AsymmetricAlgorithm>();
            foreach (JsonElement key in set.GetProperty("keys").EnumerateArray())
            {
                string id = key.TryGetProperty("kid", out JsonElement kid) ? kid.GetString() ?? "" : "";
                if (Read(key) is { } algorithm)
                    keys[id] = algorithm;
            }
            return new(keys, at);
        }

        private static AsymmetricAlgorithm? Read(JsonElement key)
        {
            try
            {
                return key.GetProperty("kty").GetString() switch
                {
                    "RSA" => RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") }),
                    "EC" => ECDsa.Create(
                        new ECParameters
                        {
                            Curve =
                                key.GetProperty("crv").GetString() == "P-384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256,
                            Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
                        }
                    ),
                    _ => null,
                };
            }
            catch (Exception e) when (e is CryptographicException or KeyNotFoundException or FormatException)
            {
                // One key that we cannot use does not spoil the others.
                return null;
            }
        }

        private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
    }
}
