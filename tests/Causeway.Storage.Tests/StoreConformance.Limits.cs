using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    private static Changes Create(ResourceId id, params Quota[] quotas) =>
        Put(id) with
        {
            Labels = [new LabelChange.Add("region/westeurope", id)],
            Quotas = [.. quotas],
        };

    [Fact]
    public async Task Of_those_who_race_to_a_limit_exactly_as_many_pass_as_it_allows()
    {
        IStore other = await OtherNodeAsync();
        var bySubscription = new Quota(
            new ResourceQuery { Type = CommitSamples.CircuitType, Scope = ResourceId.OfSubscription("sub-1") },
            20
        );
        var byLabel = new Quota(new ResourceQuery { Label = "region/westeurope" }, 15);
        await Commit(Create(Circuit("elsewhere", "rg-1", "sub-10"))); // counts for the label alone
        CommitOutcome[] outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(i =>
                    Task.Run(async () =>
                        await Try(
                            i % 4 == 0
                                ? Put(Circuit($"c{i}")) with
                                {
                                    Quotas = [bySubscription],
                                }
                                : Create(Circuit($"c{i}"), bySubscription, byLabel),
                            i % 2 == 0 ? Store : other
                        )
                    )
                )
        );
        int committed = outcomes.Count(o => o is CommitOutcome.Committed);
        Assert.All(outcomes, o => Assert.True(o is CommitOutcome.Committed or CommitOutcome.QuotaExceeded, o.ToString()));
        long inSubscription = await Store.CountAsync(bySubscription.Of, CancellationToken.None);
        long withLabel = await Store.CountAsync(byLabel.Of, CancellationToken.None);
        Assert.Equal(committed, inSubscription);
        Assert.True(inSubscription <= 20 && withLabel <= 15, $"{inSubscription} in the subscription, {withLabel} with the label");
        // Whoever was refused was refused rightly: one of its limits is reached, to the last place.
        Assert.Equal(20, inSubscription);
        Assert.Equal(new CommitOutcome.QuotaExceeded(bySubscription), await Try(Create(Circuit("late"), bySubscription)));
    }

    [Fact]
    public async Task A_limit_says_which_it_is_writes_nothing_and_does_not_disturb_others()
    {
        var two = new Quota(new ResourceQuery { Label = "region/westeurope" }, 2);
        await Commit(Create(Circuit("a"), two));
        await Commit(Create(Circuit("b"), two));
        CommitOutcome[] outcomes = await Task.WhenAll(
            Try(Put(Circuit("x"))),
            Try(Create(Circuit("c"), two) with { Journal = [Entry(Circuit("c"))] }),
            Try(Put(Circuit("y")))
        );
        Assert.Equal(new CommitOutcome.QuotaExceeded(two), outcomes[1]);
        Assert.Null(await Get(Circuit("c")));
        Assert.Empty(await Journal(new JournalQuery()));
        Assert.NotNull(await Get(Circuit("x")));
        Assert.NotNull(await Get(Circuit("y")));

        // A place that becomes free may be taken; an older conflict is told before the limit or after it, but never hidden for good.
        await Commit(new Changes { Writes = [new ResourceWrite.Delete(Circuit("a"), 1)] });
        await Commit(Create(Circuit("c"), two));
        Assert.Equal(2, await Store.CountAsync(two.Of, CancellationToken.None));
    }
}
