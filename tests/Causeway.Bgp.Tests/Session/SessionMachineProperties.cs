using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Session;

/// <summary>Whatever happens in whatever order: what RFC 4271 §8 says of a state is so whenever the machine is in it.</summary>
public sealed class SessionMachineProperties
{
    [Theory]
    [InlineData(false, false, 30)]
    [InlineData(false, true, 30)]
    [InlineData(true, false, 30)]
    [InlineData(true, true, 3)]
    [InlineData(false, false, 0)]
    public void What_a_state_says_is_so(bool passive, bool delayed, ushort holdTime)
    {
        var settings = new SessionSettings
        {
            LocalAsn = new Asn(64500),
            PeerAsn = new Asn(64501),
            Identifier = 1,
            HoldTimeSeconds = 90,
            Families = [IpFamily.V4],
            Passive = passive,
            DelayOpen = delayed ? TimeSpan.FromSeconds(5) : null,
        };
        var random = new Random(holdTime + (passive ? 100 : 0) + (delayed ? 1000 : 0));
        var world = new World();
        SessionState state = new SessionState.Idle(0, false);
        var entered = new Dictionary<SessionStateName, int>();
        for (int step = 0; step < 200_000; step++)
        {
            if (world.Next(random, state, holdTime) is not { } happened)
                continue;
            Transition transition = SessionMachine.Step(state, happened, settings);
            string where = $"step {step}: {state} with event {happened.Number} to {transition.Next}";
            world.Apply(transition, state, where);
            if (transition.Next.Name != state.Name)
                entered[transition.Next.Name] = entered.GetValueOrDefault(transition.Next.Name) + 1;
            state = transition.Next;
            world.Check(state, passive, where);
        }
        SessionStateName[] possible = [.. Enum.GetValues<SessionStateName>().Where(s => !(passive && s == SessionStateName.Connect))];
        Assert.All(
            possible,
            s => Assert.True(entered.GetValueOrDefault(s) > 100, $"{s} was entered only {entered.GetValueOrDefault(s)} times")
        );
    }

    /// <summary>What the machine's shell would hold: timers, a connection, a place in the tables.</summary>
    private sealed class World
    {
        private readonly HashSet<SessionTimer> _running = [];
        private bool _connecting;
        private bool _connected;
        private bool _openSent;
        private bool _up;

        /// <summary>An event that can happen in this world: a timer expires only if it runs, and only a connection brings messages.</summary>
        public SessionEvent? Next(Random random, SessionState state, ushort holdTime)
        {
            SessionEvent chosen = random.Next(24) switch
            {
                0 => random.Next(4) > 0 ? new SessionEvent.AutomaticStart() : new SessionEvent.ManualStart(),
                1 when random.Next(10) == 0 => new SessionEvent.ManualStop(Notification.Cease(CeaseReason.AdministrativeShutdown)),
                2 when random.Next(10) == 0 => new SessionEvent.AutomaticStop(
                    Notification.Cease(CeaseReason.MaximumPrefixesReached),
                    random.Next(2) == 0 ? null : TimeSpan.FromSeconds(60)
                ),
                3 or 4 => new SessionEvent.TimerExpired((SessionTimer)random.Next(9, 14)),
                5 => new SessionEvent.TcpConnectionValid(),
                6 => new SessionEvent.TcpConnectionInvalid(),
                7 or 8 or 9 => new SessionEvent.TcpConnectionAcknowledged(),
                10 or 11 => new SessionEvent.TcpConnectionConfirmed(),
                12 => new SessionEvent.TcpConnectionFails("gone"),
                13 or 14 or 15 => new SessionEvent.OpenReceived(
                    OpenMessage.Create(new Asn(random.Next(10) == 0 ? 64999u : 64501u), holdTime, 2, [])
                ),
                16 when random.Next(5) == 0 => new SessionEvent.HeaderError(new Notification(NotificationCode.MessageHeaderError, 1, [])),
                17 when random.Next(5) == 0 => new SessionEvent.OpenError(new Notification(NotificationCode.OpenMessageError, 4, [])),
                18 when random.Next(5) == 0 => new SessionEvent.OpenCollisionDump(),
                19 => new SessionEvent.NotificationReceived(
                    new Notification((NotificationCode)random.Next(1, 8), (byte)random.Next(3), [])
                ),
                20 or 21 => new SessionEvent.KeepaliveReceived(),
                22 => new SessionEvent.UpdateReceived(),
                23 => new SessionEvent.UpdateError(new Notification(NotificationCode.UpdateMessageError, 1, []), null),
                _ => new SessionEvent.KeepaliveReceived(),
            };
            bool possible = chosen switch
            {
                SessionEvent.TimerExpired timer => _running.Remove(timer.Timer),
                SessionEvent.TcpConnectionAcknowledged => _connecting,
                SessionEvent.TcpConnectionConfirmed => !_connected && !_connecting && state is SessionState.Active,
                SessionEvent.TcpConnectionFails => _connected || _connecting,
                { Number: >= 19 } => _connected,
                _ => true,
            };
            if (!possible)
                return null;
            if (chosen is SessionEvent.TcpConnectionAcknowledged or SessionEvent.TcpConnectionConfirmed)
                (_connected, _connecting) = (true, false);
            return chosen;
        }

