using System.Text;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    protected static JournalEntry Entry(ResourceId id, string signal = "Put") => new(Start, "actor", id, signal, "", "Creating", "why", 1);

    protected async Task<IReadOnlyList<JournalEntry>> Journal(JournalQuery query, IStore? store = null) =>
        await (store ?? Store).JournalAsync(query, CancellationToken.None);

    [Fact]
    public async Task Journal_entries_come_back_exactly_in_order()
    {
        JournalEntry full = new(Start.AddTicks(7), "who", Circuit("C"), "Put", "A", "B", "ö why", 3, "{\"x\":1}"u8.ToArray())
        {
            CorrelationId = "corr",
            Differences = [new Difference("tags.ö", null, "\"1\""), new Difference("vlan", "100", "200")],
        };
        await Commit(new Changes { Journal = [full, Entry(Circuit("d")), Entry(Circuit("e"))] });
        await Commit(new Changes { Journal = [Entry(Circuit("f"))] });

        IReadOnlyList<JournalEntry> read = await Journal(new JournalQuery());

        Assert.Equal(["C", "d", "e", "f"], read.Select(e => e.Resource.Name));
        Assert.Equal(full.Differences.AsEnumerable(), read[0].Differences);
        Assert.True(read[1].Differences.IsEmpty);
        Assert.Equal(full with { Position = read[0].Position, Facts = read[0].Facts, Differences = read[0].Differences }, read[0]);
        Assert.Equal("{\"x\":1}", Encoding.UTF8.GetString(read[0].Facts.Span));
        Assert.True(read.Zip(read.Skip(1)).All(pair => pair.First.Position < pair.Second.Position));
        Assert.True(read[0].Position > 0);
        Assert.Equal(["e"], (await Journal(new JournalQuery { AfterPosition = read[1].Position, Most = 1 })).Select(e => e.Resource.Name));
        Assert.Empty(await Journal(new JournalQuery { AfterPosition = read[3].Position }));
    }

    [Fact]
    public async Task The_latest_of_the_journal_come_oldest_first()
    {
        ResourceId child = Circuit("c").Child("peerings", "p");
        for (int n = 0; n < 5; n++)
            await Commit(
                new Changes { Journal = [Entry(Circuit("c"), $"own{n}"), Entry(child, $"below{n}"), Entry(Circuit("c1"), $"other{n}")] }
            );

        async Task<string> Signals(JournalQuery query) => string.Join(' ', (await Journal(query)).Select(e => e.Signal));

        var latest = new JournalQuery { Latest = true, Most = 3 };
        Assert.Equal("own4 below4 other4", await Signals(latest));
        Assert.Equal("below3 own4 below4", await Signals(latest with { Resource = Circuit("C") }));
        Assert.Equal("below2 below3 below4", await Signals(latest with { Resource = child }));
        Assert.Equal("", await Signals(latest with { Resource = Circuit("absent") }));
        long position = (await Journal(latest))[1].Position;
        Assert.Equal("other4", await Signals(latest with { AfterPosition = position }));
        Assert.Equal(
            "own0 below0 own1 below1 own2 below2 own3 below3 own4 below4",
            await Signals(latest with { Resource = Circuit("c"), Most = 100 })
        );
    }

    [Fact]
    public async Task The_journal_reads_by_resource_with_what_lies_below_it()
    {
        ResourceId child = Circuit("c").Child("peerings", "AzurePrivatePeering");
        ResourceId[] ids = [Circuit("c"), child, Circuit("c1"), Circuit("c-1"), Circuit("c", "rg-10"), Circuit("c", "rg-1", "sub-10")];
        await Commit(new Changes { Journal = [.. ids.Select(id => Entry(id))] });
        async Task<string> Names(JournalQuery query) => string.Join(' ', (await Journal(query)).Select(e => e.Resource.Name));

        Assert.Equal("c AzurePrivatePeering", await Names(new JournalQuery { Resource = Circuit("C") }));
        Assert.Equal("AzurePrivatePeering", await Names(new JournalQuery { Resource = child }));
        Assert.Equal("c", await Names(new JournalQuery { Resource = Circuit("c"), Most = 1 }));
    }

    [Fact]
    public async Task The_latest_entries_come_oldest_first()
    {
        ResourceId child = Circuit("c").Child("peerings", "p");
        await Commit(
            new Changes
            {
                Journal = [.. Enumerable.Range(0, 30).Select(i => Entry(i % 3 == 0 ? child : Circuit(i % 3 == 1 ? "c" : "d"), $"{i}"))],
            }
        );
        async Task<string> Signals(JournalQuery query) =>
            string.Join(' ', (await Journal(query with { Latest = true })).Select(e => e.Signal));

        Assert.Equal("24 25 27 28", await Signals(new JournalQuery { Resource = Circuit("c"), Most = 4 }));
        Assert.Equal("24 27", await Signals(new JournalQuery { Resource = child, Most = 2 }));
        Assert.Equal("28 29", await Signals(new JournalQuery { Most = 2 }));
        IReadOnlyList<JournalEntry> all = await Journal(new JournalQuery());
        Assert.Equal(
            "28",
            await Signals(
                new JournalQuery
                {
                    Resource = Circuit("c"),
                    Most = 4,
                    AfterPosition = all[27].Position,
                }
            )
        );
        Assert.Equal("", await Signals(new JournalQuery { Resource = Circuit("none") }));
    }

    /// <summary>The reader remembers only its last position; an entry that became visible behind it would be lost, and with it a meter.</summary>
    [Fact]
    public async Task A_reader_that_follows_the_journal_misses_nothing_while_nodes_append()
    {
        IStore other = await OtherNodeAsync();
        const int Writers = 8,
            Each = 60;
        Task appending = Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        for (int i = 0; i < Each; i++)
                            await Commit(
                                new Changes { Journal = [Entry(Circuit($"w{w}"), $"{i}"), Entry(Circuit($"w{w}"), $"{i}+")] },
                                w % 2 == 0 ? Store : other
                            );
                    })
                )
        );
        var seen = new List<JournalEntry>();
        bool last;
        do
        {
            last = appending.IsCompleted; // one more look after the end
            IReadOnlyList<JournalEntry> more = await Journal(
                new JournalQuery { AfterPosition = seen.Count == 0 ? 0 : seen[^1].Position, Most = 37 },
                other
            );
            seen.AddRange(more);
            last &= more.Count == 0;
        } while (!last);
        await appending;

        Assert.Equal(Writers * Each * 2, seen.Count);
        foreach (IGrouping<string, JournalEntry> writer in seen.GroupBy(e => e.Resource.Name)) // in the order each writer committed
            Assert.Equal(Enumerable.Range(0, Each).SelectMany(i => (string[])[$"{i}", $"{i}+"]), writer.Select(e => e.Signal));
    }

    [Fact]
    public async Task Operations_start_and_finish_once()
    {
        Guid id = Guid.NewGuid();
        var started = new Operation(id, Circuit("C"), "PUT x", "caller", OperationStatus.InProgress, Start);
        Assert.Null(await Store.GetOperationAsync(id, CancellationToken.None));
        await Commit(new Changes { Operations = [new OperationChange.Start(started)] });
        Operation? read = await Store.GetOperationAsync(id, CancellationToken.None);
        Assert.Equal(started with { ResultBody = read!.ResultBody }, read);

        var error = new Refusal(RefusalKind.Conflict, "InUse", "It is in use by ö.", "properties.x")
        {
            Details = [Refusal.Invalid("A", "a"), Refusal.NotFound("B", "b", "t")],
            AdditionalInfo = [new AdditionalInfo("TemplateViolation", """{"path":"ö"}""")],
        };
        await Commit(new Changes { Operations = [new OperationChange.Finish(id, Start + Minute, error)] });
        await Commit(new Changes { Operations = [new OperationChange.Finish(id, Start + Minute + Minute)] }); // too late
        await Commit(new Changes { Operations = [new OperationChange.Start(started)] }); // exists

        read = await Store.GetOperationAsync(id, CancellationToken.None);
        Assert.Equal((OperationStatus.Failed, Start + Minute), (read!.Status, read.Finished));
        Assert.Equal(error with { Details = read.Error!.Details, AdditionalInfo = read.Error.AdditionalInfo }, read.Error);
        Assert.Equal(error.AdditionalInfo, read.Error.AdditionalInfo);
        Assert.Equal(
            error.Details.Select(d => (d.Kind, d.Code, d.Message, d.Target)),
            read.Error.Details.Select(d => (d.Kind, d.Code, d.Message, d.Target))
        );
    }

    [Fact]
    public async Task An_operation_may_start_and_succeed_in_one_commit_with_a_result()
    {
        Guid id = Guid.NewGuid();
        await Commit(
            new Changes
            {
                Operations =
                [
                    new OperationChange.Start(new Operation(id, Circuit("c"), "POST", "me", OperationStatus.InProgress, Start)),
                    new OperationChange.Finish(id, Start, ResultBody: "{}"u8.ToArray()),
                ],
            }
        );
        Operation? read = await Store.GetOperationAsync(id, CancellationToken.None);
        Assert.Equal((OperationStatus.Succeeded, "{}"), (read!.Status, Encoding.UTF8.GetString(read.ResultBody.Span)));
    }

    [Fact]
    public async Task First_starts_that_race_agree_on_a_setting()
    {
        IStore other = await OtherNodeAsync();
        Assert.Null(await Store.GetSettingAsync("key", CancellationToken.None));
        byte[][] got = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i => (i % 2 == 0 ? Store : other).GetOrAddSettingAsync("key", [(byte)i, 0], CancellationToken.None))
        );
        Assert.All(got, value => Assert.Equal(got[0], value));
        Assert.Equal(got[0], await other.GetSettingAsync("key", CancellationToken.None));
    }

    [Fact]
    public async Task What_was_committed_is_there_after_closing_and_opening()
    {
        await Commit(CommitSamples.Create("c", 2));
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Try(Put(Circuit("late"))));

        IStore again = await OpenNodeAsync();

        Assert.NotNull(await Get(CommitSamples.Circuit("c"), again));
        Assert.Single(await Journal(new JournalQuery(), again));
        Assert.NotEmpty(await again.PendingEffectsAsync(null, 10, CancellationToken.None));
        Assert.Equal(4, (await again.ClaimsAsync("", CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Cancelled_before_it_began_nothing_is_written()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CommitAsync(Put(Circuit("c")), cancelled.Token));
        Assert.Null(await Get(Circuit("c")));
    }
}
