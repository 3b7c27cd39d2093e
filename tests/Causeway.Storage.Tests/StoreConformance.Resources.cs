using System.Collections.Immutable;
using System.Globalization;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_resource_comes_back_exactly_as_it_was_put()
    {
        ResourceId id = Circuit("Contoso-AMS", "RG-One", "SUB-1");
        StoredResource stored = CommitSamples.Resource(id) with
        {
            Tags = ImmutableSortedDictionary<string, string>.Empty.Add("cost centre", "ö\"\\").Add("env", ""),
            Created = Start.AddTicks(1),
            Changed = Start.AddTicks(1234567),
            Body = new byte[] { 0, 255, 1 },
        };
        await Commit(new Changes { Writes = [new ResourceWrite.Put(stored, 0)] });

        StoredResource? read = await Get(ResourceId.Parse(id.Text.ToUpperInvariant()));

        Assert.NotNull(read);
        Assert.Equal(id.Text, read.Id.Text); // the casing it was made with
        Assert.Equal(stored.Tags, read.Tags);
        Assert.Equal(stored.Body.ToArray(), read.Body.ToArray());
        Assert.Equal(stored with { Id = read.Id, Tags = read.Tags, Body = read.Body }, read);
        Assert.Null(await Get(Circuit("other", "RG-One", "SUB-1")));
    }

    [Fact]
    public async Task A_write_over_another_revision_than_expected_changes_nothing()
    {
        ResourceId id = Circuit("c");
        await Commit(Put(id));
        await Commit(Put(id, 2, "Ready"));

        Assert.Equal(new CommitOutcome.RevisionConflict(id, 0, 2), await Try(Put(id)));
        Assert.Equal(new CommitOutcome.RevisionConflict(id, 1, 2), await Try(Put(id, 2)));
        Assert.Equal(new CommitOutcome.RevisionConflict(id, 3, 2), await Try(Put(id, 4)));
        Assert.Equal(new CommitOutcome.RevisionConflict(Circuit("gone"), 1, 0), await Try(Put(Circuit("gone"), 2)));
        Assert.Equal(new CommitOutcome.RevisionConflict(id, 1, 2), await Try(new Changes { Writes = [new ResourceWrite.Check(id, 1)] }));
        Assert.Equal(new CommitOutcome.RevisionConflict(id, 1, 2), await Try(new Changes { Writes = [new ResourceWrite.Delete(id, 1)] }));
        Assert.Equal("Ready", (await Get(id))!.State);
    }

    [Fact]
    public async Task A_refused_commit_leaves_nothing_behind()
    {
        ResourceId holder = Circuit("holder"),
            late = Circuit("late");
        await Commit(Put(holder) with { Claims = [new ClaimChange.Take("vlan/ams-1/100", holder)] });

        CommitOutcome outcome = await Try(
            CommitSamples.Create("late", 1) with
            {
                Writes = [new ResourceWrite.Put(CommitSamples.Resource(late), 0)],
                Labels = [new LabelChange.Add("l", late)],
                Claims = [new ClaimChange.Take("vlan/ams-1/99", late), new ClaimChange.Take("vlan/ams-1/100", late)],
            }
        );

        Assert.Equal(new CommitOutcome.ClaimTaken("vlan/ams-1/100", holder), outcome);
        Assert.Null(await Get(late));
        Assert.Null(await Store.ClaimOwnerAsync("vlan/ams-1/99", CancellationToken.None));
        Assert.Empty(await Store.JournalAsync(new JournalQuery(), CancellationToken.None));
        Assert.Empty(await Store.PendingEffectsAsync(null, 10, CancellationToken.None));
        Assert.Empty(await Names(new ResourceQuery { Label = "l" }));
    }

    [Fact]
    public async Task A_refused_commit_does_not_disturb_those_that_share_its_flush()
    {
        await Commit(Put(Circuit("taken")) with { Claims = [new ClaimChange.Take("key", Circuit("taken"))] });
        CommitOutcome[] outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(i =>
                    Try(
                        Put(Circuit($"c{i:D3}")) with
                        {
                            Claims = [new ClaimChange.Take(i % 3 == 0 ? "key" : $"key-{i}", Circuit($"c{i:D3}"))],
                        }
                    )
                )
        );
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(i % 3 != 0, outcomes[i] is CommitOutcome.Committed);
            Assert.Equal(i % 3 != 0, await Get(Circuit($"c{i:D3}")) is not null);
        }
    }

    [Fact]
    public async Task Of_concurrent_writers_of_one_revision_exactly_one_wins()
    {
        IStore other = await OtherNodeAsync();
        ResourceId id = Circuit("contended");
        await Commit(Put(id));
        for (long revision = 2; revision <= 25; revision++)
        {
            CommitOutcome[] outcomes = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(writer => Try(Put(id, revision, $"by {writer}"), writer % 2 == 0 ? Store : other))
            );
            int winner = Array.FindIndex(outcomes, o => o is CommitOutcome.Committed);
            Assert.Single(outcomes, o => o is CommitOutcome.Committed);
            Assert.Equal(7, outcomes.Count(o => o is CommitOutcome.RevisionConflict c && c.Actual == revision));
            Assert.Equal($"by {winner}", (await Get(id, other))!.State);
        }
    }

    [Fact]
    public async Task Of_concurrent_creators_exactly_one_wins()
    {
        IStore other = await OtherNodeAsync();
        for (int round = 0; round < 20; round++)
        {
            ResourceId id = Circuit($"c{round}");
            CommitOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Try(Put(id), i % 2 == 0 ? Store : other)));
            Assert.Single(outcomes, o => o is CommitOutcome.Committed);
            Assert.Equal(5, outcomes.Count(o => o is CommitOutcome.RevisionConflict { Actual: 1 }));
        }
    }

    [Fact]
    public async Task A_check_keeps_what_a_decision_read_from_changing_under_it()
    {
        IStore other = await OtherNodeAsync();
        ResourceId group = ResourceId.OfGroup("sub-1", "rg-1");
        for (int round = 0; round < 20; round++)
        {
            await Commit(Put(group));
            Task<CommitOutcome> create = Try(
                Put(Circuit($"in-{round}")) with
                {
                    Writes = [new ResourceWrite.Check(group, 1), new ResourceWrite.Put(CommitSamples.Resource(Circuit($"in-{round}")), 0)],
                }
            );
            Task<CommitOutcome> delete = Try(new Changes { Writes = [new ResourceWrite.Delete(group, 1)] }, other);
            Assert.IsType<CommitOutcome.Committed>(await delete); // nothing else changes the group
            if (await create is not CommitOutcome.Committed)
                Assert.Equal(new CommitOutcome.RevisionConflict(group, 1, 0), await create);
        }
    }

    [Fact]
    public async Task A_changeset_that_contradicts_itself_is_a_mistake_not_an_outcome()
    {
        ResourceId id = Circuit("c");
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Try(new Changes { Writes = [new ResourceWrite.Put(CommitSamples.Resource(id, 5), 0)] })
        );
        await Assert.ThrowsAsync<ArgumentException>(() => Try(new Changes { Writes = [.. Put(id).Writes, .. Put(id, 2).Writes] }));
        await Assert.ThrowsAsync<ArgumentException>(() => Try(new Changes { Writes = [new ResourceWrite.Delete(id, 0)] }));
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Try(new Changes { Claims = [new ClaimChange.Take("k", id)] })
        );
        Assert.Contains("'k'", e.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Try(new Changes { Labels = [new LabelChange.Add("l", id)] }));
        await Commit(Put(id)); // and the store goes on
        await Commit(new Changes());
    }

    [Fact]
    public async Task Deleting_takes_claims_and_labels_along()
    {
        ResourceId id = Circuit("c"),
            next = Circuit("next");
        await Commit(
            Put(id) with
            {
                Claims = [new ClaimChange.Take("vlan/1", id), new ClaimChange.Take("vlan/2", id)],
                Labels = [new LabelChange.Add("l", id)],
            }
        );
        await Commit(
            Put(next) with
            {
                Writes = [new ResourceWrite.Delete(id, 1), .. Put(next).Writes],
                Claims = [new ClaimChange.Take("vlan/1", next)], // free within the very commit that deletes
            }
        );

        Assert.Null(await Get(id));
        Assert.Equal(["vlan/1"], await Store.ClaimsAsync("vlan/", CancellationToken.None));
        Assert.Equal(next, await Store.ClaimOwnerAsync("vlan/1", CancellationToken.None));
        Assert.Empty(await Names(new ResourceQuery { Label = "l" }));
        await Commit(Put(id)); // a new one of that name starts bare
        Assert.Empty(await Names(new ResourceQuery { Label = "l" }));
        Assert.Null(await Store.ClaimOwnerAsync("vlan/2", CancellationToken.None));
    }

    [Fact]
    public async Task Lists_filter_by_scope_type_and_label_in_order_of_keys()
    {
        ResourceId vnet = ResourceId.Of("sub-1", "rg-1", "Microsoft.Network", "virtualNetworks", "net");
        ResourceId child = Circuit("b").Child("peerings", "AzurePrivatePeering");
        foreach (
            ResourceId id in (ResourceId[])
                [
                    Circuit("b"),
                    Circuit("A"),
                    child,
                    vnet,
                    Circuit("c", "rg-10"),
                    Circuit("d", "rg-1", "sub-2"),
                    ResourceId.OfGroup("sub-1", "rg-1"),
                ]
        )
            await Commit(Put(id) with { Labels = id.Name is "b" or "c" or "net" ? [new LabelChange.Add("provider/x", id)] : [] });
        ResourceId group = ResourceId.OfGroup("sub-1", "RG-1");
        const string Circuits = "microsoft.network/EXPRESSROUTECIRCUITS";

        Assert.Equal(["A", "b", "AzurePrivatePeering", "net"], await Names(new ResourceQuery { Scope = group }));
        Assert.Equal(["A", "b"], await Names(new ResourceQuery { Scope = group, Type = Circuits }));
        Assert.Equal(
            ["A", "b", "c"],
            await Names(
                new ResourceQuery
                {
                    Scope = ResourceId.OfSubscription("SUB-1"),
                    Type = Circuits,
                    Most = 1,
                }
            )
        );
        Assert.Equal(["A", "b", "c", "d"], await Names(new ResourceQuery { Type = Circuits, Most = 2 }));
        Assert.Equal(["b", "net", "c"], await Names(new ResourceQuery { Label = "provider/x", Most = 1 }));
        Assert.Equal(["b", "c"], await Names(new ResourceQuery { Label = "provider/x", Type = Circuits }));
        Assert.Equal(
            ["b"],
            await Names(
                new ResourceQuery
                {
                    Label = "provider/x",
                    Type = Circuits,
                    Scope = group,
                }
            )
        );
        Assert.Equal(7, (await Names(new ResourceQuery { Most = 3 })).Count);
        Assert.Equal(["AzurePrivatePeering"], await Names(new ResourceQuery { Scope = Circuit("b") }));
        foreach (
            ResourceQuery query in (ResourceQuery[])
                [
                    new(),
                    new() { Scope = group },
                    new() { Type = Circuits },
                    new() { Label = "provider/x" },
                    new()
                    {
                        Label = "provider/x",
                        Type = Circuits,
                        Scope = group,
                    },
                    new() { Label = "none" },
                ]
        )
        {
            Assert.Equal((await Names(query)).Count, await Store.CountAsync(query, CancellationToken.None));
            Assert.Equal(
                Math.Min(2, (await Names(query)).Count),
                await Store.CountAsync(query with { CountUpTo = 2 }, CancellationToken.None)
            );
        }
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Names(new ResourceQuery { Most = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Names(new ResourceQuery { Most = 1001 }));
    }

    [Fact]
    public async Task Paging_finds_everything_that_was_there_all_along_while_others_insert()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Commit(Put(Circuit($"old-{i:D3}")))));
        using var stop = new CancellationTokenSource();
        Task inserting = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
                await Commit(Put(Circuit($"{(char)('a' + (i % 26))}-{i.ToString(CultureInfo.InvariantCulture)}")));
        });
        for (int round = 0; round < 5; round++)
        {
            List<string> names = await Names(new ResourceQuery { Type = CommitSamples.CircuitType, Most = 7 });
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
            Assert.Equal(names.Distinct(), names);
            Assert.Equal(300, names.Count(n => n.StartsWith("old-", StringComparison.Ordinal)));
        }
        await stop.CancelAsync();
        await inserting;
    }

    [Fact]
    public async Task Claims_are_unique_taken_again_by_their_owner_and_moved_in_one_commit()
    {
        ResourceId a = Circuit("A"),
            b = Circuit("b");
        await Commit(new Changes { Writes = [.. Put(a).Writes, .. Put(b).Writes] });
        await Commit(new Changes { Claims = [new ClaimChange.Take("k", a)] });
        await Commit(new Changes { Claims = [new ClaimChange.Take("k", a), new ClaimChange.Take("k", a)] });
        Assert.Equal(new CommitOutcome.ClaimTaken("k", a), await Try(new Changes { Claims = [new ClaimChange.Take("k", b)] }));
        await Commit(new Changes { Claims = [new ClaimChange.Release("k", b)] }); // not b's: nothing happens
        Assert.Equal(a.Text, (await Store.ClaimOwnerAsync("k", CancellationToken.None))!.Text);
        await Commit(new Changes { Claims = [new ClaimChange.Take("k", b), new ClaimChange.Release("k", a)] });
        Assert.Equal(b, await Store.ClaimOwnerAsync("k", CancellationToken.None));
        await Commit(new Changes { Claims = [new ClaimChange.Release("k", b)] });
        Assert.Null(await Store.ClaimOwnerAsync("k", CancellationToken.None));
    }

    [Fact]
    public async Task Claims_list_by_prefix_in_ordinal_order()
    {
        ResourceId a = Circuit("a");
        string[] keys = ["vlan/ams-1/2", "vlan/ams-1/10", "vlan/ams-10/1", "vlan/ams-1/Z", "vlan/ams-1/ö", "vlan/ams", "w"];
        await Commit(Put(a) with { Claims = [.. keys.Select(k => new ClaimChange.Take(k, a))] });
        Assert.Equal(
            ["vlan/ams-1/10", "vlan/ams-1/2", "vlan/ams-1/Z", "vlan/ams-1/ö"],
            await Store.ClaimsAsync("vlan/ams-1/", CancellationToken.None)
        );
        Assert.Equal(keys.Order(StringComparer.Ordinal), await Store.ClaimsAsync("", CancellationToken.None));
        Assert.Empty(await Store.ClaimsAsync("x", CancellationToken.None));
    }

    [Fact]
    public async Task Of_those_who_race_for_a_claim_exactly_one_gets_it()
    {
        IStore other = await OtherNodeAsync();
        for (int round = 0; round < 20; round++)
        {
            int r = round;
            CommitOutcome[] outcomes = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(i =>
                        Try(
                            Put(Circuit($"c{r}-{i}")) with
                            {
                                Claims = [new ClaimChange.Take($"vlan/{r}", Circuit($"c{r}-{i}"))],
                            },
                            i % 2 == 0 ? Store : other
                        )
                    )
            );
            ResourceId winner = Circuit($"c{r}-{Array.FindIndex(outcomes, o => o is CommitOutcome.Committed)}");
            Assert.Equal(winner, await Store.ClaimOwnerAsync($"vlan/{r}", CancellationToken.None));
            Assert.Equal(7, outcomes.Count(o => o == new CommitOutcome.ClaimTaken($"vlan/{r}", winner)));
        }
        Assert.Equal(20, await Store.CountAsync(new ResourceQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task Labels_are_added_once_and_removed_before_added()
    {
        ResourceId a = Circuit("a");
        await Commit(Put(a) with { Labels = [new LabelChange.Add("l", a), new LabelChange.Add("l", a)] });
        await Commit(new Changes { Labels = [new LabelChange.Add("l", a), new LabelChange.Remove("m", a)] });
        Assert.Equal(["a"], await Names(new ResourceQuery { Label = "l" }));
        await Commit(new Changes { Labels = [new LabelChange.Add("m", a), new LabelChange.Remove("l", a)] });
        Assert.Empty(await Names(new ResourceQuery { Label = "l" }));
        Assert.Equal(["a"], await Names(new ResourceQuery { Label = "m" }));
    }

    /// <summary>Refusals of every kind among many that are right: each hears its own reason, and nobody else notices.</summary>
    [Fact]
    public async Task Refused_for_many_reasons_at_once_each_hears_its_own_and_the_others_pass()
    {
        await Commit(Create(Circuit("there")) with { Claims = [new ClaimChange.Take("taken", Circuit("there"))] });
        await Commit(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] });
        LeasedEffect lost = Assert.Single(await Store.LeaseEffectsAsync(Wanted("k"), CancellationToken.None)) with
        {
            Lease = Guid.NewGuid(),
        };
        var one = new Quota(new ResourceQuery { Label = "region/westeurope" }, 1);
        Task<CommitOutcome> Refused(int i, int kind)
        {
            ResourceId id = Circuit($"r{i}");
            return Try(
                kind switch
                {
                    0 => Put(Circuit("there")),
                    1 => Put(id) with { Claims = [new ClaimChange.Take("taken", id)] },
                    2 => Put(id) with { Writes = [.. Put(id).Writes, new ResourceWrite.Check(Circuit("there"), 7)] },
                    3 => Put(id) with { Completed = [lost] },
                    4 => new Changes { Writes = [new ResourceWrite.Delete(Circuit("nowhere"), 3)] },
                    5 => Put(Circuit("nowhere"), 4),
                    _ => Create(id, one),
                }
            );
        }
        Task<CommitOutcome>[] right = new Task<CommitOutcome>[70];
        Task<CommitOutcome>[] wrong = new Task<CommitOutcome>[70];
        for (int i = 0; i < right.Length; i++)
        {
            right[i] = Try(CommitSamples.Create($"right{i}", i));
            wrong[i] = Refused(i, i % 7);
        }
        Assert.All(await Task.WhenAll(right), o => Assert.IsType<CommitOutcome.Committed>(o));
        CommitOutcome[] expected =
        [
            new CommitOutcome.RevisionConflict(Circuit("there"), 0, 1),
            new CommitOutcome.ClaimTaken("taken", Circuit("there")),
            new CommitOutcome.RevisionConflict(Circuit("there"), 7, 1),
            new CommitOutcome.LeaseLost("e"),
            new CommitOutcome.RevisionConflict(Circuit("nowhere"), 3, 0),
            new CommitOutcome.RevisionConflict(Circuit("nowhere"), 3, 0),
            new CommitOutcome.QuotaExceeded(one),
        ];
        CommitOutcome[] said = await Task.WhenAll(wrong);
        for (int i = 0; i < said.Length; i++)
            Assert.Equal(expected[i % 7], said[i]);
        Assert.DoesNotContain(
            await Names(new ResourceQuery()),
            name => name.StartsWith('r') && !name.StartsWith("right", StringComparison.Ordinal)
        );
    }
}
