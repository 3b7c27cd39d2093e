using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Workflows;

namespace Causeway.Domain.Tests.Networks;

/// <summary>
/// Prints what a workflow decides for every state and every signal, and compares it with the golden file beside the test. A decision that changes
/// shows as a difference; run once with CAUSEWAY_RECORD=1 to accept it.
/// </summary>
internal static class DecisionTable
{
    public static void Verify<T>(
        Workflow<T> workflow,
        IEnumerable<(string Name, T? Resource)> states,
        IEnumerable<(string Name, Signal Signal)> signals,
        string golden,
        [CallerFilePath] string testFile = ""
    )
        where T : class, IResource
    {
        var table = new StringBuilder();
        foreach ((string stateName, T? state) in states)
        {
            foreach ((string signalName, Signal signal) in signals)
                table.AppendLine($"{stateName, -22} {signalName, -30} {Print(workflow.Decide(state, signal))}");
            table.AppendLine();
        }
        string path = Path.Combine(Path.GetDirectoryName(testFile)!, golden);
        string actual = table.ToString().ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    private static string Print<T>(Decision<T> decision)
        where T : class, IResource =>
        decision switch
        {
            Decision<T>.Move move => $"-> {move.Next.StateName} [{string.Join(", ", move.Effects.Select(e => e.Kind))}] {move.Why}",
            Decision<T>.End end => $"-> gone [{string.Join(", ", end.Effects.Select(e => e.Kind))}] {end.Why}",
            Decision<T>.Stay stay => $"stay: {stay.Why}",
            Decision<T>.Refuse refuse => $"refuse {refuse.Refusal.Kind} {refuse.Refusal.Code}",
            _ => "?",
        };
}
