using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Client;
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
        await ToldAsync(field, stop);
        await Drill.LastAsync(Drill.Outage, stop);
        figures.Say("sessions up at the end of the outage", field.Edges.Established);
        disk.Free();
        await BackAsync(field, figures);
        await field.EndAsync(stop);
        figures.Judge();
    }

    /// <summary>
    /// A writer is told that the store cannot take it. The load alone would not do: each of its workers may wait for something that was answered before the
    /// outage, and write nothing; and the first writes may still fit into what the write-ahead log has on the disk.
    /// </summary>
    private static async Task ToldAsync(Field field, CancellationToken stop)
    {
        long before = field.Customer.Unavailable;
        var last = Answered.Unknown;
        for (int i = 0; field.Customer.Unavailable == before; i++)
        {
            Assert.True(i < 10_000, $"after {i} writes nobody was told that the store takes no more; the last answer was {last}");
            var body = new JsonObject
            {
                ["location"] = "westeurope",
                ["tags"] = new JsonObject { ["write"] = $"{i}" },
            };
            last = await field.Customer.PutAsync(field.Group, body, stop, ArmClient.ResourcesVersion);
        }
    }

    private static async Task BackAsync(Field field, Figures figures)
    {
        var watch = Stopwatch.StartNew();
        await field.MoreAnswersAsync(1, "after the outage");
        figures.Say("first answer after", watch.Elapsed.TotalSeconds, "s");
        await field.MoreAnswersAsync(100, "after the outage");
    }
}
