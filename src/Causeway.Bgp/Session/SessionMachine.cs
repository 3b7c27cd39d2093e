using System.Collections.Immutable;
using Causeway.Bgp.Messages;

namespace Causeway.Bgp.Session;

/// <summary>A step of the machine: the next state, and what to do on the way.</summary>
public readonly record struct Transition(SessionState Next, ImmutableArray<SessionAction> Actions);

/// <summary>
/// The state machine of RFC 4271 §8.2.2 as one function of state and event. It holds no clock, no socket and no lock: the shell feeds it and does
/// what it says, so every transition can be tested and printed.
/// <para>
/// One machine drives at most one connection. While it has one, a second connection of the same neighbor gets a machine of its own, and
/// <see cref="Speaker.Neighbor"/> resolves the collision (§6.8) when an OPEN tells who the peer is.
/// </para>
/// <para>
/// Three readings of the RFC: after a failed connection attempt we wait in Active, not Idle, as all known daemons do, since a peer
/// that starts meanwhile should be let in at once; and every way to Idle but an operator's starts IdleHoldTimer (§8.1.1, option 6, with
/// back-off), so that a session comes back by itself; and a NOTIFICATION of a collision leads to Active, since the connection that the peer keeps is one of ours too.
/// </para>
/// </summary>
public static class SessionMachine
{
    /// <summary>Large hold time before the peer's OPEN (RFC 4271 §8.2.2 suggests four minutes).</summary>
    public static readonly TimeSpan OpenHoldTime = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan ShortestJittered = TimeSpan.FromSeconds(4.0 / 3);

    public static Transition Step(SessionState state, SessionEvent happened, SessionSettings settings) =>
        state switch
        {
            SessionState.Idle idle => InIdle(idle, happened, settings),
            SessionState.Connect connect => InConnectOrActive(connect, connect.DelayingOpen, happened, settings),
            SessionState.Active active => InConnectOrActive(active, active.DelayingOpen, happened, settings),
            SessionState.OpenSent sent => InOpenSent(sent, happened, settings),
            SessionState.OpenConfirm confirm => InOpenConfirm(confirm, happened, settings),
            SessionState.Established established => InEstablished(established, happened, settings),
            _ => throw new InvalidOperationException($"No such state: {state}."),
        };

    private static Transition InIdle(SessionState.Idle state, SessionEvent happened, SessionSettings settings) =>
        happened switch
        {
            SessionEvent.ManualStart => Start(0, settings),
            SessionEvent.AutomaticStart => Start(state.Failures, settings),
            SessionEvent.TimerExpired { Timer: SessionTimer.IdleHold } => Start(state.Failures, settings),
            SessionEvent.ManualStop stop => To(
                new SessionState.Idle(0, false),
                Stop(SessionTimer.IdleHold),
                new SessionAction.Remember(SessionEnd.ByStopping(stop.Farewell))
            ),
            // "Any other event received in the Idle state does not cause change" (§8.2.2).
            _ => To(state),
        };

    private static Transition Start(int failures, SessionSettings settings) =>
        settings.Passive
            ? To(new SessionState.Active(failures, false), Stop(SessionTimer.IdleHold))
            : To(
                new SessionState.Connect(failures, false),
                Stop(SessionTimer.IdleHold),
                new SessionAction.StartTimer(SessionTimer.ConnectRetry, settings.ConnectRetryMaximum, Jitter: true),
                new SessionAction.OpenConnection()
            );

