using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Filters;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Tests.Irr;

namespace Causeway.Registries.Tests.Filters;

/// <summary>What a peer may announce, route by route with its origin.</summary>
public sealed class PeerFiltersTests
{
    private const string Rpsl = """
        route: 192.0.2.0/24
        origin: AS64496
        source: TEST

        route: 198.51.100.0/24
        origin: AS64497
        source: TEST

        route: 198.51.100.0/24
        origin: AS64496
        source: TEST

        route: 203.0.113.0/24
        origin: AS64498
        source: TEST

        route6: 2001:db8::/32
        origin: AS64497
        source: TEST

        as-set: AS-EX
        members: AS64497, AS-GONE
        source: TEST

        """;

    private static readonly RegistryView View = new(1, DateTimeOffset.UnixEpoch, IrrFixture.Of(Rpsl), RpkiView.Empty, PeeringDbData.Empty);

    [Fact]
    public void Each_route_has_the_origins_that_it_is_registered_for_and_no_other()
    {
        PeerFilter filter = PeerFilters.Of(View, new Asn(64496), "AS-EX", 1000);
        Assert.Equal(["192.0.2.0/24 from AS64496", "198.51.100.0/24 from AS64496 AS64497"], filter.V4.Select(m => m.ToString()));
        Assert.Equal(["2001:db8::/32 from AS64497"], filter.V6.Select(m => m.ToString()));
        Assert.Equal((2, "AS-EX"), (filter.Asns, filter.AsSet));
        Assert.Equal(["AS-GONE"], filter.Missing);
    }

    [Fact]
    public void Without_an_as_set_it_is_the_asn_alone()
    {
        PeerFilter filter = PeerFilters.Of(View, new Asn(64497), null, 1000);
        Assert.Equal(["198.51.100.0/24 from AS64497"], filter.V4.Select(m => m.ToString()));
        Assert.Equal(("AS64497", 1), (filter.AsSet, filter.Asns));
    }

    [Fact]
    public void An_as_set_of_half_the_internet_proves_nothing()
    {
        PeerFilter filter = PeerFilters.Of(View, new Asn(64496), "AS-EX", 2);
        Assert.True(filter.IsTooLarge);
        Assert.Empty(filter.V4);
        Assert.Empty(filter.V6);
    }

    [Fact]
    public void An_as_set_that_no_registry_has_is_missing_and_the_asn_stays()
    {
        PeerFilter filter = PeerFilters.Of(View, new Asn(64496), "RIPE::AS-NOWHERE", 1000);
        Assert.Equal(["RIPE::AS-NOWHERE"], filter.Missing);
        Assert.Equal(2, filter.V4.Length);
    }

    [Fact]
    public void Where_roas_cover_a_prefix_they_decide_alone()
    {
        RegistryView signed = new(1, DateTimeOffset.UnixEpoch, IrrFixture.Of(Rpsl), Rpki, PeeringDbData.Empty);
        PeerFilter filter = PeerFilters.Of(signed, new Asn(64496), "AS-EX", 1000);
        // 198.51.100.0/24 is AS64497's alone now, also without its object; 192.0.2.0/24 is nobody's here; and what only a ROA says is in.
        Assert.Equal(["198.51.100.0/24 le 25 from AS64497", "203.0.113.0/24 from AS64496"], filter.V4.Select(m => m.ToString()));
        Assert.Equal(2, filter.Invalid);
    }

    private static readonly RpkiView Rpki = RpkiView.Build(
        [
            new RpkiSource(
                "cache",
                "rtr",
                VrpTable.Build([
                    new Vrp(IpPrefix.Parse("198.51.100.0/24"), 25, new Asn(64497)),
                    new Vrp(IpPrefix.Parse("203.0.113.0/24"), 24, new Asn(64496)),
                    new Vrp(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64499)),
                ]),
                DateTimeOffset.UnixEpoch
            ),
        ],
        Slurm.None,
        stale: false
    );
}
