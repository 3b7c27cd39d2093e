using Causeway.Primitives;
using Causeway.Storage.Postgres;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Tests;

/// <summary>The commit path where it is steep: refusals among many, the same rows from two nodes, refusals without a reason.</summary>
public sealed partial class PostgresConformance
{
    /// <summary>Counted in transaction numbers, of which every transaction that writes takes one, rolled back or not.</summary>
    [Fact]
    public async Task One_who_is_refused_costs_those_beside_it_one_transaction_more()
    {
        await Commit(CommitSamples.Create("holder", 1) with { Effects = [] });
        await using var admin = NpgsqlDataSource.Create(Database);
        await using NpgsqlConnection blocker = await admin.OpenConnectionAsync();
        NpgsqlTransaction head = await blocker.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("UPDATE journal_head SET position = position", blocker))
            await hold.ExecuteNonQueryAsync();

        Task<CommitOutcome> first = Try(CommitSamples.Create("first", 2));
        await Eventually.Get(
            async () => await Number("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"),
            waiting => waiting == 1,
            "the first group waits for the journal's head"
        );
        Task<CommitOutcome>[] others = [.. Enumerable.Range(3, 200).Select(i => Try(CommitSamples.Create($"c{i}", i)))];
        Changes thief = CommitSamples.Create("thief", 9999);
        Task<CommitOutcome> refused = Try(
            thief with
            {
                Claims = thief.Claims.Add(new ClaimChange.Take("stag/ams-1/1", CommitSamples.Circuit("thief"))),
            }
        );
        long before = await Number("SELECT pg_current_xact_id()::text::bigint");
        await head.CommitAsync();

        Assert.All(await Task.WhenAll(others), o => Assert.IsType<CommitOutcome.Committed>(o));
        Assert.IsType<CommitOutcome.Committed>(await first);
        Assert.Equal("stag/ams-1/1", Assert.IsType<CommitOutcome.ClaimTaken>(await refused).Key);
        long transactions = await Number("SELECT pg_current_xact_id()::text::bigint") - before - 1;
        TestContext.Current.TestOutputHelper!.WriteLine($"200 changesets and a refused one: {transactions} transactions");
        Assert.InRange(transactions, 2, 4);

