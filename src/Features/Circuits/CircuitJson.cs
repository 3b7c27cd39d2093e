using System.Text.Json.Serialization;
using Causeway.Domain.Json;

namespace Causeway.Domain.Circuits;

/// <summary>How a circuit stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [
        typeof(AsnConverter),
        typeof(VlanIdConverter),
        typeof(BandwidthConverter),
        typeof(IpPrefixConverter),
        typeof(ResourceIdConverter),
    ]
)]
[JsonSerializable(typeof(Circuit))]
[JsonSerializable(typeof(string))]
public sealed partial class CircuitJson : JsonSerializerContext;
