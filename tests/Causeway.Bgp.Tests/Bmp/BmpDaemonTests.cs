using System.Net;
using Causeway.Bgp.Bmp;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Interop;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Bmp;

/// <summary>Routers of others report to our station what our speaker has told them.</summary>
public sealed class BmpDaemonTests
{
    private static readonly IpPrefix[] Networks =
    [
        IpPrefix.Parse("203.0.113.0/24"),
        IpPrefix.Parse("198.51.100.0/25"),
        IpPrefix.Parse("2001:db8:77::/48"),
    ];

    [Fact]
    public Task FRR_reports() => Prove(LabPlan.New(41), (plan, port) => new FrrWithBmp(plan, port), BmpTable.AdjRibInAfterPolicy);

    [Fact]
    public Task GoBGP_reports() => Prove(LabPlan.New(42), (plan, port) => new GoBgpWithBmp(plan, port), BmpTable.AdjRibInAfterPolicy);

    private static async Task Prove(LabPlan plan, Func<LabPlan, int, Daemon> create, BmpTable second)
    {
        await using var station = new BmpStation(new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System);
        await using Daemon daemon = create(plan, station.Local.Port);
        await using var speaker = new BgpSpeaker(TimeProvider.System);
        await speaker.ApplyAsync(Configuration(plan, Networks));
        await daemon.Start();
        try
        {
            BmpRouter router = (
                await Eventually.Get(
                    () => station.Routers is [BmpRouter only] ? only : null,
                    r => r?.Peers.Any(p => p.Up) == true,
                    "the router reports a session"
                )
            )!;
            foreach (BmpTable table in (BmpTable[])[BmpTable.AdjRibIn, second])
                await Eventually.Get(() => Reported(router, table), seen => seen == Text(Networks), $"{table} holds our routes");
            RouteView route = router.Tables(BmpTable.AdjRibIn)!.Routes(new RouteQuery { Exactly = Networks[0] }).Routes.Single();
            // FRR 8.4 reports the path as it would announce it, with its own ASN in front.
            Assert.Matches($"^({LabPlan.DaemonAsn} )?{LabPlan.OurAsn}$", route.Attributes!.AsPath);
            BmpPeerStatus peer = router.Peers.Single(p => p.Up && p.Header.Type == 0);
            Assert.Equal((plan.OurAddress, new Asn(LabPlan.OurAsn)), (peer.Header.Address, peer.Header.Asn));

            await speaker.ApplyAsync(Configuration(plan, Networks[..1]));
            await Eventually.Get(
                () => Reported(router, BmpTable.AdjRibIn),
                seen => seen == Text(Networks[..1]),
                "withdrawals are reported"
            );
            await speaker.ApplyAsync(Configuration(plan, []) with { Instances = [] });
            await Eventually.True(() => router.Peers.All(p => !p.Up || p.Header.Type != 0), "the session is reported down");
            Assert.Empty(Reported(router, BmpTable.AdjRibIn));
            Assert.True(router.Faults == 0, router.LastFault);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{daemon.Output}");
        }
    }

    private static string Text(IEnumerable<IpPrefix> prefixes) => string.Join(' ', prefixes.Order());

    private static string Reported(BmpRouter router, BmpTable table) =>
        Text(router.Tables(table)?.Routes(new RouteQuery()).Routes.Select(r => r.Prefix) ?? []);

