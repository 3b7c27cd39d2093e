namespace Causeway.Contracts.Circuits;

/// <summary><c>Microsoft.Network/expressRouteProviderPorts</c>: a port pair, as the provider whose orders land on it sees it.</summary>
/// <param name="Name">The pair's.</param>
/// <param name="Location">Region of the peering location.</param>
public sealed record ProviderPortBody(string Name, string Id, string Type, string Location, ProviderPortProperties Properties);

/// <param name="PeeringLocation">Without spaces, as in the provider's groups.</param>
/// <param name="OverprovisionFactor">How often a port may be sold.</param>
/// <param name="PortBandwidthInMbps">Of each of the two ports.</param>
/// <param name="UsedBandwidthInMbps">By circuits of all providers.</param>
/// <param name="RemainingBandwidthInMbps">Of what may be sold; below zero where the topology has been given less than was sold.</param>
public sealed record ProviderPortProperties(
    string PortPairDescriptor,
    string PrimaryAzurePort,
    string SecondaryAzurePort,
    string PeeringLocation,
    int OverprovisionFactor,
    int PortBandwidthInMbps,
    long UsedBandwidthInMbps,
    long RemainingBandwidthInMbps
);
