using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary><c>Causeway.Operations/topologies</c>: the operator's network; there is one, named <c>default</c>.</summary>
public sealed record TopologyBody(string Id, string Name, string? Type, TopologyProperties Properties);

/// <summary>The topology in force.</summary>
public sealed record TopologyProperties
{
    /// <summary>Rises by one with every change.</summary>
    public required long Revision { get; init; }

    /// <summary>Where it came from, for people.</summary>
    public required string Source { get; init; }

    /// <summary>True while the installation uses the program's own.</summary>
    public required bool BuiltIn { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>YAML, as it was written.</summary>
    public required string Text { get; init; }
}

/// <summary>A topology to be planned or applied.</summary>
public sealed record TopologyOrderBody(TopologyOrderProperties Properties);

/// <param name="Text">YAML, at most a megabyte.</param>
/// <param name="Source">Where it comes from, for people.</param>
/// <param name="Revision">Apply it only when this is the revision in force; absent applies it whatever is.</param>
public sealed record TopologyOrderProperties(string Text, string? Source, long? Revision);

/// <summary>What a topology would change.</summary>
/// <param name="Revision">Of the topology that it was compared with.</param>
public sealed record TopologyPlanBody(
    long Revision,
    bool CanBeApplied,
    IReadOnlyList<TopologyChangeBody> Changes,
    IReadOnlyList<TopologyRefusalBody> Refused
);

/// <param name="From">Null when it was not there.</param>
/// <param name="To">Null when it goes.</param>
/// <param name="Says">The line for people.</param>
public sealed record TopologyChangeBody(
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? From,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? To,
    string Says
);

/// <summary>Why a topology cannot be applied.</summary>
public sealed record TopologyRefusalBody(string Code, string Message);
