using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/virtualNetworkGateways</c> of type ExpressRoute.</summary>
public sealed record GatewayBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required GatewayProperties Properties { get; init; }
}

public sealed record GatewayProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }
    public IReadOnlyList<GatewayAddress> IpConfigurations { get; init; } = [];
    public GatewaySkuBody? Sku { get; init; }

    /// <summary><c>ExpressRoute</c>.</summary>
    public required string GatewayType { get; init; }

    /// <summary><c>PolicyBased</c> or <c>RouteBased</c>; kept and shown.</summary>
    public string? VpnType { get; init; }

    public bool? EnableBgp { get; init; }
    public bool? ActiveActive { get; init; }
    public bool? EnablePrivateIpAddress { get; init; }
    public bool? AllowRemoteVnetTraffic { get; init; }
    public bool? AllowVirtualWanTraffic { get; init; }

    /// <summary>Kept and shown as given: <c>customRoutes</c>, <c>bgpSettings</c>, <c>autoScaleConfiguration</c>, <c>adminState</c> and others.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}

public sealed record GatewaySkuBody(string Name, string Tier, [property: Wire(WireTraits.ReadOnly)] int? Capacity = null);

public sealed record GatewayAddress
{
    public required string Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required GatewayAddressProperties Properties { get; init; }
}

public sealed record GatewayAddressProperties
{
    public string? ProvisioningState { get; init; }
    public string? PrivateIPAllocationMethod { get; init; }
    public ReferenceBody? PublicIPAddress { get; init; }

    /// <summary>The GatewaySubnet that it stands in.</summary>
    public ReferenceBody? Subnet { get; init; }
}

/// <summary>A route as a gateway's route list shows it.</summary>
/// <param name="SourcePeer">The peer that it came from, by its address; empty for the network's own.</param>
/// <param name="Origin"><c>Network</c> for the network's own, <c>EBgp</c> for learned ones.</param>
public sealed record GatewayRouteBody(string Network, string NextHop, string SourcePeer, string Origin, string AsPath, int Weight);

/// <summary>The answer to the route questions.</summary>
public sealed record GatewayRoutesBody(IReadOnlyList<GatewayRouteBody> Value);

/// <summary>An edge router as a gateway's peer.</summary>
/// <param name="LocalAddress">Absent: a gateway here has no address of its own.</param>
/// <param name="Neighbor">The router's BGP identifier.</param>
/// <param name="State"><c>Connected</c> when the router carries the circuit for this network, <c>Connecting</c> until it does, <c>Unknown</c> when nobody has read it.</param>
/// <param name="RoutesReceived">How many routes the gateway learned from it; absent when nobody has read it.</param>
public sealed record GatewayPeerBody(string? LocalAddress, string Neighbor, long Asn, string State, long? RoutesReceived);

/// <summary>The answer to the question for peers.</summary>
public sealed record GatewayPeersBody(IReadOnlyList<GatewayPeerBody> Value);
