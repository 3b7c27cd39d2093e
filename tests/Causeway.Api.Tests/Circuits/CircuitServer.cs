using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.Circuits;

/// <summary>An answer as it came over the wire.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Status} without a body");

    public JsonNode Properties => Json["properties"]!;

    public string ErrorCode => Json["error"]!["code"]!.GetValue<string>();

    public string ErrorMessage => Json["error"]!["message"]!.GetValue<string>();

    public override string ToString() => $"{(int)Status} {Text}";

    public string Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : "";
}

/// <summary>What circuit tests do with a server: send as one of its principals, wait, and walk the parts of the road that a test does not look at.</summary>
public sealed class CircuitServer(ApiFixture api)
{
    private static int s_names;

    public string Subscription(string who = "customer") => $"/subscriptions/{api.Server.Installation.Subscriptions[who].Id}";

    /// <summary>A number that no other test has.</summary>
    public static int Fresh() => Interlocked.Increment(ref s_names);

    /// <summary>A new resource group.</summary>
    public async Task<string> GroupAsync(string who = "customer")
    {
        string id = $"{Subscription(who)}/resourceGroups/rg{Fresh()}";
        await OkAsync(who, HttpMethod.Put, id, new JsonObject { ["location"] = "westeurope" }, version: "2022-09-01");
        return id;
    }

    public async Task<Answer> SendAsync(
        string who,
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string version = "2024-01-01",
        (string Name, string Value)? header = null
    )
    {
        string url =
            path.StartsWith("https://", StringComparison.Ordinal) || path.Contains("api-version=", StringComparison.Ordinal)
                ? path
                : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={version}";
        using var request = new HttpRequestMessage(method, url);
        if (header is { } h)
            request.Headers.TryAddWithoutValidation(h.Name, h.Value);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client(who).SendAsync(request);
        return new Answer(response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync());
    }

    /// <summary>As <see cref="SendAsync"/>, and anything but success fails the test.</summary>
    public async Task<Answer> OkAsync(string who, HttpMethod method, string path, JsonNode? body = null, string version = "2024-01-01")
    {
        Answer answer = await SendAsync(who, method, path, body, version);
        Assert.True((int)answer.Status is >= 200 and < 300, $"{method} {path}: {(int)answer.Status} {answer.Text}");
        return answer;
    }

    /// <summary>Sends, and waits for the operation; it has to succeed.</summary>
    public async Task<Answer> DoneAsync(string who, HttpMethod method, string path, JsonNode? body = null, string? version = null)
    {
        Answer answer = version is null ? await OkAsync(who, method, path, body) : await OkAsync(who, method, path, body, version: version);
        Assert.Equal("Succeeded", (await EndAsync(who, answer))["status"]!.GetValue<string>());
        return answer;
    }

    /// <summary>Polls the operation of an answer until it ends.</summary>
    public async Task<JsonNode> EndAsync(string who, Answer answer) =>
        (
            await Eventually.Get(
                () => SendAsync(who, HttpMethod.Get, answer.Header("Azure-AsyncOperation")),
                poll => poll.Json["status"]!.GetValue<string>() != "InProgress",
                "the operation to end"
            )
        ).Json;

    public Task<Answer> GetAsync(string path, string who = "customer") => OkAsync(who, HttpMethod.Get, path);

    /// <summary>The result of an asynchronous POST.</summary>
    public async Task<JsonNode> TableAsync(string path, string who = "customer")
    {
        Answer started = await SendAsync(who, HttpMethod.Post, path);
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.Equal("null", started.Text);
        Assert.Equal("", started.Header("Azure-AsyncOperation"));
        return (
            await Eventually.Get(
                () => SendAsync(who, HttpMethod.Get, started.Header("Location")),
                r => r.Status != HttpStatusCode.Accepted,
                "the table"
            )
        ).Json;
    }

    public static JsonObject Body(string provider = "Equinix", int mbps = 200, string tier = "Standard", string family = "MeteredData") =>
        new()
        {
            ["location"] = "westeurope",
            ["sku"] = new JsonObject
            {
                ["name"] = $"{tier}_{family}",
                ["tier"] = tier,
                ["family"] = family,
            },
            ["properties"] = new JsonObject
            {
                ["serviceProviderProperties"] = new JsonObject
                {
                    ["serviceProviderName"] = provider,
                    ["peeringLocation"] = "Amsterdam",
                    ["bandwidthInMbps"] = mbps,
                },
            },
        };

    /// <summary>A new circuit in a new group.</summary>
    public async Task<string> CircuitAsync(JsonObject? body = null)
    {
        string id = $"{await GroupAsync()}/providers/Microsoft.Network/expressRouteCircuits/circuit1";
        await DoneAsync("customer", HttpMethod.Put, id, body ?? Body());
        return id;
    }

    /// <summary>The provider's path to a circuit.</summary>
    public async Task<string> CrossAsync(string circuit)
    {
        string key = (await GetAsync(circuit)).Properties["serviceKey"]!.GetValue<string>();
        return $"{Subscription("provider")}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
    }

    public async Task ProviderAsync(string circuit, params string[] states)
    {
        string cross = await CrossAsync(circuit);
        foreach (string state in states)
            await DoneAsync("provider", HttpMethod.Put, cross, State(state));
    }

    public async Task<string> ProvisionedAsync(JsonObject? body = null)
    {
        string circuit = await CircuitAsync(body);
        await ProviderAsync(circuit, "Provisioning", "Provisioned");
        return circuit;
    }

    public static JsonObject State(string state) =>
        new() { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } };

    /// <summary>A private peering on addresses that no other test has.</summary>
    public static JsonObject Peering(int vlan = 101)
    {
        int n = Fresh();
        return new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["peeringType"] = "AzurePrivatePeering",
                ["peerASN"] = 65010,
                ["primaryPeerAddressPrefix"] = $"127.{100 + n / 256}.{n % 256}.0/30",
                ["secondaryPeerAddressPrefix"] = $"127.{100 + n / 256}.{n % 256}.4/30",
                ["vlanId"] = vlan,
            },
        };
    }

    private HttpClient Client(string who) =>
        who switch
        {
            "customer" => api.Customer,
            "otherCustomer" => api.OtherCustomer,
            "provider" => api.Provider,
            "operator" => api.Operator,
            _ => throw new ArgumentException(who),
        };
}
