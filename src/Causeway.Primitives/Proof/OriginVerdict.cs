namespace Causeway.Primitives.Proof;

/// <summary>Why a route origin is what it is (RFC 6811 §2).</summary>
public enum OriginReason
{
    /// <summary>A VRP matches.</summary>
    Matched,

    /// <summary>No VRP covers the prefix.</summary>
    NoVrp,

    /// <summary>VRPs cover the prefix, none for this ASN.</summary>
    WrongOrigin,

    /// <summary>A VRP names this ASN, but allows no prefix this long.</summary>
    TooLong,
}

/// <summary>The outcome of route origin validation with everything it rests on.</summary>
public sealed record OriginVerdict(
    IpPrefix Prefix,
    Asn Origin,
    OriginValidity Validity,
    OriginReason Reason,
    string Text,
    EquatableArray<Evidence> Evidence
);
