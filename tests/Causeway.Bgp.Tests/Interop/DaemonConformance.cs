using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>What must hold with every daemon. One thin class per daemon runs it; the outcome is docs/bgp-interop.md.</summary>
public abstract class DaemonConformance(string name, int number, Func<LabPlan, Daemon> create)
{
    private async Task Prove(Feature feature, Func<Lab, Task> proof, Func<LabPlan, LabPlan>? change = null)
    {
        LabPlan plan = LabPlan.New(number);
        plan = change is null ? plan : change(plan);
        await using var lab = new Lab(plan, create(plan));
        if (lab.Daemon.Lacks(feature) is string why)
        {
            InteropTable.Record(name, feature, why);
            return;
        }
        await proof(lab);
        InteropTable.Record(name, feature, "yes");
    }

    [Fact]
    public Task Session_up_when_the_daemon_opens() =>
        Prove(
            Feature.DaemonOpens,
            async lab =>
            {
                await lab.Up();
                Assert.False(lab.Status.OpenedByUs);
            }
        );

    [Fact]
    public Task Session_up_when_we_open() =>
        Prove(
            Feature.WeOpen,
            async lab =>
            {
                await lab.Up();
                Assert.True(lab.Status.OpenedByUs);
            },
            plan => plan with { DaemonPassive = true }
        );

    [Fact]
    public Task Routes_of_both_families_go_both_ways() =>
        Prove(
            Feature.RoutesBothWays,
            async lab =>
            {
                await lab.Up();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await lab.DaemonShows($"{LabPlan.OurV4}", $"{LabPlan.OurV6}");
            }
        );

    [Fact]
    public Task Md5_lets_the_right_key_in_and_no_other() =>
        Prove(
            Feature.Md5,
            async lab =>
            {
                await lab.Apply(lab.Neighbor with { Md5Key = "not-the-key" });
                await lab.Daemon.Start();
                // The daemon's segments are dropped by the kernel: no OPEN ever comes, however often it tries.
                await Eventually.Get(() => lab.Status, s => s.State is SessionStateName.Active or SessionStateName.Connect, "we wait");
                await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
                Assert.Equal(0, lab.Status.TimesEstablished);
                Assert.Equal(0, lab.Status.Messages.Received);
                await lab.Apply(lab.Neighbor);
                await lab.Established();
            },
            plan => plan with { Md5Key = "correct-horse" }
        );

    [Fact]
    public Task Four_octet_asns_are_whole_on_both_sides() =>
        Prove(
            Feature.FourOctetAsn,
            async lab =>
            {
                await lab.Up();
                RouteView[] routes = await Received(lab, LabPlan.DaemonV4);
                Assert.Equal($"{LabPlan.DaemonAsn}", routes[0].Attributes!.AsPath);
                await lab.DaemonShows($"{LabPlan.OurAsn}");
            }
        );

    [Fact]
    public Task Communities_of_three_kinds_pass_unharmed() =>
        Prove(
            Feature.Communities,
            async lab =>
            {
                await lab.Up();
                await using TestPeer source = await TestPeer.Establish(lab.SourceAddress, lab.SpeakerEndpoint, Lab.SourceAsn);
                var attributes = new PathAttributes
                {
                    AsPath = AsPath.Sequence(new Asn(Lab.SourceAsn)),
                    NextHop = lab.SourceAddress,
                    Communities = [Community.Of(64888, 7)],
                    ExtendedCommunities = [new ExtendedCommunity(0x0002_FD78_0000_0008)],
                    LargeCommunities = [new Causeway.Bgp.Messages.LargeCommunity(4_200_000_009, 8, 9)],
                };
                await source.Send(Wire.Announce(attributes, LabPlan.Relayed));
                string seen = await lab.DaemonShows($"{LabPlan.Relayed}");
                AssertCommunity(seen, "64888:7", "64888,7", "[64888,7]", "[ 64888, 7 ]");
                AssertCommunity(seen, "RT:64888:8", "rt, 64888, 8", "rt 64888:8", "64888:8", "target:64888:8");
                AssertCommunity(seen, "4200000009:8:9", "4200000009, 8, 9", "[ 4200000009, 8 , 9 ]", "[ 4200000009, 8, 9 ]");

                // And from the daemon: into our table, and through it to the third party.
                RouteAttributes ours = (await Received(lab, LabPlan.DaemonV4))[0].Attributes!;
                Assert.Contains(Community.Of(64999, 17), ours.Communities);
                Assert.Contains(LabPlan.ExtendedCommunity, ours.ExtendedCommunities);
                Assert.Contains(LabPlan.LargeCommunity, ours.LargeCommunities.Select(c => c.ToString()));
                PathAttributes passed = await PassedOn(source, LabPlan.DaemonV4);
                Assert.Contains(Community.Of(64999, 17), passed.Communities);
                Assert.Contains(new ExtendedCommunity(LabPlan.ExtendedCommunity), passed.ExtendedCommunities);
                Assert.Contains(LabPlan.LargeCommunity, passed.LargeCommunities.Select(c => c.ToString()));
            }
        );

    [Fact]
    public Task Route_refresh_asked_by_us_is_answered() =>
        Prove(
            Feature.RouteRefreshByUs,
            async lab =>
            {
                await lab.Up();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                long before = lab.Status.Messages.UpdatesReceived;
                Assert.True(lab.Speaker.RequestRefresh("main", "daemon"));
                await Eventually.Get(() => lab.Status.Messages.UpdatesReceived, n => n >= before + 2, $"more UPDATEs than {before}");
                lab.AssertNeverReset();
            }
        );

