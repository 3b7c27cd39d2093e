namespace Causeway.Hosting.Tests;

/// <summary>The time never runs backwards, and that of nodes that share a clock does not differ.</summary>
public sealed class SteadyClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_wall_clock_that_is_set_back_slows_the_time_and_one_that_is_set_forward_is_followed()
    {
        var wall = new Wall();
        var clock = new SteadyClock(wall);
        wall.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(Start.AddSeconds(10), clock.GetUtcNow());

        wall.Set(Start.AddHours(-1));
        DateTimeOffset before = clock.GetUtcNow();
        Assert.Equal(Start.AddSeconds(10), before);
        wall.Pass(TimeSpan.FromMinutes(10));
        DateTimeOffset after = clock.GetUtcNow();
        Assert.Equal(before.AddMinutes(9), after); // goes on, and loses a tenth

        wall.Pass(TimeSpan.FromHours(10));
        Assert.Equal(wall.GetUtcNow(), clock.GetUtcNow()); // both agree again
        wall.Set(wall.GetUtcNow().AddHours(1));
        Assert.Equal(wall.GetUtcNow(), clock.GetUtcNow());
    }

    [Fact]
    public void A_shared_clock_is_everybodys_and_a_wall_clock_plays_no_part_then()
    {
        var wall = new Wall();
        var clock = new SteadyClock(wall);
        wall.Set(Start.AddHours(1)); // this machine is an hour ahead
        Assert.Equal(Start.AddHours(1), clock.GetUtcNow());
        clock.Follow(Start);
        Assert.Equal(Start, clock.GetUtcNow());
        wall.Pass(TimeSpan.FromSeconds(5));
        wall.Set(Start.AddHours(9));
        Assert.Equal(Start.AddSeconds(5), clock.GetUtcNow());

        // The shared clock says a little less than was answered: nothing runs backwards.
        clock.Follow(Start.AddSeconds(4));
        Assert.Equal(Start.AddSeconds(5), clock.GetUtcNow());
        wall.Pass(TimeSpan.FromSeconds(100));
        Assert.Equal(Start.AddSeconds(104), clock.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_a_test_moves_follows_nobody()
    {
        var wall = new Wall();
        var clock = new SteadyClock(wall, mayFollow: false);
        clock.Follow(Start.AddYears(3));
        Assert.Equal(Start, clock.GetUtcNow());
    }

    /// <summary>A machine whose wall clock can be set while its monotonic one goes on.</summary>
    private sealed class Wall : TimeProvider
    {
        private DateTimeOffset _now = Start;
        private long _timestamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _timestamp;

        public void Pass(TimeSpan time) => (_now, _timestamp) = (_now + time, _timestamp + time.Ticks);

        public void Set(DateTimeOffset now) => _now = now;
    }
}
