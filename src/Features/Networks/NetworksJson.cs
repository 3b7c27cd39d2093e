using System.Text.Json.Serialization;
using Causeway.Domain.Json;

namespace Causeway.Domain.Networks;

/// <summary>How network resources are written to their documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(IpPrefixConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(VirtualNetwork))]
[JsonSerializable(typeof(VirtualNetworkGateway))]
[JsonSerializable(typeof(Connection))]
[JsonSerializable(typeof(PublicIpAddress))]
[JsonSerializable(typeof(VirtualWan))]
[JsonSerializable(typeof(VirtualHub))]
[JsonSerializable(typeof(ExpressRouteGateway))]
internal sealed partial class NetworksJson : JsonSerializerContext;
