using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

/// <summary>What is answered about deployments, member by member, where clients look.</summary>
public sealed class DeploymentAnswerTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string V = "?api-version=2021-04-01";
    private const string N = "?api-version=2024-01-01";

    private string Group(string name) => $"/subscriptions/{api.CustomerSubscription}/resourceGroups/{name}";

    private async Task<string> NewGroupAsync(string name)
    {
        (await api.Customer.Put(Group(name) + V, """{"location":"westeurope"}""")).Is(201);
        return $"{Group(name)}/providers/Microsoft.Resources/deployments/d";
    }

    /// <param name="sections">Of the template, beginning on its second line.</param>
    private static string Body(string sections, string more = "") =>
        $$"""
            { {{more}} "properties":{"mode":"Incremental","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion":"1.0.0.0",
            {{sections}}
            } } }
            """;

    private async Task<JsonNode> DeployAsync(string path, string body)
    {
        Answer begun = await api.Customer.Put(path + V, body);
        Assert.True(begun.Code is 200 or 201, begun.Text);
        await api.Customer.Finished(begun);
        return (await api.Customer.Get(path + V)).Is(200).Body!;
    }

    [Theory]
    [InlineData("\"variables\":{\"b\":\"[nosuch()]\"},\"resources\":[]", 3, 18, "properties.template.variables.b")]
    [InlineData("\"resources\":[]", 0, 0, null)]
    public async Task What_is_wrong_in_a_template_is_told_to_programs(string sections, int line, int position, string? place)
    {
        string path = await NewGroupAsync($"answer-violation-{sections.Length}");
        // Parameters that the template has not stand nowhere in it.
        string body = place is null
            ? Body(sections).Replace("\"mode\"", "\"parameters\":{\"x\":{\"value\":1}},\"mode\"", StringComparison.Ordinal)
            : Body(sections);
        foreach (string suffix in (string[])["", "/validate", "/whatIf"])
        {
            Answer refused = suffix.Length == 0 ? await api.Customer.Put(path + V, body) : await api.Customer.Post(path + suffix + V, body);
            JsonNode info = Assert.Single(refused.Is(400, "InvalidTemplate").Body!["error"]!["additionalInfo"]!.AsArray())!;
            Assert.Equal("TemplateViolation", $"{info["type"]}");
            Assert.Equal($$"""{"lineNumber":{{line}},"linePosition":{{position}},"path":"{{place}}"}""", info["info"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("", """{"b":"[nosuch()]"}""", "variables.b", "nosuch")]
    [InlineData("inner", """{"b":"[nosuch()]"}""", "variables.b", "nosuch")]
    [InlineData("inner", """{"b":"[parameters('x')]"}""", "variables.b", "'x'")]
    public async Task What_is_wrong_in_a_template_within_a_template_is_told_at_once_and_where(
        string scope,
        string variables,
        string place,
        string named
    )
    {
        string path = await NewGroupAsync($"answer-within-{scope.Length}-{variables.Length}");
        string options = scope.Length == 0 ? "" : $$""" "expressionEvaluationOptions":{"scope":"{{scope}}"},""";
        string body = Body(
            $$$$"""
            "resources":[
            {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"within","properties":{"mode":"Incremental",{{{{options}}}}
            "template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
            "resources":[],
            "variables":{{{{variables}}}}}}}]
            """
        );
        foreach (string suffix in (string[])["", "/validate"])
        {
            Answer refused = suffix.Length == 0 ? await api.Customer.Put(path + V, body) : await api.Customer.Post(path + suffix + V, body);
            JsonNode error = refused.Is(400, "InvalidTemplate").Body!["error"]!;
            Assert.Contains($"'resources[0].properties.template.{place}'", $"{error["message"]}", StringComparison.Ordinal);
            Assert.Contains(named, $"{error["message"]}", StringComparison.Ordinal);
            JsonNode info = error["additionalInfo"]![0]!["info"]!;
            Assert.Equal(
                ($"properties.template.resources[0].properties.template.{place}", "7"),
                ($"{info["path"]}", $"{info["lineNumber"]}")
            );
        }
        (await api.Customer.Get(path + V)).Is(404);
    }

    [Fact]
    public async Task A_template_within_a_template_that_is_found_wrong_later_is_named()
    {
        string path = await NewGroupAsync("answer-within-late");
        string group = path[..path.IndexOf("/providers/", StringComparison.Ordinal)];
        // How long the name is, is known when the address is there.
        JsonNode ended = await DeployAsync(
            path,
            Body(
                """
                "resources":[
                {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"ip","location":"westeurope"},
                {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"within","dependsOn":["ip"],"properties":{"mode":"Incremental",
                 "expressionEvaluationOptions":{"scope":"inner"},"parameters":{"n":{"value":"[length(reference('ip').provisioningState)]"} },
                 "template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
                 "parameters":{"n":{"type":"int"} },"resources":[],"variables":{"b":"[substring('x', parameters('n'))]"} } } }]
                """
            )
        );
        JsonNode error = ended["properties"]!["error"]!;
        Assert.Equal("DeploymentFailed", $"{error["code"]}");
        JsonNode detail = Assert.Single(error["details"]!.AsArray())!;
        Assert.Equal(
            ("InvalidTemplate", $"{group}/providers/Microsoft.Resources/deployments/within"),
            ($"{detail["code"]}", $"{detail["target"]}")
        );
        Assert.Contains("'variables.b'", $"{detail["message"]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_templates_do_not_have_is_refused_in_the_words_of_ARM()
    {
        string path = await NewGroupAsync("answer-member");
        Answer refused = (await api.Customer.Put(path + V, Body("  \"parameterss\": {}, \"resources\":[]"))).Is(
            400,
            "InvalidRequestContent"
        );
        Assert.Equal(
            "The request content was invalid and could not be deserialized: 'Could not find member 'parameterss' on object of type 'Template'. Path 'properties.template.parameterss', line 3, position 16.'.",
            $"{refused.Body!["error"]!["message"]}"
        );
    }

    [Fact]
    public async Task Providers_say_where_their_resources_are_to_be()
    {
        string path = await NewGroupAsync("answer-providers");
        JsonNode deployed = await DeployAsync(
            path,
            Body(
                """
                "parameters":{"l":{"type":"string","defaultValue":"[resourceGroup().location]"}},
                "resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"a","location":"[parameters('l')]"},
                 {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"b","location":"North Europe"},
                 {"type":"Microsoft.Authorization/locks","apiVersion":"2020-05-01","name":"l","properties":{"level":"CanNotDelete"}}],
                 "outputs":{"o":{"type":"int","value":1}}
                """
            )
        );
        Assert.Equal(
            """[{"namespace":"Microsoft.Network","resourceTypes":[{"resourceType":"publicIPAddresses","locations":["westeurope","northeurope"]}]},{"namespace":"Microsoft.Authorization","resourceTypes":[{"resourceType":"locks","locations":[null]}]}]""",
            deployed["properties"]!["providers"]!.ToJsonString()
        );
    }

    [Fact]
    public async Task Outputs_are_the_last_operation()
    {
        string path = await NewGroupAsync("answer-outputs");
        async Task<JsonNode> LastAsync(string value)
        {
            await DeployAsync(
                path,
                Body(
                    $$$"""
                    "resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"a","location":"westeurope"}],
                    "outputs":{"o":{"type":"string","value":"{{{value}}}"}}
                    """
                )
            );
            JsonArray all = (await api.Customer.Get($"{path}/operations{V}")).Is(200).Body!["value"]!.AsArray();
            Assert.Equal(["Create", "EvaluateDeploymentOutput"], all.Select(o => $"{o!["properties"]!["provisioningOperation"]}"));
            return (await api.Customer.Get($"{path}/operations/{all[1]!["operationId"]}{V}")).Is(200).Body!["properties"]!;
        }

        JsonNode good = await LastAsync("x");
        Assert.Equal("Succeeded OK", $"{good["provisioningState"]} {good["statusCode"]}");
        Assert.Null(good["targetResource"]);
        Assert.StartsWith("PT", $"{good["duration"]}", StringComparison.Ordinal);
        JsonNode bad = await LastAsync("[reference('a').nosuch]");
        Assert.Equal("Failed BadRequest", $"{bad["provisioningState"]} {bad["statusCode"]}");
        Assert.Equal("DeploymentOutputEvaluationFailed", $"{bad["statusMessage"]!["error"]!["code"]}");
    }

    [Fact]
    public async Task The_record_of_a_deployment_stays_where_it_is()
    {
        string path = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Resources/deployments/answer-where";
        string At(string location) => Body("\"resources\":[]", $"\"location\":\"{location}\",");
        await DeployAsync(path, At("westeurope"));
        Answer refused = (await api.Customer.Put(path + V, At("northeurope"))).Is(409, "InvalidDeploymentLocation");
        Assert.Contains("already exists in location 'westeurope'", refused.Text, StringComparison.Ordinal);
        (await api.Customer.Post($"{path}/validate{V}", At("northeurope"))).Is(409, "InvalidDeploymentLocation");
        await DeployAsync(path, At("West Europe"));
    }

    /// <summary>Of an array what differs is told by index, as Azure tells it: Azure CLI shows nothing else of it.</summary>
    [Fact]
    public async Task What_if_says_what_differs_within_an_array()
    {
        string path = await NewGroupAsync("answer-arrays");
        string Network(string prefixes, string subnets) =>
            Body(
                $$$"""
                "resources":[{"type":"Microsoft.Network/virtualNetworks","apiVersion":"2024-01-01","name":"v","location":"westeurope",
                 "properties":{"addressSpace":{"addressPrefixes":[{{{prefixes}}}]},"subnets":[{{{subnets}}}]}}]
                """
            );
        string Subnet(string name, int third) => $$$"""{"name":"{{{name}}}","properties":{"addressPrefix":"10.0.{{{third}}}.0/24"}}""";
        await DeployAsync(path, Network("\"10.0.0.0/16\",\"10.1.0.0/16\"", $"{Subnet("a", 0)},{Subnet("b", 1)},{Subnet("c", 2)}"));
        Answer what = (
            await api.Customer.Post(
                $"{path}/whatIf{V}",
                Network("\"10.0.0.0/16\",\"10.2.0.0/16\"", $"{Subnet("c", 2)},{Subnet("b", 9)},{Subnet("d", 3)}")
            )
        ).Is(202);
        JsonNode change = Assert.Single((await api.Customer.Finished(what)).Is(200).Body!["properties"]!["changes"]!.AsArray())!;
        Assert.Equal("Modify", $"{change["changeType"]}");
        Assert.Equal(
            [
                "properties.addressSpace.addressPrefixes Array: 1 Delete \"10.1.0.0/16\" -; 1 Create - \"10.2.0.0/16\"",
                "properties.subnets Array: 0 Delete; 1 Modify properties.addressPrefix Modify \"10.0.1.0/24\" \"10.0.9.0/24\"; 2 Create",
            ],
            change["delta"]!
                .AsArray()
                .Select(d =>
                    $"{d!["path"]} {d["propertyChangeType"]}: "
                    + string.Join(
                        "; ",
                        d["children"]!
                            .AsArray()
                            .Select(c =>
                                $"{c!["path"]} {c["propertyChangeType"]}"
                                + (
                                    c["children"] is JsonArray inner
                                        ? string.Concat(
                                            inner.Select(i =>
                                                $" {i!["path"]} {i["propertyChangeType"]} {i["before"]!.ToJsonString()} {i["after"]!.ToJsonString()}"
                                            )
                                        )
                                    : (c["before"] ?? c["after"]) is JsonObject ? ""
                                    : $" {c["before"]?.ToJsonString() ?? "-"} {c["after"]?.ToJsonString() ?? "-"}"
                                )
                            )
                    )
                )
        );
    }

    /// <summary>A PUT replaces tags as a whole, and so what it takes away is told.</summary>
    [Fact]
    public async Task What_if_names_the_tags_that_go()
    {
        string path = await NewGroupAsync("answer-tags");
        string address = $"{Group("answer-tags")}/providers/Microsoft.Network/publicIPAddresses/a{N}";
        string Tagged(string tags) =>
            Body(
                $$$"""
                "resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"a","location":"westeurope"{{{tags}}}}]
                """
            );
        await DeployAsync(path, Tagged(",\"tags\":{\"a\":\"1\",\"b\":\"2\"}"));
        foreach (
            (string tags, string gone, string left) in ((string, string, string)[])
                [(",\"tags\":{\"a\":\"1\"}", "tags.b", """{"a":"1"}"""), ("", "tags.a", "")]
        )
        {
            Answer what = (await api.Customer.Post($"{path}/whatIf{V}", Tagged(tags))).Is(202);
            JsonNode change = Assert.Single((await api.Customer.Finished(what)).Is(200).Body!["properties"]!["changes"]!.AsArray())!;
            Assert.Equal(
                $"{gone} Delete",
                string.Join(' ', change["delta"]!.AsArray().Select(d => $"{d!["path"]} {d["propertyChangeType"]}"))
            );
            Assert.Equal(left, change["after"]!["tags"]?.ToJsonString() ?? "");
            await DeployAsync(path, Tagged(tags));
            Assert.Equal(left, (await api.Customer.Get(address)).Is(200).Body!["tags"]?.ToJsonString() ?? "");
        }
    }

    /// <summary>As the newest SDK of deployments sends it; groups have no such version.</summary>
    [Fact]
    public async Task The_newest_version_of_the_SDK_is_taken()
    {
        string path = await NewGroupAsync("answer-version");
        Answer begun = (await api.Customer.Put($"{path}?api-version=2026-06-01", Body("\"resources\":[]"))).Is(201);
        await api.Customer.Finished(begun);
        (await api.Customer.Get($"{path}?api-version=2026-06-01")).Is(200);
        (await api.Customer.Get($"{path}/operations?api-version=2026-06-01")).Is(200);
        (await api.Customer.Get($"{Group("answer-version")}?api-version=2026-06-01")).Is(400, "InvalidApiVersionParameter");
    }

    /// <summary>Azure CLI asks for all three, and shows the last as the status.</summary>
    [Fact]
    public async Task Lists_of_resources_say_what_they_are_asked_to()
    {
        string path = await NewGroupAsync("answer-expand");
        await DeployAsync(
            path,
            Body(
                """
                "resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"a","location":"westeurope"}]
                """
            )
        );
        async Task<JsonNode> ListedAsync(string expand) =>
            Assert.Single((await api.Customer.Get($"{Group("answer-expand")}/resources{V}{expand}")).Is(200).Body!["value"]!.AsArray())!;

        JsonNode all = await ListedAsync("&$expand=createdTime,changedTime,provisioningState");
        Assert.Equal("Succeeded", $"{all["provisioningState"]}");
        Assert.NotNull(all["createdTime"]);
        Assert.NotNull(all["changedTime"]);
        JsonNode some = await ListedAsync("&$expand=createdTime");
        Assert.NotNull(some["createdTime"]);
        Assert.Null(some["changedTime"]);
        Assert.Null(some["provisioningState"]);
        Assert.Null((await ListedAsync(""))["createdTime"]);
    }

    [Fact]
    public async Task An_export_of_all_is_of_what_lists_show()
    {
        string path = await NewGroupAsync("answer-export");
        await DeployAsync(
            path,
            Body(
                """
                "resources":[{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"a","location":"westeurope"},
                 {"type":"Microsoft.Authorization/locks","apiVersion":"2020-05-01","name":"l","properties":{"level":"CanNotDelete"}}]
                """
            )
        );
        JsonNode template = (
            await api.Customer.Post(
                $"{Group("answer-export")}/exportTemplate{V}",
                """{"resources":["*"],"options":"SkipAllParameterization"}"""
            )
        )
            .Is(200)
            .Body!;
        Assert.Null(template["error"]);
        JsonNode only = Assert.Single(template["template"]!["resources"]!.AsArray())!;
        Assert.Equal("Microsoft.Network/publicIPAddresses", $"{only["type"]}");
        Assert.DoesNotContain("provisioningState", only.ToJsonString(), StringComparison.Ordinal);
    }
}
