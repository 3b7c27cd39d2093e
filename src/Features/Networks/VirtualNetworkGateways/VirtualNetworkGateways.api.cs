using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworkGateways</c>, ExpressRoute gateways only.</summary>
public sealed class VirtualNetworkGateways : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Tracked<VirtualNetworkGateway, VirtualNetworkGatewayWorkflow>(NetworkTypes.Gateway)
            .Wire<VirtualNetworkGatewayWire>()
            .InGroupsOnly()
            .GoesBefore<VirtualNetwork>()
            .GoesBefore<PublicIpAddress>()
            .Cascade<VirtualNetworkGatewayCascade>();
        f.Endpoints<GatewayQuestions>();
    }
}

internal sealed class VirtualNetworkGatewayWire(Tracked<VirtualNetwork> networks, Tracked<PublicIpAddress> addresses)
    : Wire<VirtualNetworkGateway, GatewayBody>(() => NetworksContract.Default.GatewayBody)
{
    private static readonly string[] s_kept =
    [
        "customRoutes",
        "bgpSettings",
        "autoScaleConfiguration",
        "adminState",
        "vpnClientConfiguration",
        "vpnGatewayGeneration",
        "enableDnsForwarding",
        "enableBgpRouteTranslationForNat",
        "disableIPSecReplayProtection",
        "natRules",
        "virtualNetworkGatewayPolicyGroups",
        "gatewayDefaultSite",
        "resiliencyModel",
    ];

    private const string JoinSubnet = "Microsoft.Network/virtualNetworks/subnets/join/action";
    private const string JoinAddress = "Microsoft.Network/publicIPAddresses/join/action";

    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, VirtualNetworkGateway? present)
    {
        string? location = body.Location(present?.Location);
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        BodyReader properties = body.Object("properties", required: true);
        string? kind = properties.OneOf("gatewayType", ["ExpressRoute", "Vpn", "LocalGateway"], required: true);
        if (kind is not (null or "ExpressRoute"))
            properties.Problem(
                "VirtualNetworkGatewayTypeNotSupported",
                "gatewayType",
                $"Gateways of type {kind} cannot be had here: Causeway links networks to circuits only. Use gatewayType ExpressRoute."
            );
        string sku = ReadSku(properties, present?.Sku ?? "Standard");
        (ImmutableArray<GatewayIpConfiguration> configurations, ResourceId? network) = ReadIpConfigurations(request, properties);
        var options = new GatewayOptions
        {
            VpnType = properties.OneOf("vpnType", ["PolicyBased", "RouteBased"]) ?? "PolicyBased",
            EnableBgp = properties.Boolean("enableBgp") ?? false,
            ActiveActive = properties.Boolean("activeActive") ?? false,
            EnablePrivateIpAddress = properties.Boolean("enablePrivateIpAddress") ?? false,
            AllowRemoteVnetTraffic = properties.Boolean("allowRemoteVnetTraffic") ?? false,
            AllowVirtualWanTraffic = properties.Boolean("allowVirtualWanTraffic") ?? false,
            Kept = properties.Kept(null, s_kept),
        };
        if (body.Refusal is { } no)
            return no;
        if (await ReferencesAsync(request, location!, network!, configurations) is { } wrong)
            return wrong;
        return VirtualNetworkGatewayWorkflow.Put(
            new PutGateway(request.Now, request.Id, location!, tags, network!, sku, configurations, options, Guid.NewGuid())
        );
    }

    private static string ReadSku(BodyReader properties, string otherwise)
    {
        BodyReader sku = properties.Object("sku");
        string? asked = sku.String("name", 40) ?? sku.String("tier", 40);
        if (asked is null)
            return otherwise;
        if (GatewaySku.Find(asked) is { } known)
            return known.Name;
        sku.Problem("InvalidGatewaySku", "name", $"'{asked}' is not a size of an ExpressRoute gateway: use one of {GatewaySku.Names}.");
        return otherwise;
    }

    private static (ImmutableArray<GatewayIpConfiguration>, ResourceId? Network) ReadIpConfigurations(
        ArmRequest request,
        BodyReader properties
    )
    {
        var configurations = ImmutableArray.CreateBuilder<GatewayIpConfiguration>();
        ResourceId? network = null;
        IReadOnlyList<BodyReader>? items = properties.Objects("ipConfigurations", most: 3);
        if (items is null or [])
            properties.Problem(
                "VirtualNetworkGatewayIpConfigurationsMissing",
                "ipConfigurations",
                "A gateway needs an IP configuration that names the GatewaySubnet of its network: {\"name\":\"default\",\"properties\":{\"subnet\":{\"id\":\"…/virtualNetworks/NAME/subnets/GatewaySubnet\"}}}."
            );
        foreach (BodyReader item in items ?? [])
        {
            string name = item.String("name", 80) ?? "default";
            if (!NetworkTypes.Subnet.Name.IsMatch(name))
                item.Problem(
                    "InvalidResourceName",
                    "name",
                    $"IP configuration name '{name}' is invalid: use {NetworkTypes.Subnet.NameInWords}."
                );
            if (configurations.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                item.Problem("InvalidIpConfiguration", "name", $"Two IP configurations are named '{name}'.");
            BodyReader inner = item.Object("properties", required: true);
            ResourceId? subnet = inner.Reference("subnet", NetworkTypes.Subnet.FullName, required: true);
            if (subnet is not null && !subnet.Name.Equals(VirtualNetwork.GatewaySubnetName, StringComparison.OrdinalIgnoreCase))
                inner.Problem(
                    "InvalidGatewaySubnet",
                    "subnet.id",
                    $"A gateway lives in the subnet named GatewaySubnet, not in '{subnet.Name}'."
                );
            if (subnet is not null && subnet.Subscription != request.Subscription)
                inner.Problem("InvalidGatewaySubnet", "subnet.id", "The network has to be of the gateway's own subscription.");
            if (network is not null && subnet is not null && subnet.Parent != network)
                inner.Problem("InvalidGatewaySubnet", "subnet.id", "All IP configurations have to be in the same network.");
            network ??= subnet?.Parent;
            configurations.Add(new(name, inner.Reference("publicIPAddress", PublicIpAddress.ResourceType)));
        }
        return (configurations.ToImmutable(), network);
    }

    private async ValueTask<Refusal?> ReferencesAsync(
        ArmRequest request,
        string location,
        ResourceId network,
        ImmutableArray<GatewayIpConfiguration> configurations
    )
    {
        ResourceId subnet = network.Child("subnets", VirtualNetwork.GatewaySubnetName);
        if (!await request.MayAsync(JoinSubnet, subnet))
            return Referenced.Forbidden(request, JoinSubnet, subnet);
        if (await networks.ReadAsync(network, request.Aborted) is not { } found)
            return Referenced.NotFound(subnet, request.Id, "properties.ipConfigurations");
        if (found.Resource.Location != location)
            return Refusal.Invalid(
                "InvalidResourceReference",
                $"The gateway has to be in the region of its network: '{found.Resource.Location}', not '{location}'.",
                "location"
            );
        foreach (ResourceId address in configurations.Select(c => c.PublicIp).OfType<ResourceId>())
        {
            if (!await request.MayAsync(JoinAddress, address))
                return Referenced.Forbidden(request, JoinAddress, address);
            if (await addresses.ReadAsync(address, request.Aborted) is null)
                return Referenced.NotFound(address, request.Id, "properties.ipConfigurations");
        }
        return null;
    }

    /// <summary>As GET shows it.</summary>
    public ValueTask<GatewayBody> ShownAsync(ArmRequest request, Versioned<VirtualNetworkGateway> gateway) =>
        BodyAsync(request, gateway, Moment.Read);

    protected override ValueTask<GatewayBody> BodyAsync(ArmRequest request, Versioned<VirtualNetworkGateway> resource, Moment moment)
    {
        VirtualNetworkGateway gateway = resource.Resource;
        string etag = Preconditions.Format(resource.ETag);
        return new(
            new GatewayBody
            {
                Name = gateway.Id.Name,
                Id = gateway.Id.Text,
                Etag = etag,
                Type = VirtualNetworkGateway.ResourceType,
                Location = gateway.Location,
                Tags = gateway.Tags,
                Properties = new()
                {
                    ProvisioningState = moment.State(),
                    ResourceGuid = gateway.ResourceGuid,
                    IpConfigurations =
                    [
                        .. gateway.IpConfigurations.Select(c => new GatewayAddress
                        {
                            Name = c.Name,
                            Id = gateway.Id.Child("ipConfigurations", c.Name).Text,
                            Etag = etag,
                            Type = request.IsSince("2018-08-01") ? $"{VirtualNetworkGateway.ResourceType}/ipConfigurations" : null,
                            Properties = new()
                            {
                                ProvisioningState = moment.State(),
                                PrivateIPAllocationMethod = "Dynamic",
                                PublicIPAddress = c.PublicIp is { } address ? new ReferenceBody(address.Text) : null,
                                Subnet = new ReferenceBody(gateway.Network.Child("subnets", VirtualNetwork.GatewaySubnetName).Text),
                            },
                        }),
                    ],
                    Sku = new(gateway.Sku, gateway.Sku, 2),
                    GatewayType = "ExpressRoute",
                    VpnType = gateway.Options.VpnType,
                    EnableBgp = gateway.Options.EnableBgp,
                    ActiveActive = gateway.Options.ActiveActive,
                    EnablePrivateIpAddress = request.IsSince("2020-05-01") ? gateway.Options.EnablePrivateIpAddress : null,
                    AllowRemoteVnetTraffic = request.IsSince("2022-05-01") ? gateway.Options.AllowRemoteVnetTraffic : null,
                    AllowVirtualWanTraffic = request.IsSince("2022-05-01") ? gateway.Options.AllowVirtualWanTraffic : null,
                    Kept = KeptMembers.Shown(gateway.Options.Kept),
                },
            }
        );
    }
}

/// <summary>Gateways go after the connections; one of another group keeps them.</summary>
internal sealed class VirtualNetworkGatewayCascade(
    Engine engine,
    VirtualNetworkGatewayWorkflow workflow,
    Tracked<Connection> connections,
    TimeProvider clock
) : Cascade<VirtualNetworkGateway>(engine, workflow, clock)
{
    protected override async ValueTask<Refusal?> BlockerAsync(
        VirtualNetworkGateway resource,
        ResourceId group,
        CancellationToken cancellation
    )
    {
        await foreach (Versioned<Connection> connection in connections.WithLabelAsync(Connection.GatewayLabel(resource.Id), cancellation))
            if (!group.Contains(connection.Resource.Id))
                return Refusal.Conflict(
                    "InUseVirtualNetworkGatewayCannotBeDeleted",
                    $"Gateway {resource.Id} is in use by connection {connection.Resource.Id}: delete that connection first."
                );
        return null;
    }
}
