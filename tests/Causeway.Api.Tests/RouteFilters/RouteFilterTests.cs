using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Kit;
using Causeway.Api.Tests.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.RouteFilters;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Server.Topology;
using Microsoft.Extensions.DependencyInjection;
using CircuitAnswer = Causeway.Api.Tests.Circuits.Answer;

namespace Causeway.Api.Tests.RouteFilters;

public sealed class RouteFilterTestsOnSqlite(SqliteApi api) : RouteFilterTests(api), IClassFixture<SqliteApi>;

public sealed class RouteFilterTestsOnPostgres(PostgresApi api) : RouteFilterTests(api), IClassFixture<PostgresApi>;

/// <summary>Route filters over the wire: as clients write them, attached to peerings, and never dangling.</summary>
public abstract class RouteFilterTests(ApiFixture api)
{
    private const string FilterType = "Microsoft.Network/routeFilters";
    private readonly CircuitServer _server = new(api);

    [Fact]
    public async Task A_filter_and_its_rule_live_as_az_writes_them()
    {
        string filter = await FilterAsync();
        CircuitAnswer bare = await _server.GetAsync(filter);
        Assert.Equal("Succeeded", bare.Properties["provisioningState"]!.ToString());
        Assert.Empty(bare.Properties["rules"]!.AsArray());
        Assert.Null(bare.Properties["peerings"]);
        Assert.Equal(bare.Json["etag"]!.ToString(), bare.Header("ETag"));

        string path = $"{filter}/routeFilterRules/rule1";
        CircuitAnswer made = await _server.DoneAsync("customer", HttpMethod.Put, path, Rule("12076:5040", "12076:5030"));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal("Updating", made.Properties["provisioningState"]!.ToString());
        CircuitAnswer rule = await _server.GetAsync(path);
        Assert.Equal(
            ("Succeeded", "Allow", "Community", """["12076:5040","12076:5030"]"""),
            (
                rule.Properties["provisioningState"]!.ToString(),
                rule.Properties["access"]!.ToString(),
                rule.Properties["routeFilterRuleType"]!.ToString(),
                rule.Properties["communities"]!.ToJsonString()
            )
        );
        Assert.Equal("Microsoft.Network/routeFilters/routeFilterRules", rule.Json["type"]!.ToString());
        CircuitAnswer whole = await _server.GetAsync(filter);
        Assert.Equal(whole.Json["etag"]!.ToString(), rule.Json["etag"]!.ToString());
        Assert.Equal("rule1", Assert.Single(whole.Properties["rules"]!.AsArray())!["name"]!.ToString());

        // Read, and sent back with other tags: the rule stays.
        JsonObject again = whole.Json.AsObject();
        again["tags"] = new JsonObject { ["team"] = "network" };
        await _server.DoneAsync("customer", HttpMethod.Put, filter, again);
        Assert.Single((await _server.GetAsync($"{filter}/routeFilterRules")).Json["value"]!.AsArray());

        CircuitAnswer gone = await _server.OkAsync("customer", HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.Accepted, gone.Status);
        Assert.Empty((await _server.GetAsync(filter)).Properties["rules"]!.AsArray());
        Assert.Equal(HttpStatusCode.Accepted, (await _server.OkAsync("customer", HttpMethod.Delete, filter)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await _server.OkAsync("customer", HttpMethod.Delete, filter)).Status);
    }

    [Fact]
    public async Task One_rule_a_filter_and_it_allows_what_there_is()
    {
        string filter = await FilterAsync("12076:5010");
        await RefusedAsync($"{filter}/routeFilterRules/second", Rule("12076:5020"), "RouteFilterRuleLimitReached");
        string rule = $"{filter}/routeFilterRules/allow";
        JsonObject deny = Rule("12076:5010");
        deny["properties"]!["access"] = "Deny";
        await RefusedAsync(rule, deny, "RouteFilterRuleAccessNotSupported");
        await RefusedAsync(rule, Rule("12076:4999"), "BgpCommunityNotFound");
        await RefusedAsync(rule, Rule("exchange"), "InvalidBgpCommunity");
        await RefusedAsync(rule, Rule(), "InvalidRequestFormat");
        Assert.Equal("""["12076:5010"]""", (await _server.GetAsync(rule)).Properties["communities"]!.ToJsonString());
    }

