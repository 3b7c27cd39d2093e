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

    /// <summary>Leases last a minute here: only death can free what the other node runs.</summary>
    [Fact]
    public async Task What_a_killed_node_ran_is_free_within_a_moment_and_what_a_living_one_runs_is_not()
    {
        IStore living = await OpenNodeAsync();
        await Commit(new Changes { Effects = [new Effect("of-living", "k", Circuit("c"), default, Start)] });
        Assert.Single(await living.LeaseEffectsAsync(Wanted("k"), CancellationToken.None));
        await Commit(new Changes { Effects = [new Effect("of-killed", "k", Circuit("c"), default, Start)] });
        using (Process holder = StartHelper("lease", Database, "of-killed"))
        {
            Assert.Equal("leased of-killed", await holder.StandardOutput.ReadLineAsync());
            Assert.Empty(await LeaseNames(10, kind: "k"));
            holder.Kill();
            await holder.WaitForExitAsync();
        }
        long killed = TimeProvider.System.GetTimestamp();
        List<string> free = await Eventually.Get(
            () => LeaseNames(10, kind: "k"),
            names => names.Count > 0,
            "the killed node's effect is free"
        );
        Assert.Equal(["of-killed"], free);
        TimeSpan rested = TimeProvider.System.GetElapsedTime(killed);
        Assert.True(rested < TimeSpan.FromSeconds(8), $"it rested {rested}; a lease would have lasted a minute");
    }

    [Fact]
    public async Task A_killed_nodes_named_lease_is_free_within_a_moment_with_a_newer_epoch()
    {
        using (Process holder = StartHelper("hold", Database, Pair))
        {
            Assert.Equal("holds 1", await holder.StandardOutput.ReadLineAsync());
            await Eventually.Get(
                () => LivedForAsync(2),
                lived => lived,
                "both nodes have lived longer than the second within which nothing is taken from anybody"
            );
            Assert.Null(await TakeLease("here"));
            holder.Kill();
            await holder.WaitForExitAsync();
        }
        long killed = TimeProvider.System.GetTimestamp();
        Lease taken = (await Eventually.Get<Lease?>(async () => await TakeLease("here"), lease => lease is not null, "the lease is free"))!;
        Assert.Equal(2, taken.Epoch);
        TimeSpan rested = TimeProvider.System.GetElapsedTime(killed);
        Assert.True(rested < TimeSpan.FromSeconds(8), $"it rested {rested}; the lease would have lasted an hour");
    }

    /// <summary>After an outage every lease has run out; the first that is back is not always the owner.</summary>
    [Fact]
    public async Task After_an_outage_a_lease_stays_with_the_owner_that_lives()
    {
        IStore other = await OtherNodeAsync();
        Lease held = (await TakeLease("owner"))!;
        await Eventually.Get(() => LivedForAsync(2), lived => lived, "both nodes have lived for a while");
        await using var admin = NpgsqlDataSource.Create(Database);
        await using NpgsqlCommand end = admin.CreateCommand(
            "UPDATE leases SET until = 1; SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'causeway'"
        );
        await end.ExecuteNonQueryAsync();
        Assert.Null(await TakeLease("other", store: other)); // not even one session is back, or its own is a moment old
        await Eventually.Get(() => LivedForAsync(2), lived => lived, "both nodes are back, and have been for a while");
        Assert.Null(await TakeLease("other", store: other)); // the owner's session is newer than the time of a lease: it is about to renew
        Assert.Equal(held, await TakeLease("owner"));
    }

    /// <summary>Whether so many nodes' sessions are so many seconds old.</summary>
    private async Task<bool> LivedForAsync(double seconds, int nodes = 2)
    {
        await using var admin = NpgsqlDataSource.Create(Database);
        await using NpgsqlCommand ages = admin.CreateCommand(
            "SELECT count(*) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = 1668768121 AND l.granted "
                + "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
                + "AND causeway_session_age(l.objid::bigint::integer) >= $1"
        );
        ages.Parameters.Add(new NpgsqlParameter { Value = (long)(seconds * TimeSpan.TicksPerSecond) });
        return (long)(await ages.ExecuteScalarAsync())! == nodes;
    }

    [Fact]
    public async Task A_node_whose_session_breaks_keeps_what_it_runs()
    {
        IStore other = await OpenNodeAsync();
        await Commit(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] });
        LeasedEffect running = Assert.Single(await Store.LeaseEffectsAsync(Wanted("k"), CancellationToken.None));
        await using var admin = NpgsqlDataSource.Create(Database);
        for (int round = 0; round < 3; round++)
        {
            await using NpgsqlCommand end = admin.CreateCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'causeway'"
            );
            await Eventually.Get(async () => (long)(await end.ExecuteScalarAsync())!, n => n >= 2, "sessions of both nodes were ended");
            await using NpgsqlCommand locks = admin.CreateCommand(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            );
            await Eventually.Get(async () => (long)(await locks.ExecuteScalarAsync())!, n => n == 2, "both nodes are seen again");
        }
        Assert.Empty(await LeaseNames(10, other, "k"));
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
