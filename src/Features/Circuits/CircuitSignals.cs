using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>A whole circuit as wanted (PUT). Null members were not sent: they keep what is stored, or take the default of a new circuit.</summary>
public sealed record PutCircuit(DateTimeOffset At, ResourceId Id, Ticket Ticket) : Signal(At)
{
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public CircuitTier? Tier { get; init; }
    public CircuitFamily? Family { get; init; }
    public RequestedOrder? Order { get; init; }

    /// <summary>The port that it is on; null was not sent.</summary>
    public ResourceId? Port { get; init; }

    /// <summary>How it lands there; given for a new one.</summary>
    public (CircuitPort Port, string PeeringLocation, Landing Landing)? PortLanding { get; init; }

    /// <summary>Whether the port limits it to its bandwidth; null was not sent.</summary>
    public bool? RateLimited { get; init; }

    /// <summary>A bandwidth without the rest of the order, as Azure CLI 2.45 sends it.</summary>
    public Bandwidth? BandwidthAlone { get; init; }

    public bool? AllowClassicOperations { get; init; }
    public bool? GlobalReachEnabled { get; init; }

    /// <summary>Authoritative when present: what is stored and not in it, goes.</summary>
    public ImmutableArray<WantedPeering>? Peerings { get; init; }

    /// <inheritdoc cref="Peerings"/>
    public ImmutableArray<WantedAuthorization>? Authorizations { get; init; }

    /// <summary>Joins with other circuits, as inline children of the private peering; authoritative when present.</summary>
    public ImmutableArray<WantedReach>? Reaches { get; init; }

    /// <summary>Taken when the circuit is new.</summary>
    public required Guid NewServiceKey { get; init; }

    /// <inheritdoc cref="NewServiceKey"/>
    public required Guid NewResourceGuid { get; init; }
}

/// <summary>An order as sent: names in any casing, not yet known to exist.</summary>
public sealed record RequestedOrder(string ServiceProvider, string PeeringLocation, Bandwidth Bandwidth)
{
    /// <summary>What of it is not offered; nothing when all is.</summary>
    public IReadOnlyList<Refusal> ProblemsOf(ResourceId circuit, NetworkTopology topology)
    {
        var problems = new List<Refusal>();
        SkuRules.Resolve(this, circuit, topology, problems.Add);
        return problems;
    }
}

/// <summary>A peering as sent.</summary>
public sealed record WantedPeering(PeeringType Type)
{
    public required Asn PeerAsn { get; init; }
    public required VlanId Vlan { get; init; }
    public WantedFamily? V4 { get; init; }
    public WantedFamily? V6 { get; init; }

    /// <summary>True when IPv4 is left out as Azure CLI 2.45 leaves it out of an IPv6 update: what is stored of it stays.</summary>
    public bool KeepsV4 { get; init; }

    /// <summary>The route filter that was sent for the IPv4 that is left out: it can only be the one that stands. Null when none was.</summary>
    public ResourceId? KeptFilter { get; init; }

    public KeyChange Key { get; init; } = KeyChange.Keep;
}

/// <param name="Enabled">Null was not sent: keeps what is stored, enabled when new.</param>
public sealed record WantedFamily(IpPrefix Primary, IpPrefix Secondary, bool? Enabled = null)
{
    /// <summary>The filter as it was looked at; null detaches, when the customer wrote it: a provider's leaves it alone.</summary>
    public AttachedFilter? Filter { get; init; }

    /// <summary>Null when it was not sent.</summary>
    public WantedPublic? Public { get; init; }
}

/// <summary>What a request does to the MD5 key. Clients get the key back nowhere, so not sending it leaves it alone.</summary>
public abstract record KeyChange
{
    private KeyChange() { }

    public static readonly KeyChange Keep = new Kept();

    public sealed record Kept : KeyChange;

    public sealed record Remove : KeyChange;

    /// <param name="Protected">Encrypted; differs each time.</param>
    /// <param name="Fingerprint">A keyed hash, by which a key that is sent again is known to be the same.</param>
    public sealed record Set(string Protected, string Fingerprint) : KeyChange;
}

/// <param name="NewKey">Taken when there is no authorization of this name.</param>
public sealed record WantedAuthorization(string Name, AuthorizationKey NewKey);

