using System.IO.Compression;
using System.Text;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Service;

/// <summary>What a data folder must survive: restarts, damage, files that change at a bad moment, no room.</summary>
public sealed class DataFolderTests : IDisposable
{
    private static readonly IpPrefix V4 = IpPrefix.Parse("198.51.100.0/24");
    private static readonly IpPrefix V6 = IpPrefix.Parse("2001:db8::/32");
    private static readonly Asn Claimant = new(64497);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-folder-");
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _trouble = [];
    private int _writes;

    public void Dispose() => _folder.Delete(recursive: true);

    private string Data => PathOf("data");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file, a second younger each time, so that the change is seen whatever the clock's grain.</summary>
    private string Write(string name, string text)
    {
        // Whole at once: the service looks at any moment.
        string partial = PathOf(name) + ".partial";
        File.WriteAllText(partial, text);
        File.SetLastWriteTimeUtc(partial, _clock.GetUtcNow().UtcDateTime.AddHours(-1).AddSeconds(_writes++));
        File.Move(partial, PathOf(name), overwrite: true);
        return PathOf(name);
    }

    private static string Route(IpPrefix prefix) =>
        $"{(prefix.IsV4 ? "route" : "route6")}: {prefix}\norigin: AS{Claimant}\nsource: RIPE\n\n";

    private RegistryService Open(params string[] dumps)
    {
        var service = new RegistryService(new RegistryOptions { DataFolder = Data, DumpFiles = dumps }, _clock);
        service.Trouble += text =>
        {
            lock (_trouble)
                _trouble.Add(text);
        };
        return service;
    }

    private static bool Proves(RegistryService service, IpPrefix prefix) =>
        service.Current.Prove(prefix, Claimant, RoutingRegistry.None).IsProven;

    private async Task WhileRunning(RegistryService service, Func<bool> until, string what) =>
        await WhileRunning(service, _ => until(), what);

