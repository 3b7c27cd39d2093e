using System.Text.Json.Serialization;

namespace Causeway.Contracts.Networks;

/// <summary>The wire form of virtual networks, gateways and connections.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(VirtualNetworkBody))]
[JsonSerializable(typeof(GatewayBody))]
[JsonSerializable(typeof(ConnectionBody))]
public sealed partial class NetworksContract : JsonSerializerContext;
