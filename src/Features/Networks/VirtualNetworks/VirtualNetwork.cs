using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// A customer's private network. Theory of operation: a network, its gateway, the gateway's connections and the circuits at their far ends are resources
/// of their own, but facts that bind them (a subnet is in use, how many circuits there are, which prefixes a circuit announces) must never disagree. So the
/// network is where these facts meet: every write that places or removes a gateway, or adds or removes a link, is one atomic send that also moves the
/// network. Two such writes at once then meet in its revision, and the second decides again.
/// </summary>
public sealed record VirtualNetwork : ITracked<VirtualNetwork>
{
    public const string ResourceType = "Microsoft.Network/virtualNetworks";

    /// <summary>The one subnet that a gateway lives in.</summary>
    public const string GatewaySubnetName = "GatewaySubnet";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }

    /// <summary>What the network occupies, IPv4 and IPv6, in the order given; also what a linked circuit announces to the customer's routers.</summary>
    public required ImmutableArray<IpPrefix> AddressSpace { get; init; }

    public ImmutableArray<Subnet> Subnets { get; init; } = [];

    /// <summary>Addresses, as given; kept and shown.</summary>
    public ImmutableArray<string> DnsServers { get; init; } = [];

    /// <summary>Settings that are kept and shown as given, as JSON; null for none.</summary>
    public string? Kept { get; init; }

    /// <summary>Its peerings with other networks.</summary>
    public ImmutableArray<NetworkPeering> Peerings
    {
        get;
        // Documents from before there were peerings have none.
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>The ExpressRoute gateway in it, if any.</summary>
    public GatewayPlacement? Gateway { get; init; }

    /// <summary>Circuits that it is linked to through its gateway.</summary>
    public ImmutableArray<NetworkLink> Links { get; init; } = [];

    public VirtualNetwork With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName =>
        (Gateway, Links.Length) switch
        {
            (null, _) => "Plain",
            (_, 0) => "WithGateway",
            _ => "Linked",
        };

    public NetworkPeering? FindPeering(string name) =>
        Peerings.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public Subnet? FindSubnet(string name) => Subnets.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <param name="Prefixes">One, or one of each family.</param>
public sealed record Subnet(string Name, ImmutableArray<IpPrefix> Prefixes)
{
    /// <inheritdoc cref="VirtualNetwork.Kept"/>
    public string? Kept { get; init; }

    public bool IsGatewaySubnet => Name.Equals(VirtualNetwork.GatewaySubnetName, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// One side of a peering with another network: it is connected while the other side stands too. Circuits announce each network by itself: what is peered with a network
/// is not announced with it.
/// </summary>
/// <param name="Remote">The other network.</param>
/// <param name="RemoteSpace">What the other network occupied when this was last written with leave to look.</param>
public sealed record NetworkPeering(string Name, ResourceId Remote, ImmutableArray<IpPrefix> RemoteSpace, Guid ResourceGuid)
{
    /// <summary>Whether what stands in one network may reach what stands in the other; kept and shown.</summary>
    public bool AllowsAccess { get; init; } = true;

    /// <summary>Whether traffic that comes from elsewhere is let through; kept and shown.</summary>
    public bool AllowsForwarded { get; init; }

    /// <summary>Whether the other network may use this one's gateway; kept and shown.</summary>
    public bool AllowsTransit { get; init; }

    /// <inheritdoc cref="VirtualNetwork.Kept"/>
    public string? Kept { get; init; }
}

/// <param name="Gateway">The gateway's id.</param>
/// <param name="Sku">Its size, which bounds the number of circuits.</param>
/// <param name="IpConfigurations">Names of its IP configurations, for the subnet's view of who uses it.</param>
public sealed record GatewayPlacement(ResourceId Gateway, string Sku, ImmutableArray<string> IpConfigurations);

/// <param name="Connection">The connection resource that makes the link.</param>
/// <param name="PeeringLocation">Where the circuit lands.</param>
public sealed record NetworkLink(ResourceId Connection, ResourceId Circuit, string PeeringLocation);
