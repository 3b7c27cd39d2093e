using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Operations;

/// <summary>
/// <c>GET /providers/Causeway.Operations/stateTables?type=…</c>: the state machine of a type, out of the golden table that lies beside its workflow and that a test
/// compares with what the workflow decides. It tells nothing of any resource, so whoever has a token may read it.
/// </summary>
public sealed partial class StateTables(IEnumerable<IWorkflow> workflows) : IEndpoints
{
    /// <summary>What a resource is that is not there.</summary>
    private const string Absent = "absent";

    private readonly ConcurrentDictionary<string, StateTableBody?> _read = new(StringComparer.OrdinalIgnoreCase);

    public static ArmType Type { get; } = Namespaces.Operations.Type("stateTables") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                AnyCaller = true,
                Contract = new ArmContract("Get", "Says which states a type of resource has, and which leads to which.")
                {
                    Answer = () => StateTableContract.Default.StateTableBody,
                    Parameters = [new("type", "Such as Microsoft.Network/expressRouteCircuits.")],
                },
            },
            request =>
                ValueTask.FromResult(
                    workflows.FirstOrDefault(w => w.Type.Equals(request.Query("type"), StringComparison.OrdinalIgnoreCase)) is { } workflow
                    && _read.GetOrAdd(workflow.Type, _ => Read(workflow)) is { } table
                        ? ArmResult.Of(table, StateTableContract.Default.StateTableBody)
                        : Refusal.Invalid(
                            "InvalidQueryParameterValue",
                            "'type' has to be a type of resource that has states of its own.",
                            "type"
                        )
                )
        );

    private static StateTableBody? Read(IWorkflow workflow)
    {
        string name = workflow.GetType().Name.Replace("Workflow", "", StringComparison.Ordinal);
        Assembly assembly = typeof(StateTables).Assembly;
        string[] texts =
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(n => n.StartsWith($"tables/{name}.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(n =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!);
                    return reader.ReadToEnd();
                }),
        ];
        return texts.Length == 0 ? null : Parse(workflow.Type, texts);
    }

    /// <summary>A section a state; what its rows move to is the first state that they name.</summary>
    internal static StateTableBody Parse(string type, IReadOnlyList<string> texts)
    {
        var sections = new List<(string State, List<string> Rows)>();
        var headers = new HashSet<string>(StringComparer.Ordinal);
        var raw = new List<(string Header, List<string> Lines)>();
        foreach (string text in texts)
        foreach (string section in text.Split("## ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = section.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines[0] is "states" or "signals")
                break;
            string header = lines[0].Split(',')[0];
            headers.Add(header);
            raw.Add((header, [.. lines[1..]]));
        }
        foreach ((string header, List<string> lines) in raw)
        {
            string described = lines.FirstOrDefault(l => l.StartsWith("   ", StringComparison.Ordinal)) ?? "";
            string state = header == Absent ? Absent : First(described) ?? header;
            sections.Add((state, [.. lines.Where(l => l[0] != ' ')]));
        }
        var moves = new Dictionary<(string From, string To), SortedSet<string>>();
        foreach ((string from, List<string> rows) in sections)
        foreach (string row in rows)
            if (Row().Match(row) is { Success: true } move)
            {
                string to = move.Groups[2].Value == "end" ? Absent : First(move.Groups[3].Value) ?? from;
                if (to == from)
                    continue;
                if (!moves.TryGetValue((from, to), out SortedSet<string>? signals))
                    moves[(from, to)] = signals = new SortedSet<string>(StringComparer.Ordinal);
                signals.Add(move.Groups[1].Value.Trim());
            }
        return new StateTableBody(
            type,
            [.. sections.Select(s => s.State).Distinct()],
            [.. moves.Select(m => new StateMoveBody(m.Key.From, m.Key.To, [.. m.Value]))]
        );

        string? First(string text) => Word().Matches(text).Select(m => m.Value).FirstOrDefault(w => w != Absent && headers.Contains(w));
    }

    [GeneratedRegex(@"^(.+?)  +(move|end) ?(.*)$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
