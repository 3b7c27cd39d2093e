using System.Collections.Concurrent;
using System.Text;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

/// <summary>
/// Effects are judged by the store's clock, which nobody can set here: what is due was due long ago, what is not is due in thousands of years, and a lease of no
/// time has run out as soon as it is given.
/// </summary>
public abstract partial class StoreConformance
{
    private static Effect Effect(string name, DateTimeOffset due, string body = "") =>
        new(name, "configure", Circuit("c"), Encoding.UTF8.GetBytes(body), due);

    protected static EffectsWanted Wanted(string kind = "configure", int most = 1, TimeSpan? leaseFor = null, string holder = "me") =>
        new(holder, [new KindWanted(kind, most, leaseFor ?? Minute)]);

    private Task Ask(params Effect[] effects) => Commit(new Changes { Effects = [.. effects] });

    private async Task<LeasedEffect> LeaseOne(TimeSpan? leaseFor = null) =>
        Assert.Single(await Store.LeaseEffectsAsync(Wanted(leaseFor: leaseFor), CancellationToken.None));

    protected async Task<List<string>> LeaseNames(int most, IStore? store = null, string kind = "configure", TimeSpan? leaseFor = null) =>
        [.. (await (store ?? Store).LeaseEffectsAsync(Wanted(kind, most, leaseFor), CancellationToken.None)).Select(e => e.Effect.Name)];

    private async Task Complete(LeasedEffect effect) => await Commit(new Changes { Completed = [effect] });

    private async Task<TimeSpan?> Next(EffectsWanted? wanted = null) =>
        await Store.NextEffectDueAsync(wanted ?? Wanted(), CancellationToken.None);

    private async Task<PendingEffect> Pending(string name) =>
        Assert.Single(await Store.PendingEffectsAsync(null, 1000, CancellationToken.None), e => e.Effect.Name == name);

    [Fact]
    public async Task An_effect_runs_when_it_is_due_and_goes_when_it_is_done()
    {
        Effect asked = Effect("e", Start, "body") with { Key = "key", Awaits = Circuit("c") };
        Assert.Null(await Next());
        await Ask(asked, Effect("far", Never));
        Assert.True(await Next() < TimeSpan.Zero);

        LeasedEffect leased = await LeaseOne();
        Assert.Equal(asked with { Body = leased.Effect.Body, Resource = leased.Effect.Resource }, leased.Effect);
        Assert.Equal("body", Encoding.UTF8.GetString(leased.Effect.Body.Span));
        Assert.Equal((1, true), (leased.Attempt, leased.MayRun));
        Assert.InRange(leased.Waited, TimeSpan.FromDays(1), TimeProvider.System.GetUtcNow() - Start);
        Assert.Empty(await LeaseNames(10)); // it runs
        Assert.InRange((await Next())!.Value, TimeSpan.FromSeconds(1), Minute);

        await Complete(leased);
        Assert.True(await Next() > TimeSpan.FromDays(365));
        Assert.Equal(new CommitOutcome.LeaseLost("e"), await Try(new Changes { Completed = [leased] }));
    }

    [Fact]
    public async Task An_effect_asked_for_at_once_is_due_by_the_stores_clock()
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await Ask(Effect("e", default));
        Assert.InRange((await Pending("e")).Effect.Due, before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
        Assert.True(await Next() <= TimeSpan.Zero);
        Assert.InRange((await LeaseOne()).Waited, TimeSpan.Zero, Minute);
    }

