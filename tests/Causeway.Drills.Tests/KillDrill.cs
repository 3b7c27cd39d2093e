using Causeway.Testing;

namespace Causeway.Drills.Tests;

/// <summary><c>kill -9</c> at random instants under the mixed load, on each store.</summary>
public sealed class KillDrill(PostgresServer postgres)
{
    [Fact]
    public Task Kill_9_on_SQLite() => KillAsync("kill -9, SQLite", []);

    [Fact]
    public async Task Kill_9_on_PostgreSQL() => await KillAsync("kill -9, PostgreSQL", ["--database", await postgres.NewDatabaseAsync()]);

    private static async Task KillAsync(string name, string[] store)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var figures = new Figures(name);
        await using Field field = await Field.StartAsync(
            figures,
            stop,
            (port, _) => new OwnProcess(new ServerProcess([.. Drill.Unlimited, .. store, "--bgp-port", $"{port}"]))
        );
        var random = new Random(20261121);
        long began = TimeProvider.System.GetTimestamp();
        int kills = 0;
        TimeSpan slowest = TimeSpan.Zero;
        while (TimeProvider.System.GetElapsedTime(began) < Drill.Load)
        {
            // The instant is random, but a life in which nothing was answered proves nothing.
            await Drill.LastAsync(TimeSpan.FromMilliseconds(random.Next(50, 900)), stop);
            await field.MoreAnswersAsync(1, $"before kill {kills + 1}");
            await field.Process.KillAsync();
            kills++;
            TimeSpan ready = await field.Process.StartAsync();
            slowest = ready > slowest ? ready : slowest;
        }
        figures.Say("kills", kills);
        figures.Say("slowest start", slowest.TotalSeconds, "s");
        await field.EndAsync(stop, sessionsMayDrop: true);
        figures.Judge();
    }
}
