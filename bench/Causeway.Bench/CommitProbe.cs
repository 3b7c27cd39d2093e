using System.Diagnostics;
using System.Runtime.InteropServices;
using Causeway.Storage.Sqlite;
using Causeway.Workflows.Storage;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Bench;

/// <summary>What the disk under a folder allows, to be read beside every rate of durable writes that Causeway reports.</summary>
/// <param name="FlushesPerSecond">4 KiB written over and over in one file, each followed by a flush to disk (fdatasync, as SQLite does).</param>
/// <param name="TransactionsPerSecond">SQLite transactions of one small row, each with its own flush.</param>
/// <param name="GroupedPerSecond">The same rows from <see cref="CommitProbe.Committers"/> committers that share flushes.</param>
internal sealed record CommitRate(double FlushesPerSecond, double TransactionsPerSecond, double GroupedPerSecond);

/// <summary>Measures <see cref="CommitRate"/>.</summary>
internal static partial class CommitProbe
{
    public const int Committers = 64;

    /// <param name="folder">On the disk in question; a folder is made in it, and removed.</param>
    /// <param name="each">How long to measure each of the three rates.</param>
    public static async Task<CommitRate> MeasureAsync(string folder, TimeSpan each)
    {
        string own = Path.Combine(folder, $"commit-probe-{Guid.NewGuid():N}");
        Directory.CreateDirectory(own);
        try
        {
            double flushes = Flushes(Path.Combine(own, "flushes"), each);
            await using var store = new SqliteStore(Path.Combine(own, "probe.db"), TimeProvider.System);
            await store.MigrateAsync(CancellationToken.None);
            double single = await TransactionsAsync(store, 1, each);
            return new CommitRate(flushes, single, await TransactionsAsync(store, Committers, each));
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }

    private static double Flushes(string file, TimeSpan span)
    {
        using SafeFileHandle handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write);
        byte[] page = new byte[4096];
        int done = 0;
        var watch = Stopwatch.StartNew();
        for (; watch.Elapsed < span; done++)
        {
            RandomAccess.Write(handle, page, fileOffset: 0);
            if (fdatasync(handle) != 0)
                throw new IOException($"{file}: the disk refused to flush (errno {Marshal.GetLastPInvokeError()}).");
        }
        return done / watch.Elapsed.TotalSeconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    /// <summary>An observation is the least that the store writes: one row, which enters no journal.</summary>
    private static async Task<double> TransactionsAsync(SqliteStore store, int committers, TimeSpan span)
    {
        int done = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, committers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (watch.Elapsed < span)
                        {
                            string key = $"probe/{committers}/{Interlocked.Increment(ref done)}";
                            await store.PutObservationsAsync(
                                [new Observation(key, DateTimeOffset.UnixEpoch, 0, "", "{}"u8.ToArray())],
                                CancellationToken.None
                            );
                        }
                    })
                )
        );
        return done / watch.Elapsed.TotalSeconds;
    }
}
