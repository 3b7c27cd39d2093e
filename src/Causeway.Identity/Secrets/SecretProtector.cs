using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Identity.Secrets;

/// <summary>AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the purpose is the associated data. Form: <c>v1.base64url(nonce ‖ tag ‖ text)</c>.</summary>
public sealed class SecretProtector : ISecretProtector, IDisposable
{
    /// <summary>Key length in bytes.</summary>
    public const int KeyBytes = 32;

    private const string Version = "v1.";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly AesGcm _aes;
    private readonly byte[] _hashKey;

    /// <exception cref="ArgumentException">The key is not <see cref="KeyBytes"/> long.</exception>
    public SecretProtector(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes)
            throw new ArgumentException($"The key has {key.Length} bytes: {KeyBytes} are needed.", nameof(key));
        _aes = new AesGcm(key, TagBytes);
        _hashKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ToArray(), KeyBytes, info: "causeway/secret-fingerprint"u8.ToArray());
    }

    public string Protect(string secret, string purpose)
    {
        byte[] text = Encoding.UTF8.GetBytes(secret);
        string protectedText = Version + Base64Url.EncodeToString(Protect(text, purpose));
        CryptographicOperations.ZeroMemory(text);
        return protectedText;
    }

    public byte[] Protect(ReadOnlySpan<byte> content, string purpose)
    {
        byte[] sealed_ = new byte[NonceBytes + TagBytes + content.Length];
        Span<byte> nonce = sealed_.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        lock (_aes)
            _aes.Encrypt(
                nonce,
                content,
                sealed_.AsSpan(NonceBytes + TagBytes),
                sealed_.AsSpan(NonceBytes, TagBytes),
                Encoding.UTF8.GetBytes(purpose)
            );
        return sealed_;
    }

    public string Fingerprint(string secret, string purpose) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_hashKey, Encoding.UTF8.GetBytes($"{purpose}\0{secret}")))[..32];

    public string Fingerprint(ReadOnlySpan<byte> content, string purpose)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _hashKey);
        hash.AppendData(Encoding.UTF8.GetBytes($"{purpose}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    public string Unprotect(string protectedText, string purpose)
    {
        if (
            !protectedText.StartsWith(Version, StringComparison.Ordinal)
            || !Base64Url.IsValid(protectedText.AsSpan(Version.Length), out int length)
        )
            throw new SecretException("This is not a protected secret.");
        if (length < NonceBytes + TagBytes)
            throw new SecretException("This protected secret is cut short.");
        return Encoding.UTF8.GetString(Unprotect(Base64Url.DecodeFromChars(protectedText.AsSpan(Version.Length)), purpose));
    }

    public byte[] Unprotect(ReadOnlySpan<byte> protectedContent, string purpose)
    {
        if (protectedContent.Length < NonceBytes + TagBytes)
            throw new SecretException("This protected content is cut short.");
        byte[] content = new byte[protectedContent.Length - NonceBytes - TagBytes];
        try
        {
            lock (_aes)
                _aes.Decrypt(
                    protectedContent[..NonceBytes],
                    protectedContent[(NonceBytes + TagBytes)..],
                    protectedContent.Slice(NonceBytes, TagBytes),
                    content,
                    Encoding.UTF8.GetBytes(purpose)
                );
        }
        catch (CryptographicException e)
        {
            throw new SecretException(
                "A protected secret cannot be read: it was written with another key (CAUSEWAY_KEY, or the file 'key' in the data folder) or for another purpose.",
                e
            );
        }
        return content;
    }

    public void Dispose() => _aes.Dispose();
}
