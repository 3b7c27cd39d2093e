using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

public sealed class Deployments_on_sqlite(SqliteApi api) : DeploymentTests(api), IClassFixture<SqliteApi>;

public sealed class Deployments_on_postgres(PostgresApi api) : DeploymentTests(api), IClassFixture<PostgresApi>;

/// <summary>Templates, deployed over HTTP as any client deploys them.</summary>
public abstract class DeploymentTests(ApiFixture api)
{
    private const string V = "?api-version=2021-04-01";

    private string Group(string name) => $"/subscriptions/{api.CustomerSubscription}/resourceGroups/{name}";

    private string Deployment(string group, string name = "d1") => $"{Group(group)}/providers/Microsoft.Resources/deployments/{name}";

    private async Task<string> NewGroupAsync(string name)
    {
        (await api.Customer.Put(Group(name) + V, """{"location":"westeurope","tags":{"team":"network"}}""")).Is(201);
        return name;
    }

    /// <param name="sections">Of the template.</param>
    /// <param name="more">Members beside the template, each with a comma before it.</param>
    private static string Body(string sections, string more = "", string mode = "Incremental") =>
        $$$"""
            {"properties":{"mode":"{{{mode}}}","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion":"1.0.0.0",{{{sections}}}}{{{more}}}}}
            """;

    private static string Address(string name, string more = "") =>
        $$"""{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"{{name}}","location":"[resourceGroup().location]"{{more}}}""";

    private async Task<JsonNode> EndedAsync(string path, HttpClient? who = null) =>
        (
            await Eventually.Get(
                async () => (await (who ?? api.Customer).Get(path + V)).Is(200),
                a => State(a.Body!) is "Succeeded" or "Failed" or "Canceled",
                $"{path} ends"
            )
        ).Body!;

    private static string State(JsonNode deployment) => deployment["properties"]!["provisioningState"]!.GetValue<string>();

