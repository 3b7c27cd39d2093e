using System.Net;
using System.Text;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Sample;
using Causeway.Registries.Service;
using Causeway.Registries.Serving.Rtr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Service;

public sealed class RegistryServiceTests : IDisposable
{
    private static readonly IpPrefix Prefix = IpPrefix.Parse("198.51.100.0/24");
    private static readonly Asn Claimant = new(64497);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-registries-");

    public void Dispose() => _folder.Delete(recursive: true);

    private RegistryService Service(params IrrDump[] dumps) =>
        new(
            new RegistryOptions
            {
                DataFolder = _folder.FullName,
                Dumps = dumps,
                Rpki = new RpkiOptions { Fixed = [SampleRpki.Source] },
            },
            new ManualTimeProvider()
        );

    private static IrrDump Dump(string prefix, uint origin) =>
        IrrDump.Bytes("test", Encoding.ASCII.GetBytes($"route: {prefix}\norigin: AS{origin}\nmnt-by: MNT-X\nsource: RADB\n"));

    [Theory]
    [InlineData("192.0.2.0/24", 64496, "NONE", ProofReason.RoaValid)]
    [InlineData("192.0.2.0/24", 64499, "NONE", ProofReason.RoaWrongOrigin)]
    [InlineData("192.0.2.0/25", 64496, "NONE", ProofReason.RoaTooLong)]
    [InlineData("198.51.100.0/24", 64497, "RADB", ProofReason.RouteObject)]
    [InlineData("198.51.100.0/24", 64497, "RIPENCC", ProofReason.RegisteredElsewhere)]
    [InlineData("198.51.100.0/24", 64497, "APNIC", ProofReason.RegistryNotLoaded)]
    [InlineData("198.51.100.0/26", 64497, "NONE", ProofReason.CoveredByRouteObject)]
    [InlineData("198.51.100.128/25", 64497, "NONE", ProofReason.RegisteredToOther)]
    [InlineData("203.0.113.128/25", 64498, "ARIN", ProofReason.RoaValid)]
    [InlineData("203.0.112.0/24", 64498, "NONE", ProofReason.NotRegistered)]
    [InlineData("2001:db8::/32", 64496, "RIPENCC", ProofReason.RouteObject)]
    [InlineData("2001:db8:b000::/36", 64497, "NONE", ProofReason.RouteObject)]
    [InlineData("2001:db8:dead::/48", 64499, "NONE", ProofReason.RoaWrongOrigin)]
    [InlineData("2001:db8:ff00::/40", 64500, "NONE", ProofReason.RoaValid)]
    public async Task The_sample_shows_every_outcome_without_any_network(string prefix, uint asn, string registry, ProofReason reason)
    {
        using var service = new RegistryService(SampleRegistries.Options(_folder.FullName), new ManualTimeProvider());
        await service.LoadAsync(null, CancellationToken.None);
        Assert.True(RoutingRegistry.TryParse(registry, out RoutingRegistry named));
        PrefixProof proof = service.Current.Prove(IpPrefix.Parse(prefix), new Asn(asn), named);
        Assert.Equal(reason, proof.Reason);
        Assert.Equal((int)reason < 120, proof.IsProven);
        Assert.All(service.Status(), s => Assert.Null(s.Problem));
    }