    private static Transition InConnectOrActive(SessionState state, bool delaying, SessionEvent happened, SessionSettings settings)
    {
        switch (happened)
        {
            case SessionEvent.ManualStart or SessionEvent.AutomaticStart:
            case SessionEvent.TcpConnectionValid or SessionEvent.TcpConnectionInvalid:
            case SessionEvent.TimerExpired { Timer: SessionTimer.DelayOpen } when !delaying:
                return To(state);
            case SessionEvent.ManualStop stop:
                return Stopped(stop.Farewell, say: false);
            case SessionEvent.AutomaticStop stop:
                return Halted(state, stop, say: false);
            case SessionEvent.TimerExpired { Timer: SessionTimer.ConnectRetry }:
                // Closes what hangs, and tries again from the start.
                return settings.Passive
                    ? To(state)
                    : To(
                        new SessionState.Connect(state.Failures, false),
                        new SessionAction.CloseConnection(),
                        Stop(SessionTimer.DelayOpen),
                        new SessionAction.StartTimer(SessionTimer.ConnectRetry, settings.ConnectRetryMaximum, Jitter: true),
                        new SessionAction.OpenConnection()
                    );
            case SessionEvent.TimerExpired { Timer: SessionTimer.DelayOpen }:
                return SendOpen(state);
            case SessionEvent.TcpConnectionAcknowledged or SessionEvent.TcpConnectionConfirmed:
                return settings.DelayOpen is TimeSpan delay
                    ? To(Delaying(state), Stop(SessionTimer.ConnectRetry), new SessionAction.StartTimer(SessionTimer.DelayOpen, delay))
                    : SendOpen(state);
            case SessionEvent.TcpConnectionFails fails:
                return Retry(state, SessionEnd.ByFailure(fails.Why), settings);
            case SessionEvent.OpenReceived open when delaying:
                return ReceiveOpen(state, open.Open, settings, sendOpenFirst: true);
            case SessionEvent.NotificationReceived { Number: 24 } received when delaying:
                // An older version of BGP while DelayOpenTimer runs does not count as a failure.
                return Ended(state, SessionEnd.ByReceiving(received.Notification), null, settings, counts: false);
            case SessionEvent.NotificationReceived received:
                return Ended(state, SessionEnd.ByReceiving(received.Notification), null, settings);
            case SessionEvent.HeaderError error:
                return Ended(state, SessionEnd.BySending(error.Answer), error.Answer, settings);
            case SessionEvent.OpenError error:
                return Ended(state, SessionEnd.BySending(error.Answer), error.Answer, settings);
            default:
                return Ended(state, SessionEnd.ByFailure($"unexpected event {happened.Number} in {state.Name}"), null, settings);
        }
    }

    private static Transition InOpenSent(SessionState.OpenSent state, SessionEvent happened, SessionSettings settings) =>
        happened switch
        {
            SessionEvent.ManualStart or SessionEvent.AutomaticStart => To(state),
            SessionEvent.TcpConnectionValid or SessionEvent.TcpConnectionInvalid => To(state),
            SessionEvent.TcpConnectionAcknowledged or SessionEvent.TcpConnectionConfirmed => To(state),
            SessionEvent.ManualStop stop => Stopped(stop.Farewell, say: true),
            SessionEvent.AutomaticStop stop => Halted(state, stop, say: true),
            SessionEvent.TcpConnectionFails fails => Retry(state, SessionEnd.ByFailure(fails.Why), settings),
            SessionEvent.NotificationReceived { Notification.IsCollision: true } lost => Retry(
                state,
                SessionEnd.ByReceiving(lost.Notification),
                settings
            ),
            SessionEvent.OpenReceived open => ReceiveOpen(state, open.Open, settings, sendOpenFirst: false),
            _ => Fail(state, happened, settings),
        };

    private static Transition InOpenConfirm(SessionState.OpenConfirm state, SessionEvent happened, SessionSettings settings)
    {
        Negotiated negotiated = state.Negotiated;
        return happened switch
        {
            SessionEvent.ManualStart or SessionEvent.AutomaticStart => To(state),
            SessionEvent.TcpConnectionValid or SessionEvent.TcpConnectionInvalid => To(state),
            SessionEvent.TcpConnectionAcknowledged or SessionEvent.TcpConnectionConfirmed => To(state),
            SessionEvent.ManualStop stop => Stopped(stop.Farewell, say: true),
            SessionEvent.AutomaticStop stop => Halted(state, stop, say: true),
            SessionEvent.TimerExpired { Timer: SessionTimer.Keepalive } => To(state, Keepalive(negotiated)),
            SessionEvent.KeepaliveReceived => To(
                new SessionState.Established(negotiated),
                [.. HoldTimer(negotiated), new SessionAction.Up(negotiated)]
            ),
            SessionEvent.TcpConnectionFails fails => Ended(state, SessionEnd.ByFailure(fails.Why), null, settings),
            SessionEvent.NotificationReceived { Notification.IsCollision: true } lost => Retry(
                state,
                SessionEnd.ByReceiving(lost.Notification),
                settings
            ),
            _ => Fail(state, happened, settings),
        };
    }

