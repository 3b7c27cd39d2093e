using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>What must hold with every daemon. One thin class per daemon runs it; the outcome is docs/bgp-interop.md.</summary>
public abstract class DaemonConformance(string name, int number, Func<LabPlan, Daemon> create)
{
    /// <param name="variants">The proof must hold in each; without any, on the plan as it is.</param>
    private async Task Prove(Feature feature, Func<Lab, Task> proof, params Func<LabPlan, LabPlan>[] variants)
    {
        string? lacks = null;
        foreach (Func<LabPlan, LabPlan> variant in variants.Length == 0 ? [plan => plan] : variants)
        {
            LabPlan plan = variant(LabPlan.New(number));
            await using var lab = new Lab(plan, create(plan));
            lacks = lab.Daemon.Lacks(feature);
            if (lacks is null)
                await proof(lab);
        }
        InteropTable.Record(name, feature, lacks ?? "yes");
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
                // The daemon's SYN is dropped by our kernel, and again when its own sends it once more: no connection, no OPEN.
                await Unacknowledged(lab, times: 1);
                Assert.True(lab.Status.State is SessionStateName.Active or SessionStateName.Connect, $"{lab.Status.State}");
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
    public Task A_member_of_our_route_server_has_routes_as_other_members_sent_them() =>
        Prove(
            Feature.RouteServerClient,
            async lab =>
            {
                await lab.Apply(lab.Neighbor with { RouteServerClient = true });
                await lab.Daemon.Start();
                await lab.Established();
                await using TestPeer source = await TestPeer.Establish(lab.SourceAddress, lab.SpeakerEndpoint, Lab.SourceAsn);
                var attributes = new PathAttributes
                {
                    AsPath = AsPath.Sequence(new Asn(Lab.SourceAsn), new Asn(64_800)),
                    NextHop = IPAddress.Parse("203.0.113.77"),
                    Med = 1717,
                    Communities = [Community.Of(64888, 7), Community.Of(0, 64_999)],
                    LargeCommunities =
                    [
                        new Causeway.Bgp.Messages.LargeCommunity(LabPlan.OurAsn, 101, LabPlan.DaemonAsn),
                        new Causeway.Bgp.Messages.LargeCommunity(LabPlan.OurAsn, 0, 64_999),
                    ],
                };
                await source.Send(Wire.Announce(attributes, LabPlan.Relayed));
                string seen = await lab.DaemonShows($"{LabPlan.Relayed}", "203.0.113.77", "1717");
                AssertCommunity(seen, "64777 64777 64800", "64777, 64777, 64800");
                AssertCommunity(seen, "64888:7", "64888,7", "[64888,7]", "[ 64888, 7 ]");
                Assert.DoesNotContain($"{LabPlan.OurAsn} 64777", seen, StringComparison.Ordinal);
                foreach (
                    string own in (string[])["0:64999", "(0,64999)", "[ 0, 64999 ]", $"{LabPlan.OurAsn}:101", $"{LabPlan.OurAsn}, 101"]
                )
                    Assert.DoesNotContain(own, seen, StringComparison.Ordinal);

                // Now the other member keeps it from this one.
                await source.Send(
                    Wire.Announce(
                        attributes with
                        {
                            LargeCommunities = [new Causeway.Bgp.Messages.LargeCommunity(LabPlan.OurAsn, 0, LabPlan.DaemonAsn)],
                        },
                        LabPlan.Relayed
                    )
                );
                await Eventually.Get(() => lab.Speaker.Advertised("main", "daemon").Count, n => n == 0, "the daemon is told to forget it");
                if (lab.Daemon.HasTable)
                    await Eventually.Get(
                        lab.Daemon.RoutesFromUs,
                        s => !s.Contains("203.0.113.77", StringComparison.Ordinal),
                        "the daemon has forgotten it"
                    );
                lab.AssertNeverReset();
            },
            plan => plan with { With = Feature.RouteServerClient }
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

    /// <summary>The daemon's identifier is higher, then lower than ours: who has the higher one keeps the connection that it opened.</summary>
    [Fact]
    public Task Of_two_connections_at_once_one_stays() =>
        Prove(
            Feature.Collision,
            async lab =>
            {
                await using var between = new Crossing(lab.Plan);
                await lab.Apply(lab.Neighbor with { Passive = false, PeerPort = between.PortForUs });
                await lab.Daemon.Start();
                await between.BothOpen;
                await lab.Established();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await Eventually.Get(() => between.Standing, n => n == 1, "one of the two connections stands");
                bool oursIsHigher = !lab.Plan.OurIdentifier.Equals(lab.Plan.OurAddress);
                if (lab.Daemon.LetsBothOpen)
                    Assert.True(oursIsHigher == lab.Status.OpenedByUs, $"The wrong one stays. The daemon said:\n{lab.Daemon.Output}");
                lab.AssertNeverReset();
            },
            plan => plan with { PortForDaemon = LabPlan.FreePort(plan.OurAddress) },
            plan =>
                plan with
                {
                    PortForDaemon = LabPlan.FreePort(plan.OurAddress),
                    OurIdentifier = new IPAddress([.. plan.OurAddress.GetAddressBytes()[..3], 9]),
                }
        );

    [Fact]
    public Task Ttl_security_on_both_sides_works_and_a_daemon_without_it_stays_out() =>
        Prove(
            Feature.TtlSecurity,
            async lab =>
            {
                await lab.Apply(lab.Neighbor with { TtlSecurityHops = 1 });
                await lab.Daemon.Start();
                if (lab.Plan.With == Feature.TtlSecurity)
                {
                    await lab.Established();
                    await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                    return;
                }
                // It connects, and what it then sends has a hop count of 64: at most an OPEN that came before the socket was told.
                await Eventually.Get(
                    () => lab.Status.State,
                    s => s is SessionStateName.OpenSent or SessionStateName.OpenConfirm,
                    "the daemon connects"
                );
                await Unacknowledged(lab, times: 3);
                Assert.Equal(0, lab.Status.TimesEstablished);
            },
            plan => plan,
            plan => plan with { With = Feature.TtlSecurity }
        );

    [Fact]
    public Task Roles_that_fit_come_up_and_two_of_the_same_do_not() =>
        Prove(
            Feature.Roles,
            async lab =>
            {
                await lab.Apply(lab.Neighbor with { Role = BgpRole.Provider });
                await lab.Daemon.Start();
                await Eventually.Get(
                    () => $"{lab.Status.LastError}",
                    e => e.Contains("2/11", StringComparison.Ordinal),
                    "a role mismatch (OPEN error 2/11) ends the attempt"
                );
                Assert.Equal(0, lab.Status.TimesEstablished);
                await lab.Apply(lab.Neighbor with { Role = BgpRole.Customer });
                await lab.Established();
                await Received(lab, LabPlan.DaemonV4);
            },
            plan => plan with { With = Feature.Roles }
        );

    [Fact]
    public Task An_update_longer_than_4096_octets_arrives() =>
        Prove(
            Feature.ExtendedMessages,
            async lab =>
            {
                // 1,024 communities are 4,096 octets of one attribute: no UPDATE of 4,096 octets can carry the route.
                ImmutableArray<uint> many = [.. Enumerable.Range(1, 1024).Select(i => Community.Of(7, (ushort)i))];
                await lab.Apply(lab.Neighbor with { Export = new RoutePolicy([new PolicyTerm { Accept = true, AddCommunities = many }]) });
                await lab.Daemon.Start();
                await lab.Established();
                string seen = await lab.DaemonShows($"{LabPlan.OurV4}");
                AssertCommunity(seen, "7:1024", "(7,1024)", "7, 1024");
                lab.AssertNeverReset();
            },
            plan => plan with { With = Feature.ExtendedMessages }
        );

    [Fact]
    public Task Two_paths_of_one_prefix_are_received() =>
        Prove(
            Feature.AddPath,
            async lab =>
            {
                await lab.Apply(lab.Neighbor with { AddPathReceive = true });
                await lab.Daemon.Start();
                await lab.Established();
                await using TestPeer? second = lab.Daemon.HasTwoPaths
                    ? null
                    : await TestPeer.Establish(
                        lab.Plan.SecondSource,
                        new IPEndPoint(lab.Plan.DaemonAddress, lab.Plan.DaemonPort),
                        LabPlan.SecondAsn
                    );
                if (second is not null)
                    await second.Send(
                        Wire.Announce(
                            new PathAttributes
                            {
                                AsPath = AsPath.Sequence(new Asn(LabPlan.SecondAsn)),
                                NextHop = IPAddress.Parse("203.0.113.4"),
                            },
                            LabPlan.DaemonV4
                        )
                    );
                RouteView[] paths = await Eventually.Get(
                    () => lab.Received.Where(r => r.Prefix == LabPlan.DaemonV4).ToArray(),
                    r => r.Length == 2,
                    "both paths are there"
                );
                Assert.Equal(2, paths.Select(p => p.PathId).Distinct().Count());
                Assert.Single(paths, p => p.Best);
            },
            plan => plan with { With = Feature.AddPath }
        );

    [Fact]
    public Task Routes_are_kept_while_the_daemon_restarts() =>
        Prove(
            Feature.GracefulRestart,
            async lab =>
            {
                await lab.Up();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await lab.Daemon.Kill();
                await lab.Down();
                IReadOnlyList<RouteView> kept = lab.Speaker.LocRib("main").Routes;
                Assert.All(
                    (IpPrefix[])[LabPlan.DaemonV4, LabPlan.DaemonV6],
                    p => Assert.True(kept.Single(r => r.Prefix == p).Stale, $"{p} is not marked stale")
                );
                await lab.Daemon.Start();
                await lab.Established(times: 2);
                await Eventually.Get(
                    () =>
                        lab
                            .Speaker.LocRib("main")
                            .Routes.Where(r => r.Prefix == LabPlan.DaemonV4 || r.Prefix == LabPlan.DaemonV6)
                            .ToArray(),
                    r => r.Length == 2 && r.All(x => !x.Stale),
                    "both routes are fresh again"
                );
            },
            plan => plan with { With = Feature.GracefulRestart }
        );

    [Fact]
    public Task A_daemon_that_reboots_on_a_dead_line_takes_its_session_over() =>
        Prove(
            Feature.DaemonReboots,
            async lab =>
            {
                await using var line = new DeadLine(lab.Plan);
                await lab.Up();
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await lab.Daemon.Kill();
                // Nobody has told us: the session would wait for its hold time.
                Assert.Equal(SessionStateName.Established, lab.Status.State);
                await lab.Daemon.Start();
                NeighborStatus now = await lab.Established(times: 2);
                Assert.Equal("the peer has called anew: it has restarted", now.LastError);
                Assert.Equal(2, now.TimesEstablished);
                await Eventually.Get(
                    () => lab.Received.Where(r => r.Prefix == LabPlan.DaemonV4 || r.Prefix == LabPlan.DaemonV6).ToArray(),
                    r => r.Length == 2 && r.All(x => !x.Stale),
                    "both routes are fresh again"
                );
            },
            plan => plan with { With = Feature.GracefulRestart, PortForDaemon = LabPlan.FreePort(plan.OurAddress) }
        );

    [Fact]
    public Task Our_routes_are_kept_while_we_restart() =>
        Prove(
            Feature.OurGracefulRestart,
            async lab =>
            {
                NeighborConfiguration neighbor = lab.Neighbor with { GracefulRestart = new GracefulRestart(TimeSpan.FromSeconds(60)) };
                await lab.Apply(neighbor, LabPlan.OurV4, LabPlan.OurV6, LabPlan.Relayed);
                await lab.Daemon.Start();
                await lab.Established();
                await lab.DaemonShows($"{LabPlan.OurV4}", $"{LabPlan.OurV6}", $"{LabPlan.Relayed}");

                using var end = new CancellationTokenSource();
                int looks = 0;
                Task watching = WatchAsync(lab, () => Interlocked.Increment(ref looks), end.Token);
                await lab.RestartSpeakerGracefully();
                // Away for a while: the daemon is seen to keep the routes.
                int lastBefore = Volatile.Read(ref looks);
                await Eventually.Get(
                    () => watching.IsCompleted ? int.MaxValue : Volatile.Read(ref looks),
                    seen => seen > lastBefore + 3,
                    "the daemon was looked at while we were away"
                );
                await lab.Apply(neighbor, LabPlan.OurV4, LabPlan.OurV6);
                await lab.Established();
                // What we do not announce any more goes with our End-of-RIB, and only that.
                string after = await Eventually.Get(
                    lab.Daemon.BestRoutes,
                    seen => !seen.Contains($"{LabPlan.Relayed}", StringComparison.Ordinal),
                    "the route that did not come again is gone"
                );
                await Received(lab, LabPlan.DaemonV4, LabPlan.DaemonV6);
                await end.CancelAsync();
                await watching;
                lab.AssertNeverReset();
            },
            plan => plan with { With = Feature.OurGracefulRestart, DaemonPassive = true }
        );

    /// <summary>Looks at the daemon's table over and over: our routes must be in it each time.</summary>
    private static async Task WatchAsync(Lab lab, Action looked, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            string seen = await lab.Daemon.BestRoutes();
            foreach (IpPrefix prefix in (IpPrefix[])[LabPlan.OurV4, LabPlan.OurV6])
                Assert.True(seen.Contains($"{prefix}", StringComparison.Ordinal), $"{prefix} is lost:\n{seen}\n{lab.Daemon.Output}");
            looked();
        }
    }

    /// <summary>Waits until the daemon's kernel has sent the same segment to us so often again, because ours drops what it sends.</summary>
    private static Task<int> Unacknowledged(Lab lab, int times) =>
        Eventually.Get(
            () => KernelSockets.Retransmissions(lab.Plan.DaemonAddress, lab.SpeakerEndpoint),
            again => again >= times,
            "what the daemon sends to us stays unacknowledged"
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
