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
}
