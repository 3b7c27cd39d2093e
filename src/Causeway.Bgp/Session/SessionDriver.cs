using Causeway.Bgp.Messages;
using Causeway.Bgp.Transport;

namespace Causeway.Bgp.Session;

/// <summary>What a driver needs from its neighbor.</summary>
internal interface ISessionHost : IConnectionOwner
{
    SessionSettings Settings { get; }
    ConnectionRequest Request { get; }

    /// <summary>We are back from a restart, and the peer does not know yet.</summary>
    bool Restarted { get; }

    /// <summary>Guards all drivers of the neighbor.</summary>
    Lock Gate { get; }

    /// <summary>A call of this driver's was answered, and is to be taken up later, or never.</summary>
    bool Holds(SessionDriver driver, IConnection wire);

    void StateChanged(SessionDriver driver, SessionState before);
    void Up(SessionDriver driver, Negotiated negotiated);
    void Down(SessionDriver driver);
    void Remember(SessionDriver driver, SessionEnd end);
    void Sent(MessageType type);
}

/// <summary>The shell of one <see cref="SessionMachine"/>: does what it says with timers and a connection. All members need the host's gate.</summary>
internal sealed class SessionDriver : IDisposable
{
    /// <summary>RFC 9687 §3.1: eight minutes, or twice the hold time when that is longer.</summary>
    private static readonly TimeSpan ShortestSendHold = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan Together = TimeSpan.FromSeconds(2);

    private readonly ISessionHost _host;
    private readonly ITransport _transport;
    private readonly TimeProvider _clock;
    private readonly Deadlines _deadlines;
    private CancellationTokenSource? _attempt;

    public SessionDriver(ISessionHost host, ITransport transport, TimeProvider clock, SessionState state)
    {
        _host = host;
        _transport = transport;
        _clock = clock;
        State = state;
        _deadlines = new Deadlines(clock, OnTimer);
    }

    public SessionState State { get; private set; }
    public PeerConnection? Connection { get; private set; }

    /// <summary>Keeps the hold timer from expiring; the only thing that an UPDATE does to the machine in Established.</summary>
    public void Alive(Negotiated negotiated)
    {
        if (negotiated.HoldTime > TimeSpan.Zero)
            _deadlines.Start(SessionTimer.Hold, negotiated.HoldTime);
    }

    public void Handle(SessionEvent happened)
    {
        SessionState before = State;
        Transition step = SessionMachine.Step(before, happened, _host.Settings);
        State = step.Next;
        foreach (SessionAction action in step.Actions)
            Do(action);
        if (before.Name != State.Name)
            _host.StateChanged(this, before);
    }

    /// <summary>Takes a connection that has come up, ours or the peer's.</summary>
    public void Attach(IConnection wire, bool outgoing)
    {
        Connection = new PeerConnection(wire, _host, _clock, outgoing);
        Connection.Start();
        Handle(outgoing ? new SessionEvent.TcpConnectionAcknowledged() : new SessionEvent.TcpConnectionConfirmed());
    }

    private void Do(SessionAction action)
    {
        switch (action)
        {
            case SessionAction.OpenConnection:
                _attempt = new CancellationTokenSource();
                CancellationTokenSource attempt = _attempt;
                _ = Task.Run(() => ConnectAsync(attempt));
                break;
            case SessionAction.CloseConnection:
                _attempt?.Cancel();
                _attempt = null;
                Connection?.Close();
                Connection = null;
                break;
            case SessionAction.SendOpen:
                Send(MessageType.Open, (ref WireWriter w) => _host.Settings.OwnOpen(_host.Restarted).Write(ref w));
                break;
            case SessionAction.SendKeepalive:
                SendKeepalive();
                break;
            case SessionAction.SendNotification notify:
                Send(MessageType.Notification, (ref WireWriter w) => notify.Notification.Write(ref w));
                break;
            case SessionAction.StartTimer start:
                _deadlines.Start(start.Timer, start.Jitter ? Jittered(start.After) : start.After);
                break;
            case SessionAction.StopTimer stop:
                _deadlines.Stop(stop.Timer);
                break;
            case SessionAction.Up up:
                _host.Up(this, up.Negotiated);
                break;
            case SessionAction.Down:
                _host.Down(this);
                break;
            case SessionAction.Remember remember:
                _host.Remember(this, remember.End);
                break;
        }
    }

