using System.Net;
using System.Text;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Rpki;
using Causeway.Registries.Rpki.Rtr;
using Causeway.Registries.Service;
using Causeway.Registries.Serving.Rtr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Service;

/// <summary>
/// A source that says nothing is not one that says no: whoever ends a proof asks first whether its source speaks.
///</summary>
public sealed class SourceStateTests : IDisposable
{
    private static readonly IpPrefix Prefix = IpPrefix.Parse("198.51.100.0/24");
    private static readonly Asn Holder = new(64497);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-source-state-");
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private RegistryService Open(Func<RegistryOptions, RegistryOptions> with) =>
        new(with(new RegistryOptions { DataFolder = PathOf("data"), DumpFiles = [PathOf("radb.db")] }), _clock);

    private void Dump(string text) => File.WriteAllText(PathOf("radb.db"), text);

    private const string Route = "route: 198.51.100.0/24\norigin: AS64497\nsource: RADB\n";

    [Fact]
    public async Task Before_the_first_load_every_source_may_be_in_a_dump_and_after_it_only_what_is()
    {
        Dump(Route);
        using RegistryService service = Open(o => o);
        Assert.Equal([SourceState.Silent, SourceState.Silent], [service.StateOf("RADB"), service.StateOf("RIPE")]);
        await service.LoadAsync(null, CancellationToken.None);
        Assert.Equal([SourceState.Loaded, SourceState.Unknown], [service.StateOf("radb"), service.StateOf("RIPE")]);
        Assert.Equal([SourceState.Unknown, SourceState.Unknown], [service.StateOf("proven before"), service.StateOf("rtr:192.0.2.1:323")]);
    }

