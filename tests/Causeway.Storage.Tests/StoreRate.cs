using System.Diagnostics;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

/// <summary>Measures a store by hand: <c>Causeway.Storage.Tests rate PATH-OR-CONNECTION [seconds]</c>; <c>postgres</c> starts a server.</summary>
internal static class StoreRate
{
    public static async Task<int> ProbeAsync(string folder)
    {
        Console.WriteLine(await CommitProbe.MeasureAsync(folder, TimeSpan.FromSeconds(2)));
        return 0;
    }

    public static async Task<int> RunAsync(string database, double seconds)
    {
        await using var server = new PostgresServer();
        if (database == "postgres")
            database = await server.NewDatabaseAsync();
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
                                    CommitSamples.Create($"circuit-{Environment.ProcessId}-{number:D7}", number),
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
            latencies.Sort();
            Console.WriteLine(
                $"{committers, 3} committers: {done / elapsed, 8:0} commits/s  p50 {latencies[latencies.Count / 2]:0.00} ms  p99 {latencies[(int)(latencies.Count * 0.99)]:0.00} ms  max {latencies[^1]:0.0} ms  cpu {cpu * 1e6 / done:0} us/commit  disk {(WrittenBytes() - written) / 1024.0 / done:0.0} KiB/commit  memory {Environment.WorkingSet >> 20} MiB{(refused ? $"  beside {await nuisance / elapsed:0} refused/s" : "")}"
            );
        }
        StoredResource? one = null;
        var reading = Stopwatch.StartNew();
        int reads = 0;
        for (; reading.Elapsed.TotalSeconds < 1; reads++)
            one = await store.GetAsync(
                CommitSamples.Circuit($"circuit-{Environment.ProcessId}-{1 + (reads * 7919 % next):D7}"),
                CancellationToken.None
            );
        Console.WriteLine($"GET: {reads / reading.Elapsed.TotalSeconds:0}/s on one thread, {next} circuits, last {one?.Id.Name}");
        var listing = Stopwatch.StartNew();
        Page<StoredResource> page = await store.ListAsync(new ResourceQuery { Type = CommitSamples.CircuitType }, CancellationToken.None);
        Console.WriteLine(
            $"LIST {page.Items.Count}: {listing.Elapsed.TotalMilliseconds:0.00} ms; count {await store.CountAsync(new ResourceQuery { Type = CommitSamples.CircuitType }, CancellationToken.None)} in {listing.Elapsed.TotalMilliseconds:0.00} ms"
        );
        return 0;
    }

    /// <summary>A client that wants what another has, and asks again as soon as it is refused.</summary>
    private static async Task<int> RefusedAsync(IStore store, CancellationToken stop)
    {
        await store.CommitAsync(CommitSamples.Create($"holder-{Environment.ProcessId}", 0), CancellationToken.None);
        var wanted = new ClaimChange.Take("stag/ams-1/0", CommitSamples.Circuit($"thief-{Environment.ProcessId}"));
        Changes thief = CommitSamples.Create($"thief-{Environment.ProcessId}", -1);
        int refused = 0;
        for (; !stop.IsCancellationRequested; refused++)
            if (
                await store.CommitAsync(thief with { Claims = thief.Claims.Add(wanted) }, CancellationToken.None) is CommitOutcome.Committed
            )
                throw new InvalidOperationException("The claim was taken twice.");
        return refused;
    }

    /// <summary>What this process has sent to the disk so far.</summary>
    private static long WrittenBytes() =>
        long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal)).AsSpan(12));
}
