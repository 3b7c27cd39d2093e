using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks</c>.</summary>
public sealed record VirtualNetworkBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required VirtualNetworkProperties Properties { get; init; }
}

public sealed record VirtualNetworkProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }
    public required AddressSpaceBody AddressSpace { get; init; }
    public DhcpOptionsBody? DhcpOptions { get; init; }
    public IReadOnlyList<SubnetBody> Subnets { get; init; } = [];

    /// <summary>Left out keeps those there are.</summary>
    public IReadOnlyList<NetworkPeeringBody>? VirtualNetworkPeerings { get; init; }

    /// <summary>
    /// Kept and shown as given: <c>enableDdosProtection</c>, <c>enableVmProtection</c>, <c>flowTimeoutInMinutes</c>, <c>bgpCommunities</c>, <c>encryption</c>.
    /// </summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}

public sealed record AddressSpaceBody(IReadOnlyList<string> AddressPrefixes);

public sealed record DhcpOptionsBody(IReadOnlyList<string> DnsServers);

/// <summary><c>Microsoft.Network/virtualNetworks/subnets</c>.</summary>
public sealed record SubnetBody
{
    public required string Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required SubnetProperties Properties { get; init; }
    public string? Type { get; init; }
}

/// <summary>A subnet has one prefix, or several (IPv4 and IPv6) in the plural member.</summary>
public sealed record SubnetProperties
{
    public string? ProvisioningState { get; init; }
    public string? AddressPrefix { get; init; }
    public IReadOnlyList<string>? AddressPrefixes { get; init; }

    /// <summary>The gateway's configurations in the GatewaySubnet.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<ReferenceBody>? IpConfigurations { get; init; }

    /// <summary>
    /// Kept and shown as given: <c>serviceEndpoints</c>, <c>delegations</c>, <c>privateEndpointNetworkPolicies</c>,
    /// <c>privateLinkServiceNetworkPolicies</c>, <c>defaultOutboundAccess</c>.
    /// </summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}

/// <summary><c>Microsoft.Network/virtualNetworks/virtualNetworkPeerings</c>.</summary>
public sealed record NetworkPeeringBody
{
    public required string Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required NetworkPeeringProperties Properties { get; init; }
    public string? Type { get; init; }
}

public sealed record NetworkPeeringProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }

    /// <summary><c>Initiated</c> while this side alone stands, <c>Connected</c> while both do, <c>Disconnected</c> once the other network is gone.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PeeringState { get; init; }

    /// <summary>Whether each side knows the other's address space: <c>FullyInSync</c>, <c>RemoteNotInSync</c>, <c>LocalNotInSync</c>, <c>LocalAndRemoteNotInSync</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PeeringSyncLevel { get; init; }

    public required ReferenceBody RemoteVirtualNetwork { get; init; }
    public bool? AllowVirtualNetworkAccess { get; init; }
    public bool? AllowForwardedTraffic { get; init; }
    public bool? AllowGatewayTransit { get; init; }

    /// <summary>False: circuits announce the network that is linked, and none that is peered with it.</summary>
    public bool? UseRemoteGateways { get; init; }

    /// <summary>The other network's address space as it was when this side last looked.</summary>
    [Wire(WireTraits.ReadOnly)]
    public AddressSpaceBody? RemoteAddressSpace { get; init; }

    /// <summary>The other network's address space as it is.</summary>
    [Wire(WireTraits.ReadOnly)]
    public AddressSpaceBody? RemoteVirtualNetworkAddressSpace { get; init; }

    /// <summary>Communities that were given to the other network.</summary>
    [Wire(WireTraits.ReadOnly)]
    public JsonElement? RemoteBgpCommunities { get; init; }

    /// <summary>The other network's setting.</summary>
    [Wire(WireTraits.ReadOnly)]
    public JsonElement? RemoteVirtualNetworkEncryption { get; init; }

    /// <summary>What the subnets named in <c>localSubnetNames</c> occupy; absent where the networks are peered whole.</summary>
    [Wire(WireTraits.ReadOnly)]
    public AddressSpaceBody? LocalAddressSpace { get; init; }

    /// <summary>What this network occupies; absent where the networks are peered whole.</summary>
    [Wire(WireTraits.ReadOnly)]
    public AddressSpaceBody? LocalVirtualNetworkAddressSpace { get; init; }

    /// <summary>Kept and shown as given: <c>doNotVerifyRemoteGateways</c>, <c>peerCompleteVnets</c>, <c>localSubnetNames</c>, <c>remoteSubnetNames</c>.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}
