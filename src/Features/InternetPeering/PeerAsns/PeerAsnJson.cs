using System.Text.Json.Serialization;
using Causeway.Domain.Json;

namespace Causeway.Domain.InternetPeering;

/// <summary>How peers' ASNs stand in their documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsnConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(PeerAsn))]
internal sealed partial class PeerAsnJson : JsonSerializerContext;
