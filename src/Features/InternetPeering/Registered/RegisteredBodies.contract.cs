using System.Text.Json.Serialization;

namespace Causeway.Contracts.InternetPeering;

/// <summary><c>Microsoft.Peering/peerings/registeredPrefixes</c>: a prefix of the peer's customer.</summary>
public sealed record RegisteredPrefixBody
{
    public required RegisteredPrefixProperties Properties { get; init; }
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
}

public sealed record RegisteredPrefixProperties
{
    public required string Prefix { get; init; }

    /// <summary><c>Pending</c>, <c>Verified</c>, <c>Unknown</c>, <c>Failed</c> or <c>Invalid</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PrefixValidationState { get; init; }

    /// <summary>What the peer gives to its customer.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PeeringServicePrefixKey { get; init; }

    /// <summary>What is wrong with how it is received.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ErrorMessage { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProvisioningState { get; init; }
}

/// <summary><c>Microsoft.Peering/peerings/registeredAsns</c>: an ASN of the peer's customer.</summary>
public sealed record RegisteredAsnBody
{
    public required RegisteredAsnProperties Properties { get; init; }
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
}

public sealed record RegisteredAsnProperties
{
    /// <summary>1 to 4294967295, as a number.</summary>
    public required long Asn { get; init; }

    /// <inheritdoc cref="RegisteredPrefixProperties.PeeringServicePrefixKey"/>
    [Wire(WireTraits.ReadOnly)]
    public string? PeeringServicePrefixKey { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProvisioningState { get; init; }
}

/// <summary>The wire form of registrations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RegisteredPrefixBody))]
[JsonSerializable(typeof(RegisteredAsnBody))]
public sealed partial class RegisteredContract : JsonSerializerContext;
