using System.Diagnostics;
using System.Globalization;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Whatever_was_answered_before_kill_9_is_there_and_whole()
    {
        await Store.DisposeAsync(); // the database is the other process's
        var answered = new HashSet<int>();
        int next = 0;
        for (int round = 1; round <= 5; round++)
        {
            List<int> said = await CommitUntilKilledAsync(next, kill: 100 * round);
            Assert.True(said.Count >= 100 * round);
            answered.UnionWith(said);
            next = said.Max() + 1000; // beyond whatever was under way
        }

        IStore store = Store = await OpenNodeAsync();
        foreach (int number in answered)
            Assert.NotNull(await Get(CommitSamples.Circuit($"c-{number}"), store));

        // What was under way is there whole or not at all: every resource that exists has its claims, labels, journal entry and effect.
        HashSet<string> names = [.. await Names(new ResourceQuery { Type = CommitSamples.CircuitType, Most = 1000 })];
        Assert.Superset(answered.Select(n => $"c-{n}").ToHashSet(), names);
        Assert.Equal(names.Count * 4, (await store.ClaimsAsync("", CancellationToken.None)).Count);
        Assert.Equal(names, (await Names(new ResourceQuery { Label = "location/ams-1", Most = 1000 })).ToHashSet());
        Assert.Equal(names.Count, (await Journal(new JournalQuery { Most = int.MaxValue }, store)).Count);
        Assert.Equal(
            names.Count(n => int.Parse(n.AsSpan(2), CultureInfo.InvariantCulture) % 2 == 0),
            (await store.PendingEffectsAsync(null, int.MaxValue, CancellationToken.None)).Count
        );
    }

    /// <summary>Runs <see cref="CommitLoop"/> in a process of its own and kills it (SIGKILL) after so many answers.</summary>
    /// <returns>All it printed, also what it printed between the decision to kill and its death.</returns>
    private async Task<List<int>> CommitUntilKilledAsync(int first, int kill)
    {
        using Process process = StartHelper("commit-loop", Database, first.ToString(CultureInfo.InvariantCulture));
        var said = new List<int>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (said.Count == kill)
                process.Kill();
        }
        await process.WaitForExitAsync();
        return said;
    }

    /// <summary>This test program as another process, see <c>Program.cs</c>.</summary>
    protected static Process StartHelper(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Path.ChangeExtension(typeof(CommitLoop).Assembly.Location, null), arguments)
            {
                RedirectStandardOutput = true,
            }
        )!;
}