    [Fact]
    public Task Route_refresh_asked_by_the_daemon_is_answered() =>
        Prove(
            Feature.RouteRefreshByDaemon,
            async lab =>
            {
                await lab.Up();
                await lab.DaemonShows($"{LabPlan.OurV4}", $"{LabPlan.OurV6}");
                await lab.Daemon.AskForRefresh();
                await Eventually.Get(() => lab.Status.Messages.RefreshesReceived, n => n >= 1, "the daemon's ROUTE-REFRESH arrives");
                await lab.DaemonShows($"{LabPlan.OurV4}");
                lab.AssertNeverReset();
            }
        );

    [Fact]
    public Task Max_prefix_ends_the_session_and_it_comes_back() =>
        Prove(
            Feature.MaxPrefix,
            async lab =>
            {
                await lab.Apply(lab.Neighbor with { MaxPrefixV4 = new MaxPrefix(0, Restart: TimeSpan.FromSeconds(2)) });
                await lab.Daemon.Start();
                NeighborStatus down = await Eventually.Get(
                    () => lab.Status,
                    s => s.TimesEstablished >= 1 && s.State == SessionStateName.Idle,
                    "max-prefix takes the session down"
                );
                Assert.Equal(NotificationCode.Cease, down.LastSent?.Code);
                Assert.Equal((byte)CeaseReason.MaximumPrefixesReached, down.LastSent?.Subcode);
                await lab.Apply(lab.Neighbor with { MaxPrefixV4 = new MaxPrefix(10) });
                await lab.Established(times: 2);
                await Received(lab, LabPlan.DaemonV4);
            }
        );

    [Fact]
    public Task Graceful_shutdown_marks_routes_without_a_reset() =>
        Prove(
            Feature.GracefulShutdown,
            async lab =>
            {
                await lab.Up();
                await lab.DaemonShows($"{LabPlan.OurV4}");
                await lab.Apply(lab.Neighbor with { GracefulShutdown = true });
                await Eventually.Get(
                    lab.Daemon.RoutesFromUs,
                    s =>
                        new[]
                        {
                            "65535:0",
                            "(65535,0)",
                            "graceful-shutdown",
                            "planned-shut",
                            "GRACEFUL_SHUTDOWN",
                            "gracefulShutdown",
                            "[ 65535, 0 ]",
                        }.Any(s.Contains),
                    "the daemon shows GRACEFUL_SHUTDOWN"
                );
                lab.AssertNeverReset();
            }
        );

    [Fact]
    public Task Our_reason_reaches_the_daemon() =>
        Prove(
            Feature.ReasonFromUs,
            async lab =>
            {
                await lab.Up();
                await lab.Apply(lab.Neighbor with { Enabled = false, ShutdownReason = "card swap at noon" });
                string[] forms = ["card swap at noon", Convert.ToHexString("card swap at noon"u8)];
                await Eventually.Get(
                    lab.Daemon.LastError,
                    s => forms.Any(f => s.Contains(f, StringComparison.OrdinalIgnoreCase)),
                    "the daemon tells our reason"
                );
            }
        );

    [Fact]
    public Task The_daemons_reason_reaches_us() =>
        Prove(
            Feature.ReasonFromDaemon,
            async lab =>
            {
                await lab.Up();
                await lab.Daemon.ShutDownSession("fibre-work");
                NeighborStatus down = await lab.Down();
                Assert.Equal("received: administrative shutdown (6/2): \"fibre-work\"", down.LastError);
            }
        );

    [Fact]
    public Task A_killed_daemon_comes_back() =>
        Prove(
            Feature.DaemonKilled,
            async lab =>
            {
                await lab.Up();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await lab.Daemon.Kill();
                await lab.Down();
                await Eventually.Get(() => lab.Speaker.TablesOf("main")!.RouteCount(IpFamily.V4), n => n == 1, "its routes are gone");
                await lab.Daemon.Start();
                await lab.Established(times: 2);
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
            }
        );

    [Fact]
    public Task We_come_back_after_a_restart() =>
        Prove(
            Feature.WeRestart,
            async lab =>
            {
                await lab.Up();
                await lab.DaemonShows($"{LabPlan.OurV4}");
                await lab.RestartSpeaker();
                await lab.Established();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await lab.DaemonShows($"{LabPlan.OurV4}", $"{LabPlan.OurV6}");
            }
        );

    /// <summary>Waits for routes of the daemon, and gives them in the order asked for.</summary>
    private static Task<RouteView[]> Received(Lab lab, params IpPrefix[] prefixes) =>
        Eventually.Get(
            () =>
                prefixes
                    .Select(p => lab.Received.FirstOrDefault(r => r.Prefix == p && r.Attributes is not null))
                    .OfType<RouteView>()
                    .ToArray(),
            routes => routes.Length == prefixes.Length,
            $"we have {string.Join(" and ", prefixes)}"
        );

    private static void AssertCommunity(string seen, params string[] forms) =>
        Assert.True(forms.Any(seen.Contains), $"None of [{string.Join(" | ", forms)}] in:\n{seen}");

    private static async Task<PathAttributes> PassedOn(TestPeer peer, IpPrefix prefix)
    {
        PathAttributes? found = null;
        await peer.Heard(
            MessageType.Update,
            body =>
            {
                if (UpdateParser.Parse(body, new UpdateCodec(), out UpdateView view) is not null)
                    return false;
                foreach (Nlri nlri in view.Announced)
                    if (nlri.Prefix == prefix)
                        found = AttributeDecoder.Decode(view, new UpdateCodec()).Attributes;
                return found is not null;
            }
        );
        return found!;
    }
}
