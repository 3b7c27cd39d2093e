using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Arm;

/// <summary>
/// Whole bodies, as clients send them, with one to three things wrong: a member gone, of another type, out of range, doubled, in another case. The
/// answer is a success that can be read back, or an error that names the member. Seeded, so that a failure repeats.
/// </summary>
public sealed class MutationTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const int MutantsPerBody = 80;
    private const string N = "2024-01-01";
    private const string R = "2022-09-01";

    private static readonly string[] s_wrong =
    [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "1e-400",
        "99999999999999999999",
        "2147483648",
        "4294967296",
        "\"\"",
        "\"x\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\u0661\u0662\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"\":1}",
        "{\"id\":null}",
        "{\"id\":\"/\"}",
        "{\"a\":1,\"a\":2}",
        "\"10.0.0.1/30\"",
        "\"::/0\"",
        "\"fd00::/126\"",
        "\"255.255.255.252/30\"",
        "\"Provisioned\"",
        "\"Disabled\"",
        "\"Premium\"",
        "\"../..\"",
        $"\"{new string('x', 5000)}\"",
        $"{{\"{new string('k', 600)}\":1}}",
    ];

    private readonly Random _random = new(20260301);

    [Fact]
    public async Task A_body_with_something_wrong_is_stored_or_refused_by_name()
    {
        var failures = new List<string>();
        int stored = 0,
            refused = 0;
        foreach ((HttpClient who, string method, string path, string version, string body) in await BodiesAsync())
            for (int i = 0; i < MutantsPerBody; i++)
            {
                string mutant = i == 0 ? body : Mutate(body);
                Answer answer = await SendAsync(who, method, $"{path}?api-version={version}", mutant);
                string? wrong =
                    answer.Code is >= 200 and < 300 ? await ReadBackAsync(who, $"{path}?api-version={version}")
                    : answer.Code is < 400 or >= 500 ? "is neither a success nor a refusal"
                    : Unnamed(answer);
                if (answer.Code < 300)
                    stored++;
                else
                    refused++;
                if (i == 0 && answer.Code >= 300)
                    wrong = "is the refusal of a body that is well";
                if (wrong is not null)
                    failures.Add($"{method} {path} {mutant}\n  {wrong}: {answer.Code} {answer.Text}");
            }
        Assert.True(failures.Count == 0, $"{failures.Count} of {stored + refused}:\n{string.Join("\n", failures.Take(10))}");
        // Both happen often, or the mutants are not worth much.
        Assert.True(stored > 100 && refused > 300, $"{stored} stored, {refused} refused");
    }

    private async Task<(HttpClient Who, string Method, string Path, string Version, string Body)[]> BodiesAsync()
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/mutants";
        string network = $"{group}/providers/Microsoft.Network/virtualNetworks/n";
        string gateway = $"{group}/providers/Microsoft.Network/virtualNetworkGateways/g";
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/c";
        string newCircuit = """
            {"location":"West Europe","tags":{"a":"b"},"sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{
            "allowClassicOperations":false,"globalReachEnabled":false,"authorizations":[{"name":"one"}],"peerings":[],
            "serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}
            """;
        string peering = """
            {"name":"AzurePrivatePeering","properties":{"peeringType":"AzurePrivatePeering","state":"Enabled","azureASN":0,"peerASN":65010,
            "primaryPeerAddressPrefix":"127.251.0.0/30","secondaryPeerAddressPrefix":"127.251.0.4/30","vlanId":101,"sharedKey":"abc123",
            "ipv6PeeringConfig":{"primaryPeerAddressPrefix":"fd00:9::/126","secondaryPeerAddressPrefix":"fd00:9::4/126"},"connections":[]}}
            """;
        string newNetwork = """
            {"location":"westeurope","tags":{"a":"b"},"properties":{"addressSpace":{"addressPrefixes":["10.60.0.0/16","fd00:60::/48"]},"dhcpOptions":{
            "dnsServers":["10.60.0.4"]},"subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"10.60.255.0/27"}},
            {"name":"s","properties":{"addressPrefixes":["10.60.1.0/24","fd00:60::/64"]}}]}}
            """;
        string newGateway = $$$$"""
            {"location":"westeurope","properties":{"gatewayType":"ExpressRoute","vpnType":"RouteBased","enableBgp":false,"sku":{"name":"Standard","tier":"Standard"},
            "ipConfigurations":[{"name":"d","properties":{"privateIPAllocationMethod":"Dynamic","subnet":{"id":"{{{{network}}}}/subnets/GatewaySubnet"}}}]}}
            """;
        string newConnection = $$$$"""
            {"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{gateway}}}}"},
            "peer":{"id":"{{{{circuit}}}}"},"routingWeight":3,"expressRouteGatewayBypass":false,"authorizationKey":null}}
            """;
        (await api.Customer.Put($"{group}?api-version={R}", """{"location":"westeurope"}""")).Is(201);
        (await api.Customer.Put($"{circuit}?api-version={N}", newCircuit)).Is(201);
        string key = (await api.Customer.Get($"{circuit}?api-version={N}")).Body!["properties"]!["serviceKey"]!.GetValue<string>();
        string cross =
            $"/subscriptions/{api.ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
        string provisioned =
            """{"location":"westeurope","tags":{"a":"b"},"properties":{"serviceProviderProvisioningState":"Provisioned","serviceProviderNotes":"n"}}""";
        (await api.Provider.Put($"{cross}?api-version={N}", provisioned)).Is(200);
        (await api.Customer.Put($"{network}?api-version={N}", newNetwork)).Is(201);
        (await api.Customer.Put($"{gateway}?api-version={N}", newGateway)).Is(201);
        (await api.Customer.Put($"{circuit}/peerings/AzurePrivatePeering?api-version={N}", peering)).Is(201);
        return
        [
            (api.Customer, "PUT", group, R, """{"location":"westeurope","tags":{"a":"b"}}"""),
            (api.Customer, "PATCH", group, R, """{"tags":{"a":"b"}}"""),
            (api.Customer, "PUT", $"{group}/providers/Microsoft.Network/expressRouteCircuits/new", N, newCircuit),
            (api.Customer, "PUT", circuit, N, (await api.Customer.Get($"{circuit}?api-version={N}")).Text),
            (api.Customer, "PATCH", circuit, N, """{"tags":{"a":"b"}}"""),
            (api.Customer, "PUT", $"{circuit}/peerings/AzurePrivatePeering", N, peering),
            (api.Customer, "PUT", $"{circuit}/authorizations/two", N, """{"properties":{}}"""),
            (api.Provider, "PUT", cross, N, provisioned),
            (api.Provider, "PATCH", cross, N, """{"tags":{"a":"b"}}"""),
            (api.Customer, "PUT", network, N, newNetwork),
            (api.Customer, "PUT", $"{network}/subnets/t", N, """{"properties":{"addressPrefix":"10.60.2.0/24"}}"""),
            (
                api.Customer,
                "PUT",
                $"{group}/providers/Microsoft.Network/publicIPAddresses/p",
                N,
                """{"location":"westeurope","sku":{"name":"Standard"},"zones":["1"],"properties":{"publicIPAllocationMethod":"Static","idleTimeoutInMinutes":4}}"""
            ),
            (api.Customer, "PUT", gateway, N, newGateway),
            (api.Customer, "PUT", $"{group}/providers/Microsoft.Network/connections/k", N, newConnection),
            (
                api.Customer,
                "PATCH",
                $"{circuit}/providers/Microsoft.Resources/tags/default",
                R,
                """{"operation":"Merge","properties":{"tags":{"a":"b"}}}"""
            ),
        ];
    }

    private static async Task<string?> ReadBackAsync(HttpClient who, string path) =>
        (await who.Get(path)).Code == 200 ? null : "was stored and cannot be read back";

    /// <summary>What the refusal lacks. A wrong value is told with the member that has it.</summary>
    private static string? Unnamed(Answer answer)
    {
        if (answer.Error.Length == 0 || answer.Message.Length == 0)
            return "has no code or no message";
        JsonArray details = answer.Body!["error"]!["details"] as JsonArray ?? [];
        foreach (JsonNode problem in details.Count > 0 ? details.Select(d => d!) : [answer.Body["error"]!])
            if (
                problem["code"]!.GetValue<string>() == "InvalidRequestFormat"
                && problem["target"]?.GetValue<string>() is var target
                && (target is null || !problem["message"]!.GetValue<string>().Contains($"'{target}'", StringComparison.Ordinal))
            )
                return $"does not name the member in '{problem}'";
        return null;
    }

    private static async Task<Answer> SendAsync(HttpClient who, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await who.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers, text.Length == 0 ? null : JsonNode.Parse(text), text);
    }

    private string Mutate(string body)
    {
        using var document = JsonDocument.Parse(body);
        var text = new StringBuilder();
        int nodes = Count(document.RootElement);
        int[] at = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(nodes))];
        int next = 0;
        Write(document.RootElement, text, at, ref next);
        return text.ToString();
    }

    private static int Count(JsonElement node) =>
        1
        + node.ValueKind switch
        {
            JsonValueKind.Object => node.EnumerateObject().Sum(m => Count(m.Value)),
            JsonValueKind.Array => node.EnumerateArray().Sum(Count),
            _ => 0,
        };

    /// <summary>Writes the node, something else in its place, or an array around it.</summary>
    private void Write(JsonElement node, StringBuilder text, int[] at, ref int next)
    {
        bool here = at.Contains(next++);
        int how = here ? _random.Next(4) : -1;
        if (how is 0 or 1)
        {
            text.Append(s_wrong[_random.Next(s_wrong.Length)]);
            next += Count(node) - 1;
            return;
        }
        if (how == 2)
            text.Append('[');
        if (node.ValueKind == JsonValueKind.Object)
        {
            text.Append('{');
            bool first = true;
            foreach (JsonProperty member in node.EnumerateObject())
            {
                // Gone, said twice, or in another case.
                int change = how == 3 ? _random.Next(4) : -1;
                if (change == 0)
                {
                    next += Count(member.Value);
                    continue;
                }
                string name = JsonSerializer.Serialize(change == 1 ? member.Name.ToUpperInvariant() : member.Name);
                if (!first)
                    text.Append(',');
                if (change == 2)
                    text.Append(name).Append(":7,");
                text.Append(name).Append(':');
                Write(member.Value, text, at, ref next);
                first = false;
            }
            text.Append('}');
        }
        else if (node.ValueKind == JsonValueKind.Array)
        {
            text.Append('[');
            bool first = true;
            foreach (JsonElement item in node.EnumerateArray())
            {
                if (!first)
                    text.Append(',');
                if (how == 3)
                    text.Append(item.GetRawText()).Append(',');
                Write(item, text, at, ref next);
                first = false;
            }
            text.Append(']');
        }
        else
            text.Append(node.GetRawText());
        if (how == 2)
            text.Append(']');
    }
}
