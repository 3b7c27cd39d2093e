using System.Text.Json.Serialization;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Segments;

/// <summary>What a segment says of itself: which source, from where, when, how much, with which faults.</summary>
internal sealed record SegmentMeta
{
    public required string Source { get; init; }

    /// <summary>The serial of the data (NRTMv3), or the version (NRTMv4); null when a dump came without one.</summary>
    public long? Serial { get; init; }

    /// <summary>When the segment was written.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>The age of the data itself as far as known: the time stamp of the dump file, or of the last update.</summary>
    public required DateTimeOffset DataTime { get; init; }

    /// <summary>Where the data came from, for people.</summary>
    public required string Origin { get; init; }

    public long TextLength { get; init; }

    /// <summary>Bytes of <see cref="TextLength"/> that objects still refer to; the rest belonged to objects since deleted.</summary>
    public long LiveText { get; init; }

    public int Routes4 { get; init; }
    public int Routes6 { get; init; }
    public int AsSets { get; init; }
    public int RouteSets { get; init; }
    public int AutNums { get; init; }
    public int Mntners { get; init; }

    /// <summary>Networks that carry a certificate; the others are not kept.</summary>
    public int Networks { get; init; }

    public IReadOnlyList<ProblemCount> Problems { get; init; } = [];

    [JsonIgnore]
    public long Objects => (long)Routes4 + Routes6 + AsSets + RouteSets + AutNums + Mntners + Networks;
}

/// <summary>How often something was wrong with registry data, with up to three examples.</summary>
public sealed record ProblemCount(RpslProblem Problem, long Count, IReadOnlyList<string> Examples);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SegmentMeta))]
internal sealed partial class SegmentJson : JsonSerializerContext;
