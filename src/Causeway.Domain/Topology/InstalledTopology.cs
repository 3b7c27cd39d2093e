using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Topology;

/// <summary>
/// The topology that every node of the installation works with, as its operator wrote it. It lies in the store, so that nodes cannot disagree about routers,
/// and its changes stand in the journal.
/// </summary>
/// <param name="Text">YAML, comments included.</param>
/// <param name="Source">Where it came from, for people: a file's name, or that it is the built-in one.</param>
/// <param name="BuiltIn">True while nobody has given one: the program's own is used, also when a newer program brings another.</param>
public sealed record InstalledTopology(string Text, string Source, bool BuiltIn) : IResource
{
    /// <summary>The whole text of the peering policy's file, as it was when the topology was accepted; null when <see cref="Text"/> names none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PolicyFile { get; init; }

    public const string ResourceType = "Causeway.Operations/topologies";

    public static readonly ResourceId Only = ResourceId.Parse($"/providers/{ResourceType}/default");

    [JsonIgnore]
    public ResourceId Id => Only;

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => "Installed";
}

/// <summary>Installs a topology, or changes the one that is there.</summary>
/// <param name="Changes">What is different, in words for the journal.</param>
/// <param name="Unused">Labels that no circuit may carry, because what they stand for goes; the commit itself looks.</param>
public sealed record ApplyTopology(
    DateTimeOffset At,
    InstalledTopology Topology,
    ImmutableArray<TopologyChange> Changes,
    ImmutableArray<TopologyUse> Unused
) : Signal(At);

/// <summary>The workflow of the one topology. Nodes are told of every change (<see cref="Workflow{T}.IsAnnounced"/>).</summary>
public sealed class TopologyWorkflow : Workflow<InstalledTopology>
{
    /// <summary>The journal is read by people: what does not fit is counted.</summary>
    private const int MostChangesInWords = 20;

    public override string Type => InstalledTopology.ResourceType;

    protected override JsonTypeInfo<InstalledTopology> Json => TopologyJson.Default.InstalledTopology;

    public override IReadOnlyList<string> Told => ["source", "builtIn"];

    protected override bool IsAnnounced => true;

    public override Decision<InstalledTopology> Decide(InstalledTopology? current, Signal signal) =>
        (current, signal) switch
        {
            (null, ApplyTopology apply) => new Decision<InstalledTopology>.Move(apply.Topology, $"installed from {apply.Topology.Source}"),
            ({ } c, ApplyTopology apply) when c == apply.Topology => new Decision<InstalledTopology>.Stay("it is the topology already"),
            ({ }, ApplyTopology apply) => new Decision<InstalledTopology>.Move(apply.Topology, Why(apply))
            {
                Quotas = [.. apply.Unused.Select(u => u.Quota)],
            },
            _ => throw new ArgumentException($"{signal.Name} is not a signal of the topology.", nameof(signal)),
        };

    public override Refusal OverQuota(InstalledTopology resource, Quota quota) => TopologyUse.InUse(quota);

    private static string Why(ApplyTopology apply)
    {
        string changes = apply.Changes.IsEmpty
            ? "the same in other words"
            : string.Join("; ", apply.Changes.Take(MostChangesInWords).Select(c => c.Says));
        int more = apply.Changes.Length - MostChangesInWords;
        return $"{apply.Topology.Source}: {changes}{(more > 0 ? $"; and {more} more" : "")}";
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstalledTopology))]
internal sealed partial class TopologyJson : JsonSerializerContext;