    /// <summary>
    /// Shortened by up to a quarter, at random (RFC 4271 §10). Long pauses end together with others, every other second: thousands of sessions whose peers are
    /// away then try in one go what would wake the processor for each alone.
    /// </summary>
    private TimeSpan Jittered(TimeSpan after)
    {
        TimeSpan shortest = after * 0.75;
        TimeSpan wait = shortest + (after - shortest) * Random.Shared.NextDouble();
        if (after - shortest < 2 * Together)
            return wait;
        var now = new TimeSpan(_clock.GetUtcNow().Ticks);
        TimeSpan slot = new TimeSpan((now + wait).Ticks / Together.Ticks * Together.Ticks) - now;
        return slot >= shortest ? slot : slot + Together;
    }

    private delegate void Writing(ref WireWriter writer);

    private void Send(MessageType type, Writing write)
    {
        if (Connection is null)
            return;
        Span<byte> buffer = stackalloc byte[MessageHeader.StandardMaximum];
        var writer = new WireWriter(buffer);
        write(ref writer);
        if (writer.Overflowed)
            return;
        Connection.Send(writer.Written);
        _host.Sent(type);
    }

    public void SendRefresh(RouteRefreshMessage message) => Send(MessageType.RouteRefresh, (ref WireWriter w) => message.Write(ref w));

    public void SendKeepalive() => Send(MessageType.Keepalive, static (ref WireWriter w) => WriteKeepalive(ref w));

    private static void WriteKeepalive(ref WireWriter writer)
    {
        int start = writer.Position;
        MessageHeader.Begin(ref writer, MessageType.Keepalive);
        MessageHeader.Finish(ref writer, start);
    }

    private async Task ConnectAsync(CancellationTokenSource attempt)
    {
        (IConnection? wire, string failure) = await _transport.ConnectAsync(_host.Request, attempt.Token);
        bool ours;
        lock (_host.Gate)
        {
            ours = _attempt == attempt;
            if (ours)
            {
                _attempt = null;
                if (wire is null)
                    Handle(new SessionEvent.TcpConnectionFails(failure));
                else if (!_host.Holds(this, wire))
                    Attach(wire, outgoing: true);
            }
        }
        if (!ours && wire is not null)
            await wire.DisposeAsync();
        attempt.Dispose();
    }

    private void OnTimer()
    {
        lock (_host.Gate)
        {
            while (_deadlines.TakeExpired() is SessionTimer expired)
            {
                if (expired == SessionTimer.Keepalive && IsStuck(out TimeSpan stuck))
                    Handle(
                        new SessionEvent.TcpConnectionFails($"send hold timer expired: the peer took nothing for {stuck.TotalSeconds:0} s")
                    );
                else
                    Handle(new SessionEvent.TimerExpired(expired));
            }
        }
    }

    /// <summary>RFC 9687: a peer that sends but does not read would otherwise be kept for ever, with routes long out of date.</summary>
    private bool IsStuck(out TimeSpan stuck)
    {
        stuck = Connection?.Stuck ?? TimeSpan.Zero;
        TimeSpan hold = State is SessionState.Established established ? established.Negotiated.HoldTime * 2 : TimeSpan.Zero;
        return stuck > (hold > ShortestSendHold ? hold : ShortestSendHold);
    }

    public void Dispose()
    {
        _deadlines.StopAll();
        _deadlines.Dispose();
        _attempt?.Cancel();
        _attempt = null;
        Connection?.Close();
        Connection = null;
    }
}
