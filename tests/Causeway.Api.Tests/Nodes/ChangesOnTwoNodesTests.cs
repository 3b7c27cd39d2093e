using System.Text.Json.Nodes;
using Causeway.Api.Operations;
using Causeway.Demo;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Server.Configuration;
using Causeway.Storage;
using Causeway.Testing;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Tests.Nodes;

/// <summary>What a router shows is told on the node that drives it, and on the others too.</summary>
public sealed class ChangesOnTwoNodesTests(PostgresServer server)
{
    /// <summary>A session comes up on a router of one node; who waits for changes at the other node is told of the circuit.</summary>
    [Fact]
    public async Task Who_waits_at_another_node_than_the_routers_is_told_of_their_sessions()
    {
        await using var driving = new Node(server);
        await driving.InitializeAsync();
        string group = $"/subscriptions/{driving.CustomerSubscription}/resourceGroups/told";
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/told";
        await ConfiguredAsync(driving, group, circuit);
        // Whoever comes second finds every router driven.
        await using var other = new Node(server, driving);
        await other.InitializeAsync();

        string? position = null;
        for (bool quiet = false; !quiet; )
        {
            JsonNode seen = await ChangesAsync(other, position, 5);
            position = seen["position"]!.ToString();
            quiet = !seen["missed"]!.GetValue<bool>() && seen["changed"]!.AsArray().Count == 0;
        }
        await using var router = new CustomerRouter(TimeProvider.System);
        await router.StartAsync(
            new Asn(65010),
            new Asn(64496),
            driving.BgpPort,
            new Dictionary<string, IpPrefix> { ["primary"] = IpPrefix.Parse("127.67.0.0/30") },
            [IpPrefix.Parse("172.20.0.0/16")],
            TestContext.Current.CancellationToken
        );
        JsonNode told = await ChangesAsync(other, position, 30);
        Assert.False(told["missed"]!.GetValue<bool>());
        Assert.Contains(told["changed"]!.AsArray(), c => c!.ToString().Equals(circuit, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Each note is heard once; what was told before one listens is nothing new; what is not kept any more is said to be missed.</summary>
    [Fact]
    public async Task Notes_are_heard_once_in_order_and_lost_ones_are_missed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string database = await server.NewDatabaseAsync();
        await using IStore here = StoreFactory.Open(database, TimeProvider.System),
            there = StoreFactory.Open(database, TimeProvider.System);
        await here.MigrateAsync(stop);
        var told = new ChangeNotes(here, NodeIdentity.New("a"), TimeProvider.System);
        var heard = new ChangeNotes(there, NodeIdentity.New("b"), TimeProvider.System);
        await TellAsync("old");
        Assert.Single((await heard.HeardAsync(stop))!);
        Assert.Empty((await heard.HeardAsync(stop))!);
        await TellAsync("one", "two");
        Assert.Equal(["one", "two"], (await heard.HeardAsync(stop))!.Select(n => n.Instance));
        Assert.Empty((await told.HeardAsync(stop))!);
        await TellAsync([.. Enumerable.Range(0, 600).Select(i => $"many{i}")]);
        Assert.Null(await heard.HeardAsync(stop));
        await TellAsync("after");
        Assert.Equal("after", Assert.Single((await heard.HeardAsync(stop))!).Instance);

        Task TellAsync(params string[] instances)
        {
            told.Observed(instances.Select(i => new ObservedInstance(i, ["192.0.2.1"])));
            return told.TurnAsync(stop);
        }
    }

    private static async Task<JsonNode> ChangesAsync(Node node, string? after, int wait) =>
        (
            await node.Customer.Get(
                $"/providers/Causeway.Operations/changes?api-version=2026-11-01&wait={wait}{(after is null ? "" : $"&after={after}")}"
            )
        )
            .Is(200)
            .Body!;

    private static async Task ConfiguredAsync(Node node, string group, string circuit)
    {
        (await node.Customer.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        (
            await node.Customer.Put(
                $"{circuit}?api-version=2024-01-01",
                """
                {"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":100}}}
                """
            )
        ).Is(201);
        string key = (await node.Customer.Get($"{circuit}?api-version=2024-01-01")).Is(200).Body!["properties"]!["serviceKey"]!.ToString();
        (
            await node.Provider.Put(
                $"/subscriptions/{node.ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}?api-version=2024-01-01",
                """{"location":"westeurope","properties":{"serviceProviderProvisioningState":"Provisioned"}}"""
            )
        ).Is(200);
        string peering = $"{circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01";
        (
            await node.Customer.Put(
                peering,
                """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"127.67.0.0/30","secondaryPeerAddressPrefix":"127.67.0.4/30"}}"""
            )
        ).Is(201);
        await Eventually.Get(
            async () => (await node.Customer.Get(peering)).Body!["properties"]!["provisioningState"]!.ToString(),
            s => s == "Succeeded",
            "the peering is in place"
        );
    }

    /// <summary>One node of an installation; a second one has the first one's database and key.</summary>
    private sealed class Node(PostgresServer server, Node? first = null) : ApiFixture
    {
        private string? _database;

        public int BgpPort { get; private set; }

        protected override async Task<string?> DatabaseAsync() => _database = first?._database ?? await server.NewDatabaseAsync();

        protected override ServerSettings Configure(ServerSettings settings)
        {
            BgpPort = settings.BgpPort;
            return first is null ? settings : settings with { Key = File.ReadAllText(Path.Combine(first.DataFolder, "key")) };
        }
    }
}
