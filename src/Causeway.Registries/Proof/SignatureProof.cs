using System.Buffers;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Causeway.Registries.Proof;

/// <summary>What a signature of a declared prefix shows, in the words of the newest API (<c>validationState</c> of <c>advertisedPublicPrefixInfo</c>).</summary>
public enum SignatureState
{
    /// <summary>A certificate in a registry object of the prefix verifies the signature.</summary>
    Configured,

    /// <summary>What was signed is not what this prefix of this circuit has to have signed, or every certificate is out of its time.</summary>
    ValidationFailed,

    /// <summary>Registries know the prefix, and for other ASNs only.</summary>
    AsnValidationFailed,

    /// <summary>No registry object of the prefix holds a certificate.</summary>
    CertificateMissingInRoutingRegistry,

    /// <summary>The signature is not base64, or too long to be one.</summary>
    InvalidSignatureEncoding,

    /// <summary>No certificate verifies it.</summary>
    SignatureVerificationFailed,

    /// <summary>No registry object is about the prefix: only a ticket can help.</summary>
    ManualValidationNeeded,
}

/// <summary>What is to be weighed.</summary>
/// <param name="Expected">What had to be signed: the validation id of the prefix.</param>
/// <param name="ValidationId">What the customer says was signed; null stands for the expected.</param>
/// <param name="Signature">Base64, white space allowed.</param>
/// <param name="Objects">Texts (RPSL) of the registry objects that are about the prefix.</param>
/// <param name="NamesAsn">Whether one of them is for the ASN that announces the prefix, or none is for any.</param>
public sealed record SignatureQuestion(
    string Expected,
    string? ValidationId,
    string Signature,
    IReadOnlyList<string> Objects,
    bool NamesAsn
);

/// <summary>What came of it.</summary>
/// <param name="Says">Why, for people.</param>
/// <param name="Thumbprint">SHA-256 of the certificate that verified it, hexadecimal; null when none did.</param>
public sealed record SignatureVerdict(SignatureState State, string Says, string? Thumbprint = null);

/// <summary>
/// Self-service proof of a prefix: the holder puts a certificate into the remarks of the prefix's registry object, which nobody else can, and signs the
/// validation id with its key. Theory of operation: the registry vouches for the certificate by holding it, so that its issuer is of no account; it only has to be
/// in its time, with a key that is neither weak nor enormous. SHA-256 with RSA (PKCS #1 v1.5 or PSS, 2048 to 8192 bits) or ECDSA (P-256, P-384, P-521; DER as
/// openssl writes it, or IEEE P1363). Pure; whatever is sent, the work is bounded and nothing is thrown.
/// </summary>
public static class SignatureProof
{
    private const int LongestSignature = 4096;
    private const int LongestObject = 256 * 1024;
    private const int LongestCertificate = 16 * 1024;
    private const int MostCertificates = 16;
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    private static readonly SearchValues<char> s_inNames = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    );

    /// <param name="now">For the time of certificates.</param>
    public static SignatureVerdict Check(SignatureQuestion question, DateTimeOffset now)
    {
        if (question.ValidationId is { } id && id != question.Expected)
            return new(SignatureState.ValidationFailed, $"The validation id is of something else: sign '{question.Expected}'.");
        if (question.Objects.Count == 0)
            return new(SignatureState.ManualValidationNeeded, "No registry object is about the prefix: open a ticket.");
        if (!question.NamesAsn)
            return new(SignatureState.AsnValidationFailed, "The registry objects of the prefix are for other AS numbers.");
        if (Decode(question.Signature, LongestSignature) is not { Length: > 0 } signature)
            return new(SignatureState.InvalidSignatureEncoding, "The signature is not base64 of a signature: encode its bytes in base64.");

        bool any = false,
            inTime = false;
        byte[] signed = Encoding.UTF8.GetBytes(question.Expected);
        foreach (byte[] der in question.Objects.SelectMany(CertificatesIn).Take(MostCertificates))
        {
            using X509Certificate2? certificate = Load(der);
            if (certificate is null)
                continue;
            any = true;
            if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
                continue;
            inTime = true;
            if (IsVerified(certificate, signed, signature))
                return new(
                    SignatureState.Configured,
                    "The certificate in the registry object verifies the signature.",
                    certificate.GetCertHashString(HashAlgorithmName.SHA256)
                );
        }
        return !any
                ? new(
                    SignatureState.CertificateMissingInRoutingRegistry,
                    "No registry object of the prefix holds a certificate that can be read."
                )
            : !inTime
                ? new(SignatureState.ValidationFailed, "The certificate in the registry object is not valid now: put a new one there.")
            : new(SignatureState.SignatureVerificationFailed, "The certificate in the registry object does not verify the signature.");
    }

    /// <summary>The certificates in an object's text, whatever attributes their lines stand in (<c>remarks:</c>, <c>descr:</c>), or none.</summary>
    private static IEnumerable<byte[]> CertificatesIn(string text)
    {
        if (text.Length > LongestObject)
            yield break;
        var values = new StringBuilder(text.Length);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
            values.Append(ValueOf(line)).Append('\n');
        string all = values.ToString();
        for (int at = 0; (at = all.IndexOf(Begin, at, StringComparison.Ordinal)) >= 0; )
        {
            at += Begin.Length;
            int end = all.IndexOf(End, at, StringComparison.Ordinal);
            if (end < 0)
                yield break;
            if (end - at <= 2 * LongestCertificate && Decode(all[at..end], LongestCertificate) is { Length: > 0 } der)
                yield return der;
            at = end + End.Length;
        }
    }

    /// <summary>The value of a line: what follows <c>name:</c>, or all of it where the line goes on.</summary>
    private static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> line)
    {
        int colon = line.IndexOf(':');
        bool named = colon > 0 && line[..colon].IndexOfAnyExcept(s_inNames) < 0;
        ReadOnlySpan<char> value =
            named ? line[(colon + 1)..]
            : line.StartsWith('+') ? line[1..]
            : line;
        return value.Trim();
    }

    /// <summary>Null for what is not base64, or more than it may be.</summary>
    private static byte[]? Decode(string text, int most)
    {
        if (text.Length > 4 * most)
            return null;
        byte[] bytes = new byte[most];
        return Convert.TryFromBase64String(text, bytes, out int written) ? bytes[..written] : null;
    }

    private static X509Certificate2? Load(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null; // like any other text in a remark
        }
    }

    private static bool IsVerified(X509Certificate2 certificate, byte[] signed, byte[] signature)
    {
        try
        {
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
                return rsa.KeySize is >= 2048 and <= 8192
                    && (
                        rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                        || rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
                    );
            using ECDsa? ec = certificate.GetECDsaPublicKey();
            return ec is { KeySize: 256 or 384 or 521 }
                && (
                    ec.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                    || ec.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                );
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
