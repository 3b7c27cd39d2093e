using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary><c>Microsoft.Network/expressRoutePorts</c>: a pair of ports of a customer's own (ExpressRoute Direct).</summary>
public sealed record DirectPortBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>User-assigned identities; kept and shown.</summary>
    public PortIdentityBody? Identity { get; init; }
    public required DirectPortProperties Properties { get; init; }
}

/// <param name="Type"><c>userAssigned</c>.</param>
public sealed record PortIdentityBody(string Type, IReadOnlyDictionary<string, AssignedIdentityBody> UserAssignedIdentities);

/// <summary>An identity; nothing is known of its principal here.</summary>
public sealed record AssignedIdentityBody;

public sealed record DirectPortProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }
    public IReadOnlyList<PortLinkBody>? Links { get; init; }

    /// <summary>Name of a peering location; fixed.</summary>
    public required string PeeringLocation { get; init; }

    /// <summary>10 or 100; fixed.</summary>
    public required int BandwidthInGbps { get; init; }

    /// <summary><c>Dot1Q</c> or <c>QinQ</c>; fixed.</summary>
    public required string Encapsulation { get; init; }

    /// <summary><c>MeteredData</c> or <c>UnlimitedData</c>.</summary>
    public string? BillingType { get; init; }

    /// <summary>What the circuits on it have, in all.</summary>
    [Wire(WireTraits.ReadOnly)]
    public double? ProvisionedBandwidthInGbps { get; init; }

    /// <summary><c>1500</c>; not in the answer to the PUT that makes it.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? Mtu { get; init; }

    /// <summary><c>0x8100</c>, or <c>0x88a8</c> of two tags; not in the answer to the PUT that makes it.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? EtherType { get; init; }

    /// <summary>The day, in English words; not in the answer to the PUT that makes it.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? AllocationDate { get; init; }

    /// <summary>Absent while there are none.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<ReferenceBody>? Circuits { get; init; }
}

/// <summary><c>…/expressRoutePorts/{p}/links/{l}</c>: <c>link1</c>, the primary, and <c>link2</c>.</summary>
public sealed record PortLinkBody
{
    public required string Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required PortLinkProperties Properties { get; init; }
    public string? Type { get; init; }
}

public sealed record PortLinkProperties
{
    public string? ProvisioningState { get; init; }

    /// <summary>Name of the router; not in the answer to the PUT that makes it.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? RouterName { get; init; }

    /// <summary>Name of its port; as <see cref="RouterName"/>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? InterfaceName { get; init; }

    /// <summary>The patch panel and the port on it; absent where the topology does not say.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PatchPanelId { get; init; }

    /// <summary>The rack; likewise.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? RackId { get; init; }

    /// <summary>The room or cage; likewise.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ColoLocation { get; init; }

    /// <summary><c>LC</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ConnectorType { get; init; }

    /// <summary><c>Enabled</c> or <c>Disabled</c>: then the sessions of its circuits are down on this side.</summary>
    public string? AdminState { get; init; }

    public MacSecBody? MacSecConfig { get; init; }
}

/// <summary>MACsec of a link; kept and shown, for a router that has it.</summary>
public sealed record MacSecBody(string? CknSecretIdentifier, string? CakSecretIdentifier, string? Cipher, string? SciState);

/// <summary><c>…/expressRoutePorts/{p}/authorizations/{a}</c></summary>
public sealed record PortAuthorizationBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Etag { get; init; }
    public required PortAuthorizationProperties Properties { get; init; }
    public string? Type { get; init; }
}

/// <param name="AuthorizationKey">Only for who may list keys; absent for others.</param>
/// <param name="AuthorizationUseStatus"><c>Available</c> or <c>InUse</c>.</param>
/// <param name="CircuitResourceUri">The circuit that redeemed it; empty while available.</param>
public sealed record PortAuthorizationProperties(
    string ProvisioningState,
    [property: Wire(WireTraits.ReadOnly | WireTraits.Secret)] string? AuthorizationKey,
    [property: Wire(WireTraits.ReadOnly)] string AuthorizationUseStatus,
    [property: Wire(WireTraits.ReadOnly)] string CircuitResourceUri
);

/// <summary>For whom a letter of authorization is.</summary>
public sealed record LetterQuestionBody(string CustomerName);

/// <param name="EncodedContent">A PDF in base64.</param>
public sealed record LetterBody(string EncodedContent);

/// <summary><c>Microsoft.Network/expressRoutePortsLocations</c>: where ports can be had.</summary>
public sealed record PortLocationBody(string Name, string Id, string Type, PortLocationProperties Properties);

/// <param name="AvailableBandwidths">Empty in lists.</param>
public sealed record PortLocationProperties(
    string ProvisioningState,
    string Address,
    string Contact,
    IReadOnlyList<PortOfferBody> AvailableBandwidths
);

public sealed record PortOfferBody(string OfferName, int ValueInGbps);

/// <summary>The wire form of ports.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DirectPortBody))]
[JsonSerializable(typeof(PortLinkBody))]
[JsonSerializable(typeof(PortAuthorizationBody))]
[JsonSerializable(typeof(LetterQuestionBody))]
[JsonSerializable(typeof(LetterBody))]
[JsonSerializable(typeof(PortLocationBody))]
public sealed partial class DirectPortContract : JsonSerializerContext;
