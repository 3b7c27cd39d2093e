using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;

namespace Causeway.Domain.Tests.Routers;

/// <summary>What of our services a peering announces: exactly what its filters let through, of what its subscription may use.</summary>
public sealed class ServiceAnnouncementsTests
{
    private const uint Exchange = (12076 << 16) | 5010;
    private const uint Storage = (12076 << 16) | 52002;
    private const uint Closed = (12076 << 16) | 5060;

    private static readonly NetworkTopology s_topology = CircuitStates.Topology with
    {
        Services =
        [
            new("Exchange", "O365", "Global", Exchange, [IpPrefix.Parse("198.51.100.0/27"), IpPrefix.Parse("2001:db8:1::/48")]),
            // Shares a prefix with the one before.
            new("Storage", "Azure", "West Europe", Storage, [IpPrefix.Parse("198.51.100.0/27"), IpPrefix.Parse("203.0.113.0/26")]),
            new("Directory", "O365", "Global", Closed, [IpPrefix.Parse("198.51.100.64/27")], [CircuitStates.Other]),
        ],
    };

    private static readonly ResourceId s_filter = Filter(CircuitStates.Customer);

    private static ResourceId Filter(string subscription) => ResourceId.Of(subscription, "rg", "Microsoft.Network", "routeFilters", "f");

    private static string Announced(
        AttachedFilter? v4,
        AttachedFilter? v6 = null,
        PeeringType type = PeeringType.MicrosoftPeering,
        string circuit = CircuitStates.Customer,
        bool legacy = false
    )
    {
        PublicConfig declared = new(CircuitStates.At) { Prefixes = [], LegacyMode = legacy ? 1 : 0 };
        Peering peering = new()
        {
            Type = type,
            PeerAsn = new Asn(65010),
            Vlan = new VlanId(100),
            V4 = new(IpPrefix.Parse("10.0.0.0/30"), IpPrefix.Parse("10.0.0.4/30")) { Filter = v4, Public = declared },
            V6 = new(IpPrefix.Parse("fd00::/126"), IpPrefix.Parse("fd00::4/126")) { Filter = v6, Public = declared },
            LastModifiedBy = Author.Customer,
            State = new PeeringState.Configured(CircuitStates.At),
        };
        ImmutableArray<AnnouncedPrefix> all = ServiceAnnouncements.Of(
            s_topology,
            ResourceId.Of(circuit, "rg", "Microsoft.Network", "expressRouteCircuits", "c"),
            peering
        );
        return string.Join(
            ", ",
            all.OrderBy(a => a.Prefix).Select(a => $"{a.Prefix} {string.Join('+', a.Communities.Select(AnnouncedService.Text))}")
        );
    }

    [Fact]
    public void Without_a_filter_nothing_and_with_one_of_its_family_exactly_what_it_lets_through()
    {
        Assert.Equal("", Announced(null));
        Assert.Equal("198.51.100.0/27 12076:5010", Announced(new(s_filter, [Exchange])));
        Assert.Equal("2001:db8:1::/48 12076:5010", Announced(null, new(s_filter, [Exchange])));
        Assert.Equal("198.51.100.0/27 12076:52002, 203.0.113.0/26 12076:52002", Announced(new(s_filter, [Storage])));
        // A prefix of two services that are both let through has both communities.
        Assert.Equal(
            "198.51.100.0/27 12076:5010+12076:52002, 203.0.113.0/26 12076:52002",
            Announced(new(s_filter, [Exchange, Storage]), new(s_filter, []))
        );
        Assert.Equal("", Announced(new(s_filter, [1]), new(s_filter, [])));
    }

    [Fact]
    public void What_a_subscription_may_not_use_is_never_announced_to_it()
    {
        Assert.Equal("", Announced(new(s_filter, [Closed])));
        Assert.Equal("", Announced(new(Filter(CircuitStates.Other), [Closed])));
        Assert.Equal("", Announced(new(s_filter, [Closed]), circuit: CircuitStates.Other));
        Assert.Equal("198.51.100.64/27 12076:5060", Announced(new(Filter(CircuitStates.Other), [Closed]), circuit: CircuitStates.Other));
    }

    [Fact]
    public void Public_peering_and_legacy_mode_announce_all_services_and_private_peering_none()
    {
        const string All = "198.51.100.0/27 12076:5010+12076:52002, 203.0.113.0/26 12076:52002, 2001:db8:1::/48 12076:5010";
        Assert.Equal(All, Announced(null, type: PeeringType.AzurePublicPeering));
        Assert.Equal(All, Announced(null, legacy: true));
        Assert.Equal("", Announced(new(s_filter, [Exchange]), type: PeeringType.AzurePrivatePeering));
    }
}
