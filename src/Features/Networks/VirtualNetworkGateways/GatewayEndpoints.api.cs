using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworkGateways</c>, ExpressRoute gateways only.</summary>
public sealed class GatewayEndpoints(
    Tracked<VirtualNetworkGateway> gateways,
    Tracked<VirtualNetwork> networks,
    Tracked<PublicIpAddress> addresses,
    Tracked<Connection> connections,
    NetworkWrites writes,
    ConnectionStatus status
)
{
    private const string JoinSubnet = "Microsoft.Network/virtualNetworks/subnets/join/action";
    private const string JoinAddress = "Microsoft.Network/publicIPAddresses/join/action";

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Gateway)
            .Put(PutAsync)
            .Get(r => gateways.GetAsync(r, View))
            .Patch(r => gateways.TagAsync(r, View))
            .Delete(r => gateways.DeleteAsync(r, g => writes.DeleteGatewayAsync(g, r.Context())))
            .ListInGroup(r => gateways.ListAsync(r, View))
            .GetBelow("connections", ConnectionsAsync)
            .Post("getLearnedRoutes", LearnedRoutesAsync)
            .Post("getAdvertisedRoutes", AdvertisedRoutesAsync);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<VirtualNetworkGateway>? present = await gateways.ReadAsync(request.Id, request.Aborted);
        BodyReader body = await request.BodyAsync();
        string? location = body.Location(present?.Resource.Location);
        ImmutableSortedDictionary<string, string> tags = body.Tags() ?? ImmutableSortedDictionary<string, string>.Empty;
        BodyReader properties = body.Object("properties", required: true);
        string? kind = properties.OneOf("gatewayType", ["ExpressRoute", "Vpn", "LocalGateway"], required: true);
        if (kind is not (null or "ExpressRoute"))
            properties.Problem(
                "VirtualNetworkGatewayTypeNotSupported",
                "gatewayType",
                $"A {kind} gateway cannot be had here: Causeway links networks to circuits only. Use gatewayType ExpressRoute."
            );
        string sku = ReadSku(properties, present?.Resource.Sku ?? "Standard");
        (ImmutableArray<GatewayIpConfiguration> configurations, ResourceId? network) = ReadIpConfigurations(request, properties);
        var options = new GatewayOptions
        {
            VpnType = properties.OneOf("vpnType", ["PolicyBased", "RouteBased"]) ?? "PolicyBased",
            EnableBgp = properties.Boolean("enableBgp") ?? false,
            ActiveActive = properties.Boolean("activeActive") ?? false,
            EnablePrivateIpAddress = properties.Boolean("enablePrivateIpAddress") ?? false,
            AllowRemoteVnetTraffic = properties.Boolean("allowRemoteVnetTraffic") ?? false,
            AllowVirtualWanTraffic = properties.Boolean("allowVirtualWanTraffic") ?? false,
        };
        if (body.Refusal is { } no)
            return no;
        if (await ReferencesAsync(request, location!, network!, configurations) is { } wrong)
            return wrong;
        var put = new PutGateway(request.Now, request.Id, location!, tags, network!, sku, configurations, options, Guid.NewGuid());
        SendOutcome outcome = await writes.PutGatewayAsync(put, request.Context());
        return await gateways.StoredAsync(request, outcome, View, made: g => g.ResourceGuid == put.ResourceGuid);
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

    private async ValueTask<ArmResult?> ReferencesAsync(
        ArmRequest request,
        string location,
        ResourceId network,
        ImmutableArray<GatewayIpConfiguration> configurations
    )
    {
        ResourceId subnet = network.Child("subnets", VirtualNetwork.GatewaySubnetName);
        if (!await request.MayAsync(JoinSubnet, subnet))
            return References.Forbidden(request, JoinSubnet, subnet);
        if (await networks.ReadAsync(network, request.Aborted) is not { } found)
            return References.NotFound(subnet, request.Id, "properties.ipConfigurations");
        if (found.Resource.Location != location)
            return Refusal.Invalid(
                "InvalidResourceReference",
                $"The gateway has to be in the region of its network: '{found.Resource.Location}', not '{location}'.",
                "location"
            );
        foreach (ResourceId address in configurations.Select(c => c.PublicIp).OfType<ResourceId>())
        {
            if (!await request.MayAsync(JoinAddress, address))
                return References.Forbidden(request, JoinAddress, address);
            if (await addresses.ReadAsync(address, request.Aborted) is null)
                return References.NotFound(address, request.Id, "properties.ipConfigurations");
        }
        return null;
    }

    private async ValueTask<ArmResult> ConnectionsAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is null)
            return await request.NotFoundAsync();
        List<Versioned<Connection>> found = await ConnectionsOf(request.Id, request.Aborted).ToListAsync(request.Aborted);
        return await request.ListAsync(found, after: null, c => c.Resource.Id, c => status.ViewAsync(c, request.Aborted));
    }

    private IAsyncEnumerable<Versioned<Connection>> ConnectionsOf(ResourceId gateway, CancellationToken cancellation) =>
        connections.WithLabelAsync(Connection.GatewayLabel(gateway), cancellation);

    /// <summary>What the network knows: its own prefixes, and the customers' routes that the linked circuits accepted.</summary>
    private async ValueTask<ArmResult> LearnedRoutesAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is not { } gateway)
            return await request.NotFoundAsync();
        var routes = new List<GatewayRoute>(await OwnRoutesAsync(gateway.Resource, request.Aborted));
        await foreach (Versioned<Connection> connection in ConnectionsOf(request.Id, request.Aborted))
            routes.AddRange(await status.LearnedAsync(connection.Resource, request.Aborted));
        return Routes(routes);
    }

    /// <summary>What the network announces to every linked circuit: its prefixes.</summary>
    private async ValueTask<ArmResult> AdvertisedRoutesAsync(ArmRequest request) =>
        await gateways.ReadAsync(request.Id, request.Aborted) is { } gateway
            ? Routes(await OwnRoutesAsync(gateway.Resource, request.Aborted))
            : await request.NotFoundAsync();

    private async ValueTask<IReadOnlyList<GatewayRoute>> OwnRoutesAsync(VirtualNetworkGateway gateway, CancellationToken cancellation) =>
        await networks.ReadAsync(gateway.Network, cancellation) is { } network
            ? [.. network.Resource.AddressSpace.Select(p => new GatewayRoute(p.ToString(), "Network", "", "", "", 32768))]
            : [];

    private static ArmResult Routes(IReadOnlyList<GatewayRoute> routes) =>
        ArmResult.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("value"u8);
            foreach (GatewayRoute route in routes)
                route.Write(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static ValueTask<ArmBody> View(Versioned<VirtualNetworkGateway> gateway, Moment moment) => new(ArmBody.Json(gateway, Write));

    private static void Write(Utf8JsonWriter writer, Versioned<VirtualNetworkGateway> gateway)
    {
        VirtualNetworkGateway resource = gateway.Resource;
        writer.StartResource(gateway, VirtualNetworkGateway.ResourceType);
        writer.StartProperties("Succeeded", resource.ResourceGuid);
        writer.WriteStartArray("ipConfigurations"u8);
        foreach (GatewayIpConfiguration configuration in resource.IpConfigurations)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, configuration.Name);
            writer.WriteString("id"u8, resource.Id.Child("ipConfigurations", configuration.Name).Text);
            writer.WriteString("etag"u8, Preconditions.Format(gateway.ETag));
            writer.WriteString("type"u8, $"{VirtualNetworkGateway.ResourceType}/ipConfigurations");
            writer.WriteStartObject("properties"u8);
            writer.WriteString("provisioningState"u8, "Succeeded");
            writer.WriteString("privateIPAllocationMethod"u8, "Dynamic");
            if (configuration.PublicIp is { } address)
                writer.WriteReference("publicIPAddress", address);
            writer.WriteReference("subnet", resource.Network.Child("subnets", VirtualNetwork.GatewaySubnetName));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("sku"u8);
        writer.WriteString("name"u8, resource.Sku);
        writer.WriteString("tier"u8, resource.Sku);
        writer.WriteNumber("capacity"u8, 2);
        writer.WriteEndObject();
        writer.WriteString("gatewayType"u8, "ExpressRoute");
        writer.WriteString("vpnType"u8, resource.Options.VpnType);
        writer.WriteBoolean("enableBgp"u8, resource.Options.EnableBgp);
        writer.WriteBoolean("activeActive"u8, resource.Options.ActiveActive);
        writer.WriteBoolean("enablePrivateIpAddress"u8, resource.Options.EnablePrivateIpAddress);
        writer.WriteBoolean("allowRemoteVnetTraffic"u8, resource.Options.AllowRemoteVnetTraffic);
        writer.WriteBoolean("allowVirtualWanTraffic"u8, resource.Options.AllowVirtualWanTraffic);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
