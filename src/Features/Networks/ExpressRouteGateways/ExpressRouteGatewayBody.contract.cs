using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/expressRouteGateways</c>: the gateway of a virtual hub.</summary>
public sealed record ExpressRouteGatewayBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required ExpressRouteGatewayProperties Properties { get; init; }
}

public sealed record ExpressRouteGatewayProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }
    public required ReferenceBody VirtualHub { get; init; }
    public IReadOnlyList<ExpressRouteConnectionBody> ExpressRouteConnections { get; init; } = [];

    /// <summary>Scale units; kept and shown.</summary>
    public ScaleBody? AutoScaleConfiguration { get; init; }

    /// <summary>Kept and shown; absent while it is false, as it was before the member was known.</summary>
    public bool? AllowNonVirtualWanTraffic { get; init; }
}

public sealed record ScaleBody(ScaleBounds? Bounds);

public sealed record ScaleBounds(int? Min, int? Max);

/// <summary><c>Microsoft.Network/expressRouteGateways/expressRouteConnections</c>: a hub linked to a circuit.</summary>
public sealed record ExpressRouteConnectionBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required ExpressRouteConnectionProperties Properties { get; init; }
}

public sealed record ExpressRouteConnectionProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }

    /// <summary>Which of the hub's tables it uses: kept and shown as given.</summary>
    public JsonElement? RoutingConfiguration { get; init; }

    /// <summary>The circuit's private peering.</summary>
    public required ReferenceBody ExpressRouteCircuitPeering { get; init; }

    /// <summary>Sent to redeem an authorization of another subscription's circuit; never answered.</summary>
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? AuthorizationKey { get; init; }

    /// <summary>0 to 32000; the higher is preferred among circuits.</summary>
    public int RoutingWeight { get; init; }

    /// <summary>Kept and shown.</summary>
    public bool? EnableInternetSecurity { get; init; }

    /// <summary>FastPath; kept and shown.</summary>
    public bool? ExpressRouteGatewayBypass { get; init; }

    /// <summary>Kept and shown.</summary>
    public bool? EnablePrivateLinkFastPath { get; init; }
}

/// <summary>The connections of a gateway.</summary>
public sealed record ExpressRouteConnectionsBody(IReadOnlyList<ExpressRouteConnectionBody> Value);
