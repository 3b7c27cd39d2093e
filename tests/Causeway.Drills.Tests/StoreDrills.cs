using System.Diagnostics;
using Causeway.Testing;

namespace Causeway.Drills.Tests;

/// <summary>The store goes away under load, in each way a store can. Sessions stay, writers are told, everything goes on by itself.</summary>
public sealed class StoreDrills
{
    [Fact]
    public async Task PostgreSQL_away()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using var postgres = new PostgresServer();
        string database = await postgres.NewDatabaseAsync();
        var figures = new Figures("PostgreSQL away");
        await using Field field = await Field.StartAsync(
            figures,
            stop,
            (port, _) => new OwnProcess(new ServerProcess([.. Drill.Unlimited, "--database", database, "--bgp-port", $"{port}"]))
        );
        await field.MoreAnswersAsync(100, "before the outage");
        await postgres.StopAsync();
        await Drill.LastAsync(Drill.Outage, stop);
        figures.Say("sessions up at the end of the outage", field.Edges.Established);
        await postgres.StartAsync();
        await BackAsync(field, figures);
        await field.EndAsync(stop);
        figures.Judge();
    }

    /// <summary>The primary dies under load, its synchronous standby is promoted.</summary>
    [Fact]
    public async Task PostgreSQL_failover()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using var primary = new PostgresServer();
        string database = await primary.NewDatabaseAsync();
        await using PostgresServer standby = await primary.FollowAsync();
        await primary.SqlAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.SqlAsync("SELECT pg_reload_conf()");
        database = database.Replace(
            $"Host=127.0.0.1;Port={primary.Port}",
            $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Timeout=3",
            StringComparison.Ordinal
        );
        var figures = new Figures("PostgreSQL failover, synchronous standby");
        await using Field field = await Field.StartAsync(
            figures,
            stop,
            (port, _) => new OwnProcess(new ServerProcess([.. Drill.Unlimited, "--database", database, "--bgp-port", $"{port}"]))
        );
        await field.MoreAnswersAsync(100, "before the failover");
        await primary.StopAsync();
        await Drill.LastAsync(TimeSpan.FromSeconds(5), stop);
        await standby.PromoteAsync();
        await BackAsync(field, figures);
        await field.EndAsync(stop);
        figures.Judge();
    }

    [Fact]
    public async Task Disk_full()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using SmallDisk disk = SmallDisk.Mount(64);
        var figures = new Figures("disk full, SQLite");
        await using Field field = await Field.StartAsync(
            figures,
            stop,
            (port, _) => new OwnProcess(new ServerProcess([.. Drill.Unlimited, "--bgp-port", $"{port}"], Path.Combine(disk.Folder, "data")))
        );
        await field.MoreAnswersAsync(100, "before the disk is full");
        disk.Fill();
        await Drill.LastAsync(Drill.Outage, stop);
        figures.Say("sessions up at the end of the outage", field.Edges.Established);
        Assert.True(field.Customer.Unavailable > 0, "a writer is told that the disk is full");
        disk.Free();
        await BackAsync(field, figures);
        await field.EndAsync(stop);
        figures.Judge();
    }

    private static async Task BackAsync(Field field, Figures figures)
    {
        var watch = Stopwatch.StartNew();
        await field.MoreAnswersAsync(1, "after the outage");
        figures.Say("first answer after", watch.Elapsed.TotalSeconds, "s");
        await field.MoreAnswersAsync(100, "after the outage");
    }
}
