using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>A route server (RFC 7947): what each member is told is what it would choose by itself, of what the others let it have, as they sent it.</summary>
public sealed class RouteServerTests
{
    private const uint Server = 64500;
    private static readonly IpPrefix Prefix = IpPrefix.Parse("198.51.100.0/24");

    private readonly Rib _rib = new();
    private readonly Dictionary<RibPeer, (AdjRibOut Out, OutReceiver Receiver)> _told = [];

    private static PeerFacts Member(uint asn, BgpRole? role = null) =>
        TestRoute.Peer($"as{asn}", asn, $"192.0.2.{asn % 200}", asn, Server) with
        {
            RouteServerClient = true,
            Role = role,
        };

    private RibPeer Join(uint asn, RoutePolicy? export = null, BgpRole? role = null)
    {
        RibPeer peer = _rib.Add(Member(asn, role), CompiledPolicy.Compile(RoutePolicy.AcceptAll));
        _told[peer] = (_rib.AddOut(peer, CompiledPolicy.Compile(export ?? RoutePolicy.AcceptAll), () => { }), new OutReceiver());
        return peer;
    }

    private RouteAttributes? Told(RibPeer peer)
    {
        _told[peer].Receiver.Take(_told[peer].Out);
        return _told[peer].Receiver.Routes.ContainsKey(Prefix) ? _told[peer].Receiver.Attributes[Prefix] : null;
    }

    private void Announce(RibPeer by, TestRoute route) => Assert.Equal(default, _rib.Ingest(by, route.Announce([Prefix])));

    [Fact]
    public void A_route_goes_on_as_it_came()
    {
        RibPeer one = Join(64496),
            two = Join(64497);
        Announce(
            one,
            new TestRoute
            {
                Path = [64496, 3, 4],
                NextHop = IPAddress.Parse("192.0.2.96"),
                Med = 17,
                Communities = [Community.Of(64496, 5), Community.NoExport],
                Large = [new(64496, 1, 2)],
            }
        );
        RouteAttributes told = Told(two)!;
        Assert.Equal("64496 3 4", told.AsPath);
        Assert.Equal(IPAddress.Parse("192.0.2.96"), told.NextHop);
        Assert.Equal(17u, told.Med);
        Assert.Null(told.LocalPreference);
        Assert.Equal([Community.Of(64496, 5), Community.NoExport], told.Communities);
        Assert.Equal([new LargeCommunity(64496, 1, 2)], told.LargeCommunities);
        Assert.Null(Told(one));
    }

    /// <summary>RFC 7947 §2.3: the best route is kept from one member, who must not lose the second best for it.</summary>
    [Fact]
    public void No_route_is_hidden_behind_one_that_a_member_may_not_have()
    {
        RibPeer best = Join(64496),
            second = Join(64497),
            shunned = Join(64498),
            other = Join(64499);
        Announce(second, new TestRoute { Path = [64497, 9, 9] });
        Assert.Equal("64497 9 9", Told(shunned)!.AsPath);
        Announce(best, new TestRoute { Path = [64496, 9], Communities = [Community.Of(0, 64498)] });
        Assert.Equal("64496 9", Told(other)!.AsPath);
        Assert.Equal("64497 9 9", Told(shunned)!.AsPath);
        Assert.Equal("64497 9 9", Told(best)!.AsPath);

        // Changes behind the best one are told to whom they matter.
        Announce(second, new TestRoute { Path = [64497, 8, 9] });
        Assert.Equal("64497 8 9", Told(shunned)!.AsPath);
        Assert.Equal("64496 9", Told(other)!.AsPath);
        Assert.Equal(default, _rib.Ingest(second, TestRoute.Withdraw([Prefix])));
        Assert.Null(Told(shunned));
        Assert.Equal("64496 9", Told(other)!.AsPath);
    }

    [Fact]
    public void Prepending_is_by_the_members_own_number()
    {
        RibPeer one = Join(64496),
            two = Join(64497),
            three = Join(64498);
        Announce(one, new TestRoute { Path = [64496, 9], Communities = [Community.Of(65502, 64497), Community.Of(65501, (ushort)Server)] });
        Assert.Equal("64496 64496 64496 9", Told(two)!.AsPath);
        Assert.Equal("64496 64496 9", Told(three)!.AsPath);
    }

