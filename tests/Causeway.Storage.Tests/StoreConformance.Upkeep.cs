using System.Collections.Concurrent;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    private static readonly ResourceId Subscription1 = ResourceId.OfSubscription("sub-1");

    private async Task<string> Facts(FactsQuery query) =>
        string.Join(
            ' ',
            (await Store.FactsAsync(query, CancellationToken.None)).Select(e => $"{e.Resource.ResourceGroup}/{e.Resource.Name}:{e.Signal}")
        );

    [Fact]
    public async Task Facts_are_read_by_resource_and_then_in_order_without_the_rest()
    {
        JournalEntry Told(ResourceId id, string signal, bool facts = true, string to = "X") =>
            new(Start, "actor", id, signal, "", to, "why", 1, facts ? "{}"u8.ToArray() : default);
        await Commit(
            new Changes
            {
                Journal =
                [
                    Told(Circuit("b"), "1"),
                    Told(Circuit("a"), "2"),
                    Told(Circuit("b"), "3", facts: false),
                    Told(Circuit("b"), "4", facts: false, to: ""),
                    Told(Circuit("A"), "5"),
                    Told(Circuit("a", "rg-0"), "6"),
                    Told(Circuit("a", "rg-1", "sub-10"), "7"),
                    Told(ResourceId.OfGroup("sub-1", "rg-1"), "8"),
                    Told(Circuit("a").Child("peerings", "p"), "9"),
                ],
            }
        );
        var all = new FactsQuery(Subscription1);
        Assert.Equal("rg-0/a:6 rg-1/rg-1:8 rg-1/a:2 rg-1/A:5 rg-1/p:9 rg-1/b:1 rg-1/b:4", await Facts(all));
        Assert.Equal("rg-1/a:2 rg-1/A:5 rg-1/p:9 rg-1/b:1 rg-1/b:4", await Facts(all with { Scope = ResourceId.OfGroup("sub-1", "RG-1") }));
        Assert.Equal("rg-1/a:2 rg-1/A:5", await Facts(all with { Key = Circuit("a").Key, Most = 2 }));
        IReadOnlyList<JournalEntry> first = await Store.FactsAsync(all with { Most = 3 }, CancellationToken.None);
        Assert.Equal(
            "rg-1/A:5 rg-1/p:9 rg-1/b:1 rg-1/b:4",
            await Facts(all with { Key = first[2].Resource.Key, AfterPosition = first[2].Position })
        );
    }

    [Fact]
    public async Task Old_operations_go_oldest_first_and_a_bounded_number_at_a_time()
    {
        async Task<Guid> Operation(int finishedAfterDays)
        {
            Guid id = Guid.CreateVersion7();
            var started = new Operation(id, Circuit("c"), "PUT x", "caller", OperationStatus.InProgress, Start);
            await Commit(new Changes { Operations = [new OperationChange.Start(started)] });
            if (finishedAfterDays >= 0)
                await Commit(new Changes { Operations = [new OperationChange.Finish(id, Start.AddDays(finishedAfterDays))] });
            return id;
        }
        async Task<bool> IsThere(Guid id) => await Store.GetOperationAsync(id, CancellationToken.None) is not null;
        Task<int> Prune(int days, int most) => Store.PruneOperationsAsync(Start.AddDays(days), most, CancellationToken.None);
        Guid third = await Operation(3),
            first = await Operation(1),
            running = await Operation(-1),
            second = await Operation(2);
        await Commit(new Changes { Journal = [Entry(Circuit("c"))] });

        Assert.Equal(0, await Prune(1, 10)); // finished at that very instant, not before it
        Assert.Equal(1, await Prune(3, 1));
        Assert.False(await IsThere(first));
        Assert.True(await IsThere(second));
        Assert.Equal(1, await Prune(3, 10));
        Assert.False(await IsThere(second));
        Assert.True(await IsThere(third) && await IsThere(running));
        Assert.Equal(1, await Prune(40_000, 10));
        Assert.True(await IsThere(running)); // however long it runs
        Assert.Single(await Journal(new JournalQuery()));
    }

    [Fact]
    public async Task The_sweep_removes_what_is_older_than_it_keeps_and_comes_again()
    {
        Guid[] old = [.. Enumerable.Range(0, 1200).Select(_ => Guid.NewGuid())];
        Guid young = Guid.NewGuid();
        Operation Done(Guid id, int day) =>
            new(id, Circuit("c"), "PUT x", "caller", OperationStatus.Succeeded, Start, Finished: Start.AddDays(day));
        await Commit(
            new Changes
            {
                Operations = [.. old.Select(id => new OperationChange.Start(Done(id, 1))), new OperationChange.Start(Done(young, 20))],
            }
        );
        var time = new ManualTimeProvider(Start.AddDays(32));
        var retention = new OperationRetention(Store, TimeSpan.FromDays(30), time, NullLogger<OperationRetention>.Instance);
        await using var supervisor = new Supervisor(time, NullLogger<Supervisor>.Instance);
        supervisor.Start(retention);
        async Task<bool> IsThere(Guid id) => await Store.GetOperationAsync(id, CancellationToken.None) is not null;

        await Eventually.Get(() => IsThere(old[^1]), there => !there, "the old ones are gone");
        foreach (Guid id in old)
            Assert.False(await IsThere(id));
        Assert.True(await IsThere(young));
        await Eventually.Get(
            async () =>
            {
                time.Advance(TimeSpan.FromDays(20));
                return await IsThere(young);
            },
            there => !there,
            "the young one is old by now"
        );
    }

    [Fact]
    public async Task What_is_announced_is_heard_here_before_the_answer_and_elsewhere_soon()
    {
        IStore other = await OtherNodeAsync();
        ConcurrentQueue<string?> here = [],
            there = [];
        Store.Announced += here.Enqueue;
        other.Announced += there.Enqueue;
        await Commit(Put(Circuit("c")) with { Announcements = ["roles"] });
        Assert.Contains("roles", here);
        await Eventually.True(() => there.Contains("roles"), "the other node hears of it");

        here.Clear();
        await Try(Put(Circuit("c")) with { Announcements = ["refused"] });
        await Commit(Put(Circuit("d")));
        Assert.DoesNotContain("refused", here);
    }

    [Fact]
    public async Task Bodies_of_any_size_and_text_of_any_script_come_back_as_they_were()
    {
        byte[] large = new byte[24 << 20];
        new Random(1).NextBytes(large);
        const string Words = "Växjö–東京 \U0001F310 \u202Eabc e\u0301 'quoted' \\ \" %_ \t";
        ResourceId id = Circuit("Größe-1");
        StoredResource wanted = CommitSamples.Resource(id) with
        {
            Body = large,
            State = Words,
            Tags = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("Ort", Words).Add("ort2", ""),
        };
        await Commit(
            new Changes
            {
                Writes = [new ResourceWrite.Put(wanted, 0)],
                Claims = [new ClaimChange.Take($"name/{Words}", id)],
                Labels = [new LabelChange.Add($"label/{Words}", id)],
                Journal = [Entry(id) with { Why = Words, Facts = large }],
            }
        );
        StoredResource read = (await Get(Circuit("gRÖSSE-1".Replace("SS", "ß", StringComparison.Ordinal))))!;
        Assert.Equal(id.Text, read.Id.Text);
        Assert.True(read.Body.Span.SequenceEqual(large));
        Assert.Equal((Words, Words, ""), (read.State, read.Tags["Ort"], read.Tags["ort2"]));
        Assert.Equal(id, await Store.ClaimOwnerAsync($"name/{Words}", CancellationToken.None));
        Assert.Equal([id.Name], await Names(new ResourceQuery { Label = $"label/{Words}" }));
        JournalEntry entry = Assert.Single(await Journal(new JournalQuery()));
        Assert.Equal(Words, entry.Why);
        Assert.True(entry.Facts.Span.SequenceEqual(large));
    }
}
