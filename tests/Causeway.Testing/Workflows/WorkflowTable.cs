using System.Text;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Testing.Workflows;

/// <summary>
/// The full state × signal table of a workflow, compared with a golden file beside the type's sample, named for the workflow. With each state stands what follows from
/// it (claims, labels, wake-ups), and with each move the difference, so that each can be seen missing. It ends with the states and signals that stand in
/// it, so that one which stands in no table is found. A decision that changes shows as a difference; run once with CAUSEWAY_RECORD=1 to accept it after
/// reading it.
/// </summary>
public static class WorkflowTable
{
    /// <param name="describe">A resource in one line: what the signal changed must show in it.</param>
    /// <param name="folder">Where the golden file lies.</param>
    /// <param name="variant">Tells several tables of one workflow apart.</param>
    /// <exception cref="InvalidOperationException">The table is not the golden one; the message names the first difference.</exception>
    public static void Verify<T>(
        Workflow<T> workflow,
        IReadOnlyList<(string Name, T? State)> states,
        IReadOnlyList<(string Name, Signal Signal)> signals,
        Func<T, string> describe,
        string folder,
        string variant = ""
    )
        where T : class, IResource
    {
        string actual = Print(workflow, states, signals, describe);
        string golden = FileOf(workflow.GetType(), variant);
        string path = Path.Combine(folder, golden);
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
            File.WriteAllText(path, actual);
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected == actual)
            return;
        string[] was = expected.Split('\n'),
            now = actual.Split('\n');
        int line = Enumerable.Range(0, Math.Max(was.Length, now.Length)).First(i => At(was, i) != At(now, i));
        throw new InvalidOperationException(
            $"{golden}:{line + 1} differs.\n was: {At(was, line)}\n now: {At(now, line)}\nRead all differences; CAUSEWAY_RECORD=1 accepts them."
        );
    }

    /// <summary>The golden file's name: <c>CircuitWorkflow</c> has <c>Circuit.table.txt</c>.</summary>
    public static string FileOf(Type workflow, string variant = "") =>
        $"{workflow.Name.Replace("Workflow", "", StringComparison.Ordinal)}{variant}.table.txt";

    private static string? At(string[] lines, int i) => i < lines.Length ? lines[i] : null;

    private static string Print<T>(
        Workflow<T> workflow,
        IReadOnlyList<(string Name, T? State)> states,
        IReadOnlyList<(string Name, Signal Signal)> signals,
        Func<T, string> describe
    )
        where T : class, IResource
    {
        var table = new StringBuilder();
        int width = signals.Max(s => s.Name.Length);
        foreach ((string stateName, T? state) in states)
        {
            table.Append("## ").Append(stateName).Append('\n');
            if (state is not null)
            {
                table.Append("   ").Append(describe(state)).Append('\n');
                foreach (string consequence in Consequences(workflow, state))
                    table.Append("   ").Append(consequence).Append('\n');
            }
            foreach ((string name, Signal signal) in signals)
                table.Append(name.PadRight(width)).Append("  ").Append(Print(workflow, state, signal, describe)).Append('\n');
            table.Append('\n');
        }
        table.Append("## states\n");
        foreach (string name in SumTypes.In(states.Select(s => s.State)))
            table.Append(name).Append('\n');
        table.Append("\n## signals\n");
        foreach (string name in signals.Select(s => s.Signal.GetType().FullName!).Distinct().Order(StringComparer.Ordinal))
            table.Append(name).Append('\n');
        return table.ToString();
    }

    /// <summary>What follows from a state, a line each.</summary>
    private static IEnumerable<string> Consequences<T>(Workflow<T> workflow, T state)
        where T : class, IResource =>
        [
            .. workflow.ClaimsOf(state).Order(StringComparer.Ordinal).Select(c => $"claim {c}"),
            .. workflow.LabelsOf(state).Order(StringComparer.Ordinal).Select(l => $"label {l}"),
            .. workflow.WakeUpsOf(state).Select(w => $"wake-up {w.Name} {w.Due:u}").Order(StringComparer.Ordinal),
        ];

    private static string Differences<T>(Workflow<T> workflow, T? before, T after)
        where T : class, IResource
    {
        string[] was = before is null ? [] : [.. Consequences(workflow, before)];
        string[] now = [.. Consequences(workflow, after)];
        IEnumerable<string> changes = [.. was.Except(now).Select(c => $"-{c}"), .. now.Except(was).Select(c => $"+{c}")];
        return changes.Any() ? $" follows({string.Join(", ", changes)})" : "";
    }

    private static string Print<T>(Workflow<T> workflow, T? state, Signal signal, Func<T, string> describe)
        where T : class, IResource =>
        workflow.DecideWhole(state, signal) switch
        {
            Decision<T>.Move m =>
                $"move {describe(m.Next)}{Differences(workflow, state, m.Next)}{Effects(m.Effects)}{Operations(m.Operations)}{Facts(m.Facts)} :: {m.Why}",
            Decision<T>.End e => $"END{Effects(e.Effects)}{Operations(e.Operations)}{Facts(e.Facts)} :: {e.Why}",
            Decision<T>.Stay s => $"stay{Operations(s.Operations)} :: {s.Why}",
            Decision<T>.Again a => $"again :: {a.Why}",
            Decision<T>.Refuse r => $"REFUSE {r.Refusal.Kind} {r.Refusal.Code} :: {r.Refusal.Message}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static string Effects(IReadOnlyCollection<Effect> effects) =>
        effects.Count == 0 ? "" : $" effects({string.Join(", ", effects.Select(Print))})";

    private static string Print(Effect effect) =>
        $"{effect.Kind} {effect.Name}"
        + (effect.Due == default ? "" : $" at {effect.Due:u}")
        + (effect.Key == effect.Name ? "" : $" one at a time of {effect.Key}")
        + (effect.Needs is null ? "" : $" needs {effect.Needs}")
        + (effect.Awaits is null ? "" : $" awaits {effect.Awaits.Key}");

    private static string Operations(IReadOnlyCollection<OperationChange> operations) =>
        operations.Count == 0
            ? ""
            : $" operations({string.Join(", ", operations.Select(o => o switch
            {
                OperationChange.Start s => s.Operation.Status == OperationStatus.InProgress ? "begun" : "done at once",
                OperationChange.Finish { Error: null } => "finished",
                OperationChange.Finish f => "failed " + f.Error!.Code,
                _ => "?",
            }))})";

    private static string Facts(ReadOnlyMemory<byte> facts) => facts.IsEmpty ? "" : " billed";
}
