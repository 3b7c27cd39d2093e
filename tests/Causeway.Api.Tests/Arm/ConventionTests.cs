using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Arm;

public sealed class Conventions_on_sqlite(SqliteApi api) : ConventionTests(api), IClassFixture<SqliteApi>;

public sealed class Conventions_on_postgres(PostgresApi api) : ConventionTests(api), IClassFixture<PostgresApi>;

/// <summary>What every request relies on, whatever its type.</summary>
public abstract class ConventionTests(ApiFixture api)
{
    private const string R = "?api-version=2021-04-01";
    private const string N = "?api-version=2022-01-01";
    private const string Network = """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""";

    private string Subscription => $"/subscriptions/{api.CustomerSubscription}";

    private async Task<string> GroupAsync(string name)
    {
        Answer answer = await api.Customer.Put($"{Subscription}/resourceGroups/{name}{R}", """{"location":"westeurope"}""");
        Assert.True(answer.Code is 200 or 201, answer.Text);
        return $"{Subscription}/resourceGroups/{name}";
    }

    [Fact]
    public async Task The_api_version_is_required_and_checked()
    {
        string group = await GroupAsync("versions");
        string network = $"{group}/providers/Microsoft.Network/virtualNetworks/n";
        Answer missing = (await api.Customer.Get(network)).Is(400, "MissingApiVersionParameter");
        Assert.Equal("gateway", missing.Header("x-ms-failure-cause"));
        Assert.Null(missing.Body!["error"]!["details"]);
        Answer unknown = (await api.Customer.Get($"{network}?api-version=1999-01-01")).Is(400, "NoRegisteredProviderFound");
        Assert.Contains("2022-01-01", unknown.Message);
        Assert.Contains("westeurope", unknown.Message);
        Answer own = (await api.Customer.Get($"{group}?api-version=1999-01-01")).Is(400, "InvalidApiVersionParameter");
        Assert.Contains("2021-04-01", own.Message);
    }

    [Fact]
    public async Task Unknown_things_are_named()
    {
        string group = await GroupAsync("unknown");
        (await api.Customer.Get($"{group}/providers/Microsoft.Network/teapots/t{N}")).Is(404, "InvalidResourceType");
        (await api.Customer.Get($"{group}/providers/Microsoft.Teapots/pots/t{N}")).Is(404, "InvalidResourceNamespace");
        (await api.Customer.Call(HttpMethod.Options, $"{group}/providers/Microsoft.Network/virtualNetworks/n{N}")).Is(
            405,
            "MethodNotAllowed"
        );
        (await api.Customer.Get("/nothing")).Is(404, "NotFound");
        (await api.Customer.Get($"/subscriptions/{Guid.NewGuid()}{R}")).Is(404, "SubscriptionNotFound");
        (await api.Customer.Get($"/subscriptions/mine{R}")).Is(400, "InvalidSubscriptionId");
        (await api.Customer.Get($"{group}/providers/Microsoft.Network/virtualNetworks/absent{N}")).Is(404, "ResourceNotFound");
        (await api.Customer.Get($"{Subscription}/resourceGroups/absent/providers/Microsoft.Network/virtualNetworks/n{N}")).Is(
            404,
            "ResourceGroupNotFound"
        );
        (await api.Customer.Put($"{Subscription}/resourceGroups/absent/providers/Microsoft.Network/virtualNetworks/n{N}", Network)).Is(
            404,
            "ResourceGroupNotFound"
        );
        (await api.Customer.Put($"{Subscription}/resourceGroups/bad%20name{R}", """{"location":"westeurope"}""")).Is(
            400,
            "InvalidResourceGroup"
        );
    }

