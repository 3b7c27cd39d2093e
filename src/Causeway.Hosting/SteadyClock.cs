namespace Causeway.Hosting;

/// <summary>
/// The time as one installation has it. Theory of operation: what is recorded (who did what when, meters) must neither run backwards nor differ between nodes,
/// whatever a machine's wall clock does. Where nodes share a database, its clock is everybody's (<see cref="Follow"/>): between two looks at it the time goes on
/// by the monotonic clock, and the machine's own wall clock plays no part. A lone node has only its wall clock: when that goes forward it is followed at once,
/// when it is set back the time goes on and loses a tenth of its pace until both agree. Timers and timestamps are those of the clock inside.
/// </summary>
public sealed class SteadyClock : TimeProvider
{
    private const double SlowerBy = 0.1;

    private readonly TimeProvider _inner;
    private readonly Lock _lock = new();
    private (DateTimeOffset Time, long At)? _followed;
    private DateTimeOffset _now;
    private long _at;

    private readonly bool _mayFollow;

    /// <param name="mayFollow">False where the clock inside is the only one that counts, as one that a test moves.</param>
    public SteadyClock(TimeProvider inner, bool mayFollow = true)
    {
        (_inner, _mayFollow) = (inner, mayFollow);
        (_now, _at) = (inner.GetUtcNow(), inner.GetTimestamp());
    }

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override long TimestampFrequency => _inner.TimestampFrequency;

    /// <summary>Never earlier than what was answered before, but for the first <see cref="Follow"/>.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            long at = _inner.GetTimestamp();
            TimeSpan passed = _inner.GetElapsedTime(_at, at);
            DateTimeOffset right = _followed is { } f ? f.Time + _inner.GetElapsedTime(f.At, at) : _inner.GetUtcNow();
            DateTimeOffset slow = _now + passed * (1 - SlowerBy);
            (_now, _at) = (right > slow ? right : slow, at);
            return _now;
        }
    }

    /// <summary>What the shared clock says at this instant. The first time it is taken as it is.</summary>
    public void Follow(DateTimeOffset time)
    {
        if (!_mayFollow)
            return;
        lock (_lock)
        {
            long at = _inner.GetTimestamp();
            if (_followed is null)
                (_now, _at) = (time, at);
            _followed = (time, at);
        }
    }

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);
}
