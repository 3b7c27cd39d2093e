using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Server.Topology;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>What a route filter lets through, as the customer's own router has it: BIRD's table follows every change, and private peering hears nothing of it.</summary>
public sealed partial class BirdFilterTests : IAsyncLifetime
{
    private const string V = ArmClient.NetworkVersion;
    private const int BgpPort = 17904;
    private const int Customer = 200087;

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-filter-").FullName;
    private readonly ServerProcess _server;
    private RoadBuilder _road = null!;
    private ArmClient _operator = null!;

    public BirdFilterTests()
    {
        File.WriteAllText(Dump, $"route: 11.87.0.0/24\norigin: AS{Customer}\nmnt-by: MNT-X\nsource: RADB\n\n");
        File.WriteAllText(Path.Combine(_folder, "topology.yaml"), Topology);
        _server = new(["--bgp-port", $"{BgpPort}", "--topology", Path.Combine(_folder, "topology.yaml")]);
    }

    private string Dump => Path.Combine(_folder, "radb.db");

    /// <summary>The built-in one, with a registry that proves what the customer declares: without that no session comes up.</summary>
    private string Topology => $"{TopologyFile.BuiltIn}\nregistries:\n  dumps: [{Dump}]\n";

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        AccessFile access = AccessFile.Load(Path.Combine(_server.Data, "access.json"));
        _road = new RoadBuilder(access);
        _operator = new ArmClient(access, "operator", TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        _road.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_table_has_exactly_what_the_filter_lets_through_at_every_step()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string circuit = await _road.ProvisionedCircuitAsync("filtered", stop);
        await PutPeeringAsync(circuit, "AzurePrivatePeering", 86, 100, null, stop);
        await _road.LinkNetworkAsync(_road.Customer, circuit, "filtered", "10.86.0.0/16", null, stop);
        await PutPeeringAsync(circuit, "MicrosoftPeering", 87, 200, null, stop);
        await using var linked = new Bird("65010", "127.86.0.1", "127.86.0.2", BgpPort, "64496", "172.16.86.0/24", null);
        await using var bird = new Bird($"{Customer}", "127.87.0.1", "127.87.0.2", BgpPort, "64496", "11.87.0.0/24", null);
        await Eventually.Get(
            linked.RoutesAsync,
            r => r.Contains("10.86.0.0/16", StringComparison.Ordinal),
            "private peering is up",
            Patience
        );
        await Eventually.Get(
            bird.ProtocolAsync,
            p => p.Contains("Established", StringComparison.Ordinal),
            "Microsoft peering is up",
            Patience
        );
        string quiet = await HeardAsync(linked);

        // Without a filter nothing; with an empty one neither.
        await TableAsync(bird, "");
        string filter = $"{circuit[..circuit.IndexOf("/expressRouteCircuits/", StringComparison.Ordinal)]}/routeFilters/office";
        await _road.Customer.PutAsync(filter, V, new JsonObject { ["location"] = "westeurope" }, wait: true, stop);
        await AllowAsync(filter, stop, "12076:5010", "12076:52002");
        await TableAsync(bird, "");

        await PutPeeringAsync(circuit, "MicrosoftPeering", 87, 200, filter, stop);
        await TableAsync(bird, "198.51.100.0/27 (12076,5010); 203.0.113.0/26 (12076,52002)");
        await AllowAsync(filter, stop, "12076:5020", "12076:5010");
        await TableAsync(bird, "198.51.100.0/27 (12076,5010); 198.51.100.32/27 (12076,5020)");

        // The operator changes what a service has, and then its community.
        await ApplyAsync("prefixes: [198.51.100.32/27, ", "prefixes: [198.18.5.0/24, ", stop);
        await TableAsync(bird, "198.18.5.0/24 (12076,5020); 198.51.100.0/27 (12076,5010)");
        await ApplyAsync("12076:5020", "12076:5021", stop);
        await TableAsync(bird, "198.51.100.0/27 (12076,5010)");
        await ApplyAsync("", "", stop);
        await TableAsync(bird, "198.51.100.0/27 (12076,5010); 198.51.100.32/27 (12076,5020)");

        await _road.Customer.DeleteAsync($"{filter}/routeFilterRules/allow", V, wait: true, stop);
        await TableAsync(bird, "");
        await AllowAsync(filter, stop, "12076:5030");
        await TableAsync(bird, "198.51.100.64/27 (12076,5030)");
        await PutPeeringAsync(circuit, "MicrosoftPeering", 87, 200, null, stop);
        await TableAsync(bird, "");
        await _road.Customer.DeleteAsync(filter, V, wait: true, stop);

        Assert.Contains("Established", await bird.ProtocolAsync(), StringComparison.Ordinal);
        Assert.Equal(quiet, await HeardAsync(linked));
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Task<JsonNode> PutPeeringAsync(string circuit, string type, int net, int vlan, string? filter, CancellationToken stop)
    {
        var body = new JsonObject
        {
            ["peeringType"] = type,
            ["peerASN"] = type == "MicrosoftPeering" ? Customer : 65010,
            ["primaryPeerAddressPrefix"] = $"127.{net}.0.0/30",
            ["secondaryPeerAddressPrefix"] = $"127.{net}.0.4/30",
            ["vlanId"] = vlan,
        };
        if (type == "MicrosoftPeering")
            body["microsoftPeeringConfig"] = new JsonObject { ["advertisedPublicPrefixes"] = new JsonArray($"11.{net}.0.0/24") };
        if (filter is not null)
            body["routeFilter"] = new JsonObject { ["id"] = filter };
        return _road.Customer.PutAsync($"{circuit}/peerings/{type}", V, new JsonObject { ["properties"] = body }, wait: true, stop);
    }

    private Task<JsonNode> AllowAsync(string filter, CancellationToken stop, params string[] communities) =>
        _road.Customer.PutAsync(
            $"{filter}/routeFilterRules/allow",
            V,
            new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["access"] = "Allow",
                    ["communities"] = new JsonArray([.. communities.Select(c => JsonValue.Create(c))]),
                },
            },
            wait: true,
            stop
        );

    private Task<JsonNode> ApplyAsync(string from, string to, CancellationToken stop) =>
        _operator.PutAsync(
            "/providers/Causeway.Operations/topologies/default",
            "2026-11-01",
            new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["text"] = from.Length == 0 ? Topology : Topology.Replace(from, to, StringComparison.Ordinal),
                    ["source"] = "a test",
                },
            },
            wait: true,
            stop
        );

    /// <summary>Waits until the table has exactly these routes from the session, each with its communities.</summary>
    private static Task<string> TableAsync(Bird bird, string routes) =>
        Eventually.Get(
            async () => string.Join("; ", Learned(await bird.RoutesAsync()).Order(StringComparer.Ordinal)),
            table => table == routes,
            $"BIRD's table to have exactly [{routes}]"
        );

    /// <summary>How many routes the session has brought and taken since it came up: a single UPDATE would count.</summary>
    private static async Task<string> HeardAsync(Bird bird) =>
        string.Join(" | ", Counter().Matches(await bird.ProtocolAsync()).Select(m => m.Value.Trim()));

    /// <summary>What came over the session, of the output of <c>show route all</c>.</summary>
    private static List<string> Learned(string routes)
    {
        const string Community = "BGP.community:";
        var learned = new List<string>();
        bool here = false;
        foreach (string line in routes.Split('\n'))
            if (line.Length > 0 && char.IsAsciiDigit(line[0]) && line.Contains('/', StringComparison.Ordinal))
            {
                here = line.Contains("[edge ", StringComparison.Ordinal);
                if (here)
                    learned.Add(line.Split(' ')[0]);
            }
            else if (here && line.Trim().StartsWith(Community, StringComparison.Ordinal))
                learned[^1] += $" {line.Trim()[Community.Length..].Trim()}";
        return learned;
    }

    [GeneratedRegex(@"Import (?:updates|withdraws):[^\n]*")]
    private static partial Regex Counter();
}
