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
    public async Task Nothing_named_is_refused_and_a_missing_group_not_found()
    {
        string group = await NewGroupAsync("export-none");
        Assert.Equal("InvalidRequestContent", (await api.Customer.Post($"{group}/exportTemplate{V}", "{}")).Is(400).Error);
        (await api.Customer.Post($"{group}x/exportTemplate{V}", """{"resources":["*"]}""")).Is(404);
    }
}
