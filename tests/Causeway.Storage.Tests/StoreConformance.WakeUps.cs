using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    private static readonly DateTimeOffset Never = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static WakeUpChange.Set Set(string circuit, string name, DateTimeOffset due) => new(Circuit(circuit), name, due);

    private async Task<IReadOnlyList<DueWakeUp>> Due(int most = 100) => await Store.DueWakeUpsAsync(most, CancellationToken.None);

    [Fact]
    public async Task A_wake_up_comes_when_it_is_due_and_goes_with_the_commit_that_answers_it()
    {
        Assert.Null(await Store.NextWakeUpAsync(CancellationToken.None));
        await Commit(Put(Circuit("c")) with { WakeUps = [Set("C", "overdue", Start.AddSeconds(2)), Set("c", "far", Never)] });
        await Commit(Put(Circuit("d")) with { WakeUps = [Set("d", "overdue", Start.AddSeconds(1))] });
        IReadOnlyList<DueWakeUp> due = await Due();
        Assert.Equal([("d", "overdue"), ("c", "overdue")], due.Select(w => (w.Resource.Name, w.Name)));
        Assert.Equal((Start.AddSeconds(1), CommitSamples.Resource(Circuit("d"), 1, "").Type), (due[0].Due, due[0].Type));
        Assert.Single(await Due(1));
        Assert.True(await Store.NextWakeUpAsync(CancellationToken.None) < TimeSpan.Zero);
        Assert.Equal(new WakeUpsPending(3, Start.AddSeconds(1)), await Store.WakeUpsPendingAsync(CancellationToken.None));

        await Commit(new Changes { Writes = [new ResourceWrite.Check(Circuit("d"), 1)], Woken = [due[0]] });
        await Commit(Put(Circuit("c"), 2) with { Woken = [due[1]] });

        Assert.Empty(await Due());
        Assert.True(await Store.NextWakeUpAsync(CancellationToken.None) > TimeSpan.FromDays(365));
        Assert.Equal(new CommitOutcome.WakeUpGone(due[0].Resource, "overdue"), await Try(new Changes { Woken = [due[0]] }));
    }

    [Fact]
    public async Task A_wake_up_that_was_moved_or_answered_refuses_the_whole_commit()
    {
        await Commit(Put(Circuit("c")) with { WakeUps = [Set("c", "w", Start)] });
        DueWakeUp due = Assert.Single(await Due());
        await Commit(Put(Circuit("c"), 2) with { WakeUps = [Set("c", "w", Start.AddSeconds(1))] });
        CommitOutcome late = await Try(Put(Circuit("other")) with { Woken = [due] });
        Assert.Equal(new CommitOutcome.WakeUpGone(Circuit("c"), "w"), late);
        Assert.Null(await Get(Circuit("other")));
        DueWakeUp moved = Assert.Single(await Due());
        Assert.Equal(Start.AddSeconds(1), moved.Due);

        CommitOutcome[] race = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => Try(Put(Circuit($"winner-{i}")) with { Woken = [moved] }))
        );
        Assert.Single(race, o => o is CommitOutcome.Committed);
        Assert.All(race.Where(o => o is not CommitOutcome.Committed), o => Assert.IsType<CommitOutcome.WakeUpGone>(o));
    }

    [Fact]
    public async Task Wake_ups_are_taken_back_and_go_with_their_resource()
    {
        await Commit(Put(Circuit("c")) with { WakeUps = [Set("c", "a", Start), Set("c", "b", Start), Set("c", "a", Never)] });
        await Commit(Put(Circuit("d")) with { WakeUps = [Set("d", "a", Start)] });
        await Commit(Put(Circuit("c"), 2) with { WakeUps = [new WakeUpChange.Remove(Circuit("c"), "a")] });
        Assert.Equal(2, (await Store.WakeUpsPendingAsync(CancellationToken.None)).Waiting);
        DueWakeUp last = Assert.Single(await Due(), w => w.Resource == Circuit("c"));

        // The one that ends the resource may be the wake-up's own answer.
        await Commit(new Changes { Writes = [new ResourceWrite.Delete(Circuit("c"), 2)], Woken = [last] });
        Assert.Equal(["d"], (await Due()).Select(w => w.Resource.Name));
        await Commit(new Changes { Writes = [new ResourceWrite.Delete(Circuit("d"), 1)] });
        Assert.Equal(new WakeUpsPending(0, null), await Store.WakeUpsPendingAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Answering_and_setting_anew_in_one_commit_leaves_the_new_one()
    {
        await Commit(Put(Circuit("c")) with { WakeUps = [Set("c", "w", Start)] });
        await Commit(Put(Circuit("c"), 2) with { Woken = [.. await Due()], WakeUps = [Set("c", "w", Never)] });
        Assert.Equal(new WakeUpsPending(1, Never), await Store.WakeUpsPendingAsync(CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Try(new Changes { WakeUps = [Set("absent", "w", Start)] }));
    }

    [Fact]
    public async Task Setting_a_wake_up_wakes_the_runners()
    {
        int woken = 0;
        Store.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        await Commit(Put(Circuit("c")) with { WakeUps = [Set("c", "w", Start)] });
        await Eventually.True(() => woken > 0, "woken");
    }

    [Fact]
    public async Task Effects_are_counted_by_kind_with_the_oldest_problem()
    {
        Assert.Empty(await Store.EffectsByKindAsync(CancellationToken.None));
        await Ask(Effect("a", Start), Effect("b", Start.AddSeconds(1)), Effect("x", Start.AddSeconds(2)) with { Kind = "other" });
        LeasedEffect first = await LeaseOne();
        Assert.True(await Store.RetryEffectAsync(first, Minute, "router away", CancellationToken.None));
        await LeaseOne();
        IReadOnlyList<EffectsOfKind> kinds = await Store.EffectsByKindAsync(CancellationToken.None);
        Assert.Equal(("configure", 1, 1, "router away"), (kinds[0].Kind, kinds[0].Waiting, kinds[0].Running, kinds[0].OldestProblem));
        Assert.InRange(kinds[0].OldestDue!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1), Minute);
        Assert.Equal([new EffectsOfKind("other", 1, 0, Start.AddSeconds(2), null)], kinds.Skip(1));
    }
}
