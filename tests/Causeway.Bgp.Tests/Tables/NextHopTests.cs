using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>What an external peer one hop away may name as next hop (RFC 4271 §6.3), and what we name ourselves.</summary>
public sealed class NextHopTests
{
    [Theory]
    [InlineData("192.0.2.4/30", "192.0.2.5", true)] // the sender
    [InlineData("192.0.2.4/30", "192.0.2.6", false)] // we
    [InlineData("192.0.2.4/30", "192.0.2.4", false)] // the network
    [InlineData("192.0.2.4/30", "192.0.2.7", false)] // the broadcast address
    [InlineData("192.0.2.4/30", "192.0.2.8", false)] // the next subnet
    [InlineData("192.0.2.4/30", "2001:db8::5", false)]
    [InlineData("192.0.2.0/24", "192.0.2.77", true)] // another host of a LAN
    [InlineData("192.0.2.0/24", "192.0.2.255", false)]
    [InlineData("192.0.2.4/31", "192.0.2.4", true)] // RFC 3021: no network, no broadcast
    [InlineData("192.0.2.5/32", "192.0.2.5", true)]
    [InlineData("203.0.113.0/24", "192.0.2.5", true)] // the sender, though it is not in the subnet
    [InlineData("2001:db8::4/126", "2001:db8::5", true)]
    [InlineData("2001:db8::4/126", "2001:db8::6", false)]
    [InlineData("2001:db8::4/126", "2001:db8::7", true)] // IPv6 has no broadcast
    [InlineData("2001:db8::4/126", "2001:db8::4", false)] // the Subnet-Router anycast address
    [InlineData("2001:db8::4/127", "2001:db8::4", true)] // RFC 6164
    [InlineData("2001:db8::4/126", "2001:db8::8", false)]
    [InlineData("2001:db8::4/126", "fe80::5", false)]
    [InlineData("2001:db8::4/126", "::ffff:192.0.2.5", false)]
    public void One_hop_away(string subnet, string nextHop, bool reached)
    {
        IpPrefix shared = IpPrefix.Parse(subnet);
        bool v4 = shared.IsV4;
        var link = new SharedSubnet(
            shared,
            IPAddress.Parse(v4 ? "192.0.2.5" : "2001:db8::5"),
            IPAddress.Parse(v4 ? "192.0.2.6" : "2001:db8::6")
        );
        Assert.Equal(reached, link.Reaches(IPAddress.Parse(nextHop)));
        // The same in a policy.
        var rib = new Rib();
        RoutePolicy policy = new([
            new PolicyTerm
            {
                NextHopBeyond = link,
                Accept = false,
                Reason = RefuseReason.NextHopOutsideLan,
            },
            new PolicyTerm { Accept = true },
        ]);
        RibPeer peer = rib.Add(TestRoute.Peer("peer", 64496, "192.0.2.5", 1), CompiledPolicy.Compile(policy));
        byte[] hop = IPAddress.Parse(nextHop).GetAddressBytes();
        byte[] block = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, .. TestRoute.Number(64496)];
        IpPrefix prefix = IpPrefix.Parse(hop.Length == 4 ? "198.51.100.0/24" : "2001:db8:77::/48");
        byte[] nlri = TestRoute.Nlri([prefix]);
        byte[] reach = [0, 2, 1, 16, .. hop, 0, .. nlri];
        block = hop.Length == 4 ? [.. block, 0x40, 3, 4, .. hop] : [0x80, 14, (byte)reach.Length, .. reach, .. block];
        rib.Ingest(peer, [0, 0, 0, (byte)block.Length, .. block, .. hop.Length == 4 ? nlri : []]);
        Assert.Equal(
            reached ? RefuseReason.None : RefuseReason.NextHopOutsideLan,
            Assert.Single(rib.Routes(new RouteQuery()).Routes).Reason
        );
    }

    [Fact]
    public void Without_an_address_of_the_family_nothing_of_it_is_announced()
    {
        var rib = new Rib();
        CompiledPolicy? all = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
        PeerFacts facts = TestRoute.Peer("peer", 64496, "192.0.2.1", 1);
        IpPrefix six = IpPrefix.Parse("2001:db8:77::/48"),
            four = IpPrefix.Parse("198.51.100.0/24");
        rib.SetNetworks([six, four]);
        Assert.Equal([four], Told(facts with { NextHopV6 = null }));
        Assert.Equal([four, six], Told(facts));
        PeerFacts overV6 = facts with { LocalAddress = IPAddress.Parse("2001:db8::1"), NextHopV6 = null };
        Assert.Equal([six], Told(overV6));
        // An internal peer is told the next hop of a learned route, whatever our own address is; it needs ours for our own routes.
        RibPeer outside = rib.Add(TestRoute.Peer("outside", 64497, "192.0.2.2", 2), all);
        IpPrefix learned = IpPrefix.Parse("2001:db8:78::/48");
        rib.Ingest(outside, new TestRoute { Path = [64497] }.Announce([learned]));
        Assert.Equal([four, learned], Told(facts with { PeerAsn = facts.LocalAsn, NextHopV6 = null }));

        IEnumerable<IpPrefix> Told(PeerFacts to)
        {
            var receiver = new OutReceiver();
            receiver.Take(rib.AddOut(rib.Add(to, all), all, () => { }));
            return receiver.Routes.Keys.Order();
        }
    }

    [Fact]
    public void Our_own_address_of_the_other_family_does_not_come_back_to_us()
    {
        var rib = new Rib();
        RibPeer peer = rib.Add(
            TestRoute.Peer("peer", 64496, "192.0.2.1", 1) with
            {
                NextHopV6 = IPAddress.Parse("::ffff:192.0.2.9"),
            },
            CompiledPolicy.Compile(RoutePolicy.AcceptAll)
        );
        TestRoute ours = new() { Path = [64496], NextHop = IPAddress.Parse("192.0.2.9") };
        rib.Ingest(peer, ours.Announce([IpPrefix.Parse("2001:db8:77::/48")]));
        Assert.Equal(1, peer.V6.RefusedFor(RefuseReason.NextHopUnusable));
    }
}
