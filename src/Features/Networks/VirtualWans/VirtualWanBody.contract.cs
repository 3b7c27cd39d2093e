using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/virtualWans</c>.</summary>
public sealed record VirtualWanBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required VirtualWanProperties Properties { get; init; }
}

public sealed record VirtualWanProperties
{
    public string? ProvisioningState { get; init; }

    /// <summary>The hubs that stand in it.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<ReferenceBody>? VirtualHubs { get; init; }

    /// <summary><c>Standard</c> or <c>Basic</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Kept and shown as given: <c>disableVpnEncryption</c>, <c>allowBranchToBranchTraffic</c>, <c>office365LocalBreakoutCategory</c>.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}
