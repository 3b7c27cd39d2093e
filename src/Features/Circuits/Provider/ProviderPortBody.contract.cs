using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary><c>Microsoft.Network/expressRouteProviderPorts</c>: a pair of ports that a provider hands circuits over on.</summary>
public sealed record ProviderPortBody(string Name, string Id, string Type, ProviderPortProperties Properties);

/// <param name="OverprovisionFactor">How often a port may be sold.</param>
/// <param name="PortBandwidthInMbps">Of each of the two ports.</param>
/// <param name="UsedBandwidthInMbps">Sum of the circuits on the pair, of all providers.</param>
/// <param name="RemainingBandwidthInMbps">Of what may be sold; below zero where the topology has been given less than was sold.</param>
public sealed record ProviderPortProperties(
    string PortPairDescriptor,
    string? PrimaryAzurePort,
    string? SecondaryAzurePort,
    string PeeringLocation,
    int OverprovisionFactor,
    long PortBandwidthInMbps,
    long UsedBandwidthInMbps,
    long RemainingBandwidthInMbps
);

/// <summary>The wire form of providers' ports.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProviderPortBody))]
[JsonSerializable(typeof(ListBody<ProviderPortBody>))]
public sealed partial class ProviderPortContract : JsonSerializerContext;
