using System.Buffers;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Proof;

/// <summary>What is to be weighed.</summary>
/// <param name="Expected">What had to be signed: the validation id of the prefix.</param>
/// <param name="ValidationId">What the customer says was signed; null or empty stands for the expected.</param>
/// <param name="Signature">Base64, white space allowed.</param>
/// <param name="Objects">Registry objects that are about the prefix.</param>
/// <param name="NamesAsn">Whether one of them is for the ASN that announces the prefix, or none is for any.</param>
public sealed record SignatureQuestion(
    string Expected,
    string? ValidationId,
    string Signature,
    IReadOnlyList<SignatureObject> Objects,
    bool NamesAsn
);

/// <summary>A registry object that may hold a certificate.</summary>
/// <param name="Key">Its class and key.</param>
/// <param name="Text">As RPSL.</param>
public sealed record SignatureObject(string Source, string Key, string Text);

/// <summary>
/// Self-service proof of a prefix: the holder puts a certificate into the remarks of the prefix's registry object, which nobody else can, and signs the
/// validation id with its key. Theory of operation: the objects are those of the smallest networks (<c>inetnum</c>, <c>inet6num</c>) that are
/// or contain the prefix (<see cref="Holding"/>), and of the routes (<c>route</c>, <c>route6</c>) of the smallest such block that has any (<see cref="Speaking"/>), in the registry that was named; a route object of exactly the prefix says in which ASNs' hands it is, and when it names others only, no signature helps. The registry vouches for the certificate by holding it, so that its issuer is of no account; it only has to be
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

    /// <summary>Of prefixes with more, that many objects are read: the rest is an anycast curiosity, or spite.</summary>
    private const int MostObjects = 64;

    /// <param name="now">For the time of certificates.</param>
    public static SignatureVerdict Check(SignedClaim claim, IrrDatabase irr, DateTimeOffset now)
    {
        IrrRoute[] routes = [.. irr.Covering(claim.Prefix).Where(r => claim.Registry.Includes(r.Source.Name))];
        IrrNetwork[] networks =
        [
            .. Holding(irr.Networks(claim.Prefix).Where(n => claim.Registry.Includes(n.Source.Name)), routes, claim.Asn).Take(MostObjects),
        ];
        IrrRoute[] exact = [.. routes.Where(r => r.Prefix == claim.Prefix)];
        return Check(
            new SignatureQuestion(
                claim.Expected,
                claim.ValidationId,
                claim.Signature,
                [
                    .. networks.Select(n => new SignatureObject(
                        n.Source.Name,
                        $"{(claim.Prefix.IsV4 ? "inetnum" : "inet6num")} {n.Key}",
                        n.Text
                    )),
                    .. Speaking(routes, claim.Asn)
                        .Take(MostObjects)
                        .Select(r => new SignatureObject(
                            r.Source.Name,
                            $"{(r.Prefix.IsV4 ? "route" : "route6")} {r.Prefix}AS{r.Origin}",
                            r.Text
                        )),
                ],
                exact.Length == 0 || exact.Any(r => r.Origin == claim.Asn)
            ),
            now
        );
    }

    /// <summary>
    /// The networks whose certificates count: the smallest that hold the prefix, unless a block inside them is registered to others only, who hold it nearer. Networks so large
    /// that nobody holds one say nothing.
    /// </summary>
    private static IEnumerable<IrrNetwork> Holding(IEnumerable<IrrNetwork> networks, IReadOnlyCollection<IrrRoute> routes, Asn asn)
    {
        IrrNetwork[] held = [.. networks.Where(n => !IsTooLarge(n.Range)).OrderBy(n => n.Range.Last - n.Range.First)];
        if (held.Length == 0)
            return [];
        UInt128 smallest = held[0].Range.Last - held[0].Range.First;
        IrrRoute[] nearest = PrefixProver.Nearest(routes);
        bool others =
            nearest.Length > 0
            && nearest.All(r => r.Origin != asn)
            && AddressRange.Of(nearest[0].Prefix) is var block
            && block.Last - block.First < smallest;
        return others ? [] : held.TakeWhile(n => n.Range.Last - n.Range.First == smallest);
    }

    /// <inheritdoc cref="PrefixProver.IsTooLarge"/>
    private static bool IsTooLarge(AddressRange range) =>
        range.Last - range.First >= UInt128.One << (128 - (range.Family == IpFamily.V4 ? 8 : 16));

    /// <summary>
    /// The route objects whose certificates count: those of the smallest block, and those around them as long as the smaller ones name the ASN. Whoever registers a larger block,
    /// where anybody may, does not speak for a part of it that another has.
    /// </summary>
    private static IEnumerable<IrrRoute> Speaking(IEnumerable<IrrRoute> routes, Asn asn)
    {
        foreach (
            IGrouping<byte, IrrRoute> level in routes
                .Where(r => !PrefixProver.IsTooLarge(r.Prefix))
                .GroupBy(r => r.Prefix.Length)
                .OrderByDescending(g => g.Key)
        )
        {
            foreach (IrrRoute route in level)
                yield return route;
            if (level.All(r => r.Origin != asn))
                yield break;
        }
    }

    /// <param name="now">For the time of certificates.</param>
    public static SignatureVerdict Check(SignatureQuestion question, DateTimeOffset now)
    {
        if (Decode(question.Signature, LongestSignature) is not { Length: > 0 } signature)
            return new(SignatureState.InvalidSignatureEncoding, "The signature is not base64 of a signature: encode its bytes in base64.");
        if (question.ValidationId is { Length: > 0 } id && id != question.Expected)
            return new(SignatureState.ValidationFailed, $"The validation id is of something else: sign '{question.Expected}'.");
        if (question.Objects.Count == 0)
            return new(
                SignatureState.ManualValidationNeeded,
                "No registry object that is read here is about the prefix: put the certificate into its inetnum or inet6num object, or open a ticket."
            );
        if (!question.NamesAsn)
            return new(
                SignatureState.AsnValidationFailed,
                "The route objects of the prefix are for other AS numbers: have one registered for yours."
            );

        bool any = false,
            inTime = false;
        DateTimeOffset? from = null;
        string? weak = null;
        byte[] signed = Encoding.UTF8.GetBytes(question.Expected);
        foreach ((SignatureObject holder, byte[] der) in question.Objects.SelectMany(CertificatesIn).Take(MostCertificates))
        {
            using X509Certificate2? certificate = Load(der);
            if (certificate is null)
                continue;
            any = true;
            if (Weakness(certificate) is { } why)
            {
                weak ??= why;
                continue;
            }
            if (now < certificate.NotBefore.ToUniversalTime() && IsVerified(certificate, signed, signature))
                from = from < certificate.NotBefore.ToUniversalTime() ? from : certificate.NotBefore.ToUniversalTime();
            if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
                continue;
            inTime = true;
            if (IsVerified(certificate, signed, signature))
                return new(
                    SignatureState.Configured,
                    $"A certificate in {holder.Source}'s {holder.Key} verifies the signature.",
                    new SigningCertificate(
                        holder.Source,
                        holder.Key,
                        certificate.GetCertHashString(HashAlgorithmName.SHA256),
                        certificate.NotAfter.ToUniversalTime()
                    )
                );
        }
        return !any
                ? new(
                    SignatureState.CertificateMissingInRoutingRegistry,
                    "No registry object of the prefix holds a certificate that can be read."
                )
            : from is { } begins
                ? new(
                    SignatureState.ValidationFailed,
                    $"The certificate in the registry object verifies the signature, and is not valid before {begins:u}: it counts from then on.",
                    From: begins
                )
            : !inTime && weak is not null
                ? new(SignatureState.SignatureVerificationFailed, $"The certificate in the registry object {weak}")
            : !inTime
                ? new(SignatureState.ValidationFailed, "The certificate in the registry object is not valid now: put a new one there.")
            : new(SignatureState.SignatureVerificationFailed, "The certificate in the registry object does not verify the signature.");
    }

    /// <summary>The certificates in an object's text, whatever attributes their lines stand in (<c>remarks:</c>, <c>descr:</c>), or none.</summary>
    private static IEnumerable<(SignatureObject, byte[])> CertificatesIn(SignatureObject holder)
    {
        string text = holder.Text;
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
                yield return (holder, der);
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

    /// <summary>What makes a certificate's key unfit to prove anything, as the rest of a sentence; null for one that is fit.</summary>
    private static string? Weakness(X509Certificate2 certificate)
    {
        try
        {
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
                return rsa.KeySize is >= 2048 and <= 8192 ? null : $"has an RSA key of {rsa.KeySize} bits: use one of 2048 to 8192.";
            using ECDsa? ec = certificate.GetECDsaPublicKey();
            return ec is { KeySize: 256 or 384 or 521 }
                ? null
                : "has a key that is taken for nothing here: use RSA of 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521.";
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            return "has a key that cannot be read: use RSA of 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521.";
        }
    }

    private static bool IsVerified(X509Certificate2 certificate, byte[] signed, byte[] signature)
    {
        try
        {
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
                return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                    || rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            using ECDsa? ec = certificate.GetECDsaPublicKey();
            return ec is not null
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
