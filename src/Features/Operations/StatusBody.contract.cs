using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Operations;

/// <summary><c>GET /providers/Causeway.Operations/status</c>: how the installation does its work, as one node sees it.</summary>
public sealed record StatusBody
{
    /// <summary>What people call the node that answered.</summary>
    public required string Node { get; init; }

    /// <summary>Its id, new with every start: what stands as the owner of the routers that it drives.</summary>
    public required string NodeId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The background loops of that node.</summary>
    public required IReadOnlyList<LoopBody> Loops { get; init; }

    /// <summary>What waits and runs, by kind; absent while the store does not answer.</summary>
    public IReadOnlyList<EffectsBody>? Effects { get; init; }

    /// <summary>Absent while the store does not answer.</summary>
    public WakeUpsBody? WakeUps { get; init; }

    /// <summary>Absent while the store does not answer.</summary>
    public IReadOnlyList<RouterStandingBody>? Routers { get; init; }

    /// <summary>What is known of registries, if this node keeps any.</summary>
    public required IReadOnlyList<SourceBody> Sources { get; init; }
    public required StoreBody Store { get; init; }
    public required TopologyStandingBody Topology { get; init; }
}

/// <summary>A background loop.</summary>
public sealed record LoopBody
{
    public required string Name { get; init; }

    /// <summary>Running, Waiting, Failing, Hung, Ended.</summary>
    public required string State { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether <c>/readyz</c> says no while it fails or hangs.</summary>
    public required bool Needed { get; init; }
    public required long Turns { get; init; }
    public DateTimeOffset? LastRunAt { get; init; }
    public double? LastRunSeconds { get; init; }

    /// <summary>What the last good turn said.</summary>
    public string? Says { get; init; }

    /// <summary>Failed turns in a row.</summary>
    public required int Failures { get; init; }
    public string? LastProblem { get; init; }
    public DateTimeOffset? LastProblemAt { get; init; }
}

/// <summary>The effects of one kind.</summary>
public sealed record EffectsBody
{
    public required string Kind { get; init; }
    public required long Waiting { get; init; }
    public required long Running { get; init; }

    /// <summary>When the oldest of those that wait is, or was, due.</summary>
    public DateTimeOffset? OldestDue { get; init; }
    public string? OldestProblem { get; init; }

    /// <summary>How many the answering node gave up since it started.</summary>
    public required long GaveUp { get; init; }
}

/// <summary>Instants that resources wait for.</summary>
public sealed record WakeUpsBody
{
    public required long Waiting { get; init; }
    public DateTimeOffset? Next { get; init; }
}

/// <summary>A router, and how it stands to what is wanted of it.</summary>
public sealed record RouterStandingBody
{
    public required string Name { get; init; }
    public required string Pair { get; init; }

    /// <summary>The id of the node that drives it; absent while nobody does.</summary>
    public string? Owner { get; init; }
    public required long Epoch { get; init; }

    /// <summary>Fingerprint of what is wanted.</summary>
    public string? Wanted { get; init; }

    /// <summary>Fingerprint of what it has.</summary>
    public string? Applied { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Problem { get; init; }
}

/// <summary>A source of registry data, as the answering node has it.</summary>
public sealed record SourceBody
{
    public required string Name { get; init; }

    /// <summary><c>irr</c>, <c>dump</c> (of one that is not in use), <c>vrp-file</c>, <c>rtr</c>, <c>slurm</c>, <c>peeringdb</c> or <c>snapshot</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>In use.</summary>
    public required long Records { get; init; }

    /// <summary>ASPAs in use, of a source that has any.</summary>
    public int? Aspas { get; init; }

    /// <summary>The source's own serial, when it has one.</summary>
    public long? Serial { get; init; }

    /// <summary>When the source made what is in use; absent before the first load.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The last refresh that went well.</summary>
    public DateTimeOffset? LastRefresh { get; init; }

    /// <summary>VRPs that another source has and this one lacks.</summary>
    public int? Missing { get; init; }

    /// <summary>Records that could not be used.</summary>
    public long? Rejected { get; init; }

    /// <summary>A newer state that loses much is kept back, and can be accepted: <c>causeway registry accept</c>.</summary>
    public required bool HoldsBack { get; init; }

    /// <summary>What is wrong with the source; what it said last stays in use.</summary>
    public string? Problem { get; init; }

    /// <summary>Since when this process has seen it with a problem.</summary>
    public DateTimeOffset? ProblemSince { get; init; }
}

/// <summary>Where everything is kept.</summary>
public sealed record StoreBody
{
    /// <summary>Without credentials.</summary>
    public required string Name { get; init; }
    public required bool Answers { get; init; }
    public string? Problem { get; init; }
}

/// <summary>Which topology is in force.</summary>
public sealed record TopologyStandingBody
{
    public required string Source { get; init; }

    public required long Revision { get; init; }
}

/// <summary>One of <c>GET /providers/Causeway.Operations/effects</c>: something to be done outside, that waits or runs.</summary>
public sealed record EffectBody
{
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required string ResourceId { get; init; }

    /// <summary>When it is due, UTC.</summary>
    public required DateTimeOffset Due { get; init; }
    public required int Attempts { get; init; }

    /// <summary>Until when the node that runs it has it; absent while it waits.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }
    public string? LastProblem { get; init; }
}

/// <summary>The wire form of the operator's status.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StatusBody))]
[JsonSerializable(typeof(ListBody<EffectBody>))]
public sealed partial class StatusContract : JsonSerializerContext;
