using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary>One of <c>GET /providers/Causeway.Operations/journal</c>: something that happened to a resource, whoever's it is or was.</summary>
public sealed record JournalEntryBody
{
    /// <summary>Strictly increasing.</summary>
    public required long Position { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Object id of the principal; <c>causeway</c> for our own doing.</summary>
    public required string Actor { get; init; }

    /// <summary>Name of the principal, while there is one of that object id.</summary>
    public string? ActorName { get; init; }

    public required string ResourceId { get; init; }

    /// <summary>What happened.</summary>
    public required string What { get; init; }

    /// <summary>State before; empty when it did not exist.</summary>
    public required string From { get; init; }

    /// <summary>State after; empty when it is gone.</summary>
    public required string To { get; init; }

    public required string Why { get; init; }

    /// <summary>What it made other than it was; absent for nothing that is told.</summary>
    public IReadOnlyList<DifferenceBody>? Differences { get; init; }

    public string? CorrelationId { get; init; }
}

/// <summary>The wire form of the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(JournalEntryBody))]
public sealed partial class JournalContract : JsonSerializerContext;
