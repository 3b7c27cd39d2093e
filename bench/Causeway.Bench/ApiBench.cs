using System.Diagnostics;
using System.Globalization;
using Causeway.Client;

namespace Causeway.Bench;

/// <summary>
/// <c>bench api</c>: durable circuit creations per second, latency of reads at two sizes, memory and start-up of a server in a process of its own, beside what
/// the same disk can commit at all. Clients run in this process on the same machine and share its cores with the server.
/// </summary>
public sealed class ApiBench
{
    private const string Version = ArmClient.NetworkVersion;
    private static readonly int[] Concurrency = [1, 8, 64];
    private readonly string _folder;
    private readonly int _circuits;
    private readonly string? _database;
    private int _created;

    private ApiBench(string folder, int circuits, string? database) => (_folder, _circuits, _database) = (folder, circuits, database);

    /// <param name="args"><c>--circuits N</c> (100000), <c>--folder DIR</c> on the disk to measure, <c>--database CONNECTION</c> for PostgreSQL.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        string parent = Arguments.Value(args, "--folder") ?? Directory.GetCurrentDirectory();
        string folder = Path.Combine(parent, $"bench-api-{Environment.ProcessId}");
        Scratch.Folder(folder);
        try
        {
            int circuits = int.Parse(Arguments.Value(args, "--circuits") ?? "100000", CultureInfo.InvariantCulture);
            await new ApiBench(folder, circuits, Arguments.Value(args, "--database")).RunAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private async Task RunAsync()
    {
        CommitRate disk = await CommitProbe.MeasureAsync(_folder, TimeSpan.FromSeconds(2));
        Say(
            $"disk: {disk.FlushesPerSecond:N0} flushes/s, {disk.TransactionsPerSecond:N0} single-row SQLite transactions/s, {disk.GroupedPerSecond:N0} rows/s from {CommitProbe.Committers} committers sharing flushes"
        );
        await using (BenchServer server = await BenchServer.StartAsync(_folder, _database))
        {
            Say($"empty: ready in {server.StartUp.TotalMilliseconds:N0} ms, {server.MemoryMegabytes:N0} MB");
            using var client = new BenchClient(server.Access);
            await client.PutGroupAsync();
            await FillAsync(client, 500, 1);
            await FillAsync(client, 1000, 8);
            await ReadAsync(client, server);
            foreach (int clients in Concurrency)
                await RateAsync(client, clients, TimeSpan.FromSeconds(5));
            await FillAsync(client, _circuits, 64);
            await ReadAsync(client, server);
        }
        await using BenchServer again = await BenchServer.StartAsync(_folder, _database);
        Say($"{_created:N0} circuits: ready again in {again.StartUp.TotalMilliseconds:N0} ms, {again.MemoryMegabytes:N0} MB");
    }

    /// <summary>Creations per second, each answered only when durable.</summary>
    private async Task RateAsync(BenchClient client, int clients, TimeSpan span)
    {
        int before = _created;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (watch.Elapsed < span)
                            await client.CreateAsync(Interlocked.Increment(ref _created));
                    })
                )
        );
        Say($"create, {clients, 2} clients: {(_created - before) / watch.Elapsed.TotalSeconds:N0} durable circuits/s");
    }

    private async Task FillAsync(BenchClient client, int upTo, int clients) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        int next;
                        while ((next = Interlocked.Increment(ref _created)) <= upTo)
                            await client.CreateAsync(next);
                        Interlocked.Decrement(ref _created);
                    })
                )
        );

    private async Task ReadAsync(BenchClient client, BenchServer server)
    {
        var random = new Random(1);
        double[] get = await Latencies.OfAsync(3000, () => client.GetAsync(random.Next(1, _created + 1)));
        double[] list = await Latencies.OfAsync(300, client.ListPageAsync);
        double[] usage = await Latencies.OfAsync(100, client.UsagePageAsync);
        Say(
            $"{_created:N0} circuits: GET p50 {get.At(0.50):N2} ms, p99 {get.At(0.99):N2} ms; list of 100 p50 {list.At(0.50):N2} ms, p99 {list.At(0.99):N2} ms; usage page of 100 p50 {usage.At(0.50):N2} ms, p99 {usage.At(0.99):N2} ms; {server.MemoryMegabytes:N0} MB"
        );
    }
}
