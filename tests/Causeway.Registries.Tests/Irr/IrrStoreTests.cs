using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Tests.Irr;

public sealed class IrrStoreTests
{
    private static string Routes(int count, string source = "TEST", int from = 0) =>
        string.Concat(
            Enumerable.Range(from, count).Select(i => $"route: 10.{i / 256}.{i % 256}.0/24\norigin: AS{i + 1}\nsource: {source}\n\n")
        );

    [Fact]
    public void A_restart_finds_everything_as_it_was()
    {
        using var fixture = new IrrFixture(new IrrStoreOptions { Preference = ["BETA"] });
        fixture.Load(Routes(300) + Routes(5, "BETA") + "as-set: AS-A\nmembers: AS1\nsource: BETA\n");
        // The preference is kept with the data.
        fixture.Reopen();
        Assert.Equal(["BETA", "TEST"], fixture.Database.Sources.Select(s => s.Name));
        Assert.Equal(300, fixture.Database.Source("TEST")!.Routes4);
        Assert.Contains("AS7", Assert.Single(fixture.Database.Exact(IpPrefix.Parse("10.0.6.0/24"))).Text);
        Assert.Equal([1u], fixture.Database.ExpandAsSet("AS-A").Asns.Select(a => a.Value));
        Assert.Empty(fixture.Store.OpenFailures);
    }

