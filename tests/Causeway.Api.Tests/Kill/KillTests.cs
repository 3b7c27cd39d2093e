using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Kill;

/// <summary>
/// <c>kill -9</c> at random instants under a load of creates, provisions, peerings and deletes. Whatever was answered must be there after the restart, every
/// operation must end, and every circuit must have been metered exactly once.
/// </summary>
public abstract class KillTests
{
    private const int Kills = 50;
    private const int Workers = 8;

    /// <summary>Arguments of <c>serve</c> that choose the store.</summary>
    protected abstract Task<IReadOnlyList<string>> StoreAsync();

    protected async Task AnsweredWritesSurviveAsync(int bgpPort)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using var server = new ServerProcess([.. await StoreAsync(), "--bgp-port", $"{bgpPort}", .. Unlimited]);
        await server.StartAsync();
        AccessFile access = AccessFile.Load(Path.Combine(server.Data, "access.json"));
        using var customer = new ArmClient(access, "customer", TimeProvider.System);
        using var provider = new ArmClient(access, "provider", TimeProvider.System);
        string group = $"/subscriptions/{customer.Subscription()}/resourceGroups/kill";
        await customer.PutAsync(group, ArmClient.ResourcesVersion, new JsonObject { ["location"] = "westeurope" }, wait: true, stop);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        KillWorker[] workers = [.. Enumerable.Range(0, Workers).Select(i => new KillWorker(i, customer, provider, group))];
        Task[] running = [.. workers.Select(w => w.RunAsync(end.Token))];
        var random = new Random(20261121);
        for (int kill = 0; kill < Kills; kill++)
        {
            long before = workers.Sum(w => w.Answered);
            TimeSpan lives = TimeSpan.FromMilliseconds(random.Next(50, 900));
            var watch = Stopwatch.StartNew();
            // The instant is random, but a life in which nothing was answered proves nothing.
            await Eventually.True(
                () => running.Any(t => t.IsFaulted) || (watch.Elapsed >= lives && workers.Sum(w => w.Answered) > before),
                $"answers before kill {kill + 1}\n{server.Output}",
                TimeSpan.FromMinutes(2)
            );
            if (running.FirstOrDefault(t => t.IsFaulted) is { } broken)
                await broken;
            await server.KillAsync();
            await server.StartAsync();
        }
        await end.CancelAsync();
        await Task.WhenAll(running);

        foreach (KillWorker worker in workers)
            await worker.VerifyAsync(stop);
        await MetersAreWholeAsync(customer, workers, stop);
        TestContext.Current.SendDiagnosticMessage(
            $"{Kills} kills, {workers.Sum(w => w.Answered)} answered writes, {workers.Sum(w => w.Circuits.Count)} circuits"
        );
    }

    private static readonly string[] Unlimited =
    [
        "--circuits-per-subscription",
        "0",
        "--circuits-per-region",
        "0",
        "--throttle-enabled",
        "false",
    ];

    private static async Task MetersAreWholeAsync(ArmClient customer, KillWorker[] workers, CancellationToken stop)
    {
        var records = new List<JsonNode>();
        string usage = $"/subscriptions/{customer.Subscription()}/providers/Causeway.Billing/usageRecords";
        await foreach (JsonNode record in customer.ListAsync(usage, ArmClient.NetworkVersion, stop))
            records.Add(record);
        ILookup<string, JsonNode> byKey = records
            .Where(r => r["properties"]!["meter"]!.ToString() == "Circuit")
            .ToLookup(r => r["properties"]!["serviceKey"]!.ToString());
        foreach (KilledCircuit circuit in workers.SelectMany(w => w.Circuits).Where(c => c.Created))
        {
            JsonNode[] mine = [.. byKey[circuit.ServiceKey!]];
            Assert.True(mine.Length == 1, $"{circuit.Id} ({circuit.ServiceKey}) has {mine.Length} circuit records; it must have one.");
            bool ended = !mine[0]["properties"]!["running"]!.GetValue<bool>();
            Assert.True(ended == circuit.Deleted, $"{circuit.Id}: meter ended is {ended}, deleted is {circuit.Deleted}.");
        }
    }
}
