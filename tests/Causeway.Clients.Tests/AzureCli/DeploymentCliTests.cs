using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Clients.Tests.AzureCli;

/// <summary>Azure CLI 2.45 from Debian deploys templates, by <c>az deployment</c> and by <c>az network vpn-connection create</c>, which is one.</summary>
public sealed class DeploymentCliTests : IAsyncLifetime
{
    private readonly ServerProcess _server = new(["--bgp-port", "17902"]);
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-tmpl-").FullName;
    private AccessFile _access = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _access = AccessFile.Load(Path.Combine(_server.Data, "access.json"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return _server.DisposeAsync();
    }

    private string Written(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task Az_deployment_group()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Az customer = await Az.LoginAsync(_access, "customer", stop);
        await customer.RunAsync("group create -n tmpl -l westeurope", stop);
        string template = Written(
            "main.json",
            """
            {
              // as people write them
              "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0",
              "parameters": { "prefix": { "type": "string", "minLength": 2 }, "key": { "type": "securestring", "defaultValue": "hush" } },
              "resources": [ { "type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2022-05-01", "name": "[concat(parameters('prefix'), copyIndex())]",
                "location": "[resourceGroup().location]", "copy": { "name": "ips", "count": 2 },
                "tags": { "note": "[concat(parameters('prefix'),
                    '-tag')]" } } ],
              "outputs": { "first": { "type": "string", "value": "[reference(concat(parameters('prefix'), '0')).provisioningState]" } }
            }
            """
        );
        string given = $"-g tmpl -f {template} -p prefix=ip";
        JsonNode valid = (await customer.RunAsync($"deployment group validate -n d1 {given}", stop))!;
        Assert.Equal("Succeeded", valid["properties"]!["provisioningState"]!.ToString());
        Assert.Contains(
            "InvalidTemplate",
            await customer.RefusedAsync($"deployment group validate -n d1 -g tmpl -f {template} -p prefix=x", stop),
            StringComparison.Ordinal
        );
        JsonNode what = (await customer.RunAsync($"deployment group what-if -n d1 {given} --no-pretty-print", stop))!;
        Assert.All(what["changes"]!.AsArray(), c => Assert.Equal("Create", c!["changeType"]!.ToString()));

        JsonNode done = (await customer.RunAsync($"deployment group create -n d1 {given}", stop))!;
        Assert.Equal("Succeeded", done["properties"]!["provisioningState"]!.ToString());
        Assert.Equal("Succeeded", done["properties"]!["outputs"]!["first"]!["value"]!.ToString());
        Assert.Equal(2, done["properties"]!["outputResources"]!.AsArray().Count);
        JsonNode shown = (await customer.RunAsync("deployment group show -g tmpl -n d1", stop))!;
        Assert.Null(shown["properties"]!["parameters"]!["key"]!["value"]);
        Assert.Single((await customer.RunAsync("deployment group list -g tmpl", stop))!.AsArray());
        await customer.RunAsync("deployment group wait -g tmpl -n d1 --created", stop);
        JsonArray operations = (await customer.RunAsync("deployment operation group list -g tmpl -n d1", stop))!.AsArray();
        Assert.Equal(
            ["Create", "Create", "EvaluateDeploymentOutput"],
            operations.Select(o => o!["properties"]!["provisioningOperation"]!.ToString()).Order(StringComparer.Ordinal)
        );
        Assert.All(operations, o => Assert.Equal("Succeeded", o!["properties"]!["provisioningState"]!.ToString()));
        JsonNode exported = (await customer.RunAsync("deployment group export -g tmpl -n d1", stop))!;
        Assert.Equal("1.0.0.0", exported["contentVersion"]!.ToString());
        what = (await customer.RunAsync($"deployment group what-if -n d1 -g tmpl -f {template} -p prefix=ip --no-pretty-print", stop))!;
        Assert.All(what["changes"]!.AsArray(), c => Assert.Equal("NoChange", c!["changeType"]!.ToString()));
        Assert.Contains(
            "Cancel",
            await customer.RefusedAsync("deployment group cancel -g tmpl -n d1", stop),
            StringComparison.OrdinalIgnoreCase
        );

        string failing = Written(
            "failing.json",
            """
            {"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
             "resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2022-05-01","name":"bad","location":"westeurope",
             "sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Dynamic"}}]}
            """
        );
        string why = await customer.RefusedAsync($"deployment group create -n d2 -g tmpl -f {failing}", stop);
        Assert.Contains("DeploymentFailed", why, StringComparison.Ordinal);
        Assert.Contains("StandardSkuPublicIPAddressesMustBeStatic", why, StringComparison.Ordinal);

        string subscription = Written(
            "subscription.json",
            """
            {"$schema":"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#","contentVersion":"1.0.0.0",
             "resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2021-04-01","name":"made","location":"westeurope"}]}
            """
        );
        await customer.RunAsync($"deployment sub create -n s1 -l westeurope -f {subscription}", stop);
        Assert.True((await customer.RunAsync("group exists -n made", stop))!.GetValue<bool>());
        await customer.RunAsync("deployment group delete -g tmpl -n d1", stop);
        await customer.RunAsync("deployment sub delete -n s1", stop);
    }

    /// <summary>The command that links a gateway to a circuit is a template deployment, and prints the connection from its outputs.</summary>
    [Fact]
    public async Task Az_network_vpn_connection()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Az customer = await Az.LoginAsync(_access, "customer", stop);
        using Az other = await Az.LoginAsync(_access, "otherCustomer", stop);
        using Az provider = await Az.LoginAsync(_access, "provider", stop);
        await customer.RunAsync("group create -n link -l westeurope", stop);
        string circuit = await CircuitAsync(customer, provider, "link", 17, stop);
        await GatewayAsync(customer, "link", "10.1", stop);

        JsonNode linked = (
            await customer.RunAsync(
                $"network vpn-connection create -g link -n conn --vnet-gateway1 gw --express-route-circuit2 {circuit} -l westeurope",
                stop
            )
        )!;
        JsonNode resource = linked["resource"]!;
        Assert.Equal("ExpressRoute", resource["connectionType"]!.ToString());
        Assert.Equal(10, resource["routingWeight"]!.GetValue<int>());
        Assert.Equal("Succeeded", resource["provisioningState"]!.ToString());
        JsonNode shown = (await customer.RunAsync("network vpn-connection show -g link -n conn", stop))!;
        Assert.Equal(circuit, shown["peer"]!["id"]!.ToString());
        Assert.Single((await customer.RunAsync("network vpn-connection list -g link", stop))!.AsArray());
        JsonNode updated = (await customer.RunAsync("network vpn-connection update -g link -n conn --routing-weight 25", stop))!;
        Assert.Equal(25, updated["routingWeight"]!.GetValue<int>());

        // Another subscription redeems an authorization.
        string key = (await customer.RunAsync("network express-route auth create -g link --circuit-name c1 -n partner", stop))![
            "authorizationKey"
        ]!.ToString();
        await other.RunAsync("group create -n theirs -l westeurope", stop);
        await GatewayAsync(other, "theirs", "10.2", stop);
        string command =
            $"network vpn-connection create -g theirs -n conn --vnet-gateway1 gw --express-route-circuit2 {circuit} -l westeurope";
        Assert.Contains("DeploymentFailed", await other.RefusedAsync(command, stop), StringComparison.Ordinal);
        await other.RunAsync($"{command} --authorization-key {key} --validate", stop);
        await other.RunAsync($"{command} --authorization-key {key}", stop);
        string deployments = (await other.RunAsync("deployment group list -g theirs", stop))!.ToJsonString();
        Assert.DoesNotContain(key, deployments, StringComparison.OrdinalIgnoreCase);
        await other.RunAsync("network vpn-connection delete -g theirs -n conn", stop);
        await customer.RunAsync("network vpn-connection delete -g link -n conn", stop);
        Assert.Empty((await customer.RunAsync("network vpn-connection list -g link", stop))!.AsArray());
    }

