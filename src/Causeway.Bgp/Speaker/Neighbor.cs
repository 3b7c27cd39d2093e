using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Transport;
using Causeway.Primitives;
using RefreshKind = Causeway.Bgp.Messages.RefreshKind;

namespace Causeway.Bgp.Speaker;

/// <summary>
/// One configured neighbor: its state machine, a second one while two connections exist at once, and its place in the tables of its instance.
/// <para>
/// Theory of operation. Everything that changes a session happens under <see cref="Gate"/>: timers, bytes from the socket, operators. The tables have a lock
/// of their own, always taken inside the gate, and never call back while they hold it. A connection that comes in while the main machine has one gets a
/// rival machine; when an OPEN tells who is there, one of both is dumped (RFC 4271 §6.8), and a rival that wins becomes the main one.
/// </para>
/// <para>
/// Both sides must dump the same one. A KEEPALIVE of ours lets the peer establish that connection at any moment, and then it dumps every other; an OPEN of ours
/// on another connection may lead it to dump the first instead. So nobody who has sent the one sends the other: with the first OPEN all connections are judged,
/// those in OpenSent too, before the KEEPALIVE goes out; and a call that comes up while another is in OpenConfirm, ours or the peer's, is parked: it hears nothing
/// until it is known whether it is needed.
/// </para>
/// <para>
/// In Established the rival loses, unless the peer restarts gracefully: then its new OPEN means that the old session is dead, though nobody has said so, and the
/// routes of that wait as stale for the new one (RFC 4724 §4.2). RFC 4724 §5 acts on the TCP connection already; we wait for the OPEN, so that nobody who merely
/// connects from the peer's address ends a session.
/// </para>
/// </summary>
internal sealed partial class Neighbor : ISessionHost, IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>KEEPALIVEs are not sent more often than this (RFC 4271 §4.4).</summary>
    private static readonly TimeSpan ShortestKeepalive = TimeSpan.FromSeconds(1);

    private readonly ITransport _transport;
    private readonly TimeProvider _clock;
    private readonly Rib _rib;
    private readonly Action<BgpEvent> _observe;
    private readonly DateTimeOffset? _restartedAt;
    private SessionDriver _main;
    private SessionDriver? _rival;
    private (IConnection Wire, bool Outgoing)? _parked;
    private volatile TableSession? _session;
    private StaleRoutes? _stale;
    private SessionStateName _shown = SessionStateName.Idle;
    private DateTimeOffset _since;
    private DateTimeOffset? _wasUpUntil;
    private long _establishedAt;
    private long _triedAt;
    private int _timesEstablished;
    private SessionEnd? _lastEnd;
    private DateTimeOffset? _lastEndAt;
    private long _received;
    private long _sent;
    private long _routesSent;
    private long _updatesSent;
    private long _updatesReceived;
    private long _refreshesReceived;

    public Neighbor(
        string instance,
        NeighborConfiguration configuration,
        SessionSettings settings,
        Rib rib,
        ITransport transport,
        TimeProvider clock,
        Action<BgpEvent> observe,
        bool restarted = false
    )
    {
        Instance = instance;
        Configuration = configuration;
        Settings = settings;
        _rib = rib;
        _transport = transport;
        _clock = clock;
        _observe = observe;
        _since = clock.GetUtcNow();
        _restartedAt = restarted ? _since : null;
        _main = NewDriver(new SessionState.Idle(0, false));
    }

    public string Instance { get; }
    public NeighborConfiguration Configuration { get; private set; }
    public SessionSettings Settings { get; }
    public Lock Gate { get; } = new();

    /// <summary>Who waits for this neighbor's End-of-RIB after a restart of ours; set before <see cref="Start"/>.</summary>
    public SelectionDeferral? Deferral { private get; set; }

    /// <summary>The peer may still keep what we announced before our restart: until it has been there, or has let go of it.</summary>
    public bool Restarted =>
        _restartedAt is { } at
        && _timesEstablished == 0
        && Settings.GracefulRestart is { } restart
        && _clock.GetUtcNow() - at < restart.RestartTime;

    public PeerSecurity Security => new(Configuration.Md5Key, Configuration.TtlSecurityHops);

    public ConnectionRequest Request =>
        new(Configuration.LocalAddress, new IPEndPoint(Configuration.PeerAddress, Configuration.PeerPort), Security);

    private SessionDriver NewDriver(SessionState state) => new(this, _transport, _clock, state);

    /// <summary>Starts, when the configuration enables it.</summary>
    public void Start()
    {
        lock (Gate)
            if (Configuration.Enabled)
                _main.Handle(new SessionEvent.ManualStart());
    }

    /// <summary>Takes the session down and leaves it in Idle (RFC 4271 event 2).</summary>
    public void Stop(CeaseReason reason, string? words = null) => Stop(Notification.Cease(reason, words));

    private void Stop(Notification? farewell)
    {
        lock (Gate)
        {
            EndRival(new SessionEvent.ManualStop(farewell));
            NoLongerAwaited();
            _stale?.Dispose();
            _stale = null;
            _main.Handle(new SessionEvent.ManualStop(farewell));
        }
    }

    /// <summary>Ends the session and starts it again at once.</summary>
    public void Reset(string? words)
    {
        Stop(CeaseReason.AdministrativeReset, words);
        Start();
    }

    /// <summary>Takes a new configuration that does not touch the session itself: policies, limits, enabling.</summary>
    public void Reconfigure(NeighborConfiguration next)
    {
        lock (Gate)
        {
            NeighborConfiguration before = Configuration;
            Configuration = next;
            if (before.Enabled && !next.Enabled)
            {
                Stop(CeaseReason.AdministrativeShutdown, next.ShutdownReason);
                return;
            }
            if (!before.Enabled && next.Enabled)
            {
                Start();
                return;
            }
            if (_session is null)
            {
                // What is kept for a peer that restarts is held to what is wanted now, not to what was when it went.
                if (_stale?.Peer is { } away && before.Import != next.Import)
                    _rib.SetImport(away, CompiledPolicy.Compile(next.Import));
                return;
            }
            if (_session.Reconfigure(before, next))
                RequestRefresh();
            CheckLimits();
        }
    }

    /// <summary>Asks the peer for all routes again (RFC 2918).</summary>
    /// <returns>False when the session is not up or the peer cannot.</returns>
    public bool RequestRefresh()
    {
        lock (Gate)
        {
            if (_main.State is not SessionState.Established { Negotiated: { RouteRefresh: true } negotiated })
                return false;
            foreach (IpFamily family in negotiated.Families)
                _main.SendRefresh(new RouteRefreshMessage((ushort)family, RefreshKind.Request, 1));
            return true;
        }
    }

    /// <summary>A connection of the peer's has come in on our address.</summary>
    /// <returns>False when it is not wanted now; the caller says so and closes it.</returns>
    public bool TryAccept(IConnection wire)
    {
        lock (Gate)
        {
            switch (_main.State)
            {
                case SessionState.Idle { RestartsItself: true, Halted: false }:
                    // A peer that was quicker than our back-off is let wait instead of being sent away: many try again only after minutes.
                    wire.Protect(Security);
                    Park((wire, false));
                    return true;
                case SessionState.Idle:
                    return false;
                case SessionState.OpenConfirm:
                    wire.Protect(Security);
                    Park((wire, false));
                    return true;
                case SessionState.Active { DelayingOpen: false }:
                    wire.Protect(Security);
                    _main.Attach(wire, outgoing: false);
                    return true;
                case SessionState.Established:
                    TryOld();
                    break;
            }
            // One that has sent its OPEN is about to be the session. Else the newest call counts: the peer may have given the older one up.
            if (_rival?.State is SessionState.OpenConfirm)
                return false;
            wire.Protect(Security);
            EndRival(new SessionEvent.OpenCollisionDump());
            StartRival(wire);
            return true;
        }
    }

    /// <summary>
    /// A peer that calls while its session is up may have rebooted. Then its system answers whatever comes on the old connection with a reset, and we need not
    /// wait for the hold time.
    /// </summary>
    private void TryOld()
    {
        if (_triedAt != 0 && _clock.GetElapsedTime(_triedAt) < ShortestKeepalive)
            return;
        _triedAt = Math.Max(1, _clock.GetTimestamp());
        _main.SendKeepalive();
    }

    /// <summary>
    /// Does this OPEN on another connection say that the peer has restarted, so that the session is over? It must be one that restarts gracefully, and either say
    /// so, or call when the two calls of a simultaneous start have long found each other.
    /// </summary>
    private bool HasRestarted(SessionState.Established session, OpenMessage open) =>
        session.Negotiated.GracefulRestart is { Families.IsEmpty: false }
        && (_clock.GetElapsedTime(_establishedAt) >= Settling || open.Find<Capability.GracefulRestart>() is { Restarted: true });

    private void StartRival(IConnection wire, bool outgoing = false)
    {
        _rival = NewDriver(new SessionState.Active(0, false));
        _rival.Attach(wire, outgoing);
    }

    /// <summary>Keeps one call until Idle or OpenConfirm is over; the newest, since an older one may have been given up.</summary>
    private void Park((IConnection Wire, bool Outgoing)? call)
    {
        IConnection? older = _parked?.Wire;
        _parked = call;
        if (older is not null)
            _ = older.DisposeAsync().AsTask();
    }

    private void TakeParked()
    {
        if (_parked is not (IConnection wire, bool outgoing))
            return;
        _parked = null;
        if (_main.Connection is null && (_main.State is SessionState.Active || outgoing && _main.State is SessionState.Connect))
            _main.Attach(wire, outgoing);
        else
            StartRival(wire, outgoing);
    }

    /// <summary>Ends the session for good because this speaker restarts: without a NOTIFICATION where the peer keeps our routes meanwhile (RFC 4724 §4.2).</summary>
    /// <returns>True when it does.</returns>
    public bool RetireForRestart()
    {
        lock (Gate)
        {
            bool kept =
                Settings.GracefulRestart is not null && _main.State is SessionState.Established { Negotiated.GracefulRestart: not null };
            Retire(kept ? null : Notification.Cease(CeaseReason.AdministrativeReset, "restart"));
            return kept;
        }
    }

    /// <summary>Ends the session for good; the connection closes after its NOTIFICATION is out.</summary>
    public void Retire(CeaseReason reason) => Retire(Notification.Cease(reason));

    private void Retire(Notification? farewell)
    {
        lock (Gate)
        {
            Stop(farewell);
            DropRival();
            Park(null);
            _stale?.Dispose();
            _stale = null;
            _main.Dispose();
        }
    }

    public void Dispose() => Retire(CeaseReason.PeerDeconfigured);

    // ---- ISessionHost -------------------------------------------------------------------------------------------

    void ISessionHost.StateChanged(SessionDriver driver, SessionState before)
    {
        if (driver != _main)
        {
            // A rival that failed is gone; its error is remembered, the main machine goes on.
            if (driver == _rival && driver.State is SessionState.Idle or SessionState.Active { DelayingOpen: false })
            {
                DropRival();
                if (before is SessionState.OpenConfirm)
                    TakeParked();
            }
            return;
        }
        Announce(driver.State.Name);
        if (before is SessionState.Idle)
            TakeParked();
        else if (
            before is SessionState.OpenConfirm
            && driver.State is SessionState.Active or SessionState.Idle { RestartsItself: true, Halted: false }
        )
            TakeParked();
        else if (driver.State is SessionState.Idle { RestartsItself: false } or SessionState.Idle { Halted: true })
        {
            Park(null);
            EndRival(new SessionEvent.AutomaticStop(Notification.Cease(CeaseReason.ConnectionRejected), null));
        }
        if (driver.State is SessionState.Idle or SessionState.Active && _rival is not null)
            Promote();
    }

    bool ISessionHost.Holds(SessionDriver driver, IConnection wire)
    {
        if (driver != _main || _rival?.State is not SessionState.OpenConfirm)
            return false;
        Park((wire, true));
        return true;
    }

    void ISessionHost.Up(SessionDriver driver, Negotiated negotiated)
    {
        if (driver == _rival)
            Promote();
        EndRival(new SessionEvent.OpenCollisionDump());
        Park(null);
        _establishedAt = _clock.GetTimestamp();
        _timesEstablished++;
        _session = new TableSession(_rib, Configuration, Settings, negotiated, driver.Connection!, _stale?.Peer);
        _stale?.Resume(_session);
        foreach (IpFamily family in Settings.Families)
            if (!negotiated.Families.Contains(family) || negotiated.GracefulRestart is not { Restarted: false })
                Deferral?.Done(this, family);
    }

    private void NoLongerAwaited()
    {
        foreach (IpFamily family in Settings.Families)
            Deferral?.Done(this, family);
    }

    void ISessionHost.Down(SessionDriver driver)
    {
        if (_session is not { } session)
            return;
        _stale?.Dispose();
        _stale = null;
        // RFC 4724 §4.2: only a connection that broke, without a NOTIFICATION from either side, looks like a restart.
        bool broke = _lastEnd is { Sent: null, Received: null };
        if (broke && session.Negotiated.GracefulRestart is { Families.IsEmpty: false } restart)
        {
            session.Suspend(restart);
            _stale = new StaleRoutes(_rib, session.Peer, Gate, _clock, TimeSpan.FromSeconds(restart.Time));
        }
        else
        {
            session.Close();
        }
        // Last, since routes are looked at without the gate: those that are kept are seen all the while.
        _session = null;
    }

    void ISessionHost.Remember(SessionDriver driver, SessionEnd end)
    {
        // The loser of a collision is not an error worth showing.
        if (driver != _main && driver != _rival)
            return;
        if (driver != _main && (end.Sent ?? end.Received) is { IsCollision: true })
            return;
        _lastEnd = end;
        _lastEndAt = _clock.GetUtcNow();
    }

    void ISessionHost.Sent(MessageType type) => _sent++;

    /// <summary>Tells observers once of each state that the neighbor as a whole enters.</summary>
    private void Announce(SessionStateName to)
    {
        SessionStateName from = _shown;
        if (to == from)
            return;
        _shown = to;
        _since = _clock.GetUtcNow();
        if (from == SessionStateName.Established)
            _wasUpUntil = _since;
        string? reason = to is SessionStateName.Idle or SessionStateName.Active ? _lastEnd?.Text : null;
        _observe(new BgpEvent.StateChanged(_since, Instance, Configuration.Name, from, to, reason));
    }

    /// <summary>The rival takes the place of the main machine, which has no session to lose.</summary>
    private void Promote()
    {
        SessionDriver loser = _main;
        _main = _rival!;
        _rival = null;
        loser.Handle(new SessionEvent.OpenCollisionDump());
        loser.Dispose();
        Announce(_main.State.Name);
    }

    private void EndRival(SessionEvent why)
    {
        _rival?.Handle(why);
        DropRival();
    }

    private void DropRival()
    {
        _rival?.Dispose();
        _rival = null;
    }
}
