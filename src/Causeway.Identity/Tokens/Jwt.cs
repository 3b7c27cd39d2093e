using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Identity.Tokens;

/// <summary>A JSON Web Token in compact form (RFC 7519, RFC 7515), parsed but not yet believed.</summary>
internal sealed class Jwt
{
    /// <summary>Longer ones are not looked at.</summary>
    private const int MostCharacters = 16 * 1024;

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private Jwt(JsonElement header, JsonElement claims, byte[] signed, byte[] signature)
    {
        Header = header;
        Claims = claims;
        _signed = signed;
        _signature = signature;
    }

    private JsonElement Header { get; }

    private JsonElement Claims { get; }

    public string? Algorithm => Text(Header, "alg");

    public string? KeyId => Text(Header, "kid");

    /// <summary>The SHA-1 thumbprint of the signing certificate, base64url.</summary>
    public string? Thumbprint => Text(Header, "x5t");

    /// <summary>
    /// Whether the headers are those of a token that opens something: no <c>crit</c>, which asks for what we do not understand (RFC 7515 §4.1.11), and no
    /// <c>typ</c> of another kind of token, such as <c>logout+jwt</c> (RFC 8725 §3.11).
    /// </summary>
    public bool IsAccessToken =>
        !Header.TryGetProperty("crit", out _)
        && (
            !Header.TryGetProperty("typ", out _)
            || Text(Header, "typ") is { } kind
                && (kind.StartsWith("application/", StringComparison.OrdinalIgnoreCase) ? kind[12..] : kind).ToUpperInvariant()
                    is "JWT"
                        or "AT+JWT"
        );

    public string? Claim(string name) => Text(Claims, name);

    /// <summary>The times of the token; a missing <c>nbf</c> is the beginning of time, a missing <c>exp</c> has passed.</summary>
    public (DateTimeOffset NotBefore, DateTimeOffset Expires) Validity =>
        (Time("nbf") ?? DateTimeOffset.MinValue, Time("exp") ?? DateTimeOffset.MinValue);

    /// <summary>Whether the audience, one or several, satisfies a condition.</summary>
    public bool Audience(Func<string, bool> condition)
    {
        try
        {
            if (!Claims.TryGetProperty("aud", out JsonElement audience))
                return false;
            return audience.ValueKind switch
            {
                JsonValueKind.String => condition(audience.GetString()!),
                JsonValueKind.Array => audience.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && condition(a.GetString()!)),
                _ => false,
            };
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate: JSON, but not text.
            return false;
        }
    }

    /// <summary>Checks the signature with an algorithm that fits the key; <c>none</c> and symmetric ones never do.</summary>
    public bool IsSignedBy(AsymmetricAlgorithm key) =>
        (key, Algorithm) switch
        {
            (RSA rsa, "RS256") => rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            (RSA rsa, "RS384") => rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            (RSA rsa, "RS512") => rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            (RSA rsa, "PS256") => rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            (ECDsa { KeySize: 256 } ec, "ES256") => ec.VerifyData(_signed, _signature, HashAlgorithmName.SHA256),
            (ECDsa { KeySize: 384 } ec, "ES384") => ec.VerifyData(_signed, _signature, HashAlgorithmName.SHA384),
            _ => false,
        };

    public static bool TryParse(string token, [NotNullWhen(true)] out Jwt? jwt)
    {
        jwt = null;
        if (token.Length > MostCharacters)
            return false;
        int first = token.IndexOf('.', StringComparison.Ordinal);
        int second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        if (second < 0 || token.IndexOf('.', second + 1) >= 0 || !Ascii.IsValid(token))
            return false;
        if (
            !TryPart(token.AsSpan(0, first), out JsonElement header)
            || !TryPart(token.AsSpan(first + 1, second - first - 1), out JsonElement claims)
            || !Base64Url.IsValid(token.AsSpan(second + 1))
        )
            return false;
        jwt = new Jwt(header, claims, Encoding.ASCII.GetBytes(token, 0, second), Base64Url.DecodeFromChars(token.AsSpan(second + 1)));
        return true;
    }

    /// <summary>Signs claims with RS256.</summary>
    public static string Sign(RSA key, string keyId, Action<Utf8JsonWriter> claims)
    {
        string header = Part(writer =>
        {
            writer.WriteString("typ"u8, "JWT"u8);
            writer.WriteString("alg"u8, "RS256"u8);
            writer.WriteString("x5t"u8, keyId);
            writer.WriteString("kid"u8, keyId);
        });
        string signed = $"{header}.{Part(claims)}";
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return Base64Url.EncodeToString(stream.ToArray());
    }

    private static bool TryPart(ReadOnlySpan<char> part, out JsonElement element)
    {
        element = default;
        if (!Base64Url.IsValid(part))
            return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                Base64Url.DecodeFromChars(part),
                new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false }
            );
            element = document.RootElement.Clone();
            return element.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private DateTimeOffset? Time(string name) =>
        Claims.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out double seconds)
        && seconds is >= 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    private static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // as above
        }
    }
}
