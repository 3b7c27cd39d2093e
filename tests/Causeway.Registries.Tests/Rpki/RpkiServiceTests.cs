using System.Net;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Rpki.Rtr;
using Causeway.Registries.Serving.Rtr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Rpki;

public sealed class RpkiServiceTests : IDisposable
{
    private static readonly Vrp A = new(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64496));
    private static readonly Vrp B = new(IpPrefix.Parse("198.51.100.0/24"), 25, new Asn(64497));
    private static readonly Vrp C = new(IpPrefix.Parse("2001:db8::/32"), 48, new Asn(64498));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-rpki-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private int _writes;

    /// <summary>Writes validator output, with a new time each time, so that the change is seen whatever the clock's grain.</summary>
    private void WriteVrps(string path, params Vrp[] vrps)
    {
        File.WriteAllText(
            path,
            $$"""{ "metadata": { "generated": 1767225600 }, "roas": [ {{string.Join(
                ",",
                vrps.Select(v => $$"""{ "asn": {{v.Asn}}, "prefix": "{{v.Prefix}}", "maxLength": {{v.MaxLength}}, "ta": "ripe" }""")
            )}} ] }"""
        );
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, _writes++, DateTimeKind.Utc));
    }

    private static Vrp[] Many(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Vrp(IpPrefix.V4((uint)(i + 1) << 16, 16), 16, new Asn(1)))];

    [Fact]
    public async Task Unites_files_applies_local_exceptions_and_names_each_source()
    {
        WriteVrps(PathOf("a.json"), A, B);
        WriteVrps(PathOf("b.json"), B, C);
        File.WriteAllText(
            PathOf("slurm.json"),
            """
            { "slurmVersion": 1, "validationOutputFilters": { "prefixFilters": [ { "asn": 64498 } ], "bgpsecFilters": [] },
              "locallyAddedAssertions": { "prefixAssertions": [ { "prefix": "203.0.113.0/24", "asn": 64499 } ], "bgpsecAssertions": [] } }
            """
        );
        var service = new RpkiService(
            new RpkiOptions { Files = [PathOf("a.json"), PathOf("b.json")], SlurmFiles = [PathOf("slurm.json")] },
            new ManualTimeProvider()
        );
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([A, B, new Vrp(IpPrefix.Parse("203.0.113.0/24"), 24, new Asn(64499))], service.View.Table.All);
        Assert.Equal(
            [$"{PathOf("a.json")} (ripe)", $"{PathOf("b.json")} (ripe)"],
            service.View.Judge(B.Prefix, B.Asn).Evidence.Select(e => e.Source)
        );
        Assert.Equal([(PathOf("a.json"), 1), (PathOf("b.json"), 1)], service.View.Disagreements.Select(d => (d.Source, d.Missing)));
        Assert.All(service.Status(), s => Assert.Null(s.Problem));
        Assert.Equal([1, 1, 0], service.Status().Select(s => s.Missing));
    }

    [Fact]
    public async Task A_source_that_shrinks_too_much_is_held_until_it_recovers_or_is_accepted()
    {
        string file = PathOf("vrps.json");
        WriteVrps(file, Many(200));
        var service = new RpkiService(
            new RpkiOptions
            {
                Files = [file],
                Guard = new ShrinkGuard { MaxLoss = 0.2 },
            },
            new ManualTimeProvider()
        );
        await service.LoadFilesAsync(CancellationToken.None);
        WriteVrps(file, Many(170));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal(170, service.View.Table.Count);

        WriteVrps(file, Many(100));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal(170, service.View.Table.Count);
        Assert.Contains("70 of 170 VRPs", Assert.Single(service.Status()).Problem);

        // As many as before, for another network.
        WriteVrps(file, [.. Many(170).Select(v => v with { Asn = new Asn(64666) })]);
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Contains("170 of 170 VRPs", Assert.Single(service.Status()).Problem);
        Assert.DoesNotContain(service.View.Table.All, v => v.Asn == new Asn(64666));

        WriteVrps(file, Many(180));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal(180, service.View.Table.Count);
        Assert.Null(Assert.Single(service.Status()).Problem);
        Assert.False(service.Accept(file));

        WriteVrps(file, Many(10));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal(180, service.View.Table.Count);
        Assert.True(service.Accept(file));
        Assert.Equal(10, service.View.Table.Count);
    }

    [Fact]
    public async Task A_file_that_breaks_leaves_the_last_good_state_and_says_so()
    {
        string file = PathOf("vrps.json");
        WriteVrps(file, A, B);
        var service = new RpkiService(new RpkiOptions { Files = [file] }, new ManualTimeProvider());
        await service.LoadFilesAsync(CancellationToken.None);
        File.WriteAllText(file, """{ "roas": [ { "asn": 64496, "prefix": "192.0.2.0/24" """);
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([A, B], service.View.Table.All);
        Assert.Contains("not JSON", Assert.Single(service.Status()).Problem);
        File.Delete(file);
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([A, B], service.View.Table.All);
        Assert.Contains("no such file", Assert.Single(service.Status()).Problem);
    }

    [Fact]
    public async Task A_file_that_comes_back_as_it_was_is_well_again()
    {
        string file = PathOf("vrps.json");
        WriteVrps(file, A, B);
        var service = new RpkiService(new RpkiOptions { Files = [file] }, new ManualTimeProvider());
        await service.LoadFilesAsync(CancellationToken.None);
        File.Move(file, file + ".away");
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Contains("no such file", Assert.Single(service.Status()).Problem);
        File.Move(file + ".away", file);
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Null(Assert.Single(service.Status()).Problem);
    }

    /// <summary>A validator that has died leaves its file behind.</summary>
    [Fact]
    public async Task A_file_that_nobody_renews_leaves_while_another_source_is_current_and_is_said()
    {
        var clock = new ManualTimeProvider();
        WriteVrps(PathOf("old.json"), A, B);
        File.WriteAllText(PathOf("new.json"), """{ "roas": [ { "asn": 64498, "prefix": "2001:db8::/32", "maxLength": 48 } ] }""");
        File.SetLastWriteTimeUtc(PathOf("new.json"), new DateTime(2026, 1, 3, 0, 0, 0, DateTimeKind.Utc));
        var service = new RpkiService(new RpkiOptions { Files = [PathOf("old.json"), PathOf("new.json")] }, clock);
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([A, B, C], service.View.Table.All);
        Assert.All(service.Status(), s => Assert.Null(s.Problem));

        clock.Advance(TimeSpan.FromHours(25));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([C], service.View.Table.All);
        Assert.Contains("2026-01-01 00:00 UTC", service.Status().Single(s => s.Name == PathOf("old.json")).Problem);
        Assert.Null(service.Status().Single(s => s.Name == PathOf("new.json")).Problem);

        // Nothing current at all: the last good data stays, and everything says so.
        clock.Advance(TimeSpan.FromDays(365));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([A, B, C], service.View.Table.All);
        Assert.True(service.View.IsStale);
        Assert.All(service.Status(), s => Assert.NotNull(s.Problem));
    }

    /// <summary>A file that says it was made in the future would never grow old.</summary>
    [Fact]
    public async Task A_time_of_making_in_the_future_is_not_believed()
    {
        var clock = new ManualTimeProvider();
        string file = PathOf("future.json");
        File.WriteAllText(file, """{ "metadata": { "generated": 4102444800 }, "roas": [ { "asn": 64498, "prefix": "2001:db8::/32" } ] }""");
        File.SetLastWriteTimeUtc(file, clock.GetUtcNow().UtcDateTime);
        var service = new RpkiService(new RpkiOptions { Files = [file] }, clock);
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal(clock.GetUtcNow(), Assert.Single(service.Status()).AsOf);
    }

    [Theory]
    [InlineData("bz2", "425A683931415926", "bzip2")]
    [InlineData("xz", "FD377A585A000004", "xz")]
    [InlineData("zst", "28B52FFD04000000", "zstd")]
    [InlineData("zip", "504B030414000000", "zip")]
    public async Task What_is_compressed_in_a_way_that_is_not_read_is_named(string extension, string head, string name)
    {
        string file = PathOf($"vrps.json.{extension}");
        File.WriteAllBytes(file, Convert.FromHexString(head));
        var service = new RpkiService(new RpkiOptions { Files = [file] }, new ManualTimeProvider());
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Contains($"compressed with {name}", Assert.Single(service.Status()).Problem);
    }

    [Fact]
    public async Task What_a_listener_throws_ends_no_loop()
    {
        var clock = new ManualTimeProvider();
        WriteVrps(PathOf("a.json"), A);
        var service = new RpkiService(new RpkiOptions { Files = [PathOf("a.json")] }, clock);
        int throws = 0;
        service.Changed += _ =>
        {
            if (throws++ < 2)
                throw new InvalidOperationException("a listener's own fault");
        };
        await using Supervisor supervisor = Supervised.Run(service.Loops, clock);
        await Eventually.Get(
            () => supervisor.Of("vrp files"),
            l => l is { State: LoopState.Failing, LastProblem.Text: "a listener's own fault" },
            "the fault is the loop's last result"
        );
        await Eventually.True(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(15));
                WriteVrps(PathOf("a.json"), A, B);
                return service.View.Table.Count == 2 && supervisor.Of("vrp files").IsWell && throws > 2;
            },
            "it goes on, and says so"
        );
    }

    [Fact]
    public async Task A_bad_slurm_file_never_replaces_a_good_one()
    {
        string slurm = PathOf("slurm.json");
        const string Good =
            """{ "slurmVersion": 1, "validationOutputFilters": { "prefixFilters": [ { "asn": 64496 } ], "bgpsecFilters": [] }, "locallyAddedAssertions": { "prefixAssertions": [], "bgpsecAssertions": [] } }""";
        File.WriteAllText(slurm, Good);
        WriteVrps(PathOf("a.json"), A, B);
        var service = new RpkiService(new RpkiOptions { Files = [PathOf("a.json")], SlurmFiles = [slurm] }, new ManualTimeProvider());
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([B], service.View.Table.All);
        File.WriteAllText(slurm, Good.Replace("\"asn\"", "\"asnn\"", StringComparison.Ordinal));
        await service.LoadFilesAsync(CancellationToken.None);
        Assert.Equal([B], service.View.Table.All);
        Assert.Contains("asnn", service.Status().Single(s => s.Kind == "slurm").Problem);
    }

    [Fact]
    public async Task Starts_from_the_snapshot_with_trust_anchors_serials_and_exceptions()
    {
        string snapshot = PathOf("rpki.vrps");
        WriteVrps(PathOf("a.json"), A, B, C);
        var options = new RpkiOptions { Files = [PathOf("a.json")], SnapshotPath = snapshot };
        var first = new RpkiService(options, new ManualTimeProvider());
        await first.LoadFilesAsync(CancellationToken.None);
        Assert.Null(first.SnapshotProblem);

        var second = new RpkiService(options, new ManualTimeProvider());
        Assert.Equal([A, B, C], second.View.Table.All);
        Evidence_matches(first.View, second.View);
        Assert.Equal(first.View.Sources[0].AsOf, second.View.Sources[0].AsOf);

        // A damaged snapshot is as good as none.
        byte[] bytes = File.ReadAllBytes(snapshot);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.WriteAllBytes(snapshot, bytes);
        Assert.Empty(new RpkiService(options, new ManualTimeProvider()).View.Table.All);

        static void Evidence_matches(RpkiView one, RpkiView other) =>
            Assert.Equal(one.Judge(C.Prefix, C.Asn).Evidence, other.Judge(C.Prefix, C.Asn).Evidence);
    }

    [Fact]
    public async Task Two_caches_are_united_and_an_expired_one_leaves_only_while_another_is_current()
    {
        var clock = new ManualTimeProvider();
        var short_ = new RtrServerOptions { NotifyInterval = TimeSpan.Zero, Intervals = new RtrIntervals(100, 10, 600) };
        RtrServer one = new(new IPEndPoint(IPAddress.Loopback, 0), short_, TimeProvider.System, Supervised.New());
        await using RtrServer two = new(new IPEndPoint(IPAddress.Loopback, 0), short_, TimeProvider.System, Supervised.New());
        one.Publish(VrpTable.Build([A, B]));
        two.Publish(VrpTable.Build([B, C]));
        var service = new RpkiService(
            new RpkiOptions { Caches = [new HostPort("127.0.0.1", one.EndPoint.Port), new HostPort("127.0.0.1", two.EndPoint.Port)] },
            clock
        );
        await using Supervisor supervisor = Supervised.Run(service.Loops, clock);
        await Eventually.True(() => service.View.Table.All.SequenceEqual([A, B, C]), "both united");
        Assert.Equal(2, service.View.Judge(B.Prefix, B.Asn).Evidence.Count);
        Assert.EndsWith($":{one.EndPoint.Port}", Assert.Single(service.View.Judge(A.Prefix, A.Asn).Evidence).Source);

        await one.DisposeAsync();
        // The second goes on being refreshed while the first one's data grows old.
        await Eventually.True(() => Advance(clock, 5) && service.View.Table.All.SequenceEqual([B, C]), "the expired one has left");
        Assert.False(service.View.IsStale);

        await two.DisposeAsync();
        await Eventually.True(() => Advance(clock, 5) && service.View.IsStale, "nothing current any more");
        Assert.Equal([A, B, C], service.View.Table.All);
        Assert.All(service.Status(), s => Assert.NotNull(s.Problem));

        static bool Advance(ManualTimeProvider clock, int seconds)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            return true;
        }
    }
}
