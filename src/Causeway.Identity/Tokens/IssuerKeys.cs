using System.Text.Json;
using Causeway.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>
/// The published keys of one issuer, and what else it says of itself (OpenID Connect Discovery 1.0, RFC 7517). Asking the issuer is a task of its own, one at a time, which no request that gives
/// up can end or make begin again: a request only waits for it. So the issuer is asked at most once a minute, whoever asks here and however. That is why the
/// library reads the documents but its ConfigurationManager does not decide when: it asks within the request, and ends with it.
/// </summary>
internal sealed partial class IssuerKeys(string issuer, HttpClient http, TimeProvider clock, ILogger log)
{
    /// <summary>Older keys are asked for again before they are used.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    /// <summary>An issuer that cannot be reached leaves us with the keys we have, for this long.</summary>
    private static readonly TimeSpan UsableFor = TimeSpan.FromHours(24);

    /// <summary>An unknown key id makes us ask again, but a stream of invented ids does not make us ask without end.</summary>
    private static readonly TimeSpan AskAtMostEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>RFC 7518 §3.3: a key of 2048 bits or larger.</summary>
    private const int LeastRsaBits = 2048;

    private readonly Lock _gate = new();

    // Whether the address is fit, Documents says: https, or loopback for an issuer that is there itself.
    private readonly HttpDocumentRetriever _documents = new(http) { RequireHttps = false };
    private volatile Published? _known;
    private Task? _asking;
    private long? _askedAt;
    private bool _failing;

    /// <summary>The key that the token names, if it is published for signatures of the token's algorithm; asks the issuer for it if need be.</summary>
    public async ValueTask<SecurityKey?> FindAsync(JsonWebToken token, CancellationToken cancellation)
    {
        if (_known is { } known && clock.GetElapsedTime(known.At) < FreshFor && Find(known, token) is { } key)
            return key;
        if (Ask() is { } asking)
            await asking.WaitAsync(cancellation);
        return _known is { } latest && clock.GetElapsedTime(latest.At) < UsableFor ? Find(latest, token) : null;
    }

    /// <summary>What the issuer says of itself; null when it never answered, or not for a day.</summary>
    public async ValueTask<OpenIdConnectConfiguration?> AboutAsync(CancellationToken cancellation)
    {
        if (_known is { } known && clock.GetElapsedTime(known.At) < FreshFor)
            return known.About;
        if (Ask() is { } asking)
            await asking.WaitAsync(cancellation);
        return _known is { } latest && clock.GetElapsedTime(latest.At) < UsableFor ? latest.About : null;
    }

    /// <summary>Whether an address that the issuer names may be asked: over TLS; over plain HTTP only where the issuer itself is, which the settings allow on loopback alone.</summary>
    public bool IsFit(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
        && (
            address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && issuer.StartsWith("http:", StringComparison.Ordinal))
        );

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
            (OpenIdConnectConfiguration about, IReadOnlyList<JsonWebKey> keys) = await ReadAsync(deadline.Token);
            _known = new Published(about, keys, clock.GetTimestamp());
            if (_failing)
                LogAnswers(log, issuer);
            _failing = false;
        }
#pragma warning disable CA1031 // Whatever is wrong with what somebody else serves: the keys that are known go on being used, and the next question comes in a minute.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_failing)
                LogFails(log, issuer, Problem.Text(e));
            _failing = true;
        }
    }

    private async Task<(OpenIdConnectConfiguration About, IReadOnlyList<JsonWebKey> Keys)> ReadAsync(CancellationToken cancellation)
    {
        string about = await DocumentAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", cancellation);
        OpenIdConnectConfiguration configuration = OpenIdConnectConfiguration.Create(about);
        // OpenID Connect Discovery 1.0 §4.3: who answers for another issuer is not this one.
        if (configuration.Issuer != issuer)
            throw new InvalidDataException($"its discovery document calls it '{configuration.Issuer}'");
        string keys = await DocumentAsync(configuration.JwksUri ?? "", cancellation);
        using JsonDocument set = JsonDocument.Parse(keys);
        return (configuration, [.. set.RootElement.GetProperty("keys").EnumerateArray().Select(KeyOf).OfType<JsonWebKey>()]);
    }

    private Task<string> DocumentAsync(string url, CancellationToken cancellation) =>
        IsFit(url) ? _documents.GetDocumentAsync(url, cancellation) : throw new InvalidDataException($"'{url}' is no https address");

    /// <summary>Null for a key that is not for checking signatures, of an unknown type, too short, or damaged: it does not spoil the others (RFC 7517 §5).</summary>
    private static JsonWebKey? KeyOf(JsonElement element)
    {
        try
        {
            var key = new JsonWebKey(element.GetRawText());
            bool verifies = key.Use is null or "sig" && (!element.TryGetProperty("key_ops", out _) || key.KeyOps.Contains("verify"));
            return verifies && (key.Kty == "EC" || (key.Kty == "RSA" && key.KeySize >= LeastRsaBits)) ? key : null;
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A token that names no key can only be checked when there is one. A key that says its algorithm is for that one alone.</summary>
    private static JsonWebKey? Find(Published known, JsonWebToken token) =>
        token.Kid is { Length: > 0 } id ? known.Keys.FirstOrDefault(k => k.Kid == id && Fits(k, token))
        : known.Keys is [var only] && Fits(only, token) ? only
        : null;

    private static bool Fits(JsonWebKey key, JsonWebToken token) => key.Alg is null || key.Alg == token.Alg;

    /// <param name="At">When it was read, of the clock's timestamps.</param>
    private sealed record Published(OpenIdConnectConfiguration About, IReadOnlyList<JsonWebKey> Keys, long At);

    [LoggerMessage(3003, LogLevel.Warning, "The issuer {Issuer} does not give its keys, tokens signed with new ones are refused: {Why}")]
    private static partial void LogFails(ILogger log, string issuer, string why);

    [LoggerMessage(3004, LogLevel.Information, "The issuer {Issuer} gives its keys again")]
    private static partial void LogAnswers(ILogger log, string issuer);
}
