using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Server.Check;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using static Causeway.Api.Tests.Circuits.CircuitServer;
using CircuitAnswer = Causeway.Api.Tests.Circuits.Answer;

namespace Causeway.Api.Tests.Topology;

public sealed class SqliteTopologyTests : TopologyTests
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

public sealed class PostgresTopologyTests(PostgresServer server) : TopologyTests
{
    protected override async Task<string?> DatabaseAsync() => await server.NewDatabaseAsync();

    [Fact]
    public async Task Another_node_works_with_a_change_at_once_and_may_not_start_with_another_file()
    {
        await using var a = new Api(await server.NewDatabaseAsync());
        await a.InitializeAsync();
        await using var b = new Api(a.Database, a);
        await b.InitializeAsync();
        await ApplyAsync(new CircuitServer(a), TopologyFile.BuiltIn.Replace("portGbps: 100", "portGbps: 40", StringComparison.Ordinal));
        await Eventually.True(
            () => b.Now.PeeringLocations.All(l => l.Pairs.All(p => p.PortBandwidth.Mbps == 40_000)),
            "the other node works with the new topology"
        );

        string file = Path.Combine(a.DataFolder, "other.yaml");
        await File.WriteAllTextAsync(file, TopologyFile.BuiltIn.Replace("portGbps: 100", "portGbps: 10", StringComparison.Ordinal));
        await using var c = new Api(a.Database, a, file);
        TopologyException refused = await Assert.ThrowsAsync<TopologyException>(async () => await c.InitializeAsync());
        Assert.Contains("causeway topology apply", refused.Message, StringComparison.Ordinal);
    }

    /// <summary><c>serve --check</c> reads PostgreSQL and makes nothing in it.</summary>
    [Fact]
    public async Task Whether_a_start_would_be_refused_is_read_beside_the_nodes_that_run()
    {
        string empty = await server.NewDatabaseAsync();
        Assert.Contains(
            (await CheckAsync(empty, "/nowhere", null)).Says,
            s => s.EndsWith("empty, a start makes the schema", StringComparison.Ordinal)
        );
        Assert.Contains(
            (await CheckAsync(empty, "/nowhere", null)).Says,
            s => s.EndsWith("empty, a start makes the schema", StringComparison.Ordinal)
        );
        await using var a = new Api(await server.NewDatabaseAsync());
        await a.InitializeAsync();
        Assert.Empty((await CheckAsync(a.Database!, a.DataFolder, null)).Problems);
        string file = Path.Combine(a.DataFolder, "other.yaml");
        await File.WriteAllTextAsync(file, TopologyFile.BuiltIn.Replace("portGbps: 100", "portGbps: 10", StringComparison.Ordinal));
        Assert.Contains(
            "causeway topology apply",
            Assert.Single((await CheckAsync(a.Database!, a.DataFolder, file)).Problems),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "The key /nowhere/key",
            Assert.Single((await CheckAsync(a.Database!, "/nowhere", null)).Problems),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "the database cannot be used:",
            Assert.Single((await CheckAsync("Host=127.0.0.1;Port=1;Username=x;Timeout=2", a.DataFolder, null)).Problems),
            StringComparison.OrdinalIgnoreCase
        );

        static Task<StartReport> CheckAsync(string database, string data, string? topology) =>
            StartCheck.RunAsync(
                s =>
                    s == Settings.Database ? database
                    : s == Settings.Data ? data
                    : s == Settings.Topology ? topology
                    : s == Settings.Listen ? "127.0.0.1:0"
                    : null,
                _ => null,
                TestContext.Current.CancellationToken
            );
    }
}

/// <summary>The topology changes while the server runs, and takes nothing from under circuits.</summary>
public abstract class TopologyTests
{
    private const string Path = "/providers/Causeway.Operations/topologies/default";
    private const string Version = "2026-11-01";

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task It_is_planned_applied_and_kept_over_a_restart()
    {
        await using var api = new Api(await DatabaseAsync());
        await api.InitializeAsync();
        var server = new CircuitServer(api);
        string text = TopologyFile.BuiltIn.Replace(
            "providers:\n",
            "providers:\n  - { name: NordNet, layer: 2, locations: [Stockholm], bandwidthsMbps: [100] }\n",
            StringComparison.Ordinal
        );

        CircuitAnswer plan = await server.OkAsync("operator", HttpMethod.Post, $"{Path}/plan", Body(text), Version);
        Assert.True(plan.Json["canBeApplied"]!.GetValue<bool>());
        Assert.Contains("+ providers/NordNet/locations/Stockholm", plan.Json["changes"]!.AsArray().Select(c => c!["says"]!.ToString()));
        Assert.Null(api.Now.FindProvider("NordNet")); // a plan changes nothing
        await ApplyAsync(server, text);
        Assert.NotNull(api.Now.FindProvider("NordNet"));
        CircuitAnswer offers = await server.OkAsync(
            "customer",
            HttpMethod.Get,
            $"{server.Subscription()}/providers/Microsoft.Network/expressRouteServiceProviders"
        );
        Assert.Contains("NordNet", offers.Text, StringComparison.Ordinal);

        await api.RestartAsync();
        Assert.NotNull(api.Now.FindProvider("NordNet"));
        Assert.Equal(
            2,
            (await server.OkAsync("operator", HttpMethod.Get, Path, version: Version)).Properties["revision"]!.GetValue<long>()
        );
    }

