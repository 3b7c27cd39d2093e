using Causeway.Contracts.Circuits;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks</c>, as far as Causeway's own clients read and write it.</summary>
public sealed record VirtualNetworkBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required VirtualNetworkProperties Properties { get; init; }
}

public sealed record VirtualNetworkProperties
{
    public string? ProvisioningState { get; init; }
    public required AddressSpaceBody AddressSpace { get; init; }
    public IReadOnlyList<SubnetBody> Subnets { get; init; } = [];
}

public sealed record AddressSpaceBody(IReadOnlyList<string> AddressPrefixes);

public sealed record SubnetBody
{
    public required string Name { get; init; }
    public string? Id { get; init; }
    public required SubnetProperties Properties { get; init; }
}

/// <summary>A subnet has one prefix, or several (IPv4 and IPv6) in the plural member.</summary>
public sealed record SubnetProperties
{
    public string? AddressPrefix { get; init; }
    public IReadOnlyList<string>? AddressPrefixes { get; init; }
}

/// <summary><c>Microsoft.Network/virtualNetworkGateways</c> of type ExpressRoute.</summary>
public sealed record GatewayBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required string Location { get; init; }
    public required GatewayProperties Properties { get; init; }
}

public sealed record GatewayProperties
{
    public string? ProvisioningState { get; init; }
    public required string GatewayType { get; init; }
    public GatewaySku? Sku { get; init; }
    public IReadOnlyList<GatewayAddress> IpConfigurations { get; init; } = [];
}

public sealed record GatewaySku(string Name, string Tier);

public sealed record GatewayAddress(string Name, GatewayAddressProperties Properties);

/// <param name="Subnet">The GatewaySubnet that it stands in.</param>
public sealed record GatewayAddressProperties(ReferenceBody? Subnet);

/// <summary><c>Microsoft.Network/connections</c>: a gateway linked to a circuit.</summary>
public sealed record ConnectionBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required string Location { get; init; }
    public required ConnectionProperties Properties { get; init; }
}

public sealed record ConnectionProperties
{
    public string? ProvisioningState { get; init; }
    public required string ConnectionType { get; init; }
    public required ReferenceBody VirtualNetworkGateway1 { get; init; }
    public required ReferenceBody Peer { get; init; }
    public int RoutingWeight { get; init; }

    /// <summary>Sent to redeem an authorization of another subscription's circuit; never answered.</summary>
    public string? AuthorizationKey { get; init; }

    /// <summary><c>Connected</c>, <c>Connecting</c>, <c>NotConnected</c> or <c>Unknown</c>.</summary>
    public string? ConnectionStatus { get; init; }
}
