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

    /// <summary>Always empty: networks are linked to circuits only.</summary>
    public IReadOnlyList<ReferenceBody>? VirtualNetworkPeerings { get; init; }

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
