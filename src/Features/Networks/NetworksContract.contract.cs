using System.Text.Json.Serialization;

namespace Causeway.Contracts.Networks;

/// <summary>The wire form of virtual networks, gateways and connections.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(VirtualNetworkBody))]
[JsonSerializable(typeof(SubnetBody))]
[JsonSerializable(typeof(GatewayBody))]
[JsonSerializable(typeof(GatewayRoutesBody))]
[JsonSerializable(typeof(GatewayPeersBody))]
[JsonSerializable(typeof(UsagesBody))]
[JsonSerializable(typeof(NoneOfferedBody))]
[JsonSerializable(typeof(AddressAvailabilityBody))]
[JsonSerializable(typeof(SubnetUsagesBody))]
[JsonSerializable(typeof(ConnectionBody))]
[JsonSerializable(typeof(PublicIpAddressBody))]
public sealed partial class NetworksContract : JsonSerializerContext;
