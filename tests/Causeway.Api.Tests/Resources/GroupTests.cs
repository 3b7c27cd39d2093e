using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

public sealed class Groups_on_sqlite(SqliteApi api) : GroupTests(api), IClassFixture<SqliteApi>;

public sealed class Groups_on_postgres(PostgresApi api) : GroupTests(api), IClassFixture<PostgresApi>;

public abstract class GroupTests(ApiFixture api)
{
    private const string V = "?api-version=2021-04-01";

    private string Group(string name) => $"/subscriptions/{api.CustomerSubscription}/resourcegroups/{name}";

    [Fact]
    public async Task A_group_is_created_shown_updated_and_deleted()
    {
        (await api.Customer.Call(HttpMethod.Head, Group("g1") + V)).Is(404);
        Answer created = (await api.Customer.Put(Group("g1") + V, """{"location":"West Europe","tags":{"a":"1"}}""")).Is(201);
        Assert.Equal("westeurope", created.Body!["location"]!.GetValue<string>());
        Assert.Equal($"/subscriptions/{api.CustomerSubscription}/resourceGroups/g1", created.Body["id"]!.GetValue<string>());
        Assert.Equal("Succeeded", created.Body["properties"]!["provisioningState"]!.GetValue<string>());

        (await api.Customer.Call(HttpMethod.Head, Group("G1") + V)).Is(204);
        (await api.Customer.Put(Group("g1") + V, """{"location":"westeurope","tags":{"b":"2"}}""")).Is(200);
        Answer patched = (await api.Customer.Patch(Group("g1") + V, """{"tags":{"c":"3"}}""")).Is(200);
        Assert.Equal("""{"c":"3"}""", patched.Body!["tags"]!.ToJsonString());

        Answer deleted = (await api.Customer.Delete(Group("g1") + V)).Is(202);
        Assert.Contains("/operationresults/", deleted.Header("Location"));
        Assert.Equal("1", deleted.Header("Retry-After"));
        (await api.Customer.Finished(deleted)).Is(200);
        (await api.Customer.Get(Group("g1") + V)).Is(404, "ResourceGroupNotFound");
        (await api.Customer.Delete(Group("g1") + V)).Is(404, "ResourceGroupNotFound");
    }

    [Fact]
    public async Task A_group_stays_where_it_is()
    {
        (await api.Customer.Put(Group("g2") + V, """{"location":"westeurope"}""")).Is(201);
        (await api.Customer.Put(Group("g2") + V, """{"location":"eastus"}""")).Is(409, "InvalidResourceGroupLocation");
        (await api.Customer.Put(Group("g3") + V, "{}")).Is(400, "LocationRequired");
        Answer wrong = (await api.Customer.Put(Group("g3") + V, """{"location":"atlantis"}""")).Is(
            400,
            "LocationNotAvailableForResourceType"
        );
        Assert.Contains("westeurope", wrong.Message);
    }

    [Fact]
    public async Task Groups_are_listed_by_page_and_by_tag()
    {
        for (int i = 0; i < 5; i++)
            (await api.Customer.Put(Group($"page{i}") + V, $$$"""{"location":"westeurope","tags":{"set":"{{{i % 2}}}"}}""")).Is(201);
        var names = new List<string>();
        string? next = $"/subscriptions/{api.CustomerSubscription}/resourceGroups{V}&$top=2";
        while (next is not null)
        {
            Answer page = (await api.Customer.Get(next)).Is(200);
            JsonArray value = page.Body!["value"]!.AsArray();
            Assert.True(value.Count <= 2);
            names.AddRange(value.Select(g => g!["name"]!.GetValue<string>()));
            next = page.Body["nextLink"]?.GetValue<string>();
        }
        Assert.Equal(5, names.Count(n => n.StartsWith("page", StringComparison.Ordinal)));
        Assert.Equal(names.Distinct().Count(), names.Count);

        Answer tagged = (
            await api.Customer.Get(
                $"/subscriptions/{api.CustomerSubscription}/resourcegroups{V}&$filter=tagname eq 'set' and tagvalue eq '1'"
            )
        ).Is(200);
        Assert.Equal(["page1", "page3"], tagged.Body!["value"]!.AsArray().Select(g => g!["name"]!.GetValue<string>()));
        (await api.Customer.Get($"/subscriptions/{api.CustomerSubscription}/resourcegroups{V}&$filter=name ne 'x'")).Is(
            400,
            "InvalidFilterInQueryString"
        );
    }

