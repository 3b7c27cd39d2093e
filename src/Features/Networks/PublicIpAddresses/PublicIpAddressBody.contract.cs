using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Networks;

/// <summary><c>Microsoft.Network/publicIPAddresses</c>.</summary>
public sealed record PublicIpAddressBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public IReadOnlyList<string>? Zones { get; init; }
    public required PublicIpAddressProperties Properties { get; init; }
    public PublicIpAddressSku? Sku { get; init; }
}

public sealed record PublicIpAddressProperties
{
    public string? ProvisioningState { get; init; }
    public Guid? ResourceGuid { get; init; }

    /// <summary><c>IPv4</c> or <c>IPv6</c>.</summary>
    public string? PublicIPAddressVersion { get; init; }

    /// <summary><c>Static</c> or <c>Dynamic</c>.</summary>
    public string? PublicIPAllocationMethod { get; init; }

    /// <summary>4 to 30.</summary>
    public int? IdleTimeoutInMinutes { get; init; }

    /// <summary>The IP configuration that uses it.</summary>
    [Wire(WireTraits.ReadOnly)]
    public ReferenceBody? IpConfiguration { get; init; }

    /// <summary>Kept and shown as given: <c>dnsSettings</c>, <c>ddosSettings</c>, <c>ipTags</c>, <c>deleteOption</c>.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}

/// <param name="Name"><c>Basic</c> or <c>Standard</c>.</param>
public sealed record PublicIpAddressSku(string? Name, string? Tier = null);