    private async Task WhileRunning(RegistryService service, Func<Supervisor, bool> until, string what)
    {
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        await Eventually.True(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(30));
                return until(supervisor);
            },
            what
        );
    }

    [Fact]
    public async Task A_source_in_several_files_keeps_all_of_them_when_one_changes()
    {
        string four = Write("ripe.db.route", Route(V4)),
            six = Write("ripe.db.route6", Route(V6));
        using RegistryService service = Open(four, six);
        await service.LoadAsync(null, CancellationToken.None);
        var more = IpPrefix.Parse("203.0.113.0/24");
        Write("ripe.db.route", Route(V4) + Route(more));
        await WhileRunning(service, () => Proves(service, more), "the changed file is read");
        Assert.True(Proves(service, V6));
        Assert.True(Proves(service, V4));
    }

    [Fact]
    public async Task A_restart_reads_no_dump_again_and_does_not_fall_behind_what_a_mirror_brought()
    {
        string dump = Write("ripe.db", Route(V4));
        Write("RIPE.CURRENTSERIAL", "1000");
        using (RegistryService service = Open(dump))
        {
            await service.LoadAsync(null, CancellationToken.None);
            await service.Irr.ApplyAsync(
                "RIPE",
                [new IrrChange.Put(Encoding.ASCII.GetBytes(Route(V6)))],
                2000,
                "test",
                null,
                CancellationToken.None
            );
        }
        using (RegistryService service = Open(dump))
        {
            Assert.Null(await service.LoadAsync(null, CancellationToken.None));
            Assert.Equal((2000, 2), (service.Irr.Current.Sources[0].Serial, service.Irr.Current.Sources[0].Objects));
        }
        // A new file makes the others be read again too; the dump that the mirror went on from is known to be older.
        string other = Write("other.db", "route: 192.0.2.0/24\norigin: AS64496\nsource: OTHER\n");
        using (RegistryService service = Open(dump, other))
        {
            Assert.NotNull(await service.LoadAsync(null, CancellationToken.None));
            Assert.Equal(["OTHER", "RIPE"], service.Irr.Current.Sources.Select(s => s.Name));
            Assert.Equal((2000, 2), (service.Irr.Current.Source("RIPE")!.Serial, service.Irr.Current.Source("RIPE")!.Objects));
        }
    }

    [Fact]
    public async Task A_dump_that_changes_while_it_is_read_is_not_taken()
    {
        using RegistryService service = Open();
        IrrDump dump = IrrDump.File(Write("ripe.db", Route(V4)));
        await service.Irr.LoadAsync([dump], null, CancellationToken.None);
        dump = IrrDump.File(Write("ripe.db", Route(V4) + Route(V6)));
        Write("ripe.db", Route(V6));
        IrrLoadReport report = await service.Irr.LoadAsync([dump], null, CancellationToken.None);
        Assert.Contains("changed while it was read", Assert.Single(report.Failures));
        Assert.True(Proves(service, V4));
        Assert.False(Proves(service, V6));
        Assert.Contains("changed while", Assert.Single(service.Status()).Problem);
    }

    [Fact]
    public async Task A_dump_that_is_no_longer_named_is_no_longer_served()
    {
        string ripe = Write("ripe.db", Route(V4)),
            radb = Write("radb.db", "route: 192.0.2.0/24\norigin: AS64496\nsource: RADB\n");
        using (RegistryService service = Open(ripe, radb))
            await service.LoadAsync(null, CancellationToken.None);
        using (RegistryService service = Open(radb))
        {
            var removed = new List<string>();
            service.Removed += removed.Add;
            await service.LoadAsync(null, CancellationToken.None);
            Assert.Equal(["RIPE"], removed);
            Assert.Equal(["RADB"], service.Current.Irr.Sources.Select(s => s.Name));
            Assert.False(Proves(service, V4));
        }
        Assert.Single(Directory.GetFiles(Path.Combine(Data, "irr"), "*.irr"));
        // One that cannot be read just now is still named, and what it gave stays.
        File.Delete(radb);
        using (RegistryService service = Open(radb))
        {
            await service.LoadAsync(null, CancellationToken.None);
            Assert.Equal(["RADB"], service.Current.Irr.Sources.Select(s => s.Name));
        }
        using (RegistryService service = Open(ripe))
        {
            await service.LoadAsync(null, CancellationToken.None);
            Assert.Equal(["RIPE"], service.Current.Irr.Sources.Select(s => s.Name));
        }
    }

    [Fact]
    public async Task A_source_that_a_mirror_goes_on_with_needs_its_dump_no_longer()
    {
        string dump = Write("ripe.db", Route(V4));
        Write("RIPE.CURRENTSERIAL", "1000");
        using (RegistryService service = Open(dump))
            await service.LoadAsync(null, CancellationToken.None);
        var mirror = new IrrMirror
        {
            Source = "ripe",
            Nrtm3 = new Nrtm3Options { Host = "127.0.0.1", Port = 1 },
        };
        using (var service = new RegistryService(new RegistryOptions { DataFolder = Data, Mirrors = [mirror] }, _clock))
        {
            await service.LoadAsync(null, CancellationToken.None);
            Assert.True(Proves(service, V4));
        }
    }

    /// <summary>None of these is an empty registry.</summary>
    [Theory]
    [InlineData(null, "Could not find file")]
    [InlineData("", "holds no object that is kept here")]
    [InlineData("<html>Not found</html>\n", "1 objects that are no RPSL")]
    [InlineData("person: Nobody\nsource: RIPE\n", "1 objects of other classes")]
    [InlineData("BZh91AY&SY", "compressed with bzip2")]
    public async Task A_dump_that_gives_nothing_is_a_problem_that_stays_until_it_is_mended(string? content, string says)
    {
        string dump = content is null ? PathOf("ripe.db") : Write("ripe.db", content);
        using (RegistryService service = Open(dump))
        {
            IrrLoadReport? report = await service.LoadAsync(null, CancellationToken.None);
            Assert.Contains(says, Assert.Single(report!.Failures));
            Assert.Contains(says, Assert.Single(service.Status()).Problem);
        }
        (_, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(Data, _clock, CancellationToken.None);
        SourceStatus said = Assert.Single(status);
        Assert.Equal((dump, "dump"), (said.Name, said.Kind));
        Write("ripe.db", Route(V4));
        using (RegistryService service = Open(dump))
        {
            await service.LoadAsync(null, CancellationToken.None);
            Assert.Null(Assert.Single(service.Status()).Problem);
        }
    }

    /// <summary>Cut, or with a checksum that does not fit: incomplete, named, and no replacement for what is there.</summary>
    [Theory]
    [InlineData("cut")]
    [InlineData("checksum")]
    [InlineData("content")]
    public async Task A_damaged_gzip_is_incomplete_and_named(string damage)
    {
        string many = string.Concat(
            Enumerable.Range(0, 2000).Select(i => $"route: 10.{i >> 8}.{i & 255}.0/24\norigin: AS{i}\nsource: RIPE\n\n")
        );
        using (RegistryService service = Open(Write("ripe.db.gz", many)))
            await service.LoadAsync(null, CancellationToken.None);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.ASCII.GetBytes(many));
        byte[] bytes = packed.ToArray();
        if (damage == "cut")
            bytes = bytes[..^200];
        else
            bytes[damage == "checksum" ? bytes.Length - 6 : bytes.Length / 2] ^= 0x55;
        string dump = PathOf("ripe.db.gz");
        File.WriteAllBytes(dump, bytes);
        using (RegistryService service = Open(dump))
        {
            IrrLoadReport? report = await service.LoadAsync(null, CancellationToken.None);
            string failure = Assert.Single(report!.Failures);
            Assert.StartsWith($"{dump} is incomplete: ", failure);
            Assert.DoesNotContain("archive", failure);
            Assert.Equal(2000, service.Current.Irr.Sources[0].Routes4);
        }
    }

    [Fact]
    public async Task Data_that_was_current_when_it_was_written_down_grows_old_in_the_folder()
    {
        using (RegistryService service = Open(Write("ripe.db", Route(V4))))
            await service.LoadAsync(null, CancellationToken.None);
        (_, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(Data, _clock, CancellationToken.None);
        Assert.Null(Assert.Single(status).Problem);
        _clock.Advance(TimeSpan.FromDays(8));
        (_, status) = await RegistrySnapshot.OpenAsync(Data, _clock, CancellationToken.None);
        Assert.Contains("no longer current", Assert.Single(status).Problem);
    }

    /// <summary>Not only what was foreseen: whatever a turn throws, the next one comes.</summary>
    [Fact]
    public async Task A_listener_that_throws_ends_no_loop()
    {
        string dump = Write("ripe.db", Route(V4));
        using RegistryService service = Open(dump);
        await service.LoadAsync(null, CancellationToken.None);
        service.Irr.Changed += _ => throw new InvalidOperationException("a listener's own fault");
        Write("ripe.db", Route(V4) + Route(V6));
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(30));
                return supervisor.Of("dumps");
            },
            l => l.LastProblem?.Text == "a listener's own fault",
            "the loop's last result"
        );
        DateTimeOffset? last = supervisor.Of("dumps").LastRunAt;
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(30));
                return supervisor.Of("dumps");
            },
            l => l.IsWell && l.LastRunAt > last,
            "the loop goes on"
        );
        Assert.True(Proves(service, V6));
        Assert.Equal(["dumps", "accept requests", "registry sources", "vrp files", "rpki union"], service.Loops.Select(l => l.Name));
    }

    /// <summary>A refresh that is held back changes no data: without an alarm it would pass unseen.</summary>
    [Fact]
    public async Task A_source_that_begins_to_have_a_problem_is_told_once_and_so_is_its_recovery()
    {
        string many = string.Concat(Enumerable.Range(0, 200).Select(i => Route(IpPrefix.V4((10u << 24) + ((uint)i << 8), 24)))),
            few = Route(V4);
        string dump = Write("ripe.db", many);
        using RegistryService service = Open(dump);
        var told = new List<string>();
        service.Alarm += s => Tell($"alarm {s.Name} since {s.ProblemSince:HH:mm:ss}: {s.Problem}");
        service.Recovered += s => Tell($"recovered {s.Name}: {s.Records}");
        await service.LoadAsync(null, CancellationToken.None);
        DateTimeOffset began = _clock.GetUtcNow();
        await using Supervisor supervisor = Supervised.Run(service.Loops, _clock);

        Write("ripe.db", few);
        await Until(() => Told().Length > 0, "held back");
        Assert.Contains("of 200", Assert.Single(Told()), StringComparison.Ordinal);
        SourceStatus held = Assert.Single(service.Status());
        Assert.Equal((200, true, true), (held.Records, held.HoldsBack, held.ProblemSince > began));
        Assert.Equal(held.ProblemSince, (await StatusLaterAsync()).ProblemSince);

        Write("ripe.db", many);
        await Until(() => Told().Length > 1, "recovered");
        Assert.Equal("recovered RIPE: 200", Told()[1]);
        Assert.Equal((null, null), (Assert.Single(service.Status()).Problem, Assert.Single(service.Status()).ProblemSince));

        void Tell(string text)
        {
            lock (told)
                told.Add(text);
        }
        string[] Told()
        {
            lock (told)
                return [.. told];
        }
        Task Until(Func<bool> holds, string what) =>
            Eventually.True(
                () =>
                {
                    _clock.Advance(TimeSpan.FromSeconds(10));
                    return holds();
                },
                what
            );
        async Task<SourceStatus> StatusLaterAsync()
        {
            long turns = supervisor.Of("registry sources").Turns;
            await Until(() => supervisor.Of("registry sources").Turns > turns + 2, "looked at again");
            return Assert.Single(service.Status());
        }
    }

    [Fact]
    public async Task A_damaged_snapshot_is_told_and_loaded_anew_and_never_believed()
    {
        string dump = Write("ripe.db", Route(V4) + Route(V6));
        using (RegistryService service = Open(dump))
            await service.LoadAsync(null, CancellationToken.None);
        string segment = Assert.Single(Directory.GetFiles(Path.Combine(Data, "irr"), "*.irr"));
        byte[] bytes = File.ReadAllBytes(segment);
        int at = bytes.AsSpan().IndexOf(new byte[] { 100, 51, 198 });
        bytes[at] ^= 1;
        File.WriteAllBytes(segment, bytes);

        (RegistryView view, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(Data, _clock, CancellationToken.None);
        Assert.Empty(view.Irr.Sources);
        SourceStatus said = Assert.Single(status, s => s.Kind == SourceStatus.Snapshot);
        Assert.Contains("do not match their checksums", said.Problem);

        using (RegistryService service = Open(dump))
        {
            await service.LoadAsync(null, CancellationToken.None);
            Assert.Contains("do not match their checksums", Assert.Single(_trouble));
            Assert.True(Proves(service, V4));
            Assert.True(Proves(service, V6));
        }
    }

    [Fact]
    public async Task A_load_that_finds_no_room_changes_nothing_is_told_and_is_tried_again()
    {
        string dump = Write("ripe.db", Route(V4));
        using RegistryService service = Open(dump);
        await service.LoadAsync(null, CancellationToken.None);
        // A folder that is gone refuses files as a full disk does.
        string irr = Path.Combine(Data, "irr");
        Directory.Move(irr, irr + "-away");
        Write("ripe.db", Route(V4) + Route(V6));
        await WhileRunning(
            service,
            supervisor => supervisor.Of("dumps") is { State: LoopState.Failing, Failures: > 1 },
            "failed, and tried again"
        );
        Assert.True(Proves(service, V4));
        Directory.Move(irr + "-away", irr);
        await WhileRunning(service, () => Proves(service, V6), "loaded when there is room again");
    }

    [Fact]
    public async Task Vrps_held_back_survive_a_restart_and_can_be_accepted_without_a_server()
    {
        string Vrps(int count) =>
            $$"""{ "roas": [ {{string.Join(",", Enumerable.Range(1, count).Select(i => $$"""{ "asn": 64496, "prefix": "10.{{i}}.0.0/16" }"""))}} ] }""";
        string file = Write("vrps.json", Vrps(200));
        var options = new RegistryOptions
        {
            DataFolder = Data,
            Rpki = new RpkiOptions { Files = [file] },
        };
        using (var service = new RegistryService(options, _clock))
        {
            await service.LoadAsync(null, CancellationToken.None);
            Write("vrps.json", Vrps(20));
            await service.LoadAsync(null, CancellationToken.None);
            Assert.Equal(200, service.Rpki.View.Table.Count);
        }
        (RegistryView view, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(Data, _clock, CancellationToken.None);
        Assert.True(Assert.Single(status).HoldsBack);
        Assert.Equal(200, view.Rpki.Table.Count);
        File.Delete(file);
        using (var service = new RegistryService(options, _clock))
            Assert.True(Assert.Single(service.Status()).HoldsBack);

        Assert.False(await RegistrySnapshot.AcceptAsync(Data, "another", _clock, CancellationToken.None));
        Assert.True(await RegistrySnapshot.AcceptAsync(Data, file, _clock, CancellationToken.None));
        (view, status) = await RegistrySnapshot.OpenAsync(Data, _clock, CancellationToken.None);
        Assert.Equal(20, view.Rpki.Table.Count);
        SourceStatus now = Assert.Single(status);
        Assert.Equal((20, null, false), (now.Records, now.Problem, now.HoldsBack));
        Assert.False(await RegistrySnapshot.AcceptAsync(Data, file, _clock, CancellationToken.None));
    }
}
