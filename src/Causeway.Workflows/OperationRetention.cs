using Causeway.Hosting;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Workflows;

/// <summary>
/// Removes operations that nobody polls any more: those that finished longer ago than a time. In small batches, so that commits pass between
/// them. The journal, which keeps what an operation did, stays for ever; so does an operation that has not finished.
/// </summary>
public sealed partial class OperationRetention(IStore store, TimeSpan keep, TimeProvider time, ILogger<OperationRetention> log)
    : Loop("retention")
{
    private const int Batch = 500;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Operations that stay a day longer are no reason to turn callers away.</summary>
    public override bool IsNeeded => false;

    /// <summary>Many batches, after a long time without a sweep.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(10);

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation) =>
        new($"{await SweepAsync(cancellation)} operations removed", Every);

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
}