        async Task<long> Number(string sql)
        {
            await using NpgsqlCommand command = admin.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Nodes_that_need_the_same_rows_in_opposite_orders_never_deadlock()
    {
        await using var own = new PostgresServer();
        string database = await own.NewDatabaseAsync();
        await using var a = new PostgresStore(database, TimeProvider.System);
        await using var b = new PostgresStore(database, TimeProvider.System);
        await a.MigrateAsync(CancellationToken.None);
        await b.MigrateAsync(CancellationToken.None);
        ResourceId[] ids = [Circuit("x"), Circuit("y"), Circuit("z")];
        foreach (ResourceId id in ids)
            await Commit(Put(id), a);

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        PostgresStore node = w % 2 == 0 ? a : b;
                        ResourceId[] order = w % 2 == 0 ? ids : [.. ids.Reverse()];
                        for (int done = 0; done < 30; )
                        {
                            long[] revisions = await Task.WhenAll(order.Select(async id => (await Get(id, node))!.Revision));
                            // The one in front is only relied upon, by half of them.
                            bool relies = w % 4 < 2;
                            var changes = new Changes
                            {
                                Writes =
                                [
                                    .. order.Select(
                                        ResourceWrite (id, i) =>
                                            relies && i == 2
                                                ? new ResourceWrite.Check(id, revisions[i])
                                                : new ResourceWrite.Put(CommitSamples.Resource(id, revisions[i] + 1), revisions[i])
                                    ),
                                ],
                                Journal = [Entry(order[0])],
                            };
                            if (await node.CommitAsync(changes, CancellationToken.None) is CommitOutcome.Committed)
                                done++;
                        }
                    })
                )
        );
        int deadlocks = own.LogText.Split("deadlock detected").Length - 1;
        TestContext.Current.TestOutputHelper!.WriteLine($"240 commits from two nodes: {deadlocks} deadlocks");
        Assert.Equal(0, deadlocks);
    }

    /// <summary>What was in the way is gone whenever somebody looks: a trigger loses the claim without a trace, many times over.</summary>
    [Fact]
    public async Task A_refusal_whose_cause_is_gone_each_time_is_tried_again_until_it_passes()
    {
        await using var admin = NpgsqlDataSource.Create(Database);
        await using (
            NpgsqlCommand trigger = admin.CreateCommand(
                """
                CREATE SEQUENCE tries;
                CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF NEW.key = 'flaky' AND nextval('tries') <= 22 THEN RETURN NULL; END IF; RETURN NEW; END $$;
                CREATE TRIGGER lose BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION lose();
                """
            )
        )
            await trigger.ExecuteNonQueryAsync();
        ResourceId id = Circuit("c");
        Task<CommitOutcome> flaky = Try(Put(id) with { Claims = [new ClaimChange.Take("flaky", id)] });
        await Commit(Put(Circuit("beside"))); // nobody waits for it meanwhile
        Assert.False(flaky.IsCompleted);
        Assert.IsType<CommitOutcome.Committed>(await flaky);
        Assert.Equal(id, await Store.ClaimOwnerAsync("flaky", CancellationToken.None));
    }

    /// <summary>A busy journal, in which the one asked for was last heard of long ago, or never: what is looked at is what is asked for.</summary>
    [Fact]
    public async Task The_journal_of_one_resource_is_read_along_its_index_however_long_the_journal_is()
    {
        await using var admin = NpgsqlDataSource.Create(Database);
        await RunAsync(
            """
            INSERT INTO journal (position, at, actor, key, resource, type, signal, from_state, to_state, why, revision)
            SELECT i, 0, 'a', k, k, 't', 's', 'f', 't', 'w', 1 FROM generate_series(1, 300000) i,
                LATERAL (SELECT '/subscriptions/s/resourcegroups/g/providers/n/t/c' || CASE WHEN i < 20 THEN 0 ELSE i % 1000 + 1 END AS k) keys;
            ANALYZE journal
            """
        );
        foreach (bool latest in (bool[])[false, true])
        foreach (string name in (string[])["c0", "none"])
        {
            ResourceId id = ResourceId.Parse($"/subscriptions/s/resourceGroups/g/providers/n/t/{name}");
            var query = new JournalQuery
            {
                Resource = id,
                Latest = latest,
                Most = 100,
            };
            Assert.Equal(name == "c0" ? 19 : 0, (await Journal(query)).Count);
            await RunAsync(
                $"PREPARE asked (bigint, integer, text) AS {PostgresQueries.JournalSql(query)}",
                $"EXPLAIN ANALYZE EXECUTE asked (0, 100, '{id.Key}')",
                "DEALLOCATE asked"
            );
        }

        async Task RunAsync(params string[] statements)
        {
            await using var connection = await NpgsqlDataSource
                .Create($"{Database};Options={PostgresStore.PlannerOptions}")
                .OpenConnectionAsync();
            foreach (string sql in statements)
            {
                await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    string line = reader.GetString(0);
                    TestContext.Current.TestOutputHelper!.WriteLine(line);
                    Assert.DoesNotContain("Rows Removed by Filter", line, StringComparison.Ordinal);
                    Assert.DoesNotContain("Seq Scan", line, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task A_text_that_the_database_cannot_hold_harms_nobody_else()
    {
        Page<StoredResource>[] pages = await Task.WhenAll(
            Enumerable
                .Range(0, 400)
                .Select(async i =>
                {
                    var query = new ResourceQuery { Type = CommitSamples.CircuitType, After = i % 3 == 0 ? "a\0b" : "a" };
                    if (i % 3 == 0)
                    {
                        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ListAsync(query, CancellationToken.None));
                        return new Page<StoredResource>([], null);
                    }
                    return await Store.ListAsync(query, CancellationToken.None);
                })
        );
        Assert.All(pages, page => Assert.Empty(page.Items));
    }

    [Fact]
    public async Task A_changeset_that_the_database_cannot_hold_fails_alone()
    {
        Task<CommitOutcome>[] right = new Task<CommitOutcome>[60];
        Task<CommitOutcome>[] wrong = new Task<CommitOutcome>[4];
        for (int i = 0; i < right.Length; i++)
        {
            right[i] = Try(CommitSamples.Create($"c{i}", i));
            if (i % 15 == 7)
                wrong[i / 15] = Try(new Changes { Journal = [Entry(Circuit("poison"), "a\0b")] });
        }
        Assert.All(await Task.WhenAll(right), o => Assert.IsType<CommitOutcome.Committed>(o));
        foreach (Task<CommitOutcome> poison in wrong)
            await Assert.ThrowsAsync<PostgresException>(() => poison);
    }
}
