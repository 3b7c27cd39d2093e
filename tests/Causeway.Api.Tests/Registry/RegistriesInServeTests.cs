using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Api.Tests.Cli;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Service;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;
using CircuitAnswer = Causeway.Api.Tests.Circuits.Answer;

namespace Causeway.Api.Tests.Registry;

/// <summary>
/// A server that proves prefixes with the registries its topology names: files beside the topology file, changed under
/// its feet.
///</summary>
public sealed class RegistriesInServeTests : IDisposable
{
    private const string TopologyPath = "/providers/Causeway.Operations/topologies/default";
    private const string StatusPath = "/providers/Causeway.Operations/status";
    private const string Version = "2026-11-01";
    private static readonly Asn Holder = new(64500);
    private static readonly IpPrefix ByRoute = IpPrefix.Parse("198.51.100.0/24");
    private static readonly IpPrefix ByRoa = IpPrefix.Parse("203.0.113.0/24");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-serve-registries-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public async Task Files_beside_the_topology_file_prove_and_what_changes_in_them_is_followed()
    {
        Dump("radb.db", "RADB", [(ByRoute, Holder)]);
        Roas("rpki.json", [(ByRoa, Holder)]);
        await using var api = new Api(Write("registries:\n  dumps: [radb.db]\n  vrps: [rpki.json]\n"));
        await api.InitializeAsync();
        await LoadedAsync(api.Proofs);
        Assert.Equal([ProofReason.RouteObject, ProofReason.RoaValid], Reasons(api.Proofs));
        Assert.Equal(
            [SourceState.Loaded, SourceState.Loaded, SourceState.Unknown],
            [api.Proofs.StateOf("RADB"), api.Proofs.StateOf(Cited(api.Proofs, ByRoa)), api.Proofs.StateOf("RIPE")]
        );
        JsonArray sources = await SourcesAsync(api);
        Assert.Equal(["RADB irr 1", $"{At("rpki.json")} vrp-file 1"], sources.Select(s => $"{s!["name"]} {s["kind"]} {s["records"]}"));
        Assert.All(sources, s => Assert.Null(s!["problem"]));
        Assert.All(sources, s => Assert.NotNull(s!["asOf"]));

        long seen = api.Proofs.Revision;
        Dump("radb.db", "RADB", [(ByRoute, Holder), (IpPrefix.Parse("192.0.2.0/24"), Holder)]);
        await Eventually.True(
            () => api.Proofs.Prove([IpPrefix.Parse("192.0.2.0/25")], Holder, RoutingRegistry.None)[0].IsProven,
            "a new route object proves"
        );
        ProofChanges changes = api.Proofs.ChangesSince(seen);
        Assert.Equal([IpPrefix.Parse("192.0.2.0/24")], changes.Blocks);
        Assert.False(changes.IsEverything);

        seen = api.Proofs.Revision;
        Roas("rpki.json", [(ByRoa, new Asn(64666))]);
        await Eventually.Get(() => Reasons(api.Proofs)[1], r => r == ProofReason.RoaWrongOrigin, "the ROA names another");
        Assert.Equal([ByRoa], api.Proofs.ChangesSince(seen).Blocks);

        // A file that goes leaves what it said, and says so.
        File.Delete(At("rpki.json"));
        await Eventually.Get(
            async () => await SourcesAsync(api),
            s => s[1]!["problem"]?.ToString() == "no such file" && s[1]!["problemSince"] is not null,
            "the status says what is wrong"
        );
        Assert.Equal(ProofReason.RoaWrongOrigin, Reasons(api.Proofs)[1]);
        CliShows(await api.CliAsync("operator", "status", "--as", "operator"), "rpki.json", "no such file");
        Assert.Equal(HttpStatusCode.OK, (await api.Anonymous.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task What_the_shrink_guard_holds_back_ends_no_proof_until_a_person_accepts_it()
    {
        (IpPrefix, Asn)[] many = [.. Enumerable.Range(0, 200).Select(i => (IpPrefix.V4(0x0A00_0000 | (uint)i << 8, 24), Holder))];
        Dump("radb.db", "RADB", [(ByRoute, Holder), .. many]);
        await using var api = new Api(Write("registries: { dumps: [radb.db] }\n"));
        await api.InitializeAsync();
        await LoadedAsync(api.Proofs);
        Assert.Equal(ProofReason.RouteObject, Reasons(api.Proofs)[0]);

        Dump("radb.db", "RADB", many[..50]);
        JsonArray held = await Eventually.Get(
            () => SourcesAsync(api),
            s => s[0]!["holdsBack"]!.GetValue<bool>(),
            "the refresh is held back"
        );
        Assert.Contains("would go at once", held[0]!["problem"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal((ProofReason.RouteObject, SourceState.Loaded), (Reasons(api.Proofs)[0], api.Proofs.StateOf("RADB")));
        CliShows(await api.CliAsync("operator", "status", "--as", "operator"), "causeway registry accept RADB");

        // From beside, as a person does it.
        CliRun accepted = await RegistryProcess.RunAsync(
            "registry",
            "accept",
            "RADB",
            "--data",
            Path.Combine(api.DataFolder, "registries")
        );
        Assert.True(accepted.Code == 0, accepted.Out + accepted.Error);
        await Eventually.Get(() => Reasons(api.Proofs)[0], r => r == ProofReason.NotRegistered, "what was accepted counts");
        Assert.False((await SourcesAsync(api))[0]!["holdsBack"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_changed_topology_replaces_the_registries_and_takes_out_what_it_no_longer_names()
    {
        Dump("radb.db", "RADB", [(ByRoute, Holder)]);
        Dump("ripe.db", "RIPE", [(IpPrefix.Parse("192.0.2.0/24"), Holder)]);
        Roas("rpki.json", [(ByRoa, Holder)]);
        await using var api = new Api(Write("registries: { dumps: [radb.db, ripe.db], vrps: [rpki.json] }\n"));
        await api.InitializeAsync();
        var server = new CircuitServer(api);
        await LoadedAsync(api.Proofs);
        string cited = Cited(api.Proofs, ByRoa);
        long seen = api.Proofs.Revision;

        await ApplyAsync(server, "registries: { dumps: [ripe.db] }\n");
        await Eventually.Get(
            () => string.Join(" ", Reasons(api.Proofs)),
            r => r == "NotRegistered NotRegistered",
            "neither RADB nor the ROAs prove any more"
        );
        await LoadedAsync(api.Proofs);
        Assert.Equal(
            [SourceState.Unknown, SourceState.Unknown, SourceState.Loaded],
            [api.Proofs.StateOf("RADB"), api.Proofs.StateOf(cited), api.Proofs.StateOf("RIPE")]
        );
        Assert.True(api.Proofs.Revision > seen);
        Assert.True(api.Proofs.ChangesSince(seen).IsEverything);
        Assert.Equal(["RIPE"], (await SourcesAsync(api)).Select(s => s!["name"]!.ToString()));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(api.DataFolder, "registries"), "*.irr", SearchOption.AllDirectories),
            f => Path.GetFileName(f).StartsWith("RADB", StringComparison.Ordinal)
        );

        seen = api.Proofs.Revision;
        Task<long> changed = api.Proofs.WaitForChangeAsync(seen, CancellationToken.None);
        await ApplyAsync(server, "");
        Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System) > seen);
        Assert.Equal([ProofReason.RegistryNotLoaded, ProofReason.RegistryNotLoaded], Reasons(api.Proofs));
        Assert.Equal(SourceState.Unknown, api.Proofs.StateOf("RIPE"));
        Assert.True(api.Proofs.HasLoaded);
        Assert.Empty(await SourcesAsync(api));
        Assert.False(Directory.Exists(Path.Combine(api.DataFolder, "registries")));

        await ApplyAsync(server, "registries: { dumps: [radb.db] }\n");
        await Eventually.Get(() => Reasons(api.Proofs)[0], r => r == ProofReason.RouteObject, "RADB proves again");
    }

    [Fact]
    public async Task Nobody_waits_for_a_cache_that_does_not_answer_and_it_ends_no_proof()
    {
        Dump("radb.db", "RADB", [(ByRoute, Holder), (IpPrefix.Parse("193.10.0.0/20"), Holder)]);
        await using var api = new Api(Write("registries: { dumps: [radb.db], vrps: [\"rtr://127.0.0.1:1\"], loadWithin: 1d }\n"));
        await api.InitializeAsync();
        Assert.Equal(HttpStatusCode.OK, (await api.Anonymous.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        JsonArray sources = await Eventually.Get(
            () => SourcesAsync(api),
            s => s.Count == 2 && s[1]!["problem"] is not null,
            "the status says that the cache is away"
        );
        Assert.Equal("rtr:127.0.0.1:1", sources[1]!["name"]!.ToString());
        Assert.False(api.Proofs.HasLoaded);
        Assert.Equal(ProofReason.RouteObject, Reasons(api.Proofs)[0]);
        // A ROA that nobody has heard yet may forbid it.
        Assert.Equal("Pending", await StandingAsync(api));
        // And whoever waits for the rest sleeps.
        LoopStatus proofs = api.Server.Services.GetRequiredService<Supervisor>().Status.Single(l => l.Name == "proofs");
        Assert.InRange(proofs.Turns, 0, 20);
        Assert.Equal(SourceState.Silent, api.Proofs.StateOf("rtr:127.0.0.1:1"));
    }

    [Fact]
    public async Task Registries_that_cannot_be_opened_are_silent_and_tried_again()
    {
        Dump("radb.db", "RADB", [(ByRoute, Holder)]);
        var api = new Api(Write("registries: { dumps: [radb.db] }\n"));
        using (FileLock.Take(RegistrySnapshot.LockFile(Path.Combine(api.DataFolder, "registries")), "the folder"))
        {
            File.SetUnixFileMode(api.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await api.InitializeAsync();
            Supervisor supervisor = api.Server.Services.GetRequiredService<Supervisor>();
            await Eventually.Get(
                () => supervisor.Status.Single(l => l.Name == "registries"),
                l => l.State == LoopState.Failing && l.LastProblem!.Text.Contains("in use by another process", StringComparison.Ordinal),
                "the loop says why"
            );
            Assert.False(api.Proofs.HasLoaded);
            Assert.Equal(SourceState.Silent, api.Proofs.StateOf("RADB"));
            Assert.Equal(HttpStatusCode.OK, (await api.Anonymous.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        }
        await Eventually.Get(() => Reasons(api.Proofs)[0], r => r == ProofReason.RouteObject, "they are opened when they can be");
        await api.DisposeAsync();
    }

    /// <summary>
    /// Whatever a process was doing: the next answers from what the last had, and the source keeps its last good state.
    ///</summary>
    [Fact]
    public async Task A_server_that_was_killed_proves_by_what_it_had_although_the_files_have_gone()
    {
        Dump("radb.db", "RADB", [(ByRoute, Holder)]);
        Roas("rpki.json", [(ByRoa, Holder)]);
        string topology = Write("registries: { dumps: [radb.db], vrps: [rpki.json] }\n");
        await using var process = new ServerProcess(Serve.Serving.Arguments("--topology", topology));
        await process.StartAsync();
        await Eventually.Get(
            SourcesAsync,
            s => s is ["RADB 1 ", var roas] && roas.EndsWith("rpki.json 1 ", StringComparison.Ordinal),
            "both are loaded"
        );
        await process.KillAsync();
        File.Delete(At("radb.db"));
        File.Delete(At("rpki.json"));
        await process.StartAsync();
        await Eventually.Get(
            SourcesAsync,
            s =>
                s.Length == 2
                && s.All(one => one.Contains(" 1 ", StringComparison.Ordinal) && !one.EndsWith("1 ", StringComparison.Ordinal)),
            "both are in use, and say that their files have gone"
        );
        string data = Path.Combine(process.Data, "registries");
        foreach (IpPrefix prefix in new[] { ByRoute, ByRoa })
            Assert.Equal(0, (await RegistryProcess.RunAsync("registry", "check", $"{prefix}", "64500", "--data", data)).Code);

        async Task<string[]> SourcesAsync()
        {
            CliRun run = await RegistryProcess.RunAsync([
                "operator",
                "status",
                "-o",
                "json",
                "--as",
                "operator",
                "--access",
                Path.Combine(process.Data, "access.json"),
            ]);
            Assert.True(run.Code == 0, run.Out + run.Error);
            return [.. JsonNode.Parse(run.Out)!["sources"]!.AsArray().Select(s => $"{s!["name"]} {s["records"]} {s["problem"]}")];
        }
    }

    [Theory]
    [InlineData("registries:\n  dump: [a]\n", "line 2", "has no 'dump'")]
    [InlineData(
        "registries:\n  vrps:\n    - rpki.json\n    - https://example.net/vrps\n",
        "line 4: 'registries.vrps[1]'",
        "rtr://HOST:PORT"
    )]
    [InlineData("registries:\n  dumps: [a, a]\n", "line 2: 'registries.dumps[1]'", "a second time")]
    [InlineData("registries:\n  nrtm3: { RADB: example.net }\n", "line 2: 'registries.nrtm3.RADB'", "HOST:PORT")]
    [InlineData(
        "registries:\n  nrtm4:\n    RIPE: { key: a.pem, from: http://example.net }\n",
        "line 3: 'registries.nrtm4.RIPE.from'",
        "https"
    )]
    [InlineData("registries:\n  nrtm4:\n    RIPE: { from: b }\n", "line 3: 'registries.nrtm4.RIPE'", "has no key")]
    [InlineData(
        "registries:\n  nrtm3: { RIPE: a:43 }\n  nrtm4: { RIPE: { key: a, from: b } }\n",
        "line 1: 'registries'",
        "mirrors RIPE 2 times"
    )]
    [InlineData("registries:\n  dumps: [a]\n  grace: 3 days\n", "line 3: 'registries.grace'", "24h")]
    [InlineData("registries:\n  dumps: [a]\n  loadWithin: 99999999d\n", "line 3: 'registries.loadWithin'", "from 1s to 1d")]
    [InlineData("registries:\n  peeringDb: { file: a, url: \"https://b/\" }\n", "line 2: 'registries.peeringDb'", "one of file and url")]
    [InlineData("registries:\n  prefer: [RIPE]\n", "line 1: 'registries'", "names no source")]
    [InlineData("registries:\n  prefer: [\"RI PE\"]\n  vrps: [a]\n", "line 2: 'registries.prefer[0]'", "name of a source")]
    [InlineData("registries:\n  dumps:\n  vrps:\n", "line 1: 'registries'", "names no source")]
    public void What_is_wrong_with_registries_is_said_with_line_and_key(string registries, string where, string what)
    {
        // The registries stand first, so that the lines are theirs.
        var e = Assert.Throws<TopologyException>(() =>
            TopologyFile.Parse(registries + TopologyFile.BuiltIn, "a.yaml", new TopologyDefaults(Guid.NewGuid().ToString(), 1790))
        );
        Assert.Contains(where, e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_of_registries_is_read()
    {
        const string all = """
            registries:
              dumps: [radb.db.gz, ripe.db.route.gz]
              nrtm3: { radb: nrtm.example.net:43 }
              nrtm4: { RIPE: { key: ripe.pem, from: https://nrtm.example.net/u.jose } }
              prefer: [RIPE, arin]
              vrps: [rpki.json, "rtr://127.0.0.1:3323"]
              slurm: [exceptions.json, more.json]
              peeringDb: { url: "https://www.peeringdb.com/api", key: secret-of-ours }
              loadWithin: 90s
              grace: 7d

            """;
        var defaults = new TopologyDefaults(Guid.NewGuid().ToString(), 1790);
        var topology = TopologyFile.Parse(all + TopologyFile.BuiltIn, "a.yaml", defaults);
        Assert.Equal(topology.Registries, TopologyFile.ParseStored(all + TopologyFile.BuiltIn, "a.yaml", defaults).Registries);
        RegistryOptions options = Causeway.Server.Registries.RegistryFiles.Options(topology.Registries!, "/etc/causeway", "/data");
        Assert.Equal(["/etc/causeway/radb.db.gz", "/etc/causeway/ripe.db.route.gz"], options.DumpFiles);
        Assert.Equal(["/etc/causeway/rpki.json"], options.Rpki.Files);
        Assert.Equal("127.0.0.1:3323", Assert.Single(options.Rpki.Caches).ToString());
        Assert.Equal(["/etc/causeway/exceptions.json", "/etc/causeway/more.json"], options.Rpki.SlurmFiles);
        Assert.Equal(["RIPE", "ARIN"], options.Irr.Preference);
        Assert.Equal(
            ["RADB nrtm.example.net:43", "RIPE https://nrtm.example.net/u.jose /etc/causeway/ripe.pem"],
            options.Mirrors.Select(m =>
                m.Nrtm3 is { } three
                    ? $"{m.Source} {three.Host}:{three.Port}"
                    : $"{m.Source} {m.Nrtm4!.NotificationUrl} {m.Nrtm4.InitialKeyFile}"
            )
        );
        Assert.Equal(("https://www.peeringdb.com/api/", "secret-of-ours"), ($"{options.PeeringDb.Api}", options.PeeringDb.ApiKey));
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromDays(7)), (options.LoadWithin, topology.Registries!.Grace));
        // What a plan shows is seen by more people than the key.
        Assert.DoesNotContain(
            Causeway.Domain.Topology.TopologyChange.Between(TopologyFile.Default(defaults), topology),
            c => c.Says.Contains("secret-of-ours", StringComparison.Ordinal)
        );
    }

    private string Write(string registries)
    {
        string path = At("topology.yaml");
        File.WriteAllText(path, TopologyFile.BuiltIn + registries);
        return path;
    }

    private async Task ApplyAsync(CircuitServer server, string registries) =>
        await server.OkAsync(
            "operator",
            HttpMethod.Put,
            TopologyPath,
            new JsonObject
            {
                ["properties"] = new JsonObject { ["text"] = File.ReadAllText(Write(registries)), ["source"] = At("topology.yaml") },
            },
            Version
        );

    private void Dump(string file, string source, IEnumerable<(IpPrefix Prefix, Asn Origin)> routes)
    {
        var text = new StringBuilder();
        foreach ((IpPrefix prefix, Asn origin) in routes)
            text.Append($"route: {prefix}\norigin: AS{origin}\nmnt-by: MNT-X\nsource: {source}\n\n");
        Put(file, text.ToString());
    }

    private void Roas(string file, IEnumerable<(IpPrefix Prefix, Asn Asn)> roas) =>
        Put(
            file,
            $$"""{"roas":[{{string.Join(",", roas.Select(r => $$"""{"asn":{{r.Asn.Value}},"prefix":"{{r.Prefix}}","maxLength":{{r.Prefix.Length}},"ta":"ripe"}"""))}}]}"""
        );

    /// <summary>Whole at once, as whoever publishes files does it.</summary>
    private void Put(string file, string text)
    {
        File.WriteAllText(At(file) + ".new", text);
        File.Move(At(file) + ".new", At(file), overwrite: true);
    }

    private static Task LoadedAsync(IProofs proofs) => Eventually.True(() => proofs.HasLoaded, "the registries have loaded");

    private static ProofReason[] Reasons(IProofs proofs) =>
        [.. proofs.Prove([ByRoute, ByRoa], Holder, RoutingRegistry.None).Select(p => p.Reason)];

    private static string Cited(IProofs proofs, IpPrefix prefix) =>
        proofs.Prove([prefix], Holder, RoutingRegistry.None)[0].Evidence.First(e => e.Says == EvidenceSays.Matches).Source;

    /// <summary>What the dry run says of a prefix outside our own space that a route object registers.</summary>
    private static async Task<string> StandingAsync(Api api) =>
        (
            await api.Operator.Post(
                $"/subscriptions/{api.CustomerSubscription}/providers/Causeway.Operations/validatePrefixes?api-version={Version}",
                new JsonObject { ["prefixes"] = new JsonArray("193.10.0.0/20"), ["asn"] = Holder.Value }.ToJsonString()
            )
        ).Body!["value"]![0]!["state"]!.ToString();

    private static async Task<JsonArray> SourcesAsync(Api api) =>
        (await api.Operator.Get($"{StatusPath}?api-version={Version}")).Body!["sources"]!.AsArray();

    private static void CliShows(string output, params string[] texts)
    {
        foreach (string text in texts)
            Assert.Contains(text, output, StringComparison.Ordinal);
    }

    private sealed class Api(string topology) : ApiFixture
    {
        public IProofs Proofs => Server.Services.GetRequiredService<IProofs>();

        protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);

        protected override ServerSettings Configure(ServerSettings settings) => settings with { TopologyFile = topology };

        public async Task<string> CliAsync(params string[] arguments)
        {
            CliRun run = await RegistryProcess.RunAsync([.. arguments, "--access", Server.AccessFile]);
            Assert.True(run.Code == 0, run.Out + run.Error);
            return run.Out;
        }
    }
}