    /// <summary>What the server says of a route is its own word: a member cannot say it for it.</summary>
    [Fact]
    public void What_the_server_says_of_a_route_comes_from_it_alone()
    {
        var says = new LargeCommunity(Server, 1000, 1);
        RibPeer one = Join(64496),
            two = Join(64497, new RoutePolicy([new PolicyTerm { Accept = true, AddLargeCommunities = [says] }]));
        Announce(
            one,
            new TestRoute
            {
                Path = [64496],
                Large = [new(Server, 1000, 4), new(7, 8, 9)],
                Communities = [Community.Of((ushort)Server, 7)],
            }
        );
        RouteAttributes told = Told(two)!;
        Assert.Equal([new LargeCommunity(7, 8, 9), says], told.LargeCommunities);
        Assert.Empty(told.Communities);
    }

    /// <summary>RFC 9234 §5: a route that was marked on its way down to customers comes up through no route server, and what leaves one is marked.</summary>
    [Fact]
    public void Roles_keep_leaks_out()
    {
        RibPeer one = Join(64496, role: BgpRole.RouteServer),
            two = Join(64497, role: BgpRole.RouteServer);
        Announce(one, new TestRoute { Path = [64496] });
        byte[] otc = [0xC0, 35, 4, .. TestRoute.Number(Server)];
        Assert.Equal(otc, Told(two)!.Raw[^7..]);

        byte[] leak = [.. new TestRoute { Path = [64497, 9] }.Block(), 0xC0, 35, 4, .. TestRoute.Number(9)];
        IpPrefix other = IpPrefix.Parse("203.0.113.0/24");
        byte[] body = [0, 0, 0, (byte)leak.Length, .. leak, .. TestRoute.Nlri([other])];
        Assert.Equal(default, _rib.Ingest(two, body));
        Assert.Equal(RefuseReason.OnlyToCustomer, Assert.Single(_rib.Routes(new RouteQuery { Exactly = other }).Routes).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Each_member_is_told_what_it_would_choose_of_what_it_may_have(int seed)
    {
        var random = new Random(seed);
        uint[] asns = [64496, 64497, 64498, 64499, 4_200_000_001];
        IpPrefix[] universe = [.. Enumerable.Range(0, 10).Select(i => IpPrefix.V4(0x0B000000u + ((uint)i << 8), 24))];
        var model = new RibModel(Server);
        var peers = new Dictionary<RibModel.Peer, RibPeer>();
        for (int step = 0; step < 500; step++)
        {
            int choice = random.Next(100);
            if (peers.Count == 0 || (choice < 6 && peers.Count < asns.Length))
            {
                uint asn = asns.First(a => peers.Keys.All(p => p.Asn != a));
                var joined = new RibModel.Peer($"as{asn}", asn, asn) { Import = RoutePolicy.AcceptAll };
                model.Peers.Add(joined);
                peers.Add(joined, Join(asn));
            }
            else if (choice < 8)
            {
                RibModel.Peer leaves = Any(model.Peers);
                _rib.RemoveOut(_told[peers[leaves]].Out);
                _rib.Remove(peers[leaves]);
                _told.Remove(peers[leaves]);
                peers.Remove(leaves);
                model.Peers.Remove(leaves);
            }
            else if (choice < 70)
            {
                RibModel.Peer by = Any(model.Peers);
                TestRoute route = Route(by.Asn);
                IpPrefix[] some = [.. universe.Where(_ => random.Next(4) == 0)];
                if (some.Length == 0)
                    continue;
                Assert.Equal(default, _rib.Ingest(peers[by], route.Announce(some)));
                foreach (IpPrefix prefix in some)
                    by.Routes[(prefix, 0)] = route;
            }
            else if (choice < 90)
            {
                RibModel.Peer by = Any(model.Peers);
                IpPrefix prefix = Any([.. universe]);
                Assert.Equal(default, _rib.Ingest(peers[by], TestRoute.Withdraw([prefix])));
                by.Routes.Remove((prefix, 0));
            }
            else
                foreach ((AdjRibOut adjacency, OutReceiver receiver) in _told.Values)
                    if (random.Next(2) == 0)
                        receiver.Take(adjacency, once: true);
            if (step % 7 == 0)
                Compare(step);
        }

        T Any<T>(List<T> list) => list[random.Next(list.Count)];

        TestRoute Route(uint asn) =>
            new()
            {
                Path = [asn, .. Enumerable.Range(0, random.Next(3)).Select(_ => (uint)random.Next(1, 9))],
                Origin = (byte)random.Next(2),
                NextHop = IPAddress.Parse($"192.0.2.{asn % 200}"),
                Med = random.Next(2) == 0 ? (uint)random.Next(3) : null,
                Communities = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Action()).Distinct()],
                Large = [.. Enumerable.Range(0, random.Next(3)).Select(_ => LargeAction()).Distinct()],
            };

        uint Action() =>
            Community.Of(
                Any<ushort>([0, (ushort)Server, 65501, 65502, 65503, 64496, 3]),
                Any<ushort>([64496, 64497, 64498, 64499, (ushort)Server, 23456])
            );

        LargeCommunity LargeAction() =>
            new(Any<uint>([Server, Server, 64496]), Any<uint>([0, 1, 101, 102, 103, 1000]), Any<uint>([0, .. asns]));

        void Compare(int step)
        {
            foreach ((RibModel.Peer to, RibPeer peer) in peers)
            {
                (AdjRibOut adjacency, OutReceiver receiver) = _told[peer];
                receiver.Take(adjacency);
                foreach (IpPrefix prefix in universe)
                {
                    string? expected = model.Best(prefix, (from, route) => from != to && Asked(route, to.Asn).Announce) is { } best
                        ? Expected(best.Route, to.Asn)
                        : null;
                    string? told = receiver.Routes.ContainsKey(prefix) ? Text(receiver.Attributes[prefix]) : null;
                    Assert.True(
                        expected == told,
                        $"seed {seed}, step {step}: {to.Name} should be told {expected ?? "nothing"} of {prefix}, and is told {told ?? "nothing"}"
                    );
                }
                Assert.Equal(receiver.Routes.Count, adjacency.Advertised(IpFamily.V4));
            }
        }
    }

