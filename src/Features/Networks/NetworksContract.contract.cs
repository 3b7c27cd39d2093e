using System.Text.Json.Serialization;

namespace Causeway.Contracts.Networks;

/// <summary>The wire form of virtual networks, gateways and connections.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(VirtualNetworkBody))]
[JsonSerializable(typeof(SubnetBody))]
[JsonSerializable(typeof(NetworkPeeringBody))]
[JsonSerializable(typeof(SharedKeyBody))]
[JsonSerializable(typeof(SharedKeyResetBody))]
[JsonSerializable(typeof(GatewayBody))]
[JsonSerializable(typeof(GatewayRoutesBody))]
[JsonSerializable(typeof(GatewayPeersBody))]
[JsonSerializable(typeof(IReadOnlyList<SiteTestBody>))]
[JsonSerializable(typeof(IReadOnlyList<SiteTestDetailsBody>))]
[JsonSerializable(typeof(StopSiteTestBody))]
[JsonSerializable(typeof(ResiliencyBody))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(UsagesBody))]
[JsonSerializable(typeof(AddressAvailabilityBody))]
[JsonSerializable(typeof(NoneOfferedBody))]
[JsonSerializable(typeof(ConnectionBody))]
[JsonSerializable(typeof(PublicIpAddressBody))]
[JsonSerializable(typeof(VirtualWanBody))]
[JsonSerializable(typeof(VirtualHubBody))]
[JsonSerializable(typeof(ExpressRouteGatewayBody))]
[JsonSerializable(typeof(ExpressRouteConnectionBody))]
public sealed partial class NetworksContract : JsonSerializerContext;
