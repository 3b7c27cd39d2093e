using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary>A real PostgreSQL that goes away and comes back under a server that is not restarted.</summary>
public sealed class OutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_an_outage_effects_run_again_and_readiness_says_no_meanwhile_without_naming_the_database()
    {
        await using var database = new PostgresServer();
        string connection = await database.NewDatabaseAsync();
        await using Serving serving = await Serving.StartAsync("--database", connection);
        await serving.GroupAsync(Stop);
        string circuit = await serving.ProvisionedAsync("before", Stop);
        Assert.Equal((200, "ready\n"), await serving.ReadyAsync());
        string[] look = ["operator", "status", "-o", "json", "--access", Path.Combine(serving.Process.Data, "access.json")];
        Assert.True(JsonNode.Parse(await Cli.CliRun.Ok(look))!["store"]!["answers"]!.GetValue<bool>());
        using var operators = new ArmClient(serving.Access, "operator", TimeProvider.System);
        const string Status = "/providers/Causeway.Operations/status";
        await operators.GetAsync(Status, "2026-11-01", Stop);

        await database.StopAsync();
        (int status, string text) = await Eventually.Get(serving.ReadyAsync, r => r.Status == 503, "readiness says no");
        string[] secrets = [.. connection.Split(';').Select(p => p.Split('=')[1]).Where(v => v.Length > 4)];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.Contains("store", text, StringComparison.Ordinal);
        JsonNode told = (await operators.GetAsync(Status, "2026-11-01", Stop))!;
        Assert.False(told["store"]!["answers"]!.GetValue<bool>());
        Assert.Contains(told["loops"]!.AsArray(), l => l!["name"]!.ToString() == "store" && l["failures"]!.GetValue<int>() > 0);
        // Long enough for every loop to have met it, and to be in a rest of its own.
        await Eventually.Get(
            serving.ReadyAsync,
            r => r.Text.Contains("effects", StringComparison.Ordinal) || r.Text.Contains("routers", StringComparison.Ordinal),
            "readiness names the loops that fail of it",
            TimeSpan.FromSeconds(45)
        );

        await database.StartAsync();
        await Eventually.Get(serving.ReadyAsync, r => r == (200, "ready\n"), "readiness says yes again");
        await serving.PeeringAsync(circuit, 1, Stop).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Stop);
        Assert.Equal(1, serving.Lines("Loop store is well again"));
    }

    [Fact]
    public async Task An_outage_under_load_writes_few_lines()
    {
        await using var database = new PostgresServer();
        await using Serving serving = await Serving.StartAsync("--database", await database.NewDatabaseAsync());
        await serving.GroupAsync(Stop);
        using var end = new CancellationTokenSource();
        int refused = 0;
        Task[] load = [.. Enumerable.Range(0, 16).Select(w => Task.Run(() => LoadAsync(w)))];
        await database.StopAsync();
        await Eventually.True(() => Volatile.Read(ref refused) > 500, "500 refused writes", TimeSpan.FromSeconds(90));
        await database.StartAsync();
        await Eventually.Get(serving.ReadyAsync, r => r.Status == 200, "readiness says yes again");
        await end.CancelAsync();
        await Task.WhenAll(load);
        int lines = serving.Process.Output.Split('\n').Length;
        TestContext.Current.SendDiagnosticMessage($"{refused} refused writes, {lines} lines of log");
        Assert.True(lines < 60, $"{lines} lines for {refused} refused writes:\n{serving.Process.Output}");

        async Task LoadAsync(int worker)
        {
            for (int i = 0; !end.IsCancellationRequested; i++)
                try
                {
                    await serving.Customer.PutAsync(
                        $"{serving.Group}/providers/Microsoft.Network/virtualNetworks/w{worker}-{i}",
                        ArmClient.NetworkVersion,
                        new JsonObject
                        {
                            ["location"] = "westeurope",
                            ["properties"] = new JsonObject
                            {
                                ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray("10.0.0.0/16") },
                            },
                        },
                        wait: false,
                        CancellationToken.None
                    );
                }
                catch (ClientException)
                {
                    Interlocked.Increment(ref refused);
                }
        }
    }

    [Fact]
    public async Task A_database_that_is_not_there_at_the_start_is_waited_for()
    {
        await using var database = new PostgresServer();
        string connection = await database.NewDatabaseAsync();
        await database.StopAsync();
        await using var serving = new Serving(new ServerProcess(Serving.Arguments("--database", connection)));
        Task<TimeSpan> starting = serving.Process.StartAsync();
        await Eventually.True(() => starting.IsCompleted || serving.Lines("waiting up to 60 s for it") == 1, "it says that it waits");
        Assert.False(starting.IsCompleted, serving.Process.Output);
        await database.StartAsync();
        await starting;
        serving.Connect();
        Assert.Equal(200, (await serving.ReadyAsync()).Status);
    }

    [Fact]
    public async Task A_database_that_does_not_come_is_waited_for_no_longer_than_was_said()
    {
        await using var database = new PostgresServer();
        string connection = await database.NewDatabaseAsync();
        await database.StopAsync();
        using var process = Serving.Run(
            "serve",
            "--data",
            Directory.CreateTempSubdirectory("causeway-test-").FullName,
            "--listen",
            "127.0.0.1:0",
            "--database",
            connection,
            "--database-wait-seconds",
            "2"
        );
        Task<string> error = process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("waiting up to 2 s for it", await error, StringComparison.Ordinal);
        Assert.Contains("the database cannot be used", await error, StringComparison.Ordinal);
    }
}
