using System.Diagnostics;
using Causeway.Storage.Postgres;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Tests;

public sealed partial class PostgresConformance
{
    [Fact]
    public async Task A_node_is_woken_by_what_another_enqueues()
    {
        IStore other = await OtherNodeAsync();
        int woken = 0;
        other.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        await Eventually.Get(
            async () =>
            {
                await Commit(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] });
                return Volatile.Read(ref woken);
            },
            seen => seen > 0,
            "the other node is woken"
        );
    }

    [Fact]
    public async Task Nodes_that_start_at_once_migrate_once()
    {
        string fresh = await NewDatabaseAsync();
        IStore[] nodes = [.. Enumerable.Range(0, 5).Select(_ => StoreFactory.Open(fresh, TimeProvider.System))];
        await Task.WhenAll(nodes.Select(n => n.MigrateAsync(CancellationToken.None)));
        await nodes[0].MigrateAsync(CancellationToken.None);
        await Commit(Put(Circuit("migrated")), nodes[0]);
        Assert.NotNull(await Get(Circuit("migrated"), nodes[4]));
        foreach (IStore node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task After_a_crash_of_the_server_commits_are_there_and_nodes_listen_again()
    {
        await using var own = new PostgresServer();
        string database = await own.NewDatabaseAsync();
        await using var a = new PostgresStore(database, TimeProvider.System);
        await using var b = new PostgresStore(database, TimeProvider.System);
        await a.MigrateAsync(CancellationToken.None);
        await b.MigrateAsync(CancellationToken.None);
        await Commit(Put(Circuit("before")), a);

        await own.CrashAndRestartAsync();

        int woken = 0;
        b.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        await Eventually.Get<CommitOutcome>(
            async () =>
                await a.CommitAsync(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] }, CancellationToken.None),
            outcome => outcome is CommitOutcome.Committed,
            "commits work again"
        );
        Assert.NotNull(await Get(Circuit("before"), b));
        await Eventually.Get(
            async () =>
            {
                int before = Volatile.Read(ref woken);
                await Commit(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] }, a);
                return Volatile.Read(ref woken) > before;
            },
            heard => heard,
            "the other node hears again"
        );
    }

    /// <summary>Time stands still for the leases here: only death can free what the other node runs.</summary>
    [Fact]
    public async Task What_a_killed_node_ran_is_free_within_a_moment_and_what_a_living_one_runs_is_not()
    {
        IStore living = await OpenNodeAsync();
        await Commit(new Changes { Effects = [new Effect("of-living", "k", Circuit("c"), default, Start)] });
        Assert.Single(await living.LeaseEffectsAsync(1, Start, Minute, CancellationToken.None));
        await Commit(new Changes { Effects = [new Effect("of-killed", "k", Circuit("c"), default, Start)] });
        using (Process holder = StartHelper("lease", Database, "of-killed"))
        {
            Assert.Equal("leased of-killed", await holder.StandardOutput.ReadLineAsync());
            Assert.Empty(await LeaseNames(10, Start));
            holder.Kill();
            await holder.WaitForExitAsync();
        }
        long killed = TimeProvider.System.GetTimestamp();
        List<string> free = await Eventually.Get(() => LeaseNames(10, Start), names => names.Count > 0, "the killed node's effect is free");
        Assert.Equal(["of-killed"], free);
        TimeSpan rested = TimeProvider.System.GetElapsedTime(killed);
        Assert.True(rested < TimeSpan.FromSeconds(8), $"it rested {rested}; a lease would have lasted a minute");
    }

    [Fact]
    public async Task A_node_whose_session_breaks_keeps_what_it_runs()
    {
        IStore other = await OpenNodeAsync();
        await Commit(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] });
        LeasedEffect running = Assert.Single(await Store.LeaseEffectsAsync(1, Start, Minute, CancellationToken.None));
        await using var admin = NpgsqlDataSource.Create(Database);
        for (int round = 0; round < 3; round++)
        {
            await using NpgsqlCommand end = admin.CreateCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'causeway'"
            );
            Assert.True((long)(await end.ExecuteScalarAsync())! >= 2);
            await using NpgsqlCommand locks = admin.CreateCommand(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            );
            await Eventually.Get(async () => (long)(await locks.ExecuteScalarAsync())!, n => n == 2, "both nodes are seen again");
        }
        Assert.Empty(await LeaseNames(10, Start, other));
        await Commit(new Changes { Completed = [running] });
    }

    [Fact]
    public async Task A_newer_database_is_refused()
    {
        await using var admin = NpgsqlDataSource.Create(Database);
        await using NpgsqlCommand newer = admin.CreateCommand("INSERT INTO causeway_schema VALUES (1000)");
        await newer.ExecuteNonQueryAsync();
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(OpenNodeAsync);
        Assert.Contains("schema 1000", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_is_up_and_primary_is_used()
    {
        var settings = new NpgsqlConnectionStringBuilder(Database);
        settings.Host = $"127.0.0.1:1,127.0.0.1:{settings.Port}"; // nothing listens on port 1
        await using IStore store = StoreFactory.Open(settings.ConnectionString, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        await Commit(Put(Circuit("c")), store);
        Assert.NotNull(await Get(Circuit("c")));
    }
}