    private static Transition InEstablished(SessionState.Established state, SessionEvent happened, SessionSettings settings) =>
        happened switch
        {
            SessionEvent.ManualStart or SessionEvent.AutomaticStart => To(state),
            SessionEvent.TcpConnectionValid or SessionEvent.TcpConnectionInvalid => To(state),
            SessionEvent.TcpConnectionAcknowledged or SessionEvent.TcpConnectionConfirmed => To(state),
            SessionEvent.ManualStop stop => WithDown(Stopped(stop.Farewell, say: true)),
            SessionEvent.AutomaticStop stop => WithDown(Halted(state, stop, say: true)),
            SessionEvent.TimerExpired { Timer: SessionTimer.Keepalive } => To(state, Keepalive(state.Negotiated)),
            SessionEvent.KeepaliveReceived or SessionEvent.UpdateReceived => To(state, HoldTimer(state.Negotiated)),
            SessionEvent.TcpConnectionFails fails => WithDown(Ended(state, SessionEnd.ByFailure(fails.Why), null, settings)),
            _ => WithDown(Fail(state, happened, settings)),
        };

    /// <summary>What ends OpenSent, OpenConfirm and Established alike: errors, expiry, collision, and events that do not belong there.</summary>
    private static Transition Fail(SessionState state, SessionEvent happened, SessionSettings settings)
    {
        switch (happened)
        {
            case SessionEvent.NotificationReceived received:
                return Ended(state, SessionEnd.ByReceiving(received.Notification), null, settings, counts: received.Number != 24);
            case SessionEvent.HeaderError e:
                return Ended(state, SessionEnd.BySending(e.Answer), e.Answer, settings);
            case SessionEvent.OpenError e:
                return Ended(state, SessionEnd.BySending(e.Answer), e.Answer, settings);
            case SessionEvent.UpdateError e when state is SessionState.Established:
                return Ended(state, SessionEnd.BySending(e.Answer, e.Fault), e.Answer, settings);
            case SessionEvent.TimerExpired { Timer: SessionTimer.Hold }:
                return Ended(state, SessionEnd.BySending(Notification.HoldTimerExpired), Notification.HoldTimerExpired, settings);
            case SessionEvent.OpenCollisionDump:
                Notification collision = Notification.Cease(CeaseReason.ConnectionCollision);
                return Ended(state, SessionEnd.BySending(collision), collision, settings);
            default:
                // RFC 6608: the subcode says in which state the event was not expected.
                var subcode = (byte)(state.Name - SessionStateName.OpenSent + 1);
                var error = new Notification(NotificationCode.FiniteStateMachineError, subcode, []);
                return Ended(state, SessionEnd.BySending(error, $"event {happened.Number}"), error, settings);
        }
    }

    private static Transition ReceiveOpen(SessionState state, OpenMessage open, SessionSettings settings, bool sendOpenFirst)
    {
        (Negotiated? agreed, Notification? refused, string? detail) = Negotiated.Judge(open, settings);
        if (agreed is null)
            return Ended(state, SessionEnd.BySending(refused!, detail), refused, settings);
        var actions = ImmutableArray.CreateBuilder<SessionAction>();
        actions.Add(Stop(SessionTimer.DelayOpen));
        actions.Add(Stop(SessionTimer.ConnectRetry));
        if (sendOpenFirst)
            actions.Add(new SessionAction.SendOpen());
        actions.AddRange(Keepalive(agreed));
        if (agreed.HoldTime == TimeSpan.Zero)
            actions.Add(Stop(SessionTimer.Hold));
        actions.AddRange(HoldTimer(agreed));
        return new(new SessionState.OpenConfirm(state.Failures, agreed), actions.ToImmutable());
    }

