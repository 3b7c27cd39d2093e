using System.Net;
using Causeway.Primitives;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Serving.Whois;
using Causeway.Registries.Tests.Irr;

namespace Causeway.Registries.Tests.Serving.Whois;

/// <summary>bgpq4 of Debian against our whois port, and its filters against ours made from the same data without a network.</summary>
public sealed class Bgpq4Tests : IAsyncDisposable
{
    private readonly RandomRegistry _registry = new(seed: 4711);
    private readonly IrrFixture _fixture = new(new IrrStoreOptions { Preference = RandomRegistry.Sources });
    private readonly WhoisServer _server;

    public Bgpq4Tests()
    {
        Assert.SkipUnless(Bgpq4.IsInstalled, "bgpq4 is not installed");
        _fixture.Load(_registry.Rpsl);
        _server = new WhoisServer(
            () => _fixture.Database,
            new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            TimeProvider.System,
            Supervised.New()
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _fixture.Dispose();
    }

    private PrefixFilter Ours(
        string name,
        IpFamily family,
        Func<PrefixFilterRequest, PrefixFilterRequest>? with = null,
        IrrDatabase? database = null
    )
    {
        var request = new PrefixFilterRequest { Objects = [name], Family = family };
        (PrefixFilter? filter, Refusal? refusal) = PrefixFilter.Build(database ?? _fixture.Database, with?.Invoke(request) ?? request);
        Assert.Null(refusal);
        return filter!;
    }

    private static IEnumerable<PrefixSpan> Entries(PrefixFilter filter) => filter.Family == IpFamily.V4 ? filter.V4 : filter.V6;

    /// <summary>Every single prefix that entries stand for: equal sets are equal filters.</summary>
    private static HashSet<IpPrefix> Meaning(IEnumerable<PrefixSpan> spans, int upTo)
    {
        var meaning = new HashSet<IpPrefix>();
        foreach (PrefixSpan span in spans)
            for (int length = span.Low; length <= Math.Min(span.High, upTo); length++)
            {
                UInt128 step = UInt128.One << (128 - length);
                UInt128 count = UInt128.One << (length - span.Prefix.Length);
                Assert.True(count <= 1 << 20, $"{span} is too wide to spell out");
                for (UInt128 i = 0; i < count; i++)
                    meaning.Add(IpPrefix.FromBits(span.Prefix.Family, span.Prefix.Bits + i * step, length));
            }
        return meaning;
    }

    [Fact]
    public async Task Plain_lists_of_every_set_and_asn_are_the_same()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(RandomRegistry.SetName), .. Enumerable.Range(1, 60).Select(n => $"AS{n}")];
        foreach (string name in names)
        foreach (IpFamily family in new[] { IpFamily.V4, IpFamily.V6 })
        {
            PrefixSpan[] theirs = await Bgpq4.PrefixesAsync(_server.EndPoint, family == IpFamily.V4 ? "-4" : "-6", name);
            Assert.Equal(theirs, Entries(Ours(name, family, r => r with { Aggregate = false })));
        }
    }

    [Fact]
    public async Task Aggregated_lists_mean_the_same_and_are_not_longer()
    {
        for (int i = 0; i < 40; i++)
            foreach (IpFamily family in new[] { IpFamily.V4, IpFamily.V6 })
            {
                string name = RandomRegistry.SetName(i);
                PrefixSpan[] theirs = await Bgpq4.PrefixesAsync(_server.EndPoint, family == IpFamily.V4 ? "-4" : "-6", "-A", name);
                PrefixSpan[] ours = [.. Entries(Ours(name, family))];
                Assert.Equal(Meaning(theirs, 64), Meaning(ours, 64));
                Assert.True(ours.Length <= theirs.Length, $"{name}: ours has {ours.Length} entries, bgpq4's {theirs.Length}");
            }
    }

    [Theory]
    [InlineData(24, null)]
    [InlineData(24, 22)]
    [InlineData(26, 23)]
    // Where the lowest length equals the highest, bgpq4 1.9 opens a prefix of just that length up to /32; ours stays exact.
    public async Task More_specific_ranges_mean_the_same(int upTo, int? from)
    {
        for (int i = 0; i < 40; i += 3)
        {
            string name = RandomRegistry.SetName(i);
            string[] range = from is null ? ["-R", $"{upTo}"] : ["-R", $"{upTo}", "-r", $"{from}"];
            PrefixSpan[] theirs = await Bgpq4.PrefixesAsync(_server.EndPoint, ["-4", .. range, name]);
            PrefixSpan[] ours = [.. Entries(Ours(name, IpFamily.V4, r => r with { MoreSpecificUpTo = upTo, MoreSpecificFrom = from }))];
            Assert.Equal(Meaning(theirs, 32), Meaning(ours, 32));
        }
    }

    [Fact]
    public async Task Route_sets_give_the_same()
    {
        foreach (string name in _registry.RouteSets.Keys.Select(k => k.Name).Distinct())
        {
            PrefixSpan[] theirs = await Bgpq4.PrefixesAsync(_server.EndPoint, "-4", name);
            Assert.Equal(Meaning(theirs, 32), Meaning(Entries(Ours(name, IpFamily.V4)), 32));
        }
    }

    [Fact]
    public async Task A_choice_of_sources_is_followed()
    {
        foreach (string sources in new[] { "BETA", "GAMMA,ALPHA" })
            for (int i = 0; i < 40; i += 4)
            {
                string name = RandomRegistry.SetName(i);
                PrefixSpan[] theirs = await Bgpq4.PrefixesAsync(_server.EndPoint, "-4", "-S", sources, name);
                PrefixFilter ours = Ours(
                    name,
                    IpFamily.V4,
                    r => r with { Aggregate = false },
                    _fixture.Database.Restrict(sources.Split(','))
                );
                Assert.Equal(theirs, ours.V4);
            }
    }

    [Fact]
    public async Task Without_pipelining_the_answers_are_the_same()
    {
        PrefixSpan[] piped = await Bgpq4.PrefixesAsync(_server.EndPoint, "-4", "-L", "5", RandomRegistry.SetName(1));
        PrefixSpan[] single = await Bgpq4.PrefixesAsync(_server.EndPoint, "-4", "-L", "5", "-T", RandomRegistry.SetName(1));
        Assert.NotEmpty(piped);
        Assert.Equal(piped, single);
    }

    [Fact]
    public async Task Sets_of_other_registries_can_be_asked_for_by_source()
    {
        foreach ((string source, string name) in _registry.AsSets.Keys.Take(15))
        {
            PrefixSpan[] theirs = await Bgpq4.PrefixesAsync(_server.EndPoint, "-4", "-p", $"{source}::{name}");
            Assert.Equal(theirs, Entries(Ours($"{source}::{name}", IpFamily.V4, r => r with { Aggregate = false })));
        }
    }

    [Fact]
    public async Task As_path_lists_work()
    {
        string name = RandomRegistry.SetName(1);
        string output = await Bgpq4.RunAsync(_server.EndPoint, "-t", "-j", "-p", name);
        foreach (Asn asn in _fixture.Database.ExpandAsSet(name).Asns)
            Assert.Contains(asn.ToString(), output);
    }
}
