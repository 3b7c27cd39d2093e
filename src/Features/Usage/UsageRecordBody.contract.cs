using System.Text.Json.Serialization;

namespace Causeway.Contracts.Usage;

/// <summary><c>Causeway.Billing/usageRecords</c>: one meter of one circuit or port over one interval.</summary>
public sealed record UsageRecordBody(string Name, string Id, string? Type, UsageProperties Properties);

/// <summary>What a meter ran, and what it costs.</summary>
public sealed record UsageProperties
{
    /// <summary>The circuit or port, also after it was deleted.</summary>
    public required string ResourceId { get; init; }

    /// <summary>Tells resources apart that bore the same name one after another: a circuit's service key, a port's <c>resourceGuid</c>.</summary>
    public required string ServiceKey { get; init; }

    /// <summary>What is metered, such as <c>Circuit</c>.</summary>
    public string? Meter { get; init; }

    /// <summary>As price lists name it, such as <c>Standard 200Mbps</c>.</summary>
    public required string MeterName { get; init; }
    public string? PeeringLocation { get; init; }

    /// <summary>Absent of a port and of a circuit on one.</summary>
    public string? ServiceProviderName { get; init; }

    /// <summary>Inclusive.</summary>
    [JsonConverter(typeof(UtcInstant))]
    public required DateTimeOffset UsageStart { get; init; }

    /// <summary>Exclusive.</summary>
    [JsonConverter(typeof(UtcInstant))]
    public required DateTimeOffset UsageEnd { get; init; }

    /// <summary>The meter goes on after <see cref="UsageEnd"/>.</summary>
    public required bool Running { get; init; }

    /// <summary><c>hours</c>.</summary>
    public required string Unit { get; init; }
    public required decimal Quantity { get; init; }

    /// <summary>Per unit; absent where the operator has set no price.</summary>
    public decimal? UnitPrice { get; init; }

    /// <inheritdoc cref="UnitPrice"/>
    public decimal? Cost { get; init; }

    /// <summary>Of the price, such as <c>EUR</c>.</summary>
    public string? Currency { get; init; }
}

/// <summary>The wire form of usage.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(UsageRecordBody))]
public sealed partial class UsageContract : JsonSerializerContext;
