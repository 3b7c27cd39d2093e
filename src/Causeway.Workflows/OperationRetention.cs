using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Workflows;

/// <summary>
/// Removes operations that nobody polls any more: those that finished longer ago than a time. In small batches, so that commits pass between
/// them. The journal, which keeps what an operation did, stays for ever; so does an operation that has not finished.
/// </summary>
public sealed partial class OperationRetention(IStore store, TimeSpan keep, TimeProvider time, ILogger<OperationRetention> log)
{
    private const int Batch = 500;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Sweeps now and every hour, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                CannotSweep(e);
            }
            await Task.Delay(Every, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How many operations it removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset before = time.GetUtcNow() - keep;
        int removed = 0,
            batch;
        do removed += batch = await store.PruneOperationsAsync(before, Batch, cancellation);
        while (batch == Batch);
        if (removed > 0)
            Swept(removed, before);
        return removed;
    }

    [LoggerMessage(1011, LogLevel.Information, "Removed {Count} operations that finished before {Before:u}")]
    private partial void Swept(int count, DateTimeOffset before);

    [LoggerMessage(1012, LogLevel.Error, "Cannot remove old operations; trying again in an hour")]
    private partial void CannotSweep(Exception exception);
}
