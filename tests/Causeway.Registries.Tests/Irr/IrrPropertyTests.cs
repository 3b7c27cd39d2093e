using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.Irr;

/// <summary>Random registries: every lookup against the plainest answer.</summary>
public sealed class IrrPropertyTests
{
    private static void ForRegistries(int count, Action<RandomRegistry, IrrDatabase, NaiveRegistry, Random> check) =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var registry = new RandomRegistry(seed, routes: 300, sets: 25, asns: 30);
                    var random = new Random(seed ^ 77);
                    string[] sources = [.. RandomRegistry.Sources.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
                    IrrDatabase all = IrrFixture.Of(registry.Rpsl, RandomRegistry.Sources);
                    string[] present = [.. sources.Where(s => all.Source(s) is not null)];
                    check(registry, all.Restrict(present), new NaiveRegistry(registry, present), random);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    private static (IpPrefix, uint, string)[] Sorted(IEnumerable<IrrRoute> routes) =>
        [.. routes.Select(r => (r.Prefix, r.Origin.Value, r.Source.Name)).Order()];

    private static IpPrefix Question(RandomRegistry registry, Random random)
    {
        IpPrefix known = registry.Routes.ElementAt(random.Next(registry.Routes.Count)).Prefix;
        int length = Math.Clamp(known.Length + random.Next(-4, 5), 0, known.MaxLength);
        UInt128 noise = (UInt128)(ulong)random.NextInt64() << 64;
        return random.Next(3) == 0 ? known : IpPrefix.FromBits(known.Family, known.Bits ^ (noise >> known.Length), length);
    }

    [Fact]
    public void Lookups_by_prefix_and_origin_are_those_of_a_plain_list() =>
        ForRegistries(
            40,
            (registry, db, naive, random) =>
            {
                for (int i = 0; i < 60; i++)
                {
                    IpPrefix p = Question(registry, random);
                    Assert.Equal(naive.Routes.Where(r => r.Prefix == p).Order(), Sorted(db.Exact(p)));
                    Assert.Equal(naive.Routes.Where(r => r.Prefix.Contains(p)).Order(), Sorted(db.Covering(p)));
                    Assert.Equal(naive.Routes.Where(r => p.Contains(r.Prefix) && r.Prefix != p).Order(), Sorted(db.Inside(p)));
                    Assert.Equal(
                        naive
                            .Routes.Where(r => r.Prefix.Contains(p) && r.Prefix != p)
                            .GroupBy(r => r.Source)
                            .SelectMany(g => g.Where(r => r.Prefix.Length == g.Max(x => x.Prefix.Length)))
                            .Order(),
                        Sorted(db.NearestCovering(p))
                    );
                    uint origin = (uint)random.Next(32);
                    Assert.Equal(naive.Routes.Where(r => r.Origin == origin).Order(), Sorted(db.ByOrigin(new Asn(origin))));
                    Assert.Equal(naive.Routes.Any(r => r.Origin == origin && r.Prefix.Contains(p)), db.IsCovered(p, new Asn(origin)));
                }
            }
        );

    [Fact]
    public void Prefixes_of_many_origins_are_those_of_a_plain_list() =>
        ForRegistries(
            40,
            (_, db, naive, random) =>
            {
                for (int i = 0; i < 20; i++)
                {
                    uint[] origins = [.. Enumerable.Range(0, 40).Where(_ => random.Next(4) == 0).Select(n => (uint)n)];
                    foreach (IpFamily family in new[] { IpFamily.V4, IpFamily.V6 })
                        Assert.Equal(
                            naive
                                .Routes.Where(r => origins.Contains(r.Origin) && r.Prefix.Family == family)
                                .Select(r => r.Prefix)
                                .Distinct()
                                .Order(),
                            db.PrefixesOf(origins.Select(o => new Asn(o)), family)
                        );
                }
            }
        );

    [Fact]
    public void Expansions_are_those_of_plain_recursion() =>
        ForRegistries(
            60,
            (registry, db, naive, _) =>
            {
                foreach (
                    string name in registry
                        .AsSets.Keys.Select(k => k.Name)
                        .Distinct()
                        .Concat(registry.AsSets.Keys.Select(k => $"{k.Source}::{k.Name}"))
                )
                {
                    AsSetExpansion ours = db.ExpandAsSet(name);
                    if (!ours.Found)
                    {
                        Assert.Equal([name], naive.AsSet(name).Missing);
                        continue;
                    }
                    (SortedSet<uint> asns, SortedSet<string> missing) = naive.AsSet(name);
                    Assert.Equal(asns, ours.Asns.Select(a => a.Value));
                    Assert.Equal(missing, ours.Missing);
                }
            }
        );

    [Fact]
    public void Changes_leave_the_same_as_loading_the_result() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    string Route(int n, string note) =>
                        $"route: 10.{n % 256}.0.0/16\ndescr: {note}\norigin: AS{n % 7 + 1}\nmember-of: RS-A\nmnt-by: M\nsource: TEST";
                    string Set(int n, string note) => $"as-set: AS-{n}\ndescr: {note}\nmembers: AS{n}, AS-{n + 1}\nsource: TEST";
                    const string Fixed = "route-set: RS-A\nmbrs-by-ref: M\nsource: TEST";
                    var expected = new Dictionary<string, string> { ["rs"] = Fixed };
                    for (int i = 0; i < 40; i++)
                        expected[$"r{i}"] = Route(i, "first");
                    for (int i = 0; i < 10; i++)
                        expected[$"s{i}"] = Set(i, "first");
                    using var fixture = new IrrFixture(new IrrStoreOptions { Guard = ShrinkGuard.Off });
                    fixture.Load(string.Join("\n\n", expected.Values));
                    for (int batch = 1; batch <= 5; batch++)
                    {
                        var changes = new List<IrrChange>();
                        for (int i = random.Next(1, 40); i > 0; i--)
                        {
                            int n = random.Next(60);
                            bool set = random.Next(4) == 0;
                            if (random.Next(2) == 0)
                            {
                                string text = set ? Set(n, $"batch {batch}") : Route(n, $"batch {batch} {i}");
                                expected[set ? $"s{n}" : $"r{n}"] = text;
                                changes.Add(new IrrChange.Put(System.Text.Encoding.UTF8.GetBytes(text)));
                            }
                            else
                            {
                                expected.Remove(set ? $"s{n}" : $"r{n}");
                                changes.Add(
                                    new IrrChange.Delete(
                                        set
                                            ? new RpslObjectKey.Named(RpslClass.AsSet, $"AS-{n}")
                                            : new RpslObjectKey.Route(IpPrefix.Parse($"10.{n}.0.0/16"), new Asn((uint)(n % 7 + 1)))
                                    )
                                );
                            }
                        }
                        Assert.IsType<IrrOutcome.Replaced>(
                            fixture.Store.ApplyAsync("TEST", changes, batch, "test", null, CancellationToken.None).GetAwaiter().GetResult()
                        );
                        IrrDatabase whole = IrrFixture.Of(string.Join("\n\n", expected.Values));
                        Assert.Equal(Texts(whole), Texts(fixture.Database));
                        Assert.Equal(whole.FindSet("RS-A")!.Members.Order(), fixture.Database.FindSet("RS-A")!.Members.Order());
                        Assert.Null(fixture.Database.Segments[0].Verify());
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    private static string[] Texts(IrrDatabase db) =>
        [
            .. db.Inside(IpPrefix.Parse("0.0.0.0/0")).Select(r => r.Text).Order(StringComparer.Ordinal),
            .. Enumerable.Range(0, 60).Select(n => db.FindSet($"AS-{n}")?.Text ?? "none"),
        ];
}
