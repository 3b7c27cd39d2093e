using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary>A routing domain of a circuit (or of a cross connection, whose peerings have neither etag nor type in old versions).</summary>
public sealed record PeeringBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public string? Etag { get; init; }
    public required PeeringProperties Properties { get; init; }
    public string? Type { get; init; }
}

public sealed record PeeringProperties
{
    /// <summary><c>Updating</c>, <c>Deleting</c>, <c>Failed</c> (a router could not take it) or <c>Succeeded</c>.</summary>
    public required string ProvisioningState { get; init; }
    public required string PeeringType { get; init; }

    /// <summary>Our AS number; 0 in the answer to the PUT that makes the peering.</summary>
    [Wire(WireTraits.ReadOnly)]
    public required long AzureASN { get; init; }
    public required long PeerASN { get; init; }
    public string? PrimaryPeerAddressPrefix { get; init; }
    public string? SecondaryPeerAddressPrefix { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? PrimaryAzurePort { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? SecondaryAzurePort { get; init; }

    /// <summary>Echoed to the provider that sent it; never in a GET.</summary>
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? SharedKey { get; init; }

    /// <summary>Whether the IPv4 sessions are enabled on our edge; their own state is at <c>…/sessions</c>.</summary>
    public required string State { get; init; }
    public required int VlanId { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? GatewayManagerEtag { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public required string LastModifiedBy { get; init; }

    /// <summary>What the customer will announce over IPv4; Microsoft and public peering only.</summary>
    public MicrosoftPeeringConfigBody? MicrosoftPeeringConfig { get; init; }

    /// <summary>Which services are announced over IPv4; Microsoft peering only.</summary>
    public ReferenceBody? RouteFilter { get; init; }
    public Ipv6PeeringBody? Ipv6PeeringConfig { get; init; }

    /// <summary>The connection of a virtual hub's gateway that uses it; private peering only.</summary>
    [Wire(WireTraits.ReadOnly)]
    public ReferenceBody? ExpressRouteConnection { get; init; }

    /// <summary>Global Reach connections that this circuit initiated. Since 2018-02-01.</summary>
    public IReadOnlyList<ReachBody>? Connections { get; init; }

    /// <summary>Global Reach connections that other circuits initiated. Since 2019-04-01.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<PeeredReachBody>? PeeredConnections { get; init; }
}

/// <param name="MicrosoftPeeringConfig">What the customer will announce over IPv6; Microsoft and public peering only.</param>
/// <param name="RouteFilter">Which services are announced over IPv6; Microsoft peering only.</param>
public sealed record Ipv6PeeringBody(
    string PrimaryPeerAddressPrefix,
    string SecondaryPeerAddressPrefix,
    string State,
    MicrosoftPeeringConfigBody? MicrosoftPeeringConfig = null,
    ReferenceBody? RouteFilter = null
);