    [Fact]
    public async Task Contents_go_with_their_group()
    {
        (await api.Customer.Put(Group("full") + V, """{"location":"westeurope"}""")).Is(201);
        string network = $"{Group("full")}/providers/microsoft.network/VIRTUALNETWORKS/Net1";
        (
            await api.Customer.Put(
                $"{network}?api-version=2022-01-01",
                """{"location":"westeurope","tags":{"k":"v"},"properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}"""
            )
        ).Is(201);
        Answer list = (await api.Customer.Get($"{Group("full")}/resources{V}&$expand=createdTime")).Is(200);
        JsonNode only = Assert.Single(list.Body!["value"]!.AsArray())!;
        Assert.Equal("Microsoft.Network/virtualNetworks", only["type"]!.GetValue<string>());
        Assert.NotNull(only["createdTime"]);
        Answer byType = (
            await api.Customer.Get(
                $"/subscriptions/{api.CustomerSubscription}/resources{V}&$filter=resourceType eq 'microsoft.network/virtualnetworks' and resourceGroup eq 'FULL'"
            )
        ).Is(200);
        Assert.Single(byType.Body!["value"]!.AsArray());

        Answer deleted = (await api.Customer.Delete(Group("full") + V)).Is(202);
        (await api.Customer.Finished(deleted)).Is(200);
        (await api.Customer.Get($"{network}?api-version=2022-01-01")).Is(404, "ResourceGroupNotFound");
        // What was there is gone for good: the name is free again.
        (await api.Customer.Put(Group("full") + V, """{"location":"westeurope"}""")).Is(201);
        (await api.Customer.Get($"{network}?api-version=2022-01-01")).Is(404, "ResourceNotFound");
    }

    [Fact]
    public async Task Tags_are_merged_replaced_and_removed_at_every_scope()
    {
        (await api.Customer.Put(Group("tags") + V, """{"location":"westeurope"}""")).Is(201);
        string network = $"{Group("tags")}/providers/Microsoft.Network/virtualNetworks/tagged";
        (
            await api.Customer.Put(
                $"{network}?api-version=2022-01-01",
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}}"""
            )
        ).Is(201);
        foreach (string scope in new[] { $"/subscriptions/{api.CustomerSubscription}", Group("tags"), network })
        {
            string tags = $"{scope}/providers/Microsoft.Resources/tags/default{V}";
            (await api.Customer.Put(tags, """{"properties":{"tags":{"a":"1","b":"2"}}}""")).Is(200);
            (await api.Customer.Patch(tags, """{"operation":"Merge","properties":{"tags":{"B":"3","c":"4"}}}""")).Is(200);
            Answer merged = (await api.Customer.Get(tags)).Is(200);
            Assert.Equal(
                ["a=1", "b=3", "c=4"],
                merged.Body!["properties"]!["tags"]!
                    .AsObject()
                    .Select(t => $"{t.Key.ToLowerInvariant()}={t.Value}")
                    .Order(StringComparer.Ordinal)
            );
            (await api.Customer.Patch(tags, """{"operation":"Delete","properties":{"tags":{"a":"1","c":"other"}}}""")).Is(200);
            Answer less = (await api.Customer.Get(tags)).Is(200);
            Assert.Equal(
                ["b", "c"],
                less.Body!["properties"]!["tags"]!.AsObject().Select(t => t.Key.ToLowerInvariant()).Order(StringComparer.Ordinal)
            );
            (await api.Customer.Delete(tags)).Is(200);
            Assert.Empty((await api.Customer.Get(tags)).Body!["properties"]!["tags"]!.AsObject());
            (await api.Customer.Patch(tags, """{"operation":"Mix","properties":{}}""")).Is(400);
        }
    }

    /// <summary>Creations race with deletions of their group: whatever was answered 201 and not deleted with the group is refused or stays reachable.</summary>
    [Fact]
    public async Task Nothing_is_left_behind_in_a_group_that_went_away()
    {
        for (int round = 0; round < 5; round++)
        {
            string group = Group($"race{round}");
            (await api.Customer.Put(group + V, """{"location":"westeurope"}""")).Is(201);
            Task<Answer>[] creations =
            [
                .. Enumerable
                    .Range(0, 20)
                    .Select(i =>
                        api.Customer.Put(
                            $"{group}/providers/Microsoft.Network/virtualNetworks/n{i}?api-version=2022-01-01",
                            """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}"""
                        )
                    ),
            ];
            Answer deleted = (await api.Customer.Delete(group + V)).Is(202);
            foreach (Answer created in await Task.WhenAll(creations))
                Assert.True(created.Code is 201 or 404 or 409, created.Text);
            (await api.Customer.Finished(deleted)).Is(200);
            (await api.Customer.Put(group + V, """{"location":"westeurope"}""")).Is(201);
            Assert.Empty((await api.Customer.Get($"{group}/resources{V}")).Is(200).Body!["value"]!.AsArray());
        }
    }
}