    [Fact]
    public async Task Services_are_listed_with_their_communities_as_the_real_service_does()
    {
        JsonArray services = (await _server.GetAsync($"{_server.Subscription()}/providers/Microsoft.Network/bgpServiceCommunities")).Json[
            "value"
        ]!.AsArray();
        JsonNode exchange = services.Single(s => s!["name"]!.ToString() == "Exchange")!;
        Assert.Equal(
            "/subscriptions//resourceGroups//providers/Microsoft.Network/bgpServiceCommunities/Exchange",
            exchange["id"]!.ToString()
        );
        Assert.Equal("Microsoft.Network/bgpServiceCommunities", exchange["type"]!.ToString());
        Assert.Equal("Exchange", exchange["properties"]!["serviceName"]!.ToString());
        JsonArray communities = exchange["properties"]!["bgpCommunities"]!.AsArray();
        Assert.Equal(["Exchange", "Exchange IPv6"], communities.Select(c => c!["communityName"]!.ToString()));
        Assert.All(
            communities,
            c =>
                Assert.Equal(
                    ("Global", "12076:5010", true, "O365"),
                    (
                        c!["serviceSupportedRegion"]!.ToString(),
                        c["communityValue"]!.ToString(),
                        c["isAuthorizedToUse"]!.GetValue<bool>(),
                        c["serviceGroup"]!.ToString()
                    )
                )
        );
        Assert.Equal("""["198.51.100.0/27"]""", communities[0]!["communityPrefixes"]!.ToJsonString());
    }

    [Fact]
    public async Task It_is_attached_and_detached_by_the_peering_and_not_deleted_from_under_it()
    {
        string circuit = await _server.ProvisionedAsync();
        string filter = await FilterAsync("12076:5010");
        string other = await FilterAsync("12076:5020");
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = Microsoft(filter, other);
        await _server.DoneAsync("customer", HttpMethod.Put, peering, body);

        CircuitAnswer shown = await _server.GetAsync(peering);
        Assert.Equal(filter, shown.Properties["routeFilter"]!["id"]!.ToString());
        Assert.Equal(other, shown.Properties["ipv6PeeringConfig"]!["routeFilter"]!["id"]!.ToString());
        Assert.Equal(peering, Single(await _server.GetAsync(filter), "peerings"));
        Assert.Null((await _server.GetAsync(filter)).Properties["ipv6Peerings"]);
        Assert.Equal(peering, Single(await _server.GetAsync(other), "ipv6Peerings"));
        // What GET showed changes nothing as a PUT.
        string etag = (await _server.GetAsync(filter)).Json["etag"]!.ToString();
        await _server.DoneAsync("customer", HttpMethod.Put, peering, shown.Json);
        Assert.Equal(etag, (await _server.GetAsync(filter)).Json["etag"]!.ToString());

        CircuitAnswer refused = await _server.SendAsync("customer", HttpMethod.Delete, filter);
        Assert.Equal((HttpStatusCode.BadRequest, "InUseRouteFilterCannotBeDeleted"), (refused.Status, refused.ErrorCode));
        string says = $"RouteFilter {filter[(filter.LastIndexOf('/') + 1)..]} is in use by ExpressRouteBgpPeering {peering}";
        Assert.Equal(says, refused.ErrorMessage);
        Assert.Equal(says, Assert.Single(refused.Json["error"]!["details"]!.AsArray())!["message"]!.ToString());

        // What it lets through stands in the circuit with the commit that changes it.
        await _server.DoneAsync("customer", HttpMethod.Put, $"{filter}/routeFilterRules/allow", Rule("12076:5030", "12076:5010"));
        Assert.Equal("12076:5010 12076:5030", await LetThroughAsync(circuit, IpFamily.V4));
        Assert.Equal("12076:5020", await LetThroughAsync(circuit, IpFamily.V6));

        // Both families use the same; then one lets go by a PUT without it, and the peering's end frees it.
        body["properties"]!["ipv6PeeringConfig"]!["routeFilter"] = new JsonObject { ["id"] = filter };
        await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal(peering, Single(await _server.GetAsync(filter), "ipv6Peerings"));
        await _server.OkAsync("customer", HttpMethod.Delete, other);
        body["properties"]!.AsObject().Remove("routeFilter");
        await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        Assert.Null((await _server.GetAsync(filter)).Properties["peerings"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.SendAsync("customer", HttpMethod.Delete, filter)).Status);
        await _server.DoneAsync("customer", HttpMethod.Delete, peering);
        Assert.Null((await _server.GetAsync(filter)).Properties["ipv6Peerings"]);
        Assert.Equal(HttpStatusCode.Accepted, (await _server.OkAsync("customer", HttpMethod.Delete, filter)).Status);
    }

