using System.Collections.Immutable;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Samples.Networks;

/// <summary>Names and small resources that the network tests share.</summary>
internal static class NetworkStates
{
    public const string Subscription = "00000000-0000-0000-0000-00000000000a";
    public static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;

    public static readonly ResourceId NetworkId = Id("virtualNetworks", "office");
    public static readonly ResourceId GatewayId = Id("virtualNetworkGateways", "office-gw");
    public static readonly ResourceId OtherGatewayId = Id("virtualNetworkGateways", "other-gw");
    public static readonly ResourceId AddressId = Id("publicIPAddresses", "office-ip");

    public static ResourceId Id(string type, string name) => ResourceId.Of(Subscription, "rg", "Microsoft.Network", type, name);

    public static ResourceId Circuit(int n) => Id("expressRouteCircuits", $"circuit{n}");

    public static ResourceId ConnectionId(int n) => Id("connections", $"connection{n}");

    public static ImmutableArray<IpPrefix> Prefixes(params string[] texts) => [.. texts.Select(t => IpPrefix.Parse(t))];

    public static Subnet Subnet(string name, params string[] prefixes) => new(name, Prefixes(prefixes));

    public static NetworkPeering Peering(string name, string network, params string[] space) =>
        new(name, Id("virtualNetworks", network), Prefixes(space), Guid.Empty);

    public static readonly Subnet GatewaySubnet = Subnet("GatewaySubnet", "10.1.255.0/27");

    public static readonly VirtualNetwork Plain = new()
    {
        Id = NetworkId,
        Location = "westeurope",
        ResourceGuid = Guid.Empty,
        AddressSpace = Prefixes("10.1.0.0/16"),
        Subnets = [Subnet("default", "10.1.0.0/24"), GatewaySubnet],
    };

    public static readonly GatewayPlacement Placement = new(GatewayId, "Standard", ["default"]);

    public static readonly VirtualNetwork WithGateway = Plain with { Gateway = Placement };

    public static VirtualNetwork Linked(int circuits = 1, string location = "Amsterdam") =>
        WithGateway with
        {
            Links = [.. Enumerable.Range(1, circuits).Select(n => new NetworkLink(ConnectionId(n), Circuit(n), location))],
        };

    public static PutVirtualNetwork Put(string[] space, Subnet[]? subnets = null, string location = "westeurope") =>
        new(At, NetworkId, location, null, Prefixes(space), subnets?.ToImmutableArray(), [], Guid.Empty);

    public static AddLink Link(int n, string location = "Amsterdam", ResourceId? gateway = null) =>
        new(At, gateway ?? GatewayId, new NetworkLink(ConnectionId(n), Circuit(n), location));

    public static readonly VirtualNetworkGateway Gateway = new()
    {
        Id = GatewayId,
        Location = "westeurope",
        ResourceGuid = Guid.Empty,
        Network = NetworkId,
        Sku = "Standard",
        IpConfigurations = [new("default", AddressId)],
    };

    public static PutGateway PutGateway(string sku = "Standard", string location = "westeurope", ResourceId? network = null) =>
        new(At, GatewayId, location, null, network ?? NetworkId, sku, [new("default", AddressId)], new(), Guid.Empty);

    public static readonly Connection Link1 = new()
    {
        Id = ConnectionId(1),
        Location = "westeurope",
        ResourceGuid = Guid.Empty,
        Gateway = GatewayId,
        Network = NetworkId,
        Circuit = Circuit(1),
    };

    public static PutConnection PutConnection(string location = "westeurope", ResourceId? gateway = null, ResourceId? circuit = null) =>
        new(At, ConnectionId(1), location, null, gateway ?? GatewayId, NetworkId, circuit ?? Circuit(1), false, new(10), Guid.Empty);

    public static readonly PublicIpAddress Address = new()
    {
        Id = AddressId,
        Location = "westeurope",
        ResourceGuid = Guid.Empty,
    };

    public static PutPublicIp PutAddress(string location = "westeurope", string sku = "Basic", string version = "IPv4") =>
        new(At, AddressId, location, null, sku, "Static", version, 4, [], Guid.Empty);

    public static readonly SiteTest Tested = new(
        Guid.Parse("7e57ab1e-0000-4000-8000-000000000000"),
        "Amsterdam",
        At,
        At.AddHours(1),
        [new(ConnectionId(1), Circuit(1))]
    );

    private static StartSiteTest StartTest { get; } =
        new(At, Guid.Parse("7e57ab1e-0000-4000-8000-000000000001"), "Amsterdam", Tested.Links, ["Stockholm"], ["Stockholm"]);

    public static (string, Signal)[] SiteTestSignals { get; } =
    [
        ("A test begins", StartTest),
        ("A test begins where no circuit is", StartTest with { Links = [] }),
        ("A test begins of the only site", StartTest with { Others = [], Carrying = [] }),
        ("A test begins of the only site that carries", StartTest with { Carrying = [] }),
        ("The test is stopped", new StopSiteTest(At, "AMSTERDAM", true, [])),
        ("Another test is stopped", new StopSiteTest(At, "Stockholm", true, [])),
        ("The other sites are lost", new OtherSitesLost(At, Tested.Id)),
        ("The other sites of another test are lost", new OtherSitesLost(At, Guid.Empty)),
        ("The test's time is over", new WokenUp(At.AddHours(1), "site failover test ends")),
    ];

    public static string InWords(ImmutableArray<SiteTest> tests) =>
        string.Concat(
            tests.Select(t =>
                $" {t.PeeringLocation} tested{(t.Ended is null ? "" : t.Ended.OthersLost ? " until it was alone" : t.Ended.ByItself ? " until it ended" : " until stopped")}"
            )
        );
}
