using System.Text.Json.Nodes;
using Causeway.Identity.Roles;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

/// <summary>What is on other resources (locks, tags, role assignments), deployed by templates as Bicep and people write them.</summary>
public sealed class ExtensionDeploymentTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string V = "?api-version=2021-04-01";
    private const string N = "?api-version=2024-01-01";
    private const string L = "?api-version=2020-05-01";
    private const string Level = ",\"properties\":{\"level\":\"CanNotDelete\"}";

    private string Group(string name) => $"/subscriptions/{api.CustomerSubscription}/resourceGroups/{name}";

    private async Task<string> NewGroupAsync(string name)
    {
        (await api.Customer.Put(Group(name) + V, """{"location":"westeurope","tags":{"team":"network"}}""")).Is(201);
        return Group(name);
    }

    private static string Template(string resources, string outputs = "") =>
        $$"""
            {"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
             "resources":[{{resources}}],"outputs":{ {{outputs}} } }
            """;

    private static string Body(string template, string mode = "Incremental", string more = "") =>
        $$"""{ {{more}} "properties":{"mode":"{{mode}}","template":{{template}} } }""";

    private const string Address =
        "{\"type\":\"Microsoft.Network/publicIPAddresses\",\"apiVersion\":\"2024-01-01\",\"name\":\"a\",\"location\":\"westeurope\"}";

    /// <param name="more">Members, each with a comma before it.</param>
    private static string Extension(string type, string version, string name, string more) =>
        $$"""{"type":"{{type}}","apiVersion":"{{version}}","name":"{{name}}"{{more}} }""";

    private async Task<JsonNode> DeployAsync(string path, string body, HttpClient? who = null)
    {
        Answer begun = await (who ?? api.Customer).Put(path + V, body);
        Assert.True(begun.Code is 200 or 201, begun.Text);
        JsonNode ended = (await api.Customer.Finished(begun)).Is(200).Body!;
        Assert.True($"{ended["status"]}" == "Succeeded", ended.ToJsonString());
        return (await api.Customer.Get(path + V)).Is(200).Body!;
    }

    private async Task<string[]> ForeseenAsync(string path, string body)
    {
        Answer what = (await api.Customer.Post($"{path}/whatIf{V}", body)).Is(202);
        JsonNode result = (await api.Customer.Finished(what)).Is(200).Body!;
        return
        [
            .. result["properties"]!["changes"]!
                .AsArray()
                .Select(c => $"{$"{c!["resourceId"]}".Split("/providers/")[^1]} {c["changeType"]} {c["delta"]?.ToJsonString()}".Trim())
                .Order(StringComparer.Ordinal),
        ];
    }

    private const string OnAddress = ",\"scope\":\"[resourceId('Microsoft.Network/publicIPAddresses', 'a')]\"";
    private const string AfterAddress = ",\"dependsOn\":[\"[resourceId('Microsoft.Network/publicIPAddresses', 'a')]\"]";

    [Fact]
    public async Task Locks_are_deployed_in_every_form_that_templates_have()
    {
        string group = await NewGroupAsync("ext-locks");
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        string nested =
            Address[..^1].Replace("\"a\"", "\"b\"", StringComparison.Ordinal)
            + $$"""
                ,"resources":[{{Extension("providers/locks", "2020-05-01", "Microsoft.Authorization/nested", Level)}}] }
                """;
        string body = Body(
            Template(
                string.Join(
                    ',',
                    Address,
                    nested,
                    Extension("Microsoft.Authorization/locks", "2020-05-01", "group", Level + AfterAddress),
                    Extension("Microsoft.Authorization/locks", "2020-05-01", "scoped", Level + OnAddress + AfterAddress),
                    // As Bicep wrote it in its beginnings.
                    Extension(
                        "Microsoft.Authorization/locks",
                        "2020-05-01",
                        "relative",
                        $"{Level},\"scope\":\"[format('Microsoft.Network/publicIPAddresses/{{0}}', 'a')]\"{AfterAddress}"
                    ),
                    Extension(
                        "Microsoft.Network/publicIPAddresses/providers/locks",
                        "2016-09-01",
                        "a/Microsoft.Authorization/old",
                        Level + AfterAddress
                    )
                ),
                """
                "level":{"type":"string","value":"[reference(extensionResourceId(resourceId('Microsoft.Network/publicIPAddresses', 'a'), 'Microsoft.Authorization/locks', 'scoped'), '2020-05-01').level]"}
                """
            )
        );
        string[] foreseen = await ForeseenAsync(path, body);
        Assert.Equal(7, foreseen.Length);
        Assert.All(foreseen, f => Assert.EndsWith(" Create", f, StringComparison.Ordinal));

        JsonNode deployed = await DeployAsync(path, body);
        Assert.Equal("CanNotDelete", $"{deployed["properties"]!["outputs"]!["level"]!["value"]}");
        string address = $"{group}/providers/Microsoft.Network/publicIPAddresses";
        foreach (
            string on in (string[])
                [$"{group}|group", $"{address}/a|scoped", $"{address}/a|relative", $"{address}/a|old", $"{address}/b|nested"]
        )
            (await api.Customer.Get(on.Replace("|", "/providers/Microsoft.Authorization/locks/", StringComparison.Ordinal) + L)).Is(200);
        (await api.Customer.Delete($"{address}/a{N}")).Is(409, "ScopeLocked");

        Assert.All(await ForeseenAsync(path, body), f => Assert.EndsWith(" NoChange []", f, StringComparison.Ordinal));
        await DeployAsync(path, body);
        Assert.Equal(
            ["Microsoft.Authorization/locks", "Microsoft.Network/publicIPAddresses"],
            (await api.Customer.Get($"{path}/operations{V}")).Is(200).Body!["value"]!
                .AsArray()
                .Select(o => o!["properties"]!["targetResource"]?["resourceType"]?.ToString())
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        // What is on a resource is none of its group's: complete mode leaves it.
        await DeployAsync(
            path,
            Body(Template($"{Address},{nested[..nested.IndexOf(",\"resources\"", StringComparison.Ordinal)]}}}"), "Complete")
        );
        (await api.Customer.Get($"{group}/providers/Microsoft.Authorization/locks/group{L}")).Is(200);
        (await api.Customer.Get($"{address}/a/providers/Microsoft.Authorization/locks/scoped{L}")).Is(200);
    }

    [Fact]
    public async Task Tags_are_deployed_on_a_group_and_on_a_resource()
    {
        string group = await NewGroupAsync("ext-tags");
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        const string Tags = ",\"properties\":{\"tags\":{\"cost\":\"42\"}}";
        string body = Body(
            Template(
                string.Join(
                    ',',
                    Address,
                    Extension("Microsoft.Resources/tags", "2021-04-01", "default", Tags),
                    Extension("Microsoft.Resources/tags", "2021-04-01", "default", Tags + OnAddress + AfterAddress)
                )
            )
        );
        JsonNode deployed = await DeployAsync(path, body);
        Assert.Contains(
            $"{group}/providers/Microsoft.Resources/tags/default",
            deployed["properties"]!["outputResources"]!.AsArray().Select(r => $"{r!["id"]}")
        );
        Assert.Equal("""{"cost":"42"}""", (await api.Customer.Get(group + V)).Is(200).Body!["tags"]!.ToJsonString());
        string address = $"{group}/providers/Microsoft.Network/publicIPAddresses/a";
        Assert.Equal("""{"cost":"42"}""", (await api.Customer.Get(address + N)).Is(200).Body!["tags"]!.ToJsonString());
        await DeployAsync(path, body);

        Answer other = await api.Customer.Put(
            path + V,
            Body(Template(Extension("Microsoft.Resources/tags", "2021-04-01", "others", Tags)))
        );
        Assert.Contains("'default'", (await api.Customer.Finished(other)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_are_given_on_a_subscription_a_group_and_a_resource()
    {
        string group = await NewGroupAsync("ext-roles");
        string principal = api.Server.Installation.Principals["otherCustomer"].ObjectId;
        string given = $$"""
            ,"properties":{"principalId":"{{principal}}","principalType":"ServicePrincipal",
            "roleDefinitionId":"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{{BuiltInRoles.Reader.Id}}')]"}
            """;
        string Role(string more) =>
            Extension("Microsoft.Authorization/roleAssignments", "2022-04-01", "[guid(resourceGroup().id, 'x')]", given + more);
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        string body = Body(
            Template(
                string.Join(
                    ',',
                    Address,
                    Role(""),
                    Role(OnAddress + AfterAddress),
                    Extension(
                        "Microsoft.Authorization/roleDefinitions",
                        "2022-04-01",
                        BuiltInRoles.Reader.Id,
                        ",\"existing\":true,\"scope\":\"[subscription().id]\""
                    )
                ),
                $$"""
                "role":{"type":"string","value":"[reference(subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{{BuiltInRoles.Reader.Id}}'), '2022-04-01').roleName]"}
                """
            )
        );
        JsonNode deployed = await DeployAsync(path, body);
        Assert.Equal("Reader", $"{deployed["properties"]!["outputs"]!["role"]!["value"]}");
        JsonArray roles = (
            await api.Customer.Get(
                $"{group}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId eq '{principal}'"
            )
        )
            .Is(200)
            .Body!["value"]!.AsArray();
        Assert.Equal(
            [group, $"{group}/providers/Microsoft.Network/publicIPAddresses/a"],
            roles.Select(r => $"{r!["properties"]!["scope"]}").Order(StringComparer.Ordinal)
        );
        (await api.OtherCustomer.Get(group + V)).Is(200);
        await DeployAsync(path, body);
        Assert.All(await ForeseenAsync(path, body), f => Assert.EndsWith(" NoChange []", f, StringComparison.Ordinal));

        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        string atSubscription = Body(
            Template(Role("").Replace("resourceGroup()", "subscription()", StringComparison.Ordinal)),
            more: "\"location\":\"westeurope\","
        );
        JsonNode there = await DeployAsync($"{subscription}/providers/Microsoft.Resources/deployments/ext-roles", atSubscription);
        string made = $"{there["properties"]!["outputResources"]![0]!["id"]}";
        Assert.StartsWith($"{subscription}/providers/Microsoft.Authorization/roleAssignments/", made, StringComparison.Ordinal);
        (await api.Customer.Delete($"{made}?api-version=2022-04-01")).Is(200);
    }

    /// <summary>Who may write resources, and not locks and roles, deploys resources and no locks and roles.</summary>
    [Fact]
    public async Task They_need_the_rights_that_they_need_without_a_template()
    {
        string group = await NewGroupAsync("ext-rights");
        string principal = api.Server.Installation.Principals["otherCustomer"].ObjectId;
        (
            await api.Customer.Put(
                $"{group}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
                $$$"""{"properties":{"principalId":"{{{principal}}}","roleDefinitionId":"{{{BuiltInRoles.Contributor.Id}}}"}}"""
            )
        ).Is(201);
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        await DeployAsync(path, Body(Template(Address)), api.OtherCustomer);
        string locked = Extension("Microsoft.Authorization/locks", "2020-05-01", "l", Level);
        Answer refused = (await api.OtherCustomer.Put(path + V, Body(Template(locked)))).Is(403, "InvalidTemplateDeployment");
        Assert.Contains("Microsoft.Authorization/locks/write", refused.Text, StringComparison.Ordinal);
    }

    /// <summary>What is of groups is made in groups, and what is of subscriptions there: what stood elsewhere could be neither read nor deleted, and would be billed.</summary>
    [Fact]
    public async Task Nothing_is_made_where_its_type_has_no_path()
    {
        string group = await NewGroupAsync("ext-level");
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        const string network =
            "{\"type\":\"Microsoft.Network/virtualNetworks\",\"apiVersion\":\"2024-01-01\",\"name\":\"ghost\",\"location\":\"westeurope\",\"properties\":{\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\"]}}";
        string asn =
            "{\"type\":\"Microsoft.Peering/peerAsns\",\"apiVersion\":\"2022-10-01\",\"name\":\"ghost\",\"properties\":{\"peerAsn\":65077,\"peerName\":\"x\"}}";
        await Refused(
            $"{subscription}/providers/Microsoft.Resources/deployments/level",
            Body(Template(network + "}"), more: "\"location\":\"westeurope\",")
        );
        await Refused($"{group}/providers/Microsoft.Resources/deployments/d", Body(Template($"{network},\"scope\":\"{subscription}\"}}")));
        await Refused($"{group}/providers/Microsoft.Resources/deployments/d", Body(Template(asn)));
        foreach (
            string list in (string[])
                ["Microsoft.Network/virtualNetworks?api-version=2024-01-01", "Microsoft.Peering/peerAsns?api-version=2022-10-01"]
        )
            Assert.DoesNotContain(
                "ghost",
                (await api.Customer.Get($"{subscription}/providers/{list}")).Is(200).Text,
                StringComparison.Ordinal
            );

        async Task Refused(string path, string body) =>
            Assert.Contains(
                "MethodNotAllowed",
                (await api.Customer.Put(path + V, body)).Is(400, "InvalidTemplateDeployment").Text,
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("not an id")]
    [InlineData("Microsoft.Network")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers")]
    public async Task A_scope_that_is_none_is_refused_and_not_taken_for_the_group(string scope)
    {
        string group = await NewGroupAsync($"ext-scope{scope.Length}");
        string locked = Extension("Microsoft.Authorization/locks", "2020-05-01", "l", $"{Level},\"scope\":\"{scope}\"");
        Answer refused = (await api.Customer.Put($"{group}/providers/Microsoft.Resources/deployments/d{V}", Body(Template(locked)))).Is(
            400,
            "InvalidTemplate"
        );
        Assert.Contains("is no scope", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_that_a_template_takes_away_are_foreseen()
    {
        string group = await NewGroupAsync("ext-untag");
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        string none = Extension("Microsoft.Resources/tags", "2021-04-01", "default", ",\"properties\":{\"tags\":{\"team\":\"network\"}}");
        string gone = Extension("Microsoft.Resources/tags", "2021-04-01", "default", ",\"properties\":{\"tags\":{}}");
        Assert.Equal(("NoChange", ""), await Foreseen(none));
        Assert.Equal(("Modify", "properties.tags.team Delete"), await Foreseen(gone));

        async Task<(string, string)> Foreseen(string resource)
        {
            Answer what = await api.Customer.Finished((await api.Customer.Post($"{path}/whatIf{V}", Body(Template(resource)))).Is(202));
            JsonNode change = what.Is(200).Body!["properties"]!["changes"]!.AsArray().Single(c => $"{c!["changeType"]}" is not "Ignore")!;
            return (
                $"{change["changeType"]}",
                string.Join(", ", (change["delta"] as JsonArray ?? []).Select(d => $"{d!["path"]} {d["propertyChangeType"]}"))
            );
        }
    }

    /// <summary>No deeper than REST has them, and never on what stands around it.</summary>
    [Theory]
    [InlineData("ext-on-extension", "A.B/c/n/providers/Microsoft.Authorization/locks/x")]
    [InlineData("ext-deep", "Microsoft.Network/virtualNetworks/v/subnets/s/a/b")]
    public async Task Where_there_is_no_such_path_nothing_is_made(string name, string scope)
    {
        string group = await NewGroupAsync(name);
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        Answer refused = (
            await api.Customer.Put(
                path + V,
                Body(Template(Extension("Microsoft.Authorization/locks", "2020-05-01", "l", $"{Level},\"scope\":\"{scope}\"")))
            )
        ).Is(400, "InvalidTemplateDeployment");
        Assert.Contains("MethodNotAllowed", refused.Text, StringComparison.Ordinal);
        Assert.Empty((await api.Customer.Get($"{group}/providers/Microsoft.Authorization/locks{L}")).Is(200).Body!["value"]!.AsArray());
    }
}
