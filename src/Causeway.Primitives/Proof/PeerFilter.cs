namespace Causeway.Primitives.Proof;

/// <summary>What the registries prove for a peer: every route that it may announce, with its origin. A value.</summary>
/// <param name="AsSet">What was asked for: the as-set that the peer names, or its ASN alone.</param>
/// <param name="V4">Ascending, each with its origins; routes of nobody else.</param>
public sealed record PeerFilter(string AsSet, EquatableArray<PrefixMatch> V4, EquatableArray<PrefixMatch> V6)
{
    /// <summary>How many ASNs the as-set has, the peer's own included.</summary>
    public int Asns { get; init; }

    /// <summary>Members that no registry has.</summary>
    public EquatableArray<string> Missing { get; init; }

    /// <summary>Registered prefixes that were left out, since ROAs forbid them.</summary>
    public int Invalid { get; init; }

    /// <summary>The as-set is larger than what a peer is believed to have: it was not expanded to the end, and proves nothing.</summary>
    public bool IsTooLarge { get; init; }
}

/// <summary>Makes filters of what is registered.</summary>
public interface IPeerFilters
{
    /// <summary>
    /// What is proven for a peer: routes registered with an origin of its as-set, and those that ROAs allow these origins; what a ROA forbids is not among them.
    /// Null while the registries have not been read, or there are none: that proves nothing, and ends no proof.
    /// </summary>
    /// <param name="asSet">As the peer names it, also with a source (<c>RIPE::AS-EXAMPLE</c>); null for the ASN alone.</param>
    /// <param name="mostPrefixes">More than this are too many for one peer.</param>
    PeerFilter? FilterOf(Asn asn, string? asSet, int mostPrefixes);

    /// <summary>What the RPKI says of a route (RFC 6811).</summary>
    OriginValidity ValidityOf(IpPrefix prefix, Asn origin);

    /// <summary>What ASPAs say of the way by which a peer, or a route server's member, has a route (draft-ietf-sidrops-aspa-verification, upstream paths).</summary>
    /// <param name="path">Nearest ASN first.</param>
    PathVerdict JudgePath(IReadOnlyList<Asn> path);
}

/// <summary>What networks say of themselves: PeeringDB, as others see it.</summary>
public interface INetworkDirectory
{
    /// <summary>Unknown when none is configured; silent until it was read for the first time.</summary>
    SourceState State { get; }

    /// <summary>Null for a network that it does not have.</summary>
    NetworkRecord? Find(Asn asn);
}

/// <summary>A network's own record.</summary>
/// <param name="AsSet">Its <c>irr_as_set</c>; null when it has none.</param>
/// <param name="Prefixes4">How many prefixes it says that it announces; 0 when it does not.</param>
/// <param name="HasNoc">It names somebody to ask about operations (contacts are shown to members only; null when nothing can be seen).</param>
/// <param name="Ports">Its addresses at exchanges.</param>
public sealed record NetworkRecord(
    int Id,
    Asn Asn,
    string Name,
    string? AsSet,
    int Prefixes4,
    int Prefixes6,
    bool? HasNoc,
    EquatableArray<NetworkPort> Ports
);

/// <summary>A port at an exchange.</summary>
/// <param name="Exchange">The exchange's <c>ix</c> id.</param>
/// <param name="V4">As written; null without one.</param>
/// <param name="Mbps">Its speed.</param>
public sealed record NetworkPort(int Exchange, string? V4, string? V6, int Mbps);

/// <summary>No registries, and no directory: nothing is proven for anybody.</summary>
public sealed class NoPeerFilters : IPeerFilters, INetworkDirectory
{
    public PeerFilter? FilterOf(Asn asn, string? asSet, int mostPrefixes) => null;

    public OriginValidity ValidityOf(IpPrefix prefix, Asn origin) => OriginValidity.NotFound;

    public PathVerdict JudgePath(IReadOnlyList<Asn> path) => default;

    public SourceState State => SourceState.Unknown;

    public NetworkRecord? Find(Asn asn) => null;
}
