using System.Collections.Concurrent;
using System.Diagnostics;
using Causeway.Storage.Postgres;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Npgsql;
using static Causeway.Storage.Tests.CommitSamples;

namespace Causeway.Storage.Tests;

/// <summary>A real primary with a real standby; and a primary that takes no writes.</summary>
public sealed class PostgresFailoverTests
{
    private static async Task<IReadOnlyList<string>> WarningsAsync(PostgresStore store) =>
        (await store.DescribeAsync(CancellationToken.None)).Warnings;

    [Fact]
    public async Task A_failover_under_load_loses_nothing_that_was_acknowledged_and_nodes_go_on_by_themselves()
    {
        await using var primary = new PostgresServer();
        var settings = new NpgsqlConnectionStringBuilder(await primary.NewDatabaseAsync());
        await using PostgresServer standby = await primary.FollowAsync();
        settings.Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}";
        settings.Timeout = 3;
        await using var a = new PostgresStore(settings.ConnectionString, TimeProvider.System);
        await using var b = new PostgresStore(settings.ConnectionString, TimeProvider.System);
        await a.MigrateAsync(CancellationToken.None);
        await b.MigrateAsync(CancellationToken.None);

        Assert.Contains("asynchronous", Assert.Single(await WarningsAsync(a)), StringComparison.Ordinal);
        await primary.SqlAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.SqlAsync("SELECT pg_reload_conf()");
        await Eventually.Get(
            () => WarningsAsync(a),
            warnings => warnings.Count == 0,
            "with a synchronous standby there is nothing to warn of"
        );

        var acknowledged = new ConcurrentDictionary<string, PostgresStore>();
        var problems = new ConcurrentBag<Exception>();
        int next = 0;
        long lastBefore = 0,
            firstAfter = 0;
        using var end = new CancellationTokenSource();
        Task[] load =
        [
            .. Enumerable
                .Range(0, 16)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        PostgresStore node = w % 2 == 0 ? a : b;
                        while (!end.IsCancellationRequested)
                        {
                            int number = Interlocked.Increment(ref next);
                            try
                            {
                                CommitOutcome outcome = await node.CommitAsync(Create($"c{number}", number), CancellationToken.None);
                                Assert.IsType<CommitOutcome.Committed>(outcome);
                                acknowledged.TryAdd($"c{number}", node);
                            }
                            catch (Exception e)
                            {
                                problems.Add(e);
                                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                            }
                        }
                    })
                ),
        ];
        await Eventually.True(() => acknowledged.Count > 500, "500 commits before the failover");
        int heard = 0;
        b.EffectsEnqueued += () => Interlocked.Increment(ref heard);
        await primary.StopAsync();
        lastBefore = Stopwatch.GetTimestamp();
        int before = acknowledged.Count;
        await standby.PromoteAsync();
        await Eventually.True(
            () => acknowledged.Values.Skip(before).Distinct().Count() == 2 && acknowledged.Count > before + 200,
            "both nodes commit on the new primary",
            TimeSpan.FromSeconds(60)
        );
        firstAfter = Stopwatch.GetTimestamp();
        int heardBefore = Volatile.Read(ref heard);
        await end.CancelAsync();
        await Task.WhenAll(load);
        await Eventually.Get(
            async () =>
            {
                await a.CommitAsync(
                    new Changes { Effects = [new Effect("wake", "k", Circuit("c"), default, Start)] },
                    CancellationToken.None
                );
                return Volatile.Read(ref heard);
            },
            n => n > heardBefore,
            "what one enqueues on the new primary wakes the other"
        );

        HashSet<string> there = [];
        string? after = null;
        do
        {
            Page<StoredResource> page = await b.ListAsync(
                new ResourceQuery
                {
                    Type = CircuitType,
                    Most = 1000,
                    After = after,
                },
                CancellationToken.None
            );
            there.UnionWith(page.Items.Select(r => r.Id.Name));
            after = page.After;
        } while (after is not null);
        string[] lost = [.. acknowledged.Keys.Except(there)];
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{acknowledged.Count} acknowledged, {lost.Length} lost, {problems.Count} told to try again, served again {Stopwatch.GetElapsedTime(lastBefore, firstAfter).TotalSeconds:0.0} s after the crash"
        );
        Assert.Empty(lost);
        Assert.All(problems, e => Assert.IsType<StoreUnavailableException>(e));
        Assert.Contains("no standby follows", Assert.Single(await WarningsAsync(a)), StringComparison.Ordinal);
    }

    /// <summary>As after a failover that is not finished: the primary is told to take no writes, and its connections are new.</summary>
    [Fact]
    public async Task While_the_database_is_read_only_writers_hear_so_and_reads_go_on_and_afterwards_writers_are_served()
    {
        await using var server = new PostgresServer();
        string database = await server.NewDatabaseAsync();
        string name = new NpgsqlConnectionStringBuilder(database).Database!;
        await using var store = new PostgresStore(database, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(Create("before", 1), CancellationToken.None));
        await server.SqlAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await server.SqlAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");

        await Eventually.Get(
            async () =>
            {
                try
                {
                    return (await store.CommitAsync(Create("c", 2), CancellationToken.None)).ToString();
                }
                catch (StoreUnavailableException e)
                {
                    return e.Code;
                }
            },
            code => code == "StoreReadOnly",
            "writers are told that the database is read-only"
        );
        Assert.NotNull(await store.GetAsync(Circuit("before"), CancellationToken.None));
        StoreUnavailableException effects = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            store.GetOrAddSettingAsync("key", [1], CancellationToken.None)
        );
        Assert.Equal(StoreProblem.ReadOnly, effects.Problem);
        await using (var late = new PostgresStore(database, TimeProvider.System))
            Assert.Equal(
                StoreProblem.ReadOnly,
                (await Assert.ThrowsAsync<StoreUnavailableException>(() => late.MigrateAsync(CancellationToken.None))).Problem
            );

        await server.SqlAsync($"ALTER DATABASE {name} RESET default_transaction_read_only");
        await Eventually.Get<CommitOutcome>(
            async () => await store.CommitAsync(Create("after", 3), CancellationToken.None),
            o => o is CommitOutcome.Committed,
            "writers are served again"
        );
    }

    [Fact]
    public async Task On_a_standby_reads_go_on_and_writers_hear_that_it_is_read_only()
    {
        await using var primary = new PostgresServer();
        string database = await primary.NewDatabaseAsync();
        await using (var store = new PostgresStore(database, TimeProvider.System))
        {
            await store.MigrateAsync(CancellationToken.None);
            Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(Create("before", 1), CancellationToken.None));
        }
        await using PostgresServer standby = await primary.FollowAsync();
        await primary.StopAsync();
        var settings = new NpgsqlConnectionStringBuilder(database) { Port = standby.Port };
        await using var reading = new PostgresStore(settings.ConnectionString, TimeProvider.System);
        Assert.NotNull(await reading.GetAsync(Circuit("before"), CancellationToken.None));
        StoreUnavailableException e = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            reading.CommitAsync(Create("c", 2), CancellationToken.None)
        );
        Assert.Equal("StoreReadOnly", e.Code);
        await standby.PromoteAsync();
        Assert.IsType<CommitOutcome.Committed>(await reading.CommitAsync(Create("c", 2), CancellationToken.None));
    }
}
