namespace Causeway.Bgp.Session;

/// <summary>
/// The five timers of a session on one clock timer. Restarting a timer, which happens with every message, only writes a number; the clock's timer is
/// moved when a deadline comes nearer, and looks again when it fires too early. Not safe for concurrent use: the caller holds the gate.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private const long Stopped = long.MaxValue;
    private const int First = (int)SessionTimer.ConnectRetry;
    private const int Count = (int)SessionTimer.IdleHold - First + 1;

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly long[] _due = new long[Count];
    private long _scheduled = Stopped;

    /// <param name="wake">Called on a timer thread when something may be due; it takes the gate and calls <see cref="TakeExpired"/>.</param>
    public Deadlines(TimeProvider clock, Action wake)
    {
        _clock = clock;
        Array.Fill(_due, Stopped);
        _timer = clock.CreateTimer(static s => ((Action)s!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start(SessionTimer timer, TimeSpan after)
    {
        long due = _clock.GetTimestamp() + (long)(after.TotalSeconds * _clock.TimestampFrequency);
        _due[(int)timer - First] = due;
        if (due < _scheduled)
            Schedule(due);
    }

    public void Stop(SessionTimer timer) => _due[(int)timer - First] = Stopped;

    public void StopAll() => Array.Fill(_due, Stopped);

    /// <summary>The earliest timer that has expired; it is stopped by this. Null when none has, and then the clock is set for the next.</summary>
    public SessionTimer? TakeExpired()
    {
        long now = _clock.GetTimestamp();
        int earliest = 0;
        for (int i = 1; i < Count; i++)
            if (_due[i] < _due[earliest])
                earliest = i;
        if (_due[earliest] <= now)
        {
            _due[earliest] = Stopped;
            return (SessionTimer)(earliest + First);
        }
        _scheduled = Stopped;
        if (_due[earliest] != Stopped)
            Schedule(_due[earliest]);
        return null;
    }

    private void Schedule(long due)
    {
        _scheduled = due;
        double seconds = (double)(due - _clock.GetTimestamp()) / _clock.TimestampFrequency;
        // Timers count in milliseconds: rounding up spares a wake-up that comes a moment too early.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(seconds * 1000))), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
