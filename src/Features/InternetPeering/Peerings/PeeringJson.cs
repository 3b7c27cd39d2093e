using System.Text.Json.Serialization;
using Causeway.Domain.Json;

namespace Causeway.Domain.InternetPeering;

/// <summary>How a peering stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsnConverter), typeof(BandwidthConverter), typeof(IpPrefixConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(Peering))]
internal sealed partial class PeeringJson : JsonSerializerContext;
