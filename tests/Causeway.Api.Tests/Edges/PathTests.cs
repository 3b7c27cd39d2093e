using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Edges;

/// <summary>Odd paths, names and bodies: refused in words, stored never.</summary>
public sealed class PathTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string N = "?api-version=2024-01-01";
    private const string R = "?api-version=2021-04-01";
    private const string A = "?api-version=2022-04-01";
    private string Mine => $"/subscriptions/{api.CustomerSubscription}";

    private async Task<string> GroupAsync()
    {
        string group = $"{Mine}/resourceGroups/rg{Guid.NewGuid():N}";
        (await api.Customer.Put(group + R, """{"location":"westeurope"}""")).Is(201);
        return group;
    }

    [Fact]
    public async Task The_word_that_separates_scopes_is_no_name()
    {
        string group = await GroupAsync();
        string net = $"{group}/providers/Microsoft.Network";
        const string body = """{"location":"westeurope","properties":{}}""";
        foreach (string word in (string[])["providers", "Providers", "PROVIDERS"])
        foreach (
            (string method, string path) in new (string, string)[]
            {
                ("GET", $"{net}/expressRouteCircuits/{word}{N}"),
                ("PUT", $"{net}/expressRouteCircuits/{word}{N}"),
                ("DELETE", $"{net}/expressRouteCircuits/{word}{N}"),
                ("PATCH", $"{net}/virtualNetworks/{word}{N}"),
                ("GET", $"{net}/expressRouteCircuits/{word}/peerings{N}"),
                ("GET", $"{net}/expressRouteCircuits/{word}/peerings/AzurePrivatePeering{N}"),
                ("PUT", $"{net}/expressRouteCircuits/c/authorizations/{word}{N}"),
                ("PUT", $"{net}/virtualNetworks/n/subnets/{word}{N}"),
                ("GET", $"{net}/virtualNetworks/{word}/providers/Microsoft.Resources/tags/default{R}"),
                ("GET", $"{net}/virtualNetworks/{word}/providers/Microsoft.Authorization/roleAssignments{A}"),
                ("PUT", $"{net}/virtualNetworks/{word}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}{A}"),
                ("GET", $"{net}/virtualNetworks/n/subnets/{word}/providers/Microsoft.Authorization/roleAssignments{A}"),
                ("POST", $"{net}/expressRouteCircuits/{word}/peerings/AzurePrivatePeering/arpTables/primary{N}"),
                ("GET", $"/providers/{word}{R}"),
                ("GET", $"/providers/Causeway.Identity/principals/{word}?api-version=2026-11-01"),
                ("GET", $"/providers/Microsoft.Subscription/aliases/{word}?api-version=2021-10-01"),
                ("GET", $"{Mine}/providers/{word}{R}"),
                ("GET", $"{Mine}/resourceGroups/{word}{R}"),
            }
        )
        {
            Answer answer = await api.Operator.Call(new HttpMethod(method), path, method is "PUT" or "PATCH" ? body : null);
            Assert.True(answer.Code is 400 or 404, $"{method} {path}: {answer.Code} {answer.Text}");
        }
    }

    /// <summary>As clients with an address that ends in a slash send it, and <c>az resource</c> where the path of a parent would stand.</summary>
    [Fact]
    public async Task Two_slashes_are_one()
    {
        string group = await GroupAsync();
        (
            await api.Customer.Put(
                $"{group}/providers/Microsoft.Network//virtualNetworks/n{N}",
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}"""
            )
        ).Is(201);
        (await api.Customer.Get($"{group}//providers/Microsoft.Network/virtualNetworks/n{N}")).Is(200);
    }

    /// <summary>A child in a body is a name as well.</summary>
    [Fact]
    public async Task Nor_is_it_a_name_in_a_body()
    {
        string net = $"{await GroupAsync()}/providers/Microsoft.Network/virtualNetworks/n{N}";
        (
            await api.Customer.Put(
                net,
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"providers","properties":{"addressPrefix":"10.0.0.0/24"}}]}}"""
            )
        ).Is(400);
    }

    [Theory]
    [InlineData("{s}/resourceGroups/evil%0a?api-version=2021-04-01", """{"location":"westeurope"}""")]
    [InlineData("{s}/resourceGroups/evil%0d%0a?api-version=2021-04-01", """{"location":"westeurope"}""")]
    [InlineData(
        "{g}/providers/Microsoft.Network/virtualNetworks/n%0a?api-version=2024-01-01",
        """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}"""
    )]
    [InlineData(
        "{g}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-00000000000a%0a?api-version=2022-04-01",
        """{"properties":{"roleDefinitionId":"acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"00000000-0000-0000-0000-000000000001"}}"""
    )]
    [InlineData(
        "{g}/providers/Microsoft.Authorization/roleAssignments/{0}?api-version=2022-04-01",
        """{"properties":{"roleDefinitionId":"acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"00000000-0000-0000-0000-000000000001"}}"""
    )]
    [InlineData(
        "{g}/providers/Microsoft.Authorization/roleAssignments/000000000000000000000000000000000000?api-version=2022-04-01",
        """{"properties":{"roleDefinitionId":"acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"00000000-0000-0000-0000-000000000001"}}"""
    )]
    [InlineData("{s}%0a/resourceGroups/ok?api-version=2021-04-01", """{"location":"westeurope"}""")]
    [InlineData("{s}/resourceGroups/a%e2%80%aeb?api-version=2021-04-01", """{"location":"westeurope"}""")]
    [InlineData("{g}?api-version=2021-04-01", """{"location":"westeurope","tags":{"a":"\u001b[2J"}}""")]
    [InlineData("{g}?api-version=2021-04-01", """{"location":"westeurope","tags":{"a\u202e":"b"}}""")]
    [InlineData("{g}?api-version=2021-04-01", """{"location":"westeurope","tags":{"a":"\u202e"}}""")]
    [InlineData("{g}?api-version=2021-04-01", """{"location":"westeurope","tags":{"a":"b\nc"}}""")]
    public async Task What_would_not_show_as_it_is_is_not_stored(string path, string body)
    {
        string group = await GroupAsync();
        path = path.Replace("{s}", Mine).Replace("{g}", group).Replace("{0}", "{00000000-0000-0000-0000-000000000001}");
        Answer answer = await api.Customer.Put(path, body);
        Assert.True(answer.Code is 400 or 404, $"{path}: {answer.Code} {answer.Text}");
    }

    [Theory]
    [InlineData("AA")] // NUL
    [InlineData("YQpi")]
    public async Task A_page_token_with_control_characters_is_none_of_ours(string token) =>
        (await api.Customer.Get($"{Mine}/resourcegroups{R}&$skipToken={token}")).Is(400, "InvalidQueryParameterValue");

    [Fact]
    public async Task A_disabled_subscription_is_changed_by_nothing()
    {
        string alias = $"/providers/Microsoft.Subscription/aliases/a{Guid.NewGuid():N}?api-version=2021-10-01";
        Answer made = (await api.Operator.Put(alias, """{"properties":{"displayName":"Closing"}}""")).Is(201);
        string closing = $"/subscriptions/{made.Body!["properties"]!["subscriptionId"]!.GetValue<string>()}";
        string tags = $"{closing}/providers/Microsoft.Resources/tags/default{R}";
        (await api.Operator.Put(tags, """{"properties":{"tags":{"a":"b"}}}""")).Is(200);
        (await api.Operator.Post($"{closing}/providers/Microsoft.Subscription/cancel?api-version=2021-10-01")).Is(200);
        foreach (
            (string method, string path, string? body) in new (string, string, string?)[]
            {
                ("DELETE", tags, null),
                ("PUT", tags, """{"properties":{"tags":{}}}"""),
                ("PATCH", tags, """{"operation":"Replace","properties":{"tags":{}}}"""),
                ("POST", $"{closing}/providers/Microsoft.Network/unregister{R}", null),
                ("POST", $"{closing}/providers/Microsoft.Network/register{R}", null),
                ("PUT", $"{closing}/resourceGroups/g{R}", """{"location":"westeurope"}"""),
            }
        )
            (await api.Operator.Call(new HttpMethod(method), path, body)).Is(409, "ReadOnlyDisabledSubscription");
        Answer kept = (await api.Operator.Get(tags)).Is(200);
        Assert.Equal("b", kept.Body!["properties"]!["tags"]!["a"]!.GetValue<string>());
        (await api.Operator.Post($"{closing}/providers/Microsoft.Subscription/enable?api-version=2021-10-01")).Is(200);
        (await api.Operator.Delete(tags)).Is(200);
    }

    /// <summary>A node remembers the subscription, and what another one (here: somebody past the API) does to it is announced.</summary>
    [Fact]
    public async Task A_subscription_that_is_disabled_elsewhere_is_not_remembered_as_it_was()
    {
        string alias = $"/providers/Microsoft.Subscription/aliases/b{Guid.NewGuid():N}?api-version=2021-10-01";
        Answer made = (await api.Operator.Put(alias, """{"properties":{"displayName":"Elsewhere"}}""")).Is(201);
        ResourceId id = ResourceId.OfSubscription(made.Body!["properties"]!["subscriptionId"]!.GetValue<string>());
        string tags = $"{id.Text}/providers/Microsoft.Resources/tags/default{R}";
        (await api.Operator.Put(tags, """{"properties":{"tags":{"a":"b"}}}""")).Is(200);
        Engine engine = api.Server.Services.GetRequiredService<Engine>();
        await engine.SendAsync(
            id,
            Subscription.ResourceType,
            new SubscriptionSignal.Cancel(TimeProvider.System.GetUtcNow()),
            SendContext.Causeway,
            CancellationToken.None
        );
        (await api.Operator.Put(tags, """{"properties":{"tags":{"a":"c"}}}""")).Is(409, "ReadOnlyDisabledSubscription");
    }

    [Fact]
    public async Task Allow_names_what_can_be_done_there()
    {
        string circuit = $"{await GroupAsync()}/providers/Microsoft.Network/expressRouteCircuits/c";
        foreach (
            (string method, string path, string allowed) in new[]
            {
                ("POST", circuit, "DELETE, GET, HEAD, PATCH, PUT"),
                ("PATCH", $"{circuit}/peerings/AzurePrivatePeering", "DELETE, GET, HEAD, PUT"),
                ("PUT", $"{circuit}/explain", "GET, POST"),
                ("GET", $"{circuit}/authorizations/a/listKeys", "POST"),
                ("DELETE", $"{Mine}/providers/Microsoft.Network/expressRouteServiceProviders", "GET"),
            }
        )
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path + N);
            using HttpResponseMessage response = await api.Customer.SendAsync(request);
            Assert.Equal((405, allowed), ((int)response.StatusCode, string.Join(", ", response.Content.Headers.Allow.Order())));
        }
        foreach ((string method, string path) in new[] { ("GET", $"{circuit}/nothing{N}"), ("POST", $"{circuit}/nothing{N}") })
            (await api.Customer.Call(new HttpMethod(method), path)).Is(404);
    }

    [Fact]
    public async Task Nothing_is_deleted_in_a_group_that_is_not_there()
    {
        string absent = $"{Mine}/resourceGroups/absent";
        foreach (
            string path in (string[])
                [
                    $"{absent}/providers/Microsoft.Network/expressRouteCircuits/c{N}",
                    $"{absent}/providers/Microsoft.Network/virtualNetworks/n/subnets/s{N}",
                    $"{absent}/providers/Microsoft.Network/connections/k{N}",
                    $"{absent}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}{A}",
                    $"{absent}/providers/Microsoft.Resources/tags/default{R}",
                ]
        )
            (await api.Customer.Delete(path)).Is(404, "ResourceGroupNotFound");
        string group = await GroupAsync();
        (await api.Customer.Delete($"{group}/providers/Microsoft.Network/expressRouteCircuits/c{N}")).Is(204);
    }
}