    [Fact]
    public async Task A_circuits_whole_PUT_attaches_and_detaches_too()
    {
        string circuit = await _server.ProvisionedAsync();
        string filter = await FilterAsync("12076:5010");
        JsonObject whole = (await _server.GetAsync(circuit)).Json.AsObject();
        JsonObject peering = Microsoft(filter, null);
        peering["name"] = "MicrosoftPeering";
        whole["properties"]!["peerings"] = new JsonArray(peering);
        await _server.DoneAsync("customer", HttpMethod.Put, circuit, whole);
        Assert.Equal($"{circuit}/peerings/MicrosoftPeering", Single(await _server.GetAsync(filter), "peerings"));
        whole["properties"]!["peerings"] = new JsonArray();
        await _server.DoneAsync("customer", HttpMethod.Put, circuit, whole);
        Assert.Null((await _server.GetAsync(filter)).Properties["peerings"]);
    }

    [Fact]
    public async Task One_for_an_IPv4_that_is_not_there_is_refused_and_the_one_that_stands_may_be_sent_back()
    {
        string circuit = await _server.ProvisionedAsync();
        string filter = await FilterAsync("12076:5010");
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject only6 = Microsoft(filter, null);
        JsonObject properties = only6["properties"]!.AsObject();
        JsonObject both = only6.DeepClone().AsObject();
        properties.Remove("primaryPeerAddressPrefix");
        properties.Remove("secondaryPeerAddressPrefix");
        await RefusedAsync(peering, only6, "InvalidParameter");

        // As az sends an IPv6 update.
        await _server.DoneAsync("customer", HttpMethod.Put, peering, both);
        await _server.DoneAsync("customer", HttpMethod.Put, peering, only6);
        Assert.Equal(filter, (await _server.GetAsync(peering)).Properties["routeFilter"]!["id"]!.ToString());
    }

    [Fact]
    public async Task Only_a_Microsoft_peering_has_one_and_only_one_that_is_there_and_may_be_joined()
    {
        string circuit = await _server.ProvisionedAsync();
        string filter = await FilterAsync("12076:5010");
        JsonObject isPrivate = CircuitServer.Peering();
        isPrivate["properties"]!["routeFilter"] = new JsonObject { ["id"] = filter };
        await RefusedAsync($"{circuit}/peerings/AzurePrivatePeering", isPrivate, "InvalidParameter");

        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await RefusedAsync(peering, Microsoft($"{filter}x", null), "InvalidResourceReference");
        await RefusedAsync(peering, Microsoft(circuit, null), null);
        // Of others nobody learns whether they are there.
        string theirs = $"{await _server.GroupAsync("otherCustomer")}/providers/{FilterType}/theirs";
        await RefusedAsync(peering, Microsoft(theirs, null), "LinkedAuthorizationFailed");
        await _server.DoneAsync("otherCustomer", HttpMethod.Put, theirs, new JsonObject { ["location"] = "westeurope" });
        await RefusedAsync(peering, Microsoft(theirs, null), "LinkedAuthorizationFailed");
        Assert.Equal(HttpStatusCode.NotFound, (await _server.SendAsync("customer", HttpMethod.Get, peering)).Status);
    }

    [Fact]
    public async Task Attached_and_deleted_at_once_it_never_dangles()
    {
        string circuit = await _server.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = Microsoft(null, null);
        await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        int attached = 0;
        for (int round = 0; round < 20; round++)
        {
            string filter = await FilterAsync("12076:5010");
            JsonObject with = (JsonObject)body.DeepClone();
            with["properties"]!["routeFilter"] = new JsonObject { ["id"] = filter };
            Task<CircuitAnswer> attach = _server.SendAsync("customer", HttpMethod.Put, peering, with);
            Task<CircuitAnswer> delete = _server.SendAsync("customer", HttpMethod.Delete, filter);
            await Task.WhenAll(attach, delete);
            bool isThere = (await _server.SendAsync("customer", HttpMethod.Get, filter)).Status == HttpStatusCode.OK;
            string? uses = (await _server.GetAsync(peering)).Properties["routeFilter"]?["id"]!.ToString();
            if (isThere)
            {
                attached++;
                Assert.Equal(filter, uses);
                Assert.Equal(peering, Single(await _server.GetAsync(filter), "peerings"));
                Assert.Equal("InUseRouteFilterCannotBeDeleted", (await delete).ErrorCode);
            }
            else
            {
                Assert.NotEqual(filter, uses);
                Assert.Equal("InvalidResourceReference", (await attach).ErrorCode);
            }
            await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        }
        TestContext.Current.SendDiagnosticMessage($"attached in {attached} of 20");
    }

