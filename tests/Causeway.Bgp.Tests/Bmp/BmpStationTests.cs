using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Bmp;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Tables;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Bmp;

public sealed class BmpStationTests : IAsyncLifetime
{
    private static readonly IPAddress PeerAddress = IPAddress.Parse("198.51.100.7");
    private static readonly IpPrefix[] Prefixes = [.. Enumerable.Range(0, 50).Select(i => IpPrefix.V4((uint)(11 << 24 | i << 8), 24))];

    private readonly BmpStation _station = new(new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, mostRouters: 2);
    private readonly List<Socket> _sockets = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
        await _station.DisposeAsync();
    }

    private async Task<Socket> Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        await socket.ConnectAsync(_station.Local);
        return socket;
    }

    private async Task<BmpRouter> Router(Socket socket, string name)
    {
        await socket.SendAsync(BmpWire.Initiation(name, "a router"));
        return (
            await Eventually.Get(() => _station.Routers.FirstOrDefault(r => r.SystemName == name), r => r is not null, $"{name} is there")
        )!;
    }

    [Fact]
    public async Task A_router_reports_sessions_and_routes_of_each_table_and_withdraws_them()
    {
        Socket socket = await Connect();
        BmpRouter router = await Router(socket, "r1");
        Assert.Equal("a router", router.SystemDescription);

        byte[] before = BmpWire.Peer(PeerAddress, 64496),
            after = BmpWire.Peer(PeerAddress, 64496, flags: 0x40);
        byte[] local = BmpWire.Peer(IPAddress.Any, 64500, type: 3);
        await socket.SendAsync(BmpWire.PeerUp(before, BmpWire.Open(64500), BmpWire.Open(64496)));
        await socket.SendAsync(BmpWire.PeerUp(local, BmpWire.Open(64500), BmpWire.Open(64500)));
        await socket.SendAsync(BmpWire.Routes(before, new TestRoute { Path = [64496, 1] }.Announce(Prefixes)));
        // After policy: fewer routes, with a local preference, and through the router's own AS as it may happen.
        var chosen = new TestRoute { Path = [64496, 64500], LocalPreference = 200 };
        await socket.SendAsync(BmpWire.Routes(after, chosen.Announce(Prefixes[..20])));
        await socket.SendAsync(BmpWire.Routes(local, (chosen with { NextHop = IPAddress.Any }).Announce(Prefixes[..19])));
        await socket.SendAsync(
            BmpWire.Message(1, [.. before, 0, 0, 0, 2, .. BmpWire.Tlv(0, TestRoute.Number(7)), .. BmpWire.Tlv(7, new byte[8])])
        );

        BmpPeerStatus peer =
            await Eventually.Get(
                () => router.Peers is [BmpPeerStatus first, ..] ? first : null,
                p => p?.Statistics.Count == 2,
                "statistics are in"
            ) ?? throw new InvalidOperationException();
        Assert.True(peer.Up);
        Assert.Equal(7ul, peer.Statistics[0]);
        Assert.Equal([new BmpTableCount(BmpTable.AdjRibIn, 50, 0), new BmpTableCount(BmpTable.AdjRibInAfterPolicy, 20, 0)], peer.Tables);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 0, 0, 250, TimeSpan.Zero), peer.Header.At);
        RouteView route = router.Tables(BmpTable.AdjRibInAfterPolicy)!.Routes(new RouteQuery { Exactly = Prefixes[0] }).Routes.Single();
        Assert.Equal(("64496 64500", 200u), (route.Attributes!.AsPath, route.Attributes.LocalPreference!.Value));
        Assert.Equal(19, router.Tables(BmpTable.LocRib)!.Reachable(IpFamily.V4));

        await socket.SendAsync(BmpWire.Routes(before, TestRoute.Withdraw(Prefixes[..10])));
        await Eventually.True(() => router.Tables(BmpTable.AdjRibIn)!.RouteCount(IpFamily.V4) == 40, "ten routes are withdrawn");
        await socket.SendAsync(BmpWire.Message(2, [.. before, 3, .. BmpWire.Bgp(3, [6, 2, 3, (byte)'b', (byte)'y', (byte)'e'])]));
        await Eventually.True(() => !router.Peers[0].Up, "the peer is down");
        Assert.Equal("bye", router.Peers[0].DownNotification!.ShutdownReason);
        Assert.Equal(0, router.Tables(BmpTable.AdjRibIn)!.RouteCount(IpFamily.V4));
        Assert.Equal(19, router.Tables(BmpTable.LocRib)!.Reachable(IpFamily.V4));
        Assert.Equal(0, router.Faults);

        socket.Dispose();
        await Eventually.True(() => _station.Routers.Count == 0, "the router is forgotten with its connection");
    }

    [Fact]
    public async Task Path_identifiers_are_read_when_both_OPENs_say_so_and_old_peers_have_short_AS_numbers()
    {
        Socket socket = await Connect();
        BmpRouter router = await Router(socket, "r2");
        byte[] many = BmpWire.Peer(PeerAddress, 64496);
        await socket.SendAsync(BmpWire.PeerUp(many, BmpWire.Open(64500, addPathMode: 1), BmpWire.Open(64496, addPathMode: 2)));
        await socket.SendAsync(BmpWire.Routes(many, new TestRoute { Path = [64496] }.Announce(Prefixes[..2], pathId: 5)));
        await socket.SendAsync(BmpWire.Routes(many, new TestRoute { Path = [64496, 9] }.Announce(Prefixes[..2], pathId: 6)));

        byte[] old = BmpWire.Peer(IPAddress.Parse("198.51.100.8"), 64497, flags: 0x20);
        byte[] block =
        [
            0x40,
            1,
            1,
            0,
            0x40,
            2,
            6,
            2,
            2,
            0xFB,
            0xF1,
            0x5B,
            0xA0,
            0x40,
            3,
            4,
            192,
            0,
            2,
            1,
            0xC0,
            17,
            10,
            2,
            2,
            .. TestRoute.Number(64497),
            .. TestRoute.Number(4200000000),
        ];
        await socket.SendAsync(BmpWire.Routes(old, [0, 0, 0, (byte)block.Length, .. block, .. TestRoute.Nlri(Prefixes[10..11])]));

        Rib tables = (await Eventually.Get(() => router.Tables(BmpTable.AdjRibIn), t => t?.RouteCount(IpFamily.V4) == 5, "five routes"))!;
        Assert.Equal([5u, 6u], tables.Routes(new RouteQuery { Exactly = Prefixes[0] }).Routes.Select(r => r.PathId).Order());
        Assert.Equal("64497 4200000000", tables.Routes(new RouteQuery { Exactly = Prefixes[10] }).Routes.Single().Attributes!.AsPath);
    }

    [Fact]
    public async Task What_is_malformed_is_counted_and_passed_over_and_what_is_not_BMP_is_hung_up_on()
    {
        Socket socket = await Connect();
        BmpRouter router = await Router(socket, "r3");
        await socket.SendAsync(BmpWire.Message(0, 1, 2, 3));
        await socket.SendAsync(BmpWire.Message(99, 1, 2, 3));
        await socket.SendAsync(BmpWire.Routes(BmpWire.Peer(PeerAddress, 64496), [0, 0, 0, 0, 200]));
        // The message is counted before it is looked into.
        await Eventually.Get(() => (router.Messages, router.Faults), seen => seen is (4, 2), "four messages, two of them faulty");
        await socket.SendAsync((byte[])[9, 9, 9, 9, 9, 9, 9]);
        await Eventually.True(() => _station.Routers.Count == 0, "hung up");
    }

    [Theory]
    [InlineData(new byte[] { 1 }, 1)] // The NOTIFICATION is missing: FRR 7.3 where the next hop of the session is gone.
    [InlineData(new byte[] { 3 }, 3)]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF }, 1)] // Cut off.
    [InlineData(new byte[] { 0 }, 0)] // No reason of RFC 7854: GoBGP.
    [InlineData(new byte[] { }, 0)] // None at all.
    public async Task A_peer_down_that_is_not_whole_takes_the_peer_down_all_the_same(byte[] body, byte reason)
    {
        Socket socket = await Connect();
        BmpRouter router = await Router(socket, "r4");
        byte[] peer = BmpWire.Peer(PeerAddress, 64496);
        await socket.SendAsync(BmpWire.PeerUp(peer, BmpWire.Open(64500), BmpWire.Open(64496)));
        await socket.SendAsync(BmpWire.Routes(peer, new TestRoute { Path = [64496, 1] }.Announce(Prefixes)));
        await Eventually.Get(() => router.Tables(BmpTable.AdjRibIn)?.RouteCount(IpFamily.V4), n => n == 50, "the routes are there");
        await socket.SendAsync(BmpWire.Message(2, [.. peer, .. body]));
        await Eventually.Get(
            () => (router.Peers[0].Up, router.Tables(BmpTable.AdjRibIn)!.RouteCount(IpFamily.V4)),
            s => s == (false, 0),
            "the peer is down and its routes are gone"
        );
        Assert.Equal(reason, router.Peers[0].DownReason);
        Assert.Null(router.Peers[0].DownNotification);
        bool faulty = body is not [0];
        Assert.Equal(faulty ? 1 : 0, router.Faults);
        if (faulty)
            Assert.Contains("Peer Down", router.LastFault, StringComparison.Ordinal);
        Assert.Single(_station.Routers);
    }

    [Fact]
    public async Task A_peer_up_that_cannot_be_read_forgets_what_the_session_before_it_had_announced()
    {
        Socket socket = await Connect();
        BmpRouter router = await Router(socket, "r5");
        byte[] peer = BmpWire.Peer(PeerAddress, 64496);
        await socket.SendAsync(BmpWire.PeerUp(peer, BmpWire.Open(64500), BmpWire.Open(64496)));
        await socket.SendAsync(BmpWire.Routes(peer, new TestRoute { Path = [64496, 1] }.Announce(Prefixes)));
        await Eventually.Get(() => router.Tables(BmpTable.AdjRibIn)?.RouteCount(IpFamily.V4), n => n == 50, "the routes are there");
        // Without the OPENs: some routers leave them out.
        await socket.SendAsync(BmpWire.Message(3, [.. peer, .. new byte[16], 0, 179, 200, 1]));
        await Eventually.Get(() => router.Tables(BmpTable.AdjRibIn)!.RouteCount(IpFamily.V4), n => n == 0, "the routes are gone");
        Assert.Equal((true, 1), (router.Peers[0].Up, router.Faults));
        await socket.SendAsync(BmpWire.Routes(peer, new TestRoute { Path = [64496, 1] }.Announce(Prefixes[..3])));
        await Eventually.Get(
            () => router.Tables(BmpTable.AdjRibIn)!.RouteCount(IpFamily.V4),
            n => n == 3,
            "the new session's routes are taken"
        );
    }

    [Fact]
    public async Task A_router_that_says_good_bye_is_hung_up_on_and_forgotten()
    {
        // RFC 7854 §4.5: the station "MUST close the TCP session".
        Socket socket = await Connect();
        await Router(socket, "r6");
        await socket.SendAsync(BmpWire.Message(5, [.. BmpWire.Tlv(1, [0, 0])]));
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await Eventually.True(() => _station.Routers.Count == 0, "the router is forgotten");
    }

    [Fact]
    public async Task Attributes_that_are_malformed_are_a_fault_of_the_router_and_confederations_and_sets_are_not()
    {
        Socket socket = await Connect();
        BmpRouter router = await Router(socket, "r7");
        byte[] peer = BmpWire.Peer(PeerAddress, 64496);
        await socket.SendAsync(BmpWire.PeerUp(peer, BmpWire.Open(64500), BmpWire.Open(64496)));
        // What a router inside a confederation has is reported as it is (RFC 5065); so is what it should not have taken (RFC 9774).
        byte[] path =
        [
            3,
            1,
            .. TestRoute.Number(65001),
            4,
            1,
            .. TestRoute.Number(65002),
            2,
            1,
            .. TestRoute.Number(64496),
            1,
            1,
            .. TestRoute.Number(7),
        ];
        byte[] block = [0x40, 1, 1, 0, 0x40, 2, (byte)path.Length, .. path, 0x40, 3, 4, 192, 0, 2, 1];
        await socket.SendAsync(BmpWire.Routes(peer, [0, 0, 0, (byte)block.Length, .. block, .. TestRoute.Nlri(Prefixes[..1])]));
        Rib tables = (
            await Eventually.Get(() => router.Tables(BmpTable.AdjRibIn), t => t?.Reachable(IpFamily.V4) == 1, "the route is taken")
        )!;
        Assert.Equal("(65001) ({65002}) 64496 {7}", tables.Routes(new RouteQuery()).Routes.Single().Attributes!.AsPath);
        Assert.Equal(0, router.Faults);
        await socket.SendAsync(BmpWire.Routes(peer, (new TestRoute { Path = [64496] } with { Origin = 9 }).Announce(Prefixes[..1])));
        await Eventually.Get(() => router.Faults, n => n == 1, "the fault is noted");
        Assert.Contains("ORIGIN is malformed", router.LastFault, StringComparison.Ordinal);

        // From a router that speaks 2-octet numbers: the confederation stays where it is when AS4_PATH fills in the rest (RFC 6793 §4.2.3).
        byte[] old = BmpWire.Peer(IPAddress.Parse("198.51.100.8"), 64497, flags: 0x20);
        byte[] narrow = [3, 1, 0xFD, 0xE9, 2, 2, 0xFB, 0xF1, 0x5B, 0xA0];
        byte[] oldBlock =
        [
            0x40,
            1,
            1,
            0,
            0x40,
            2,
            (byte)narrow.Length,
            .. narrow,
            0x40,
            3,
            4,
            192,
            0,
            2,
            1,
            0xC0,
            17,
            6,
            2,
            1,
            .. TestRoute.Number(4200000000),
        ];
        await socket.SendAsync(BmpWire.Routes(old, [0, 0, 0, (byte)oldBlock.Length, .. oldBlock, .. TestRoute.Nlri(Prefixes[10..11])]));
        await Eventually.Get(
            () => tables.Routes(new RouteQuery { Exactly = Prefixes[10] }).Routes is [var r, ..] ? r.Attributes?.AsPath : null,
            p => p == "(65001) 64497 4200000000",
            "the path is whole"
        );
    }

    [Fact]
    public async Task Too_many_routers_are_turned_away()
    {
        await Router(await Connect(), "a");
        await Router(await Connect(), "b");
        Socket third = await Connect();
        Assert.Equal(0, await third.ReceiveAsync(new byte[1]));
        Assert.Equal(1, _station.TurnedAway);
    }

    [Fact]
    public void Noise_never_throws()
    {
        var random = new Random(5);
        byte[] peer = BmpWire.Peer(PeerAddress, 64496);
        byte[][] good =
        [
            BmpWire.Initiation("n", "d"),
            BmpWire.Message(5, [.. BmpWire.Tlv(1, [0, 1]), .. BmpWire.Tlv(0, [65])]),
            BmpWire.PeerUp(peer, BmpWire.Open(64500, 3), BmpWire.Open(64496, 3)),
            BmpWire.Routes(peer, new TestRoute { Path = [64496, 1] }.Announce(Prefixes[..5])),
            BmpWire.Message(1, [.. peer, 0, 0, 0, 1, .. BmpWire.Tlv(7, new byte[8])]),
            BmpWire.Message(2, [.. peer, 1, .. BmpWire.Bgp(3, [6, 2])]),
            BmpWire.Message(2, [.. peer, 3]),
            BmpWire.Message(6, [.. peer, .. BmpWire.Tlv(0, [1, 2, 3]), .. BmpWire.Tlv(1, [0, 0])]),
        ];
        Assert.All(good, m => Assert.NotNull(BmpParser.Parse(m, out _)));
        var router = new BmpRouter(new IPEndPoint(IPAddress.Loopback, 1), TimeProvider.System);
        for (int round = 0; round < 60_000; round++)
        {
            byte[] message = [.. good[random.Next(good.Length)]];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
                message[random.Next(5, message.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
            {
                message = message[..random.Next(6, message.Length + 1)];
                (message[3], message[4]) = ((byte)(message.Length >> 8), (byte)message.Length);
            }
            router.Take(message);
        }
        Assert.True(router.Faults > 5_000 && router.Peers.Count > 10, $"{router.Faults} faults, {router.Peers.Count} peers");
    }
}
