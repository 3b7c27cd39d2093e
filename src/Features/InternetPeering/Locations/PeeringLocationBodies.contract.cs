using System.Text.Json.Serialization;

namespace Causeway.Contracts.InternetPeering;

/// <summary><c>Microsoft.Peering/peeringLocations</c>: where peers can meet us.</summary>
/// <param name="Kind"><c>Direct</c> or <c>Exchange</c>.</param>
/// <param name="Id">From 2020-04-01 on.</param>
public sealed record PeeringLocationBody(string Kind, PeeringLocationProperties Properties, string Name, string? Id, string Type);

/// <param name="PeeringLocation">The city, by which a peering names it.</param>
/// <param name="Country">Two letters; absent when nobody said.</param>
/// <param name="AzureRegion">The nearest region, for people.</param>
public sealed record PeeringLocationProperties(
    DirectLocationBody? Direct,
    ExchangeLocationBody? Exchange,
    string PeeringLocation,
    string? Country,
    string AzureRegion
);

public sealed record DirectLocationBody(
    IReadOnlyList<DirectFacilityBody> PeeringFacilities,
    IReadOnlyList<PeeringBandwidthBody> BandwidthOffers
);

/// <param name="DirectPeeringType"><c>Edge</c>, <c>Transit</c>, <c>Cdn</c> and others.</param>
/// <param name="PeeringDbFacilityId">Its <c>fac</c> id.</param>
public sealed record DirectFacilityBody(
    string Address,
    string DirectPeeringType,
    [property: JsonPropertyName("peeringDBFacilityId")] int PeeringDbFacilityId,
    [property: JsonPropertyName("peeringDBFacilityLink")] string PeeringDbFacilityLink
);

/// <param name="OfferName">Such as <c>10Gbps</c>.</param>
public sealed record PeeringBandwidthBody(string OfferName, int ValueInMbps);

public sealed record ExchangeLocationBody(IReadOnlyList<ExchangeFacilityBody> PeeringFacilities);

/// <param name="BandwidthInMbps">Of our ports there, together.</param>
/// <param name="MicrosoftIPv4Address">Our addresses there; of several routers, a list with commas.</param>
/// <param name="MicrosoftIPv6Address">Likewise.</param>
/// <param name="PeeringDbFacilityId">The exchange's <c>ix</c> id.</param>
public sealed record ExchangeFacilityBody(
    string ExchangeName,
    int BandwidthInMbps,
    [property: JsonPropertyName("microsoftIPv4Address")] string? MicrosoftIPv4Address,
    [property: JsonPropertyName("microsoftIPv6Address")] string? MicrosoftIPv6Address,
    [property: JsonPropertyName("facilityIPv4Prefix")] string? FacilityIPv4Prefix,
    [property: JsonPropertyName("facilityIPv6Prefix")] string? FacilityIPv6Prefix,
    [property: JsonPropertyName("peeringDBFacilityId")] int PeeringDbFacilityId,
    [property: JsonPropertyName("peeringDBFacilityLink")] string PeeringDbFacilityLink
);

/// <summary>A session from before, in the shape of a peering that does not exist yet: it has no name, id, type or location.</summary>
public sealed record LegacyPeeringBody(PeeringSkuBody Sku, string Kind, InternetPeeringProperties Properties);

/// <summary><c>Microsoft.Peering/cdnPeeringPrefixes</c>: what we announce to peers at a location.</summary>
public sealed record CdnPeeringPrefixBody(CdnPeeringPrefixProperties Properties, string Name, string Id, string Type);

/// <param name="AzureRegion">Of the service; <c>Global</c> for one that is in none.</param>
/// <param name="IsPrimaryRegion">It is the region of the location.</param>
/// <param name="BgpCommunity">That the routes carry towards customers, such as <c>12076:5010</c>.</param>
public sealed record CdnPeeringPrefixProperties(
    string Prefix,
    string AzureRegion,
    string AzureService,
    bool IsPrimaryRegion,
    string BgpCommunity
);

/// <summary><c>Microsoft.Peering/peeringServiceLocations</c>: a state or province.</summary>
/// <param name="Id">From 2020-01-01-preview on.</param>
public sealed record PeeringServiceLocationBody(PeeringServiceLocationProperties Properties, string Name, string? Id, string Type);

public sealed record PeeringServiceLocationProperties(string Country, string State, string AzureRegion);

/// <summary><c>Microsoft.Peering/peeringServiceProviders</c>: who carries customers' traffic to us.</summary>
/// <param name="Id">From 2020-04-01 on.</param>
public sealed record PeeringServiceProviderBody(PeeringServiceProviderProperties Properties, string Name, string? Id, string Type);

/// <param name="PeeringLocations">Where it meets us; from 2021-01-01 on.</param>
public sealed record PeeringServiceProviderProperties(string ServiceProviderName, IReadOnlyList<string>? PeeringLocations);

/// <summary><c>Microsoft.Peering/peeringServiceCountries</c>.</summary>
public sealed record PeeringServiceCountryBody(string Name, string Id, string Type);

/// <summary>Which provider is asked about, and where. The answer is <c>"Available"</c> or <c>"Unavailable"</c>.</summary>
public sealed record ProviderAvailabilityBody(string PeeringServiceLocation, string PeeringServiceProvider);

/// <summary>The wire form of what there is to peer with.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PeeringLocationBody))]
[JsonSerializable(typeof(LegacyPeeringBody))]
[JsonSerializable(typeof(CdnPeeringPrefixBody))]
[JsonSerializable(typeof(PeeringServiceLocationBody))]
[JsonSerializable(typeof(PeeringServiceProviderBody))]
[JsonSerializable(typeof(PeeringServiceCountryBody))]
[JsonSerializable(typeof(ProviderAvailabilityBody))]
[JsonSerializable(typeof(string))]
public sealed partial class PeeringLocationsContract : JsonSerializerContext;
