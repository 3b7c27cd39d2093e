using Causeway.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Hosting.Tests;

/// <summary>Loops under a clock that only the test moves.</summary>
public sealed class SupervisorTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 26, 2, 0, 0, TimeSpan.Zero));
    private readonly Lines _log = new();
    private readonly Supervisor _supervisor;

    public SupervisorTests() => _supervisor = new Supervisor(_clock, _log);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _supervisor.DisposeAsync();

    [Fact]
    public async Task A_loop_turns_again_after_the_time_that_its_turn_answered()
    {
        var loop = new Scripted("work", _ => Task.FromResult(new TurnResult("done", TimeSpan.FromMinutes(5))));
        _supervisor.Start(loop);
        await Turns(1);
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal(1, Status().Turns);
        Assert.Equal(LoopState.Waiting, Status().State);
        _clock.Advance(TimeSpan.FromTicks(1));
        await Turns(2);
        Assert.Equal("done", Status().Says);
    }

    [Fact]
    public async Task A_wake_brings_the_next_turn_and_one_during_a_turn_is_kept()
    {
        var inside = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var loop = new Scripted(
            "work",
            async _ =>
            {
                inside.TrySetResult();
                await go.Task;
                return new TurnResult("done", null);
            }
        );
        _supervisor.Start(loop);
        await inside.Task;
        loop.Wake();
        loop.Wake();
        go.SetResult();
        await Turns(2);
        await Eventually.True(() => Status().State == LoopState.Waiting, "the loop waits");
        loop.Wake();
        await Turns(3);
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))] // that nobody asked for: a driver's own time limit
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(AggregateException))]
    [InlineData(typeof(OutOfMemoryException))]
    public async Task Nothing_that_a_turn_throws_ends_its_loop(Type type)
    {
        int turn = 0;
        var loop = new Scripted(
            "work",
            _ =>
                ++turn % 2 == 1
                    ? throw (
                        type == typeof(ObjectDisposedException)
                            ? new ObjectDisposedException("x")
                            : (Exception)Activator.CreateInstance(type)!
                    )
                    : Task.FromResult(new TurnResult("done", TimeSpan.Zero.Add(TimeSpan.FromSeconds(1))))
        );
        _supervisor.Start(loop);
        for (int round = 0; round < 3; round++)
        {
            await Failures(1);
            Assert.Equal(LoopState.Failing, Status().State);
            _clock.Advance(TimeSpan.FromSeconds(0.2));
            await Eventually.True(() => Status() is { Failures: 0, State: LoopState.Waiting }, "it is well again");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.False(_supervisor.Fatal.IsCompleted);
    }

    [Fact]
    public async Task Failures_rest_ever_longer_and_neither_a_wake_nor_much_asking_shortens_the_rest()
    {
        var at = new List<DateTimeOffset>();
        var loop = new Scripted(
            "work",
            _ =>
            {
                at.Add(_clock.GetUtcNow());
                throw new InvalidOperationException("broken");
            }
        );
        _supervisor.Start(loop);
        var rests = new List<TimeSpan>();
        for (int failures = 1; failures <= 12; failures++)
        {
            await Failures(failures);
            for (int i = 0; i < 100; i++)
                loop.Wake();
            DateTimeOffset failed = _clock.GetUtcNow();
            // In small steps, so that the moment of the next turn is seen to a few hundredths of a second; no rest is longer than the longest.
            while (Status().Failures == failures && _clock.GetUtcNow() - failed < TimeSpan.FromSeconds(31))
            {
                _clock.Advance(TimeSpan.FromSeconds(_clock.GetUtcNow() - failed < TimeSpan.FromSeconds(0.1) ? 0.01 : 0.05));
                await Task.Yield();
            }
        }
        for (int i = 1; i < 12; i++)
        {
            double full = Math.Min(30, 0.2 * Math.Pow(2, i - 1)),
                rest = (at[i] - at[i - 1]).TotalSeconds;
            Assert.True(rest >= 0.75 * full, $"rest {i} was {rest} s, of {full}");
        }
    }

    [Fact]
    public async Task What_failed_tries_again_at_once_when_somebody_says_that_things_are_well()
    {
        bool broken = true;
        var loop = new Scripted("work", _ => broken ? throw new TimeoutException("away") : Task.FromResult(new TurnResult("done", null)));
        _supervisor.Start(loop);
        await Failures(1);
        broken = false;
        _supervisor.RetryNow(); // the clock stands still
        await Eventually.True(() => Status().Failures == 0, "it is well again");
    }

    [Fact]
    public async Task A_turn_that_hangs_is_shown_as_hung_asked_to_give_up_and_turned_again()
    {
        int turn = 0;
        var loop = new Scripted(
            "work",
            async stop =>
            {
                if (++turn == 1)
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return new TurnResult("done", null);
            }
        );
        _supervisor.Start(loop);
        await Eventually.True(() => turn == 1, "the turn began");
        DateTimeOffset began = _clock.GetUtcNow();
        Assert.True(Status().IsWell);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Failures(1);
        Assert.Contains("took longer than 00:01:00", Status().LastProblem!.Text, StringComparison.Ordinal);
        Assert.Equal(began, Status().Since);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await Eventually.True(() => Status() is { Failures: 0, Says: "done" }, "it is well again");
        Assert.Single(_log.Containing("hangs"));
    }

    [Fact]
    public async Task A_turn_that_heeds_nothing_stays_hung_for_all_to_see_and_does_not_hold_the_stop_up()
    {
        var never = new TaskCompletionSource<TurnResult>();
        var loop = new Scripted("work", _ => never.Task);
        _supervisor.Start(loop);
        await Eventually.True(() => loop.Begun == 1, "the turn began");
        DateTimeOffset began = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(LoopState.Hung, Status().State);
        Assert.Equal(began + TimeSpan.FromMinutes(1), Status().Since);
        Assert.False(Status().IsWell);
        Task<IReadOnlyList<Loop>> stopping = _supervisor.StopAsync([loop], TimeSpan.FromSeconds(5));
        await Eventually.True(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            },
            "the stop goes on"
        );
        Assert.Empty(await stopping);
        Assert.Single(_log.Containing("did not end"));
        never.SetResult(default);
    }

    [Fact]
    public async Task A_turn_that_blocks_its_thread_hangs_alone()
    {
        using var block = new ManualResetEventSlim();
        _supervisor.Start(
            new Scripted(
                "blocked",
                _ =>
                {
                    block.Wait(CancellationToken.None);
                    return Task.FromResult(new TurnResult("done", null));
                }
            )
        );
        _supervisor.Start(new Scripted("other", _ => Task.FromResult(new TurnResult("done", TimeSpan.FromSeconds(1)))));
        await Eventually.True(() => _supervisor.Status[1].State == LoopState.Waiting, "the other loop turns");
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(LoopState.Hung, _supervisor.Status[0].State);
        await Eventually.True(() => _supervisor.Status[1].Turns >= 2, "the other loop goes on");
        block.Set();
    }

    [Fact]
    public async Task A_problem_is_logged_once_then_once_a_minute_with_a_count_and_so_is_the_recovery()
    {
        bool broken = true;
        int turns = 0;
        var loop = new Scripted(
            "work",
            _ => broken ? throw new TimeoutException($"no answer from port {++turns}") : Task.FromResult(new TurnResult("done", null))
        )
        {
            Longest = TimeSpan.FromSeconds(1),
        };
        _supervisor.Start(loop);
        for (int second = 0; second < 180; second++)
        {
            int before = Status().Failures;
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.True(() => Status().Failures > before, "another failure");
        }
        string[] failures = _log.Containing("failed");
        Assert.InRange(failures.Length, 3, 4); // of at least 180
        Assert.Contains("times in between", failures[^1], StringComparison.Ordinal);
        broken = false;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(() => Status().Failures == 0, "it is well again");
        Assert.Contains("well again after 18", Assert.Single(_log.Containing("well again")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_different_kinds_are_each_logged()
    {
        int turn = 0;
        _supervisor.Start(
            new Scripted("work", _ => throw (++turn % 2 == 0 ? new TimeoutException("slow") : new InvalidOperationException("wrong")))
        );
        for (int failures = 1; failures <= 4; failures++)
        {
            await Failures(failures);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }
        Assert.Equal(2, _log.Containing("failed").Length);
    }

    [Fact]
    public async Task What_must_not_go_on_ends_the_process_and_says_why()
    {
        _supervisor.Start(new Scripted("work", _ => throw new FatalException("the schema is newer than this version")));
        string why = await _supervisor.Fatal.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal("work cannot go on: the schema is newer than this version", why);
        Assert.Equal(LoopState.Ended, Status().State);
    }

    [Fact]
    public async Task A_stop_cancels_the_turn_then_ends_what_the_turns_began_and_takes_the_loop_out()
    {
        var steps = new List<string>();
        var loop = new Scripted(
            "work",
            async stop =>
            {
                try
                {
                    await Task.Delay(Long, TimeProvider.System, stop);
                }
                finally
                {
                    steps.Add("turn");
                }
                return default;
            }
        )
        {
            End = _ =>
            {
                steps.Add("end");
                throw new InvalidOperationException("even so");
            },
        };
        _supervisor.Start(loop);
        await Eventually.True(() => loop.Begun == 1, "the turn began");
        Assert.Same(loop, Assert.Single(await _supervisor.StopAsync([loop], TimeSpan.FromMinutes(1))));
        Assert.Equal(["turn", "end"], steps);
        Assert.Empty(_supervisor.Status);
        _supervisor.Start(loop); // a name is free again
    }

    [Fact]
    public async Task An_end_that_takes_too_long_is_told_to_hurry()
    {
        var loop = new Scripted("work", _ => Task.FromResult(new TurnResult("done", null)))
        {
            End = hurry => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, hurry),
        };
        _supervisor.Start(loop);
        await Turns(1);
        Task<IReadOnlyList<Loop>> stopping = _supervisor.StopAsync([loop], TimeSpan.FromSeconds(5));
        await Eventually.True(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            },
            "the stop goes on"
        );
        Assert.Same(loop, Assert.Single(await stopping));
    }

    [Fact]
    public async Task What_waits_for_the_tokens_end_and_throws_does_no_harm()
    {
        var loop = new Scripted(
            "work",
            async stop =>
            {
                stop.Register(() => throw new InvalidOperationException("a library's own"));
                await Task.Delay(Long, TimeProvider.System, stop);
                return default;
            }
        );
        _supervisor.Start(loop);
        await Eventually.True(() => loop.Begun == 1, "the turn began");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Failures(1);
    }

    [Fact]
    public async Task What_loops_by_itself_is_begun_anew_when_it_ends_unasked_and_never_counts_as_hung()
    {
        int begun = 0;
        var end = new TaskCompletionSource();
        var loop = new Endless(
            "work",
            LoopStage.Work,
            async stop =>
                await (Interlocked.Increment(ref begun) == 1 ? end.Task : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop))
        );
        _supervisor.Start(loop);
        await Eventually.True(() => begun == 1, "it runs");
        _clock.Advance(Long);
        Assert.Equal(LoopState.Running, Status().State);
        end.SetResult();
        await Failures(1);
        Assert.Contains("nobody had asked", Status().LastProblem!.Text, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await Eventually.True(() => begun == 2, "it runs again");
        Assert.Equal(LoopState.Failing, Status().State); // until it has run for a while
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.True(() => Status() is { Failures: 0, State: LoopState.Running }, "it is well again");
        Assert.Single(_log.Containing("well again"));
    }

    [Fact]
    public async Task All_loops_stop_stage_by_stage()
    {
        var ended = new List<string>();
        foreach (LoopStage stage in (LoopStage[])[LoopStage.Upkeep, LoopStage.Routers, LoopStage.Work])
            _supervisor.Start(
                new Scripted($"{stage}", _ => Task.FromResult(new TurnResult("done", null)))
                {
                    In = stage,
                    End = _ =>
                    {
                        lock (ended)
                            ended.Add($"{stage}");
                        return Task.CompletedTask;
                    },
                }
            );
        await _supervisor.StopAllAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["Work", "Routers", "Upkeep"], ended);
    }

    [Fact]
    public void Two_loops_of_one_name_are_refused()
    {
        _supervisor.Start(new Scripted("work", _ => Task.FromResult(new TurnResult("done", null))));
        Assert.Throws<InvalidOperationException>(() =>
            _supervisor.Start(new Scripted("work", _ => Task.FromResult(new TurnResult("done", null))))
        );
    }

    private LoopStatus Status() => _supervisor.Status[0];

    private Task<LoopStatus> Turns(long turns) => Eventually.Get(Status, s => s.Turns >= turns, $"turn {turns}");

    private Task<LoopStatus> Failures(int failures) => Eventually.Get(Status, s => s.Failures >= failures, $"failure {failures}");

    private sealed class Scripted(string name, Func<CancellationToken, Task<TurnResult>> turn) : Loop(name)
    {
        private volatile int _begun;

        public int Begun => _begun;
        public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);
        public Func<CancellationToken, Task> End { get; init; } = _ => Task.CompletedTask;

        public LoopStage In { get; init; } = LoopStage.Upkeep;

        public override LoopStage Stage => In;

        public override TimeSpan LongestBackOff => Longest;

        public override Task<TurnResult> TurnAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref _begun);
            return turn(cancellation);
        }

        public override Task EndAsync(CancellationToken hurry) => End(hurry);
    }

    private sealed class Lines : ILogger<Supervisor>
    {
        private readonly List<string> _lines = [];

        public string[] Containing(string text)
        {
            lock (_lines)
                return [.. _lines.Where(l => l.Contains(text, StringComparison.Ordinal))];
        }

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (_lines)
                _lines.Add(formatter(state, exception));
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
