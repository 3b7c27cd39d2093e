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

/// <summary>What a session does as time goes by: timers, attempts, limits, who is let in.</summary>
public sealed class SessionClockTests : ClockedSpeaker
{
    [Fact]
    public async Task The_hold_timer_expires_when_the_peer_falls_silent()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker, holdTime: 30);
        Assert.Equal(TimeSpan.FromSeconds(30), speaker.Status()[0].HoldTime);
        _clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(SessionStateName.Established, speaker.Status()[0].State);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("sent: hold timer expired (4/0)", (await State(speaker, SessionStateName.Idle)).LastError);
        Assert.Equal(Notification.HoldTimerExpired, Notification.Parse(await peer.Expect(MessageType.Notification)));
    }

    [Fact]
    public async Task A_keepalive_restarts_the_hold_timer()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker, holdTime: 30);
        for (int i = 0; i < 5; i++)
        {
            long before = speaker.Status()[0].Messages.Received;
            await peer.Send(Wire.Keepalive());
            await Eventually.Get(() => speaker.Status()[0].Messages.Received, n => n > before, "the KEEPALIVE arrives");
            _clock.Advance(TimeSpan.FromSeconds(29));
        }
        Assert.Equal(SessionStateName.Established, speaker.Status()[0].State);
    }

    [Fact]
    public async Task Keepalives_go_out_at_a_third_of_the_hold_time_or_a_little_sooner()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker, holdTime: 30);
        int before = peer.Count(MessageType.Keepalive);
        _clock.Advance(TimeSpan.FromSeconds(7.4));
        Assert.Equal(before, peer.Count(MessageType.Keepalive));
        _clock.Advance(TimeSpan.FromSeconds(2.7));
        await Eventually.Get(() => peer.Count(MessageType.Keepalive), n => n == before + 1, "one KEEPALIVE within 7.5 to 10 s");
    }

    [Fact]
    public async Task Keepalives_go_out_as_often_as_configured()
    {
        await using BgpSpeaker speaker = await Start(n => n with { Keepalive = TimeSpan.FromSeconds(4) });
        MemoryPeer peer = await Establish(speaker, holdTime: 30);
        int before = peer.Count(MessageType.Keepalive);
        _clock.Advance(TimeSpan.FromSeconds(4.1));
        await Eventually.Get(() => peer.Count(MessageType.Keepalive), n => n == before + 1, "one KEEPALIVE within 4 s");
    }

    [Fact]
    public async Task A_limit_on_accepted_routes_does_not_count_those_refused()
    {
        await using BgpSpeaker speaker = await Start(n =>
            n with
            {
                MaxAcceptedV4 = new MaxPrefix(2, 75, TimeSpan.FromMinutes(5)),
                Import = new RoutePolicy([
                    new PolicyTerm { Prefixes = [PrefixMatch.OrLonger(IpPrefix.Parse("10.0.0.0/8"))], Accept = true },
                ]),
            }
        );
        MemoryPeer peer = await Establish(speaker);
        IpPrefix[] refused = [.. Enumerable.Range(0, 10).Select(i => IpPrefix.Parse($"172.16.{i}.0/24"))];
        await peer.Send(Wire.Announce(Plain, [.. refused, IpPrefix.Parse("10.0.0.0/24"), IpPrefix.Parse("10.0.1.0/24")]));
        await Eventually.Get(
            () => speaker.Status()[0].Families is [{ Received: 12, Accepted: 2 }],
            b => b,
            "twelve are held, two accepted"
        );
        await peer.Send(Wire.Announce(Plain, IpPrefix.Parse("10.0.2.0/24")));
        Notification sent = Notification.Parse(await peer.Expect(MessageType.Notification));
        Assert.Equal((NotificationCode.Cease, (byte)CeaseReason.MaximumPrefixesReached), (sent.Code, sent.Subcode));
        await State(speaker, SessionStateName.Idle);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await State(speaker, SessionStateName.Active);
    }

    [Fact]
    public async Task A_neighbor_drained_is_told_again_once_with_all_that_it_takes()
    {
        await using BgpSpeaker speaker = await Start(n => n with { Export = RoutePolicy.AcceptAll });
        MemoryPeer peer = await Establish(speaker);
        SpeakerConfiguration With(Func<NeighborConfiguration, NeighborConfiguration> change)
        {
            SpeakerConfiguration all = Configuration(n => change(n with { Export = RoutePolicy.AcceptAll }));
            return all with { Instances = [all.Instances[0] with { Networks = [One] }] };
        }
        await speaker.ApplyAsync(With(n => n));
        while ((await peer.Expect(MessageType.Update)).Length == 4) { }
        await speaker.ApplyAsync(With(n => n with { GracefulShutdown = true, Prepend = 2, Med = 50 }));
        byte[] update = await peer.Expect(MessageType.Update);
        Assert.Null(UpdateParser.Parse(update, new UpdateCodec(), out UpdateView view));
        PathAttributes told = AttributeDecoder.Decode(view, new UpdateCodec()).Attributes!;
        Assert.Equal("64500 64500 64500", told.AsPath.ToString());
        Assert.Equal(50u, told.Med);
        Assert.Equal([Community.GracefulShutdown], told.Communities);
        Assert.Equal(1, speaker.Status()[0].TimesEstablished);
    }

    [Fact]
    public async Task A_neighbor_knows_until_when_it_was_up_and_that_it_never_was()
    {
        await using BgpSpeaker speaker = await Start();
        Assert.Null(speaker.Status()[0].WasUpUntil);
        MemoryPeer peer = await Establish(speaker);
        Assert.Null(speaker.Status()[0].WasUpUntil);
        _clock.Advance(TimeSpan.FromSeconds(5));
        DateTimeOffset ended = _clock.GetUtcNow();
        await peer.Send(Wire.Notify(Notification.Cease(CeaseReason.AdministrativeReset)));
        NeighborStatus down = await Eventually.Get(() => speaker.Status()[0], s => s.State != SessionStateName.Established, "it goes down");
        Assert.Equal(ended, down.WasUpUntil);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ended, speaker.Status()[0].WasUpUntil);
    }

    [Fact]
    public async Task A_hold_time_of_zero_means_no_timers()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker, holdTime: 0);
        int before = peer.Count(MessageType.Keepalive);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(SessionStateName.Established, speaker.Status()[0].State);
        Assert.Equal(before, peer.Count(MessageType.Keepalive));
    }

    [Fact]
    public async Task A_peer_that_never_sends_an_open_is_let_go_after_four_minutes()
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        _clock.Advance(SessionMachine.OpenHoldTime);
        await State(speaker, SessionStateName.Idle);
        Assert.Equal(NotificationCode.HoldTimerExpired, Notification.Parse(await peer.Expect(MessageType.Notification)).Code);
    }

    [Fact]
    public async Task Attempts_back_off_up_to_the_maximum_with_jitter()
    {
        await using BgpSpeaker speaker = await Start(n =>
            n with
            {
                Passive = false,
                ConnectRetry = TimeSpan.FromSeconds(4),
                ConnectRetryMaximum = TimeSpan.FromSeconds(60),
            }
        );
        foreach (double wait in new[] { 4.0, 8, 16, 32, 60, 60 })
        {
            await State(speaker, SessionStateName.Active);
            int before = _network.Attempts.Count;
            _clock.Advance(TimeSpan.FromSeconds((wait * 0.75) - 0.01));
            Assert.Equal(before, _network.Attempts.Count);
            _clock.Advance(TimeSpan.FromSeconds((wait * 0.25) + 0.01));
            await Eventually.Get(() => _network.Attempts.Count, n => n == before + 1, $"one attempt within {wait} s");
        }
    }

    [Theory]
    [InlineData("192.0.2.200", false)]
    [InlineData("192.0.2.0", true)]
    public async Task Of_two_connections_the_one_of_the_higher_identifier_stays(string peerIdentifier, bool oursStays)
    {
        var identifier = IPAddress.Parse(peerIdentifier);
        IListener theirListener = _network.Listen(new IPEndPoint(Theirs, 179));
        await using BgpSpeaker speaker = await Start(n => n with { Passive = false });
        var called = new MemoryPeer((MemoryConnection)await theirListener.AcceptAsync(CancellationToken.None));
        await called.Expect(MessageType.Open);
        var dialled = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await dialled.Expect(MessageType.Open);

        // The first OPEN tells who is there, and so which connection stays.
        await called.Send(Wire.Open(64501, 30, identifier));
        (MemoryPeer winner, MemoryPeer loser) = oursStays ? (called, dialled) : (dialled, called);
        Assert.Equal(Notification.Cease(CeaseReason.ConnectionCollision), Notification.Parse(await loser.Expect(MessageType.Notification)));
        if (!oursStays)
            await winner.Send(Wire.Open(64501, 30, identifier));
        await winner.Expect(MessageType.Keepalive);
        await winner.Send(Wire.Keepalive());
        NeighborStatus up = await State(speaker, SessionStateName.Established);
        Assert.Equal(oursStays, up.OpenedByUs);
        Assert.Equal(1, up.TimesEstablished);
    }

    /// <summary>What its peer has given up takes the place of none that is answered; when it is answered after all, identifiers decide.</summary>
    [Theory]
    [InlineData("192.0.2.200", false)]
    [InlineData("192.0.2.0", true)]
    public async Task A_connection_that_waits_long_is_no_rival_until_it_is_answered(string peerIdentifier, bool oursStays)
    {
        var identifier = IPAddress.Parse(peerIdentifier);
        IListener theirListener = _network.Listen(new IPEndPoint(Theirs, 179));
        await using BgpSpeaker speaker = await Start(n => n with { Passive = false });
        var called = new MemoryPeer((MemoryConnection)await theirListener.AcceptAsync(CancellationToken.None));
        await called.Expect(MessageType.Open);
        var dialled = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await dialled.Expect(MessageType.Open);

        _clock.Advance(TimeSpan.FromSeconds(11));
        await called.Send(Wire.Open(64501, 30, identifier));
        await called.Expect(MessageType.Keepalive);
        await dialled.Send(Wire.Open(64501, 30, identifier));
        (MemoryPeer winner, MemoryPeer loser) = oursStays ? (called, dialled) : (dialled, called);
        Assert.Equal(Notification.Cease(CeaseReason.ConnectionCollision), Notification.Parse(await loser.Expect(MessageType.Notification)));
        if (!oursStays)
            await winner.Expect(MessageType.Keepalive);
        await winner.Send(Wire.Keepalive());
        NeighborStatus up = await State(speaker, SessionStateName.Established);
        Assert.Equal(oursStays, up.OpenedByUs);
        Assert.Equal(1, up.TimesEstablished);
    }

    /// <summary>Nobody who says KEEPALIVE on one connection says OPEN on another: the peer could take the one for its session, and the other for the end of it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_in_OpenConfirm_hears_nothing_until_the_other_is_decided(bool established)
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        var first = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await first.Expect(MessageType.Open);
        await first.Send(Wire.Open(64501, 30, Theirs));
        await first.Expect(MessageType.Keepalive);
        await State(speaker, SessionStateName.OpenConfirm);
        var given = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        var second = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await Eventually.True(() => given.Closed, "of two calls the newer is kept");
        Assert.Equal((0, 0), (given.Count(MessageType.Open), second.Count(MessageType.Open)));
        if (established)
        {
            await first.Send(Wire.Keepalive());
            await State(speaker, SessionStateName.Established);
            await Eventually.True(() => second.Closed, "the call is not needed any more");
            Assert.Equal(0, second.Count(MessageType.Open));
            return;
        }
        await first.Send(Wire.Notify(Notification.Cease(CeaseReason.ConnectionCollision)));
        await second.Expect(MessageType.Open);
        await second.Send(Wire.Open(64501, 30, Theirs));
        await second.Expect(MessageType.Keepalive);
        await second.Send(Wire.Keepalive());
        await State(speaker, SessionStateName.Established);
    }

    [Fact]
    public async Task Max_prefix_waits_its_restart_time()
    {
        await using BgpSpeaker speaker = await Start(n => n with { MaxPrefixV4 = new MaxPrefix(1, 75, TimeSpan.FromMinutes(5)) });
        MemoryPeer peer = await Establish(speaker);
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        await peer.Send(Wire.Announce(attributes, IpPrefix.Parse("198.51.100.0/24"), IpPrefix.Parse("203.0.113.0/24")));
        Notification sent = Notification.Parse(await peer.Expect(MessageType.Notification));
        Assert.Equal((NotificationCode.Cease, (byte)CeaseReason.MaximumPrefixesReached), (sent.Code, sent.Subcode));
        Assert.Equal([0, 1, 1, 0, 0, 0, 1], sent.Data);
        await State(speaker, SessionStateName.Idle);
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(SessionStateName.Idle, speaker.Status()[0].State);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await State(speaker, SessionStateName.Active);
    }

    [Theory]
    [InlineData(64999u, "sent: bad peer AS (2/2): peer says AS 64999, configured is AS 64501")]
    public async Task A_wrong_as_is_refused_in_words(uint asn, string expected)
    {
        await using BgpSpeaker speaker = await Start();
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(Wire.Open(asn, 30, Theirs));
        Assert.Equal(
            new Notification(NotificationCode.OpenMessageError, 2, []),
            Notification.Parse(await peer.Expect(MessageType.Notification))
        );
        Assert.Equal(expected, (await State(speaker, SessionStateName.Idle)).LastError);
    }

    [Fact]
    public async Task A_role_that_does_not_fit_is_refused()
    {
        await using BgpSpeaker speaker = await Start(n => n with { Role = BgpRole.Provider });
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(Wire.Open(OpenMessage.Create(new Asn(64501), 30, 2, [new Capability.Role((byte)BgpRole.Peer)])));
        Assert.Equal(
            new Notification(NotificationCode.OpenMessageError, 11, []),
            Notification.Parse(await peer.Expect(MessageType.Notification))
        );
    }

    [Fact]
    public async Task Policy_changes_judge_again_without_a_reset()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker);
        var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };
        await peer.Send(Wire.Announce(attributes, IpPrefix.Parse("198.51.100.0/24")));
        await Eventually.Get(() => speaker.Status()[0].Families[0].Accepted, n => n == 1, "the route is accepted");
        await speaker.ApplyAsync(Configuration(n => n with { Import = null }));
        FamilyStatus family = speaker.Status()[0].Families[0];
        Assert.Equal((1, 0), (family.Received, family.Accepted));
        Assert.Equal([KeyValuePair.Create(RefuseReason.NoPolicy, 1)], family.Refused);
        await speaker.ApplyAsync(Configuration());
        Assert.Equal(1, speaker.Status()[0].Families[0].Accepted);
        Assert.Equal(1, speaker.Status()[0].TimesEstablished);
    }

    [Fact]
    public async Task A_session_that_is_held_down_refuses_calls_in_words_and_a_waiting_call_does_not_go_round_its_limit()
    {
        await using BgpSpeaker speaker = await Start(n => n with { MaxPrefixV4 = new MaxPrefix(1) });
        MemoryPeer peer = await Establish(speaker);
        var waiting = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await waiting.Expect(MessageType.Open);
        await peer.Send(Wire.Announce(Plain, One, Two));
        await State(speaker, SessionStateName.Idle);
        Assert.Equal((byte)CeaseReason.MaximumPrefixesReached, Notification.Parse(await peer.Expect(MessageType.Notification)).Subcode);
        Assert.Equal(
            Notification.Cease(CeaseReason.ConnectionRejected),
            Notification.Parse(await waiting.Expect(MessageType.Notification))
        );
        var late = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        // RFC 4486 §4.
        Assert.Equal(Notification.Cease(CeaseReason.ConnectionRejected), Notification.Parse(await late.Expect(MessageType.Notification)));
        await Eventually.Get(() => late.Closed, c => c, "the call is closed");
        Assert.Equal(SessionStateName.Idle, speaker.Status()[0].State);
    }

    [Fact]
    public async Task A_peer_without_a_role_is_refused_where_one_is_required()
    {
        await using BgpSpeaker speaker = await Start(n => n with { Role = BgpRole.Provider, RoleRequired = true });
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(Wire.Open(64501, 30, Theirs));
        Assert.Equal(
            new Notification(NotificationCode.OpenMessageError, 11, []),
            Notification.Parse(await peer.Expect(MessageType.Notification))
        );
        Assert.Equal(
            "sent: role mismatch (2/11): we are Provider, and the peer states no role",
            (await State(speaker, SessionStateName.Idle)).LastError
        );
    }

    [Fact]
    public async Task With_delay_open_the_peer_speaks_first_or_its_time_runs_out()
    {
        await using BgpSpeaker speaker = await Start(n => n with { DelayOpen = TimeSpan.FromSeconds(20) });
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Send(Wire.Open(64501, 30, Theirs));
        await peer.Expect(MessageType.Open);
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Notify(Notification.Cease(CeaseReason.AdministrativeReset)));
        await State(speaker, SessionStateName.Idle);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await State(speaker, SessionStateName.Active);
        var silent = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await Eventually.Get(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(5));
                return silent.Count(MessageType.Open);
            },
            n => n == 1,
            "our OPEN goes out when DelayOpenTimer expires"
        );
    }

    [Fact]
    public async Task Keepalives_are_never_closer_than_a_second()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker, holdTime: 3);
        int before = peer.Count(MessageType.Keepalive);
        _clock.Advance(TimeSpan.FromSeconds(0.99));
        Assert.Equal(before, peer.Count(MessageType.Keepalive));
        _clock.Advance(TimeSpan.FromSeconds(0.01));
        await Eventually.Get(() => peer.Count(MessageType.Keepalive), n => n == before + 1, "one KEEPALIVE at a second");
    }

    [Fact]
    public async Task A_peer_that_calls_while_we_back_off_is_served_when_the_wait_is_over()
    {
        await using BgpSpeaker speaker = await Start();
        MemoryPeer peer = await Establish(speaker);
        await peer.Close();
        await State(speaker, SessionStateName.Idle);
        var again = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        _clock.Advance(TimeSpan.FromSeconds(5));
        await again.Expect(MessageType.Open);
    }

    [Fact]
    public async Task Observers_hear_each_state_once_with_the_reason_of_the_fall()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<BgpEvent>();
        await using var speaker = new BgpSpeaker(_clock, heard.Enqueue, _network);
        await speaker.ApplyAsync(Configuration());
        MemoryPeer peer = await Establish(speaker);
        await peer.Send(Wire.Notify(Notification.Cease(CeaseReason.AdministrativeReset, "new line card")));
        await State(speaker, SessionStateName.Idle);
        Assert.Equal(
            ["Idle>Active", "Active>OpenSent", "OpenSent>OpenConfirm", "OpenConfirm>Established", "Established>Idle"],
            heard.OfType<BgpEvent.StateChanged>().Select(e => $"{e.From}>{e.To}")
        );
        Assert.Equal("received: administrative reset (6/4): \"new line card\"", heard.OfType<BgpEvent.StateChanged>().Last().Reason);
    }
}
