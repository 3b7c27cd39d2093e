using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Serving.Whois;

namespace Causeway.Registries.Tests.Irr;

/// <summary>A source in two files says what it would say in one.</summary>
public sealed class LayeredSegmentTests
{
    private static readonly string[] s_nested =
    [
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.0.0.0/9",
        "10.0.0.0/16",
        "10.0.0.0/24",
        "10.0.1.0/24",
        "10.128.0.0/9",
        "10.128.7.0/24",
        "192.0.2.0/24",
        "192.0.2.128/25",
        "2001:db8::/32",
        "2001:db8::/48",
        "2001:db8:0:1::/64",
        "2001:db8:8000::/33",
        "::/0",
    ];

    private static readonly IpPrefix[] s_questions =
    [
        .. s_nested.Select(p => IpPrefix.Parse(p)),
        IpPrefix.Parse("10.0.0.128/25"),
        IpPrefix.Parse("10.64.0.0/10"),
        IpPrefix.Parse("2001:db8:1::/48"),
        IpPrefix.Parse("203.0.113.0/24"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Route(string prefix, int origin, string note, bool asks) =>
        $"{(prefix.Contains(':') ? "route6" : "route")}: {prefix}\ndescr: {note}\norigin: AS{origin}\n{(asks ? "member-of: RS-A\n" : "")}mnt-by: M{origin}\nsource: TEST";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_comes_and_goes_every_question_is_answered_as_if_all_had_been_loaded_at_once(int seed)
    {
        var random = new Random(seed);
        var options = new IrrStoreOptions { Guard = ShrinkGuard.Off, MostInDelta = 30 };
        // The set stays, as what is left when all routes are gone.
        const string Set = "route-set: RS-A\nmbrs-by-ref: M1, M2\nsource: TEST";
        var expected = new Dictionary<(string, int), string>();
        var sets = new Dictionary<string, string>();
        for (int i = 0; i < 6; i++)
            PutSet(random.Next(6), byReference: random.Next(3) == 0);
        for (int i = 0; i < 25; i++)
            Put(Some(), asks: random.Next(5) == 0, "first");
        using var fixture = new IrrFixture(options);
        fixture.Load(string.Join("\n\n", expected.Values.Concat(sets.Values).Append(Set)));
        int layered = 0,
            merged = 0;
        for (int batch = 1; batch <= 40; batch++)
        {
            // Files are named by the time, too.
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            var changes = new List<IrrChange>();
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                (string Prefix, int Origin) key = Some();
                int set = random.Next(6);
                if (random.Next(4) == 0)
                    changes.Add(new IrrChange.Put(Encoding.UTF8.GetBytes(PutSet(set, byReference: random.Next(20) == 0))));
                else if (random.Next(8) == 0)
                {
                    sets.Remove(NameOf(set));
                    changes.Add(new IrrChange.Delete(new RpslObjectKey.Named(ClassOf(set), NameOf(set))));
                }
                else if (random.Next(5) < 3)
                    changes.Add(new IrrChange.Put(Encoding.UTF8.GetBytes(Put(key, asks: random.Next(20) == 0, $"batch {batch}"))));
                else
                {
                    expected.Remove(key);
                    changes.Add(new IrrChange.Delete(new RpslObjectKey.Route(IpPrefix.Parse(key.Prefix), new Asn((uint)key.Origin))));
                }
            }
            Assert.IsType<IrrOutcome.Replaced>(await fixture.Store.ApplyAsync("TEST", changes, batch, "test", null, Cancel));
            _ = fixture.Database.Segments[0].Delta is null ? merged++ : layered++;
            if (random.Next(3) == 0)
                fixture.Reopen(options);
            IrrDatabase whole = IrrFixture.Of(string.Join("\n\n", expected.Values.Concat(sets.Values).Append(Set)));
            Assert.Equal(Answers(whole), Answers(fixture.Database));
            Assert.Equal(batch, fixture.Database.Sources[0].Serial);
            Assert.Null(fixture.Database.Segments[0].Verify());
            // What is not named by the manifest is gone.
            Assert.InRange(Directory.GetFiles(fixture.Folder).Length, 2, 3);
        }
        Assert.True(layered > 5 && merged > 1, $"{layered} steps were laid over, {merged} were merged");

        (string, int) Some() => (s_nested[random.Next(s_nested.Length)], random.Next(1, 4));

        string Put((string Prefix, int Origin) key, bool asks, string note) =>
            expected[key] = Route(key.Prefix, key.Origin, $"{note}, {random.Next(100)}", asks);

        string PutSet(int set, bool byReference) =>
            sets[NameOf(set)] =
                $"{(ClassOf(set) == RpslClass.AsSet ? "as-set" : "route-set")}: {NameOf(set)}\nmembers: AS{random.Next(1, 4)}, {NameOf(random.Next(6))}, {(ClassOf(set) == RpslClass.AsSet ? "AS-NOBODY" : "10.0.0.0/8^+")}\n{(byReference ? "mbrs-by-ref: ANY\n" : "")}mnt-by: M{random.Next(1, 4)}\nsource: TEST";
    }

    private static RpslClass ClassOf(int set) => set < 4 ? RpslClass.AsSet : RpslClass.RouteSet;

    private static string NameOf(int set) => set < 4 ? $"AS-{set}" : $"RS-{set}";

    private static List<string> Answers(IrrDatabase db)
    {
        var said = new List<string> { $"{db.Sources[0].Routes4} {db.Sources[0].Routes6} {db.Sources[0].AsSets} {db.Sources[0].RouteSets}" };
        foreach (IpPrefix prefix in s_questions)
        {
            Say($"exact {prefix}", db.Exact(prefix));
            Say($"covering {prefix}", db.Covering(prefix));
            Say($"nearest {prefix}", db.NearestCovering(prefix));
            Say($"inside {prefix}", db.Inside(prefix));
            Say($"first three inside {prefix}", db.Inside(prefix, 3));
            said.Add($"covered {prefix} {string.Join(' ', Enumerable.Range(1, 4).Select(a => db.IsCovered(prefix, new Asn((uint)a))))}");
        }
        for (uint origin = 1; origin < 5; origin++)
        {
            Say($"of AS{origin}", db.ByOrigin(new Asn(origin)));
            Say($"first four of AS{origin}", db.ByOrigin(new Asn(origin), limit: 4));
            IEnumerable<WhoisObject> maintained = WhoisLookup.ByMaintainer(db, $"M{origin}", null, Cancel);
            said.AddRange(maintained.Select(o => $"maintained {Encoding.UTF8.GetString(o.Text)}").Order(StringComparer.Ordinal));
        }
        foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
            said.Add($"all {string.Join(' ', db.PrefixesOf([new Asn(1), new Asn(3)], family))}");
        said.Add($"members {string.Join(' ', db.FindSet("RS-A")!.Members.Order(StringComparer.Ordinal))}");
        for (int set = 0; set < 6; set++)
        {
            said.Add($"set {db.FindSet(NameOf(set))?.Text.ReplaceLineEndings(" ")}, {db.FindSets($"{NameOf(set)}", ClassOf(set)).Count}");
            AsSetExpansion asns = db.ExpandAsSet($"TEST::{NameOf(set)}");
            said.Add(
                $"expanded {string.Join(' ', asns.Asns)}, {string.Join(' ', asns.Sets)}, {string.Join(' ', asns.Missing)}, {asns.HasLoop}"
            );
            RouteSetExpansion prefixes = db.ExpandRouteSet(NameOf(set));
            said.Add(
                $"of routes {string.Join(' ', prefixes.Prefixes)}, {string.Join(' ', prefixes.Sets)}, {string.Join(' ', prefixes.Missing)}"
            );
        }
        return said;

        void Say(string question, IReadOnlyList<IrrRoute> found) =>
            said.Add($"{question}: {string.Join("; ", found.Select(r => r.Text.ReplaceLineEndings(" ")))}");
    }

    [Fact]
    public async Task A_flood_of_deletions_is_held_back_though_each_step_would_fit_over_the_source()
    {
        using var fixture = new IrrFixture();
        string[] routes = [.. Enumerable.Range(0, 200).Select(i => Route($"10.{i}.0.0/16", 1, "first", asks: false))];
        fixture.Load(string.Join("\n\n", routes));
        await fixture.Store.ApplyAsync("TEST", Gone(0, 10), 1, "test", null, Cancel);
        Assert.NotNull(fixture.Database.Segments[0].Delta);
        IrrOutcome outcome = await fixture.Store.ApplyAsync("TEST", Gone(10, 150), 2, "test", null, Cancel);
        Assert.Equal(IrrStaleKind.Shrunk, Assert.IsType<IrrOutcome.Kept>(outcome).Stale.Kind);
        Assert.Equal((190, true), (fixture.Database.Sources[0].Routes4, fixture.Database.Sources[0].HoldsBack));
        fixture.Reopen();
        Assert.Equal(190, fixture.Database.Inside(IpPrefix.Parse("0.0.0.0/0")).Count);
        Assert.True(await fixture.Store.AcceptAsync("TEST", Cancel));
        Assert.Equal(40, fixture.Database.Inside(IpPrefix.Parse("0.0.0.0/0")).Count);

        static IrrChange[] Gone(int from, int count) =>
            [
                .. Enumerable
                    .Range(from, count)
                    .Select(i => new IrrChange.Delete(new RpslObjectKey.Route(IpPrefix.Parse($"10.{i}.0.0/16"), new Asn(1)))),
            ];
    }

    [Fact]
    public async Task A_damaged_delta_takes_its_source_along_and_not_half_of_it()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Route("10.0.0.0/8", 1, "first", asks: false));
        IrrChange[] put = [new IrrChange.Put(Encoding.UTF8.GetBytes(Route("10.1.0.0/16", 2, "second", asks: false)))];
        await fixture.Store.ApplyAsync("TEST", put, 1, "test", null, Cancel);
        string delta = fixture.Database.Segments[0].Delta!.Path;
        byte[] bytes = await File.ReadAllBytesAsync(delta, Cancel);
        await File.WriteAllBytesAsync(delta, bytes[..(bytes.Length / 2)], Cancel);
        fixture.Reopen();
        Assert.Empty(fixture.Database.Sources);
        Assert.Single(fixture.Store.OpenFailures);
    }
}
