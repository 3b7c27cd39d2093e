using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/connections</c>: a gateway linked to a circuit.</summary>
public sealed record ConnectionBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required ConnectionProperties Properties { get; init; }
}

public sealed record ConnectionProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }
    public required ReferenceBody VirtualNetworkGateway1 { get; init; }

    /// <summary><c>ExpressRoute</c>.</summary>
    public required string ConnectionType { get; init; }

    /// <summary>0 to 32000; the higher is preferred among circuits.</summary>
    public int RoutingWeight { get; init; }

    public bool? EnableBgp { get; init; }

    /// <summary>0: as on the real service, which counts octets of connections between gateways only, and shows the member of every connection.</summary>
    [Wire(WireTraits.ReadOnly)]
    public long? IngressBytesTransferred { get; init; }

    /// <inheritdoc cref="IngressBytesTransferred"/>
    [Wire(WireTraits.ReadOnly)]
    public long? EgressBytesTransferred { get; init; }

    /// <summary>FastPath; kept and shown.</summary>
    public bool? ExpressRouteGatewayBypass { get; init; }

    public bool? EnablePrivateLinkFastPath { get; init; }

    /// <summary><c>Connected</c>, <c>Connecting</c>, <c>NotConnected</c> or <c>Unknown</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ConnectionStatus { get; init; }

    /// <summary>The circuit.</summary>
    public required ReferenceBody Peer { get; init; }

    /// <summary>Sent to redeem an authorization of another subscription's circuit; never answered.</summary>
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? AuthorizationKey { get; init; }

    /// <summary>Kept and shown as given: <c>connectionMode</c>, <c>ipsecPolicies</c> and others of connections of other types.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}

/// <summary>The key of a connection.</summary>
public sealed record SharedKeyBody
{
    /// <summary>The id of the connection's key.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? Id { get; init; }

    /// <summary>1 to 128 printable ASCII characters; absent where none was given.</summary>
    [Wire(WireTraits.Secret)]
    public string? Value { get; init; }
}

/// <summary>How long a new key is to be.</summary>
/// <param name="KeyLength">Characters, 1 to 128.</param>
public sealed record SharedKeyResetBody(int KeyLength);
