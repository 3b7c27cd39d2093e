using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Workflows.Tests;

/// <summary>The loops that work off effects and wake-ups, turned by their supervisor as the server does it, on a clock of the test's own.</summary>
public sealed class BackgroundTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-background-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly List<Supervisor> _supervisors = [];
    private SqliteStore _disk = null!;
    private UnwellStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _disk = new SqliteStore(Path.Combine(_folder, "store.db"), _time);
        await _disk.MigrateAsync(CancellationToken.None);
        _store = new UnwellStore(_disk);
    }

    public async ValueTask DisposeAsync()
    {
        _store.IsAway = false;
        foreach (Supervisor supervisor in _supervisors)
            await supervisor.StopAllAsync(TimeSpan.Zero);
        await _disk.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Engine NewEngine() => new(_store, [new JobWorkflow()]);

    private (Supervisor Supervisor, EffectRunner Runner) Start(params IEffectHandler[] handlers)
    {
        Engine engine = NewEngine();
        var supervisor = new Supervisor(_time, NullLogger<Supervisor>.Instance);
        _supervisors.Add(supervisor);
        var runner = new EffectRunner(engine, handlers, _time, NullLogger<EffectRunner>.Instance, "me");
        supervisor.Start(runner);
        supervisor.Start(new WakeUpLoop(engine, _time, NullLogger<WakeUpLoop>.Instance));
        return (supervisor, runner);
    }

    private async Task SendAsync(ResourceId id, Signal signal) =>
        Assert.IsType<SendOutcome.Delivered>(
            await NewEngine().SendAsync(id, Job.ResourceType, signal, SendContext.Causeway, CancellationToken.None)
        );

    private Task BeginAsync(string name, string kind, DateTimeOffset? until = null, Func<Effect, Effect>? with = null) =>
        SendAsync(
            Job.IdOf(name),
            new JobSignal.Begin(
                _time.GetUtcNow(),
                Job.IdOf(name),
                [(with ?? (e => e))(new Effect($"{kind}/{name}", kind, Job.IdOf(name), default, default))],
                until
            )
        );

    private async Task<Job> JobAsync(string name) =>
        new JobWorkflow().Read((await _disk.GetAsync(Job.IdOf(name), CancellationToken.None))!).Resource;

    /// <summary>Lets a second pass at each look.</summary>
    private Task<T> AsTimePasses<T>(Func<Task<T>> look, Func<T, bool> holds, string what, TimeSpan? step = null) =>
        Eventually.Get(
            async () =>
            {
                _time.Advance(step ?? TimeSpan.FromSeconds(1));
                return await look();
            },
            holds,
            what,
            TimeSpan.FromSeconds(60)
        );

    private Task<Job> StateAsTimePasses(string name, string state, TimeSpan? step = null) =>
        AsTimePasses(() => JobAsync(name), job => job.StateName == state, $"{name} is {state}", step);

    private async Task<PendingEffect?> PendingAsync(string effect) =>
        (await _disk.PendingEffectsAsync(null, 1000, CancellationToken.None)).FirstOrDefault(e => e.Effect.Name == effect);

    [Fact]
    public async Task An_outage_of_more_than_a_minute_ends_no_loop_and_what_came_due_in_it_is_done()
    {
        var handler = new JobHandler("k", (e, _) => Task.FromResult(JobHandler.Done(e)));
        (Supervisor supervisor, _) = Start(handler);
        await BeginAsync("before", "k");
        await StateAsTimePasses("before", "Done");
        await BeginAsync("waits", "none", until: _time.GetUtcNow().AddSeconds(30)); // its wake-up comes due during the outage

        _store.IsAway = true;
        await new Engine(_disk, [new JobWorkflow()]).SendAsync(
            Job.IdOf("during"),
            Job.ResourceType,
            new JobSignal.Begin(_time.GetUtcNow(), Job.IdOf("during"), [new Effect("k/during", "k", Job.IdOf("during"), default, default)]),
            SendContext.Causeway,
            CancellationToken.None
        );
        DateTimeOffset began = _time.GetUtcNow();
        await AsTimePasses(
            () => Task.FromResult(supervisor.Status),
            all =>
                _time.GetUtcNow() - began > TimeSpan.FromSeconds(90)
                && all.All(l => l.State is LoopState.Failing or LoopState.Running && l.Failures > 2),
            "more than a minute has passed, and every loop shows that it fails"
        );
        Assert.True(_store.FailedReads > 0);
        _store.IsAway = false;

        await StateAsTimePasses("during", "Done");
        await StateAsTimePasses("waits", "Overdue");
        await AsTimePasses(() => Task.FromResult(supervisor.Status), all => all.All(l => l.IsWell), "every loop is well again");
    }

    [Fact]
    public async Task A_commit_that_cannot_be_answered_is_done_again()
    {
        var handler = new JobHandler("k", (e, _) => Task.FromResult(JobHandler.Done(e)));
        await BeginAsync("a", "k");
        _store.FailCommits = 3;
        Start(handler);
        await StateAsTimePasses("a", "Done");
        Assert.True(handler.Runs > 1);
    }

    [Fact]
    public async Task A_handler_that_hangs_holds_up_nobody_and_is_shown()
    {
        var never = new TaskCompletionSource<EffectOutcome>();
        var hangs = new JobHandler("hangs", (_, _) => never.Task)
        {
            Policy = new EffectPolicy { Deadline = TimeSpan.FromSeconds(5), Parallel = 2 },
        };
        (_, EffectRunner runner) = Start(hangs, new JobHandler("k", (e, _) => Task.FromResult(JobHandler.Done(e))));
        await BeginAsync("h", "hangs");
        await BeginAsync("fine", "k");
        await StateAsTimePasses("fine", "Done");
        PendingEffect shown = (
            await AsTimePasses(() => PendingAsync("hangs/h"), e => e?.LastProblem is not null, "the operator sees what is wrong")
        )!;
        Assert.StartsWith("did not end within 5 s", shown.LastProblem, StringComparison.Ordinal);
        await AsTimePasses(() => Task.FromResult(hangs.Runs), runs => runs == 2, "tried again, beside the one that was left to itself");
        for (int i = 0; i < 60; i++)
            _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, hangs.Runs); // both places of its kind are taken by what hangs
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        await runner.EndAsync(hurry.Token).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System); // it does not hold up the end either
    }

    [Fact]
    public async Task Two_hundred_effects_of_one_dead_key_and_kind_stop_nothing_else()
    {
        int at = 0,
            most = 0;
        var dead = new JobHandler(
            "dead",
            async (_, cancellation) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref at));
                // Counted as over when it is told to end, which the runner waits for; when its thread gets to it is the machine's business.
                cancellation.Register(() => Interlocked.Decrement(ref at));
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
                throw new System.Diagnostics.UnreachableException();
            }
        );
        var alive = new JobHandler("alive", (e, _) => Task.FromResult(JobHandler.Done(e)));
        for (int i = 0; i < 200; i++)
            await BeginAsync($"dead-{i}", "dead", with: e => e with { Key = "router" });
        Start(dead, alive);
        await Eventually.True(() => dead.Runs == 1, "the dead one is being tried");
        for (int i = 0; i < 20; i++)
            await BeginAsync($"alive-{i}", "alive");
        // No time passes: none of them waits for the deadline of another.
        await Eventually.True(() => alive.Runs == 20, "the others run at once");
        Assert.Equal((1, 1), (dead.Runs, most));
        await AsTimePasses(() => Task.FromResult(dead.Runs), runs => runs > 5, "each of the key gets its turn", TimeSpan.FromSeconds(10));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_run_longer_than_its_lease_is_renewed_and_not_run_beside()
    {
        var end = new TaskCompletionSource<EffectOutcome>();
        Effect? run = null;
        var slow = new JobHandler(
            "slow",
            (e, _) =>
            {
                run = e;
                return end.Task;
            }
        )
        {
            Policy = new EffectPolicy { Deadline = TimeSpan.FromHours(2) },
        };
        await BeginAsync("s", "slow");
        Start(slow);
        Start(slow); // another node
        await Eventually.True(() => slow.Runs == 1, "it runs");
        DateTimeOffset began = _time.GetUtcNow();
        while (_time.GetUtcNow() - began < TimeSpan.FromMinutes(10))
        {
            int renewed = _store.Renewals;
            _time.Advance(TimeSpan.FromSeconds(4));
            await Eventually.True(() => _store.Renewals > renewed, $"the lease is renewed after {_time.GetUtcNow() - began}");
        }
        end.SetResult(JobHandler.Done(run!));
        await StateAsTimePasses("s", "Done");
        Assert.Equal(1, slow.Runs);
    }

    [Fact]
    public async Task What_does_not_succeed_in_its_time_is_given_up_and_its_owner_told_why()
    {
        var policy = new EffectPolicy { GiveUpAfter = TimeSpan.FromMinutes(2), LongestBackOff = TimeSpan.FromSeconds(20) };
        var broken = new JobHandler("broken", (_, _) => throw new IOException("the router does not answer")) { Policy = policy };
        var needy = new JobHandler("needy", (e, _) => Task.FromResult(JobHandler.Done(e))) { Policy = policy };
        var unwanted = new JobHandler(
            "unwanted",
            (e, _) =>
                Task.FromResult<EffectOutcome>(
                    new EffectOutcome.Done(
                        JobHandler.To(e.Resource, new JobSignal.Done(DateTimeOffset.UnixEpoch)),
                        JobHandler.To(Job.IdOf("x"), new JobSignal.Refused(DateTimeOffset.UnixEpoch))
                    )
                )
        );
        (_, EffectRunner runner) = Start(broken, needy, unwanted);
        await BeginAsync("a", "broken");
        await BeginAsync("b", "needy", with: e => e with { Needs = "routers/gone" });
        await BeginAsync("c", "unwanted");

        await StateAsTimePasses("c", "Failed"); // at once: refused is refused
        Assert.Equal("what it brought back was refused: not wanted any more", (await JobAsync("c")).Why);
        await StateAsTimePasses("a", "Failed");
        await StateAsTimePasses("b", "Failed");

        Assert.EndsWith("last: the router does not answer", (await JobAsync("a")).Why, StringComparison.Ordinal);
        Assert.Contains("tried ", (await JobAsync("a")).Why, StringComparison.Ordinal);
        Assert.EndsWith("no node holds 'routers/gone'", (await JobAsync("b")).Why, StringComparison.Ordinal);
        Assert.Equal(0, needy.Runs);
        Assert.Empty(await _disk.PendingEffectsAsync(null, 10, CancellationToken.None));
        await Eventually.True(() => runner.GaveUp.Count == 2, "counted");
        Assert.Equal([("broken", 1L), ("needy", 1L)], runner.GaveUp.OrderBy(g => g.Key).Select(g => (g.Key, g.Value)));
    }

    [Fact]
    public async Task A_clock_set_back_an_hour_delays_no_retry()
    {
        int failures = 3;
        var handler = new JobHandler(
            "k",
            (e, _) => Interlocked.Decrement(ref failures) >= 0 ? throw new IOException("not yet") : Task.FromResult(JobHandler.Done(e))
        );
        Start(handler);
        await BeginAsync("a", "k");
        await Eventually.Get(() => PendingAsync("k/a"), e => e is { LastProblem: not null, LeasedUntil: null }, "it rests");
        _time.SetClock(TimeSpan.FromHours(-1));
        DateTimeOffset began = _time.GetUtcNow();
        await StateAsTimePasses("a", "Done");
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task What_was_asked_for_under_a_clock_that_was_ahead_is_done_after_it_was_set_right()
    {
        await BeginAsync("a", "k");
        _time.SetClock(TimeSpan.FromHours(-1));
        Start(new JobHandler("k", (e, _) => Task.FromResult(JobHandler.Done(e))));
        DateTimeOffset began = _time.GetUtcNow();
        await StateAsTimePasses("a", "Done");
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_wake_up_comes_once_at_its_time_and_not_at_one_it_was_moved_from()
    {
        DateTimeOffset due = _time.GetUtcNow().AddHours(1);
        var traces = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Causeway.Workflows",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = traces.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        Start();
        Start(); // two nodes look
        await BeginAsync("a", "none", until: due);
        await BeginAsync("moved", "none", until: due);
        await BeginAsync("done", "none", until: due);
        await SendAsync(Job.IdOf("moved"), new JobSignal.Extend(_time.GetUtcNow(), due.AddHours(1)));
        await SendAsync(Job.IdOf("done"), new JobSignal.Done(_time.GetUtcNow()));
        Assert.Equal(2, (await _disk.WakeUpsPendingAsync(CancellationToken.None)).Waiting);
        await AsTimePasses(
            () => JobAsync("a"),
            a => _time.GetUtcNow() >= due || a.StateName != "Working",
            "its time comes",
            TimeSpan.FromMinutes(1)
        );
        Assert.Equal(due, _time.GetUtcNow()); // not before
        await StateAsTimePasses("a", "Overdue");
        Assert.Equal(("Working", "Done"), ((await JobAsync("moved")).StateName, (await JobAsync("done")).StateName));
        await StateAsTimePasses("moved", "Overdue", TimeSpan.FromMinutes(10));
        Assert.Equal(0, (await _disk.WakeUpsPendingAsync(CancellationToken.None)).Waiting);
        IReadOnlyList<JournalEntry> journal = await _disk.JournalAsync(new JournalQuery(), CancellationToken.None);
        Assert.Equal(2, journal.Count(e => e.Signal == nameof(WokenUp))); // once each, though two looked
        Assert.Contains(
            traces,
            wakeUp =>
                wakeUp.OperationName.StartsWith("wake-up", StringComparison.Ordinal)
                && $"{wakeUp.GetTagItem("causeway.resource")}" == Job.IdOf("a").Text
                && wakeUp.Parent is null
                && traces.Any(t => t.OperationName == "commit" && t.TraceId == wakeUp.TraceId)
        );
    }

    /// <summary>Being asked for at once, run and completed, or left by a node that died: neither takes the timer along.</summary>
    [Fact]
    public async Task A_timer_outlives_the_work_that_is_asked_for_meanwhile_and_the_death_of_its_node()
    {
        DateTimeOffset due = _time.GetUtcNow().AddHours(24);
        await BeginAsync("a", "k", until: due);
        LeasedEffect begun = Assert.Single(
            await _disk.LeaseEffectsAsync(
                new EffectsWanted("dead", [new KindWanted("k", 1, TimeSpan.FromSeconds(15))]),
                CancellationToken.None
            )
        );
        Assert.Equal("k/a", begun.Effect.Name); // and its node dies here
        var handler = new JobHandler("k", (_, _) => Task.FromResult<EffectOutcome>(new EffectOutcome.Done()));
        Start(handler);
        await BeginAsync("a", "k", until: due); // asked for once more, to run now
        await AsTimePasses(() => PendingAsync("k/a"), e => e is null, "all of it is done");
        Assert.Equal(new WakeUpsPending(1, due), await _disk.WakeUpsPendingAsync(CancellationToken.None));
        await StateAsTimePasses("a", "Overdue", TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task One_document_that_cannot_be_read_holds_up_no_other_wake_up()
    {
        DateTimeOffset due = _time.GetUtcNow().AddMinutes(1);
        await BeginAsync("bad", "none", until: due);
        await BeginAsync("good", "none", until: due.AddSeconds(1));
        StoredResource row = (await _disk.GetAsync(Job.IdOf("bad"), CancellationToken.None))!;
        await _disk.CommitAsync(
            new Changes { Writes = [new ResourceWrite.Put(row with { Revision = 2, Body = "not JSON"u8.ToArray() }, 1)] },
            CancellationToken.None
        );
        (Supervisor supervisor, _) = Start();
        await StateAsTimePasses("good", "Overdue");
        await AsTimePasses(
            () => Task.FromResult(supervisor.Status.Single(l => l.Name == "wake-ups")),
            l => l is { IsWell: true, Says: { } says } && says.Contains("1 cannot be", StringComparison.Ordinal),
            "the operator sees that one cannot be delivered"
        );
    }

    [Fact]
    public async Task What_stays_in_a_send_over_several_is_held_to_what_was_read()
    {
        await BeginAsync("over", "none");
        await SendAsync(Job.IdOf("over"), new JobSignal.Done(_time.GetUtcNow()));
        await BeginAsync("moves", "none");
        int decided = 0;
        _store.BeforeCommit = async () =>
        {
            _store.BeforeCommit = null;
            await BeginAsync("over", "none"); // another writer, between the decision and its commit
        };
        await NewEngine()
            .SendAsync(
                [
                    new Addressed(
                        Job.IdOf("over"),
                        Job.ResourceType,
                        (_, _) =>
                        {
                            decided++;
                            return ValueTask.FromResult<Asked>(new JobSignal.Done(_time.GetUtcNow()));
                        }
                    ),
                    JobHandler.To(Job.IdOf("moves"), new JobSignal.Done(_time.GetUtcNow())),
                ],
                SendContext.Causeway,
                CancellationToken.None
            );
        Assert.Equal(2, decided); // it stayed at first, and moved once it had changed
        Assert.Equal(("Done", "Done"), ((await JobAsync("over")).StateName, (await JobAsync("moves")).StateName));
    }

    /// <summary>Away: reads and writes alike fail, as a database that was stopped does.</summary>
    private sealed class UnwellStore(IStore inner) : StoreDecorator(inner)
    {
        public volatile bool IsAway;
        public int FailCommits;
        public int FailedReads;
        public int Renewals;
        public Func<Task>? BeforeCommit;

        private void Reach()
        {
            if (IsAway)
                throw new IOException("the database is away");
        }

        private void ReachToRead()
        {
            if (IsAway)
                Interlocked.Increment(ref FailedReads);
            Reach();
        }

        public override ValueTask<StoredResource?> GetAsync(ResourceId id, CancellationToken cancellation)
        {
            ReachToRead();
            return base.GetAsync(id, cancellation);
        }

        public override async Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation)
        {
            Reach();
            if (Interlocked.Decrement(ref FailCommits) >= 0)
                throw new IOException("no answer");
            if (BeforeCommit is { } first)
                await first();
            return await base.CommitAsync(changes, cancellation);
        }

        public override Task<IReadOnlyList<LeasedEffect>> LeaseEffectsAsync(EffectsWanted wanted, CancellationToken cancellation)
        {
            Reach();
            return base.LeaseEffectsAsync(wanted, cancellation);
        }

        public override async Task<bool> RenewEffectAsync(LeasedEffect effect, TimeSpan leaseFor, CancellationToken cancellation)
        {
            Reach();
            bool kept = await base.RenewEffectAsync(effect, leaseFor, cancellation);
            Interlocked.Increment(ref Renewals);
            return kept;
        }

        public override Task<bool> RetryEffectAsync(LeasedEffect effect, TimeSpan after, string why, CancellationToken cancellation)
        {
            Reach();
            return base.RetryEffectAsync(effect, after, why, cancellation);
        }

        public override ValueTask<TimeSpan?> NextEffectDueAsync(EffectsWanted wanted, CancellationToken cancellation)
        {
            ReachToRead();
            return base.NextEffectDueAsync(wanted, cancellation);
        }

        public override ValueTask<IReadOnlyList<DueWakeUp>> DueWakeUpsAsync(int most, CancellationToken cancellation)
        {
            ReachToRead();
            return base.DueWakeUpsAsync(most, cancellation);
        }

        public override ValueTask<TimeSpan?> NextWakeUpAsync(CancellationToken cancellation)
        {
            ReachToRead();
            return base.NextWakeUpAsync(cancellation);
        }
    }
}
