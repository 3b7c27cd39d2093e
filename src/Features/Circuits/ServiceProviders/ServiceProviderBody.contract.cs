namespace Causeway.Contracts.Circuits;

/// <summary><c>Microsoft.Network/expressRouteServiceProviders</c>: who can be ordered from, where, and what.</summary>
public sealed record ServiceProviderBody(string Name, string Id, string Type, ServiceProviderOffer Properties);

public sealed record ServiceProviderOffer(
    string ProvisioningState,
    IReadOnlyList<string> PeeringLocations,
    IReadOnlyList<BandwidthOffer> BandwidthsOffered
);

public sealed record BandwidthOffer(string OfferName, int ValueInMbps);
