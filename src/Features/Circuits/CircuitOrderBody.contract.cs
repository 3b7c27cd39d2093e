using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary>What a client sends to order a circuit.</summary>
public sealed record CircuitOrderBody(
    string Location,
    IReadOnlyDictionary<string, string>? Tags,
    SkuBody Sku,
    CircuitOrderProperties Properties
);

/// <summary>What a client orders: of a provider, or on a port.</summary>
public sealed record CircuitOrderProperties(ServiceProviderProperties? ServiceProviderProperties)
{
    /// <summary>The port of a customer's own that it stands on, in place of a provider.</summary>
    public ReferenceBody? ExpressRoutePort { get; init; }

    /// <summary>On a port.</summary>
    public double? BandwidthInGbps { get; init; }

    /// <summary>Of a port of another subscription.</summary>
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? AuthorizationKey { get; init; }
}

/// <summary>What a client sends to configure a peering.</summary>
public sealed record PeeringOrderBody(PeeringOrder Properties);

public sealed record PeeringOrder
{
    /// <summary><c>AzurePrivatePeering</c>, <c>MicrosoftPeering</c> or <c>AzurePublicPeering</c>.</summary>
    public required string PeeringType { get; init; }
    public required long PeerASN { get; init; }

    /// <summary>1 to 4094, unique inside the circuit.</summary>
    public required int VlanId { get; init; }

    /// <summary>/30; the first usable address is the customer's, the second ours.</summary>
    public string? PrimaryPeerAddressPrefix { get; init; }
    public string? SecondaryPeerAddressPrefix { get; init; }

    /// <summary>TCP MD5 key.</summary>
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? SharedKey { get; init; }

    /// <summary>What is declared to be announced; Microsoft and public peering.</summary>
    public PublicOrder? MicrosoftPeeringConfig { get; init; }

    /// <summary>Which services are announced over IPv4; Microsoft peering only.</summary>
    public ReferenceBody? RouteFilter { get; init; }
    public Ipv6PeeringOrder? Ipv6PeeringConfig { get; init; }
}

/// <summary>/126 prefixes.</summary>
public sealed record Ipv6PeeringOrder(
    string? PrimaryPeerAddressPrefix,
    string? SecondaryPeerAddressPrefix,
    PublicOrder? MicrosoftPeeringConfig = null,
    ReferenceBody? RouteFilter = null
);

/// <summary>As <see cref="MicrosoftPeeringConfigBody"/>, as far as a client writes it.</summary>
public sealed record PublicOrder(IReadOnlyList<string> AdvertisedPublicPrefixes, long? CustomerASN, string? RoutingRegistryName);
