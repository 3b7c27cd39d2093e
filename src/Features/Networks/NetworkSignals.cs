using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>A whole network as wanted.</summary>
/// <param name="Subnets">Null keeps the subnets there are.</param>
public sealed record PutVirtualNetwork(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    ImmutableArray<IpPrefix> AddressSpace,
    ImmutableArray<Subnet>? Subnets,
    ImmutableArray<string> DnsServers,
    Guid ResourceGuid
) : Signal(At), IPut
{
    /// <inheritdoc cref="VirtualNetwork.Kept"/>
    public string? Kept { get; init; }

    /// <summary>Null keeps the peerings there are.</summary>
    public ImmutableArray<NetworkPeering>? Peerings { get; init; }
}

/// <summary>A peering with another network as wanted.</summary>
/// <param name="Sync">Whether the other network's space is taken as it is now; else what was taken before stays.</param>
public sealed record PutNetworkPeering(DateTimeOffset At, NetworkPeering Peering, bool Sync) : Signal(At);

/// <param name="Ticket">The operation of the one who asked; null when nobody polls.</param>
public sealed record DeleteNetworkPeering(DateTimeOffset At, string Peering, Ticket? Ticket = null) : Signal(At);

public sealed record PutSubnet(DateTimeOffset At, Subnet Subnet) : Signal(At);

/// <param name="Ticket">The operation of the one who asked; null when nobody polls.</param>
public sealed record DeleteSubnet(DateTimeOffset At, string Subnet, Ticket? Ticket = null) : Signal(At);

/// <summary>A gateway was put into the network, or changed its size there.</summary>
public sealed record PlaceGateway(DateTimeOffset At, GatewayPlacement Placement) : Signal(At);

public sealed record RemoveGateway(DateTimeOffset At, ResourceId Gateway) : Signal(At);

/// <summary>A connection links the network to a circuit.</summary>
public sealed record AddLink(DateTimeOffset At, ResourceId Gateway, NetworkLink Link) : Signal(At);

public sealed record RemoveLink(DateTimeOffset At, ResourceId Connection) : Signal(At);

/// <summary>A whole gateway as wanted.</summary>
public sealed record PutGateway(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    ResourceId Network,
    string Sku,
    ImmutableArray<GatewayIpConfiguration> IpConfigurations,
    GatewayOptions Options,
    Guid ResourceGuid
) : Signal(At), IPut;

/// <summary>A whole connection as wanted.</summary>
/// <param name="Authorized">True when a key of the circuit's owner came with it.</param>
public sealed record PutConnection(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    ResourceId Gateway,
    ResourceId Network,
    ResourceId Circuit,
    bool Authorized,
    ConnectionOptions Options,
    Guid ResourceGuid
) : Signal(At), IPut;

/// <summary>The connection gets a key.</summary>
/// <param name="Protected">Encrypted for storage.</param>
public sealed record SetSharedKey(DateTimeOffset At, string Protected) : Signal(At);

/// <summary>The circuit's side ended the link: its owner revoked the authorization.</summary>
public sealed record BreakConnection(DateTimeOffset At, string Why) : Signal(At);

/// <summary>A whole public address as wanted.</summary>
public sealed record PutPublicIp(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    string Sku,
    string Allocation,
    string Version,
    int IdleTimeoutMinutes,
    ImmutableArray<string> Zones,
    Guid ResourceGuid
) : Signal(At), IPut
{
    /// <inheritdoc cref="PublicIpAddress.Kept"/>
    public string? Kept { get; init; }
}

/// <summary>An IP configuration uses the address.</summary>
public sealed record UsePublicIp(DateTimeOffset At, ResourceId IpConfiguration) : Signal(At);

public sealed record ReleasePublicIp(DateTimeOffset At, ResourceId IpConfiguration) : Signal(At);
