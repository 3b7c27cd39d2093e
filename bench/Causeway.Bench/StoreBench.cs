using System.Diagnostics;
using System.Text;
using Causeway.Primitives;
using Causeway.Storage;
using Causeway.Workflows.Storage;

namespace Causeway.Bench;

/// <summary>
/// <c>bench store</c>: what a store commits by itself, without the server around it: changesets of the shape and size that creating a circuit has, from 1, 8
/// and 64 committers, beside somebody who is refused again and again; then reads.
/// </summary>
internal static class StoreBench
{
    private const string CircuitType = "Microsoft.Network/expressRouteCircuits";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        "{\"sku\":{\"name\":\"Standard_MeteredData\"},\"peerings\":[],\"note\":\"" + new string('x', 900) + "\"}"
    );

    /// <param name="args"><c>--database PATH-OR-CONNECTION</c> (a file that goes away at the end), <c>--seconds N</c> for each rate (5).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        double seconds = Arguments.Value(args, "--seconds") is { } text ? double.Parse(text) : 5;
        if (Arguments.Value(args, "--database") is { } database)
            return await MeasureAsync(database, seconds);
        string folder = Path.Combine(Directory.GetCurrentDirectory(), $"bench-store-{Environment.ProcessId}");
        Scratch.Folder(folder);
        try
        {
            return await MeasureAsync(Path.Combine(folder, "store.db"), seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string database, double seconds)
    {
        await using IStore store = StoreFactory.Open(database, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        int next = 0;
        // The last time beside somebody who is refused again and again.
        foreach ((int committers, bool refused) in ((int, bool)[])[(1, false), (8, false), (64, false), (64, false), (64, true)])
        {
            using var stop = new CancellationTokenSource();
            Task<int> nuisance = refused ? Task.Run(() => RefusedAsync(store, stop.Token)) : Task.FromResult(0);
            int done = 0;
            var watch = Stopwatch.StartNew();
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            double writer = WriterSeconds();
            long written = WrittenBytes();
            var latencies = new List<double>();
            await Task.WhenAll(
                Enumerable
                    .Range(0, committers)
                    .Select(_ =>
                        Task.Run(async () =>
                        {
                            while (watch.Elapsed.TotalSeconds < seconds)
                            {
                                int number = Interlocked.Increment(ref next);
                                long began = Stopwatch.GetTimestamp();
                                CommitOutcome outcome = await store.CommitAsync(
                                    Create($"circuit-{Environment.ProcessId}-{number:D7}", number),
                                    CancellationToken.None
                                );
                                if (outcome is not CommitOutcome.Committed)
                                    throw new InvalidOperationException(outcome.ToString());
                                double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                                lock (latencies)
                                    latencies.Add(took);
                                Interlocked.Increment(ref done);
                            }
                        })
                    )
            );
            double elapsed = watch.Elapsed.TotalSeconds;
            await stop.CancelAsync();
            double cpu = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
            writer = WriterSeconds() - writer;
            latencies.Sort();
            Console.WriteLine(
                $"{committers, 3} committers: {done / elapsed, 8:0} commits/s  p50 {latencies[latencies.Count / 2]:0.00} ms  p99 {latencies[(int)(latencies.Count * 0.99)]:0.00} ms  max {latencies[^1]:0.0} ms  cpu {cpu * 1e6 / done:0} us/commit, {writer * 1e6 / done:0} of them on the one thread that writes  disk {(WrittenBytes() - written) / 1024.0 / done:0.0} KiB/commit  memory {Environment.WorkingSet >> 20} MiB{(refused ? $"  beside {await nuisance / elapsed:0} refused/s" : "")}"
            );
        }
        StoredResource? one = null;
        var reading = Stopwatch.StartNew();
        int reads = 0;
        for (; reading.Elapsed.TotalSeconds < 1; reads++)
            one = await store.GetAsync(Circuit($"circuit-{Environment.ProcessId}-{1 + (reads * 7919 % next):D7}"), CancellationToken.None);
        Console.WriteLine($"GET: {reads / reading.Elapsed.TotalSeconds:0}/s on one thread, {next} circuits, last {one?.Id.Name}");
        var listing = Stopwatch.StartNew();
        Page<StoredResource> page = await store.ListAsync(new ResourceQuery { Type = CircuitType }, CancellationToken.None);
        Console.WriteLine(
            $"LIST {page.Items.Count}: {listing.Elapsed.TotalMilliseconds:0.00} ms; count {await store.CountAsync(new ResourceQuery { Type = CircuitType }, CancellationToken.None)} in {listing.Elapsed.TotalMilliseconds:0.00} ms"
        );
        return 0;
    }

    /// <summary>A client that wants what another has, and asks again as soon as it is refused.</summary>
    private static async Task<int> RefusedAsync(IStore store, CancellationToken stop)
    {
        await store.CommitAsync(Create($"holder-{Environment.ProcessId}", 0), CancellationToken.None);
        var wanted = new ClaimChange.Take("stag/ams-1/0", Circuit($"thief-{Environment.ProcessId}"));
        Changes thief = Create($"thief-{Environment.ProcessId}", -1);
        int refused = 0;
        for (; !stop.IsCancellationRequested; refused++)
            if (
                await store.CommitAsync(thief with { Claims = thief.Claims.Add(wanted) }, CancellationToken.None) is CommitOutcome.Committed
            )
                throw new InvalidOperationException("The claim was taken twice.");
        return refused;
    }

    /// <summary>
    /// Processor time of SQLite's writer (and of the thread that moves its log): what bounds the rate where there are cores enough for everything else. 0 with
    /// PostgreSQL.
    /// </summary>
    private static double WriterSeconds() =>
        Directory
            .GetDirectories("/proc/self/task")
            .Select(task => File.ReadAllText(Path.Combine(task, "stat")))
            .Where(stat => stat.Contains("(causeway-sqlite", StringComparison.Ordinal)) // the kernel keeps 15 characters
            .Select(stat => stat[(stat.LastIndexOf(')') + 2)..].Split(' '))
            .Sum(field => (double.Parse(field[11]) + double.Parse(field[12])) / 100); // utime and stime, in ticks of 10 ms: proc(5)

    /// <summary>What this process has sent to the disk so far.</summary>
    private static long WrittenBytes() =>
        long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal)).AsSpan(12));

    private static ResourceId Circuit(string name) =>
        ResourceId.Of("6f9d5d2e-0f5a-4a39-a3c1-5e1f2b3c4d5e", "rg-1", "Microsoft.Network", "expressRouteCircuits", name);

    private static Changes Create(string name, int number)
    {
        ResourceId id = Circuit(name);
        return new Changes
        {
            Writes =
            [
                new ResourceWrite.Put(
                    new StoredResource
                    {
                        Id = id,
                        Type = id.Type,
                        Location = "westeurope",
                        Revision = 1,
                        ETag = Guid.NewGuid(),
                        State = "Creating",
                        Body = Body,
                        Created = Start,
                        Changed = Start,
                    },
                    0
                ),
            ],
            Claims =
            [
                new ClaimChange.Take($"service-key/{Guid.NewGuid()}", id),
                new ClaimChange.Take($"stag/ams-1/{number}", id),
                new ClaimChange.Take($"port-a/ams-1/{number}", id),
                new ClaimChange.Take($"port-b/ams-1/{number}", id),
            ],
            Labels = [new LabelChange.Add("provider/6f9d5d2e", id), new LabelChange.Add("location/ams-1", id)],
            Operations =
            [
                new OperationChange.Start(
                    new Operation(Guid.CreateVersion7(), id, "PUT " + CircuitType, "caller", OperationStatus.InProgress, Start)
                ),
            ],
            Journal = [new JournalEntry(Start, "caller", id, "Put", "", "Creating", "created", 1, "{\"bandwidth\":1000}"u8.ToArray())],
            Effects = number % 2 == 0 ? [new Effect($"configure/{id.Key}", "configure", id, ReadOnlyMemory<byte>.Empty, Start)] : [],
        };
    }
}
