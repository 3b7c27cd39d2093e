using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Api.Tests.Road;

/// <summary>Walks the parts of the road that a test does not look at, through the public API.</summary>
public sealed class RoadBuilder : IDisposable
{
    private const string V = ArmClient.NetworkVersion;
    private const string Group = "road";
    private readonly Dictionary<string, (string Key, string Location)> _keys = [];
    private bool _group;

    public RoadBuilder(AccessFile access)
    {
        Customer = new ArmClient(access, "customer", TimeProvider.System);
        OtherCustomer = new ArmClient(access, "otherCustomer", TimeProvider.System);
        Provider = new ArmClient(access, "provider", TimeProvider.System);
    }

    public ArmClient Customer { get; }
    public ArmClient OtherCustomer { get; }
    public ArmClient Provider { get; }

    public string CircuitId(string name, ArmClient? who = null) =>
        $"/subscriptions/{(who ?? Customer).Subscription()}/resourceGroups/{Group}/providers/Microsoft.Network/expressRouteCircuits/{name}";

    public async Task<string> CircuitAsync(string name, CancellationToken stop, string location = "Amsterdam", ArmClient? who = null)
    {
        await GroupAsync(who ?? Customer, stop);
        JsonNode circuit = await (who ?? Customer).PutAsync(CircuitId(name, who), V, CircuitBody(location: location), wait: true, stop);
        _keys[name] = (circuit["properties"]!["serviceKey"]!.ToString(), location);
        return CircuitId(name, who);
    }

    public static JsonObject CircuitBody(int mbps = 200, string provider = "Equinix", string location = "Amsterdam") =>
        new()
        {
            ["location"] = "westeurope",
            ["sku"] = new JsonObject
            {
                ["name"] = "Standard_MeteredData",
                ["tier"] = "Standard",
                ["family"] = "MeteredData",
            },
            ["properties"] = new JsonObject
            {
                ["serviceProviderProperties"] = new JsonObject
                {
                    ["serviceProviderName"] = provider,
                    ["peeringLocation"] = location,
                    ["bandwidthInMbps"] = mbps,
                },
            },
        };

    public async Task<string> ProvisionedCircuitAsync(
        string name,
        CancellationToken stop,
        string location = "Amsterdam",
        ArmClient? who = null
    )
    {
        string id = await CircuitAsync(name, stop, location, who);
        await MoveProviderAsync(name, "Provisioning", stop);
        await MoveProviderAsync(name, "Provisioned", stop);
        return id;
    }

    public Task MoveProviderAsync(string name, string state, CancellationToken stop) =>
        Provider.PutAsync(
            $"/subscriptions/{Provider.Subscription()}/resourceGroups/CrossConnection-{_keys[name].Location}/providers/Microsoft.Network/expressRouteCrossConnections/{_keys[name].Key}",
            V,
            new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } },
            wait: true,
            stop
        );

    /// <summary>A network with a gateway, linked to a circuit.</summary>
    /// <returns>The connection's id.</returns>
    public async Task<string> LinkNetworkAsync(
        ArmClient who,
        string circuit,
        string name,
        string prefix,
        string? authorizationKey,
        CancellationToken stop
    )
    {
        await GroupAsync(who, stop);
        string network = $"/subscriptions/{who.Subscription()}/resourceGroups/{Group}/providers/Microsoft.Network";
        string firstTwo = string.Join('.', prefix.Split('.').Take(2));
        var space = new JsonObject
        {
            ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray(prefix) },
            ["subnets"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "GatewaySubnet",
                    ["properties"] = new JsonObject { ["addressPrefix"] = $"{firstTwo}.255.0/27" },
                }
            ),
        };
        await who.PutAsync($"{network}/virtualNetworks/{name}", V, Located(space), wait: true, stop);
        var gateway = new JsonObject
        {
            ["gatewayType"] = "ExpressRoute",
            ["sku"] = new JsonObject { ["name"] = "Standard", ["tier"] = "Standard" },
            ["ipConfigurations"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "default",
                    ["properties"] = new JsonObject
                    {
                        ["subnet"] = new JsonObject { ["id"] = $"{network}/virtualNetworks/{name}/subnets/GatewaySubnet" },
                    },
                }
            ),
        };
        await who.PutAsync($"{network}/virtualNetworkGateways/{name}", V, Located(gateway), wait: true, stop);
        var link = new JsonObject
        {
            ["virtualNetworkGateway1"] = new JsonObject { ["id"] = $"{network}/virtualNetworkGateways/{name}" },
            ["connectionType"] = "ExpressRoute",
            ["peer"] = new JsonObject { ["id"] = circuit },
        };
        if (authorizationKey is not null)
            link["authorizationKey"] = authorizationKey;
        await who.PutAsync($"{network}/connections/{name}", V, Located(link), wait: true, stop);
        return $"{network}/connections/{name}";
    }

    private static JsonObject Located(JsonObject properties) => new() { ["location"] = "westeurope", ["properties"] = properties };

    private async Task GroupAsync(ArmClient who, CancellationToken stop)
    {
        if (_group && who == Customer)
            return;
        await who.PutAsync(
            $"/subscriptions/{who.Subscription()}/resourceGroups/{Group}",
            ArmClient.ResourcesVersion,
            new JsonObject { ["location"] = "westeurope" },
            wait: true,
            stop
        );
        _group |= who == Customer;
    }

    public void Dispose()
    {
        Customer.Dispose();
        OtherCustomer.Dispose();
        Provider.Dispose();
    }
}
