using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

/// <summary>The process that the crash test kills: commits without end, and prints the number of each commit once it was answered.</summary>
internal static class CommitLoop
{
    private const int Committers = 16;

    public static async Task<int> RunAsync(string database, int first)
    {
        await using IStore store = StoreFactory.Open(database, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        int next = first;
        using TextWriter said = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(
            Enumerable
                .Range(0, Committers)
                .Select(async _ =>
                {
                    while (true)
                    {
                        int number = Interlocked.Increment(ref next);
                        CommitOutcome outcome = await store.CommitAsync(
                            CommitSamples.Create($"c-{number}", number),
                            CancellationToken.None
                        );
                        said.WriteLine(outcome is CommitOutcome.Committed ? $"{number}" : $"{number} {outcome}");
                    }
                })
        );
        return 0;
    }

    /// <summary>Leases an effect, says so, and never ends by itself.</summary>
    public static async Task<int> LeaseAsync(string database, string effect)
    {
        await using IStore store = StoreFactory.Open(database, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        foreach (
            LeasedEffect leased in await store.LeaseEffectsAsync(
                new EffectsWanted("helper", [new KindWanted("k", 1, TimeSpan.FromMinutes(1))]),
                CancellationToken.None
            )
        )
            Console.WriteLine(leased.Effect.Name == effect ? $"leased {effect}" : $"leased {leased.Effect.Name} instead");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }

    /// <summary>Takes a named lease for an hour, says its epoch, and never ends by itself.</summary>
    public static async Task<int> HoldAsync(string database, string lease)
    {
        await using IStore store = StoreFactory.Open(database, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        Lease? held = await store.TryLeaseAsync(lease, "helper", TimeSpan.FromHours(1), CancellationToken.None);
        Console.WriteLine($"holds {held?.Epoch}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }
}