    private static Transition SendOpen(SessionState state) =>
        To(
            new SessionState.OpenSent(state.Failures),
            Stop(SessionTimer.ConnectRetry),
            Stop(SessionTimer.DelayOpen),
            new SessionAction.SendOpen(),
            new SessionAction.StartTimer(SessionTimer.Hold, OpenHoldTime)
        );

    /// <summary>Waits in Active for the peer or for the next attempt of ours.</summary>
    private static Transition Retry(SessionState state, SessionEnd end, SessionSettings settings)
    {
        int failures = state.Failures + 1;
        SessionAction[] actions =
        [
            new SessionAction.Remember(end),
            new SessionAction.CloseConnection(),
            Stop(SessionTimer.Hold),
            Stop(SessionTimer.Keepalive),
            Stop(SessionTimer.DelayOpen),
            .. settings.Passive
                ? Array.Empty<SessionAction>()
                : [new SessionAction.StartTimer(SessionTimer.ConnectRetry, settings.BackOff(failures), Jitter: true)],
        ];
        return To(new SessionState.Active(failures, false), actions);
    }

    private static Transition Stopped(Notification? farewell, bool say) =>
        To(new SessionState.Idle(0, false), Close(SessionEnd.ByStopping(farewell), say ? farewell : null));

    private static Transition Halted(SessionState state, SessionEvent.AutomaticStop stop, bool say) =>
        To(
            new SessionState.Idle(state.Failures, stop.RestartAfter is not null) { Halted = true },
            [
                .. Close(SessionEnd.BySending(stop.Farewell), say ? stop.Farewell : null),
                .. stop.RestartAfter is TimeSpan after
                    ? [new SessionAction.StartTimer(SessionTimer.IdleHold, after)]
                    : Array.Empty<SessionAction>(),
            ]
        );

    private static Transition Ended(SessionState state, SessionEnd end, Notification? say, SessionSettings settings, bool counts = true)
    {
        int failures = state.Failures + (counts ? 1 : 0);
        return To(
            new SessionState.Idle(failures, true),
            [.. Close(end, say), new SessionAction.StartTimer(SessionTimer.IdleHold, settings.BackOff(failures), Jitter: true)]
        );
    }

    private static SessionAction[] Close(SessionEnd end, Notification? say) =>
        [
            new SessionAction.Remember(end),
            .. say is null ? Array.Empty<SessionAction>() : [new SessionAction.SendNotification(say)],
            new SessionAction.CloseConnection(),
            Stop(SessionTimer.ConnectRetry),
            Stop(SessionTimer.Hold),
            Stop(SessionTimer.Keepalive),
            Stop(SessionTimer.DelayOpen),
        ];

    private static Transition WithDown(Transition transition) =>
        transition.Next is SessionState.Established
            ? transition
            : new(transition.Next, transition.Actions.Insert(1, new SessionAction.Down()));

    private static SessionAction[] Keepalive(Negotiated negotiated) =>
        negotiated.HoldTime == TimeSpan.Zero
            ? [new SessionAction.SendKeepalive()]
            :
            [
                new SessionAction.SendKeepalive(),
                // Never more often than once a second (RFC 4271 §4.4), which jitter would make of the shortest intervals.
                new SessionAction.StartTimer(
                    SessionTimer.Keepalive,
                    negotiated.KeepaliveInterval,
                    Jitter: negotiated.KeepaliveInterval >= ShortestJittered
                ),
            ];

    private static SessionAction[] HoldTimer(Negotiated negotiated) =>
        negotiated.HoldTime == TimeSpan.Zero ? [] : [new SessionAction.StartTimer(SessionTimer.Hold, negotiated.HoldTime)];

    private static SessionState Delaying(SessionState state) =>
        state is SessionState.Connect ? new SessionState.Connect(state.Failures, true) : new SessionState.Active(state.Failures, true);

    private static SessionAction.StopTimer Stop(SessionTimer timer) => new(timer);

    private static Transition To(SessionState next, params SessionAction[] actions) => new(next, [.. actions]);
}
