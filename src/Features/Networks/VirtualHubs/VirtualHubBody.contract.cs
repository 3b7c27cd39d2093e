using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/virtualHubs</c>, as far as circuits need them.</summary>
public sealed record VirtualHubBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required VirtualHubProperties Properties { get; init; }
}

public sealed record VirtualHubProperties
{
    public string? ProvisioningState { get; init; }
    public ReferenceBody? VirtualWan { get; init; }

    /// <summary>An IPv4 prefix; fixed.</summary>
    public required string AddressPrefix { get; init; }

    /// <summary>The gateway that links it to circuits.</summary>
    [Wire(WireTraits.ReadOnly)]
    public ReferenceBody? ExpressRouteGateway { get; init; }

    /// <summary>Kept and shown as given: <c>sku</c>, <c>routeTable</c>, <c>allowBranchToBranchTraffic</c>, <c>hubRoutingPreference</c> and others.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}