    [Fact]
    public async Task A_trace_goes_with_what_is_asked_for_and_with_what_is_written()
    {
        const string First = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const string Second = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";
        await Ask(Effect("e", Start) with { Trace = First });
        Assert.Equal(First, (await Pending("e")).Effect.Trace);
        await Ask(Effect("e", Start) with { Trace = Second });
        Assert.Equal(Second, (await LeaseOne()).Effect.Trace);

        ResourceId id = Circuit("traced");
        await Commit(new Changes { Writes = [new ResourceWrite.Put(CommitSamples.Resource(id) with { Trace = First }, 0)] });
        Assert.Equal(First, (await Store.GetAsync(id, CancellationToken.None))!.Trace);
        await Commit(new Changes { Writes = [new ResourceWrite.Put(CommitSamples.Resource(id, 2) with { Trace = Second }, 1)] });
        Assert.Equal(Second, Assert.Single((await Store.ListAsync(new ResourceQuery(), CancellationToken.None)).Items).Trace);
        await Commit(new Changes { Writes = [new ResourceWrite.Put(CommitSamples.Resource(id, 3), 2)] });
        Assert.Null((await Store.GetAsync(id, CancellationToken.None))!.Trace);
    }

    [Fact]
    public async Task The_oldest_due_run_first_whether_they_waited_or_lost_their_runner()
    {
        await Ask([.. Enumerable.Range(0, 5).Select(i => Effect($"e{i}", Start.AddSeconds(5 - i)))]);
        Assert.Equal(["e4", "e3"], await LeaseNames(2, leaseFor: TimeSpan.Zero));
        Assert.Equal(["e4", "e3", "e2"], await LeaseNames(3));
        Assert.Equal(["e1", "e0"], await LeaseNames(10));
    }

    [Fact]
    public async Task Asking_again_while_it_waits_keeps_one_with_the_earlier_due_time_and_the_newer_body()
    {
        await Ask(Effect("e", Never, "1"));
        await Ask(Effect("e", Never.AddDays(1), "2"));
        Assert.Equal(Never, (await Pending("e")).Effect.Due);
        await Ask(Effect("e", Start, "3"), Effect("e", Never, "4"));
        LeasedEffect leased = await LeaseOne();
        Assert.Equal("4", Encoding.UTF8.GetString(leased.Effect.Body.Span));
        await Complete(leased);
        Assert.Null(await Next());
    }

    [Fact]
    public async Task Asking_again_while_it_runs_makes_it_run_once_more_afterwards()
    {
        await Ask(Effect("e", Start, "1"));
        LeasedEffect first = await LeaseOne();
        await Ask(Effect("e", Never, "2"));
        await Ask(Effect("e", Start.AddSeconds(1), "3"));
        Assert.Empty(await LeaseNames(10)); // not beside the first

        await Complete(first);

        Assert.Equal(Start.AddSeconds(1), (await Pending("e")).Effect.Due);
        LeasedEffect second = await LeaseOne();
        Assert.Equal("3", Encoding.UTF8.GetString(second.Effect.Body.Span));
        Assert.Equal(1, second.Attempt);
        Assert.True(second.Generation > first.Generation);
        await Complete(second);
        Assert.Null(await Next());
    }

    [Fact]
    public async Task What_was_asked_for_later_during_a_run_whose_node_died_still_comes()
    {
        await Ask(Effect("e", Start));
        await LeaseOne(TimeSpan.Zero); // its node dies
        await Ask(Effect("e", Never));
        await Complete(await LeaseOne()); // the run that was begun, done again
        Assert.Equal(Never, (await Pending("e")).Effect.Due);
    }

    [Fact]
    public async Task A_run_may_ask_for_the_next_in_the_commit_that_completes_it()
    {
        await Ask(Effect("sweep", Start));
        LeasedEffect run = await LeaseOne();
        await Commit(new Changes { Completed = [run], Effects = [Effect("sweep", Start + Minute)] });
        Assert.Equal(1, (await LeaseOne()).Attempt);
    }

