using System.Diagnostics;
using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Speaker;

/// <summary>Peers that misbehave, and many of them, over real TCP.</summary>
public class RobustnessTests
{
    private static NeighborConfiguration Neighbor(IPAddress local, IPAddress peer, uint asn) =>
        new()
        {
            Name = $"{peer}",
            PeerAsn = new Asn(asn),
            PeerAddress = peer,
            LocalAddress = local,
            Passive = true,
            ConnectRetry = TimeSpan.FromMilliseconds(200),
            ConnectRetryMaximum = TimeSpan.FromSeconds(1),
            Import = RoutePolicy.AcceptAll,
            Export = RoutePolicy.AcceptAll,
        };

    private static async Task<(BgpSpeaker Speaker, IPEndPoint Endpoint)> Start(IPAddress local, params NeighborConfiguration[] neighbors)
    {
        var endpoint = new IPEndPoint(local, Interop.LabPlan.FreePort(local));
        var speaker = new BgpSpeaker(TimeProvider.System);
        await speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = new Asn(64500),
                RouterId = local,
                Listen = [endpoint],
                Instances = [new InstanceConfiguration { Name = "main", Neighbors = neighbors }],
            }
        );
        return (speaker, endpoint);
    }

    private static PathAttributes Attributes(IPAddress nextHop, uint asn) =>
        new() { AsPath = AsPath.Sequence(new Asn(asn)), NextHop = nextHop };

    /// <summary>Full UPDATEs of /24s out of 16.0.0.0/4 and up, <paramref name="count"/> prefixes in all.</summary>
    private static IEnumerable<byte[]> Flood(PathAttributes attributes, int count)
    {
        const int PerMessage = 900;
        for (int from = 0; from < count; from += PerMessage)
            yield return Wire.Announce(
                attributes,
                [.. Enumerable.Range(from, Math.Min(PerMessage, count - from)).Select(i => IpPrefix.V4((uint)(0x1000_0000 + (i << 8)), 24))]
            );
    }

    [Fact]
    public async Task A_slow_peer_holds_up_nobody_and_costs_no_memory()
    {
        const int Routes = 100_000;
        IPAddress local = IPAddress.Parse("127.40.0.1"),
            feeder = IPAddress.Parse("127.40.0.2"),
            slow = IPAddress.Parse("127.40.0.3"),
            quick = IPAddress.Parse("127.40.0.4");
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(
            local,
            Neighbor(local, feeder, 64501),
            Neighbor(local, slow, 64502),
            Neighbor(local, quick, 64503)
        );
        await using (speaker)
        {
            // The slow peer brings its session up and then never reads again.
            await using TestPeer mute = await TestPeer.Connect(slow, endpoint, reads: false, receiveBuffer: 4096);
            await mute.Send(Wire.Open(64502, 0, slow));
            await mute.Send(Wire.Keepalive());
            await Eventually.Get(
                () => speaker.Status("main", $"{slow}")!,
                s => s.State == SessionStateName.Established,
                "the slow session is up"
            );
            await using TestPeer reader = await TestPeer.Establish(quick, endpoint, 64503);
            await using TestPeer source = await TestPeer.Establish(feeder, endpoint, 64501);
            // 10 MB of UPDATEs: more than the kernel holds for a socket that nobody reads.
            for (int from = 0; from < Routes; from += 10)
            {
                PathAttributes large = Attributes(feeder, 64501) with
                {
                    Communities = [.. Enumerable.Range(from, 240).Select(c => (uint)c)],
                };
                await source.Send(
                    Wire.Announce(large, [.. Enumerable.Range(from, 10).Select(i => IpPrefix.V4((uint)(0x1000_0000 + (i << 8)), 24))])
                );
            }
            await Eventually.Get(
                () => speaker.Status("main", $"{quick}")!.Families[0].Advertised,
                n => n == Routes,
                "the quick peer has all routes"
            );
            Assert.True(speaker.Status("main", $"{slow}")!.Families[0].Advertised < Routes);
            Assert.Equal(SessionStateName.Established, speaker.Status("main", $"{slow}")!.State);
            long held = GC.GetTotalMemory(forceFullCollection: true);
            // The test's own peer holds what it heard; the speaker's share is far below one message per route and peer.
            Assert.True(held < 250_000_000, $"{held:N0} bytes held");
        }
    }

    [Fact]
    public async Task A_peer_that_opens_and_goes_silent_is_let_go_by_its_hold_time()
    {
        IPAddress local = IPAddress.Parse("127.40.1.1"),
            peer = IPAddress.Parse("127.40.1.2");
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(local, Neighbor(local, peer, 64501));
        await using (speaker)
        {
            await using TestPeer silent = await TestPeer.Connect(peer, endpoint);
            await silent.Send(Wire.Open(64501, 3, peer));
            Notification sent = await silent.HeardNotification();
            Assert.Equal(NotificationCode.HoldTimerExpired, sent.Code);
            Assert.Equal("sent: hold timer expired (4/0)", speaker.Status()[0].LastError);
        }
    }

    [Fact]
    public async Task Garbage_is_answered_and_the_next_connection_is_served()
    {
        IPAddress local = IPAddress.Parse("127.40.2.1"),
            peer = IPAddress.Parse("127.40.2.2");
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(local, Neighbor(local, peer, 64501));
        await using (speaker)
        {
            await using (TestPeer rude = await TestPeer.Connect(peer, endpoint))
            {
                await rude.Send("GET / HTTP/1.1\r\nHost: router\r\n\r\n"u8.ToArray());
                Assert.Equal(new Notification(NotificationCode.MessageHeaderError, 1, []), await rude.HeardNotification());
            }
            await using TestPeer polite = await TestPeer.Establish(peer, endpoint, 64501);
            await Eventually.Get(() => speaker.Status()[0].State, s => s == SessionStateName.Established, "the session is up");
        }
    }

    [Fact]
    public async Task A_malformed_update_withdraws_its_routes_and_keeps_the_session()
    {
        IPAddress local = IPAddress.Parse("127.40.3.1"),
            peer = IPAddress.Parse("127.40.3.2");
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(local, Neighbor(local, peer, 64501));
        await using (speaker)
        {
            await using TestPeer other = await TestPeer.Establish(peer, endpoint, 64501);
            IpPrefix prefix = IpPrefix.Parse("198.51.100.0/24");
            await other.Send(Wire.Announce(Attributes(peer, 64501), prefix));
            await Eventually.Get(() => speaker.Status()[0].Families[0].Accepted, n => n == 1, "the route is there");
            byte[] broken = Wire.Announce(Attributes(peer, 64501), prefix);
            broken[MessageHeader.Size + 4 + 3] = 9; // ORIGIN 9
            await other.Send(broken);
            FamilyStatus family = await Eventually.Get(
                () => speaker.Status()[0].Families[0],
                f => f.Accepted == 0,
                "the route is withdrawn"
            );
            Assert.Equal([KeyValuePair.Create(RefuseReason.MalformedAttributes, 1)], family.Refused);
            Assert.Equal(1, speaker.Status()[0].TimesEstablished);
        }
    }

    [Fact]
    public async Task Questions_are_answered_during_a_flood()
    {
        const int Routes = 400_000;
        IPAddress local = IPAddress.Parse("127.40.4.1"),
            peer = IPAddress.Parse("127.40.4.2");
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(local, Neighbor(local, peer, 64501));
        await using (speaker)
        {
            await using TestPeer source = await TestPeer.Establish(peer, endpoint, 64501);
            Task flood = Task.Run(async () =>
            {
                foreach (byte[] message in Flood(Attributes(peer, 64501), Routes))
                    await source.Send(message);
            });
            TimeSpan worst = TimeSpan.Zero;
            while (speaker.Status()[0].Families.Sum(f => f.Received) < Routes)
            {
                var watch = Stopwatch.StartNew();
                _ = speaker.Status();
                _ = speaker.LocRib("main", new RouteQuery { Limit = 10 });
                worst = watch.Elapsed > worst ? watch.Elapsed : worst;
                if (flood.IsFaulted)
                    await flood;
            }
            await flood;
            Assert.True(worst < TimeSpan.FromSeconds(1), $"the slowest answer took {worst.TotalMilliseconds:0} ms");
        }
    }

    [Fact]
    public async Task A_thousand_sessions_on_one_speaker()
    {
        const int Sessions = 1000;
        IPAddress local = IPAddress.Parse("127.41.0.1");
        IPAddress Peer(int i) => new([127, 42, (byte)(i >> 8), (byte)i]);
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(
            local,
            [.. Enumerable.Range(0, Sessions).Select(i => Neighbor(local, Peer(i), (uint)(4_200_010_000 + i)) with { Export = null })]
        );
        await using (speaker)
        {
            var peers = new TestPeer[Sessions];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Sessions),
                new ParallelOptions { MaxDegreeOfParallelism = 32 },
                async (i, _) =>
                {
                    peers[i] = await TestPeer.Establish(Peer(i), endpoint, (uint)(4_200_010_000 + i));
                    await peers[i]
                        .Send(
                            Wire.Announce(Attributes(Peer(i), (uint)(4_200_010_000 + i)), IpPrefix.V4((uint)(0x2000_0000 + (i << 8)), 24))
                        );
                }
            );
            await Eventually.Get(
                () => speaker.Status().Count(s => s is { State: SessionStateName.Established } && s.Families[0].Accepted == 1),
                n => n == Sessions,
                "all are Established and their routes accepted",
                TimeSpan.FromSeconds(60)
            );
            Assert.Equal(Sessions, speaker.TablesOf("main")!.Reachable(IpFamily.V4));
            foreach (TestPeer peer in peers)
                await peer.DisposeAsync();
            await Eventually.Get(
                () => speaker.TablesOf("main")!.RouteCount(IpFamily.V4),
                n => n == 0,
                "all routes left with their sessions",
                TimeSpan.FromSeconds(60)
            );
        }
    }

    [Fact]
    public async Task A_stranger_is_turned_away()
    {
        IPAddress local = IPAddress.Parse("127.40.5.1"),
            peer = IPAddress.Parse("127.40.5.2");
        (BgpSpeaker speaker, IPEndPoint endpoint) = await Start(local, Neighbor(local, peer, 64501));
        await using (speaker)
        {
            await using TestPeer stranger = await TestPeer.Connect(IPAddress.Parse("127.40.5.9"), endpoint);
            await Eventually.True(() => stranger.Closed, "the stranger's connection is closed");
            Assert.Empty(stranger.Received);
        }
    }
}
