using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

/// <summary>A template made of what stands in a group says the same when it is deployed.</summary>
public sealed class GroupExportTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string V = "?api-version=2022-09-01";
    private const string N = "?api-version=2024-01-01";

    private async Task<string> NewGroupAsync(string name)
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/{name}";
        (await api.Customer.Put(group + V, """{"location":"westeurope"}""")).Is(201);
        return group;
    }

    private async Task<string> FilledAsync(string name)
    {
        string group = await NewGroupAsync(name);
        string network = $"{group}/providers/Microsoft.Network";
        await DoneAsync(
            $"{network}/virtualNetworks/v",
            """
            {"location":"westeurope","tags":{"odd":"[not an expression]"},"properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]},
             "subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"10.1.255.0/27"}}]}}
            """
        );
        await DoneAsync(
            $"{network}/publicIPAddresses/ip",
            """{"location":"westeurope","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}"""
        );
        await DoneAsync(
            $"{network}/virtualNetworkGateways/gw",
            $$$$"""
            {"location":"westeurope","properties":{"gatewayType":"ExpressRoute","sku":{"name":"Standard","tier":"Standard"},"ipConfigurations":[{"name":"default","properties":{
             "subnet":{"id":"{{{{network}}}}/virtualNetworks/v/subnets/GatewaySubnet"},"publicIPAddress":{"id":"{{{{network}}}}/publicIPAddresses/ip"}}}]}}
            """
        );
        return group;
    }

    private async Task DoneAsync(string path, string body) => (await api.Customer.Put(path + N, body)).Is(201);

    private async Task<JsonNode> ExportAsync(string group, string options) =>
        (await api.Customer.Post($"{group}/exportTemplate{V}", $$"""{"resources":["*"],"options":"{{options}}"}""")).Is(200).Body![
            "template"
        ]!;

    private static string Deploying(JsonNode template) =>
        new JsonObject
        {
            ["properties"] = new JsonObject { ["mode"] = "Complete", ["template"] = template.DeepClone() },
        }.ToJsonString();

    [Fact]
    public async Task Deployed_where_it_was_made_it_changes_nothing()
    {
        string group = await FilledAsync("export-same");
        JsonNode template = await ExportAsync(group, "SkipAllParameterization");
        foreach (string told in (string[])["capacity", "provisioningState", "etag", "resourceGuid"])
            Assert.DoesNotContain($"\"{told}\"", template.ToJsonString(), StringComparison.Ordinal);
        Answer what = (
            await api.Customer.Post($"{group}/providers/Microsoft.Resources/deployments/same/whatIf{V}", Deploying(template))
        ).Is(202);
        JsonNode result = (await api.Customer.Finished(what)).Is(200).Body!;
        Assert.Equal(
            ["gw NoChange", "ip NoChange", "v NoChange"],
            result["properties"]!["changes"]!
                .AsArray()
                .Select(c => $"{c!["resourceId"]!.ToString().Split('/')[^1]} {c["changeType"]}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Deployed_elsewhere_it_makes_the_same_there()
    {
        string group = await FilledAsync("export-from"),
            other = await NewGroupAsync("export-to");
        JsonNode template = await ExportAsync(group, "IncludeParameterDefaultValue");
        Assert.Equal("gw", $"{template["parameters"]!["virtualNetworkGateways_gw_name"]!["defaultValue"]}");
        Assert.DoesNotContain("export-from", template.ToJsonString(), StringComparison.Ordinal);
        string path = $"{other}/providers/Microsoft.Resources/deployments/d{V}";
        Answer begun = (await api.Customer.Put(path, Deploying(template))).Is(201);
        Assert.Equal("Succeeded", $"{(await api.Customer.Finished(begun)).Is(200).Body!["status"]}");
        JsonNode gateway = (await api.Customer.Get($"{other}/providers/Microsoft.Network/virtualNetworkGateways/gw{N}")).Is(200).Body!;
        Assert.EndsWith(
            "/export-to/providers/Microsoft.Network/virtualNetworks/v/subnets/GatewaySubnet",
            $"{gateway["properties"]!["ipConfigurations"]![0]!["properties"]!["subnet"]!["id"]}",
            StringComparison.Ordinal
        );
        JsonNode network = (await api.Customer.Get($"{other}/providers/Microsoft.Network/virtualNetworks/v{N}")).Is(200).Body!;
        Assert.Equal("[not an expression]", $"{network["tags"]!["odd"]}");
    }

    [Fact]
    public async Task What_only_the_server_says_of_a_circuit_is_left_out()
    {
        string group = await NewGroupAsync("export-circuit");
        (
            await api.Customer.Put(
                $"{group}/providers/Microsoft.Network/expressRouteCircuits/c{N}",
                """
                {"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},
                "properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}
                """
            )
        ).Is(201);
        JsonObject properties = (await ExportAsync(group, "SkipAllParameterization"))["resources"]![0]!["properties"]!.AsObject();
        Assert.Equal(
            "200 Equinix",
            $"{properties["serviceProviderProperties"]!["bandwidthInMbps"]} {properties["serviceProviderProperties"]!["serviceProviderName"]}"
        );
        foreach (
            string told in (string[])["serviceKey", "circuitProvisioningState", "serviceProviderProvisioningState", "gatewayManagerEtag"]
        )
            Assert.False(properties.ContainsKey(told), $"{told} is the server's to say: {properties.ToJsonString()}");
    }

    [Fact]
    public async Task Nothing_named_is_refused_and_a_missing_group_not_found()
    {
        string group = await NewGroupAsync("export-none");
        Assert.Equal("InvalidRequestContent", (await api.Customer.Post($"{group}/exportTemplate{V}", "{}")).Is(400).Error);
        (await api.Customer.Post($"{group}x/exportTemplate{V}", """{"resources":["*"]}""")).Is(404);
    }

    [Fact]
    public async Task Names_that_are_alike_have_parameters_of_their_own_and_secrets_are_asked_for()
    {
        string group = await NewGroupAsync("export-alike");
        string network = $"{group}/providers/Microsoft.Network";
        foreach (string name in (string[])["a-b", "a_b"])
            await DoneAsync($"{network}/publicIPAddresses/{name}", """{"location":"westeurope"}""");
        await DoneAsync(
            $"{network}/expressRouteCircuits/c",
            """
            {"location":"westeurope","sku":{"tier":"Standard","family":"MeteredData"},"properties":{"serviceProviderProperties":
             {"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}
            """
        );
        JsonNode made = (await api.Customer.Get($"{network}/expressRouteCircuits/c{N}")).Is(200).Body!;
        string order =
            $"/subscriptions/{api.ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{made["properties"]!["serviceKey"]}";
        (await api.Provider.Put(order + N, """{"properties":{"serviceProviderProvisioningState":"Provisioned"}}""")).Is(200);
        await DoneAsync(
            $"{network}/expressRouteCircuits/c/peerings/AzurePrivatePeering",
            """
            {"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"10.9.0.0/30",
             "secondaryPeerAddressPrefix":"10.9.0.4/30","sharedKey":"secret25"}}
            """
        );
        JsonNode template = await ExportAsync(group, "IncludeParameterDefaultValue");
        JsonObject parameters = template["parameters"]!.AsObject();
        Assert.Equal(
            ["a-b", "a_b"],
            parameters
                .Where(p => p.Key.StartsWith("publicIPAddresses_a_b_name", StringComparison.Ordinal))
                .Select(p => $"{p.Value!["defaultValue"]}")
                .Order(StringComparer.Ordinal)
        );
        const string Secret = "expressRouteCircuits_c_AzurePrivatePeering_sharedKey";
        Assert.Equal("SecureString", $"{parameters[Secret]!["type"]}");
        JsonNode circuit = template["resources"]!.AsArray().Single(r => $"{r!["type"]}".EndsWith("Circuits", StringComparison.Ordinal))!;
        Assert.Equal($"[parameters('{Secret}')]", $"{circuit["properties"]!["peerings"]![0]!["properties"]!["sharedKey"]}");
        Assert.DoesNotContain("sharedKey", (await ExportAsync(group, "SkipAllParameterization")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_exported_is_named_beside_the_template()
    {
        string group = await FilledAsync("export-part");
        string network = $"{group}/providers/Microsoft.Network";
        Answer all = await api.Customer.Post($"{group}/exportTemplate{V}", """{"resources":["*"]}""");
        Assert.Null(all.Is(200).Body!["error"]);
        JsonNode part = (
            await api.Customer.Post(
                $"{group}/exportTemplate{V}",
                $$"""{"resources":["{{network}}/publicIPAddresses/IP","{{network}}/publicIPAddresses/none"]}"""
            )
        )
            .Is(200)
            .Body!;
        Assert.Single(part["template"]!["resources"]!.AsArray());
        Assert.Equal("ExportTemplateCompletedWithErrors", $"{part["error"]!["code"]}");
        JsonNode detail = Assert.Single(part["error"]!["details"]!.AsArray())!;
        Assert.Equal(("ResourceNotFound", $"{network}/publicIPAddresses/none"), ($"{detail["code"]}", $"{detail["target"]}"));
    }

    [Fact]
    public async Task A_template_has_a_bound()
    {
        string group = await NewGroupAsync("export-many");
        for (int i = 0; i <= 200; i++)
            await DoneAsync($"{group}/providers/Microsoft.Network/publicIPAddresses/ip{i}", """{"location":"westeurope"}""");
        Assert.Equal(
            "ExportTemplateTooManyResources",
            (await api.Customer.Post($"{group}/exportTemplate{V}", """{"resources":["*"]}""")).Is(400).Error
        );
    }
}
