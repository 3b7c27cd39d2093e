using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>
/// What holds for every JSON Web Token that is shown to us (RFC 8725), whoever signed it. The library parses and verifies; written here is what it leaves to
/// its user: which algorithms, which kinds, and that keys come from us alone and never from what the token's header offers (<c>jwk</c>, <c>jku</c>, <c>x5c</c>).
/// </summary>
internal static class TokenRules
{
    /// <summary>Longer ones are not looked at.</summary>
    private const int MostCharacters = 16 * 1024;

    /// <summary>Asymmetric ones: a published key must never be taken for a shared secret (RFC 8725 §3.1).</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    public static JsonWebTokenHandler Handler { get; } = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The token, parsed but not yet believed; null when it is none, is too long, or is encrypted.</summary>
    public static JsonWebToken? Read(string token)
    {
        if (token.Length is 0 or > MostCharacters)
            return null;
        try
        {
            var read = new JsonWebToken(token);
            return !read.IsEncrypted && IsStrict(read.EncodedHeader) && IsStrict(read.EncodedPayload) ? read : null;
        }
        catch (Exception e)
            when (e is ArgumentException or SecurityTokenException or JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The library takes the last of members with the same name, and does not look at what follows the object: two readers of such a token may read
    /// different things in it, so it is none (RFC 7519 §4, RFC 8725 §2.4).
    /// </summary>
    private static bool IsStrict(string part)
    {
        using JsonDocument document = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(part), s_strict);
        return document.RootElement.ValueKind == JsonValueKind.Object;
    }

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <param name="keys">The keys that a token may be signed with; none when it names one that we do not know.</param>
    /// <param name="isIssuer">Whether its <c>iss</c> is who it must be.</param>
    /// <param name="isAudience">Whether an audience, one of perhaps several, is us.</param>
    public static TokenValidationParameters Of(
        Func<JsonWebToken, IEnumerable<SecurityKey>> keys,
        Predicate<string> isIssuer,
        Predicate<string> isAudience
    ) =>
        new()
        {
            ValidAlgorithms = Algorithms,
            IssuerSigningKeyResolver = (_, token, _, _) => keys((JsonWebToken)token),
            TryAllIssuerSigningKeys = false,
            TypeValidator = (type, token, _) => IsAccessToken((JsonWebToken)token) ? type : throw new SecurityTokenInvalidTypeException(),
            IssuerValidator = (issuer, _, _) => isIssuer(issuer) ? issuer : throw new SecurityTokenInvalidIssuerException(),
            AudienceValidator = (audiences, _, _) => audiences.Any(a => isAudience(a)),
            // By our own clock, and only once the signature is known to be good: see Validity.
            ValidateLifetime = false,
        };

    /// <summary>
    /// Whether the headers are those of a token that opens something: no <c>crit</c>, which asks for what we do not understand (RFC 7515 §4.1.11), and no
    /// <c>typ</c> of another kind of token, such as <c>logout+jwt</c> (RFC 8725 §3.11).
    /// </summary>
    private static bool IsAccessToken(JsonWebToken token)
    {
        if (token.TryGetHeaderValue<object>("crit", out _))
            return false;
        string kind = token.Typ ?? "";
        if (kind.StartsWith("application/", StringComparison.OrdinalIgnoreCase))
            kind = kind["application/".Length..];
        return kind.ToUpperInvariant() is "" or "JWT" or "AT+JWT";
    }

    /// <summary>The times of a token; a missing <c>nbf</c> is the beginning of time, a missing <c>exp</c> has passed.</summary>
    public static (DateTimeOffset NotBefore, DateTimeOffset Expires) Validity(JsonWebToken token) =>
        (new(token.ValidFrom.Ticks, TimeSpan.Zero), new(token.ValidTo.Ticks, TimeSpan.Zero));

    /// <summary>A claim that is text; null when it is absent or anything else.</summary>
    public static string? Claim(JsonWebToken token, string name) =>
        token.TryGetPayloadValue(name, out object? value) ? value as string : null;
}