    private static async Task<string> CircuitAsync(Az customer, Az provider, string group, int block, CancellationToken stop)
    {
        JsonNode circuit = (
            await customer.RunAsync(
                $"network express-route create -g {group} -n c1 --bandwidth 200 --peering-location Amsterdam --provider Equinix --sku-family MeteredData --sku-tier Standard",
                stop
            )
        )!;
        string key = (await customer.RunAsync($"network express-route show -g {group} -n c1", stop))!["serviceKey"]!.ToString();
        JsonNode seen = (await provider.RunAsync("account show", stop))!;
        string order =
            $"/subscriptions/{seen["id"]}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
        foreach (string state in new[] { "Provisioning", "Provisioned" })
            await provider.RunAsync(
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
        await customer.RunAsync(
            $"network express-route peering create -g {group} --circuit-name c1 --peering-type AzurePrivatePeering --peer-asn 65010 --vlan-id 100 "
                + $"--primary-peer-subnet 127.{block}.0.0/30 --secondary-peer-subnet 127.{block}.0.4/30",
            stop
        );
        return circuit["id"]!.ToString();
    }

    private static async Task GatewayAsync(Az az, string group, string prefix, CancellationToken stop)
    {
        await az.RunAsync(
            $"network vnet create -g {group} -n v1 --address-prefixes {prefix}.0.0/16 --subnet-name GatewaySubnet --subnet-prefixes {prefix}.255.0/27",
            stop
        );
        await az.RunAsync($"network public-ip create -g {group} -n ip", stop);
        await az.RunAsync(
            $"network vnet-gateway create -g {group} -n gw --vnet v1 --public-ip-addresses ip --gateway-type ExpressRoute --sku Standard",
            stop
        );
    }
}
