using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>
/// Routes of a peer that restarts gracefully (RFC 4724 §4.2): kept while it is away for its restart time, then confirmed family by family by its
/// End-of-RIB, or swept when that takes too long. All members need the neighbor's gate.
/// </summary>
internal sealed class StaleRoutes : IDisposable
{
    /// <summary>How long a peer that is back may take to announce everything again.</summary>
    private static readonly TimeSpan LongestTransfer = TimeSpan.FromMinutes(6);

    private enum Phase
    {
        Away,
        Back,
        Over,
    }

    private readonly Rib _rib;
    private readonly RibPeer _peer;
    private readonly Lock _gate;
    private readonly ITimer _timer;
    private Phase _phase;

    public StaleRoutes(Rib rib, RibPeer peer, Lock gate, TimeProvider clock, TimeSpan restartTime)
    {
        (_rib, _peer, _gate) = (rib, peer, gate);
        _timer = clock.CreateTimer(_ => Expire(), null, restartTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The peer's place in the tables, to be taken over by its next session; null when it was away too long.</summary>
    public RibPeer? Peer => _phase == Phase.Away ? _peer : null;

    /// <summary>The peer is back. Families whose forwarding state it did not keep are swept at once.</summary>
    public void Resume(TableSession session)
    {
        if (_phase != Phase.Away)
            return;
        _phase = Phase.Back;
        foreach (IpFamily family in (ReadOnlySpan<IpFamily>)[IpFamily.V4, IpFamily.V6])
        {
            bool kept =
                session.Negotiated.GracefulRestart is { } restart
                && restart.Families.Any(f => f.Afi == (ushort)family && f.Safi == 1 && f.Forwarding);
            if (!kept)
                _rib.SweepStale(_peer, family);
        }
        _timer.Change(LongestTransfer, Timeout.InfiniteTimeSpan);
    }

    /// <summary>End-of-RIB: what was not announced again is gone.</summary>
    public void Confirm(IpFamily family)
    {
        if (_phase == Phase.Back)
            _rib.SweepStale(_peer, family);
    }

    private void Sweep()
    {
        _rib.SweepStale(_peer, IpFamily.V4);
        _rib.SweepStale(_peer, IpFamily.V6);
    }

    private void Expire()
    {
        lock (_gate)
        {
            switch (_phase)
            {
                case Phase.Away:
                    _rib.Remove(_peer);
                    break;
                case Phase.Back:
                    Sweep();
                    break;
            }
            _phase = Phase.Over;
        }
    }

    /// <summary>Ends the watch: routes of a peer that is still away go; of one that is back, those that it has not confirmed (RFC 4724 §4.2, consecutive restarts).</summary>
    public void Dispose()
    {
        if (_phase == Phase.Away)
            _rib.Remove(_peer);
        else if (_phase == Phase.Back)
            Sweep();
        _phase = Phase.Over;
        _timer.Dispose();
    }
}