    [Fact]
    public async Task Paths_match_in_any_case_and_answers_are_canonical()
    {
        string group = await GroupAsync("Cases");
        (
            await api.Customer.Put(
                $"{api.Server.Endpoint}//SUBSCRIPTIONS/{api.CustomerSubscription.ToUpperInvariant()}/RESOURCEGROUPS/cases/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKS/MyNet{N}",
                Network
            )
        ).Is(201);
        Answer seen = (await api.Customer.Get($"{group}/providers/microsoft.network/virtualnetworks/mynet/{N}")).Is(200);
        Assert.Equal("Microsoft.Network/virtualNetworks", seen.Body!["type"]!.GetValue<string>());
        Assert.Matches(
            $"^{Subscription}/resourceGroups/[Cc]ases/providers/Microsoft\\.Network/virtualNetworks/MyNet$",
            seen.Body["id"]!.GetValue<string>()
        );
        Assert.Equal("MyNet", seen.Body["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Etags_guard_writes()
    {
        string network = $"{await GroupAsync("etags")}/providers/Microsoft.Network/virtualNetworks/n{N}";
        (await api.Customer.Delete(network, ("If-Match", "\"x\""))).Is(204);
        (await api.Customer.Put(network, Network, ("If-Match", "*"))).Is(412, "PreconditionFailed");
        (await api.Customer.Put(network, Network, ("If-Match", $"\"{Guid.NewGuid()}\""))).Is(412, "PreconditionFailed");
        Answer made = (await api.Customer.Put(network, Network, ("If-None-Match", "*"))).Is(201);
        (await api.Customer.Put(network, Network, ("If-None-Match", "*"))).Is(412, "PreconditionFailed");
        (await api.Customer.Put(network, Network, ("If-Match", "*"))).Is(200);
        string stale = made.Body!["etag"]!.GetValue<string>();
        (await api.Customer.Put(network, Network.Replace("10.0.0.0/16", "10.2.0.0/16"), ("If-Match", "*"))).Is(200);
        (await api.Customer.Put(network, Network, ("If-Match", stale))).Is(412, "PreconditionFailed");
        string fresh = (await api.Customer.Get(network)).Body!["etag"]!.GetValue<string>();
        (await api.Customer.Put(network, Network, ("If-Match", fresh))).Is(200);
        (await api.Customer.Delete(network, ("If-Match", stale))).Is(412, "PreconditionFailed");
    }

    [Fact]
    public async Task Preconditions_of_a_child_are_about_the_child()
    {
        string network = $"{await GroupAsync("childetags")}/providers/Microsoft.Network/virtualNetworks/n";
        (await api.Customer.Put(network + N, Network)).Is(201);
        string subnet = $"{network}/subnets/s{N}";
        const string body = """{"properties":{"addressPrefix":"10.0.1.0/24"}}""";
        (await api.Customer.Put(subnet, body, ("If-Match", "*"))).Is(412, "PreconditionFailed");
        (await api.Customer.Put(subnet, body, ("If-None-Match", "*"))).Is(201);
        (await api.Customer.Put(subnet, body, ("If-None-Match", "*"))).Is(412, "PreconditionFailed");
        string etag = (await api.Customer.Get(subnet)).Body!["etag"]!.GetValue<string>();
        (await api.Customer.Put(subnet, body.Replace("10.0.1", "10.0.2"), ("If-Match", etag))).Is(200);
        (await api.Customer.Delete(subnet, ("If-Match", etag))).Is(412, "PreconditionFailed");
    }

    [Theory]
    [InlineData("virtualNetworks/-n")]
    [InlineData("virtualNetworks/n/subnets/s-")]
    [InlineData("virtualNetworkGateways/-g")]
    [InlineData("connections/-k")]
    [InlineData("publicIPAddresses/p p")]
    [InlineData("expressRouteCircuits/-c")]
    [InlineData("expressRouteCircuits/c/authorizations/-a")]
    public async Task Names_of_new_resources_are_checked(string path)
    {
        string providers = $"{await GroupAsync("names")}/providers/Microsoft.Network";
        Answer bad = (await api.Customer.Put($"{providers}/{path}{N}", Network)).Is(400, "InvalidResourceName");
        Assert.Contains($"'{path[(path.LastIndexOf('/') + 1)..]}'", bad.Message);
        string type = path[..path.LastIndexOf('/')];
        (await api.Customer.Put($"{providers}/{type}/{new string('x', 81)}{N}", Network)).Is(400, "InvalidResourceName");
    }

    [Fact]
    public async Task A_list_in_a_group_that_is_not_there_is_not_empty_but_not_found()
    {
        string absent = $"{Subscription}/resourceGroups/absent/providers/Microsoft.Network";
        foreach (
            string type in new[] { "expressRouteCircuits", "virtualNetworks", "virtualNetworkGateways", "connections", "publicIPAddresses" }
        )
            (await api.Customer.Get($"{absent}/{type}{N}")).Is(404, "ResourceGroupNotFound");
        // Groups of cross connections are names only.
        (await api.Customer.Get($"{absent}/expressRouteCrossConnections{N}")).Is(200);
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_have_is_told_which_it_has()
    {
        string networks = $"{await GroupAsync("methods")}/providers/Microsoft.Network/virtualNetworks";
        using var one = new HttpRequestMessage(HttpMethod.Post, $"{networks}/n{N}");
        using HttpResponseMessage answer = await api.Customer.SendAsync(one);
        Assert.Equal(["DELETE", "GET", "HEAD", "PATCH", "PUT"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
        using var all = new HttpRequestMessage(HttpMethod.Put, $"{networks}{N}");
        using HttpResponseMessage list = await api.Customer.SendAsync(all);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, list.StatusCode);
        Assert.Equal(["GET"], list.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("""{"location":"","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""")]
    [InlineData("""{"location":null,"properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""")]
    [InlineData("""{"properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""")]
    public async Task A_new_resource_needs_a_location(string body) =>
        (await api.Customer.Put($"{await GroupAsync("nowhere")}/providers/Microsoft.Network/virtualNetworks/n{N}", body)).Is(
            400,
            "LocationRequired"
        );

    [Fact]
    public async Task Every_answer_carries_its_ids()
    {
        string correlation = Guid.NewGuid().ToString();
        Answer answer = await api.Customer.Call(
            HttpMethod.Get,
            $"{Subscription}/resourcegroups{R}",
            null,
            ("x-ms-correlation-request-id", correlation),
            ("x-ms-client-request-id", "mine"),
            ("x-ms-return-client-request-id", "true")
        );
        Assert.Equal(correlation, answer.Header("x-ms-correlation-request-id"));
        Assert.Equal("mine", answer.Header("x-ms-client-request-id"));
        Assert.True(Guid.TryParse(answer.Header("x-ms-request-id"), out _));
        Assert.EndsWith(correlation, answer.Header("x-ms-routing-request-id"));
        Assert.Equal("no-cache", answer.Header("Cache-Control"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Null(answer.Header("x-ms-arm-service-request-id"));
        Answer network = await api.Customer.Get($"{Subscription}/providers/Microsoft.Network/virtualNetworks?api-version=2024-01-01");
        Assert.Equal(network.Header("x-ms-request-id"), network.Header("x-ms-arm-service-request-id"));
        Answer other = await api.Customer.Call(HttpMethod.Get, $"{Subscription}{R}", null, ("x-ms-correlation-request-id", "not a guid"));
        Assert.True(Guid.TryParse(other.Header("x-ms-correlation-request-id"), out _));
    }

    [Fact]
    public async Task All_problems_of_a_body_are_told_at_once()
    {
        Answer answer = await api.Customer.Put($"{Subscription}/resourceGroups/problems{R}", """{"location":7,"tags":{"a":{},"<":"x"}}""");
        answer.Is(400);
        string[] targets = [.. answer.Body!["error"]!["details"]!.AsArray().Select(d => d!["target"]!.GetValue<string>())];
        Assert.Equal(["location", "tags", "tags.a"], targets.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("{\"location\":\"westeurope\",}")]
    public async Task What_is_not_a_json_object_is_refused(string body) =>
        (await api.Customer.Put($"{Subscription}/resourceGroups/json{R}", body)).Is(400, "InvalidRequestContent");

    [Fact]
    public async Task Bodies_have_limits()
    {
        string path = $"{Subscription}/resourceGroups/limits{R}";
        string large = $$$"""{"location":"westeurope","x":"{{{new string('a', 1 << 20)}}}"}""";
        (await api.Customer.Put(path, large)).Is(413, "RequestContentTooLarge");
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);
        (await api.Customer.Put(path, deep)).Is(400, "InvalidRequestContent");
        using var stream = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(large)));
        stream.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = stream };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage chunked = await api.Customer.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, chunked.StatusCode);
    }

    [Fact]
    public async Task Paging_parameters_are_checked()
    {
        foreach (string query in new[] { "$top=0", "$top=-1", "$top=many", "$skipToken=***" })
            (await api.Customer.Get($"{Subscription}/resourcegroups{R}&{query}")).Is(400, "InvalidQueryParameterValue");
    }

    /// <summary>A NUL is text to us and to SQLite, and an error to PostgreSQL.</summary>
    [Theory]
    [InlineData("resources", "$skipToken=AAAA")]
    [InlineData("resourcegroups", "$skipToken=AAAA")]
    [InlineData("resources", "$filter=resourceGroup%20eq%20'%00'")]
    [InlineData("resources", "$filter=resourceType%20eq%20'%00'")]
    [InlineData("resources", "$filter=resourceGroup%20eq%20'a/b'")]
    [InlineData("resources", "$filter=resourceGroup%20eq%20''")]
    public async Task No_query_reaches_the_store_as_it_should_not(string collection, string query)
    {
        Answer answer = await api.Customer.Get($"{Subscription}/{collection}{R}&{query}");
        Assert.True(answer.Code is 200 or 400, $"{query}: {answer.Code} {answer.Text}");
    }

    [Fact]
    public async Task Nor_does_any_form()
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = "\0",
                ["client_secret"] = "\0",
                ["scope"] = "\0",
            }
        );
        using HttpResponseMessage response = await api.Anonymous.PostAsync("/adfs/oauth2/token", form);
        Assert.True((int)response.StatusCode is 400 or 401, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    [Fact]
    public async Task Providers_are_listed_and_registered()
    {
        string other = $"/subscriptions/{api.OtherSubscription}";
        JsonNode provider = (await api.OtherCustomer.Get($"{other}/providers/microsoft.network{R}")).Is(200).Body!;
        Assert.Equal("Microsoft.Network", provider["namespace"]!.GetValue<string>());
        JsonNode type = provider["resourceTypes"]!.AsArray().Single(t => t!["resourceType"]!.GetValue<string>() == "virtualNetworks")!;
        Assert.Contains("West Europe", type["locations"]!.AsArray().Select(l => l!.GetValue<string>()));
        Assert.Contains("2022-01-01", type["apiVersions"]!.AsArray().Select(l => l!.GetValue<string>()));
        Assert.Contains("locations/operations", provider["resourceTypes"]!.AsArray().Select(t => t!["resourceType"]!.GetValue<string>()));

        (await api.OtherCustomer.Put($"{other}/resourceGroups/reg{R}", """{"location":"westeurope"}""")).Is(201);
        string network = $"{other}/resourceGroups/reg/providers/Microsoft.Network/virtualNetworks/n{N}";
        Answer off = (await api.OtherCustomer.Post($"{other}/providers/Microsoft.Network/unregister{R}")).Is(200);
        Assert.Equal("Unregistered", off.Body!["registrationState"]!.GetValue<string>());
        (await api.OtherCustomer.Put(network, Network)).Is(409, "MissingSubscriptionRegistration");
        (await api.OtherCustomer.Post($"{other}/providers/Microsoft.Network/register{R}")).Is(200);
        (await api.OtherCustomer.Put(network, Network)).Is(201);

        JsonNode operations = (await api.OtherCustomer.Get($"/providers/Microsoft.Network/operations{N}")).Is(200).Body!;
        Assert.Contains(
            "Microsoft.Network/virtualNetworks/write",
            operations["value"]!.AsArray().Select(o => o!["name"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task Unknown_operations_are_not_found()
    {
        (await api.Customer.Get($"{Subscription}/providers/Microsoft.Network/locations/westeurope/operations/{Guid.NewGuid()}{N}")).Is(404);
        (await api.Customer.Get($"{Subscription}/operationresults/none{R}")).Is(404);
    }

    [Fact]
    public async Task An_operation_is_its_starters_own()
    {
        string group = await GroupAsync("polled");
        Answer deleted = (await api.Customer.Delete(group + R)).Is(202);
        string location = deleted.Header("Location")!;
        (await api.Customer.Finished(deleted)).Is(200);
        (await api.OtherCustomer.Get(location)).Is(404);
        (await api.Operator.Get(location)).Is(200);
    }
}
