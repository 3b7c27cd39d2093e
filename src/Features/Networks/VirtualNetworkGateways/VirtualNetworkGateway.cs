using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>An ExpressRoute gateway: what a network is linked to circuits through. It stands in the network's GatewaySubnet, one per network.</summary>
public sealed record VirtualNetworkGateway : ITracked<VirtualNetworkGateway>
{
    public const string ResourceType = "Microsoft.Network/virtualNetworkGateways";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }
    public required ResourceId Network { get; init; }

    /// <summary>Name of a <see cref="GatewaySku"/>, canonical casing.</summary>
    public required string Sku { get; init; }

    public required ImmutableArray<GatewayIpConfiguration> IpConfigurations { get; init; }
    public GatewayOptions Options { get; init; } = new();

    /// <summary>Failover tests of its sites, oldest first.</summary>
    public ImmutableArray<SiteTest> Tests
    {
        // Documents from before there were tests have none.
        get => field.IsDefault ? [] : field;
        init;
    }

    public VirtualNetworkGateway With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => "Ready";
}

/// <param name="PublicIp">The public address resource, when one was given; ExpressRoute needs none.</param>
public sealed record GatewayIpConfiguration(string Name, ResourceId? PublicIp);

/// <summary>Members that are kept and shown as given.</summary>
public sealed record GatewayOptions
{
    public string VpnType { get; init; } = "PolicyBased";
    public bool EnableBgp { get; init; }
    public bool ActiveActive { get; init; }
    public bool EnablePrivateIpAddress { get; init; }
    public bool AllowRemoteVnetTraffic { get; init; }
    public bool AllowVirtualWanTraffic { get; init; }

    /// <summary>More such members, as JSON; null for none.</summary>
    public string? Kept { get; init; }
}

/// <summary>A gateway size and what it may carry (azure: a.5).</summary>
/// <param name="MostCircuits">Circuits linked to one network, over all peering locations.</param>
/// <param name="Zonal">Resizing stays among zonal sizes, or among the others.</param>
public sealed record GatewaySku(string Name, int MostCircuits, bool Zonal)
{
    public static ImmutableArray<GatewaySku> All { get; } =
    [
        new("Standard", 4, Zonal: false),
        new("HighPerformance", 8, Zonal: false),
        new("UltraPerformance", 16, Zonal: false),
        new("ErGw1AZ", 4, Zonal: true),
        new("ErGw2AZ", 8, Zonal: true),
        new("ErGw3AZ", 16, Zonal: true),
        new("ErGwScale", 16, Zonal: true),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(s => s.Name));

    public static GatewaySku? Find(string name) => All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