    [Fact]
    public async Task A_source_that_lost_too_much_is_held_back_until_accepted()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(1000) + Routes(100, "OTHER"));
        fixture.Time.Advance(TimeSpan.FromHours(1));
        IrrLoadReport report = fixture.Load(Routes(700) + Routes(101, "OTHER"));
        IrrStale stale = Assert.IsType<IrrOutcome.Kept>(report.Outcomes.Single(o => o.Source == "TEST")).Stale;
        Assert.Equal(IrrStaleKind.Shrunk, stale.Kind);
        Assert.Contains("300", stale.Reason);
        Assert.Equal(fixture.Time.GetUtcNow(), stale.Since);
        Assert.Equal(1000, fixture.Database.Source("TEST")!.Routes4);
        Assert.Equal(101, fixture.Database.Source("OTHER")!.Routes4);

        fixture.Reopen();
        Assert.Equal(stale, fixture.Database.Source("TEST")!.Stale);
        Assert.True(await fixture.Store.AcceptAsync("test", TestContext.Current.CancellationToken));
        Assert.Equal(700, fixture.Database.Source("TEST")!.Routes4);
        Assert.Null(fixture.Database.Source("TEST")!.Stale);
        Assert.False(await fixture.Store.AcceptAsync("test", TestContext.Current.CancellationToken));
    }

    /// <summary>As many objects as before, for other networks: that is a loss like another.</summary>
    [Fact]
    public void What_comes_instead_makes_up_for_nothing()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(200));
        string lie = Routes(200).Replace("origin: AS", "origin: AS9000", StringComparison.Ordinal);
        fixture.Load(lie);
        Assert.Contains("200 of 200 IPv4 routes", fixture.Database.Sources[0].Stale!.Reason);
        Assert.All(fixture.Database.Inside(IpPrefix.Parse("0.0.0.0/0")), r => Assert.DoesNotContain("AS9000", r.Text));
        // Half of it is too much as well; a tenth comes and goes on any day.
        fixture.Load(Routes(100) + lie[(lie.Length / 2)..][(lie[(lie.Length / 2)..].IndexOf("route:", StringComparison.Ordinal))..]);
        Assert.Equal(IrrStaleKind.Shrunk, fixture.Database.Sources[0].Stale!.Kind);
        fixture.Load(Routes(190));
        Assert.Null(fixture.Database.Sources[0].Stale);
    }

    [Fact]
    public void An_ordinary_loss_passes_and_a_recovery_clears_the_alarm()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(1000));
        fixture.Load(Routes(900));
        Assert.Equal((900, null), (fixture.Database.Sources[0].Routes4, fixture.Database.Sources[0].Stale));
        fixture.Load(Routes(100));
        Assert.Equal(IrrStaleKind.Shrunk, fixture.Database.Sources[0].Stale!.Kind);
        fixture.Load(Routes(950));
        Assert.Equal((950, null), (fixture.Database.Sources[0].Routes4, fixture.Database.Sources[0].Stale));
    }

    [Fact]
    public void The_last_objects_of_a_small_source_do_not_vanish_silently()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(3) + "as-set: AS-A\nsource: TEST\n");
        // Every route is bad now; what is left is not nothing, so it stands.
        fixture.Load("route: 10.0.0.1/24\norigin: AS1\nsource: TEST\n");
        Assert.Equal(3, fixture.Database.Sources[0].Routes4);
        Assert.Contains("holds nothing", fixture.Database.Sources[0].Stale!.Reason);
    }

    [Fact]
    public async Task A_source_of_which_its_file_has_nothing_any_more_says_so_and_goes_when_that_is_accepted()
    {
        using var fixture = new IrrFixture();
        string a = Path.Combine(fixture.Folder, "a.db");
        File.WriteAllText(a, Routes(10, "ALPHA") + Routes(1, "EVIL"));
        fixture.Load(IrrDump.File(a));
        Assert.False(await fixture.Store.AcceptAsync("EVIL", TestContext.Current.CancellationToken));
        File.WriteAllText(a, Routes(11, "ALPHA"));
        fixture.Load(IrrDump.File(a));
        IrrStale stale = fixture.Database.Source("EVIL")!.Stale!;
        Assert.Equal(IrrStaleKind.Gone, stale.Kind);
        Assert.Contains("a.db has nothing of it any more", stale.Reason);
        Assert.Null(fixture.Database.Source("ALPHA")!.Stale);
        fixture.Load(IrrDump.File(a));
        Assert.Equal(stale, fixture.Database.Source("EVIL")!.Stale);
        Assert.True(await fixture.Store.AcceptAsync("evil", TestContext.Current.CancellationToken));
        Assert.Null(fixture.Database.Source("EVIL"));
        Assert.Equal(11, fixture.Database.Source("ALPHA")!.Routes4);
    }

    [Fact]
    public void A_file_that_cannot_be_read_marks_its_source_and_not_the_others()
    {
        using var fixture = new IrrFixture();
        string a = Path.Combine(fixture.Folder, "a.db"),
            b = Path.Combine(fixture.Folder, "b.db");
        File.WriteAllText(a, Routes(10, "ALPHA"));
        File.WriteAllText(b, Routes(10, "BETA"));
        fixture.Load(IrrDump.File(a), IrrDump.File(b));
        File.Delete(a);
        IrrLoadReport report = fixture.Load(IrrDump.File(a), IrrDump.File(b));
        Assert.Equal(IrrStaleKind.Failed, fixture.Database.Source("ALPHA")!.Stale!.Kind);
        Assert.Contains("a.db", fixture.Database.Source("ALPHA")!.Stale!.Reason);
        Assert.Equal(10, fixture.Database.Source("ALPHA")!.Routes4);
        Assert.Null(fixture.Database.Source("BETA")!.Stale);
        Assert.Single(report.Failures);
    }

    [Fact]
    public void Several_files_of_one_source_become_one()
    {
        using var fixture = new IrrFixture();
        string[] paths = [.. Enumerable.Range(0, 6).Select(i => Path.Combine(fixture.Folder, $"part{i}.db"))];
        for (int i = 0; i < paths.Length; i++)
            File.WriteAllText(paths[i], Routes(500, from: i * 400));
        fixture.Load([.. paths.Select(p => IrrDump.File(p))]);
        IrrSource source = Assert.Single(fixture.Database.Sources);
        Assert.Equal(2500, source.Routes4);
        Assert.Equal(500, source.Problems.Single(p => p.Problem == RpslProblem.Duplicate).Count);
        Assert.Null(fixture.Database.Segments[0].Verify());
    }

    [Fact]
    public async Task Progress_is_reported_to_the_end()
    {
        using var fixture = new IrrFixture();
        string path = Path.Combine(fixture.Folder, "a.db");
        File.WriteAllText(path, Routes(10_000));
        var seen = new List<LoadProgress>();
        await fixture.Store.LoadAsync([IrrDump.File(path)], new Collect(seen), TestContext.Current.CancellationToken);
        LoadProgress last = seen[^1];
        Assert.True(last.Done);
        Assert.Equal((new FileInfo(path).Length, new FileInfo(path).Length, 10_000L), (last.Bytes, last.TotalBytes!.Value, last.Objects));
    }

    private sealed class Collect(List<LoadProgress> seen) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value)
        {
            lock (seen)
                seen.Add(value);
        }
    }

    [Fact]
    public async Task A_cancelled_load_changes_nothing_and_leaves_no_files()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(10));
        using var cancel = new CancellationTokenSource();
        var endless = IrrDump.Stream("endless", () => new EndlessRoutes(cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Store.LoadAsync([endless], null, cancel.Token));
        Assert.Equal(10, fixture.Database.Sources[0].Routes4);
        Assert.Single(Directory.GetFiles(fixture.Folder, "*.irr*"));
    }

    /// <summary>Routes without end; cancels after a megabyte.</summary>
    private sealed class EndlessRoutes(CancellationTokenSource cancel) : MemoryStream
    {
        private readonly byte[] _one = System.Text.Encoding.ASCII.GetBytes("route: 192.0.2.0/24\norigin: AS1\nsource: ENDLESS\n\n");
        private long _at;

        public override int Read(Span<byte> buffer)
        {
            for (int i = 0; i < buffer.Length; i++)
                buffer[i] = _one[_at++ % _one.Length];
            if (_at > 1 << 20)
                cancel.Cancel();
            return buffer.Length;
        }
    }

    [Fact]
    public void Old_segments_go_and_answers_from_an_old_view_stay_good()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(100));
        IrrDatabase old = fixture.Database;
        IrrRoute route = old.Exact(IpPrefix.Parse("10.0.1.0/24"))[0];
        fixture.Load(Routes(99, from: 1));
        Assert.Single(Directory.GetFiles(fixture.Folder, "*.irr"));
        GC.Collect();
        Assert.Contains("AS2", route.Text);
        Assert.Single(old.Exact(IpPrefix.Parse("10.0.0.0/24")));
        Assert.Empty(fixture.Database.Exact(IpPrefix.Parse("10.0.0.0/24")));
    }

    [Fact]
    public void Damage_to_a_segment_is_found_at_start_and_the_other_sources_open()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(100) + Routes(100, "OTHER"));
        string victim = Directory.GetFiles(fixture.Folder, "TEST.*.irr").Single();
        byte[] bytes = File.ReadAllBytes(victim);
        File.Delete(victim);
        File.WriteAllBytes(victim, bytes[..(bytes.Length / 2)]);
        fixture.Reopen();
        Assert.Contains("cut short", Assert.Single(fixture.Store.OpenFailures));
        Assert.Equal(["OTHER"], fixture.Database.Sources.Select(s => s.Name));
        fixture.Load(Routes(100));
        Assert.Equal(2, fixture.Database.Sources.Count);
    }

    [Fact]
    public void A_damaged_manifest_does_not_prevent_a_start()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Routes(100));
        File.WriteAllText(Path.Combine(fixture.Folder, "irr.json"), "{ not json");
        fixture.Reopen();
        Assert.NotEmpty(fixture.Store.OpenFailures);
        Assert.Empty(fixture.Database.Sources);
        fixture.Load(Routes(50));
        Assert.Equal(50, Assert.Single(fixture.Database.Sources).Routes4);
    }

    [Fact]
    public void What_a_crash_left_half_written_is_cleared_away()
    {
        using var fixture = new IrrFixture();
        string partial = Path.Combine(fixture.Folder, "TEST.1-1-1.irr.0123.partial"),
            orphan = Path.Combine(fixture.Folder, "GONE.1-1-1.irr");
        File.WriteAllText(partial, "half");
        File.WriteAllText(orphan, "never named in the manifest");
        fixture.Reopen();
        fixture.Load(Routes(10));
        Assert.False(File.Exists(partial));
        Assert.False(File.Exists(orphan));
    }

    [Fact]
    public void Listeners_hear_of_a_change()
    {
        using var fixture = new IrrFixture();
        var heard = new List<int>();
        fixture.Store.Changed += db => heard.Add(db.Sources[0].Routes4);
        fixture.Load(Routes(3));
        fixture.Load(Routes(4));
        Assert.Equal([3, 4], heard);
    }
}
