using System.Collections.Concurrent;
using System.Text;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    private static Effect Effect(string name, DateTimeOffset due, string body = "") =>
        new(name, "configure", Circuit("c"), Encoding.UTF8.GetBytes(body), due);

    private Task Ask(params Effect[] effects) => Commit(new Changes { Effects = [.. effects] });

    private async Task<LeasedEffect> LeaseOne(DateTimeOffset now) =>
        Assert.Single(await Store.LeaseEffectsAsync(1, now, Minute, CancellationToken.None));

    protected async Task<List<string>> LeaseNames(int most, DateTimeOffset now, IStore? store = null) =>
        [.. (await (store ?? Store).LeaseEffectsAsync(most, now, Minute, CancellationToken.None)).Select(e => e.Effect.Name)];

    private async Task Complete(LeasedEffect effect) => await Commit(new Changes { Completed = [effect] });

    private async Task<DateTimeOffset?> NextDue() => await Store.NextEffectDueAsync(CancellationToken.None);

    [Fact]
    public async Task An_effect_runs_when_it_is_due_and_goes_when_it_is_done()
    {
        Effect asked = Effect("e", Start + Minute, "body");
        Assert.Null(await NextDue());
        await Ask(asked);
        Assert.Equal(Start + Minute, await NextDue());
        Assert.Empty(await LeaseNames(10, Start + Minute - TimeSpan.FromTicks(1)));

        LeasedEffect leased = await LeaseOne(Start + Minute);
        Assert.Equal(asked with { Body = leased.Effect.Body, Resource = leased.Effect.Resource }, leased.Effect);
        Assert.Equal("body", Encoding.UTF8.GetString(leased.Effect.Body.Span));
        Assert.Equal((1, Start + Minute + Minute), (leased.Attempt, leased.LeasedUntil));
        Assert.Empty(await LeaseNames(10, Start + Minute + Minute - TimeSpan.FromTicks(1))); // it runs
        Assert.Equal(leased.LeasedUntil, await NextDue());

        await Complete(leased);
        Assert.Null(await NextDue());
        Assert.Equal(new CommitOutcome.LeaseLost("e"), await Try(new Changes { Completed = [leased] }));
    }

    [Fact]
    public async Task The_oldest_due_run_first_whether_they_waited_or_lost_their_runner()
    {
        await Ask([.. Enumerable.Range(0, 5).Select(i => Effect($"e{i}", Start.AddSeconds(5 - i)))]);
        Assert.Equal(["e4", "e3"], await LeaseNames(2, Start + Minute));
        DateTimeOffset later = Start + Minute + Minute; // both leases have run out
        Assert.Equal(["e4", "e3", "e2"], await LeaseNames(3, later));
        Assert.Equal(["e1", "e0"], await LeaseNames(10, later));
    }

    [Fact]
    public async Task Asking_again_while_it_waits_keeps_one_with_the_earlier_due_time_and_the_newer_body()
    {
        await Ask(Effect("e", Start + Minute, "1"));
        await Ask(Effect("e", Start + Minute + Minute, "2"));
        Assert.Equal(Start + Minute, await NextDue());
        await Ask(Effect("e", Start, "3"), Effect("e", Start + Minute, "4"));
        LeasedEffect leased = await LeaseOne(Start);
        Assert.Equal("4", Encoding.UTF8.GetString(leased.Effect.Body.Span));
        await Complete(leased);
        Assert.Null(await NextDue());
    }

    [Fact]
    public async Task Asking_again_while_it_runs_makes_it_run_once_more_afterwards()
    {
        await Ask(Effect("e", Start, "1"));
        LeasedEffect first = await LeaseOne(Start);
        await Ask(Effect("e", Start + Minute, "2"));
        await Ask(Effect("e", Start.AddSeconds(1), "3"));
        Assert.Empty(await LeaseNames(10, Start.AddSeconds(2))); // not beside the first

        await Complete(first);

        Assert.Equal(Start.AddSeconds(1), await NextDue());
        LeasedEffect second = await LeaseOne(Start.AddSeconds(1));
        Assert.Equal("3", Encoding.UTF8.GetString(second.Effect.Body.Span));
        Assert.Equal(1, second.Attempt);
        Assert.True(second.Generation > first.Generation);
        await Complete(second);
        Assert.Null(await NextDue());
    }

    [Fact]
    public async Task A_run_may_ask_for_the_next_in_the_commit_that_completes_it()
    {
        await Ask(Effect("sweep", Start));
        LeasedEffect run = await LeaseOne(Start);
        await Commit(new Changes { Completed = [run], Effects = [Effect("sweep", Start + Minute)] });
        Assert.Equal(Start + Minute, await NextDue());
        Assert.Equal(1, (await LeaseOne(Start + Minute)).Attempt);
    }

    [Fact]
    public async Task A_runner_whose_lease_ran_out_may_not_complete_what_another_runs()
    {
        await Ask(Effect("e", Start));
        LeasedEffect lost = await LeaseOne(Start);
        LeasedEffect now = await LeaseOne(Start + Minute);
        Assert.Equal(2, now.Attempt);
        Assert.NotEqual(lost.Lease, now.Lease);

        CommitOutcome outcome = await Try(Put(Circuit("c")) with { Completed = [lost] });

        Assert.Equal(new CommitOutcome.LeaseLost("e"), outcome);
        Assert.Null(await Get(Circuit("c")));
        Assert.False(await Store.RetryEffectAsync(lost, Start, "late", CancellationToken.None));
        await Commit(Put(Circuit("c")) with { Completed = [now] });
    }

    [Fact]
    public async Task A_lease_that_ran_out_but_that_nobody_took_still_completes()
    {
        await Ask(Effect("e", Start));
        LeasedEffect slow = await LeaseOne(Start);
        await Complete(slow);
        Assert.Empty(await LeaseNames(1, Start + Minute + Minute));
    }

    [Fact]
    public async Task A_retry_comes_when_told_counts_and_says_why()
    {
        await Ask(Effect("e", Start));
        LeasedEffect first = await LeaseOne(Start);
        Assert.True(await Store.RetryEffectAsync(first, Start + Minute, "router away", CancellationToken.None));
        Assert.False(await Store.RetryEffectAsync(first, Start, "again", CancellationToken.None)); // given back already
        PendingEffect pending = Assert.Single(await Store.PendingEffectsAsync(null, 10, CancellationToken.None));
        Assert.Equal(
            (Start + Minute, 1, null, "router away"),
            (pending.Effect.Due, pending.Attempts, pending.LeasedUntil, pending.LastProblem)
        );
        Assert.Empty(await LeaseNames(1, Start));
        Assert.Equal(2, (await LeaseOne(Start + Minute)).Attempt);
    }

    [Fact]
    public async Task A_retry_does_not_hold_back_what_was_asked_for_meanwhile()
    {
        await Ask(Effect("e", Start));
        LeasedEffect run = await LeaseOne(Start);
        await Ask(Effect("e", Start.AddSeconds(1)));
        Assert.True(await Store.RetryEffectAsync(run, Start + Minute, "failed", CancellationToken.None));
        Assert.Equal(1, (await LeaseOne(Start.AddSeconds(1))).Attempt); // the new asking counts anew
    }

    [Fact]
    public async Task What_one_node_declines_is_another_ones_at_once_and_its_own_again_a_second_later()
    {
        IStore other = await OtherNodeAsync();
        await Ask(Effect("e", Start));
        LeasedEffect first = await LeaseOne(Start);
        DateTimeOffset later = Start.AddSeconds(5);
        Assert.True(await Store.DeclineEffectAsync(first, later, "not my router", CancellationToken.None));
        Assert.False(await Store.DeclineEffectAsync(first, later, "again", CancellationToken.None));
        Assert.Equal(later.AddSeconds(1), await NextDue());
        Assert.Empty(await LeaseNames(1, later.AddSeconds(1).AddTicks(-1)));
        if (other != Store)
        {
            Assert.Equal(later, await other.NextEffectDueAsync(CancellationToken.None));
            LeasedEffect taken = Assert.Single(await other.LeaseEffectsAsync(1, later, Minute, CancellationToken.None));
            Assert.True(await other.DeclineEffectAsync(taken, later, "nor mine", CancellationToken.None));
            Assert.Equal(["e"], await LeaseNames(1, later));
            return;
        }
        Assert.Equal(["e"], await LeaseNames(1, later.AddSeconds(1)));
    }

    [Fact]
    public async Task Pending_effects_list_by_resource()
    {
        await Ask(Effect("b", Start), Effect("a", Start), Effect("z", Start) with { Resource = Circuit("other") });
        await LeaseNames(1, Start);
        IReadOnlyList<PendingEffect> all = await Store.PendingEffectsAsync(null, 2, CancellationToken.None);
        Assert.Equal(["a", "b"], all.Select(e => e.Effect.Name));
        Assert.Equal(["z"], (await Store.PendingEffectsAsync(Circuit("OTHER"), 10, CancellationToken.None)).Select(e => e.Effect.Name));
        Assert.Single(await Store.PendingEffectsAsync(null, 10, CancellationToken.None), e => e.LeasedUntil == Start + Minute);
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
                    while (await store.LeaseEffectsAsync(7, Start, Minute, CancellationToken.None) is { Count: > 0 } leased)
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
        Assert.Null(await NextDue());
    }

    [Fact]
    public async Task Enqueuing_and_putting_back_wake_the_runners()
    {
        int woken = 0;
        Store.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        await Ask(Effect("e", Start));
        await Eventually.True(() => woken > 0, "woken by asking");
        LeasedEffect run = await LeaseOne(Start);
        await Ask(Effect("e", Start));
        int before = woken;
        await Complete(run);
        await Eventually.True(() => woken > before, "woken because it has to run once more");
    }
}
