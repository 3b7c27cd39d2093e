using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary><c>…/peerings/AzurePrivatePeering/connections/{c}</c>: Global Reach, as the circuit has it that asked for it.</summary>
public sealed record ReachBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Etag { get; init; }
    public required ReachProperties Properties { get; init; }
    public string? Type { get; init; }
}

public sealed record ReachProperties
{
    public string? ProvisioningState { get; init; }

    /// <summary>This circuit's private peering; may be left out.</summary>
    public ReferenceBody? ExpressRouteCircuitPeering { get; init; }

    /// <summary>The other circuit's private peering.</summary>
    public required ReferenceBody PeerExpressRouteCircuitPeering { get; init; }

    /// <summary>An IPv4 /29 for the links between the routers of both circuits.</summary>
    public required string AddressPrefix { get; init; }

    /// <summary>Sent to redeem an authorization of another subscription's circuit; never answered.</summary>
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? AuthorizationKey { get; init; }

    /// <summary>The same for IPv6; absent without it.</summary>
    public Ipv6ReachBody? Ipv6CircuitConnectionConfig { get; init; }

    /// <summary><c>Connected</c> when a session between routers of both is up, <c>Connecting</c> or <c>Disconnected</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? CircuitConnectionStatus { get; init; }
}

/// <param name="AddressPrefix">An IPv6 /125.</param>
/// <param name="CircuitConnectionStatus">As of the connection.</param>
public sealed record Ipv6ReachBody(string AddressPrefix, [property: Wire(WireTraits.ReadOnly)] string? CircuitConnectionStatus = null);

/// <summary><c>…/peerings/AzurePrivatePeering/peerConnections/{c}</c>: Global Reach, as the circuit has it that was asked.</summary>
public sealed record PeeredReachBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Etag { get; init; }
    public required PeeredReachProperties Properties { get; init; }
    public string? Type { get; init; }
}

public sealed record PeeredReachProperties
{
    public string? ProvisioningState { get; init; }

    /// <summary>This circuit's private peering.</summary>
    public required ReferenceBody ExpressRouteCircuitPeering { get; init; }

    /// <summary>That of the circuit that asked.</summary>
    public required ReferenceBody PeerExpressRouteCircuitPeering { get; init; }

    public required string AddressPrefix { get; init; }

    /// <inheritdoc cref="ReachProperties.CircuitConnectionStatus"/>
    public string? CircuitConnectionStatus { get; init; }

    /// <summary>What the circuit that asked calls it.</summary>
    public required string ConnectionName { get; init; }

    /// <summary>The resource guid of the authorization's circuit.</summary>
    public Guid? AuthResourceGuid { get; init; }
}
