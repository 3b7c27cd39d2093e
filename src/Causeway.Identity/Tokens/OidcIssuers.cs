using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Primitives;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Tokens of configured OpenID Connect issuers. A principal is the exact pair of issuer and subject, and nothing else that a token says: the same subject of
/// another issuer is somebody else. Keys are found from the issuer's address (OpenID Connect Discovery 1.0) and kept.
/// </summary>
public sealed class OidcIssuers(IdentityOptions options, HttpMessageInvoker http, TimeProvider clock) : IDisposable
{
    /// <summary>OpenID Connect Core 1.0 §2: a subject has at most 255 characters.</summary>
    private const int LongestSubject = 255;

    private readonly Dictionary<string, IssuerKeys> _keys = options
        .Issuers.DistinctBy(i => i.Issuer, StringComparer.Ordinal)
        .ToDictionary(i => i.Issuer, i => new IssuerKeys(i.Issuer, http, clock), StringComparer.Ordinal);

    /// <summary>The principal and its subject, or why not. Times are the caller's to check.</summary>
    internal async ValueTask<(Principal? Principal, string? Subject, string? Why)> CheckAsync(Jwt jwt, CancellationToken cancellation)
    {
        string? named = jwt.Claim("iss");
        OidcIssuerOptions? issuer = options.Issuers.FirstOrDefault(i => i.Issuer == named && jwt.Audience(a => a == i.Audience));
        if (issuer is null)
            return No(
                options.Issuers.FirstOrDefault(i => i.Issuer == named) is { } other
                    ? $"Its audience is not '{other.Audience}'."
                    : "It was issued by nobody this server trusts."
            );
        if (!jwt.IsAccessToken)
            return No("It is of another kind than an access token, or has critical headers.");
        if (await _keys[issuer.Issuer].FindAsync(jwt, cancellation) is not { } key)
            return No("It is signed with a key that its issuer does not publish for that.");
        if (!jwt.IsSignedBy(key))
            return No("Its signature is not valid.");
        if (jwt.Claim(issuer.SubjectClaim) is not { Length: > 0 and <= LongestSubject } subject)
            return No($"It has no '{issuer.SubjectClaim}' of 1 to {LongestSubject} characters.");
        if (!PlainText.IsPlain(subject))
            return No($"Its '{issuer.SubjectClaim}' has control characters.");
        string? name = jwt.Claim("appid") ?? jwt.Claim("azp") ?? jwt.Claim("preferred_username");
        name = name is { Length: > 0 and <= LongestSubject } && PlainText.IsPlain(name) ? name : subject;
        return (new Principal(issuer.ObjectIdOf(subject), name, issuer.Issuer), subject, null);
    }

    private static (Principal?, string?, string?) No(string why) => (null, null, why);

    public void Dispose() => http.Dispose();
}

/// <summary>
/// The published keys of one issuer. Asking the issuer is a task of its own, one at a time, which no request that gives up can end or make begin again: a
/// request only waits for it. So the issuer is asked at most once a minute, whoever asks here and however.
/// </summary>
internal sealed class IssuerKeys(string issuer, HttpMessageInvoker http, TimeProvider clock)
{
    /// <summary>Older keys are asked for again before they are used.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    /// <summary>An issuer that cannot be reached leaves us with the keys we have, for this long.</summary>
    private static readonly TimeSpan UsableFor = TimeSpan.FromHours(24);

    /// <summary>An unknown key id makes us ask again, but a stream of invented ids does not make us ask without end.</summary>
    private static readonly TimeSpan AskAtMostEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private const int MostBytes = 1 << 20;

    private readonly Lock _gate = new();
    private volatile Published? _known;
    private Task? _asking;
    private long? _askedAt;

    /// <summary>The key that the token names, if it is published for signatures of the token's algorithm.</summary>
    public async ValueTask<AsymmetricAlgorithm?> FindAsync(Jwt jwt, CancellationToken cancellation)
    {
        if (_known is { } known && clock.GetElapsedTime(known.At) < FreshFor && Find(known, jwt) is { } key)
            return key;
        if (Ask() is { } asking)
            await asking.WaitAsync(cancellation);
        return _known is { } latest && clock.GetElapsedTime(latest.At) < UsableFor ? Find(latest, jwt) : null;
    }

    /// <summary>The question that is under way, or a new one; null when it was asked a moment ago.</summary>
    private Task? Ask()
    {
        lock (_gate)
        {
            if (_asking is { IsCompleted: false })
                return _asking;
            if (_askedAt is { } at && clock.GetElapsedTime(at) < AskAtMostEvery)
                return null;
            _askedAt = clock.GetTimestamp();
            return _asking = Task.Run(FetchAsync);
        }
    }

    private async Task FetchAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        try
        {
            using JsonDocument about = await GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", deadline.Token);
            // OpenID Connect Discovery 1.0 §4.3: who answers for another issuer is not this one.
            if (Text(about.RootElement, "issuer") != issuer || Text(about.RootElement, "jwks_uri") is not { } jwks || !IsFit(jwks))
                return;
            using JsonDocument keys = await GetAsync(jwks, deadline.Token);
            if (
                keys.RootElement.ValueKind == JsonValueKind.Object
                && keys.RootElement.TryGetProperty("keys", out JsonElement set)
                && set.ValueKind == JsonValueKind.Array
            )
                _known = new Published([.. set.EnumerateArray().Select(PublishedKey.Read).OfType<PublishedKey>()], clock.GetTimestamp());
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The keys that are known go on being used; the next question comes in a minute at the earliest.
        }
    }

    /// <summary>Keys come over TLS; over plain HTTP only where the issuer itself does, which the settings allow on loopback alone.</summary>
    private bool IsFit(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
        && (
            address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && issuer.StartsWith("http:", StringComparison.Ordinal))
        );

    private async Task<JsonDocument> GetAsync(string url, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using HttpResponseMessage response = await http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MostBytes, cancellation);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation), new JsonDocumentOptions { MaxDepth = 16 });
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A token that names no key can only be checked when there is one.</summary>
    private static AsymmetricAlgorithm? Find(Published known, Jwt jwt) =>
        jwt.KeyId is { } id ? known.Keys.FirstOrDefault(k => k.Id == id && k.Fits(jwt.Algorithm))?.Key
        : known.Keys is [var only] && only.Fits(jwt.Algorithm) ? only.Key
        : null;

    /// <param name="At">When it was read, of the clock's timestamps.</param>
    private sealed record Published(IReadOnlyList<PublishedKey> Keys, long At);
}