public sealed record PutPeering(DateTimeOffset At, WantedPeering Peering, Author By, Ticket Ticket) : Signal(At)
{
    /// <inheritdoc cref="PutCircuit.Reaches"/>
    public ImmutableArray<WantedReach>? Reaches { get; init; }
}

public sealed record DeletePeering(DateTimeOffset At, PeeringType Type, Author By, Ticket Ticket) : Signal(At);

public sealed record PutAuthorization(DateTimeOffset At, WantedAuthorization Authorization, Ticket Ticket) : Signal(At);

public sealed record DeleteAuthorization(DateTimeOffset At, string AuthorizationName, Ticket? Ticket) : Signal(At);

/// <summary>The provider writes its cross connection (PUT).</summary>
/// <param name="To">Null leaves the state alone.</param>
/// <param name="Notes">Null leaves the notes alone.</param>
public sealed record ProviderWrites(DateTimeOffset At, ProviderState? To, string? Notes, Ticket Ticket) : Signal(At)
{
    /// <summary>Where the circuit lands if it has to: the pair, and an S-tag that was free when it was read.</summary>
    public Landing? Landing { get; init; }

    /// <summary>Null leaves the provider's tags alone.</summary>
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>Authoritative when the provider works at layer 3; at layer 2 an echo of what the customer configured, and ignored.</summary>
    public ImmutableArray<WantedPeering>? Peerings { get; init; }
}

/// <summary>Where a circuit lands.</summary>
public sealed record Landing(Edge Edge, int STag)
{
    /// <summary>Revision of the topology that it was chosen from; 0 when that lies in no store.</summary>
    public long TopologyRevision { get; init; }

    /// <summary>
    /// Peerings that cannot land there: two circuits share an address inside a router's link space. Why, by type. The circuit lands all the same: it is the
    /// customer who chooses other subnets.
    /// </summary>
    public ImmutableDictionary<PeeringType, string> Conflicts { get; init; } = ImmutableDictionary<PeeringType, string>.Empty;
}

/// <summary>Replaces the provider's tags (PATCH of the cross connection).</summary>
public sealed record TagCrossConnection(DateTimeOffset At, ImmutableSortedDictionary<string, string> Tags) : Signal(At);

/// <summary>A connection links a network. Sent in one transaction with the connection's own signal; sending it again changes the link.</summary>
/// <param name="GeopoliticalRegion">Of the network.</param>
/// <param name="CallerSubscription">The connection's subscription; another one than the circuit's needs a key.</param>
public sealed record LinkNetwork(
    DateTimeOffset At,
    ResourceId CircuitId,
    ResourceId ConnectionId,
    ResourceId NetworkId,
    ImmutableArray<IpPrefix> Prefixes,
    string GeopoliticalRegion,
    string CallerSubscription,
    string? AuthorizationKey,
    int RoutingWeight
) : Signal(At)
{
    /// <summary>Region of the network, normalised: a Local circuit links only networks of its own region. Empty skips that rule.</summary>
    public string Region { get; init; } = "";

    /// <summary>When given, this operation ends with the routers' confirmation; otherwise the sender's operation is its own business.</summary>
    public Ticket? Ticket { get; init; }
}

/// <summary>The link of a connection ends. Harmless when there is none.</summary>
public sealed record UnlinkNetwork(DateTimeOffset At, ResourceId ConnectionId) : Signal(At)
{
    /// <inheritdoc cref="LinkNetwork.Ticket"/>
    public Ticket? Ticket { get; init; }
}

/// <summary>A linked network has other prefixes now.</summary>
public sealed record ChangeLinkedPrefixes(DateTimeOffset At, ResourceId NetworkId, ImmutableArray<IpPrefix> Prefixes) : Signal(At);

/// <summary>A question to a router was not answered in time: its operation fails, and nothing else changes.</summary>
public sealed record RouterNotAsked(DateTimeOffset At, Guid Operation, Refusal Why) : Signal(At);

/// <summary>One router of the pair is what a generation of this circuit asks for, as far as its problems allow.</summary>
/// <param name="Router">Which router it was; an answer of one that the circuit is not on any more changes nothing.</param>
/// <param name="Generation">The generation that was read before the router was given anything.</param>
/// <param name="Problems">By instance name (<see cref="Circuit.InstanceOf"/>): what the router does not carry, and why.</param>
public sealed record RoutersConfigured(
    DateTimeOffset At,
    Side Side,
    string Router,
    long Generation,
    ImmutableSortedDictionary<string, string> Problems
) : Signal(At);