    /// <summary>As an editor counts them in the template that was sent, characters beyond ASCII before it included.</summary>
    [Fact]
    public async Task What_is_wrong_in_a_template_is_said_with_its_line_and_column()
    {
        string group = await NewGroupAsync("tmpl-lines");
        Answer refused = (
            await api.Customer.Put(
                Deployment(group) + V,
                """
                {"properties":{"mode":"Incremental","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                  "contentVersion":"1.0.0.0",
                  "variables":{"å":"ö", "b":"[nosuch(1)]"},
                  "resources":[],
                  "outputs":{"o":{"type":"string","value":"[variables('b')]"}}
                }}}
                """
            )
        ).Is(400, "InvalidTemplate");
        Assert.Contains("At 'variables.b' (line '3' and column '", refused.Text, StringComparison.Ordinal);
        Assert.Contains(" and column '29'): ", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_asks_which_types_there_are()
    {
        string group = await NewGroupAsync("tmpl-providers");
        string path = Deployment(group);
        await api.Customer.Put(
            path + V,
            Body(
                """
                "resources":[],"outputs":{"v":{"type":"string","value":"[first(providers('microsoft.network', 'EXPRESSROUTECIRCUITS').apiVersions)]"}}
                """
            )
        );
        JsonNode ended = await EndedAsync(path);
        Assert.Equal("2026-01-01", ended["properties"]!["outputs"]!["v"]!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_template_is_deployed_shown_listed_and_forgotten()
    {
        string group = await NewGroupAsync("tmpl-life");
        string path = Deployment(group);
        (await api.Customer.Call(HttpMethod.Head, path + V)).Is(404);
        Answer begun = (
            await api.Customer.Put(
                path + V,
                Body(
                    $$"""
                    // Comments are allowed.
                    "parameters":{"p":{"type":"string","defaultValue":"v"},"s":{"type":"securestring"} },
                    "resources":[{{Address(
                        "[concat('ip', copyIndex())]",
                        ",\"copy\":{\"name\":\"loop\",\"count\":3},\"tags\":{\"p\":\"[parameters('p')]\"}"
                    )}}],
                    "outputs":{"id":{"type":"string","value":"[resourceId('Microsoft.Network/publicIPAddresses', 'ip0')]"},
                     "state":{"type":"string","value":"[reference('ip2').provisioningState]"},"hidden":{"type":"securestring","value":"[parameters('s')]"} }
                    """,
                    """,  "parameters":{"s":{"value":"hush"} } """
                )
            )
        ).Is(201);
        Assert.Equal("Accepted", State(begun.Body!));
        Assert.StartsWith(
            $"{api.Server.Endpoint}{path}/operationStatuses/",
            begun.Header("Azure-AsyncOperation"),
            StringComparison.Ordinal
        );
        Assert.Equal("Succeeded", (await api.Customer.Finished(begun)).Is(200).Body!["status"]!.GetValue<string>());

        JsonNode shown = (await api.Customer.Get(path + V)).Is(200).Body!;
        Assert.DoesNotContain("hush", shown.ToJsonString(), StringComparison.Ordinal);
        JsonNode properties = shown["properties"]!;
        Assert.Equal("""{"p":{"type":"String","value":"v"},"s":{"type":"SecureString"}}""", properties["parameters"]!.ToJsonString());
        Assert.Equal("Succeeded", properties["outputs"]!["state"]!["value"]!.GetValue<string>());
        Assert.Equal("""{"type":"SecureString"}""", properties["outputs"]!["hidden"]!.ToJsonString());
        Assert.Equal(3, properties["outputResources"]!.AsArray().Count);
        JsonNode address = (
            await api.Customer.Get($"{Group(group)}/providers/Microsoft.Network/publicIPAddresses/ip1?api-version=2024-01-01")
        )
            .Is(200)
            .Body!;
        Assert.Equal("v", address["tags"]!["p"]!.GetValue<string>());

        JsonArray operations = (await api.Customer.Get($"{path}/operations{V}")).Is(200).Body!["value"]!.AsArray();
        Assert.Equal(3 + 1, operations.Count);
        JsonNode first = operations[0]!;
        Assert.Equal(("Succeeded", "Created"), (State(first), first["properties"]!["statusCode"]!.GetValue<string>()));
        (await api.Customer.Get($"{path}/operations/{first["operationId"]!.GetValue<string>()}{V}")).Is(200);

        Answer template = (await api.Customer.Post($"{path}/exportTemplate{V}")).Is(200);
        Assert.Equal("1.0.0.0", template.Body!["template"]!["contentVersion"]!.GetValue<string>());
        string collection = $"{Group(group)}/providers/Microsoft.Resources/deployments";
        Assert.Single((await api.Customer.Get(collection + V)).Is(200).Body!["value"]!.AsArray());
        Assert.Empty((await api.Customer.Get($"{collection}{V}&$filter=provisioningState eq 'Failed'")).Is(200).Body!["value"]!.AsArray());
        (await api.Customer.Call(HttpMethod.Head, path + V)).Is(204);
        (await api.Customer.Post($"{path}/cancel{V}")).Is(409, "DeploymentCannotBeCancelled");
        await api.Customer.Finished((await api.Customer.Delete(path + V)).Is(202));
        (await api.Customer.Get(path + V)).Is(404, "DeploymentNotFound");
        (await api.Customer.Delete(path + V)).Is(204);
    }

    [Theory]
    [InlineData(
        "\"resources\":[],\"outputs\":{\"o\":{\"type\":\"string\",\"value\":\"[nosuch()]\"}}",
        "InvalidTemplate",
        "'nosuch' is not valid"
    )]
    [InlineData("\"parameters\":{\"p\":{\"type\":\"string\"}},\"resources\":[]", "InvalidTemplate", "'p' is not provided")]
    [InlineData(
        "\"resources\":[{\"type\":\"Microsoft.Network/nosuch\",\"apiVersion\":\"2024-01-01\",\"name\":\"n\"}]",
        "InvalidTemplateDeployment",
        "InvalidResourceType"
    )]
    [InlineData(
        "\"resources\":[{\"type\":\"Microsoft.Network/publicIPAddresses\",\"apiVersion\":\"1999-01-01\",\"name\":\"n\"}]",
        "InvalidTemplateDeployment",
        "NoRegisteredProviderFound"
    )]
    public async Task What_can_be_known_beforehand_is_refused_beforehand(string sections, string code, string says)
    {
        string group = "tmpl-wrong";
        await api.Customer.Put(Group(group) + V, """{"location":"westeurope"}""");
        foreach (string suffix in new[] { "", "/validate", "/whatIf" })
        {
            Answer refused =
                suffix.Length == 0
                    ? await api.Customer.Put(Deployment(group) + V, Body(sections))
                    : await api.Customer.Post(Deployment(group) + suffix + V, Body(sections));
            refused.Is(400, code);
            Assert.Contains(says, refused.Text, StringComparison.Ordinal);
        }
        (await api.Customer.Get(Deployment(group) + V)).Is(404);
    }

    [Fact]
    public async Task What_fails_is_named_and_what_does_not_depend_on_it_is_made()
    {
        string group = await NewGroupAsync("tmpl-fails");
        string bad = Address("bad", ",\"sku\":{\"name\":\"Standard\"},\"properties\":{\"publicIPAllocationMethod\":\"Dynamic\"}");
        string after = Address("after", ",\"dependsOn\":[\"bad\"]");
        Answer begun = (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{bad},{after},{Address("good")}]"))).Is(201);
        JsonNode status = (await api.Customer.Finished(begun)).Is(200).Body!;
        Assert.Equal(("Failed", "DeploymentFailed"), (status["status"]!.GetValue<string>(), status["error"]!["code"]!.GetValue<string>()));
        JsonNode deployment = await EndedAsync(Deployment(group));
        JsonNode detail = Assert.Single(deployment["properties"]!["error"]!["details"]!.AsArray())!;
        Assert.Equal("StandardSkuPublicIPAddressesMustBeStatic", detail["code"]!.GetValue<string>());
        JsonArray operations = (await api.Customer.Get($"{Deployment(group)}/operations{V}")).Is(200).Body!["value"]!.AsArray();
        Assert.Equal(
            ["bad Failed BadRequest", "good Succeeded Created"],
            operations
                .Select(o => $"{o!["properties"]!["targetResource"]!["resourceName"]} {State(o)} {o["properties"]!["statusCode"]}")
                .Order()
        );
        string type = $"{Group(group)}/providers/Microsoft.Network/publicIPAddresses";
        (await api.Customer.Get($"{type}/good?api-version=2024-01-01")).Is(200);
        (await api.Customer.Get($"{type}/after?api-version=2024-01-01")).Is(404);
    }

    [Fact]
    public async Task When_it_fails_the_one_that_succeeded_last_is_deployed_again()
    {
        string group = await NewGroupAsync("tmpl-again");
        string address = $"{Group(group)}/providers/Microsoft.Network/publicIPAddresses/a?api-version=2024-01-01";
        await api.Customer.Finished(
            (await api.Customer.Put(Deployment(group, "good") + V, Body($"\"resources\":[{Address("a")}]"))).Is(201)
        );
        (await api.Customer.Delete(address)).Is(202);
        string bad = Address("bad", ",\"sku\":{\"name\":\"Standard\"},\"properties\":{\"publicIPAllocationMethod\":\"Dynamic\"}");
        await api.Customer.Finished(
            (
                await api.Customer.Put(
                    Deployment(group, "bad") + V,
                    Body($"\"resources\":[{bad}]", ""","onErrorDeployment":{"type":"LastSuccessful"} """)
                )
            ).Is(201)
        );
        await Eventually.Get(() => api.Customer.Get(address), a => a.Code == 200, "the address is there again");
        JsonNode shown = await EndedAsync(Deployment(group, "bad"));
        Assert.Equal("good", shown["properties"]!["onErrorDeployment"]!["deploymentName"]!.GetValue<string>());
        Assert.Equal("Succeeded", State(await EndedAsync(Deployment(group, "good"))));
    }

    [Fact]
    public async Task Complete_mode_deletes_what_the_template_does_not_name()
    {
        string group = await NewGroupAsync("tmpl-complete");
        string type = $"{Group(group)}/providers/Microsoft.Network/publicIPAddresses";
        await api.Customer.Finished(
            (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{Address("a")},{Address("b")}]"))).Is(201)
        );
        Answer what = (
            await api.Customer.Post(
                $"{Deployment(group)}/whatIf{V}",
                Body($"\"resources\":[{Address("a")},{Address("c")}]", mode: "Complete")
            )
        ).Is(202);
        JsonNode result = (await api.Customer.Finished(what)).Is(200).Body!;
        Assert.Equal(
            ["a NoChange", "b Delete", "c Create"],
            result["properties"]!["changes"]!
                .AsArray()
                .Select(c => $"{c!["resourceId"]!.GetValue<string>().Split('/')[^1]} {c["changeType"]!.GetValue<string>()}")
                .Order()
        );
        await api.Customer.Finished(
            (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{Address("a")}]", mode: "Complete"))).Is(200)
        );
        Assert.Equal("Succeeded", State(await EndedAsync(Deployment(group))));
        (await api.Customer.Get($"{type}/a?api-version=2024-01-01")).Is(200);
        (await api.Customer.Get($"{type}/b?api-version=2024-01-01")).Is(404);
    }

    [Fact]
    public async Task What_if_says_what_differs_and_no_secret()
    {
        string group = await NewGroupAsync("tmpl-whatif");
        string template = $$"""
            "parameters":{"s":{"type":"securestring"},"t":{"type":"string"} },
            "resources":[{{Address("a", ",\"tags\":{\"secret\":\"[parameters('s')]\",\"plain\":\"[parameters('t')]\"}")}}]
            """;
        string Given(string plain) => $$$""","parameters":{"s":{"value":"hush"},"t":{"value":"{{{plain}}}"} } """;
        await api.Customer.Finished((await api.Customer.Put(Deployment(group) + V, Body(template, Given("x")))).Is(201));
        Answer what = (await api.Customer.Post($"{Deployment(group)}/whatIf{V}", Body(template, Given("y")))).Is(202);
        Assert.Contains("/operationresults/", what.Header("Location"), StringComparison.OrdinalIgnoreCase);
        JsonNode change = Assert.Single((await api.Customer.Finished(what)).Is(200).Body!["properties"]!["changes"]!.AsArray())!;
        Assert.Equal("Modify", change["changeType"]!.GetValue<string>());
        JsonNode plain = change["delta"]!.AsArray().Single(d => d!["path"]!.GetValue<string>() == "tags.plain")!;
        Assert.Equal(("x", "y"), (plain["before"]!.GetValue<string>(), plain["after"]!.GetValue<string>()));
        Assert.Equal("[parameters('s')]", change["after"]!["tags"]!["secret"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_deployment_to_a_subscription_makes_a_group_and_what_is_in_it()
    {
        string path = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Resources/deployments/all";
        string inner = $$"""
            {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"inner","resourceGroup":"tmpl-made","dependsOn":["tmpl-made"],
             "properties":{"mode":"Incremental","expressionEvaluationOptions":{"scope":"inner"},"parameters":{"n":{"value":"[parameters('n')]"} },
             "template":{"$schema":"x","contentVersion":"1.0.0.0","parameters":{"n":{"type":"string"} },
              "resources":[{{Address(
                "[parameters('n')]"
            )}}],"outputs":{"where":{"type":"string","value":"[resourceGroup().location]"} } } } }
            """;
        string body = Body(
                $$"""
                "parameters":{"n":{"type":"string","defaultValue":"deep"} },
                "resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2022-09-01","name":"tmpl-made","location":"northeurope"},{{inner}}],
                "outputs":{"where":{"type":"string","value":"[reference('inner').outputs.where.value]"} }
                """
            )
            .Replace("{\"properties\"", "{\"location\":\"westeurope\",\"properties\"", StringComparison.Ordinal);
        await api.Customer.Finished((await api.Customer.Put(path + V, body)).Is(201));
        JsonNode shown = await EndedAsync(path);
        Assert.Equal("Succeeded", State(shown));
        Assert.Equal("northeurope", shown["properties"]!["outputs"]!["where"]!["value"]!.GetValue<string>());
        Assert.Equal("westeurope", shown["location"]!.GetValue<string>());
        (await api.Customer.Get($"{Group("tmpl-made")}/providers/Microsoft.Network/publicIPAddresses/deep?api-version=2024-01-01")).Is(200);
        Assert.Single(
            (await api.Customer.Get($"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Resources/deployments{V}")).Body![
                "value"
            ]!.AsArray(),
            d => d!["name"]!.GetValue<string>() == "all"
        );
    }

    /// <summary>It does what the one who asked may do, and no more; also when a role was taken back after it began.</summary>
    [Fact]
    public async Task Nobody_deploys_what_they_may_not_write()
    {
        string group = await NewGroupAsync("tmpl-roles");
        string sections = $"\"resources\":[{Address("a")}]";
        (await api.OtherCustomer.Put(Deployment(group) + V, Body(sections))).Is(403, "AuthorizationFailed");

        string foreign = $$"""
            {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"theirs","subscriptionId":"{{api.OtherSubscription}}","resourceGroup":"x",
             "properties":{"mode":"Incremental","template":{"$schema":"x","contentVersion":"1.0.0.0","resources":[]} } }
            """;
        Answer refused = (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{foreign}]"))).Is(
            403,
            "InvalidTemplateDeployment"
        );
        Assert.Contains("AuthorizationFailed", refused.Text, StringComparison.Ordinal);

        string reads = $$"""
            "resources":[],"outputs":{"o":{"type":"object","value":"[reference('/subscriptions/{{api.OtherSubscription}}', '2022-09-01', 'Full')]"} }
            """;
        await api.Customer.Finished((await api.Customer.Put(Deployment(group) + V, Body(reads))).Is(201));
        JsonNode ended = await EndedAsync(Deployment(group));
        Assert.Equal("DeploymentOutputEvaluationFailed", ended["properties"]!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Of_many_who_deploy_under_one_name_at_once_one_does()
    {
        string group = await NewGroupAsync("tmpl-many");
        Answer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    api.Customer.Put(
                        Deployment(group) + V,
                        Body($"\"resources\":[{Address($"a{i}", ",\"copy\":{\"name\":\"l\",\"count\":1}")}]")
                    )
                )
        );
        Assert.Contains(answers, a => a.Code == 201);
        Assert.All(answers, a => Assert.True(a.Code is 200 or 201 || a.Error == "DeploymentActive", a.Text));
        Assert.Equal("Succeeded", State(await EndedAsync(Deployment(group))));
    }

    [Fact]
    public async Task It_goes_with_its_group()
    {
        string group = await NewGroupAsync("tmpl-goes");
        string many = Address("[concat('a', copyIndex())]", ",\"copy\":{\"name\":\"l\",\"count\":40,\"mode\":\"serial\"}");
        (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{many}]"))).Is(201);
        await api.Customer.Finished((await api.Customer.Delete(Group(group) + V)).Is(202));
        (await api.Customer.Get(Group(group) + V)).Is(404);
    }

    [Fact]
    public async Task What_is_cancelled_begins_nothing_more()
    {
        string group = await NewGroupAsync("tmpl-cancel");
        string many = Address("[concat('a', copyIndex())]", ",\"copy\":{\"name\":\"l\",\"count\":200,\"mode\":\"serial\"}");
        Answer begun = (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{many}]"))).Is(201);
        (await api.Customer.Post($"{Deployment(group)}/cancel{V}")).Is(204);
        Answer status = await Eventually.Get(
            () => api.Customer.Get(begun.Header("Azure-AsyncOperation")!),
            a => a.Body!["status"]!.GetValue<string>() is not "Running",
            "the operation ends"
        );
        Assert.Equal("Canceled", status.Body!["status"]!.GetValue<string>());
        Assert.Equal("Canceled", State(await EndedAsync(Deployment(group))));
        Assert.Contains(
            (await api.Customer.Get($"{Deployment(group)}/operations{V}")).Is(200).Body!["value"]!.AsArray().Count,
            Enumerable.Range(0, 200)
        );
    }

    /// <summary>A server that stops in the middle goes on where it was when it starts again.</summary>
    [Fact]
    public async Task It_goes_on_after_a_restart()
    {
        string group = await NewGroupAsync("tmpl-restart");
        string many = Address("[concat('a', copyIndex())]", ",\"copy\":{\"name\":\"l\",\"count\":60,\"mode\":\"serial\"}");
        (await api.Customer.Put(Deployment(group) + V, Body($"\"resources\":[{many}]"))).Is(201);
        await api.RestartAsync();
        JsonNode ended = await EndedAsync(Deployment(group));
        Assert.Equal("Succeeded", State(ended));
        Assert.Equal(60, ended["properties"]!["outputResources"]!.AsArray().Count);
    }

    /// <summary>Clients name each deployment anew, and must not be stopped by those that are over.</summary>
    [Fact]
    public async Task The_oldest_are_forgotten_near_the_limit()
    {
        string group = await NewGroupAsync("tmpl-room");
        string empty = Body("\"resources\":[]");
        const int Most = Domain.Resources.Deployment.MostKept;
        await api.Customer.Finished((await api.Customer.Put(Deployment(group, "first") + V, empty)).Is(201));
        await Parallel.ForAsync(
            1,
            Most,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => (await api.Customer.Put(Deployment(group, $"d{i}") + V, empty)).Is(201)
        );
        await EndedAsync(Deployment(group, $"d{Most - 1}"));
        (await api.Customer.Put(Deployment(group, "last") + V, empty)).Is(201);
        (await api.Customer.Get(Deployment(group, "first") + V)).Is(404, "DeploymentNotFound");
        (await api.Customer.Get(Deployment(group, "last") + V)).Is(200);
    }

    /// <summary>Azure CLI puts a template into its request as the user wrote it, behind a name without quotes.</summary>
    [Theory]
    [InlineData("{\"properties\": {\"mode\": \"Incremental\", template:TEMPLATE}}", 200)]
    [InlineData("{\"properties\": {\"mode\": \"Incremental\", template : /* a: 1 */ TEMPLATE,}}", 200)]
    [InlineData("{\"properties\": {\"mode\": Incremental, \"template\":TEMPLATE}}", 400)]
    [InlineData("{\"properties\": {\"mode\": \"Incremental\", \"template\":TEMPLATE}", 400)]
    [InlineData("/* {\"properties\": {\"mode\": \"Incremental\", \"template\":TEMPLATE}}", 400)]
    public async Task Templates_are_read_as_people_write_them(string request, int status)
    {
        await api.Customer.Put(Group("tmpl-relaxed") + V, """{"location":"westeurope"}""");
        const string template = """
            { // "not": a member
              "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0",
              "resources": [], "outputs": { "o": { "type": "string", "value": "[concat('a \" // b',
                'c')]" } }, }
            """;
        (
            await api.Customer.Post(
                $"{Deployment("tmpl-relaxed")}/validate{V}",
                request.Replace("TEMPLATE", template, StringComparison.Ordinal)
            )
        ).Is(status);
    }

    [Fact]
    public async Task What_a_resource_says_of_a_secret_is_not_repeated()
    {
        string group = await NewGroupAsync("tmpl-secret");
        string address = Address("a", ",\"sku\":{\"name\":\"[parameters('s')]\"}");
        Answer begun = (
            await api.Customer.Put(
                Deployment(group) + V,
                Body(
                    $$"""  "parameters":{"s":{"type":"securestring"} },"resources":[{{address}}]  """,
                    """,  "parameters":{"s":{"value":"hush-hush"} } """
                )
            )
        ).Is(201);
        await api.Customer.Finished(begun);
        JsonNode ended = await EndedAsync(Deployment(group));
        Assert.Contains("'***'", ended.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        string operations = (await api.Customer.Get($"{Deployment(group)}/operations{V}")).Is(200).Text;
        Assert.Contains("***", operations, StringComparison.Ordinal);
        string status = (await api.Customer.Get(begun.Header("Azure-AsyncOperation")!)).Is(200).Text;
        foreach (string shown in new[] { ended.ToJsonString(), operations, status })
            Assert.DoesNotContain("hush-hush", shown, StringComparison.Ordinal);
    }
}
