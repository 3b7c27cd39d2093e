using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Speaker;

/// <summary>Two speakers of ours over real TCP on loopback.</summary>
public class TwoSpeakersTests
{
    private static readonly IPAddress A = IPAddress.Parse("127.21.0.1");
    private static readonly IPAddress B = IPAddress.Parse("127.21.0.2");

    private static NeighborConfiguration Neighbor(IPAddress local, IPAddress peer, uint asn, int port) =>
        new()
        {
            Name = "peer",
            PeerAsn = new Asn(asn),
            PeerAddress = peer,
            LocalAddress = local,
            PeerPort = port,
            ConnectRetry = TimeSpan.FromMilliseconds(200),
            ConnectRetryMaximum = TimeSpan.FromSeconds(1),
            Families = [IpFamily.V4, IpFamily.V6],
            NextHopV6 = IPAddress.Parse("2001:db8::1"),
            Import = RoutePolicy.AcceptAll,
            Export = RoutePolicy.AcceptAll,
        };

    private static SpeakerConfiguration Speaker(
        IPAddress local,
        uint asn,
        int port,
        NeighborConfiguration neighbor,
        params string[] networks
    ) =>
        new()
        {
            Asn = new Asn(asn),
            RouterId = local,
            Listen = [new IPEndPoint(local, port)],
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = "main",
                    Networks = [.. networks.Select(n => IpPrefix.Parse(n))],
                    Neighbors = [neighbor],
                },
            ],
        };

    private static Task<NeighborStatus> Established(BgpSpeaker speaker) =>
        Eventually.Get(() => speaker.Status()[0], s => s.State == SessionStateName.Established, "session is up");

    [Fact]
    public async Task Routes_of_both_families_go_both_ways_and_leave_with_the_session()
    {
        await using var a = new BgpSpeaker(TimeProvider.System);
        await using var b = new BgpSpeaker(TimeProvider.System);
        NeighborConfiguration toB = Neighbor(A, B, 4_200_000_002, 21790) with { Md5Key = "secret" };
        NeighborConfiguration toA = Neighbor(B, A, 64501, 21790) with { Md5Key = "secret" };
        SpeakerConfiguration configurationB = Speaker(B, 4_200_000_002, 21790, toA, "198.51.100.0/24", "2001:db8:b::/48");
        await a.ApplyAsync(Speaker(A, 64501, 21790, toB, "192.0.2.0/24", "2001:db8:a::/48"));
        await b.ApplyAsync(configurationB);
        await Established(a);
        await Established(b);
        await Eventually.Get(
            () => string.Join(' ', a.Received("main", "peer").Routes.Select(r => $"{r.Prefix}:{r.Attributes?.AsPath}")),
            s => s == "198.51.100.0/24:4200000002 2001:db8:b::/48:4200000002",
            "A has B's routes"
        );
        await Eventually.Get(() => b.Received("main", "peer").Routes.Count, n => n == 2, "B has A's routes");

        await b.ApplyAsync(
            configurationB with
            {
                Instances =
                [
                    configurationB.Instances[0] with
                    {
                        Neighbors = [toA with { Enabled = false, ShutdownReason = "maintenance" }],
                    },
                ],
            }
        );
        NeighborStatus down = await Eventually.Get(
            () => a.Status()[0],
            s => s.State != SessionStateName.Established,
            "A sees the shutdown"
        );
        Assert.Equal("received: administrative shutdown (6/2): \"maintenance\"", down.LastError);
        await Eventually.Get(() => a.TablesOf("main")!.RouteCount(IpFamily.V4), n => n == 1, "only A's own route is left");

        await b.ApplyAsync(configurationB);
        await Established(a);
    }
}
