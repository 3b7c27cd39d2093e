using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>A whole peering as wanted (PUT).</summary>
public sealed record PutPeering(DateTimeOffset At, ResourceId Id) : Signal(At), IPut
{
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required string Sku { get; init; }
    public required string PeeringLocation { get; init; }
    public required ResourceId PeerAsnId { get; init; }
    public required Asn PeerAsn { get; init; }

    /// <summary>Authoritative: what is stored and not in it, goes.</summary>
    public required ImmutableArray<WantedConnection> Connections { get; init; }

    /// <summary>What a direct peering is for; null for a peering at exchanges.</summary>
    public DirectPeeringType? DirectType { get; init; }

    /// <summary>Revision of the topology that it was looked up in; 0 when that lies in no store.</summary>
    public long TopologyRevision { get; init; }
}

/// <summary>A connection as wanted, looked up: its place is known, and its addresses lie in the exchange's LANs, or are ends of its cable.</summary>
public sealed record WantedConnection(string Identifier, string Site, int FacilityId)
{
    /// <summary>Its cable, with the router and the addresses that it would have; null at an exchange.</summary>
    public DirectLink? Link { get; init; }

    public WantedPeer? V4 { get; init; }
    public WantedPeer? V6 { get; init; }
    public PeerKey Key { get; init; } = PeerKey.Keep;

    /// <inheritdoc cref="Connection.IsReady"/>
    public bool IsReady { get; init; }

    /// <summary>It has a session from before with exactly these addresses.</summary>
    public bool IsLegacy { get; init; }

    /// <summary>The rule by which it is approved without a person, in words; null when a person decides.</summary>
    public string? ApprovedBy { get; init; }
}

/// <inheritdoc cref="PeerFamily"/>
public sealed record WantedPeer(string Address, int MaxPrefixes);

/// <summary>What a request does to the MD5 key. Clients get the key back nowhere, so not sending it leaves it alone.</summary>
public abstract record PeerKey
{
    private PeerKey() { }

    public static readonly PeerKey Keep = new Kept();

    public sealed record Kept : PeerKey;

    public sealed record Remove : PeerKey;

    /// <param name="Protected">Encrypted; differs each time.</param>
    /// <param name="Fingerprint">A keyed hash, by which a key that is sent again is known to be the same.</param>
    public sealed record Set(string Protected, string Fingerprint) : PeerKey;

    /// <summary>What stands of the key beside it; empty where it was said that there is none.</summary>
    public string? FingerprintAfter(string? stored) =>
        this switch
        {
            Set set => set.Fingerprint,
            Remove => "",
            _ => stored,
        };
}

/// <summary>What the operator and the peer do with connections.</summary>
public enum PeeringVerb
{
    Approve,
    Reject,
    Ask,
    Retry,
    Suspend,
    Resume,
    Deprovision,

    /// <summary>The peer's: its side is configured.</summary>
    NotifyReady,

    /// <summary>The peer's: it wants to leave.</summary>
    RequestDeprovision,

    /// <summary>The peer's: an answer to what was asked.</summary>
    Answer,
}

/// <summary>Somebody acts on connections.</summary>
/// <param name="Connections">Identifiers; empty for all that the verb fits.</param>
/// <param name="ByOperator">Else the peer does.</param>
/// <param name="Reason">What is said with it.</param>
/// <param name="OpensFirst">With an approval: <see cref="Connection.OpensFirst"/>.</param>
public sealed record ActOnConnections(
    DateTimeOffset At,
    PeeringVerb Verb,
    EquatableArray<string> Connections,
    bool ByOperator,
    string? Reason,
    bool OpensFirst = false
) : Signal(At)
{
    /// <summary>With an approval: sessions from before with the addresses of its connections that were seen to be Established, and were not converted yet.</summary>
    public EquatableArray<SessionFromBefore> FromBefore { get; init; } = [];
}

/// <summary>A session from before that is Established.</summary>
/// <param name="Site">Name of the exchange.</param>
/// <param name="Address">The peer's.</param>
/// <param name="Received">Routes that came over it, on the router with the most of them.</param>
public sealed record SessionFromBefore(string Site, string Address, int Received)
{
    public bool IsOf(Connection connection, PeerFamily peer) => Address == peer.Address && Site == connection.Site;
}

/// <summary>The peer wants connections no more: what is not on our routers is gone at once, what is leaves with grace.</summary>
/// <param name="Connections">Identifiers; those that there are not are gone already.</param>
public sealed record WithdrawConnections(DateTimeOffset At, EquatableArray<string> Connections) : Signal(At);

/// <summary>One of our routers was read to have, or not to have, what connections want.</summary>
/// <param name="Router">Its name in the topology.</param>
/// <param name="Sessions">By identifier: the generation that was read, and what is wrong with it.</param>
public sealed record SessionsRead(DateTimeOffset At, string Router, ImmutableSortedDictionary<string, Followed> Sessions) : Signal(At);

/// <summary>Connections were looked at.</summary>
/// <param name="Connections">Of each the generation that was looked at; what is said of an older one changes nothing.</param>
/// <param name="Filter">What the registries prove for the peer; null when they were not asked, or say nothing now.</param>
public sealed record PeeringChecked(DateTimeOffset At, ImmutableArray<ConnectionChecked> Connections, PeerFilter? Filter) : Signal(At)
{
    /// <summary>Of the filter that stands, what ROAs forbid now: it goes at once.</summary>
    public EquatableArray<PrefixMatch> Forbidden { get; init; }

    /// <summary>How long what was proven goes on without its proof, and a peer that PeeringDB has no more with what it has.</summary>
    public TimeSpan Grace { get; init; }
}

/// <inheritdoc cref="PeeringChecked"/>
public sealed record ConnectionChecked(string Identifier, long Generation, EquatableArray<CheckResult> Results);
