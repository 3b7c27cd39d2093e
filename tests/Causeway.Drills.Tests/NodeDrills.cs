using Causeway.Testing;

namespace Causeway.Drills.Tests;

/// <summary>Two nodes on one PostgreSQL, one of which is not well.</summary>
public sealed class NodeDrills(PostgresServer postgres)
{
    /// <summary>The owner of the routers is frozen, another takes over, the frozen one wakes up: it lets go before it acts.</summary>
    [Fact]
    public async Task Owner_paused()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var figures = new Figures("owner paused, two nodes");
        await using Field field = await TwoNodesAsync(figures, new Dictionary<string, string>(), stop);
        ServerProcess owner = field.Process;
        await field.MoreAnswersAsync(100, "before the pause");
        Drill.Signal(owner.Id, "STOP");
        try
        {
            await Drill.LastAsync(Drill.Outage + TimeSpan.FromSeconds(15), stop);
            await field.MoreAnswersAsync(20, "while the owner is frozen");
        }
        finally
        {
            Drill.Signal(owner.Id, "CONT");
        }
        await field.MoreAnswersAsync(100, "after it woke up");
        // A frozen process cannot keep its embedded sessions; the other node brings them up.
        await field.EndAsync(stop, sessionsMayDrop: true);
        figures.Judge();
    }

    /// <summary>The clock of one node is an hour ahead: nothing is decided by a node's own clock.</summary>
    [Fact]
    public async Task Clock_an_hour_off()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var figures = new Figures("clock of one node an hour ahead");
        await using Field field = await TwoNodesAsync(
            figures,
            new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = FakeTime(),
                ["FAKETIME"] = "+1h",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["DONT_FAKE_MONOTONIC"] = "1",
            },
            stop
        );
        await Drill.LastAsync(Drill.Load, stop);
        await field.MoreAnswersAsync(50, "with a clock that is wrong");
        await field.EndAsync(stop);
        figures.Judge();
    }

    private async Task<Field> TwoNodesAsync(
        Figures figures,
        IReadOnlyDictionary<string, string> environmentOfSecond,
        CancellationToken stop
    )
    {
        string database = await postgres.NewDatabaseAsync();
        string[] arguments = [.. Drill.Unlimited, "--database", database];
        return await Field.StartAsync(
            figures,
            stop,
            (port, _) => new OwnProcess(new ServerProcess([.. arguments, "--bgp-port", $"{port}"])),
            (port, first) =>
                new OwnProcess(
                    new ServerProcess([.. arguments, "--bgp-port", $"{port}"])
                    {
                        Environment = new Dictionary<string, string>(environmentOfSecond)
                        {
                            ["CAUSEWAY_KEY"] = File.ReadAllText(Path.Combine(first!.Data, "key")).Trim(),
                        },
                    }
                )
        );
    }

    private static string FakeTime() =>
        Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", SearchOption.AllDirectories).FirstOrDefault()
        ?? throw new InvalidOperationException("libfaketime is not installed: apt-get install libfaketime");
}
