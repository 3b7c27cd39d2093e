using System.Diagnostics;
using Causeway.Hosting;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Causeway.Storage.Tests;

/// <summary>Effects of several nodes on one PostgreSQL, each with the loops of a server.</summary>
public sealed partial class PostgresConformance
{
    /// <summary>A clock that shows another time, and goes as fast as any.</summary>
    private sealed class SkewedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    private async Task<IStore> NodeAsync(TimeProvider time)
    {
        IStore store = StoreFactory.Open(Database, time);
        await store.MigrateAsync(CancellationToken.None);
        return store;
    }

    private static Supervisor Loops(IStore store, TimeProvider time, string holder, params IEffectHandler[] handlers)
    {
        var supervisor = new Supervisor(time, NullLogger<Supervisor>.Instance);
        supervisor.Start(
            new EffectRunner(new Engine(store, [new JobWorkflow()]), handlers, time, NullLogger<EffectRunner>.Instance, holder)
        );
        return supervisor;
    }

    private static JobHandler Quick(string kind) => new(kind, (e, _) => Task.FromResult(JobHandler.Done(e)));

    private static async Task BeginAsync(IStore store, TimeProvider time, string name, string kind, string? needs) =>
        await new Engine(store, [new JobWorkflow()]).SendAsync(
            Job.IdOf(name),
            Job.ResourceType,
            new JobSignal.Begin(
                time.GetUtcNow(),
                Job.IdOf(name),
                [new Effect($"{kind}/{name}", kind, Job.IdOf(name), default, default) { Needs = needs }]
            ),
            SendContext.Causeway,
            CancellationToken.None
        );

    private async Task<string> StateAsync(string name) =>
        (await Store.GetAsync(Job.IdOf(name), CancellationToken.None) is { } row) ? row.State : "";

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var admin = NpgsqlDataSource.Create(Database);
        await using NpgsqlCommand command = admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The version of a row changes with every update of it.</summary>
    private Task<string> VersionAsync(string effect) => ScalarAsync<string>($"SELECT xmin::text FROM effects WHERE name = '{effect}'");

    [Fact]
    public async Task An_effect_whose_need_nobody_holds_costs_no_update_however_often_nodes_look()
    {
        IStore other = await OtherNodeAsync();
        await using Supervisor a = Loops(Store, TimeProvider.System, "a", Quick("needy"), Quick("k"));
        await using Supervisor b = Loops(other, TimeProvider.System, "b", Quick("needy"), Quick("k"));
        await BeginAsync(Store, TimeProvider.System, "n", "needy", "routers/nobody");
        string before = await VersionAsync("needy/n");
        for (int i = 0; i < 50; i++)
            await BeginAsync(i % 2 == 0 ? Store : other, TimeProvider.System, $"k{i}", "k", null);
        for (int i = 0; i < 50; i++)
            await Eventually.Get(() => StateAsync($"k{i}"), s => s == "Done", $"k{i} is done, for which both nodes were woken");
        Assert.Equal(before, await VersionAsync("needy/n"));

        // The moment somebody holds it, it runs there.
        Assert.NotNull(await other.TryLeaseAsync("routers/nobody", "b", Minute, CancellationToken.None));
        await Eventually.Get(() => StateAsync("n"), s => s == "Done", "it runs where its need is held", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task When_the_owner_of_three_nodes_is_killed_its_work_moves_and_waiting_costs_nothing()
    {
        IStore other = await OtherNodeAsync();
        using Process owner = StartHelper("hold", Database, Pair);
        Assert.Equal("holds 1", await owner.StandardOutput.ReadLineAsync());
        await using Supervisor a = Loops(Store, TimeProvider.System, "a", Quick("needy"));
        await using Supervisor b = Loops(other, TimeProvider.System, "b", Quick("needy"));
        for (int i = 0; i < 3; i++)
            await BeginAsync(Store, TimeProvider.System, $"n{i}", "needy", Pair);
        await Eventually.Get(() => LivedForAsync(2, nodes: 3), lived => lived, "all three have lived for a while");
        string[] before = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => VersionAsync($"needy/n{i}")));
        // Both were woken by what was asked for, looked, and left it alone.
        Assert.Equal(before, await Task.WhenAll(Enumerable.Range(0, 3).Select(i => VersionAsync($"needy/n{i}"))));
        owner.Kill();
        await owner.WaitForExitAsync();
        long killed = TimeProvider.System.GetTimestamp();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        Lease? taken = null;
        await Eventually.Get<Lease?>(
            async () =>
                taken =
                    await Store.TryLeaseAsync(Pair, "a", Minute, CancellationToken.None)
                    ?? await other.TryLeaseAsync(Pair, "b", Minute, CancellationToken.None),
            lease => lease is not null,
            "another node has what it owned"
        );
        for (int i = 0; i < 3; i++)
            await Eventually.Get(() => StateAsync($"n{i}"), s => s == "Done", $"n{i} is done by the new owner");
        TimeSpan took = TimeProvider.System.GetElapsedTime(killed);
        TestContext.Current.SendDiagnosticMessage(
            $"take-over in {took.TotalSeconds:0.0} s, {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:0.0} s of CPU in both nodes and this test"
        );
        Assert.Equal(2, taken!.Epoch);
        Assert.True(took < TimeSpan.FromSeconds(20), $"it took {took}");
    }

    [Fact]
    public async Task Clocks_twenty_seconds_apart_delay_nothing_and_take_nothing_from_anybody()
    {
        var ahead = new SkewedClock(TimeSpan.FromSeconds(20));
        await using IStore early = await NodeAsync(ahead);
        await using Supervisor late = Loops(Store, TimeProvider.System, "late", Quick("needy"));
        await using Supervisor fast = Loops(early, ahead, "early", Quick("needy"));
        Lease held = (await Store.TryLeaseAsync(Pair, "late", TimeSpan.FromSeconds(15), CancellationToken.None))!;
        await Eventually.Get(() => LivedForAsync(2), lived => lived, "both have lived for a while");
        Assert.Null(await early.TryLeaseAsync(Pair, "early", TimeSpan.FromSeconds(15), CancellationToken.None));

        // Asked for by the node that is ahead, needed by the one that is not: due now all the same.
        await BeginAsync(early, ahead, "n", "needy", Pair);
        long asked = TimeProvider.System.GetTimestamp();
        await Eventually.Get(() => StateAsync("n"), s => s == "Done", "done by the owner");
        Assert.True(TimeProvider.System.GetElapsedTime(asked) < TimeSpan.FromSeconds(15), $"{TimeProvider.System.GetElapsedTime(asked)}");
        Assert.Equal(held.Epoch, (await Store.TryLeaseAsync(Pair, "late", Minute, CancellationToken.None))?.Epoch);
    }
}