    [Fact]
    public async Task What_circuits_stand_on_stays_and_each_is_named()
    {
        await using var api = new Api(await DatabaseAsync());
        await api.InitializeAsync();
        var server = new CircuitServer(api);
        string circuit = await server.ProvisionedAsync();
        string pair = TopologyFile.BuiltIn.Replace("ams-1-primary", "ams-9-primary", StringComparison.Ordinal);
        string provider = TopologyFile.BuiltIn.Replace("name: Equinix", "name: Equinox", StringComparison.Ordinal);
        foreach (string text in (string[])[pair, provider])
        {
            CircuitAnswer refused = await server.SendAsync("operator", HttpMethod.Put, Path, Body(text), Version);
            Assert.Equal(HttpStatusCode.Conflict, refused.Status);
            Assert.Equal("TopologyInUse", refused.ErrorCode);
            // What goes, then a line for each circuit, then what to do.
            Assert.Contains($"and resources stand on it:\n  {circuit}\n", refused.ErrorMessage, StringComparison.OrdinalIgnoreCase);
        }
        await server.ProviderAsync(circuit, "Deprovisioning");
        await server.ProviderAsync(circuit, "NotProvisioned");
        await ApplyAsync(server, pair);
        Assert.Equal("ams-9-primary", api.Now.FindPair("ams-1")!.Primary.Name);
    }

    [Fact]
    public async Task A_text_that_is_no_topology_is_refused_with_every_problem()
    {
        await using var api = new Api(await DatabaseAsync());
        await api.InitializeAsync();
        var server = new CircuitServer(api);
        CircuitAnswer refused = await server.SendAsync(
            "operator",
            HttpMethod.Put,
            Path,
            Body(
                TopologyFile
                    .BuiltIn.Replace("asn: 64496", "asn: 0", StringComparison.Ordinal)
                    .Replace("layer: 3", "layer: 9", StringComparison.Ordinal)
            ),
            Version
        );
        Assert.Equal("InvalidTopology", refused.ErrorCode);
        Assert.Contains("line 3: asn is 0", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("layer is 9", refused.ErrorMessage, StringComparison.Ordinal);
        foreach (string who in (string[])["customer", "provider"])
            Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(who, HttpMethod.Get, Path, version: Version)).Status);
    }

    /// <summary>Circuits land while their pair is taken away, again and again: afterwards no circuit stands on what is not there.</summary>
    [Fact]
    public async Task Landing_and_taking_away_race_and_one_of_them_loses()
    {
        await using var api = new Api(await DatabaseAsync());
        await api.InitializeAsync();
        var server = new CircuitServer(api);
        string without = TopologyFile.BuiltIn.Replace("name: ams-1\n", "name: ams-2\n", StringComparison.Ordinal);
        int removed = 0;
        for (int round = 0; round < 8; round++)
        {
            string circuit = await server.CircuitAsync();
            Task<CircuitAnswer> landing = server.SendAsync(
                "provider",
                HttpMethod.Put,
                await server.CrossAsync(circuit),
                State("Provisioning")
            );
            Task<CircuitAnswer> taking = server.SendAsync("operator", HttpMethod.Put, Path, Body(without), Version);
            CircuitAnswer[] both = await Task.WhenAll(landing, taking);
            string landed = (await server.GetAsync(circuit)).Properties["serviceProviderProvisioningState"]!.GetValue<string>();
            string? on = landed == "Provisioning" ? await PairOfAsync(api, circuit) : null;
            if (both[1].Status == HttpStatusCode.OK)
            {
                removed++;
                Assert.NotEqual("ams-1", on);
                // Back again, for the next round: what landed on the new pair goes first.
                if (on is not null)
                    await server.ProviderAsync(circuit, "NotProvisioned");
                await ApplyAsync(server, TopologyFile.BuiltIn);
            }
            else
            {
                Assert.Equal("TopologyInUse", both[1].ErrorCode);
                Assert.Equal("ams-1", on);
                await server.ProviderAsync(circuit, "NotProvisioned");
            }
        }
        TestContext.Current.SendDiagnosticMessage($"of 8 races {removed} were lost by the circuit");
    }

    private static async Task<string> PairOfAsync(Api api, string circuit)
    {
        StoredResource row = (await api.Server.Services.GetRequiredService<IStore>().GetAsync(ResourceId.Parse(circuit), default))!;
        return JsonNode.Parse(row.Body.Span)!["edge"]!["pair"]!.GetValue<string>();
    }

    protected static async Task ApplyAsync(CircuitServer server, string text) =>
        await server.OkAsync("operator", HttpMethod.Put, Path, Body(text), Version);

    private static JsonObject Body(string text) =>
        new()
        {
            ["properties"] = new JsonObject { ["text"] = text, ["source"] = "test.yaml" },
        };

    /// <summary>A server of its own; another node on the same database when the first is given.</summary>
    protected sealed class Api(string? database, ApiFixture? first = null, string? topology = null) : ApiFixture
    {
        public string? Database => database;

        public NetworkTopology Now => Server.Services.GetRequiredService<LiveTopology>().Now;

        protected override Task<string?> DatabaseAsync() => Task.FromResult(database);

        protected override ServerSettings Configure(ServerSettings settings) =>
            settings with
            {
                TopologyFile = topology,
                Key = first is null ? settings.Key : File.ReadAllText(System.IO.Path.Combine(first.DataFolder, "key")),
            };
    }
}
