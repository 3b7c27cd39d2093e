using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Clients.Tests.AzureCli;

/// <summary>Azure CLI 2.45 from Debian, unchanged, against <c>causeway serve</c>: the road from order to deletion.</summary>
public sealed class AzureCliTests : IAsyncLifetime
{
    private readonly ServerProcess _server = new(["--bgp-port", "17901"]);
    private AccessFile _access = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _access = AccessFile.Load(Path.Combine(_server.Data, "access.json"));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_road_of_a_circuit()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Az customer = await Az.LoginAsync(_access, "customer", stop);
        using Az provider = await Az.LoginAsync(_access, "provider", stop);

        JsonNode? account = await customer.RunAsync("account show", stop);
        Assert.Equal(_access.Subscriptions["customer"], account!["id"]!.ToString());

        await customer.RunAsync("group create -n road -l westeurope", stop);
        Assert.Equal("Succeeded", (await customer.RunAsync("group show -n road", stop))!["properties"]!["provisioningState"]!.ToString());
        Assert.Equal("network", (await customer.RunAsync("group update -n road --tags team=network", stop))!["tags"]!["team"]!.ToString());
        await customer.RunAsync("group wait -n road --exists", stop);
        Assert.Contains((await customer.RunAsync("group list", stop))!.AsArray(), g => g!["name"]!.ToString() == "road");
        Assert.True((await customer.RunAsync("group exists -n road", stop))!.GetValue<bool>());
        Assert.False((await customer.RunAsync("group exists -n nowhere", stop))!.GetValue<bool>());

        JsonArray providers = (await customer.RunAsync("network express-route list-service-providers", stop))!.AsArray();
        Assert.Contains(providers, p => p!["name"]!.ToString() == "Equinix");

        await customer.RunAsync(
            "network express-route create -g road -n c1 --bandwidth 200 --peering-location Amsterdam --provider Equinix --sku-family MeteredData --sku-tier Standard",
            stop
        );
        await customer.RunAsync("network express-route wait -g road -n c1 --created", stop);
        JsonNode circuit = (await customer.RunAsync("network express-route show -g road -n c1", stop))!;
        Assert.Equal("NotProvisioned", circuit["serviceProviderProvisioningState"]!.ToString());
        Assert.Equal("Enabled", circuit["circuitProvisioningState"]!.ToString());
        Assert.Equal(200, circuit["serviceProviderProperties"]!["bandwidthInMbps"]!.GetValue<int>());
        string key = circuit["serviceKey"]!.ToString();
        Assert.NotEqual(Guid.Empty, Guid.Parse(key));
        Assert.Single((await customer.RunAsync("network express-route list -g road", stop))!.AsArray());
        Assert.Contains((await customer.RunAsync("network express-route list", stop))!.AsArray(), c => c!["name"]!.ToString() == "c1");
        Assert.Contains(
            "ResourceNotFound",
            await customer.RefusedAsync("network express-route show -g road -n c2", stop),
            StringComparison.Ordinal
        );

        // Azure CLI 2.45 drops the provider's properties from every update; the circuit has to stay whole.
        JsonNode tagged = (await customer.RunAsync("network express-route update -g road -n c1 --tags team=network", stop))!;
        Assert.Equal("network", tagged["tags"]!["team"]!.ToString());
        Assert.Equal("Equinix", tagged["serviceProviderProperties"]!["serviceProviderName"]!.ToString());

        string order =
            $"/subscriptions/{_access.Subscriptions["provider"]}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
        await ProviderMovesAsync(provider, order, "Provisioning", stop);
        Assert.Contains(
            "ConflictError",
            await customer.RefusedAsync("network express-route delete -g road -n c1", stop),
            StringComparison.Ordinal
        );
        await ProviderMovesAsync(provider, order, "Provisioned", stop);
        await Eventually.Get(
            async () =>
                (await customer.RunAsync("network express-route show -g road -n c1", stop))![
                    "serviceProviderProvisioningState"
                ]!.ToString(),
            state => state == "Provisioned",
            "the circuit is provisioned"
        );

        await PeeringAsync(customer, stop);
        await AuthorizationAsync(customer, stop);

