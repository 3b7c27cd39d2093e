using System.Collections.Immutable;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Domain.Topology;

/// <summary>The operator's network as configured: immutable, validated whole at start, swapped whole. Names compare case-insensitively.</summary>
public sealed record NetworkTopology
{
    /// <summary>Of the document that it was read from (<see cref="InstalledTopology"/>); 0 when it lies in no store.</summary>
    public long Revision { get; init; }

    /// <summary>Our ASN towards customers. The API shows it as azureASN.</summary>
    public required Asn Asn { get; init; }

    /// <summary>Azure regions that resources may be placed in.</summary>
    public required ImmutableArray<Region> Regions { get; init; }

    public required ImmutableArray<PeeringLocation> PeeringLocations { get; init; }

    public required ImmutableArray<ServiceProvider> ServiceProviders { get; init; }

    /// <summary>Prefixes that are ours and never accepted from a customer.</summary>
    public ImmutableArray<IpPrefix> OwnPrefixes { get; init; } = [];

    /// <summary>
    /// Networks that buy transit from nobody: a route through one of them is not a peer's to give, unless the one is the peer itself. Unless set, as route leak
    /// filters have them (NLNOG's filter guide).
    /// </summary>
    public ImmutableArray<Asn> TransitFree { get; init; } = KnownTransitFree;

    /// <inheritdoc cref="TransitFree"/>
    public static readonly ImmutableArray<Asn> KnownTransitFree =
    [
        .. new uint[]
        {
            174,
            209,
            286,
            701,
            702,
            1239,
            1299,
            2828,
            2914,
            3257,
            3320,
            3356,
            3491,
            3549,
            3561,
            4134,
            5511,
            6453,
            6461,
            6762,
            6830,
            7018,
            12956,
        }.Select(n => new Asn(n)),
    ];

    /// <summary>How peers are sent mail; null for not at all.</summary>
    public MailDelivery? Mail { get; init; }

    /// <summary>Programs that are told what happens to peerings.</summary>
    public ImmutableArray<Webhook> Webhooks { get; init; } = [];

    /// <summary>What Microsoft and public peering announce to customers.</summary>
    public ImmutableArray<AnnouncedService> Services { get; init; } = [];

    /// <summary>What the operator charges; none unless set.</summary>
    public PriceList Prices { get; init; } = PriceList.None;

    /// <summary>What public prefixes are proven with; null when each has to be validated by hand.</summary>
    public RegistrySources? Registries { get; init; }