    /// <summary>A first dump that is cut proves what it holds, and its lack of the rest is no "no".</summary>
    [Fact]
    public async Task A_source_that_was_read_in_part_only_is_silent()
    {
        byte[] whole = Gzip(
            string.Concat(Enumerable.Range(0, 5000).Select(i => $"route: 10.{i / 250}.{i % 250}.0/24\norigin: AS{i + 1}\nsource: RADB\n\n"))
                + Route
        );
        File.WriteAllBytes(PathOf("radb.db"), whole[..(whole.Length / 2)]);
        using RegistryService service = Open(o => o);
        await service.LoadAsync(null, CancellationToken.None);
        Assert.True(service.HasLoaded);
        Assert.Equal((true, SourceState.Silent), (service.Current.Irr.Source("RADB")!.Routes4 > 0, service.StateOf("RADB")));
        long seen = service.Revision;
        File.WriteAllBytes(PathOf("radb.db"), whole);
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(30));
                return service.StateOf("RADB");
            },
            s => s == SourceState.Loaded,
            "the whole dump was read"
        );
        Assert.True(service.ChangesSince(seen).IsEverything);
    }

    [Fact]
    public async Task A_dump_that_cannot_be_read_may_hold_any_source()
    {
        using RegistryService service = Open(o => o);
        await service.LoadAsync(null, CancellationToken.None);
        Assert.True(service.HasLoaded);
        Assert.Equal(SourceState.Silent, service.StateOf("RADB"));
        long seen = service.Revision;
        Dump(Route);
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(30));
                return service.StateOf("RADB");
            },
            s => s == SourceState.Loaded,
            "the dump is there"
        );
        Assert.Equal(SourceState.Unknown, service.StateOf("RIPE"));
        Assert.True(service.ChangesSince(seen).IsEverything);
    }

    /// <summary>A folder that is gone refuses files as a full disk does.</summary>
    [Fact]
    public async Task While_there_is_no_room_for_what_the_dumps_hold_nothing_is_known_of_other_sources()
    {
        Dump(Route);
        using RegistryService service = Open(o => o);
        await service.LoadAsync(null, CancellationToken.None);
        Assert.Equal(SourceState.Unknown, service.StateOf("RIPE"));
        string irr = Path.Combine(PathOf("data"), "irr");
        Directory.Move(irr, PathOf("away"));
        Dump($"{Route}\nroute: 203.0.113.0/24\norigin: AS64497\nsource: RIPE\n");
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        await Eventually.Get(() => service.StateOf("RIPE"), s => s == SourceState.Silent, "the load found no room");
        Assert.Equal(SourceState.Loaded, service.StateOf("RADB"));
        Assert.True(service.Prove([Prefix], Holder, RoutingRegistry.None)[0].IsProven);

        long seen = service.Revision;
        Directory.Move(PathOf("away"), irr);
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(30));
                return service.StateOf("RIPE");
            },
            s => s == SourceState.Loaded,
            "there is room again"
        );
        Assert.Equal(SourceState.Unknown, service.StateOf("ARIN"));
        Assert.True(service.ChangesSince(seen).IsEverything);
    }

    [Fact]
    public async Task A_mirror_that_never_brought_anything_is_silent_and_its_status_says_why()
    {
        using RegistryService service = Open(o =>
            o with
            {
                DumpFiles = [],
                LoadWithin = TimeSpan.FromSeconds(1),
                Mirrors =
                [
                    new IrrMirror
                    {
                        Source = "RIPE",
                        Nrtm4 = new Nrtm4Options { NotificationUrl = PathOf("none.jose"), InitialKeyFile = PathOf("none.pem") },
                    },
                ],
            }
        );
        await service.LoadAsync(null, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await service.Loops.Single(l => l.Name == "registry sources").TurnAsync(CancellationToken.None);
        Assert.True(service.HasLoaded);
        Assert.Equal(SourceState.Silent, service.StateOf("RIPE"));
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        SourceStatus status = await Eventually.Get(() => service.Status().Single(), s => s.Problem is not null, "the status says why");
        Assert.Equal(("RIPE", "irr", 0L), (status.Name, status.Kind, status.Records));
        Assert.Contains("none.pem", status.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_went_is_silent_once_its_data_has_expired_and_another_is_current()
    {
        var vrp = new Vrp(Prefix, 24, Holder);
        var cache = new RtrServer(
            new IPEndPoint(IPAddress.Loopback, 0),
            new RtrServerOptions { Intervals = new RtrIntervals(1, 1, 600) },
            TimeProvider.System,
            Supervised.New()
        );
        cache.Publish(VrpTable.Build([vrp]));
        File.WriteAllText(PathOf("v.json"), """{"roas":[{"asn":64496,"prefix":"192.0.2.0/24","maxLength":24,"ta":"ripe"}]}""");
        File.SetLastWriteTimeUtc(PathOf("v.json"), _clock.GetUtcNow().UtcDateTime);
        string name = $"rtr:127.0.0.1:{cache.EndPoint.Port}";
        using RegistryService service = Open(o =>
            o with
            {
                DumpFiles = [],
                Rpki = new RpkiOptions { Files = [PathOf("v.json")], Caches = [new HostPort("127.0.0.1", cache.EndPoint.Port)] },
            }
        );
        await service.LoadAsync(null, CancellationToken.None);
        Assert.Equal(SourceState.Silent, service.StateOf(name));
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        await Eventually.True(() => service.Prove([Prefix], Holder, RoutingRegistry.None)[0].IsProven, "proven by the cache");
        Evidence evidence = service.Prove([Prefix], Holder, RoutingRegistry.None)[0].Evidence.First(e => e.Says == EvidenceSays.Matches);
        Assert.Equal((name, SourceState.Loaded), (evidence.Source, service.StateOf(evidence.Source)));

        await cache.DisposeAsync();
        long seen = service.Revision;
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(60));
                return service.StateOf(name);
            },
            s => s == SourceState.Silent,
            "what the cache said has expired"
        );
        Assert.False(service.Prove([Prefix], Holder, RoutingRegistry.None)[0].IsProven);
        Assert.True(service.ChangesSince(seen).Touches(Prefix));
        Assert.Equal(SourceState.Loaded, service.StateOf($"{PathOf("v.json")} (ripe)"));
    }

    [Fact]
    public async Task Of_two_files_of_exceptions_that_speak_of_the_same_addresses_neither_changes_anything()
    {
        static string Assertion(string prefix) =>
            $$$"""{"slurmVersion":1,"validationOutputFilters":{"prefixFilters":[],"bgpsecFilters":[]},"locallyAddedAssertions":{"prefixAssertions":[{"prefix":"{{{prefix}}}","asn":64497}],"bgpsecAssertions":[]}}""";
        File.WriteAllText(PathOf("a.json"), Assertion("198.51.100.0/24"));
        File.WriteAllText(PathOf("b.json"), Assertion("203.0.113.0/24"));
        using RegistryService service = Open(o =>
            o with
            {
                DumpFiles = [],
                Rpki = new RpkiOptions { SlurmFiles = [PathOf("a.json"), PathOf("b.json")] },
            }
        );
        Assert.Equal(SourceState.Silent, service.StateOf("local exception"));
        await service.LoadAsync(null, CancellationToken.None);
        Assert.Equal(SourceState.Loaded, service.StateOf("local exception (ours)"));
        Assert.Equal(2, service.Current.Rpki.Table.Count);

        File.WriteAllText(PathOf("b.json"), Assertion("198.51.0.0/16"));
        await service.LoadAsync(null, CancellationToken.None);
        Assert.True(service.Prove([IpPrefix.Parse("203.0.113.0/24")], Holder, RoutingRegistry.None)[0].IsProven);
        Assert.All(service.Status(), s => Assert.Contains("RFC 8416", s.Problem!, StringComparison.Ordinal));

        File.WriteAllText(PathOf("b.json"), Assertion("192.0.2.0/24"));
        await service.LoadAsync(null, CancellationToken.None);
        Assert.All(service.Status(), s => Assert.Null(s.Problem));
        Assert.False(service.Prove([IpPrefix.Parse("203.0.113.0/24")], Holder, RoutingRegistry.None)[0].IsProven);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(Encoding.ASCII.GetBytes(text));
        return packed.ToArray();
    }
}