    [Fact]
    public async Task A_runner_whose_lease_ran_out_may_not_complete_what_another_runs()
    {
        await Ask(Effect("e", Start));
        LeasedEffect lost = await LeaseOne(TimeSpan.Zero);
        LeasedEffect now = await LeaseOne();
        Assert.Equal(2, now.Attempt);
        Assert.NotEqual(lost.Lease, now.Lease);

        CommitOutcome outcome = await Try(Put(Circuit("c")) with { Completed = [lost] });

        Assert.Equal(new CommitOutcome.LeaseLost("e"), outcome);
        Assert.Null(await Get(Circuit("c")));
        Assert.False(await Store.RetryEffectAsync(lost, TimeSpan.Zero, "late", CancellationToken.None));
        Assert.False(await Store.RenewEffectAsync(lost, Minute, CancellationToken.None));
        await Commit(Put(Circuit("c")) with { Completed = [now] });
    }

    [Fact]
    public async Task A_lease_that_ran_out_but_that_nobody_took_still_completes()
    {
        await Ask(Effect("e", Start));
        LeasedEffect slow = await LeaseOne(TimeSpan.Zero);
        await Complete(slow);
        Assert.Empty(await LeaseNames(1));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_does_not_run_out()
    {
        await Ask(Effect("e", Start));
        LeasedEffect run = await LeaseOne(TimeSpan.Zero);
        Assert.True(await Store.RenewEffectAsync(run, Minute, CancellationToken.None));
        Assert.Empty(await LeaseNames(1));
        await Complete(run);
    }

    [Fact]
    public async Task A_retry_comes_when_told_counts_and_says_why()
    {
        await Ask(Effect("e", Start));
        LeasedEffect first = await LeaseOne();
        Assert.True(await Store.RetryEffectAsync(first, Minute, "router away", CancellationToken.None));
        Assert.False(await Store.RetryEffectAsync(first, TimeSpan.Zero, "again", CancellationToken.None)); // given back already
        PendingEffect pending = await Pending("e");
        Assert.Equal((1, null, "router away"), (pending.Attempts, pending.LeasedUntil, pending.LastProblem));
        Assert.Empty(await LeaseNames(1));
        Assert.InRange((await Next())!.Value, TimeSpan.FromSeconds(1), Minute);

        await Ask(Effect("soon", Start));
        LeasedEffect soon = await LeaseOne();
        Assert.True(await Store.RetryEffectAsync(soon, TimeSpan.Zero, "at once", CancellationToken.None));
        LeasedEffect second = await LeaseOne();
        Assert.Equal(("soon", 2), (second.Effect.Name, second.Attempt));
        Assert.True(second.Waited >= soon.Waited); // the time since it was first to run goes on
    }

    [Fact]
    public async Task Being_asked_again_during_the_rest_after_a_failure_does_not_shorten_it()
    {
        await Ask(Effect("e", Start));
        LeasedEffect run = await LeaseOne();
        await Ask(Effect("e", default)); // while it runs
        Assert.True(await Store.RetryEffectAsync(run, Minute, "failed", CancellationToken.None));
        await Ask(Effect("e", default)); // while it rests
        Assert.Empty(await LeaseNames(1));
        PendingEffect pending = await Pending("e");
        Assert.Equal(1, pending.Attempts);
        Assert.True(pending.Effect.Due > TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Of_one_key_one_runs_at_a_time_on_all_nodes()
    {
        IStore other = await OtherNodeAsync();
        await Ask(
            Effect("a", Start.AddSeconds(1)) with
            {
                Key = "router",
            },
            Effect("b", Start.AddSeconds(2)) with
            {
                Key = "router",
            },
            Effect("c", Start.AddSeconds(3)) with
            {
                Key = "router",
                Kind = "other",
            },
            Effect("d", Start.AddSeconds(4))
        );
        var both = new EffectsWanted("me", [new KindWanted("configure", 10, Minute), new KindWanted("other", 10, Minute)]);
        IReadOnlyList<LeasedEffect> first = await Store.LeaseEffectsAsync(both, CancellationToken.None);
        Assert.Equal(["a", "d"], first.Select(e => e.Effect.Name).Order());
        Assert.Empty(await other.LeaseEffectsAsync(both, CancellationToken.None));
        Assert.True(await Next(both) > TimeSpan.Zero); // nothing to do until one ends
        await Complete(first.Single(e => e.Effect.Name == "a"));
        LeasedEffect second = Assert.Single(await other.LeaseEffectsAsync(both, CancellationToken.None));
        Assert.Equal("b", second.Effect.Name);
        Assert.True(await other.RetryEffectAsync(second, Minute, "later", CancellationToken.None));
        Assert.Equal("c", Assert.Single(await Store.LeaseEffectsAsync(both, CancellationToken.None)).Effect.Name);
    }

    [Fact]
    public async Task Nodes_that_lease_at_once_never_run_two_of_one_key()
    {
        IStore other = await OtherNodeAsync();
        await Ask([.. Enumerable.Range(0, 120).Select(i => Effect($"e{i:D3}", Start.AddSeconds(i)) with { Key = $"key-{i % 3}" })]);
        var running = new ConcurrentDictionary<string, int>();
        var ran = new ConcurrentBag<string>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async runner =>
                {
                    IStore store = runner % 2 == 0 ? Store : other;
                    while (ran.Count < 120)
                        foreach (LeasedEffect e in await store.LeaseEffectsAsync(Wanted(most: 5), CancellationToken.None))
                        {
                            Assert.Equal(1, running.AddOrUpdate(e.Effect.Key, 1, (_, n) => n + 1));
                            ran.Add(e.Effect.Name);
                            running.AddOrUpdate(e.Effect.Key, 0, (_, n) => n - 1);
                            await Commit(new Changes { Completed = [e] }, store);
                        }
                })
        );
        Assert.Equal(120, ran.Distinct().Count());
        Assert.Equal(120, ran.Count);
    }

    [Fact]
    public async Task Kinds_that_are_not_wanted_are_left_and_each_kind_has_room_of_its_own()
    {
        await Ask([
            .. Enumerable.Range(0, 200).Select(i => Effect($"dead-{i}", Start) with { Kind = "dead" }),
            Effect("alive-1", Start.AddDays(1)) with
            {
                Kind = "alive",
            },
            Effect("alive-2", Start.AddDays(1)) with
            {
                Kind = "alive",
            },
            Effect("newer", Start) with
            {
                Kind = "of a newer version",
            },
        ]);
        var wanted = new EffectsWanted("me", [new KindWanted("dead", 3, Minute), new KindWanted("alive", 5, Minute)]);
        IReadOnlyList<LeasedEffect> leased = await Store.LeaseEffectsAsync(wanted, CancellationToken.None);
        Assert.Equal(3, leased.Count(e => e.Effect.Kind == "dead"));
        Assert.Equal(2, leased.Count(e => e.Effect.Kind == "alive"));
        Assert.Null(await Next(Wanted("unknown to all")));
        PendingEffect parked = await Pending("newer");
        Assert.Equal((0, null), (parked.Attempts, parked.LeasedUntil));
    }

    [Fact]
    public async Task What_needs_a_lease_runs_where_it_is_held_and_nowhere_else()
    {
        await Ask(Effect("e", Start) with { Needs = Pair });
        Assert.Empty(await LeaseNames(10));
        Assert.Null(await Next()); // nothing to wait for: whoever takes the lease is woken
        Assert.Equal(0, (await Pending("e")).Attempts); // nobody touched it

        Lease held = (await TakeLease("me"))!;
        Assert.Empty(await Store.LeaseEffectsAsync(Wanted(holder: "other"), CancellationToken.None));
        Assert.True(await Next() < TimeSpan.Zero);
        LeasedEffect run = await LeaseOne();
        Assert.True(run.MayRun);
        Assert.True(await Store.RetryEffectAsync(run, TimeSpan.Zero, "again", CancellationToken.None));
        await Store.ReleaseLeaseAsync(held, CancellationToken.None);
        Assert.Empty(await LeaseNames(10));
    }

    [Fact]
    public async Task What_waits_too_long_for_a_lease_that_nobody_holds_is_given_to_anybody_to_be_given_up()
    {
        await Ask(Effect("old", Start) with { Needs = Pair }, Effect("new", default) with { Needs = Pair });
        var wanted = new EffectsWanted("me", [new KindWanted("configure", 10, Minute, Abandoned: TimeSpan.FromMinutes(30))]);
        LeasedEffect abandoned = Assert.Single(await Store.LeaseEffectsAsync(wanted, CancellationToken.None));
        Assert.Equal(("old", false), (abandoned.Effect.Name, abandoned.MayRun));
    }

    [Fact]
    public async Task What_awaits_a_resource_is_tried_at_once_when_something_below_it_goes()
    {
        ResourceId group = ResourceId.OfGroup("sub-1", "rg-1");
        await Commit(Put(Circuit("a")));
        await Commit(Put(Circuit("b")));
        await Commit(Put(Circuit("elsewhere", "rg-2")));
        await Ask(Effect("e", Start) with { Awaits = group });
        LeasedEffect first = await LeaseOne();
        Assert.True(await Store.RetryEffectAsync(first, Minute, "two are there", CancellationToken.None));
        int woken = 0;
        Store.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        await Commit(new Changes { Writes = [new ResourceWrite.Delete(Circuit("elsewhere", "rg-2"), 1)] });
        Assert.Empty(await LeaseNames(1));

        await Commit(new Changes { Writes = [new ResourceWrite.Delete(Circuit("a"), 1)] });
        await Eventually.True(() => woken > 0, "woken");
        LeasedEffect second = await LeaseOne();
        await Commit(new Changes { Writes = [new ResourceWrite.Delete(Circuit("b"), 1)] }); // while it runs
        Assert.True(await Store.RetryEffectAsync(second, Minute, "one was there when I looked", CancellationToken.None));
        await LeaseOne();
    }

    [Fact]
    public async Task Pending_effects_list_by_resource()
    {
        await Ask(Effect("b", Start), Effect("a", Start), Effect("z", Start) with { Resource = Circuit("other") });
        await LeaseNames(1);
        IReadOnlyList<PendingEffect> all = await Store.PendingEffectsAsync(null, 2, CancellationToken.None);
        Assert.Equal(["a", "b"], all.Select(e => e.Effect.Name));
        Assert.Equal(["z"], (await Store.PendingEffectsAsync(Circuit("OTHER"), 10, CancellationToken.None)).Select(e => e.Effect.Name));
        Assert.Single(await Store.PendingEffectsAsync(null, 10, CancellationToken.None), e => e.LeasedUntil is not null);
    }

    [Fact]
    public async Task Runners_of_several_nodes_share_the_effects_and_each_runs_once()
    {
        IStore other = await OtherNodeAsync();
        await Ask([.. Enumerable.Range(0, 300).Select(i => Effect($"e{i:D3}", Start))]);
        var ran = new ConcurrentBag<string>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async runner =>
                {
                    IStore store = runner % 2 == 0 ? Store : other;
                    while (await store.LeaseEffectsAsync(Wanted(most: 7), CancellationToken.None) is { Count: > 0 } leased)
                        foreach (LeasedEffect effect in leased)
                        {
                            ran.Add(effect.Effect.Name);
                            await Commit(new Changes { Completed = [effect] }, store);
                        }
                })
        );
        // With SKIP LOCKED a runner may see none while others lease the last: what they hold is completed by them.
        Assert.Equal(300, ran.Count);
        Assert.Equal(300, ran.Distinct().Count());
        Assert.Null(await Next());
    }

    [Fact]
    public async Task Enqueuing_and_putting_back_wake_the_runners()
    {
        int woken = 0;
        Store.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        await Ask(Effect("e", Start));
        await Eventually.True(() => woken > 0, "woken by asking");
        LeasedEffect run = await LeaseOne();
        await Ask(Effect("e", Start));
        int before = woken;
        await Complete(run);
        await Eventually.True(() => woken > before, "woken because it has to run once more");
    }
}
