using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// A circuit with everything that lives and dies with it: peerings, authorizations, linked networks. One document, one etag. The provider's cross
/// connection is this same document as the provider may see it.
/// </summary>
public sealed record Circuit : ITracked<Circuit>
{
    public const string ResourceType = "Microsoft.Network/expressRouteCircuits";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required CircuitSku Sku { get; init; }
    public required ProviderOrder Order { get; init; }

    /// <summary>The port that it is on; null for one that was ordered from a provider.</summary>
    public CircuitPort? Port { get; init; }

    /// <summary>What the customer hands to the provider. Issued at creation, never changes.</summary>
    public required Guid ServiceKey { get; init; }

    public required Guid ResourceGuid { get; init; }
    public bool AllowClassicOperations { get; init; }
    public bool GlobalReachEnabled { get; init; }

    public required ProviderSide Provider { get; init; }

    /// <summary>The pair it lands on: chosen when provisioning first begins, and kept, so that its routers are known also when it leaves them.</summary>
    public Edge? Edge { get; init; }

    public string ServiceProviderNotes { get; init; } = "";

    /// <summary>Tags that the provider put on its view.</summary>
    public ImmutableSortedDictionary<string, string> ProviderTags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<Peering> Peerings { get; init; } = [];
    public ImmutableArray<Authorization> Authorizations { get; init; } = [];
    public ImmutableArray<LinkedNetwork> Links { get; init; } = [];

