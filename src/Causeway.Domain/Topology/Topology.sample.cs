using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Causeway.Domain.Topology;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Topology;

internal sealed class TopologySample : Sample<InstalledTopology>
{
    private const string V = "2026-11-01";
    private static readonly InstalledTopology s_built = new("asn: 64496", "the built-in topology", BuiltIn: true);
    private static readonly InstalledTopology s_own = new("asn: 64497", "own.yaml", BuiltIn: false);
    private static readonly ImmutableArray<TopologyChange> s_changes =
    [
        new("asn", "64496", "64497"),
        new("regions/westus", "West US, North America", null),
    ];

    public override Workflow<InstalledTopology> Workflow { get; } = new TopologyWorkflow();

    public override IReadOnlyList<(string Name, InstalledTopology? State)> States { get; } =
    [("absent", null), ("built-in", s_built), ("own", s_own)];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Apply the built-in", new ApplyTopology(At, s_built, [], [])),
        (
            "Apply one's own",
            new ApplyTopology(
                At,
                s_own,
                s_changes,
                [new TopologyUse("T/circuits", "edge/ams-1", "pair 'ams-1' goes", "Deprovision them first.")]
            )
        ),
    ];

    public override string Describe(InstalledTopology resource) => $"{resource.Source} {(resource.BuiltIn ? "built-in" : "own")}";

    public override IReadOnlyList<Story> Stories => [new("a topology that changes", () => TopologyThatChanges)];

    /// <summary>The one that the server has, with a remark.</summary>
    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string path = InstalledTopology.Only.Text;
        JsonNode present = await stage.GetAsync("operator", $"{path}?api-version={V}");
        string text = present["properties"]!["text"]!.GetValue<string>();
        return new SamplePut(path, V, Body("a remark"))
        {
            Changed = Body("another remark"),
            By = "operator",
            IsAlwaysThere = true,
            IsNamedFreely = false,
        };

        string Body(string remark) =>
            new JsonObject
            {
                ["properties"] = new JsonObject { ["text"] = $"{text}\n# {remark}\n", ["source"] = "own.yaml" },
            }.ToJsonString();
    }

    /// <summary>The topology of an installation: the built-in one, then its operator's.</summary>
    private static WorkflowStory TopologyThatChanges =>
        new()
        {
            Workflows = [new TopologyWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64496", "the built-in topology", BuiltIn: true)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64497", "own.yaml", BuiltIn: false)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64498", "own.yaml", BuiltIn: false)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64499", "own.yaml", BuiltIn: false)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64496", "the built-in topology", BuiltIn: true)),
            ],
            End = async store => $"{(await store.GetAsync(InstalledTopology.Only, default))?.Revision}",
        };

    private static Task ApplyAsync(Engine engine, InstalledTopology topology) =>
        SendAsync(engine, InstalledTopology.Only, InstalledTopology.ResourceType, new ApplyTopology(At, topology, [], []));
}