    private static string Expected(TestRoute route, uint to)
    {
        string path = string.Join(' ', Enumerable.Repeat(route.Path[0], Asked(route, to).Prepend).Concat(route.Path));
        string[] kept =
        [
            .. route.Communities.Where(c => (c >> 16) is not (0 or Server or 65501 or 65502 or 65503)).Select(Community.Format),
            .. route.Large.Where(l => l.GlobalAdministrator != Server).Select(l => $"{l}"),
        ];
        return $"{path} via {route.NextHop} med {route.Med} {string.Join(' ', kept)}";
    }

    private static string Text(RouteAttributes a) =>
        $"{a.AsPath} via {a.NextHop} med {a.Med} {string.Join(' ', a.Communities.Select(Community.Format).Concat(a.LargeCommunities.Select(l => $"{l}")))}";

    /// <summary>The communities as their table in the documentation says them, by their text.</summary>
    private static (bool Announce, int Prepend) Asked(TestRoute route, uint to)
    {
        HashSet<string> said = [.. route.Communities.Select(Community.Format), .. route.Large.Select(l => $"{l}")];
        bool Says(string standard, string large) => said.Contains(standard) || said.Contains($"{Server}:{large}");
        bool announce = !Says($"0:{to}", $"0:{to}") && (Says($"{Server}:{to}", $"1:{to}") || !Says($"0:{Server}", "0:0"));
        int Prepended(string standard, string large) =>
            new[] { 3, 2, 1 }.FirstOrDefault(n => Says($"{65500 + n}:{standard}", $"{100 + n}:{large}"));
        int towards = Prepended($"{to}", $"{to}");
        return (announce, towards > 0 ? towards : Prepended($"{Server}", "0"));
    }
}
