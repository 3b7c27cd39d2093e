using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Bgp.Transport;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Session;

/// <summary>What becomes of routes when their peer restarts, calls anew, or tells all again (RFC 4724, RFC 7313).</summary>
public sealed class RestartAndRefreshTests : ClockedSpeaker
{
    private static byte[] GracefulOpen(bool restarted, uint asn = 64501) =>
        Wire.Open(
            OpenMessage.Create(
                new Asn(asn),
                30,
                7,
                [Capability.MultiProtocol.Unicast(IpFamily.V4), new Capability.GracefulRestart(restarted, false, 60, [new(1, 1, true)])]
            )
        );

    private async Task<MemoryPeer> EstablishGraceful(BgpSpeaker speaker, bool restarted, bool weSpeakFirst = true)
    {
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        if (weSpeakFirst)
            await peer.Expect(MessageType.Open);
        await peer.Send(GracefulOpen(restarted));
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Keepalive());
        await State(speaker, SessionStateName.Established);
        return peer;
    }

    private static int Routes(BgpSpeaker speaker) => speaker.TablesOf("main")!.Reachable(IpFamily.V4);

    private async Task<MemoryPeer> EstablishEnhanced(BgpSpeaker speaker)
    {
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(Wire.Open(OpenMessage.Create(new Asn(64501), 30, 7, [new Capability.EnhancedRouteRefresh()])));
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Keepalive());
        await State(speaker, SessionStateName.Established);
        return peer;
    }

    [Fact]
    public async Task What_is_kept_for_a_peer_that_is_away_is_held_to_the_policy_of_now()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        IpPrefix one = IpPrefix.Parse("198.51.100.0/24");
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        await peer.Send(Wire.Announce(attributes, one, IpPrefix.Parse("203.0.113.0/24")));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        var onlyOne = new RoutePolicy([new PolicyTerm { Prefixes = [PrefixMatch.Exact(one)], Accept = true }]);
        await speaker.ApplyAsync(Configuration(n => n with { Import = onlyOne }));
        Assert.Equal(one, Assert.Single(speaker.LocRib("main").Routes).Prefix);
        await speaker.ApplyAsync(Configuration(n => n with { Import = RoutePolicy.DenyAll }));
        Assert.Empty(speaker.LocRib("main").Routes);
    }

    [Fact]
    public async Task Routes_outlive_a_graceful_restart_and_the_unconfirmed_go_at_its_end()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        IpPrefix kept = IpPrefix.Parse("198.51.100.0/24");
        await peer.Send(Wire.Announce(attributes, kept, IpPrefix.Parse("203.0.113.0/24")));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");

        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        Assert.Equal(2, Routes(speaker));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await State(speaker, SessionStateName.Active);
        peer = await EstablishGraceful(speaker, restarted: true);
        Assert.Equal(2, Routes(speaker));
        await peer.Send(Wire.Announce(attributes, kept));
        await peer.Send(Wire.Message(MessageType.Update, [0, 0, 0, 0]));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "End-of-RIB sweeps what was not announced again");
        Assert.Equal(kept, Assert.Single(speaker.LocRib("main").Routes).Prefix);
    }

    [Fact]
    public async Task A_second_restart_takes_what_the_first_left_unconfirmed()
    {
        // RFC 4724 §4.2: "To deal with possible consecutive restarts, a route previously marked as stale MUST be deleted."
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        await peer.Send(Wire.Announce(Plain, One, Two));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await State(speaker, SessionStateName.Active);
        peer = await EstablishGraceful(speaker, restarted: true);
        await peer.Send(Wire.Announce(Plain, One));
        await Eventually.Get(() => speaker.LocRib("main").Routes.Count(r => !r.Stale), n => n == 1, "one route is confirmed");
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        RouteView left = Assert.Single(speaker.LocRib("main").Routes);
        Assert.Equal((One, true), (left.Prefix, left.Stale));
    }

    [Fact]
    public async Task A_call_of_a_peer_that_restarts_gracefully_ends_the_session_that_it_has_forgotten()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        await peer.Send(Wire.Announce(Plain, One));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "the route is there");

        // Just after the session came up, a call that does not say that it has restarted is the other half of a collision (RFC 4271 §6.8).
        var collided = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await collided.Expect(MessageType.Open);
        await collided.Send(GracefulOpen(restarted: false));
        Assert.Equal(
            Notification.Cease(CeaseReason.ConnectionCollision),
            Notification.Parse(await collided.Expect(MessageType.Notification))
        );
        await Eventually.Get(() => collided.Closed, c => c, "the second connection is closed");
        Assert.Equal(SessionStateName.Established, speaker.Status()[0].State);

        _clock.Advance(TimeSpan.FromSeconds(11));
        MemoryPeer again = await EstablishGraceful(speaker, restarted: true);
        NeighborStatus now = speaker.Status()[0];
        Assert.Equal((2, "the peer has called anew: it has restarted"), (now.TimesEstablished, now.LastError));
        Assert.True(Assert.Single(speaker.LocRib("main").Routes).Stale);
        await again.Send(Wire.Message(MessageType.Update, [0, 0, 0, 0]));
        await Eventually.Get(() => Routes(speaker), n => n == 0, "End-of-RIB sweeps the route");
        await Eventually.Get(() => peer.Closed, c => c, "the old connection is closed");
        Assert.Equal(0, peer.Count(MessageType.Notification));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_restarted_within_seconds_is_believed_by_its_restart_bit_and_its_routes_go_stale(bool delayOpen)
    {
        await using BgpSpeaker speaker = await Start(n => n with { DelayOpen = delayOpen ? TimeSpan.FromSeconds(30) : null });
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false, weSpeakFirst: !delayOpen);
        await peer.Send(Wire.Announce(Plain, One, Two));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        MemoryPeer again = await EstablishGraceful(speaker, restarted: true, weSpeakFirst: !delayOpen);
        await Eventually.Get(() => speaker.Status()[0].TimesEstablished, n => n == 2, "the new connection is the session");
        await Eventually.Get(() => peer.Closed, c => c, "the old connection is closed");
        Assert.Equal(2, speaker.LocRib("main").Routes.Count(r => r.Stale));
        await again.Send(Wire.Announce(Plain, One));
        await again.Send(Wire.Message(MessageType.Update, [0, 0, 0, 0]));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "End-of-RIB sweeps what was not announced again");
    }

    [Fact]
    public async Task A_call_that_says_nothing_or_the_wrong_thing_does_not_end_a_session()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        _clock.Advance(TimeSpan.FromSeconds(11));
        var silent = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await silent.Expect(MessageType.Open);
        // The newest call counts; an older one may have been given up.
        var wrong = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        Assert.Equal(
            Notification.Cease(CeaseReason.ConnectionCollision),
            Notification.Parse(await silent.Expect(MessageType.Notification))
        );
        await wrong.Expect(MessageType.Open);
        await wrong.Send(GracefulOpen(restarted: true, asn: 64999));
        Assert.Equal(
            new Notification(NotificationCode.OpenMessageError, 2, []),
            Notification.Parse(await wrong.Expect(MessageType.Notification))
        );
        Assert.Equal((SessionStateName.Established, 1), (speaker.Status()[0].State, speaker.Status()[0].TimesEstablished));
        Assert.False(peer.Closed);
    }

    [Fact]
    public async Task Without_graceful_restart_a_second_connection_gets_a_cease_and_takes_over_when_the_old_one_is_dead()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker);
        int keepalives = peer.Count(MessageType.Keepalive);
        var second = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await second.Expect(MessageType.Open);
        // A peer that has rebooted answers what comes on its old connection with a reset, so it is worth asking.
        await Eventually.Get(() => peer.Count(MessageType.Keepalive), n => n == keepalives + 1, "the old connection is tried");
        await second.Send(Wire.Open(64501, 30, Theirs));
        Assert.Equal(
            Notification.Cease(CeaseReason.ConnectionCollision),
            Notification.Parse(await second.Expect(MessageType.Notification))
        );
        Assert.Equal(SessionStateName.Established, speaker.Status()[0].State);

        // This one has not spoken yet when the old connection is found to be dead.
        var third = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await third.Expect(MessageType.Open);
        await peer.Close();
        await State(speaker, SessionStateName.OpenSent);
        await third.Send(Wire.Open(64501, 30, Theirs));
        await third.Expect(MessageType.Keepalive);
        await third.Send(Wire.Keepalive());
        await State(speaker, SessionStateName.Established);
        Assert.Equal(2, speaker.Status()[0].TimesEstablished);
    }

    [Fact]
    public async Task Routes_that_are_kept_for_a_peer_are_shown_all_the_while_that_its_session_goes_down()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        // Many, so that to mark them as stale takes a moment.
        for (int i = 0; i < 200; i++)
            await peer.Send(
                Wire.Announce(Plain, [.. Enumerable.Range(i * 250, 250).Select(n => IpPrefix.V4(0x0B000000u + ((uint)n << 8), 24))])
            );
        await Eventually.Get(() => Routes(speaker), n => n == 50_000, "all routes are there");

        using var over = new CancellationTokenSource();
        var page = new RouteQuery { Limit = 1 };
        Task<int> looking = Task.Run(() =>
        {
            int empty = 0;
            while (!over.IsCancellationRequested)
                if (speaker.Received("main", "peer", page).Routes.Count == 0)
                    empty++;
            return empty;
        });
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        await over.CancelAsync();
        Assert.Equal(0, await looking);
        Assert.True(Assert.Single(speaker.Received("main", "peer", page).Routes).Stale);
    }

    [Fact]
    public async Task Routes_of_a_peer_that_is_away_are_shown_as_stale()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        await peer.Send(Wire.Announce(Plain, One, Two));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        Assert.Equal([true, true], speaker.Received("main", "peer").Routes.Select(r => r.Stale));
        FamilyStatus family = Assert.Single(speaker.Status()[0].Families);
        Assert.Equal((2, 2, 0), (family.Received, family.Accepted, family.Advertised));
        _clock.Advance(TimeSpan.FromSeconds(61));
        await Eventually.Get(() => speaker.Status()[0].Families.Count, n => n == 0, "after the restart time nothing is left to show");
        Assert.Empty(speaker.Received("main", "peer").Routes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_border_of_the_wrong_length_is_answered_with_the_message(byte kind)
    {
        // RFC 7313 §5: the Data field "MUST contain the complete ROUTE-REFRESH message".
        await using BgpSpeaker speaker = await Start();
        foreach (int padding in (int[])[1, 4073])
        {
            MemoryPeer peer = await EstablishEnhanced(speaker);
            byte[] message = Wire.Message(MessageType.RouteRefresh, [0, 1, kind, 1, .. new byte[padding]]);
            await peer.Send(message);
            Notification answer = Notification.Parse(await peer.Expect(MessageType.Notification));
            // As much of it as a NOTIFICATION holds.
            Assert.Equal(
                new Notification(NotificationCode.RouteRefreshMessageError, 1, [.. message.Take(MessageHeader.StandardMaximum - 21)]),
                answer
            );
            await State(speaker, SessionStateName.Idle);
            _clock.Advance(TimeSpan.FromSeconds(120));
            await State(speaker, SessionStateName.Active);
        }
    }

    [Fact]
    public async Task Borders_of_a_refresh_mean_nothing_before_end_of_rib_and_without_a_begin()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(
            Wire.Open(
                OpenMessage.Create(
                    new Asn(64501),
                    30,
                    7,
                    [new Capability.EnhancedRouteRefresh(), new Capability.GracefulRestart(false, false, 60, [new(1, 1, true)])]
                )
            )
        );
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Keepalive());
        await peer.Send(Wire.Announce(Plain, One));
        // Both are to be ignored (RFC 7313 §4): the route neither becomes stale nor goes.
        await peer.Send(Wire.Refresh(IpFamily.V4, RefreshKind.Begin));
        await peer.Send(Wire.Announce(Plain, Two));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        Assert.DoesNotContain(speaker.LocRib("main").Routes, r => r.Stale);
        await peer.Send(Wire.Message(MessageType.Update, [0, 0, 0, 0]));
        await peer.Send(Wire.Refresh(IpFamily.V4, RefreshKind.Begin));
        await Eventually.Get(() => speaker.LocRib("main").Routes.Count(r => r.Stale), n => n == 2, "now it counts");
        await peer.Send(Wire.Refresh(IpFamily.V4, RefreshKind.End));
        await Eventually.Get(() => Routes(speaker), n => n == 0, "and what was not announced again is gone");
    }

    [Fact]
    public async Task Routes_know_since_when_they_are_there()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker, holdTime: 0);
        DateTimeOffset first = _clock.GetUtcNow();
        await peer.Send(Wire.Announce(Plain, One));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "the route is there");
        _clock.Advance(TimeSpan.FromHours(1));
        await peer.Send(Wire.Announce(Plain, One));
        await peer.Send(Wire.Announce(Plain with { Med = 5 }, Two));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        // Told again unchanged, it is as old as before.
        Assert.Equal(
            [(One, TimeSpan.Zero), (Two, TimeSpan.FromHours(1))],
            speaker.LocRib("main").Routes.OrderBy(r => r.Prefix.ToString()).Select(r => (r.Prefix, r.Since!.Value - first))
        );
        await peer.Send(Wire.Announce(Plain with { Med = 6 }, One));
        await Eventually.Get(
            () => speaker.LocRib("main", new RouteQuery { Exactly = One }).Routes[0],
            r => r.Attributes!.Med == 6 && r.Since - first == TimeSpan.FromHours(1),
            "with other attributes it is new"
        );
    }

    [Fact]
    public async Task A_peer_that_does_not_come_back_in_its_restart_time_loses_its_routes()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        await peer.Send(Wire.Announce(attributes, IpPrefix.Parse("198.51.100.0/24")));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "the route is there");
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, Routes(speaker));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Routes(speaker));
    }

    [Fact]
    public async Task A_notification_is_no_graceful_restart()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        MemoryPeer peer = await EstablishGraceful(speaker, restarted: false);
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        await peer.Send(Wire.Announce(attributes, IpPrefix.Parse("198.51.100.0/24")));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "the route is there");
        await peer.Send(Wire.Notify(Notification.Cease(CeaseReason.AdministrativeShutdown)));
        await State(speaker, SessionStateName.Idle);
        await Eventually.Get(() => Routes(speaker), n => n == 0, "the route is gone");
    }

    [Fact]
    public async Task An_enhanced_refresh_sweeps_what_is_not_announced_between_its_borders()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(
            Wire.Open(OpenMessage.Create(new Asn(64501), 30, 7, [new Capability.RouteRefresh(), new Capability.EnhancedRouteRefresh()]))
        );
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Keepalive());
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        IpPrefix kept = IpPrefix.Parse("198.51.100.0/24");
        await peer.Send(Wire.Announce(attributes, kept, IpPrefix.Parse("203.0.113.0/24")));
        await Eventually.Get(() => Routes(speaker), n => n == 2, "both routes are there");
        Assert.True(speaker.RequestRefresh("main", "peer"));
        byte[] asked = await peer.Expect(MessageType.RouteRefresh);
        Assert.Equal([0, 1, 0, 1], asked);
        await peer.Send(Wire.Refresh(IpFamily.V4, RefreshKind.Begin));
        await peer.Send(Wire.Announce(attributes, kept));
        await peer.Send(Wire.Refresh(IpFamily.V4, RefreshKind.End));
        await Eventually.Get(() => Routes(speaker), n => n == 1, "the route that was not announced again is gone");
        Assert.Equal(1, speaker.Status()[0].TimesEstablished);
    }
}
