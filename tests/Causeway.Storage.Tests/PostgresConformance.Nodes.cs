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
        IStore other = await OpenNodeAsync();
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
