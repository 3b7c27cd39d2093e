using System.Collections.Immutable;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Domain.Topology;

/// <summary>Where a peer is met: the LAN of an exchange, or a cable, which is a LAN of two.</summary>
public abstract record MeetingPlace
{
    /// <summary>As people know it.</summary>
    public abstract string Name { get; init; }

    /// <summary>At most one of each family.</summary>
    public abstract ImmutableArray<IpPrefix> Lans { get; init; }

    /// <summary>Our routers in it, with their addresses.</summary>
    public abstract ImmutableArray<ExchangeRouter> Routers { get; init; }

    public ExchangeRules Rules { get; init; } = new();

    /// <summary>
    /// The ASN of the route server that its members meet here (RFC 7947), where the exchange is run by this installation; null where peers meet our own network.
    /// </summary>
    public virtual Asn? RouteServer => null;

    /// <summary>The routers that are driven together with those in it.</summary>
    public abstract RouterGroup Group { get; }

    /// <summary>Name of the instance that it has on each of its routers.</summary>
    public abstract string Instance { get; }

    /// <summary>The LAN of a family; null when it has none.</summary>
    public IpPrefix? Lan(IpFamily family) => Lans.Where(l => l.Family == family).Select(l => (IpPrefix?)l).FirstOrDefault();

    /// <summary>Our addresses in the LAN of a family, in the order of our routers.</summary>
    public IEnumerable<IPAddress> Addresses(IpFamily family) => Routers.Select(r => r.Address(family)).OfType<IPAddress>();
}

/// <summary>Where peers are met on one instance of our routers: all of an exchange, or all cables of a facility.</summary>
/// <param name="Name">An exchange's name, or <c>facility/{name}</c>; no name holds a slash, so that the two are never the same.</param>
/// <param name="Instance">Name of the instance on each of the routers.</param>
public sealed record PeeringSite(string Name, string Location, string Instance, ImmutableArray<RouterDefinition> Routers);

/// <summary>An Internet exchange where peers are met: its LANs, our routers there, and by which rules a connection becomes Active.</summary>
/// <param name="Name">As peers find it among the locations: <c>AMS-IX</c>.</param>
/// <param name="Location">The name of a <see cref="PeeringLocation"/>.</param>
/// <param name="PeeringDbIxId">Its <c>ix</c> id in PeeringDB; clients see it as facility id.</param>
/// <param name="Bandwidth">Of our ports there, together.</param>
/// <param name="Lans">Its peering LANs, at most one of each family.</param>
/// <param name="Routers">At least one.</param>
public sealed record Exchange(
    string Name,
    string Location,
    int PeeringDbIxId,
    Bandwidth Bandwidth,
    ImmutableArray<IpPrefix> Lans,
    ImmutableArray<ExchangeRouter> Routers
) : MeetingPlace
{
    /// <summary>Route servers of the exchange that our routers have sessions with. These are the operator's own, and a peer may not ask for one.</summary>
    public ImmutableArray<RouteServer> RouteServers { get; init; } = [];

    /// <summary>Sessions from before Causeway: they are run as they are, and can be converted.</summary>
    public ImmutableArray<LegacySession> Legacy { get; init; } = [];

    /// <summary>Every session that the topology names: with peers from before, and with route servers.</summary>
    public IEnumerable<LegacySession> Sessions => Legacy.Concat(RouteServers.Select(s => new LegacySession(s.Asn, s.Addresses)));

    /// <summary>Whether an address is a route server's.</summary>
    public bool IsRouteServer(IPAddress address) => RouteServers.Any(s => s.Addresses.Contains(address));

    /// <summary>Its routers, which one loop drives.</summary>
    public override RouterGroup Group => new($"exchange/{Name}", [.. Routers.Select(r => r.Router)]);

    public override string Instance => $"exchange/{Name}";

    public override Asn? RouteServer => Routers.Select(r => r.Router.Asn).FirstOrDefault(a => a is not null);
}

/// <summary>A cable between one of our routers and one of a peer's, in a building.</summary>
/// <param name="Name">The facility's.</param>
/// <param name="Lans">The addresses of its two ends.</param>
/// <param name="Routers">The one that it ends on.</param>
/// <param name="RunWith">The group of that router.</param>
public sealed record Cable(string Name, ImmutableArray<IpPrefix> Lans, ImmutableArray<ExchangeRouter> Routers, RouterGroup RunWith)
    : MeetingPlace
{
    public override RouterGroup Group => RunWith;

    public override string Instance => Facility.SiteOf(Name);
}

