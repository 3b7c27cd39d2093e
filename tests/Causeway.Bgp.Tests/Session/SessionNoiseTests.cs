using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tests.Messages;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Session;

/// <summary>
/// Whole sessions with a peer that says right, damaged and senseless things in any order and in any pieces, while time passes. Whatever it was: the speaker answers or
/// closes, what it sends is known to the RFCs, and when the peer is gone nothing of it is left.
/// </summary>
public sealed class SessionNoiseTests
{
    private static readonly IPAddress Ours = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Theirs = IPAddress.Parse("192.0.2.2");
    private static readonly IPEndPoint OurEndpoint = new(Ours, 179);

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryNetwork _network = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Any_session_is_answered_and_leaves_nothing_behind(int seed)
    {
        var random = new Random(seed);
        int established = 0;
        for (int session = 0; session < 25; session++)
        {
            string where = $"seed {seed}, session {session}";
            await using var speaker = new BgpSpeaker(_clock, transport: _network);
            NeighborConfiguration neighbor = Neighbor(random);
            await speaker.ApplyAsync(Configuration(neighbor));
            await Eventually.Get(() => speaker.Status()[0], s => s.State == SessionStateName.Active, $"{where}: it waits for a call");

            var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
            await peer.Expect(MessageType.Open);
            await Talk(random, peer);
            // A header of zeroes is the end of any conversation that has not ended before.
            await SendWhile(peer, new byte[MessageHeader.Size]);
            await Eventually.True(() => peer.Closed, $"{where}: the speaker closes the connection");
            foreach (Notification told in peer.Notifications)
                Assert.DoesNotContain("unknown", told.ToString(), StringComparison.Ordinal);
            Assert.True(peer.Notifications.Count <= 1, $"{where}: {peer.Notifications.Count} NOTIFICATIONs");

            NeighborStatus down = await Eventually.Get(
                () => speaker.Status()[0],
                s => s.State is SessionStateName.Idle or SessionStateName.Active,
                $"{where}: the session is down"
            );
            Assert.False(
                down.LastError is null || down.LastError.Contains("internal error", StringComparison.Ordinal),
                $"{where}: {down.LastError}"
            );
            established += down.TimesEstablished;

            // Held down it stays down: no timer, no attempt, no memory, not even of routes kept over a restart.
            await speaker.ApplyAsync(Configuration(neighbor with { Enabled = false }));
            _clock.Advance(TimeSpan.FromHours(3));
            Assert.Equal(SessionStateName.Idle, speaker.Status()[0].State);
            Rib tables = speaker.TablesOf("main")!;
            Assert.Equal(
                (0, 0, 0, 0),
                (tables.RouteCount(IpFamily.V4), tables.RouteCount(IpFamily.V6), tables.AttributeSets, tables.Peers.Count)
            );
            Assert.Empty(_network.Attempts);
        }
        Assert.InRange(established, 8, 25);
    }

    private static NeighborConfiguration Neighbor(Random random) =>
        new()
        {
            Name = "peer",
            PeerAsn = new Asn(64501),
            PeerAddress = Theirs,
            LocalAddress = Ours,
            Passive = true,
            Families = [IpFamily.V4, IpFamily.V6],
            AddPathReceive = random.Next(3) == 0,
            Role = random.Next(3) == 0 ? BgpRole.Provider : null,
            Import = random.Next(4) == 0 ? null : RoutePolicy.AcceptAll,
            Export = RoutePolicy.AcceptAll,
            MaxPrefixV4 = random.Next(3) == 0 ? new MaxPrefix(20) : null,
        };

    private static SpeakerConfiguration Configuration(NeighborConfiguration neighbor) =>
        new()
        {
            Asn = new Asn(64500),
            RouterId = Ours,
            Listen = [OurEndpoint],
            Instances =
            [
                new InstanceConfiguration { Name = "main", Neighbors = [neighbor with { NextHopV6 = IPAddress.Parse("2001:db8::1") }] },
            ],
        };

    private async Task Talk(Random random, MemoryPeer peer)
    {
        var spoken = new List<byte>();
        if (random.Next(8) > 0)
        {
            spoken.AddRange(
                Wire.Open(
                    OpenMessage.Create(
                        new Asn(64501),
                        (ushort)random.Next(3, 200),
                        7,
                        [
                            Capability.MultiProtocol.Unicast(IpFamily.V4),
                            Capability.MultiProtocol.Unicast(IpFamily.V6),
                            new Capability.RouteRefresh(),
                            new Capability.EnhancedRouteRefresh(),
                            .. random.Next(2) == 0
                                ? [new Capability.GracefulRestart(false, false, 120, [new(1, 1, true)])]
                                : Array.Empty<Capability>(),
                        ]
                    )
                )
            );
            spoken.AddRange(Wire.Keepalive());
        }
        for (int messages = random.Next(30); messages > 0; messages--)
            spoken.AddRange(Message(random));
        for (int at = 0; at < spoken.Count; )
        {
            int length = Math.Min(random.Next(4) == 0 ? random.Next(1, 40) : random.Next(1, 4000), spoken.Count - at);
            if (!await SendWhile(peer, [.. spoken.GetRange(at, length)]))
                return;
            at += length;
            if (random.Next(10) == 0)
                _clock.Advance(TimeSpan.FromSeconds(random.Next(30)));
        }
    }

    private static byte[] Message(Random random)
    {
        IpFamily family = random.Next(2) == 0 ? IpFamily.V4 : IpFamily.V6;
        byte[] message = random.Next(12) switch
        {
            0 => Wire.Keepalive(),
            1 => Wire.Refresh(family, (RefreshKind)random.Next(4)),
            2 => Wire.Message(MessageType.Update, [0, 0, 0, 0]),
            3 when random.Next(4) == 0 => Wire.Notify(new Notification((NotificationCode)random.Next(9), (byte)random.Next(12), [1, 2, 3])),
            4 when random.Next(4) == 0 => Wire.Open(Samples.Open(random)),
            5 => Wire.Message(MessageType.Update, [0, 4, 24, 192, 0, (byte)random.Next(256), 0, 0]),
            _ => Wire.Announce(
                Samples.Attributes(random, family) with
                {
                    AsPath = AsPath.Sequence(new Asn(64501)),
                },
                [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Samples.Prefix(random, family))]
            ),
        };
        if (random.Next(12) == 0)
            message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
        return message;
    }

    /// <returns>False when the speaker has closed the connection.</returns>
    private static async Task<bool> SendWhile(MemoryPeer peer, byte[] bytes)
    {
        try
        {
            await peer.Send(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
