using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Proof;

namespace Causeway.Registries.Tests.Proof;

/// <summary>Self-service proof: each state of the newest API, with keys of both kinds, and whatever else may be sent.</summary>
public sealed class SignatureProofTests
{
    private const string Id = "Azure-SKEY|24e6ea2b-6940-4bec-b0b3-3a9e5471e512|193.10.0.0/20|ASN-3301";
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly RSA s_rsa = RSA.Create(2048);
    private static readonly ECDsa s_ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly string s_rsaObject = ObjectWith(Certificate(s_rsa, s_now.AddDays(1)));
    private static readonly string s_ecObject = ObjectWith(Certificate(s_ec, s_now.AddDays(1)));

    private static byte[] Text => Encoding.UTF8.GetBytes(Id);

    [Fact]
    public void Keys_of_both_kinds_prove_what_they_signed()
    {
        Is(SignatureState.Configured, Question(Rsa(RSASignaturePadding.Pkcs1), s_rsaObject));
        Is(SignatureState.Configured, Question(Rsa(RSASignaturePadding.Pss), s_rsaObject));
        Is(SignatureState.Configured, Question(Ec(DSASignatureFormat.Rfc3279DerSequence), s_ecObject));
        Is(SignatureState.Configured, Question(Ec(DSASignatureFormat.IeeeP1363FixedFieldConcatenation), s_ecObject));
        // One of several, and with line ends as openssl writes them.
        SignatureVerdict verdict = SignatureProof.Check(
            Question(
                Convert.ToBase64String(Convert.FromBase64String(Rsa(RSASignaturePadding.Pkcs1)), Base64FormattingOptions.InsertLineBreaks),
                "remarks: none",
                s_ecObject,
                s_rsaObject
            ),
            s_now
        );
        Assert.Equal((SignatureState.Configured, 64), (verdict.State, verdict.By!.Thumbprint.Length));
    }

    [Fact]
    public void Each_state_that_is_not_proof()
    {
        string good = Rsa(RSASignaturePadding.Pkcs1);
        Is(
            SignatureState.ValidationFailed,
            Question(good, s_rsaObject) with
            {
                ValidationId = Id.Replace("3301", "3302", StringComparison.Ordinal),
            }
        );
        Is(SignatureState.ManualValidationNeeded, Question(good));
        Is(SignatureState.AsnValidationFailed, Question(good, s_rsaObject) with { NamesAsn = false });
        Is(SignatureState.InvalidSignatureEncoding, Question("not base64!", s_rsaObject));
        Is(SignatureState.InvalidSignatureEncoding, Question("", s_rsaObject));
        Is(SignatureState.InvalidSignatureEncoding, Question(new string('A', 100_000), s_rsaObject));
        Is(SignatureState.CertificateMissingInRoutingRegistry, Question(good, "route: 193.10.0.0/20\norigin: AS3301\n"));
        Is(SignatureState.CertificateMissingInRoutingRegistry, Question(good, ObjectWith("AAAA")));
        Is(SignatureState.SignatureVerificationFailed, Question(good, s_ecObject));
        Is(SignatureState.SignatureVerificationFailed, Question(good, s_rsaObject) with { Expected = Id + "x", ValidationId = null });
        Is(SignatureState.ValidationFailed, Question(good, ObjectWith(Certificate(s_rsa, s_now.AddDays(-1)))));
        // A key that anybody can break proves nothing.
        using RSA weak = RSA.Create(1024);
        string weakly = Convert.ToBase64String(weak.SignData(Text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Is(SignatureState.SignatureVerificationFailed, Question(weakly, ObjectWith(Certificate(weak, s_now.AddDays(1)))));
    }

    [Fact]
    public void A_certificate_whose_time_is_to_come_says_when_and_only_for_what_its_key_signed()
    {
        string good = Rsa(RSASignaturePadding.Pkcs1);
        DateTimeOffset begins = s_now.AddHours(5),
            later = s_now.AddHours(9);
        string soon = ObjectWith(Certificate(s_rsa, s_now.AddDays(1), begins));
        SignatureVerdict verdict = SignatureProof.Check(
            Question(good, ObjectWith(Certificate(s_rsa, s_now.AddDays(1), later)), soon),
            s_now
        );
        Assert.Equal((SignatureState.ValidationFailed, begins), (verdict.State, verdict.From));
        Assert.Equal(SignatureState.Configured, SignatureProof.Check(Question(good, soon), begins).State);
        // Another's certificate, and one that counts now, are not waited for.
        Assert.Null(SignatureProof.Check(Question(good, ObjectWith(Certificate(s_ec, s_now.AddDays(1), begins))), s_now).From);
        Assert.Null(SignatureProof.Check(Question(good, soon, s_rsaObject), s_now).From);
    }

    /// <summary>Bits turned over and pieces cut out, in the signature and in the object: never proof by accident, never an exception.</summary>
    [Fact]
    public void Nothing_that_was_damaged_proves_and_nothing_is_thrown()
    {
        var random = new Random(20260102);
        byte[] signature = Convert.FromBase64String(Ec(DSASignatureFormat.Rfc3279DerSequence));
        for (int i = 0; i < 2000; i++)
        {
            byte[] turned = [.. signature];
            turned[random.Next(turned.Length)] ^= (byte)(1 << random.Next(8));
            Assert.NotEqual(
                SignatureState.Configured,
                SignatureProof.Check(Question(Convert.ToBase64String(turned), s_ecObject), s_now).State
            );
            int from = random.Next(s_ecObject.Length);
            string cut = s_ecObject.Remove(from, random.Next(s_ecObject.Length - from)) + (char)random.Next(0, 0xD7FF);
            _ = SignatureProof.Check(Question(Convert.ToBase64String(signature), cut, cut), s_now);
        }
    }

    private static void Is(SignatureState state, SignatureQuestion question)
    {
        SignatureVerdict verdict = SignatureProof.Check(question, s_now);
        Assert.True(state == verdict.State, $"{verdict}");
    }

    private static SignatureQuestion Question(string signature, params string[] objects) =>
        new(Id, Id, signature, [.. objects.Select(o => new SignatureObject("RADB", "route 193.10.0.0/20AS3301", o))], NamesAsn: true);

    private static string Rsa(RSASignaturePadding padding) =>
        Convert.ToBase64String(s_rsa.SignData(Text, HashAlgorithmName.SHA256, padding));

    private static string Ec(DSASignatureFormat format) => Convert.ToBase64String(s_ec.SignData(Text, HashAlgorithmName.SHA256, format));

    private static string Certificate(AsymmetricAlgorithm key, DateTimeOffset until, DateTimeOffset? from = null)
    {
        CertificateRequest request = key is RSA rsa
            ? new("CN=holder", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new("CN=holder", (ECDsa)key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(from ?? s_now.AddDays(-10), until);
        return Convert.ToBase64String(certificate.RawData, Base64FormattingOptions.InsertLineBreaks);
    }

    /// <summary>As it stands in a registry: each line of the certificate in a remark.</summary>
    private static string ObjectWith(string certificate) =>
        "route: 193.10.0.0/20\norigin: AS3301\nremarks: -----BEGIN CERTIFICATE-----\n"
        + string.Concat(certificate.Split('\n').Select(l => $"remarks:        {l.Trim()}\n"))
        + "remarks: -----END CERTIFICATE-----\nsource: RADB\n";
}
