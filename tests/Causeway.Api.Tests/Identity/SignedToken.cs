using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Api.Tests.Identity;

/// <summary>JSON Web Tokens made by hand (RFC 7515), so that any part can be wrong and what makes them is not what checks them.</summary>
public static class SignedToken
{
    /// <summary>Signs claims with RS256.</summary>
    public static string Of(RSA key, string keyId, Action<Utf8JsonWriter> claims)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            claims(writer);
            writer.WriteEndObject();
        }
        return Of(key, $$"""{"typ":"JWT","alg":"RS256","kid":"{{keyId}}"}""", Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>Signs whatever stands there with RS256.</summary>
    public static string Of(RSA key, string header, string claims) =>
        Of(header, claims, signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Of(string header, string claims, Func<byte[], byte[]> sign)
    {
        string signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
