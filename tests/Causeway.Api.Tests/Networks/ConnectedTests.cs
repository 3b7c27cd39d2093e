using System.Text.Json.Nodes;
using Causeway.Demo;
using Causeway.Primitives;
using Causeway.Server.Configuration;
using Causeway.Testing;
using static Causeway.Api.Tests.Networks.NetworkRoad;

namespace Causeway.Api.Tests.Networks;

/// <summary>On SQLite, with a BGP port that the test knows.</summary>
public sealed class ConnectedApi : SqliteApi
{
    public int BgpPort { get; private set; }

    protected override ServerSettings Configure(ServerSettings settings)
    {
        BgpPort = settings.BgpPort;
        return base.Configure(settings);
    }
}

/// <summary>A connection says Connected when a session of its circuit is established, and never otherwise.</summary>
public sealed class ConnectedTests(ConnectedApi api) : IClassFixture<ConnectedApi>
{
    [Fact]
    public async Task Connected_follows_the_sessions_and_the_gateway_learns_the_customers_routes()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.CircuitAsync("office", 67);
        await road.ConnectAsync("link", "apps", "office");
        Assert.Contains(await StatusAsync(road), (string[])["Connecting", "Unknown"]);

        IpPrefix onPremises = IpPrefix.Parse("172.20.0.0/16");
        await using (var router = new CustomerRouter(TimeProvider.System))
        {
            await router.StartAsync(
                new Asn(65010),
                new Asn(64496),
                api.BgpPort,
                new Dictionary<string, IpPrefix>
                {
                    ["primary"] = IpPrefix.Parse("127.67.0.0/30"),
                    ["secondary"] = IpPrefix.Parse("127.67.0.4/30"),
                },
                [onPremises],
                Stop
            );
            await Eventually.Get(() => StatusAsync(road), s => s == "Connected", "the connection is Connected");
            await Eventually.Get(
                () => Task.FromResult(router.Learned("secondary").Keys.ToList()),
                learned => learned.Contains(IpPrefix.Parse("10.1.0.0/16")),
                "the customer's router learns the network's prefix"
            );
            JsonArray routes = (await road.Customer.PostAsync($"{road.Gateway("apps")}/getLearnedRoutes", V, null, Stop))![
                "value"
            ]!.AsArray();
            Assert.Contains(routes, r => r!["network"]!.ToString() == "10.1.0.0/16" && r["origin"]!.ToString() == "Network");
            JsonNode learned = routes.First(r => r!["network"]!.ToString() == "172.20.0.0/16")!;
            Assert.Equal(("EBgp", "65010"), (learned["origin"]!.ToString(), learned["asPath"]!.ToString()));
            JsonArray peers = (await road.Customer.PostAsync($"{road.Gateway("apps")}/getBgpPeerStatus", V, null, Stop))![
                "value"
            ]!.AsArray();
            Assert.Contains(learned["sourcePeer"]!.ToString(), peers.Select(p => p!["neighbor"]!.ToString()));
            foreach (JsonNode? peer in peers)
                Assert.Equal(
                    routes.Count(r => r!["sourcePeer"]!.ToString() == peer!["neighbor"]!.ToString()),
                    peer!["routesReceived"]!.GetValue<int>()
                );
        }
        await Eventually.Get(() => StatusAsync(road), s => s == "Connecting", "the connection is no longer Connected");

        await road.MoveAsync("office", "Deprovisioning");
        Assert.Equal("NotConnected", await StatusAsync(road));
    }

    private static async Task<string> StatusAsync(NetworkRoad road) =>
        (await road.Customer.GetAsync(road.Connection("link"), V, Stop))["properties"]!["connectionStatus"]!.ToString();
}
