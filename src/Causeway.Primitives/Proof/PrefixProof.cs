namespace Causeway.Primitives.Proof;

/// <summary>
/// Why a prefix is proven to belong to an ASN (from 101 on), or not (from 120 on). Numbers are stable, new ones are appended, and none is also that of a refused route:
/// docs/reasons.md lists both.
/// </summary>
public enum ProofReason
{
    /// <summary>A ROA authorizes exactly this.</summary>
    RoaValid = 101,

    /// <summary>A route object of the prefix names the ASN.</summary>
    RouteObject = 102,

    /// <summary>Of the blocks around the prefix that have route objects, those of the smallest name the ASN.</summary>
    CoveredByRouteObject = 103,

    /// <summary>The prefix lies inside a block that was proven before.</summary>
    CoveredByProvenBlock = 104,

    /// <summary>A certificate in a registry object of the prefix verifies what its holder signed for the ASN.</summary>
    Signature = 105,

    /// <summary>ROAs cover the prefix, and none names the ASN. This outweighs every route object.</summary>
    RoaWrongOrigin = 120,

    /// <summary>A ROA names the ASN, but allows no prefix this long.</summary>
    RoaTooLong = 121,

    /// <summary>The route objects of the prefix, or of the smallest block around it that has any, name other ASNs only.</summary>
    RegisteredToOther = 122,

    /// <summary>No registry object covers the prefix.</summary>
    NotRegistered = 123,

    /// <summary>The registry that was named is not loaded here, so nothing can be said about it.</summary>
    RegistryNotLoaded = 124,

    /// <summary>Registered to the ASN, but in another registry than the one that was named.</summary>
    RegisteredElsewhere = 125,

    /// <summary>The ASN is AS0, which stands for nobody (RFC 7607): nothing belongs to it.</summary>
    Nobody = 126,

    /// <summary>The peer's ASN is private: it stands in no registry, and only a person can say whose it is.</summary>
    PrivateAsn = 127,

    /// <summary>The prefix is not one that is routed on the Internet: no registry can prove it, and no router takes it.</summary>
    NotPublic = 128,
}

/// <summary>The answer to: does this prefix belong to this ASN, as the registries say? A value: equal answers with equal evidence are equal.</summary>
/// <param name="Prefix">The prefix asked about.</param>
/// <param name="Asn">The ASN asked about.</param>
/// <param name="Registry">The registry that was named; <see cref="RoutingRegistry.None"/> for any.</param>
/// <param name="IsProven">The answer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">Why, for people, and when it is "no", what would make it "yes".</param>
/// <param name="Rpki">What the RPKI says of it.</param>
/// <param name="Evidence">Every object that was weighed, the RPKI's first.</param>
/// <param name="At">When the question was answered.</param>
/// <param name="Route">Whether filters let a route of exactly this prefix and origin pass.</param>
public sealed record PrefixProof(
    IpPrefix Prefix,
    Asn Asn,
    RoutingRegistry Registry,
    bool IsProven,
    ProofReason Reason,
    string Text,
    OriginVerdict Rpki,
    EquatableArray<Evidence> Evidence,
    DateTimeOffset At,
    RouteVerdict Route
)
{
    /// <summary>The nearest registered block around the prefix, or the prefix itself, where its route objects name others only: a block that was proven elsewhere reaches into it only from inside. Null where none is.</summary>
    public IpPrefix? OthersHold { get; init; }

    /// <summary>
    /// What a router may accept because of this proof: the prefix exactly as it was asked about, and longer ones inside it only as far as a ROA that proves it
    /// allows. Null when it is not proven: a pure function of the proof, so that nothing else can open anything.
    /// </summary>
    public PrefixPermit? Permit =>
        IsProven
            ? new PrefixPermit(Prefix, Evidence.Where(e => e.Says == EvidenceSays.Matches).Max(e => e.MaxLength) ?? Prefix.Length, Asn)
            : null;

    /// <summary>The same answer for the same reason with the same consequences; ages and texts of the evidence may differ.</summary>
    public bool SaysTheSameAs(PrefixProof other) =>
        (IsProven, Reason, Rpki.Validity, Route.IsPermitted, Permit)
        == (other.IsProven, other.Reason, other.Rpki.Validity, other.Route.IsPermitted, other.Permit);
}

/// <summary>Routes that may be accepted: of this prefix and of those inside it up to a length, with this origin.</summary>
/// <param name="MaxLength">The longest prefix, in bits; that of <paramref name="Prefix"/> itself when it alone is meant.</param>
public readonly record struct PrefixPermit(IpPrefix Prefix, int MaxLength, Asn Origin);

/// <summary>Whether filters let a route pass, and why, for people.</summary>
public sealed record RouteVerdict(bool IsPermitted, string Text);