    /// <summary>Circuits that it is joined to (Global Reach), by itself or by them.</summary>
    public ImmutableArray<GlobalReach> Reaches
    {
        // Documents from before there was Global Reach have none.
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>Failover tests of its links, oldest first: those that ended, and last the one that runs.</summary>
    public ImmutableArray<LinkTest> Tests
    {
        // Documents from before there were tests have none.
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>The test that runs; null when none does.</summary>
    [JsonIgnore]
    public LinkTest? Test => Tests is [.., { Ended: null } running] ? running : null;

    /// <summary>The last test, when it has ended and its router does not have the link back yet.</summary>
    [JsonIgnore]
    public LinkTest? UnsettledTest => Tests is [.., { Ended: { } end } last] && On(last.Link).Applied < end.Generation ? last : null;

    /// <summary>The pair whose one router carries everything while the other link is tested, until its router has that one back; null when none is.</summary>
    [JsonIgnore]
    public (string Pair, Leaning On)? LeansOn =>
        IsOnRouters && (Test ?? UnsettledTest) is { } test && Edge is { } edge
            ? (edge.Pair, new Leaning(Id, edge.RouterOf(test.Link.Other)))
            : null;

    /// <summary>Counts the changes that the routers have to follow.</summary>
    public long Generation { get; init; }

    /// <summary>How far each router of the pair has followed.</summary>
    public SideState Primary { get; init; } = SideState.None;

    /// <inheritdoc cref="Primary"/>
    public SideState Secondary { get; init; } = SideState.None;

    /// <summary>The last generation that both routers of the pair confirmed.</summary>
    [JsonIgnore]
    public long Applied => Math.Min(Primary.Applied, Secondary.Applied);

    /// <summary>Requests that end when the routers have followed.</summary>
    public ImmutableArray<PendingOperation> Pending { get; init; } = [];

    /// <summary>Set when the customer has deleted it and the routers still have to let go of it.</summary>
    public DateTimeOffset? DeletingSince { get; init; }

    public Circuit With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => DeletingSince is null ? Provider.Name.ToString() : "Deleting";

    [JsonIgnore]
    public bool IsOnRouters => Provider is ProviderSide.Provisioned && DeletingSince is null;

    /// <summary>True while a router of the pair carries something of it, shall carry something, or has not confirmed that it carries nothing any more.</summary>
    [JsonIgnore]
    public bool ConcernsRouters => Edge is not null && (Applied < Generation || (IsOnRouters && Peerings.Any(p => p.State.IsWanted)));

    /// <summary>Whether sessions on a side may be up: its port's link is enabled, and no test has taken it out.</summary>
    public bool IsLinkUp(Side side) =>
        Port?.IsUp(side) != false && !(Test is { Kind: LinkTestKind.BgpDisconnect } test && test.Link == side);

    public SideState On(Side side) => side == Side.Primary ? Primary : Secondary;

    public Circuit With(Side side, SideState state) =>
        side == Side.Primary ? this with { Primary = state } : this with { Secondary = state };

    /// <summary>The instance on a router that carries one peering (see <see cref="Routers.InstanceIntent.Name"/>).</summary>
    public string InstanceOf(PeeringType type) => $"{ServiceKey:D}/{type}";

    /// <summary>What its peerings declare.</summary>
    [JsonIgnore]
    public IEnumerable<(Peering Peering, IpFamily Family, PublicConfig Config)> Declared =>
        from peering in DeletingSince is null ? Peerings : []
        where peering.State is not PeeringState.Removing
        from family in peering.Families
        where family.Configured.Public is not null
        select (peering, family.Family, family.Configured.Public);

    public Peering? FindPeering(PeeringType type) => Peerings.FirstOrDefault(p => p.Type == type);

    public Authorization? FindAuthorization(string name) =>
        Authorizations.FirstOrDefault(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public LinkedNetwork? FindLink(ResourceId connection) => Links.FirstOrDefault(l => l.Connection == connection);

    /// <summary>The joins that it asked for.</summary>
    [JsonIgnore]
    public ImmutableArray<GlobalReach> Initiated => [.. Reaches.Where(r => r.Initiated)];

    /// <summary>A join that it asked for, by its name.</summary>
    public GlobalReach? FindReach(string name) =>
        Reaches.FirstOrDefault(r => r.Initiated && r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The label by which a provider's orders are found; subscription in lower case.</summary>
    public static string ProviderLabel(string subscription) => $"provider/{subscription}";

    /// <summary>The label of the circuits that stand on a pair of edge routers, from the provider's first step until the routers have let go.</summary>
    public static string EdgeLabel(string pair) => $"edge/{pair.ToLowerInvariant()}";

    /// <summary>The label of the circuits that were ordered from a provider at a location.</summary>
    public static string OrderLabel(string provider, string location) =>
        $"ordered/{provider.ToLowerInvariant()}/{location.ToLowerInvariant()}";

    /// <summary>The label by which the circuits are found that a network is linked to.</summary>
    public static string NetworkLabel(ResourceId network) => $"linked-vnet/{network.Key}";

    /// <summary>The label of the circuits a link of which is tested.</summary>
    public const string TestedLabel = "link-tested";

    /// <summary>The label of the circuits that declare prefixes.</summary>
    public const string DeclaresLabel = "declares-prefixes";

    /// <summary>The label of a subscription's circuits that declare prefixes of an ASN: what one proves covers what the others declare.</summary>
    public static string ProofLabel(string subscription, Asn asn) => $"proof/{subscription.ToLowerInvariant()}/{asn.Value}";

    /// <summary>What a commit announces when a circuit declares something else than before, or something else is known of it; begins with <see cref="ProofAnnouncements"/>.</summary>
    public static string ProofAnnouncement(ResourceId circuit) => ProofAnnouncements + circuit.Text;

    public const string ProofAnnouncements = "proofs/";

    /// <summary>The label that counts against the limit per region.</summary>
    public static string RegionLabel(string subscription, string location) => $"circuits-in/{subscription}/{location}";

    /// <summary>The claim by which a circuit is found by its service key.</summary>
    public static string ServiceKeyClaim(Guid key) => $"service-key/{key:D}";

    public static string STagClaim(string pair, int tag) => $"{STagClaims(pair)}{tag}";

    /// <summary>What the claims of all S-tags of a pair begin with.</summary>
    public static string STagClaims(string pair) => $"stag/{pair}/";
}

/// <summary>What was ordered from whom. Names as the topology spells them.</summary>
public sealed record ProviderOrder(string ServiceProvider, string PeeringLocation, Bandwidth Bandwidth)
{
    /// <summary>The subscription in which the provider sees the order, lower case.</summary>
    public required string ProviderSubscription { get; init; }

    /// <summary>The names as the customer wrote them, where that is another casing: it reads back what it sent.</summary>
    public string? ServiceProviderAsSent { get; init; }

    /// <inheritdoc cref="ServiceProviderAsSent"/>
    public string? PeeringLocationAsSent { get; init; }
}

/// <summary>
/// A circuit on a port of a customer's own: it has no provider (its order names none), is provisioned from the beginning, and stands on the port's pair.
/// </summary>
/// <param name="PrimaryUp">Whether the port's link to the primary router is enabled; while it is not, the sessions there are down.</param>
/// <param name="SecondaryUp">The same of the secondary one.</param>
/// <param name="RateLimited">Whether the port lets no more through than the circuit's bandwidth.</param>
public sealed record CircuitPort(ResourceId Id, Encapsulation Encapsulation, bool PrimaryUp, bool SecondaryUp, bool RateLimited)
{
    public bool IsUp(Side side) => side == Side.Primary ? PrimaryUp : SecondaryUp;
}

/// <summary>The pair of edge routers a circuit lands on; router names as in the topology.</summary>
public sealed record Edge(string Pair, string Primary, string Secondary)
{
    public string RouterOf(Side side) => side == Side.Primary ? Primary : Secondary;
}

/// <summary>How far one router of the pair has followed a circuit.</summary>
/// <param name="Applied">The last generation that it confirmed; 0 before the first.</param>
public sealed record SideState(long Applied)
{
    public static readonly SideState None = new(0);

    /// <summary>What it could not take of that generation, and why: by instance name (<see cref="Circuit.InstanceOf"/>).</summary>
    public ImmutableSortedDictionary<string, string> Problems { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public bool Equals(SideState? other) => other is not null && Applied == other.Applied && Problems.SequenceEqual(other.Problems);

    public override int GetHashCode() => HashCode.Combine(Applied, Problems.Count);
}

/// <summary>An operation that ends when both routers have confirmed a generation, or fails at its time.</summary>
/// <param name="Until">When it fails, UTC. What it asked for stays wanted all the same.</param>
/// <param name="Peering">The peering it is about; its problem fails the operation.</param>
/// <param name="Answer">The word that it ends with; null for nothing.</param>
public sealed record PendingOperation(Guid Id, long Generation, DateTimeOffset Until, PeeringType? Peering = null, string? Answer = null);
