using Microsoft.Extensions.Time.Testing;

namespace Causeway.Testing;

/// <summary>A clock that stands still until told to move, from a day that all tests share.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { }

    /// <summary>Somebody sets the wall clock, forward or back; no time passes, and timers do not notice.</summary>
    public void SetClock(TimeSpan by) => AdjustTime(GetUtcNow() + by);
}
