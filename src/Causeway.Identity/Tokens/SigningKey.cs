using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>An RSA key of the embedded issuer.</summary>
internal sealed class SigningKey
{
    /// <param name="period">The period in which it signs, counted from 0.</param>
    /// <param name="pkcs8">The private key (RFC 5958).</param>
    public SigningKey(long period, ReadOnlySpan<byte> pkcs8)
    {
        Period = period;
        // Never disposed: the library keeps what it made of a key for the next that is equal, also when that is another object.
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(pkcs8, out _);
        RSAParameters published = rsa.ExportParameters(includePrivateParameters: false);
        Modulus = Base64UrlEncoder.Encode(published.Modulus);
        Exponent = Base64UrlEncoder.Encode(published.Exponent);
        Key = new RsaSecurityKey(rsa);
        // The thumbprint of RFC 7638.
        Key.KeyId = Base64UrlEncoder.Encode(Key.ComputeJwkThumbprint());
        Credentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256);
    }

    public long Period { get; }

    public string Id => Key.KeyId;

    /// <summary>base64url, as a JSON Web Key shows it.</summary>
    public string Modulus { get; }

    public string Exponent { get; }

    public RsaSecurityKey Key { get; }

    public SigningCredentials Credentials { get; }
}
