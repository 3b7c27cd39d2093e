using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using Causeway.Registries.Proof;
using Causeway.Registries.Tests.Irr;

namespace Causeway.Registries.Tests.Filters;

/// <summary><c>registry filter</c> and <c>registry check</c> say the same of every route.</summary>
public sealed class RouteRuleTests
{
    private static readonly IrrDatabase Irr = IrrFixture.Of(
        """
        route: 192.0.2.0/24
        origin: AS64496
        source: TEST

        route: 198.51.100.0/24
        origin: AS64496
        source: TEST

        route: 203.0.113.0/24
        origin: AS64496
        source: TEST

        """
    );

    private static readonly VrpTable Vrps = VrpTable.Build([
        new Vrp(IpPrefix.Parse("198.51.100.0/24"), 24, new Asn(64511)),
        new Vrp(IpPrefix.Parse("203.0.113.0/24"), 25, new Asn(64496)),
        new Vrp(IpPrefix.Parse("10.0.0.0/20"), 22, new Asn(64496)),
        new Vrp(IpPrefix.Parse("10.9.0.0/16"), 16, new Asn(0)),
    ]);

    private static PrefixFilter Filter(VrpTable? vrps, params string[] objects)
    {
        (PrefixFilter? filter, Refusal? refusal) = PrefixFilter.Build(Irr, new PrefixFilterRequest { Objects = objects, Vrps = vrps });
        Assert.Null(refusal);
        return filter!;
    }

    private static bool Permits(PrefixFilter filter, IpPrefix prefix) =>
        (prefix.IsV4 ? filter.V4 : filter.V6).Any(s => s.Prefix.Contains(prefix) && prefix.Length >= s.Low && prefix.Length <= s.High);

    [Theory]
    [InlineData("192.0.2.0/24", true)] // a route object, no ROA
    [InlineData("192.0.2.0/25", false)] // inside it: proven as a declared prefix, but no route of its own
    [InlineData("198.51.100.0/24", false)] // a route object, and a ROA for another
    [InlineData("203.0.113.0/24", true)]
    [InlineData("203.0.113.128/25", true)] // as far as the ROA goes
    [InlineData("203.0.113.128/26", false)]
    [InlineData("10.0.4.0/22", true)] // a ROA, no route object
    [InlineData("10.0.4.0/23", false)]
    [InlineData("10.9.0.0/16", false)]
    public void Check_and_filter_agree(string route, bool permitted)
    {
        var prefix = IpPrefix.Parse(route);
        Assert.Equal(permitted, RouteRule.Judge(prefix, new Asn(64496), Irr, Vrps).IsPermitted);
        Assert.Equal(permitted, Permits(Filter(Vrps, "AS64496"), prefix));
        Assert.False(RouteRule.Judge(prefix, new Asn(0), Irr, Vrps).IsPermitted);
        Assert.False(Permits(Filter(Vrps, "AS0"), prefix));
    }

    [Fact]
    public void What_is_left_out_is_named_and_can_be_had()
    {
        Assert.Equal([IpPrefix.Parse("198.51.100.0/24")], Filter(Vrps, "AS64496").Invalid);
        Assert.True(Permits(Filter(null, "AS64496"), IpPrefix.Parse("198.51.100.0/24")));
        Assert.False(Permits(Filter(null, "AS64496"), IpPrefix.Parse("10.0.0.0/20")));
        // Asked for by itself it names no origin that could be wrong.
        Assert.True(Permits(Filter(Vrps, "AS64499", "198.51.100.0/24"), IpPrefix.Parse("198.51.100.0/24")));
    }

    /// <summary>Random registries and ROAs: of every prefix near them, the two say the same.</summary>
    [Fact]
    public void Check_and_filter_agree_about_random_registries()
    {
        int permitted = 0,
            refused = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(FuzzSeed.Of(seed));
            IpPrefix Some() => IpPrefix.V4(10u << 24 | (uint)random.Next(4) << 8, random.Next(21, 27));
            var rpsl = new StringBuilder();
            for (int i = 0; i < 12; i++)
                rpsl.Append($"route: {Some()}\norigin: AS{random.Next(3)}\nsource: TEST\n\n");
            IrrDatabase irr = IrrFixture.Of(rpsl.ToString());
            var vrps = VrpTable.Build(
                Enumerable
                    .Range(0, random.Next(6))
                    .Select(_ =>
                    {
                        IpPrefix prefix = Some();
                        return new Vrp(prefix, (byte)random.Next(prefix.Length, 28), new Asn((uint)random.Next(3)));
                    })
            );
            for (uint asn = 0; asn < 3; asn++)
            {
                PrefixFilter filter = PrefixFilter
                    .Build(
                        irr,
                        new PrefixFilterRequest
                        {
                            Objects = [$"AS{asn}"],
                            Vrps = vrps,
                            Aggregate = random.Next(2) == 0,
                        }
                    )
                    .Filter!;
                for (int length = 20; length <= 28; length++)
                for (uint at = 0; at < 1024; at += 1u << (32 - length) == 0 ? 1024 : Math.Max(16, 1u << (32 - length)))
                {
                    IpPrefix prefix = IpPrefix.V4(10u << 24 | at, length);
                    bool says = RouteRule.Judge(prefix, new Asn(asn), irr, vrps).IsPermitted;
                    Assert.True(says == Permits(filter, prefix), $"seed {seed}: {prefix} AS{asn}: check says {says}");
                    _ = says ? permitted++ : refused++;
                }
            }
        }
        Assert.True(permitted > 100 && refused > 100, $"{permitted} permitted, {refused} refused");
    }
}
