using Causeway.Language;

namespace Causeway.Portal.Pages;

/// <summary>What the members of resources are called in words.</summary>
internal static class MemberNames
{
    /// <summary>The words of members that the command line has no column of, or one of another name.</summary>
    private static readonly Dictionary<string, string> s_words = new()
    {
        ["peerASN"] = "column peerAsn",
        ["azureASN"] = "column ourAsn",
        ["vlanId"] = "column vlan",
        ["primaryPeerAddressPrefix"] = "column primarySubnet",
        ["secondaryPeerAddressPrefix"] = "column secondarySubnet",
        ["primaryAzurePort"] = "column primaryPort",
        ["secondaryAzurePort"] = "column secondaryPort",
        ["routingWeight"] = "column weight",
        ["virtualNetworkGateway1"] = "column gateway",
        ["connectionStatus"] = "column status",
        ["peer"] = "column circuit",
        ["peerName"] = "column networkName",
        ["validationState"] = "column state",
        ["errorMessage"] = "column problem",
        ["displayName"] = "column name",
        ["roleDefinitionId"] = "column role",
        ["principalId"] = "column principal",
        ["createdOn"] = "column createdAt",
        ["notes"] = "column note",
        ["routeFilter"] = "portal filter of services",
        ["gatewayType"] = "column gatewayType",
        ["vpnType"] = "column vpnType",
        ["enableBgp"] = "column enableBgp",
        ["activeActive"] = "column activeActive",
        ["ipConfigurations"] = "column ipConfigurations",
        ["connectionType"] = "column connectionType",
        ["peeringType"] = "column peeringType",
        ["expressRouteGatewayBypass"] = "column expressRouteGatewayBypass",
        ["enablePrivateLinkFastPath"] = "column enablePrivateLinkFastPath",
        ["ingressBytesTransferred"] = "column ingressBytesTransferred",
        ["egressBytesTransferred"] = "column egressBytesTransferred",
        ["virtualNetworkPeerings"] = "column virtualNetworkPeerings",
        ["enableDdosProtection"] = "column enableDdosProtection",
        ["peerContactDetail"] = "column peerContactDetail",
        ["connectionMode"] = "column connectionMode",
        ["usePolicyBasedTrafficSelectors"] = "column usePolicyBasedTrafficSelectors",
        ["dpdTimeoutSeconds"] = "column dpdTimeoutSeconds",
        ["level"] = "column level",
        ["enablePrivateIpAddress"] = "column enablePrivateIpAddress",
        ["allowRemoteVnetTraffic"] = "column allowRemoteVnetTraffic",
        ["allowVirtualWanTraffic"] = "column allowVirtualWanTraffic",
        ["advertisedPublicPrefixes"] = "column advertisedPublicPrefixes",
    };

    /// <summary>By its word; of a member that has none, as the API calls it: <c>flowTimeoutInMinutes</c> is <c>Flow timeout in minutes</c>.</summary>
    public static string Of(Words words, string member) =>
        s_words.TryGetValue(member, out string? key) ? words[key]
        : words.Has($"column {member}") ? words[$"column {member}"]
        : string.Concat(
            member.Select(
                (c, i) =>
                    i == 0 ? char.ToUpperInvariant(c).ToString()
                    : char.IsUpper(c) && !char.IsUpper(member[i - 1]) ? $" {char.ToLowerInvariant(c)}"
                    : c.ToString()
            )
        );
}