    [Fact]
    public async Task A_peering_that_comes_back_before_it_has_gone_has_the_filter_as_it_is_now()
    {
        string circuit = await _server.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        string filter = await FilterAsync("12076:5010");
        JsonObject body = Microsoft(filter, null);
        for (int round = 0; round < 5; round++)
        {
            await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
            Task<CircuitAnswer> delete = _server.OkAsync("customer", HttpMethod.Delete, peering);
            string last = round % 2 == 0 ? "12076:5020" : "12076:5010";
            await _server.DoneAsync("customer", HttpMethod.Put, $"{filter}/routeFilterRules/allow", Rule(last));
            await delete;
            await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
            Assert.Equal(last, await LetThroughAsync(circuit, IpFamily.V4));
        }
    }

    [Fact]
    public async Task Attached_while_its_rule_changes_the_circuit_has_the_rule_of_the_end()
    {
        string circuit = await _server.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = Microsoft(null, null);
        await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        string filter = await FilterAsync("12076:5010");
        JsonObject with = (JsonObject)body.DeepClone();
        with["properties"]!["routeFilter"] = new JsonObject { ["id"] = filter };
        for (int round = 0; round < 20; round++)
        {
            string last = round % 2 == 0 ? "12076:5020" : "12076:5010";
            await Task.WhenAll(
                _server.DoneAsync("customer", HttpMethod.Put, peering, with),
                _server.DoneAsync("customer", HttpMethod.Put, $"{filter}/routeFilterRules/allow", Rule(last))
            );
            Assert.Equal(last, await LetThroughAsync(circuit, IpFamily.V4));
            await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        }
    }

    [Fact]
    public async Task What_a_subscription_may_not_use_fails_as_the_real_service_says_it()
    {
        string closed = $$"""
              - { name: Closed, group: O365, community: "12076:5999", prefixes: [198.18.99.0/24], subscriptions: [{{Guid.NewGuid()}}] }

            """;
        await ApplyAsync(TopologyFile.BuiltIn + closed);
        string filter = await FilterAsync("12076:5010");
        CircuitAnswer asked = await _server.OkAsync(
            "customer",
            HttpMethod.Put,
            $"{filter}/routeFilterRules/allow",
            Rule("12076:5010", "12076:5999")
        );
        JsonNode end = await _server.EndAsync("customer", asked);
        Assert.Equal("Failed", end["status"]!.ToString());
        Assert.Equal("SubscriptionNotAuthorized", end["error"]!["code"]!.ToString());
        Assert.Equal(
            $"This subscriptionId:{_server.Subscription()["/subscriptions/".Length..]} is not enabled for given communities",
            end["error"]!["message"]!.ToString()
        );
        Assert.Equal("Failed", (await _server.GetAsync(filter)).Properties["provisioningState"]!.ToString());
        Assert.False(
            (await _server.GetAsync($"{_server.Subscription()}/providers/Microsoft.Network/bgpServiceCommunities")).Json["value"]!
                .AsArray()
                .Single(s => s!["name"]!.ToString() == "Closed")!["properties"]!["bgpCommunities"]![0]![
                "isAuthorizedToUse"
            ]!.GetValue<bool>()
        );
        // The operator allows it: nobody has to write the filter again.
        await ApplyAsync(
            TopologyFile.BuiltIn
                + closed.Replace(
                    "subscriptions: [",
                    $"subscriptions: [{_server.Subscription()["/subscriptions/".Length..]}, ",
                    StringComparison.Ordinal
                )
        );
        Assert.Equal("Succeeded", (await _server.GetAsync(filter)).Properties["provisioningState"]!.ToString());
        // Taken away altogether, the filter stands, and can be written as it is.
        await ApplyAsync(TopologyFile.BuiltIn);
        await _server.DoneAsync("customer", HttpMethod.Put, filter, (await _server.GetAsync(filter)).Json);
    }