        Assert.Contains(
            "not in Deprovisioned state",
            await customer.RefusedAsync("network express-route delete -g road -n c1", stop),
            StringComparison.Ordinal
        );
        await customer.RunAsync("network express-route peering delete -g road --circuit-name c1 -n AzurePrivatePeering", stop);
        await ProviderMovesAsync(provider, order, "Deprovisioning", stop);
        await ProviderMovesAsync(provider, order, "NotProvisioned", stop);
        await customer.RunAsync("network express-route delete -g road -n c1", stop);
        await customer.RunAsync("network express-route wait -g road -n c1 --deleted", stop);
        Assert.Empty((await customer.RunAsync("network express-route list -g road", stop))!.AsArray());
        await customer.RunAsync("group delete -n road --yes", stop);
        Assert.False((await customer.RunAsync("group exists -n road", stop))!.GetValue<bool>());
    }

    private static async Task PeeringAsync(Az customer, CancellationToken stop)
    {
        JsonNode peering = (
            await customer.RunAsync(
                "network express-route peering create -g road --circuit-name c1 --peering-type AzurePrivatePeering --peer-asn 65010 --vlan-id 100 "
                    + "--primary-peer-subnet 127.90.0.0/30 --secondary-peer-subnet 127.90.0.4/30",
                stop
            )
        )!;
        Assert.Equal("Succeeded", peering["provisioningState"]!.ToString());
        JsonNode shown = (
            await customer.RunAsync("network express-route peering show -g road --circuit-name c1 -n AzurePrivatePeering", stop)
        )!;
        Assert.Equal("Enabled", shown["state"]!.ToString());
        Assert.Equal(100, shown["vlanId"]!.GetValue<int>());
        Assert.False(string.IsNullOrEmpty(shown["primaryAzurePort"]!.ToString()));
        Assert.Single((await customer.RunAsync("network express-route peering list -g road --circuit-name c1", stop))!.AsArray());

        JsonNode changed = (
            await customer.RunAsync(
                "network express-route peering update -g road --circuit-name c1 -n AzurePrivatePeering --vlan-id 200",
                stop
            )
        )!;
        Assert.Equal(200, changed["vlanId"]!.GetValue<int>());

        JsonNode stats = (await customer.RunAsync("network express-route get-stats -g road -n c1", stop))!;
        Assert.IsType<JsonObject>(stats);
        foreach (string command in new[] { "list-arp-tables", "list-route-tables", "list-route-tables-summary" })
        {
            JsonNode table = (
                await customer.RunAsync(
                    $"network express-route {command} -g road -n c1 --path primary --peering-name AzurePrivatePeering",
                    stop
                )
            )!;
            Assert.IsType<JsonArray>(table["value"]);
        }
    }

    private static async Task AuthorizationAsync(Az customer, CancellationToken stop)
    {
        JsonNode auth = (await customer.RunAsync("network express-route auth create -g road --circuit-name c1 -n partner", stop))!;
        Assert.Equal("Available", auth["authorizationUseStatus"]!.ToString());
        Assert.False(string.IsNullOrEmpty(auth["authorizationKey"]!.ToString()));
        Assert.Single((await customer.RunAsync("network express-route auth list -g road --circuit-name c1", stop))!.AsArray());
        await customer.RunAsync("network express-route auth show -g road --circuit-name c1 -n partner", stop);
        await customer.RunAsync("network express-route auth delete -g road --circuit-name c1 -n partner", stop);
        Assert.Empty((await customer.RunAsync("network express-route auth list -g road --circuit-name c1", stop))!.AsArray());
    }

    [Fact]
    public async Task Virtual_networks()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Az customer = await Az.LoginAsync(_access, "customer", stop);
        await customer.RunAsync("group create -n nets -l westeurope", stop);
        await customer.RunAsync(
            "network vnet create -g nets -n v1 --address-prefixes 10.1.0.0/16 --subnet-name GatewaySubnet --subnet-prefixes 10.1.255.0/27",
            stop
        );
        JsonNode vnet = (await customer.RunAsync("network vnet show -g nets -n v1", stop))!;
        Assert.Equal("10.1.0.0/16", vnet["addressSpace"]!["addressPrefixes"]![0]!.ToString());
        Assert.Equal("y", (await customer.RunAsync("network vnet update -g nets -n v1 --set tags.x=y", stop))!["tags"]!["x"]!.ToString());
        await customer.RunAsync("network vnet wait -g nets -n v1 --created", stop);
        await customer.RunAsync("network vnet subnet create -g nets --vnet-name v1 -n web --address-prefixes 10.1.0.0/24", stop);
        Assert.Equal(2, (await customer.RunAsync("network vnet subnet list -g nets --vnet-name v1", stop))!.AsArray().Count);
        await customer.RunAsync("network vnet subnet delete -g nets --vnet-name v1 -n web", stop);
        Assert.Single((await customer.RunAsync("network vnet list -g nets", stop))!.AsArray());
        await customer.RunAsync("network vnet delete -g nets -n v1", stop);
        Assert.Empty((await customer.RunAsync("network vnet list -g nets", stop))!.AsArray());
    }

    /// <summary>Filters and services, as the recorded session has them (api-version 2021-08-01).</summary>
    [Fact]
    public async Task Route_filters()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Az customer = await Az.LoginAsync(_access, "customer", stop);
        await customer.RunAsync("group create -n filters -l westeurope", stop);
        JsonNode filter = (await customer.RunAsync("network route-filter create -g filters -n f1 --tags foo=doo", stop))!;
        Assert.Equal("Succeeded", filter["provisioningState"]!.ToString());
        Assert.Empty(filter["rules"]!.AsArray());
        Assert.Equal(
            "z",
            (await customer.RunAsync("network route-filter update -g filters -n f1 --set tags.y=z", stop))!["tags"]!["y"]!.ToString()
        );
        Assert.Single((await customer.RunAsync("network route-filter list -g filters", stop))!.AsArray());

        JsonArray services = (await customer.RunAsync("network route-filter rule list-service-communities", stop))!.AsArray();
        JsonNode exchange = services.Single(s => s!["name"]!.ToString() == "Exchange")!;
        Assert.Equal("12076:5010", exchange["bgpCommunities"]![0]!["communityValue"]!.ToString());

        JsonNode rule = (
            await customer.RunAsync(
                "network route-filter rule create -g filters --filter-name f1 -n rule1 --communities 12076:5040 12076:5030 --access allow",
                stop
            )
        )!;
        Assert.Equal(("Allow", "Community"), (rule["access"]!.ToString(), rule["routeFilterRuleType"]!.ToString()));
        rule = (
            await customer.RunAsync(
                "network route-filter rule update -g filters --filter-name f1 -n rule1 --set communities=['12076:5010']",
                stop
            )
        )!;
        Assert.Equal("12076:5010", Assert.Single(rule["communities"]!.AsArray())!.ToString());
        await customer.RunAsync("network route-filter rule show -g filters --filter-name f1 -n rule1", stop);
        Assert.Single((await customer.RunAsync("network route-filter rule list -g filters --filter-name f1", stop))!.AsArray());
        Assert.Contains(
            "RouteFilterRuleLimitReached",
            await customer.RefusedAsync(
                "network route-filter rule create -g filters --filter-name f1 -n rule2 --communities 12076:5020 --access allow",
                stop
            ),
            StringComparison.Ordinal
        );
        await customer.RunAsync("network route-filter rule delete -g filters --filter-name f1 -n rule1", stop);
        Assert.Empty((await customer.RunAsync("network route-filter rule list -g filters --filter-name f1", stop))!.AsArray());
        await customer.RunAsync("network route-filter delete -g filters -n f1", stop);
        Assert.Empty((await customer.RunAsync("network route-filter list -g filters", stop))!.AsArray());
    }

    private static Task<JsonNode?> ProviderMovesAsync(Az provider, string order, string state, CancellationToken stop) =>
        provider.RunAsync(
            [
                "rest",
                "--method",
                "put",
                "--url",
                order + "?api-version=2024-01-01",
                "--body",
                new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } }.ToJsonString(),
            ],
            stop
        );
}