        public void Apply(Transition transition, SessionState before, string where)
        {
            int downs = 0;
            foreach (SessionAction action in transition.Actions)
                switch (action)
                {
                    case SessionAction.StartTimer start:
                        Assert.True(start.After > TimeSpan.Zero, $"{where}: {start.Timer} for {start.After}");
                        _running.Add(start.Timer);
                        break;
                    case SessionAction.StopTimer stop:
                        _running.Remove(stop.Timer);
                        break;
                    case SessionAction.OpenConnection:
                        Assert.False(_connected || _connecting, $"{where}: a second connection");
                        _connecting = true;
                        break;
                    case SessionAction.CloseConnection:
                        (_connected, _connecting, _openSent) = (false, false, false);
                        break;
                    case SessionAction.SendOpen:
                        Assert.True(_connected && !_openSent, $"{where}: OPEN out of place");
                        _openSent = true;
                        break;
                    case SessionAction.SendKeepalive:
                        Assert.True(_connected && _openSent, $"{where}: KEEPALIVE before OPEN");
                        break;
                    case SessionAction.SendNotification send:
                        Assert.True(_connected, $"{where}: NOTIFICATION into the void");
                        Assert.DoesNotContain("unknown", send.Notification.ToString(), StringComparison.Ordinal);
                        break;
                    case SessionAction.Up:
                        Assert.False(_up, where);
                        _up = true;
                        break;
                    case SessionAction.Down:
                        Assert.True(_up, where);
                        _up = false;
                        downs++;
                        break;
                }
            Assert.Equal(before is SessionState.Established && transition.Next is not SessionState.Established ? 1 : 0, downs);
        }

        public void Check(SessionState state, bool passive, string where)
        {
            Assert.True(_up == state is SessionState.Established, $"{where}: routes are exchanged in Established, and nowhere else");
            SessionTimer[] wanted = state switch
            {
                SessionState.Idle { RestartsItself: true } => [SessionTimer.IdleHold],
                SessionState.Idle => [],
                SessionState.Connect { DelayingOpen: true } or SessionState.Active { DelayingOpen: true } => [SessionTimer.DelayOpen],
                SessionState.Connect => [SessionTimer.ConnectRetry],
                SessionState.Active => passive ? [] : [SessionTimer.ConnectRetry],
                SessionState.OpenSent => [SessionTimer.Hold],
                SessionState.OpenConfirm c => c.Negotiated.HoldTime == TimeSpan.Zero ? [] : [SessionTimer.Hold, SessionTimer.Keepalive],
                SessionState.Established e => e.Negotiated.HoldTime == TimeSpan.Zero ? [] : [SessionTimer.Hold, SessionTimer.Keepalive],
                _ => throw new InvalidOperationException(state.ToString()),
            };
            Assert.True(_running.SetEquals(wanted), $"{where}: {string.Join(", ", _running)} run instead of {string.Join(", ", wanted)}");
            bool connection = state switch
            {
                SessionState.Idle => false,
                SessionState.Connect c => c.DelayingOpen,
                SessionState.Active a => a.DelayingOpen,
                _ => true,
            };
            Assert.True(_connected == connection, $"{where}: connection is {_connected}");
            Assert.True(_connecting == state is SessionState.Connect { DelayingOpen: false }, $"{where}: connecting is {_connecting}");
        }
    }
}
