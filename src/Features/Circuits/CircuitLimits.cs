using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>Settings of the installation about circuits.</summary>
public sealed record CircuitPolicy
{
    public CircuitLimits Limits { get; init; } = new();

    /// <summary>Whether a peering is stored before the circuit is provisioned (and goes to the routers then), or refused.</summary>
    public RoutingBeforeProvisioned RoutingBeforeProvisioned { get; init; } = RoutingBeforeProvisioned.Refuse;

    /// <summary>Whether a new public peering may be made.</summary>
    public PublicPeering PublicPeering { get; init; } = PublicPeering.Allow;

    /// <summary>Which providers may configure routing of their own: those that work at layer 3, or, as on the real service, all.</summary>
    public ProviderRouting ProviderRouting { get; init; } = ProviderRouting.Layer3;

    /// <summary>How long an operation waits for both routers before it fails; what it asked for follows all the same.</summary>
    public TimeSpan FollowWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After how long a failover test that nobody stops ends by itself.</summary>
    public TimeSpan FailoverTestsEndAfter { get; init; } = TimeSpan.FromHours(1);
}

public enum RoutingBeforeProvisioned
{
    Refuse,
    Accept,
}

public enum PublicPeering
{
    Allow,
    Refuse,
}

public enum ProviderRouting
{
    Layer3,
    All,
}

/// <summary>Numbers that operators raise on request. 0 is no limit.</summary>
public sealed record CircuitLimits
{
    public int CircuitsPerSubscription { get; init; } = 50;
    public int CircuitsPerRegion { get; init; } = 10;
    public int AuthorizationsPerCircuit { get; init; }

    /// <summary>Links of a Local, Standard or Basic circuit.</summary>
    public int StandardLinks { get; init; } = 10;

    /// <summary>Received IPv4 routes of a Local or Standard circuit; above it the session goes down.</summary>
    public int StandardRoutes { get; init; } = 4000;

    public int PremiumRoutes { get; init; } = 10000;
    public int Ipv6Routes { get; init; } = 100;

    /// <summary>Received routes of a session of Microsoft or public peering, of either family.</summary>
    public int PublicRoutes { get; init; } = 200;

    /// <summary>Links of a Premium circuit by size: from this many Mbps, this many links.</summary>
    public IReadOnlyList<(int FromMbps, int Links)> PremiumLinks { get; init; } =
    [(0, 20), (100, 25), (500, 40), (1000, 50), (2000, 60), (5000, 75), (10000, 100)];

    public int LinksOf(CircuitSku sku, Bandwidth bandwidth) =>
        sku.Tier == CircuitTier.Premium ? PremiumLinks.Last(l => l.FromMbps <= bandwidth.Mbps).Links : StandardLinks;

    /// <summary>How many prefixes a session may receive.</summary>
    public int RoutesOf(PeeringType type, CircuitSku sku, IpFamily family) =>
        type != PeeringType.AzurePrivatePeering ? PublicRoutes
        : family == IpFamily.V6 ? Ipv6Routes
        : sku.Tier == CircuitTier.Premium ? PremiumRoutes
        : StandardRoutes;
}
