using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Api.Tests.Networks;

/// <summary>The network parts of the road in short calls, as a customer makes them. Names are unique per test, so that tests share a server.</summary>
internal sealed class NetworkRoad : IDisposable
{
    public const string V = ArmClient.NetworkVersion;

    private readonly string _group = $"rg-{Guid.NewGuid():N}";
    private readonly Dictionary<string, string> _keys = [];

    private NetworkRoad(AccessFile access)
    {
        Customer = new ArmClient(access, "customer", TimeProvider.System);
        Other = new ArmClient(access, "otherCustomer", TimeProvider.System);
        Provider = new ArmClient(access, "provider", TimeProvider.System);
    }

    public static async Task<NetworkRoad> StartAsync(ApiFixture api)
    {
        var road = new NetworkRoad(AccessFile.Load(api.Server.AccessFile));
        foreach (ArmClient who in (ArmClient[])[road.Customer, road.Other])
            await who.PutAsync(road.Group(who), ArmClient.ResourcesVersion, new JsonObject { ["location"] = "westeurope" }, true, Stop);
        return road;
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ArmClient Customer { get; }
    public ArmClient Other { get; }
    public ArmClient Provider { get; }

    public string Group(ArmClient? who = null) => $"/subscriptions/{(who ?? Customer).Subscription()}/resourceGroups/{_group}";

    public string Id(string type, string name, ArmClient? who = null) => $"{Group(who)}/providers/Microsoft.Network/{type}/{name}";

    public string Network(string name, ArmClient? who = null) => Id("virtualNetworks", name, who);

    public string Gateway(string name, ArmClient? who = null) => Id("virtualNetworkGateways", name, who);

    public string Connection(string name, ArmClient? who = null) => Id("connections", name, who);

    public string Circuit(string name) => Id("expressRouteCircuits", name);

    public static JsonObject Located(JsonObject properties, string location = "westeurope") =>
        new() { ["location"] = location, ["properties"] = properties };

    public static JsonObject Reference(string id) => new() { ["id"] = id };

    public static JsonObject Subnet(string name, string prefix) =>
        new()
        {
            ["name"] = name,
            ["properties"] = new JsonObject { ["addressPrefix"] = prefix },
        };

    public static JsonObject Space(string[] prefixes, params JsonNode[] subnets)
    {
        var properties = new JsonObject
        {
            ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray([.. prefixes.Select(p => (JsonNode)p)]) },
        };
        if (subnets.Length > 0)
            properties["subnets"] = new JsonArray(subnets);
        return Located(properties);
    }

    /// <summary>A network 10.<paramref name="net"/>.0.0/16 with a GatewaySubnet.</summary>
    public Task<JsonNode> PutNetworkAsync(string name, int net, ArmClient? who = null) =>
        (who ?? Customer).PutAsync(
            Network(name, who),
            V,
            Space([$"10.{net}.0.0/16"], Subnet("default", $"10.{net}.0.0/24"), Subnet("GatewaySubnet", $"10.{net}.255.0/27")),
            true,
            Stop
        );

    public JsonObject GatewayBody(string network, string sku = "Standard", ArmClient? who = null, string? publicIp = null)
    {
        var configuration = new JsonObject { ["subnet"] = Reference($"{Network(network, who)}/subnets/GatewaySubnet") };
        if (publicIp is not null)
            configuration["publicIPAddress"] = Reference(publicIp);
        return Located(
            new JsonObject
            {
                ["gatewayType"] = "ExpressRoute",
                ["sku"] = new JsonObject { ["name"] = sku, ["tier"] = sku },
                ["ipConfigurations"] = new JsonArray(new JsonObject { ["name"] = "default", ["properties"] = configuration }),
            }
        );
    }

    public Task<JsonNode> PutGatewayAsync(string name, string network, ArmClient? who = null, string sku = "Standard") =>
        (who ?? Customer).PutAsync(Gateway(name, who), V, GatewayBody(network, sku, who), true, Stop);

    public async Task NetworkWithGatewayAsync(string name, int net, ArmClient? who = null)
    {
        await PutNetworkAsync(name, net, who);
        await PutGatewayAsync(name, name, who);
    }

    public static JsonObject ConnectionBody(string gateway, string circuit, string? key = null)
    {
        var properties = new JsonObject
        {
            ["connectionType"] = "ExpressRoute",
            ["virtualNetworkGateway1"] = Reference(gateway),
            ["peer"] = Reference(circuit),
        };
        if (key is not null)
            properties["authorizationKey"] = key;
        return Located(properties);
    }

    public Task<JsonNode> ConnectAsync(string name, string gateway, string circuit, ArmClient? who = null, string? key = null) =>
        (who ?? Customer).PutAsync(Connection(name, who), V, ConnectionBody(Gateway(gateway, who), Circuit(circuit), key), true, Stop);

    public async Task<JsonNode> OrderAsync(string name)
    {
        JsonNode circuit = await Customer.PutAsync(Circuit(name), V, Road.RoadBuilder.CircuitBody(), true, Stop);
        _keys[name] = circuit["properties"]!["serviceKey"]!.ToString();
        return circuit;
    }

    public Task MoveAsync(string name, string state) =>
        Provider.PutAsync(
            $"/subscriptions/{Provider.Subscription()}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{_keys[name]}",
            V,
            new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } },
            true,
            Stop
        );

    /// <summary>An ordered and provisioned circuit with private peering on 127.<paramref name="net"/>.<paramref name="block"/>.0/30 and .4/30.</summary>
    public async Task CircuitAsync(string name, int net, int block = 0)
    {
        await OrderAsync(name);
        await MoveAsync(name, "Provisioning");
        await MoveAsync(name, "Provisioned");
        await Customer.PutAsync(
            $"{Circuit(name)}/peerings/AzurePrivatePeering",
            V,
            new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["peeringType"] = "AzurePrivatePeering",
                    ["peerASN"] = 65010,
                    ["vlanId"] = 100,
                    ["primaryPeerAddressPrefix"] = $"127.{net}.{block}.0/30",
                    ["secondaryPeerAddressPrefix"] = $"127.{net}.{block}.4/30",
                },
            },
            true,
            Stop
        );
    }

    public async Task<string> AuthorizeAsync(string circuit, string name) =>
        (await Customer.PutAsync($"{Circuit(circuit)}/authorizations/{name}", V, new JsonObject(), true, Stop))["properties"]![
            "authorizationKey"
        ]!.ToString();

    public void Dispose()
    {
        Customer.Dispose();
        Other.Dispose();
        Provider.Dispose();
    }
}