    [Fact]
    public async Task It_goes_with_its_group_unless_a_circuit_of_another_group_uses_it()
    {
        string circuit = await _server.ProvisionedAsync();
        string filter = await FilterAsync("12076:5010");
        string group = filter[..filter.IndexOf("/providers/", StringComparison.Ordinal)];
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _server.DoneAsync("customer", HttpMethod.Put, peering, Microsoft(filter, null));
        CircuitAnswer refused = await _server.SendAsync("customer", HttpMethod.Delete, group, version: "2022-09-01");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("InUseRouteFilterCannotBeDeleted", refused.Text, StringComparison.Ordinal);

        // With its circuit it goes, once the provider has let go.
        string own = circuit[..circuit.IndexOf("/providers/", StringComparison.Ordinal)];
        string beside = $"{own}/providers/{FilterType}/beside";
        await _server.DoneAsync("customer", HttpMethod.Put, beside, FilterBody("12076:5020"));
        JsonObject body = (await _server.GetAsync(peering)).Json.AsObject();
        body["properties"]!["routeFilter"]!["id"] = beside;
        await _server.DoneAsync("customer", HttpMethod.Put, peering, body);
        await _server.OkAsync("customer", HttpMethod.Delete, group, version: "2022-09-01");
        await _server.ProviderAsync(circuit, "Deprovisioning", "NotProvisioned");
        await _server.OkAsync("customer", HttpMethod.Delete, own, version: "2022-09-01");
        foreach (string gone in new[] { group, own })
            await Testing.Eventually.Get(
                () => _server.SendAsync("customer", HttpMethod.Get, gone, version: "2022-09-01"),
                a => a.Status == HttpStatusCode.NotFound,
                $"{gone} is gone"
            );
    }

    private async Task ApplyAsync(string topology)
    {
        var order = new JsonObject
        {
            ["properties"] = new JsonObject { ["text"] = topology, ["source"] = "a test" },
        };
        await _server.OkAsync("operator", HttpMethod.Put, "/providers/Causeway.Operations/topologies/default", order, "2026-11-01");
    }

    private async Task<string> FilterAsync(params string[] communities)
    {
        string id = $"{await _server.GroupAsync()}/providers/{FilterType}/filter{CircuitServer.Fresh()}";
        await _server.DoneAsync("customer", HttpMethod.Put, id, FilterBody(communities));
        return id;
    }

    private static JsonObject FilterBody(params string[] communities)
    {
        JsonObject body = new() { ["location"] = "westeurope" };
        if (communities.Length > 0)
        {
            JsonObject rule = Rule(communities);
            rule["name"] = "allow";
            body["properties"] = new JsonObject { ["rules"] = new JsonArray(rule) };
        }
        return body;
    }

    private static JsonObject Rule(params string[] communities) =>
        new()
        {
            ["location"] = "westeurope",
            ["properties"] = new JsonObject
            {
                ["access"] = "Allow",
                ["communities"] = new JsonArray([.. communities.Select(c => JsonValue.Create(c))]),
            },
        };

    private static JsonObject Microsoft(string? filter, string? v6)
    {
        JsonObject body = CircuitServer.Peering();
        int n = CircuitServer.Fresh();
        JsonObject properties = body["properties"]!.AsObject();
        properties["peeringType"] = "MicrosoftPeering";
        properties["microsoftPeeringConfig"] = new JsonObject
        {
            ["advertisedPublicPrefixes"] = new JsonArray($"11.{n / 256}.{n % 256}.0/24"),
        };
        if (filter is not null)
            properties["routeFilter"] = new JsonObject { ["id"] = filter };
        properties["ipv6PeeringConfig"] = new JsonObject
        {
            ["primaryPeerAddressPrefix"] = $"fd00:{n:x}::/126",
            ["secondaryPeerAddressPrefix"] = $"fd00:{n:x}::4/126",
            ["microsoftPeeringConfig"] = new JsonObject { ["advertisedPublicPrefixes"] = new JsonArray($"2a10:{n:x}::/48") },
        };
        if (v6 is not null)
            properties["ipv6PeeringConfig"]!["routeFilter"] = new JsonObject { ["id"] = v6 };
        return body;
    }

    /// <summary>What the circuit's own document says that it announces over its Microsoft peering.</summary>
    private async Task<string> LetThroughAsync(string circuit, IpFamily family)
    {
        Circuit read = (
            await api.Server.Services.GetRequiredService<Tracked<Circuit>>().ReadAsync(ResourceId.Parse(circuit), default)
        )!.Resource;
        AttachedFilter? filter = read.FindPeering(PeeringType.MicrosoftPeering)!.FamilyOf(family)?.Filter;
        return string.Join(' ', (filter?.Communities ?? []).Select(AnnouncedService.Text));
    }

    private static string Single(CircuitAnswer filter, string member) =>
        Assert.Single(filter.Properties[member]!.AsArray())!["id"]!.ToString();

    private async Task RefusedAsync(string path, JsonObject body, string? code)
    {
        CircuitAnswer answer = await _server.SendAsync("customer", HttpMethod.Put, path, body);
        Assert.True((int)answer.Status is 400 or 403, answer.ToString());
        if (code is not null)
            Assert.Equal(code, answer.ErrorCode);
    }
}
