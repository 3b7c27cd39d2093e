namespace Causeway.Contracts.RouteFilters;

/// <summary><c>Microsoft.Network/bgpServiceCommunities</c>: a service that peerings can announce, and the communities that route filters allow it by.</summary>
public sealed record ServiceCommunityBody(string Name, string Id, string Type, ServiceCommunityProperties Properties);

public sealed record ServiceCommunityProperties(string ServiceName, IReadOnlyList<BgpCommunityBody> BgpCommunities);

/// <param name="ServiceSupportedRegion">A region's name, or <c>Global</c>.</param>
/// <param name="CommunityName">The service's name, with its region and <c>IPv6</c> where it has these.</param>
/// <param name="CommunityValue">Such as <c>12076:5010</c>.</param>
/// <param name="CommunityPrefixes">Of one family.</param>
/// <param name="IsAuthorizedToUse">Whether the subscription may.</param>
public sealed record BgpCommunityBody(
    string ServiceSupportedRegion,
    string CommunityName,
    string CommunityValue,
    IReadOnlyList<string> CommunityPrefixes,
    bool IsAuthorizedToUse,
    string ServiceGroup
);
