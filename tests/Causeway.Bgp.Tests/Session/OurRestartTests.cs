using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Session;

/// <summary>The restarting speaker of RFC 4724 §4.1: how it goes, how it comes back, and whom it waits for. In memory, under a clock that only the test moves.</summary>
public class OurRestartTests
{
    private static readonly IPAddress Ours = IPAddress.Parse("192.0.2.1");
    private static readonly IPEndPoint OurEndpoint = new(Ours, 179);
    private static readonly IpPrefix Own = IpPrefix.Parse("203.0.113.0/24");

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryNetwork _network = new();

    private static IPAddress Address(int peer) => IPAddress.Parse($"192.0.2.{10 + peer}");

    private static NeighborConfiguration Neighbor(int number) =>
        new()
        {
            Name = $"peer{number}",
            PeerAsn = new Asn(64500 + (uint)number),
            PeerAddress = Address(number),
            LocalAddress = Ours,
            HoldTime = TimeSpan.FromSeconds(900),
            Passive = true,
            GracefulRestart = new GracefulRestart(TimeSpan.FromSeconds(120)),
            Import = RoutePolicy.AcceptAll,
            Export = RoutePolicy.AcceptAll,
        };

    private async Task<BgpSpeaker> Start(RestartRecovery? recovery, params NeighborConfiguration[] neighbors)
    {
        var speaker = new BgpSpeaker(_clock, transport: _network, recovery: recovery);
        await speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = new Asn(64500),
                RouterId = Ours,
                Listen = [OurEndpoint],
                Instances =
                [
                    new InstanceConfiguration
                    {
                        Name = "main",
                        Networks = [Own],
                        Neighbors = neighbors,
                    },
                ],
            }
        );
        return speaker;
    }

    /// <returns>The peer, and what we said of graceful restart in our OPEN.</returns>
    private async Task<(MemoryPeer Peer, Capability.GracefulRestart Offer)> Establish(
        BgpSpeaker speaker,
        int number,
        bool knowsRestart = true,
        bool restarted = false
    )
    {
        var peer = new MemoryPeer(_network.Dial(Address(number), OurEndpoint));
        Assert.Null(OpenMessage.TryParse(await peer.Expect(MessageType.Open), out OpenMessage? open));
        Capability[] capabilities =
        [
            Capability.MultiProtocol.Unicast(IpFamily.V4),
            .. knowsRestart ? [new Capability.GracefulRestart(restarted, false, 60, [new(1, 1, true)])] : Array.Empty<Capability>(),
        ];
        await peer.Send(Wire.Open(OpenMessage.Create(new Asn(64500 + (uint)number), 900, (uint)number, [.. capabilities])));
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Keepalive());
        await Eventually.Get(
            () => speaker.Status("main", $"peer{number}")!.State,
            s => s == SessionStateName.Established,
            "the session is up"
        );
        return (peer, open!.Find<Capability.GracefulRestart>()!);
    }

    private static readonly byte[] EndOfRib = Wire.Message(MessageType.Update, [0, 0, 0, 0]);

    /// <summary>Nothing more than an answer to a KEEPALIVE of the peer shows that nothing is on its way; the tables are asked instead.</summary>
    private static int Sent(BgpSpeaker speaker, int peer) => (int)speaker.Status("main", $"peer{peer}")!.Messages.UpdatesSent;

    private static async Task Announce(BgpSpeaker speaker, MemoryPeer peer, int number, IpPrefix prefix)
    {
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64500 + (uint)number)), NextHop = Address(number) };
        await peer.Send(Wire.Announce(attributes, prefix));
        await Eventually.Get(() => speaker.Status("main", $"peer{number}")!.Families[0].Accepted, n => n == 1, "the route is in the table");
    }

    [Fact]
    public async Task Peers_that_keep_our_routes_hear_no_notification_and_the_others_do()
    {
        BgpSpeaker speaker = await Start(null, Neighbor(1), Neighbor(2), Neighbor(3) with { GracefulRestart = null });
        (MemoryPeer keeps, Capability.GracefulRestart offer) = await Establish(speaker, 1);
        Assert.Equal((false, 120, new(1, 1, true)), (offer.Restarted, offer.Time, Assert.Single(offer.Families)));
        (MemoryPeer ignorant, _) = await Establish(speaker, 2, knowsRestart: false);
        (MemoryPeer notAsked, offer) = await Establish(speaker, 3);
        Assert.Equal((false, 0, true), (offer.Restarted, offer.Time, offer.Families.IsEmpty));

        Assert.Equal([("main", "peer1")], await speaker.StopForRestartAsync());
        foreach (MemoryPeer peer in (MemoryPeer[])[keeps, ignorant, notAsked])
            await Eventually.True(() => peer.Closed, "the connection is closed");
        Assert.Empty(keeps.Notifications);
        foreach (MemoryPeer peer in (MemoryPeer[])[ignorant, notAsked])
            Assert.Equal((byte)CeaseReason.AdministrativeReset, Assert.Single(peer.Notifications).Subcode);
    }

    [Fact]
    public async Task Nothing_is_announced_before_each_peer_has_said_what_it_has()
    {
        await using BgpSpeaker speaker = await Start(new RestartRecovery(TimeSpan.FromSeconds(60)), Neighbor(1), Neighbor(2), Neighbor(3));
        (MemoryPeer one, Capability.GracefulRestart offer) = await Establish(speaker, 1);
        Assert.True(offer.Restarted);
        (MemoryPeer two, _) = await Establish(speaker, 2);
        // One that has restarted itself waits for us: we must not wait for it (RFC 4724 §4.1).
        (MemoryPeer three, _) = await Establish(speaker, 3, restarted: true);
        await Announce(speaker, one, 1, IpPrefix.Parse("198.51.100.0/24"));
        await one.Send(EndOfRib);
        await Eventually.True(() => speaker.Status("main", "peer1")!.Families[0].EndOfRib, "the End-of-RIB has come");
        await Announce(speaker, two, 2, IpPrefix.Parse("198.51.100.0/24"));
        Assert.Equal([0, 0, 0], [Sent(speaker, 1), Sent(speaker, 2), Sent(speaker, 3)]);

        await two.Send(EndOfRib);
        // Now all: first what is best, then the End-of-RIB.
        foreach (MemoryPeer peer in (MemoryPeer[])[two, three])
        {
            Assert.EndsWith("24,198,51,100", string.Join(',', (await Last(peer)).SelectMany(b => b)), StringComparison.Ordinal);
        }
        static async Task<List<byte[]>> Last(MemoryPeer peer)
        {
            var heard = new List<byte[]>();
            for (byte[] body = await peer.Expect(MessageType.Update); body.Length > 4; body = await peer.Expect(MessageType.Update))
                heard.Add(body);
            heard.Sort((a, b) => a[^2].CompareTo(b[^2]));
            return heard;
        }
    }

    [Fact]
    public async Task Those_who_do_not_come_are_waited_for_no_longer_than_said()
    {
        await using BgpSpeaker speaker = await Start(new RestartRecovery(TimeSpan.FromSeconds(60)), Neighbor(1), Neighbor(2));
        (MemoryPeer one, _) = await Establish(speaker, 1);
        await one.Send(EndOfRib);
        await Eventually.True(() => speaker.Status("main", "peer1")!.Families[0].EndOfRib, "the End-of-RIB has come");
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, Sent(speaker, 1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await one.Expect(MessageType.Update);
        // A peer that comes later, but before it has let go of our routes, still hears that we have restarted; after that it does not.
        (MemoryPeer two, Capability.GracefulRestart offer) = await Establish(speaker, 2);
        Assert.True(offer.Restarted);
        await two.Close();
        await Eventually.Get(() => speaker.Status("main", "peer2")!.State, s => s == SessionStateName.Idle, "the session is down");
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.Get(() => speaker.Status("main", "peer2")!.State, s => s == SessionStateName.Active, "we wait for it");
        Assert.False((await Establish(speaker, 2)).Offer.Restarted);
    }

    [Theory]
    [InlineData("not kept")]
    [InlineData("disabled")]
    [InlineData("knows nothing of it")]
    [InlineData("taken out")]
    public async Task Those_who_have_nothing_of_ours_are_not_waited_for(string why)
    {
        NeighborConfiguration other = Neighbor(2) with { Enabled = why != "disabled" };
        var recovery = new RestartRecovery(TimeSpan.FromHours(1), why == "not kept" ? [("main", "peer1")] : null);
        await using BgpSpeaker speaker = await Start(recovery, Neighbor(1), other);
        (MemoryPeer one, _) = await Establish(speaker, 1);
        await one.Send(EndOfRib);
        if (why == "knows nothing of it")
            await Establish(speaker, 2, knowsRestart: false);
        if (why == "taken out")
            await speaker.ApplyAsync(
                new SpeakerConfiguration
                {
                    Asn = new Asn(64500),
                    RouterId = Ours,
                    Listen = [OurEndpoint],
                    Instances =
                    [
                        new InstanceConfiguration
                        {
                            Name = "main",
                            Networks = [Own],
                            Neighbors = [Neighbor(1)],
                        },
                    ],
                }
            );
        await one.Expect(MessageType.Update);
    }

    [Fact]
    public async Task A_speaker_that_nobody_knew_waits_for_nobody()
    {
        await using BgpSpeaker speaker = await Start(null, Neighbor(1), Neighbor(2));
        (MemoryPeer one, Capability.GracefulRestart offer) = await Establish(speaker, 1);
        Assert.False(offer.Restarted);
        await one.Expect(MessageType.Update);
    }
}
