using Causeway.Primitives;

namespace Causeway.Registries.Verdicts;

/// <summary>Why a prefix is proven to belong to an ASN, or not. Numbers are stable; new ones are appended.</summary>
public enum ProofReason
{
    /// <summary>A ROA authorizes exactly this.</summary>
    RoaValid = 1,

    /// <summary>A route object of the prefix names the ASN.</summary>
    RouteObject = 2,

    /// <summary>A route object of a block around the prefix names the ASN, and none of the prefix itself names another.</summary>
    CoveredByRouteObject = 3,

    /// <summary>The prefix lies inside a block that was proven before.</summary>
    CoveredByProvenBlock = 4,

    /// <summary>ROAs cover the prefix, and none names the ASN. This outweighs every route object.</summary>
    RoaWrongOrigin = 20,

    /// <summary>A ROA names the ASN, but allows no prefix this long.</summary>
    RoaTooLong = 21,

    /// <summary>Route objects name other ASNs only.</summary>
    RegisteredToOther = 22,

    /// <summary>No registry object covers the prefix.</summary>
    NotRegistered = 23,

    /// <summary>The registry that was named is not loaded here, so nothing can be said about it.</summary>
    RegistryNotLoaded = 24,

    /// <summary>Registered to the ASN, but in another registry than the one that was named.</summary>
    RegisteredElsewhere = 25,
}

/// <summary>The answer to: does this prefix belong to this ASN, as the registries say?</summary>
/// <param name="Prefix">The prefix asked about.</param>
/// <param name="Asn">The ASN asked about.</param>
/// <param name="Registry">The registry that was named; <see cref="RoutingRegistry.None"/> for any.</param>
/// <param name="IsProven">The answer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">Why, for people, and when it is "no", what would make it "yes".</param>
/// <param name="Rpki">What the RPKI says of it.</param>
/// <param name="Evidence">Every object that was weighed, the RPKI's first.</param>
/// <param name="At">When the question was answered.</param>
public sealed record PrefixProof(
    IpPrefix Prefix,
    Asn Asn,
    RoutingRegistry Registry,
    bool IsProven,
    ProofReason Reason,
    string Text,
    OriginVerdict Rpki,
    IReadOnlyList<Evidence> Evidence,
    DateTimeOffset At
)
{
    /// <summary>The same answer for the same reason; ages and texts of the evidence may differ.</summary>
    public bool SaysTheSameAs(PrefixProof other) =>
        (IsProven, Reason, Rpki.Validity) == (other.IsProven, other.Reason, other.Rpki.Validity);
}
