namespace Causeway.Identity.Secrets;

/// <summary>
/// Encrypts what must not be readable in the database: BGP keys, client secrets, authorization keys, the signing key. A protected text begins with
/// its version, is different each time, and is bound to its purpose: moved to another member or resource it does not decrypt.
/// </summary>
public interface ISecretProtector
{
    /// <param name="purpose">What the secret is, such as <c>peering/sharedKey/{resource key}</c>; the same on both sides.</param>
    string Protect(string secret, string purpose);

    /// <summary>
    /// A keyed hash: equal secrets of one purpose have equal ones under this installation's key, so that a secret that was sent again is known to be the same.
    /// 32 hexadecimal digits.
    /// </summary>
    string Fingerprint(string secret, string purpose);

    /// <exception cref="SecretException">Not protected by this installation's key, for this purpose.</exception>
    string Unprotect(string protectedText, string purpose);

    /// <summary>The same for what is not text, such as files. The form is <c>nonce ‖ tag ‖ content</c>.</summary>
    byte[] Protect(ReadOnlySpan<byte> content, string purpose);

    /// <inheritdoc cref="Fingerprint(string, string)"/>
    string Fingerprint(ReadOnlySpan<byte> content, string purpose);

    /// <exception cref="SecretException">Not protected by this installation's key, for this purpose.</exception>
    byte[] Unprotect(ReadOnlySpan<byte> protectedContent, string purpose);
}

/// <summary>A secret cannot be read: another key, another purpose, or damaged.</summary>
public sealed class SecretException(string message, Exception? inner = null) : Exception(message, inner);
