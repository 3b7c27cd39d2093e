using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary>What changed after a position, of what the caller may read: <c>/providers/Causeway.Operations/changes</c>.</summary>
public sealed record ChangesBody
{
    /// <summary>What to ask with the next time, as <c>after</c>.</summary>
    public required string Position { get; init; }

    /// <summary>True when the position asked with is no longer known here, or the caller's roles became others while it waited: anything may have changed.</summary>
    public required bool Missed { get; init; }

    /// <summary>Ids of the resources that changed, each once, oldest change first.</summary>
    public required IReadOnlyList<string> Changed { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ChangesBody))]
public sealed partial class ChangesContract : JsonSerializerContext;
