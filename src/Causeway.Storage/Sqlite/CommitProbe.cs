using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Storage.Sqlite;

/// <summary>What the disk under a folder allows, to be read beside every rate of durable writes that Causeway reports.</summary>
/// <param name="FlushesPerSecond">4 KiB written over and over in one file, each followed by a flush to disk (fdatasync, as SQLite does).</param>
/// <param name="TransactionsPerSecond">SQLite transactions of one small row, each with its own flush.</param>
/// <param name="GroupedPerSecond">The same rows from <see cref="CommitProbe.Committers"/> committers that share flushes.</param>
public sealed record CommitRate(double FlushesPerSecond, double TransactionsPerSecond, double GroupedPerSecond);

/// <summary>Measures <see cref="CommitRate"/>.</summary>
public static partial class CommitProbe
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
            double single,
                grouped;
            var writer = new SqliteWriter(Path.Combine(own, "probe.db"), cacheKibibytes: 2048, static () => { });
            await using (writer)
            {
                await writer.WriteAsync(
                    static db =>
                    {
                        db.Execute("CREATE TABLE probe (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
                        return true;
                    },
                    static _ => true,
                    wakes: false
                );
                single = await TransactionsAsync(writer, 1, each);
                grouped = await TransactionsAsync(writer, Committers, each);
            }
            return new CommitRate(flushes, single, grouped);
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

    private static async Task<double> TransactionsAsync(SqliteWriter writer, int committers, TimeSpan span)
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
                            await writer.WriteAsync(
                                static db => db.Prepared("INSERT INTO probe (text) VALUES (?1)").Bind(1, "a small row").Execute(),
                                static _ => true,
                                wakes: false
                            );
                            Interlocked.Increment(ref done);
                        }
                    })
                )
        );
        return done / watch.Elapsed.TotalSeconds;
    }
}