    public PeeringLocation? FindLocation(string name) =>
        PeeringLocations.FirstOrDefault(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public ServiceProvider? FindProvider(string name) =>
        ServiceProviders.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The region of a location text: case and spaces are ignored ("West Europe" is "westeurope").</summary>
    public Region? FindRegion(string text)
    {
        string name = Region.Normalise(text);
        return Regions.FirstOrDefault(r => r.Name == name);
    }

    public RouterPair? FindPair(string name) =>
        PeeringLocations.SelectMany(l => l.Pairs).FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<RouterPair> Pairs => PeeringLocations.SelectMany(l => l.Pairs);

    /// <summary>Our own <c>net</c> id in PeeringDB; null when it was not given.</summary>
    public int? PeeringDbNetId { get; init; }

    /// <summary>Where peers connect to us directly.</summary>
    public ImmutableArray<Facility> Facilities { get; init; } = [];

    /// <summary>By which it peers.</summary>
    public PublishedPolicy PeeringPolicy { get; init; } = PublishedPolicy.Default;

    /// <summary>Exchanges where peers are met.</summary>
    public ImmutableArray<Exchange> Exchanges { get; init; } = [];

    /// <summary>Peering Service; nobody provides it unless set.</summary>
    public PeeringServiceOffer PeeringServices { get; init; } = PeeringServiceOffer.None;

    /// <summary>What customers may ask the operator about, beside what every installation has.</summary>
    public ImmutableArray<SupportClassificationOffer> SupportClassifications { get; init; } = [];

    /// <summary>Whether an ASN is that of this network, or of a route server of it.</summary>
    public bool IsOurs(Asn asn) => asn == Asn || Exchanges.Any(x => x.RouteServer == asn);

    /// <summary>Null when there is none of that name (any more).</summary>
    public Exchange? FindExchange(string name) => Exchanges.FirstOrDefault(x => x.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc cref="FindExchange"/>
    public Facility? FindFacility(string name) => Facilities.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Wherever peers are met: exchanges, and buildings.</summary>
    public IEnumerable<PeeringSite> PeeringSites =>
        Exchanges
            .Select(x => new PeeringSite(x.Name, x.Location, x.Instance, [.. x.Routers.Select(r => r.Router)]))
            .Concat(
                Facilities.Select(f => new PeeringSite(
                    f.Site,
                    f.Location,
                    f.Site,
                    [.. f.Routers.Select(FindRouter).OfType<RouterDefinition>()]
                ))
            );

    /// <summary>The rules of a <see cref="PeeringSite"/>; the ordinary ones for one that is there no more.</summary>
    public ExchangeRules RulesOf(string site) =>
        FindExchange(site)?.Rules
        ?? Facilities.FirstOrDefault(f => f.Site.Equals(site, StringComparison.OrdinalIgnoreCase))?.Rules
        ?? new ExchangeRules();

    /// <summary>All routers, in the groups in which they are driven.</summary>
    public IEnumerable<RouterGroup> Groups => Pairs.Select(p => p.Group).Concat(Exchanges.Select(x => x.Group));

    /// <inheritdoc cref="FindExchange"/>
    public RouterGroup? FindGroup(string name) => Groups.FirstOrDefault(g => g.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The group that a router is driven in; null when there is no such router (any more).</summary>
    public RouterGroup? GroupOf(string router) =>
        Groups.FirstOrDefault(g => g.Routers.Any(r => r.Name.Equals(router, StringComparison.OrdinalIgnoreCase)));

    public IEnumerable<RouterDefinition> Routers => Groups.SelectMany(g => g.Routers);

    /// <summary>Null when the topology has no router of that name (any more).</summary>
    public RouterDefinition? FindRouter(string name) =>
        Routers.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <param name="Name">Normalised: lower case without spaces.</param>
/// <param name="DisplayName">For people: "West Europe".</param>
/// <param name="GeopoliticalRegion">Links across these need Premium: "Europe", "North America".</param>
public sealed record Region(string Name, string DisplayName, string GeopoliticalRegion)
{
    public static string Normalise(string text) => text.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}

/// <summary>Where circuits land: a city with one or more pairs of edge routers.</summary>
/// <param name="Region">Nearest region, normalised.</param>
/// <param name="GeopoliticalRegion">As in <see cref="Topology.Region"/>.</param>
public sealed record PeeringLocation(string Name, string Region, string GeopoliticalRegion, ImmutableArray<RouterPair> Pairs)
{
    /// <summary>Two letters (ISO 3166-1); null when nobody said.</summary>
    public string? Country { get; init; }
}

/// <summary>Two routers that every peering of a circuit lands on.</summary>
/// <param name="PortBandwidth">Capacity of each port towards a provider.</param>
/// <param name="OverprovisionFactor">How often the port may be sold (azure-behaviour d.2: 4).</param>
public sealed record RouterPair(
    string Name,
    RouterDefinition Primary,
    RouterDefinition Secondary,
    Bandwidth PortBandwidth,
    int OverprovisionFactor = 4
)
{
    public RouterDefinition On(Side side) => side == Side.Primary ? Primary : Secondary;

    public RouterGroup Group => new(Name, [Primary, Secondary]);
}

/// <summary>Routers that one loop drives, one after the other and never two at once: a pair, or all of an exchange. One node has all of them.</summary>
/// <param name="Name">Unique in the installation: a pair's own, <c>exchange/AMS-IX</c>.</param>
/// <param name="Routers">In the order in which they are driven.</param>
public sealed record RouterGroup(string Name, ImmutableArray<RouterDefinition> Routers)
{
    /// <summary>Whether its routers are driven in the same way, whatever else is said of them.</summary>
    public bool DrivesAs(RouterGroup other) =>
        Routers.Length == other.Routers.Length && Routers.Zip(other.Routers).All(r => r.First.DrivesAs(r.Second));
}

/// <summary>The routers of a pair by their place in it.</summary>
public enum Side
{
    Primary,
    Secondary,
}

public static class Sides
{
    /// <summary>In the order in which they are driven.</summary>
    public static readonly ImmutableArray<Side> Both = [Side.Primary, Side.Secondary];

    extension(Side side)
    {
        /// <summary>The other side of the pair.</summary>
        public Side Other => side == Side.Primary ? Side.Secondary : Side.Primary;
    }
}

/// <summary>One router, and how it is driven.</summary>
/// <param name="Name">Unique in the installation: <c>ams-1-primary</c>.</param>
/// <param name="Driver">Driver name: <c>embedded</c>, later <c>frr</c>, <c>bird</c>, <c>gobgp</c>.</param>
/// <param name="PortName">What clients see as Azure port: <c>AMS-01-CIS-1-PRI-A</c>.</param>
/// <param name="BgpPort">TCP port of its BGP sessions, ours and the customers'.</param>
public sealed record RouterDefinition(string Name, string Driver, string PortName, IPAddress RouterId, int BgpPort)
{
    /// <summary>Settings of the driver (addresses, credentials by name).</summary>
    public ImmutableDictionary<string, string> Settings { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Where a router that lives in this machine's own address space (<see cref="Embedded"/>) may listen and connect. Null for a box of its own: its
    /// VRFs keep customers apart, and no address is in anybody's way.
    /// </summary>
    public LinkSpace? LinkSpace { get; init; } =
        Driver.Equals(Embedded, StringComparison.OrdinalIgnoreCase) ? Topology.LinkSpace.Default : null;

    /// <summary>Where in its building the port is, for who brings a cable to it.</summary>
    public PortPlace Place { get; init; } = new();

    /// <summary>Its ASN where that is not the network's: a route server's (<see cref="MeetingPlace.RouteServer"/>).</summary>
    public Asn? Asn { get; init; }

    /// <summary>Whether a driver made for the other serves this one: all but what clients see of its port.</summary>
    public bool DrivesAs(RouterDefinition other) =>
        (this with { PortName = "", Place = NoPlace, Settings = NoSettings })
            == (other with { PortName = "", Place = NoPlace, Settings = NoSettings })
        && Settings.Count == other.Settings.Count
        && Settings.All(s => other.Settings.TryGetValue(s.Key, out string? value) && value == s.Value);

    private static readonly PortPlace NoPlace = new();
    private static readonly ImmutableDictionary<string, string> NoSettings = ImmutableDictionary<string, string>.Empty;

    /// <summary>The driver's name of a router inside this process.</summary>
    public const string Embedded = "embedded";
}

/// <summary>Where in a building a port is; null for what is not said.</summary>
/// <param name="Colo">The room or cage.</param>
/// <param name="PatchPanel">The panel, and the port on it.</param>
public sealed record PortPlace(string? Colo = null, string? Rack = null, string? PatchPanel = null);

/// <summary>
/// Addresses that an embedded router binds and connects within, whatever its customers ask for: a peering outside is taken, stored and configured as any
/// other, and its sessions stay down for want of a link.
/// </summary>
/// <param name="Within">An address has to be in one of these.</param>
/// <param name="Except">And in none of these.</param>
public sealed record LinkSpace(EquatableArray<IpPrefix> Within, EquatableArray<IpPrefix> Except = default)
{
    /// <summary>127.0.0.0/8 without 127.0.0.0/16, where the machine's own services listen.</summary>
    public static readonly LinkSpace Default = new([IpPrefix.Parse("127.0.0.0/8")], [IpPrefix.Parse("127.0.0.0/16")]);

    public bool Contains(IPAddress address) => Within.Any(p => p.Contains(address)) && !Except.Any(p => p.Contains(address));
}

/// <summary>At which layer a connectivity provider works: at 2 the customer configures routing, at 3 the provider may.</summary>
public enum ProviderLayer
{
    Layer2 = 2,
    Layer3 = 3,
}

/// <param name="Subscription">The subscription in which the provider sees its orders, lower case.</param>
/// <param name="PeeringLocations">Names of locations it serves.</param>
/// <param name="Bandwidths">Offered sizes, ascending.</param>
public sealed record ServiceProvider(
    string Name,
    ProviderLayer Layer,
    string Subscription,
    ImmutableArray<string> PeeringLocations,
    ImmutableArray<Bandwidth> Bandwidths
)
{
    /// <summary>Whom to ask there, in one line as people read it: a desk, an address, a telephone number; null when nobody said.</summary>
    public string? Contact { get; init; }
}
