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

    private async Task<Answer> DeployedAsync(string group, JsonNode template)
    {
        string validated = $"{group}/providers/Microsoft.Resources/deployments/d/validate{V}";
        (await api.Customer.Post(validated, Deploying(template))).Is(200);
        Answer begun = (await api.Customer.Put($"{group}/providers/Microsoft.Resources/deployments/d{V}", Deploying(template))).Is(201);
        Answer ended = (await api.Customer.Finished(begun)).Is(200);
        Assert.True($"{ended.Body!["status"]}" == "Succeeded", ended.Text);
        return ended;
    }

    private async Task<JsonNode> ReadAsync(string path) => (await api.Customer.Get(path + N)).Is(200).Body!;

    /// <summary>As an answer would be in another group, without what is each resource's own.</summary>
    private static string Elsewhere(JsonNode answer, string from, string to)
    {
        JsonNode copy = answer.DeepClone();
        Forget(copy);
        return copy.ToJsonString().Replace($"/resourceGroups/{from}/", $"/resourceGroups/{to}/", StringComparison.Ordinal);

        static void Forget(JsonNode? node)
        {
            if (node is JsonArray items)
                foreach (JsonNode? item in items)
                    Forget(item);
            if (node is not JsonObject members)
                return;
            foreach (string own in (string[])["etag", "resourceGuid", "serviceKey", "gatewayManagerEtag"])
                members.Remove(own);
            foreach ((_, JsonNode? value) in members)
                Forget(value);
        }
    }

    private static string[] Types(JsonNode template) => [.. template["resources"]!.AsArray().Select(r => $"{r!["type"]}".Split('/', 2)[1])];

    [Fact]
    public async Task Networks_that_are_peered_with_each_other_are_made_before_their_peerings()
    {
        string group = await NewGroupAsync("export-peered"),
            other = await NewGroupAsync("export-peered-to");
        string networks = $"{group}/providers/Microsoft.Network/virtualNetworks";
        foreach ((string name, int net) in ((string, int)[])[("a", 1), ("b", 2)])
            (
                await api.Customer.Put(
                    $"{networks}/{name}{N}",
                    $$$$"""
                    {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.{{{{net}}}}.0.0/16"]},
                     "subnets":[{"name":"default","properties":{"addressPrefix":"10.{{{{net}}}}.0.0/24"}}]}}
                    """
                )
            ).Is(201);
        foreach ((string here, string there) in ((string, string)[])[("a", "b"), ("b", "a")])
            await DoneAsync(
                $"{networks}/{here}/virtualNetworkPeerings/to-{there}",
                $$$$"""{"properties":{"remoteVirtualNetwork":{"id":"{{{{networks}}}}/{{{{there}}}}"},"allowForwardedTraffic":true}}"""
            );
        JsonNode template = await ExportAsync(group, "IncludeParameterDefaultValue");
        Assert.Equal(
            ["virtualNetworks", "virtualNetworks", "virtualNetworks/virtualNetworkPeerings", "virtualNetworks/virtualNetworkPeerings"],
            Types(template)
        );
        JsonNode peering = template["resources"]!
            .AsArray()
            .Single(r => $"{r!["name"]}" == "[concat(parameters('virtualNetworks_a_name'), '/to-b')]")!;
        Assert.Equal(
            [
                "[resourceId('Microsoft.Network/virtualNetworks', parameters('virtualNetworks_a_name'))]",
                "[resourceId('Microsoft.Network/virtualNetworks', parameters('virtualNetworks_b_name'))]",
            ],
            peering["dependsOn"]!.AsArray().Select(d => $"{d}")
        );
        Assert.DoesNotContain("export-peered", template.ToJsonString(), StringComparison.Ordinal);

        await DeployedAsync(other, template);
        foreach (string name in (string[])["a", "b"])
            Assert.Equal(
                Elsewhere(await ReadAsync($"{networks}/{name}"), "export-peered", "export-peered-to"),
                Elsewhere(await ReadAsync($"{other}/providers/Microsoft.Network/virtualNetworks/{name}"), "", "")
            );
        // Where it was made it changes nothing.
        await DeployedAsync(group, await ExportAsync(group, "SkipAllParameterization"));
        Assert.Equal("Connected", $"{(await ReadAsync($"{networks}/a/virtualNetworkPeerings/to-b"))["properties"]!["peeringState"]}");
    }

    [Fact]
    public async Task A_gateway_in_a_hub_is_made_before_its_connections_whose_keys_are_asked_for()
    {
        string group = await NewGroupAsync("export-hub"),
            other = await NewGroupAsync("export-hub-to");
        string network = $"{group}/providers/Microsoft.Network";
        await DoneAsync($"{network}/virtualWans/wan", """{"location":"westeurope","properties":{"type":"Standard"}}""");
        await DoneAsync(
            $"{network}/virtualHubs/hub",
            $$$$"""{"location":"westeurope","properties":{"virtualWan":{"id":"{{{{network}}}}/virtualWans/wan"},"addressPrefix":"10.9.0.0/23"}}"""
        );
        await DoneAsync(
            $"{network}/expressRouteGateways/gw",
            $$$$"""
            {"location":"westeurope","properties":{"virtualHub":{"id":"{{{{network}}}}/virtualHubs/hub"},
             "autoScaleConfiguration":{"bounds":{"min":2} } } }
            """
        );
        await DoneAsync(
            $"{network}/expressRouteCircuits/c",
            """
            {"location":"westeurope","sku":{"tier":"Standard","family":"MeteredData"},"properties":{"serviceProviderProperties":
             {"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}
            """
        );
        string key = $"{(await ReadAsync($"{network}/expressRouteCircuits/c"))["properties"]!["serviceKey"]}";
        string order =
            $"/subscriptions/{api.ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
        (await api.Provider.Put(order + N, """{"properties":{"serviceProviderProvisioningState":"Provisioned"}}""")).Is(200);
        await DoneAsync(
            $"{network}/expressRouteCircuits/c/peerings/AzurePrivatePeering",
            """
            {"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"10.8.0.0/30",
             "secondaryPeerAddressPrefix":"10.8.0.4/30"}}
            """
        );
        await DoneAsync(
            $"{network}/expressRouteGateways/gw/expressRouteConnections/link",
            $$$$"""
            {"properties":{"expressRouteCircuitPeering":{"id":"{{{{network}}}}/expressRouteCircuits/c/peerings/AzurePrivatePeering"},"routingWeight":7}}
            """
        );
        JsonNode template = await ExportAsync(group, "IncludeParameterDefaultValue");
        Assert.Equal("expressRouteGateways/expressRouteConnections", Types(template)[^1]);
        JsonNode connection = template["resources"]!.AsArray()[^1]!;
        Assert.Equal(
            "[concat(resourceId('Microsoft.Network/expressRouteCircuits', parameters('expressRouteCircuits_c_name')), '/peerings/AzurePrivatePeering')]",
            $"{connection["properties"]!["expressRouteCircuitPeering"]!["id"]}"
        );
        const string Key = "expressRouteConnections_link_authorizationKey";
        Assert.Equal($"[parameters('{Key}')]", $"{connection["properties"]!["authorizationKey"]}");
        Assert.Equal("SecureString", $"{template["parameters"]![Key]!["type"]}");
        Assert.Null(template["parameters"]![Key]!["defaultValue"]);
        Assert.DoesNotContain(
            "expressRouteGateways",
            $"{template["resources"]!.AsArray().Single(r => $"{r!["type"]}".EndsWith("virtualHubs", StringComparison.Ordinal))}",
            StringComparison.Ordinal
        );

        // A new circuit takes no peering before its provider has acted: elsewhere the gateway is linked to the same one.
        string[] paths = ["virtualWans/wan", "virtualHubs/hub", "expressRouteGateways/gw"];
        string wanted = $"[{string.Join(',', paths.Select(p => $"\"{network}/{p}\""))}]";
        Answer part = await api.Customer.Post($"{group}/exportTemplate{V}", $$"""{"resources":{{wanted}}}""");
        JsonNode withoutCircuit = part.Is(200).Body!["template"]!;
        JsonObject named = withoutCircuit["parameters"]!.AsObject();
        foreach ((string name, JsonNode? parameter) in named)
            if (name.EndsWith("_name", StringComparison.Ordinal))
                parameter!["defaultValue"] = name.Split('_')[1];
        await Eventually.Get(
            () => ReadAsync($"{network}/expressRouteGateways/gw/expressRouteConnections/link"),
            c => $"{c["properties"]!["provisioningState"]}" == "Succeeded",
            "the routers know the link"
        );
        var were = new Dictionary<string, JsonNode>();
        foreach (string path in paths)
            were[path] = await ReadAsync($"{network}/{path}");
        // Of two hubs with the same addresses a circuit can have one.
        Answer gone = (await api.Customer.Delete($"{network}/expressRouteGateways/gw/expressRouteConnections/link{N}")).Is(202);
        await api.Customer.Finished(gone);
        await DeployedAsync(other, withoutCircuit);
        foreach (string path in paths)
            Assert.Equal(
                Elsewhere(were[path], "export-hub", "export-hub-to")
                    .Replace(
                        "/export-hub-to/providers/Microsoft.Network/expressRouteCircuits/",
                        "/export-hub/providers/Microsoft.Network/expressRouteCircuits/",
                        StringComparison.Ordinal
                    ),
                Elsewhere(await ReadAsync($"{other}/providers/Microsoft.Network/{path}"), "", "")
            );
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