    /// <summary>One numbering for all reasons, and every one of it in the docs.</summary>
    [Fact]
    public void The_reasons_of_a_proof_are_documented_and_are_no_reasons_of_refused_routes()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
            folder = folder.Parent!;
        (int Number, string Name)[] documented =
        [
            .. File.ReadLines(Path.Combine(folder.FullName, "docs", "reasons.md"))
                .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
                .Where(c => c.Length > 3 && int.TryParse(c[1], out _))
                .Select(c => (int.Parse(c[1]), c[2])),
        ];
        Assert.Equal(documented.Length, documented.DistinctBy(d => d.Number).Count());
        Assert.Equal(
            Enum.GetValues<ProofReason>().Select(r => ((int)r, r.ToString())).Order(),
            documented.Where(d => d.Number > 100).Order()
        );
    }

    [Fact]
    public async Task A_change_of_verdict_is_observed_and_a_change_of_anything_else_is_not()
    {
        using RegistryService service = Service();
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<PrefixProof> watch = service
            .WatchAsync(Prefix, Claimant, RoutingRegistry.None, stop.Token)
            .GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(ProofReason.NotRegistered, watch.Current.Reason);

        Task<bool> next = watch.MoveNextAsync().AsTask();
        long before = service.Current.Revision;
        await service.Irr.LoadAsync([Dump("203.0.113.0/24", 64498)], null, CancellationToken.None);
        RegistryView changed = await service.WaitForChangeAsync(before, CancellationToken.None);
        Assert.True(changed.Revision > before);
        Assert.False(next.IsCompleted);

        await service.Irr.LoadAsync(
            [
                IrrDump.Bytes(
                    "both",
                    Encoding.ASCII.GetBytes(
                        "route: 203.0.113.0/24\norigin: AS64498\nsource: RADB\n\nroute: 198.51.100.0/24\norigin: AS64497\nsource: RADB\n"
                    )
                ),
            ],
            null,
            CancellationToken.None
        );
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        Assert.Equal((true, ProofReason.RouteObject), (watch.Current.IsProven, watch.Current.Reason));
        await stop.CancelAsync();
    }

    [Fact]
    public async Task A_dump_file_that_changes_is_read_again()
    {
        var clock = new ManualTimeProvider();
        string file = Path.Combine(_folder.FullName, "radb.db");
        await File.WriteAllTextAsync(file, "route: 203.0.113.0/24\norigin: AS64498\nsource: RADB\n");
        using var service = new RegistryService(
            new RegistryOptions { DataFolder = Path.Combine(_folder.FullName, "data"), DumpFiles = [file] },
            clock
        );
        await service.LoadAsync(null, CancellationToken.None);
        Assert.False(service.Current.Prove(Prefix, Claimant, RoutingRegistry.None).IsProven);
        await using Supervisor supervisor = Supervised.Run(service.Loops, clock);
        await File.AppendAllTextAsync(file, "\nroute: 198.51.100.0/24\norigin: AS64497\nsource: RADB\n");
        await Eventually.True(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(30));
                return service.Current.Prove(Prefix, Claimant, RoutingRegistry.None).IsProven;
            },
            "proven by the changed dump"
        );
    }

    /// <summary>Nobody is told "not proven" because a cache has not answered yet; and nobody waits for ever for one that never does.</summary>
    [Fact]
    public async Task What_was_never_heard_counts_as_loaded_only_when_it_is_silent_for_too_long()
    {
        var clock = new ManualTimeProvider();
        await using var cache = new RtrServer(
            new IPEndPoint(IPAddress.Loopback, 0),
            new RtrServerOptions(),
            TimeProvider.System,
            Supervised.New()
        );
        RegistryOptions Options(string folder) =>
            new()
            {
                DataFolder = Path.Combine(_folder.FullName, folder),
                Rpki = new RpkiOptions { Caches = [new HostPort("127.0.0.1", cache.EndPoint.Port)] },
            };
        using var silent = new RegistryService(Options("silent"), clock);
        Assert.False(silent.HasLoaded);
        await silent.LoadAsync(null, CancellationToken.None);
        Assert.False(silent.HasLoaded);
        clock.Advance(TimeSpan.FromMinutes(10));
        long seen = silent.Revision;
        await silent.Loops.Single(l => l.Name == "registry sources").TurnAsync(CancellationToken.None);
        Assert.True(silent.HasLoaded);
        // Who has seen that it has loaded, has seen the view that says so.
        Assert.True(silent.ChangesSince(seen).IsEverything);
        Assert.Equal(seen + 1, silent.Revision);

        cache.Publish(VrpTable.Build([new Vrp(Prefix, 24, Claimant)]));
        using var heard = new RegistryService(Options("heard"), clock);
        await heard.LoadAsync(null, CancellationToken.None);
        Assert.False(heard.HasLoaded);
        await using (Supervised.Run(heard.Loops, clock))
            await Eventually.True(() => heard.HasLoaded, "the cache has answered");
        Assert.Equal(ProofReason.RoaValid, Assert.Single(heard.Prove([Prefix], Claimant, RoutingRegistry.None)).Reason);
    }

    [Fact]
    public async Task Waiting_for_what_has_happened_already_returns_at_once()
    {
        using RegistryService service = Service();
        Assert.Same(service.Current, await service.WaitForChangeAsync(service.Current.Revision - 1, CancellationToken.None));
    }

    [Fact]
    public async Task The_folder_answers_the_same_without_the_service()
    {
        string vrps = Path.Combine(_folder.FullName, "v.json");
        File.WriteAllText(vrps, """{ "roas": [ { "asn": 64496, "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe" } ] }""");
        string data = Path.Combine(_folder.FullName, "data");
        PrefixProof live;
        using (
            var service = new RegistryService(
                new RegistryOptions
                {
                    DataFolder = data,
                    Dumps = [Dump("198.51.100.0/24", 64497)],
                    Rpki = new RpkiOptions { Files = [vrps] },
                },
                new ManualTimeProvider()
            )
        )
        {
            await service.LoadAsync(null, CancellationToken.None);
            live = service.Current.Prove(IpPrefix.Parse("192.0.2.0/24"), new Asn(64496), RoutingRegistry.None);
        }
        (RegistryView view, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(
            data,
            new ManualTimeProvider(),
            CancellationToken.None
        );
        PrefixProof kept = view.Prove(IpPrefix.Parse("192.0.2.0/24"), new Asn(64496), RoutingRegistry.None);
        Assert.Equal(ProofReason.RoaValid, kept.Reason);
        Assert.Equal(live.Evidence, kept.Evidence);
        Assert.Equal(ProofReason.RouteObject, view.Prove(Prefix, Claimant, RoutingRegistry.None).Reason);
        Assert.Equal(["RADB", vrps], status.Select(s => s.Name));
        Assert.All(status, s => Assert.Null(s.Problem));

        // A refresh that is not taken changes no data, but what is wrong can be seen beside the server.
        File.WriteAllText(vrps, "{}");
        using (
            var service = new RegistryService(
                new RegistryOptions
                {
                    DataFolder = data,
                    Rpki = new RpkiOptions { Files = [vrps] },
                },
                new ManualTimeProvider()
            )
        )
            await service.LoadAsync(null, CancellationToken.None);
        (view, status) = await RegistrySnapshot.OpenAsync(data, new ManualTimeProvider(), CancellationToken.None);
        Assert.Equal(ProofReason.RoaValid, view.Prove(IpPrefix.Parse("192.0.2.0/24"), new Asn(64496), RoutingRegistry.None).Reason);
        Assert.Contains("no VRPs in it", status.Single(s => s.Name == vrps).Problem);
    }
}
