using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Causeway.Identity.Secrets;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Tokens;

/// <summary>
/// The RSA key that signs tokens. Kept encrypted in the store, so that tokens stay valid across a restart and every node signs with the same key.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const string Setting = "identity/signing-key";

    private SigningKey(RSA key)
    {
        Key = key;
        RSAParameters p = key.ExportParameters(includePrivateParameters: false);
        Modulus = Base64Url.EncodeToString(p.Modulus);
        Exponent = Base64Url.EncodeToString(p.Exponent);
        // The thumbprint of RFC 7638.
        Id = Base64Url.EncodeToString(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{{\"e\":\"{Exponent}\",\"kty\":\"RSA\",\"n\":\"{Modulus}\"}}"))
        );
    }

    public string Id { get; }

    /// <summary>base64url, as a JSON Web Key shows it.</summary>
    public string Modulus { get; }

    public string Exponent { get; }

    internal RSA Key { get; }

    public static async Task<SigningKey> LoadOrCreateAsync(IStore store, ISecretProtector secrets, CancellationToken cancellation)
    {
        byte[]? stored = await store.GetSettingAsync(Setting, cancellation);
        if (stored is null)
        {
            using var made = RSA.Create(2048);
            byte[] kept = Encoding.UTF8.GetBytes(secrets.Protect(Convert.ToBase64String(made.ExportPkcs8PrivateKey()), Setting));
            stored = await store.GetOrAddSettingAsync(Setting, kept, cancellation);
        }
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(secrets.Unprotect(Encoding.UTF8.GetString(stored), Setting)), out _);
        return new SigningKey(key);
    }

    public void Dispose() => Key.Dispose();
}