/// <summary>One of our routers at an exchange.</summary>
/// <param name="Addresses">Its addresses there, at most one of each family.</param>
public sealed record ExchangeRouter(RouterDefinition Router, ImmutableArray<IPAddress> Addresses)
{
    /// <summary>Its address of a family; null when it has none.</summary>
    public IPAddress? Address(IpFamily family) => Addresses.FirstOrDefault(a => IpPrefix.Host(a).Family == family);
}

/// <summary>A route server of an exchange: not the first ASN of the paths it gives (RFC 7947).</summary>
public sealed record RouteServer(Asn Asn, ImmutableArray<IPAddress> Addresses);

/// <summary>A session from before, by the peer's addresses at the exchange.</summary>
public sealed record LegacySession(Asn Asn, ImmutableArray<IPAddress> Addresses);

/// <summary>By which rules a connection at an exchange becomes Active.</summary>
public sealed record ExchangeRules
{
    /// <summary>How long a session has to have been Established without a break before it counts as stable.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after approval the peer has to say that it is ready.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a session that goes is announced with GRACEFUL_SHUTDOWN before it ends (RFC 8326).</summary>
    public TimeSpan DrainFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A request of which all of this is so is approved without a person; none for the operator, each one.</summary>
    public ImmutableArray<ApprovalCondition> ApproveWhen { get; init; } = [];

    /// <summary>What <c>approve: complete</c> stands for: whoever PeeringDB has whole and at that address.</summary>
    public static readonly ImmutableArray<ApprovalCondition> Complete =
    [
        ApprovalCondition.Record,
        ApprovalCondition.Present,
        ApprovalCondition.Noc,
        ApprovalCondition.AsSet,
    ];

    /// <summary>What becomes of an Active connection whose peer PeeringDB does not have there any more.</summary>
    public RecordGone WhenRecordGone { get; init; } = RecordGone.Keep;

    /// <summary>A promise is broken as a rule, not by a slip, when this many of a hundred routes break it.</summary>
    public int AsARulePercent { get; init; } = 50;

    /// <summary>Most ASNs in the path of a route.</summary>
    public int LongestPath { get; init; } = 64;
}

/// <summary>Something that can be so of a request, or not.</summary>
public enum ApprovalCondition
{
    /// <summary>PeeringDB has a record of the ASN.</summary>
    Record,

    /// <summary>PeeringDB has it at the exchange with these addresses.</summary>
    Present,

    /// <summary>The record shows a NOC contact.</summary>
    Noc,

    /// <summary>The record names an as-set.</summary>
    AsSet,

    /// <summary>Another connection with the ASN is Active already.</summary>
    Known,

    /// <summary>The registries prove at least one route for it, and not too many.</summary>
    Registered,
}

/// <summary>A rule for peers that PeeringDB has no more.</summary>
public enum RecordGone
{
    /// <summary>What is proven stays; the peer and the operator are told.</summary>
    Keep,

    /// <summary>Back under DENY ALL once that has lasted for the registries' grace, until the record is there again.</summary>
    Close,
}

/// <summary>A building where a peer's cable reaches one of our routers: direct peering.</summary>
/// <param name="Location">The name of a <see cref="PeeringLocation"/>.</param>
/// <param name="PeeringDbFacId">Its <c>fac</c> id in PeeringDB.</param>
/// <param name="Address">As people write it.</param>
/// <param name="Types">Kinds of direct peering that are offered there (azure-behaviour f.4).</param>
/// <param name="Bandwidths">Offered sizes, ascending.</param>
/// <param name="Routers">Names of the routers that cables may end on.</param>
public sealed record Facility(
    string Name,
    string Location,
    int PeeringDbFacId,
    string Address,
    ImmutableArray<DirectPeeringType> Types,
    ImmutableArray<Bandwidth> Bandwidths,
    ImmutableArray<string> Routers
)
{
    /// <summary>Where the addresses of cables come from when the peer asks for ours; empty when peers bring them.</summary>
    public ImmutableArray<IpPrefix> LinkPrefixes { get; init; } = [];

    /// <summary>Where in the building the peer's cable is to end, for letters of authorization; null when they name the router alone.</summary>
    public string? Demarcation { get; init; }

    public ExchangeRules Rules { get; init; } = new();

    /// <summary>Its name as a <see cref="PeeringSite"/>, and of its instance on our routers.</summary>
    public string Site => SiteOf(Name);

    /// <inheritdoc cref="Site"/>
    public static string SiteOf(string facility) => $"facility/{facility}";
}

/// <summary>What a direct peering is for, as Microsoft.Peering spells it.</summary>
public enum DirectPeeringType
{
    Edge,
    Transit,
    Cdn,
    Internal,
    Ix,
    IxRs,
    Voice,
    EdgeZoneForOperators,
    PeerProp,
}
