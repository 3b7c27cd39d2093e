using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Causeway.Identity.Tokens;

/// <summary>A JSON Web Key (RFC 7517) that signatures may be checked with.</summary>
/// <param name="Id">Its <c>kid</c>; null when it has none.</param>
/// <param name="Algorithm">The only algorithm it is for; null for any that fits its type.</param>
internal sealed record PublishedKey(string? Id, string? Algorithm, AsymmetricAlgorithm Key)
{
    /// <summary>RFC 7518 §3.3: a key of 2048 bits or larger.</summary>
    private const int LeastRsaBits = 2048;

    public bool Fits(string? algorithm) => Algorithm is null || Algorithm == algorithm;

    /// <summary>Null for a key that is not for signatures, of an unknown type or curve, too short, or damaged: it does not spoil the others.</summary>
    public static PublishedKey? Read(JsonElement key)
    {
        try
        {
            if (key.ValueKind != JsonValueKind.Object || Text(key, "use") is { } use && use != "sig" || !IsForVerifying(key))
                return null;
            AsymmetricAlgorithm? algorithm = Text(key, "kty") switch
            {
                "RSA" => RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") }),
                "EC" when Curve(Text(key, "crv")) is { } curve => ECDsa.Create(
                    new ECParameters
                    {
                        Curve = curve,
                        Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
                    }
                ),
                _ => null,
            };
            return algorithm is null or RSA { KeySize: < LeastRsaBits }
                ? null
                : new PublishedKey(Text(key, "kid"), Text(key, "alg"), algorithm);
        }
        catch (Exception e)
            when (e is CryptographicException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static ECCurve? Curve(string? name) =>
        name switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            _ => null,
        };

    private static bool IsForVerifying(JsonElement key) =>
        !key.TryGetProperty("key_ops", out JsonElement operations)
        || operations.ValueKind == JsonValueKind.Array
            && operations.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.GetString() == "verify");

    /// <summary>A member's text; null when absent. Another kind of value makes the key unreadable.</summary>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    private static string? Text(JsonElement key, string name) => key.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
}
