namespace Causeway.Primitives.Proof;

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

/// <summary>What somebody signed to show that a prefix is his.</summary>
/// <param name="Asn">Whom the prefix has to belong to.</param>
/// <param name="Registry">Where it is said to be registered.</param>
/// <param name="Expected">What had to be signed: the validation id of the prefix.</param>
/// <param name="ValidationId">What the customer says was signed; null or empty stands for the expected.</param>
/// <param name="Signature">Base64, white space allowed.</param>
public sealed record SignedClaim(
    IpPrefix Prefix,
    Asn Asn,
    RoutingRegistry Registry,
    string Expected,
    string? ValidationId,
    string Signature
);

/// <summary>What came of it.</summary>
/// <param name="Says">Why, for people, and when it is no proof, what would make it one.</param>
/// <param name="By">The certificate that verified it; null when none did.</param>
/// <param name="From">When a certificate that verifies it begins to be valid; null when there is none whose time is to come.</param>
public sealed record SignatureVerdict(SignatureState State, string Says, SigningCertificate? By = null, DateTimeOffset? From = null);

/// <summary>A certificate in a registry object.</summary>
/// <param name="Source">Name of the IRR source.</param>
/// <param name="Object">The object's class and key there.</param>
/// <param name="Thumbprint">SHA-256 of the certificate, hexadecimal.</param>
/// <param name="Until">When it ends (notAfter).</param>
public sealed record SigningCertificate(string Source, string Object, string Thumbprint, DateTimeOffset Until);
