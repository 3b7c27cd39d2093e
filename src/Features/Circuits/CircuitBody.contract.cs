using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary><c>Microsoft.Network/expressRouteCircuits</c>, members in the order in which Azure writes them. Null members are not written.</summary>
public sealed record CircuitBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Etag { get; init; }
    public required string Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required CircuitProperties Properties { get; init; }
    public required SkuBody Sku { get; init; }
}

public sealed record SkuBody(string Name, string Tier, string Family);

public sealed record CircuitProperties
{
    /// <summary><c>Updating</c> while an operation runs, <c>Deleting</c>, or <c>Succeeded</c>.</summary>
    public required string ProvisioningState { get; init; }
    public required Guid ResourceGuid { get; init; }
    public required IReadOnlyList<PeeringBody> Peerings { get; init; }
    public required IReadOnlyList<AuthorizationBody> Authorizations { get; init; }

    /// <summary>Absent for a circuit on a port.</summary>
    public ServiceProviderProperties? ServiceProviderProperties { get; init; }

    /// <summary>The port that it is on; absent for one that was ordered from a provider.</summary>
    public ReferenceBody? ExpressRoutePort { get; init; }

    /// <summary>Of a circuit on a port.</summary>
    public double? BandwidthInGbps { get; init; }

    /// <summary>Whichever says it.</summary>
    [JsonIgnore]
    public int? BandwidthInMbps => ServiceProviderProperties?.BandwidthInMbps ?? (int?)(BandwidthInGbps * 1000);

    /// <summary>Our side: <c>Enabled</c>. <c>Disabled</c> only in the answer to a PUT.</summary>
    [Wire(WireTraits.ReadOnly)]
    public required string CircuitProvisioningState { get; init; }
    public required bool AllowClassicOperations { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? GatewayManagerEtag { get; init; }

    /// <summary>All zeros only in the answer to the PUT that creates the circuit.</summary>
    [Wire(WireTraits.ReadOnly)]
    public required Guid ServiceKey { get; init; }
    public string? ServiceProviderNotes { get; init; }

    /// <summary>The provider's side: <c>NotProvisioned</c>, <c>Provisioning</c>, <c>Provisioned</c>, <c>Deprovisioning</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public required string ServiceProviderProvisioningState { get; init; }

    /// <summary>Since 2018-08-01.</summary>
    public bool? AllowGlobalReach { get; init; }

    /// <summary>Since 2019-04-01.</summary>
    [Wire(WireTraits.ReadOnly)]
    public bool? GlobalReachEnabled { get; init; }

    /// <summary>Of circuits on ports; since 2024-01-01.</summary>
    public bool? EnableDirectPortRateLimit { get; init; }

    /// <summary>Outer VLAN tag; absent while the provider's side does not stand. Since 2018-08-01.</summary>
    [Wire(WireTraits.ReadOnly)]
    public int? Stag { get; init; }

    /// <summary><c>Standard</c>: it lands at one peering location. Since 2025-09-01.</summary>
    public string? ResiliencyLevel { get; init; }
}

public sealed record ServiceProviderProperties(string ServiceProviderName, string PeeringLocation, int BandwidthInMbps);
