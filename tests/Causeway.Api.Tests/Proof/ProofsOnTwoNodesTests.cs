using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Proof;

/// <summary>Two nodes on one PostgreSQL, each with registries of its own that read the same file.</summary>
public sealed class ProofsOnTwoNodesTests(PostgresServer postgres)
{
    [Fact]
    public async Task One_of_them_follows_the_registry_and_a_change_is_written_once()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("causeway-two-proven-");
        var routes = new Dictionary<string, uint>();
        for (int i = 0; i < 200; i++)
            routes[$"11.{i}.0.0/16"] = 4000;
        Publish();
        string file = Path.Combine(folder.FullName, "topology.yaml");
        await File.WriteAllTextAsync(
            file,
            TopologyFile.BuiltIn + "\nregistries: { dumps: [radb.db], grace: 0s }\n",
            TestContext.Current.CancellationToken
        );
        await using var a = new Node(postgres, file, null);
        await a.InitializeAsync();
        await using var b = new Node(postgres, file, a);
        await b.InitializeAsync();
        Node[] nodes = [a, b];
        await KnowAsync("11.0.0.0/16", 4000, true);

        var api = new CircuitServer(a);
        string circuit = await api.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await api.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(85, 3317, 300, "193.18.0.0/24"));
        await BecomesAsync("ValidationNeeded");
        await SessionsAsync(open: false);
        int before = await SaidAsync();

        routes["193.18.0.0/24"] = 3317;
        Publish();
        await BecomesAsync("Configured");
        await SessionsAsync(open: true);
        Assert.Equal(before + 1, await SaidAsync());

        // Other changes of the registry, known on both nodes, move nothing here.
        routes["193.19.0.0/24"] = 3318;
        Publish();
        await KnowAsync("193.19.0.0/24", 3318, true);
        await KnowAsync("193.18.0.0/24", 3317, true);
        routes.Remove("193.18.0.0/24");
        Publish();
        await BecomesAsync("ValidationNeeded");
        await SessionsAsync(open: false);
        await KnowAsync("193.18.0.0/24", 3317, false);
        Assert.Equal(before + 2, await SaidAsync());
        string[] loops = [.. await Task.WhenAll(nodes.Select(LoopAsync))];
        Assert.Single(loops, l => l.Contains("another node follows the registries", StringComparison.Ordinal));

        async Task BecomesAsync(string state)
        {
            foreach (Node node in nodes)
                await Eventually.Get(
                    async () =>
                        (await new CircuitServer(node).GetAsync(peering)).Properties["microsoftPeeringConfig"]![
                            "advertisedPublicPrefixesState"
                        ]!.ToString(),
                    s => s == state,
                    $"both nodes say {state}",
                    TimeSpan.FromSeconds(60)
                );
        }

        // As the routers say: an open session tries, one that is down is idle.
        Task SessionsAsync(bool open) =>
            Eventually.Get(
                async () =>
                    (await api.GetAsync($"{peering}/sessions")).Json["value"]!.AsArray().Select(s => s!["state"]!.ToString()).ToArray(),
                m => m.Length == 2 && m.All(x => x is not "Unknown" && x == "Idle" != open),
                $"the routers have the sessions {(open ? "open" : "down")}",
                TimeSpan.FromSeconds(60)
            );

        // What was ever found of the prefixes, and changed something.
        async Task<int> SaidAsync() =>
            (await api.GetAsync($"{circuit}/journal")).Json["value"]!
                .AsArray()
                .Count(e => e!.ToJsonString().Contains("ProofsFound", StringComparison.Ordinal));

        Task KnowAsync(string prefix, uint asn, bool proven) =>
            Eventually.True(
                () =>
                    nodes.All(n =>
                        n.Server.Services.GetRequiredService<IProofs>()
                            .Prove([IpPrefix.Parse(prefix)], new Asn(asn), RoutingRegistry.None)[0]
                            .IsProven == proven
                    ),
                $"{prefix} of AS{asn} is {(proven ? "" : "not ")}registered on both",
                TimeSpan.FromSeconds(60)
            );

        static async Task<string> LoopAsync(Node node)
        {
            JsonNode status = (
                await new CircuitServer(node).OkAsync(
                    "operator",
                    HttpMethod.Get,
                    "/providers/Causeway.Operations/status",
                    version: "2026-11-01"
                )
            ).Json;
            return status["loops"]!.AsArray().Single(l => l!["name"]!.ToString() == "proofs")!.ToJsonString();
        }

        void Publish()
        {
            string dump = Path.Combine(folder.FullName, "radb.db");
            File.WriteAllText(
                dump + ".new",
                string.Concat(routes.Select(r => $"route: {r.Key}\norigin: AS{r.Value}\nmnt-by: MNT-X\nsource: RADB\n\n"))
            );
            File.Move(dump + ".new", dump, overwrite: true);
        }
    }

    private sealed class Node(PostgresServer postgres, string topology, Node? first) : ApiFixture
    {
        private string? _database;

        protected override async Task<string?> DatabaseAsync() => _database = first?._database ?? await postgres.NewDatabaseAsync();

        protected override ServerSettings Configure(ServerSettings settings) =>
            settings with
            {
                TopologyFile = topology,
                Key = first is null ? settings.Key : File.ReadAllText(Path.Combine(first.DataFolder, "key")),
            };
    }
}