    private static SpeakerConfiguration Configuration(LabPlan plan, IReadOnlyList<IpPrefix> networks) =>
        new()
        {
            Asn = new Asn(LabPlan.OurAsn),
            RouterId = plan.OurAddress,
            Listen = [new IPEndPoint(plan.OurAddress, plan.OurPort)],
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = "main",
                    Networks = [.. networks],
                    Neighbors =
                    [
                        new NeighborConfiguration
                        {
                            Name = "daemon",
                            PeerAsn = new Asn(LabPlan.DaemonAsn),
                            PeerAddress = plan.DaemonAddress,
                            PeerPort = plan.DaemonPort,
                            LocalAddress = plan.OurAddress,
                            Passive = true,
                            Families = [IpFamily.V4, IpFamily.V6],
                            NextHopV4 = IPAddress.Parse("203.0.113.1"),
                            NextHopV6 = IPAddress.Parse("2001:db8::1"),
                            Import = RoutePolicy.AcceptAll,
                            Export = RoutePolicy.AcceptAll,
                        },
                    ],
                },
            ],
        };

    private abstract class Reporter(LabPlan plan) : Daemon(plan)
    {
        public override Task<string> RoutesFromUs() => Task.FromResult(Output);

        public override Task ShutDownSession(string reason) => throw new NotSupportedException();

        public override Task AskForRefresh() => throw new NotSupportedException();
    }

    private sealed class FrrWithBmp(LabPlan plan, int station) : Reporter(plan)
    {
        protected override (string, string[]) Prepare()
        {
            string file = Write(
                "bgpd.conf",
                $"""
                hostname frr-lab
                router bgp {LabPlan.DaemonAsn}
                 bgp router-id {Plan.DaemonAddress}
                 no bgp ebgp-requires-policy
                 neighbor {Plan.OurAddress} remote-as {LabPlan.OurAsn}
                 neighbor {Plan.OurAddress} port {Plan.OurPort}
                 neighbor {Plan.OurAddress} update-source {Plan.DaemonAddress}
                 neighbor {Plan.OurAddress} disable-connected-check
                 neighbor {Plan.OurAddress} timers connect 1
                 address-family ipv4 unicast
                  neighbor {Plan.OurAddress} soft-reconfiguration inbound
                 exit-address-family
                 address-family ipv6 unicast
                  neighbor {Plan.OurAddress} activate
                  neighbor {Plan.OurAddress} soft-reconfiguration inbound
                 exit-address-family
                 bmp targets station
                  bmp stats interval 1000
                  bmp monitor ipv4 unicast pre-policy
                  bmp monitor ipv4 unicast post-policy
                  bmp monitor ipv6 unicast pre-policy
                  bmp monitor ipv6 unicast post-policy
                  bmp connect 127.0.0.1 port {station} min-retry 100 max-retry 1000
                 exit
                exit
                """
            );
            string[] arguments =
            [
                "-f",
                file,
                "-M",
                "bmp",
                "-p",
                $"{Plan.DaemonPort}",
                "-l",
                $"{Plan.DaemonAddress}",
                "-n",
                "-S",
                "-Z",
                "-P",
                "0",
            ];
            return ("/usr/lib/frr/bgpd", [.. arguments, "-i", Path.Combine(Folder, "bgpd.pid"), "--vty_socket", Folder, "--log", "stdout"]);
        }
    }

    private sealed class GoBgpWithBmp(LabPlan plan, int station) : Reporter(plan)
    {
        protected override (string, string[]) Prepare()
        {
            string file = Write(
                "gobgpd.toml",
                $"""
                [global.config]
                  as = {LabPlan.DaemonAsn}
                  router-id = "{Plan.DaemonAddress}"
                  port = {Plan.DaemonPort}
                  local-address-list = ["{Plan.DaemonAddress}"]
                [[bmp-servers]]
                  [bmp-servers.config]
                    address = "127.0.0.1"
                    port = {station}
                    route-monitoring-policy = "all"
                [[neighbors]]
                  [neighbors.config]
                    peer-as = {LabPlan.OurAsn}
                    neighbor-address = "{Plan.OurAddress}"
                  [neighbors.timers.config]
                    connect-retry = 5
                  [neighbors.transport.config]
                    remote-port = {Plan.OurPort}
                    local-address = "{Plan.DaemonAddress}"
                  [neighbors.ebgp-multihop.config]
                    enabled = true
                    multihop-ttl = 64
                  [[neighbors.afi-safis]]
                    [neighbors.afi-safis.config]
                      afi-safi-name = "ipv4-unicast"
                  [[neighbors.afi-safis]]
                    [neighbors.afi-safis.config]
                      afi-safi-name = "ipv6-unicast"
                """
            );
            return ("gobgpd", ["-f", file, "--api-hosts", $"127.0.0.1:{Plan.ControlPort}", "--pprof-disable", "-l", "debug"]);
        }
    }
}
