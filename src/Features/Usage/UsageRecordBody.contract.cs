using System.Text.Json.Serialization;

namespace Causeway.Contracts.Usage;

/// <summary><c>Causeway.Billing/usageRecords</c>: one meter of one circuit over one interval.</summary>
public sealed record UsageRecordBody(string Name, string Id, UsageProperties Properties);

public sealed record UsageProperties
{
    public required string ResourceId { get; init; }
    public required string ServiceKey { get; init; }
    public required string MeterName { get; init; }
    public required DateTimeOffset UsageStart { get; init; }
    public required DateTimeOffset UsageEnd { get; init; }

    /// <summary>The meter goes on after <see cref="UsageEnd"/>.</summary>
    public required bool Running { get; init; }
    public required string Unit { get; init; }
    public required decimal Quantity { get; init; }

    /// <summary>Absent where the operator has set no price.</summary>
    public decimal? Cost { get; init; }
    public string? Currency { get; init; }
}

/// <summary>The wire form of usage.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsageRecordBody))]
public sealed partial class UsageContract : JsonSerializerContext;
