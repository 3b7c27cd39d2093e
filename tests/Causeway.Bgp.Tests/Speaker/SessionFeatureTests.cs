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

/// <summary>Single features of a session, end to end over real TCP.</summary>
public class SessionFeatureTests
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

    private static async Task<IPEndPoint> Apply(
        BgpSpeaker speaker,
        uint asn,
        IPAddress local,
        IpPrefix[] networks,
        params NeighborConfiguration[] neighbors
    )
    {
        var endpoint = new IPEndPoint(local, Interop.LabPlan.FreePort(local));
        await speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = new Asn(asn),
                RouterId = local,
                Listen = [endpoint],
                Instances =
                [
                    new InstanceConfiguration
                    {
                        Name = "main",
                        Networks = networks,
                        Neighbors = neighbors,
                    },
                ],
            }
        );
        return endpoint;
    }

    private static PathAttributes Attributes(IPAddress nextHop, params uint[] path) =>
        new() { AsPath = AsPath.Sequence([.. path.Select(a => new Asn(a))]), NextHop = nextHop };

    private static SessionStateName State(BgpSpeaker speaker, IPAddress peer) => speaker.Status("main", $"{peer}")!.State;

    [Fact]
    public async Task A_well_known_attribute_that_is_not_known_ends_the_session_and_is_named()
    {
        IPAddress local = IPAddress.Parse("127.44.0.1"),
            peer = IPAddress.Parse("127.44.0.2");
        await using var speaker = new BgpSpeaker(TimeProvider.System);
        IPEndPoint endpoint = await Apply(speaker, 64500, local, [], Neighbor(local, peer, 64501));
        await using TestPeer other = await TestPeer.Establish(peer, endpoint, 64501);
        // ORIGIN, AS_PATH 64501, NEXT_HOP, and a well-known attribute 200; 198.51.100.0/24.
        byte[] attributes = Convert.FromHexString("40010100" + "40020602010000FBF5" + "4003047F2C0002" + "40C80207FF");
        byte[] body = [0, 0, 0, (byte)attributes.Length, .. attributes, 24, 198, 51, 100];
        await other.Send(Wire.Message(MessageType.Update, body));
        Assert.Equal(new Notification(NotificationCode.UpdateMessageError, 2, [0x40, 0xC8, 2, 7, 0xFF]), await other.HeardNotification());
    }

    [Fact]
    public async Task Two_speakers_with_ttl_security_exchange_routes()
    {
        IPAddress a = IPAddress.Parse("127.44.1.1"),
            b = IPAddress.Parse("127.44.1.2");
        await using var one = new BgpSpeaker(TimeProvider.System);
        await using var other = new BgpSpeaker(TimeProvider.System);
        IPEndPoint endpoint = await Apply(
            one,
            64500,
            a,
            [IpPrefix.Parse("192.0.2.0/24")],
            Neighbor(a, b, 64501) with
            {
                TtlSecurityHops = 1,
            }
        );
        await Apply(
            other,
            64501,
            b,
            [IpPrefix.Parse("198.51.100.0/24")],
            Neighbor(b, a, 64500) with
            {
                TtlSecurityHops = 1,
                Passive = false,
                PeerPort = endpoint.Port,
            }
        );
        await Eventually.Get(
            () =>
                string.Join(
                    ' ',
                    one.Received("main", $"{b}").Routes.Concat(other.Received("main", $"{a}").Routes).Select(r => $"{r.Prefix}")
                ),
            s => s == "198.51.100.0/24 192.0.2.0/24",
            "both have the other's route"
        );
        // What is sent is counted, routes as well: OPEN, KEEPALIVE, and the UPDATEs with the route and the End-of-RIB.
        MessageCounters messages = await Eventually.Get(() => one.Status()[0].Messages, m => m.UpdatesSent == 2, "two UPDATEs were sent");
        Assert.True(messages.Sent >= 4, $"{messages}");
        Assert.Equal("192.0.2.0/24", $"{Assert.Single(one.Advertised("main", $"{b}")).Prefix}");
    }

    [Fact]
    public async Task What_comes_from_too_far_never_reaches_a_session_with_ttl_security()
    {
        IPAddress local = IPAddress.Parse("127.44.2.1"),
            far = IPAddress.Parse("127.44.2.2"),
            near = IPAddress.Parse("127.44.2.3");
        await using var speaker = new BgpSpeaker(TimeProvider.System);
        IPEndPoint endpoint = await Apply(
            speaker,
            64500,
            local,
            [],
            Neighbor(local, far, 64501) with
            {
                TtlSecurityHops = 1,
            },
            Neighbor(local, near, 64502) with
            {
                TtlSecurityHops = 1,
            }
        );
        // A TTL of 254 is that of a peer one router away.
        await using TestPeer stranger = await TestPeer.Connect(far, endpoint);
        stranger.Ttl = 254;
        await stranger.Heard(MessageType.Open);
        await stranger.Send(Wire.Open(64501, 90, far));
        await stranger.Send(Wire.Keepalive());

        await using TestPeer neighbor = await TestPeer.Connect(near, endpoint);
        neighbor.Ttl = 255;
        await neighbor.Heard(MessageType.Open);
        await neighbor.Send(Wire.Open(64502, 90, near));
        await neighbor.Send(Wire.Keepalive());
        await Eventually.Get(() => State(speaker, near), s => s == SessionStateName.Established, "the near session is up");
        // What the stranger sent before is not even read: the session still waits for its OPEN.
        Assert.Equal(SessionStateName.OpenSent, State(speaker, far));
        // TCP sends it again, now with the right TTL, and nothing else was in the way.
        stranger.Ttl = 255;
        await Eventually.Get(() => State(speaker, far), s => s == SessionStateName.Established, "the other session is up");
    }

    [Fact]
    public async Task Several_paths_of_one_prefix_are_received_and_the_best_is_chosen_and_replaced()
    {
        IPAddress local = IPAddress.Parse("127.44.3.1"),
            server = IPAddress.Parse("127.44.3.2"),
            plain = IPAddress.Parse("127.44.3.3");
        await using var speaker = new BgpSpeaker(TimeProvider.System);
        IPEndPoint endpoint = await Apply(
            speaker,
            64500,
            local,
            [],
            Neighbor(local, server, 64501) with
            {
                AddPathReceive = true,
            },
            Neighbor(local, plain, 64502)
        );
        await using TestPeer reader = await TestPeer.Establish(plain, endpoint, 64502);
        await using TestPeer source = await TestPeer.Connect(server, endpoint);
        var sends = new Capability.AddPath([new(1, 1, 2)]);
        await source.Send(
            Wire.Open(
                OpenMessage.Create(
                    new Asn(64501),
                    90,
                    (uint)(IpPrefix.BitsOf(server) >> 96),
                    [Capability.MultiProtocol.Unicast(IpFamily.V4), sends]
                )
            )
        );
        Assert.Null(OpenMessage.TryParse(await source.Heard(MessageType.Open), out OpenMessage? offered));
        Assert.Equal(new Capability.AddPath([new(1, 1, 1)]), offered!.Find<Capability.AddPath>());
        await source.Send(Wire.Keepalive());

        IpPrefix prefix = IpPrefix.Parse("203.0.113.0/24");
        await source.Send(Wire.Announce(Attributes(server, 64501, 64510, 64511), 7, prefix));
        await source.Send(Wire.Announce(Attributes(server, 64501, 64511), 9, prefix));
        await Eventually.Get(
            () => string.Join(", ", speaker.Received("main", $"{server}").Routes.OrderBy(r => r.PathId).Select(Describe)),
            s => s == "7: 64501 64510 64511, 9: 64501 64511 best",
            "both paths are held and the shorter is best"
        );
        Assert.Equal("9: 64501 64511 best", Describe(Assert.Single(speaker.LocRib("main").Routes)));
        FamilyStatus family = Assert.Single(speaker.Status("main", $"{server}")!.Families);
        Assert.Equal((2, 2), (family.Received, family.Accepted));

        // Only the path that is named goes; the other takes its place, there and at the peers who are told.
        await source.Send(Wire.Withdraw(9, prefix));
        await Eventually.Get(
            () => string.Join(", ", speaker.Received("main", $"{server}").Routes.Select(Describe)),
            s => s == "7: 64501 64510 64511 best",
            "the longer path is left"
        );
        await reader.Heard(MessageType.Update, body => Path(body) == "64500 64501 64510 64511");
    }

    private static string Describe(RouteView route) => $"{route.PathId}: {route.Attributes!.AsPath}{(route.Best ? " best" : "")}";

    private static string? Path(byte[] body)
    {
        var codec = new UpdateCodec();
        return UpdateParser.Parse(body, codec, out UpdateView view) is null && view.Announced.Count > 0
            ? AttributeDecoder.Decode(view, codec).Attributes?.AsPath.ToString()
            : null;
    }
}
