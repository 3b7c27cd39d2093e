using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Causeway.Samples;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

public sealed class TwoWriters_on_sqlite(EveryFeature api) : TwoWritersTests(api), IClassFixture<EveryFeature>;

public sealed class TwoWriters_on_postgres(EveryFeatureOnPostgres api) : TwoWritersTests(api), IClassFixture<EveryFeatureOnPostgres>;

/// <summary>
/// Many writers at once on one circuit, its peering, one network, its gateway and connection, in a random order. Whatever the order was: no request makes
/// the server fail, every operation ends well, nobody's last write is lost, and the documents agree with each other.
/// </summary>
public abstract class TwoWritersTests(ApiFixture api)
{
    private const int Writers = 8;
    private const int RequestsEach = 60;
    private const string N = "?api-version=2024-01-01";
    private const string R = "?api-version=2022-09-01";

    private readonly ConcurrentQueue<(HttpClient Who, string Operation)> _operations = new();
    private readonly ConcurrentQueue<string> _failures = new();

    [Fact]
    public async Task Nothing_is_lost_or_stuck_when_many_write_at_once()
    {
        string group = await GroupAsync("writers");
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/c";
        string network = $"{group}/providers/Microsoft.Network/virtualNetworks/n";
        string gateway = $"{group}/providers/Microsoft.Network/virtualNetworkGateways/g";
        string connection = $"{group}/providers/Microsoft.Network/connections/k";
        string address = $"{group}/providers/Microsoft.Network/publicIPAddresses/p";
        (await api.Customer.Put(circuit + N, Circuit)).Is(201);
        (await api.Customer.Put(network + N, Network(0, withGatewaySubnet: true))).Is(201);
        (await api.Customer.Put(address + N, """{"location":"westeurope"}""")).Is(201);
        string key = (await api.Customer.Get(circuit + N)).Body!["properties"]!["serviceKey"]!.GetValue<string>();
        string cross =
            $"/subscriptions/{api.ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
        string peering = $"{circuit}/peerings/AzurePrivatePeering";

        // What each writer alone writes; at the end it is as that writer left it.
        var authorizations = new bool[Writers];
        var subnets = new bool[Writers];
        var tags = new string?[Writers];

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        Assert.True(_failures.IsEmpty, string.Join("\n", _failures.Take(10)));
        Assert.True(_operations.Count > 50, $"Only {_operations.Count} operations were begun.");
        await AllEndWellAsync();

        JsonNode c = (await api.Customer.Get(circuit + N)).Is(200).Body!;
        JsonNode n = (await api.Customer.Get(network + N)).Is(200).Body!;
        Assert.Equal("Succeeded", c["properties"]!["provisioningState"]!.GetValue<string>());
        Assert.All(c["properties"]!["peerings"]!.AsArray(), p => Assert.Equal("Succeeded", State(p!)));
        Assert.Equal(Mine("a", authorizations), Names(c["properties"]!["authorizations"]!));
        Assert.Equal(Mine("s", subnets).Append("GatewaySubnet").Order(StringComparer.Ordinal), Names(n["properties"]!["subnets"]!));
        JsonNode tagged = (await api.Customer.Get(address + N)).Is(200).Body!;
        for (int w = 0; w < Writers; w++)
            Assert.Equal(tags[w], tagged["tags"]?[$"t{w}"]?.GetValue<string>());

        // Gateway and network say the same of each other, and so do gateway and connection.
        bool placed = (await api.Customer.Get(gateway + N)).Code == 200;
        JsonNode gatewaySubnet = n["properties"]!["subnets"]!.AsArray().Single(s => s!["name"]!.GetValue<string>() == "GatewaySubnet")!;
        Assert.Equal(placed, gatewaySubnet["properties"]!["ipConfigurations"] is not null);
        Answer linked = await api.Customer.Get(connection + N);
        if (linked.Code == 200)
            Assert.Equal("Succeeded", State(linked.Body!));
        string[] connections = placed ? Names((await api.Customer.Get($"{gateway}/connections{N}")).Is(200).Body!["value"]!) : [];
        Assert.Equal(linked.Code == 200 ? ["k"] : [], connections);

        async Task WriteAsync(int writer)
        {
            var random = new Random(20260101 + writer);
            for (int i = 0; i < RequestsEach; i++)
                switch (random.Next(14))
                {
                    case 0:
                        await SendAsync(api.Customer, HttpMethod.Put, circuit + N, Circuit);
                        break;
                    case 1 or 2:
                        string to = random.Next(5) switch
                        {
                            0 => "Deprovisioning",
                            1 => "NotProvisioned",
                            _ => "Provisioned",
                        };
                        await SendAsync(
                            api.Provider,
                            HttpMethod.Put,
                            cross + N,
                            $$$$"""{"properties":{"serviceProviderProvisioningState":"{{{{to}}}}"}}"""
                        );
                        break;
                    case 3 or 4:
                        await SendAsync(api.Customer, HttpMethod.Put, peering + N, Peering(random.Next(1, 4000)));
                        break;
                    case 5:
                        await SendAsync(api.Customer, HttpMethod.Delete, peering + N);
                        break;
                    case 6:
                        await SendAsync(api.Customer, HttpMethod.Put, network + N, Network(random.Next(3)));
                        break;
                    case 7:
                        await SendAsync(api.Customer, HttpMethod.Put, gateway + N, Gateway(network));
                        break;
                    case 8:
                        await SendAsync(api.Customer, HttpMethod.Delete, gateway + N);
                        break;
                    case 9:
                        await SendAsync(api.Customer, HttpMethod.Put, connection + N, Connection(gateway, circuit));
                        break;
                    case 10:
                        await SendAsync(api.Customer, HttpMethod.Delete, connection + N);
                        break;
                    case 11:
                        await ToggleAsync(authorizations, writer, $"{circuit}/authorizations/a{writer}{N}", "{}");
                        break;
                    case 12:
                        await ToggleAsync(
                            subnets,
                            writer,
                            $"{network}/subnets/s{writer}{N}",
                            $$$$"""{"properties":{"addressPrefix":"10.50.{{{{writer}}}}.0/24"}}"""
                        );
                        break;
                    default:
                        string value = $"{writer}-{i}";
                        Answer merged = await SendAsync(
                            api.Customer,
                            HttpMethod.Patch,
                            $"{address}/providers/Microsoft.Resources/tags/default{R}",
                            $$$$"""{"operation":"Merge","properties":{"tags":{"t{{{{writer}}}}":"{{{{value}}}}"}}}"""
                        );
                        if (merged.Code == 200)
                            tags[writer] = value;
                        break;
                }
        }
    }

    [Fact]
    public async Task A_group_that_goes_takes_all_that_was_put_into_it()
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/going";
        string[] resources =
        [
            $"{group}/providers/Microsoft.Network/expressRouteCircuits/c",
            $"{group}/providers/Microsoft.Network/virtualNetworks/n",
            $"{group}/providers/Microsoft.Network/publicIPAddresses/p",
        ];
        string[] bodies = [Circuit, Network(0), """{"location":"westeurope"}"""];
        // Most writes find the group going; the writers go on until some have found it there.
        const int Enough = 20;
        int made = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        Assert.True(_failures.IsEmpty, string.Join("\n", _failures.Take(10)));
        Assert.True(made >= Enough, $"Only {made} resources were made.");
        await GroupAsync("going");
        (await api.Customer.Finished((await api.Customer.Delete(group + R)).Is(202))).Is(200);
        await AllEndWellAsync();
        foreach (string resource in resources)
            (await api.Customer.Get(resource + N)).Is(404, "ResourceGroupNotFound");
        JsonNode left = (await api.Customer.Get($"/subscriptions/{api.CustomerSubscription}/resources{R}")).Is(200).Body!;
        Assert.DoesNotContain("/resourceGroups/going/", left.ToJsonString(), StringComparison.OrdinalIgnoreCase);

        async Task WriteAsync(int writer)
        {
            var random = new Random(20260201 + writer);
            for (int i = 0; i < 100 * RequestsEach && Volatile.Read(ref made) < Enough; i++)
            {
                int n = random.Next(resources.Length);
                switch (random.Next(10))
                {
                    case 0 when writer == 0:
                        await SendAsync(api.Customer, HttpMethod.Delete, group + R);
                        break;
                    case < 3:
                        await SendAsync(api.Customer, HttpMethod.Put, group + R, """{"location":"westeurope"}""");
                        break;
                    case 3:
                        await SendAsync(api.Customer, HttpMethod.Delete, resources[n] + N);
                        break;
                    case 4:
                        await SendAsync(api.Customer, HttpMethod.Put, $"{resources[0]}/authorizations/a{writer}{N}", "{}");
                        break;
                    case 5:
                        await SendAsync(api.Customer, HttpMethod.Patch, resources[n] + N, """{"tags":{"a":"b"}}""");
                        break;
                    default:
                        if ((await SendAsync(api.Customer, HttpMethod.Put, resources[n] + N, bodies[n])).Code == 201)
                            Interlocked.Increment(ref made);
                        break;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task Of_many_who_create_one_made_it(string type)
    {
        if (!api.Has(type, "PUT"))
            return;
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put = (await SampleBook.Of(type).PutAsync(stage))!;
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => stage.As(put.By).Put(put.Url, put.Body)));
        // What does something each time is refused while it does it.
        answers = [.. answers.Where(a => !(put.IsDeed && a.Code == 409))];
        Assert.All(answers, a => Assert.True(a.Code is 200 or 201, $"{type}: {a.Code} {a.Text}"));
        // Where it is answered alike whether it was there or not, what the server chose alone tells.
        if (put.IsMade != put.IsAgain)
            Assert.Equal(put.IsAlwaysThere ? 0 : 1, answers.Count(a => a.Code == 201));
        foreach (Answer answer in answers)
            await stage.FinishedAsync(put.By, answer);
        // What the server chose, it chose once.
        Assert.Single(answers.Select(a => a.Body!["properties"]?["resourceGuid"]?.GetValue<string>()).Distinct());
    }

    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task Of_many_who_read_the_same_one_writes(string type)
    {
        if (!api.Has(type, "PUT"))
            return;
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put = (await SampleBook.Of(type).PutAsync(stage))!;
        await stage.SendAsync(put.By, put.Url, put.Body);
        if (put.Changed is null || (await stage.GetAsync(put.By, put.Url))["etag"]?.GetValue<string>() is not { } etag)
            return; // nothing to change, or nothing to guard it by
        Answer[] answers = await Task.WhenAll(
            Enumerable.Range(0, Writers).Select(_ => stage.As(put.By).Put(put.Url, put.Changed, ("If-Match", etag)))
        );
        Assert.All(answers, a => a.Is(a.Code == 200 ? 200 : 412));
        Assert.Equal(1, answers.Count(a => a.Code == 200));
    }

    private async Task<string> GroupAsync(string name)
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/{name}";
        await Eventually.Get(
            () => api.Customer.Put(group + R, """{"location":"westeurope"}"""),
            a => a.Code is 200 or 201,
            $"the group {name} can be written"
        );
        return group;
    }

    /// <summary>Sends; anything but success or a coded refusal is a failure of the test.</summary>
    private async Task<Answer> SendAsync(HttpClient who, HttpMethod method, string path, string? body = null)
    {
        Answer answer = await who.Call(method, path, body);
        if (answer.Code >= 500 || (answer.Code >= 400 && (answer.Error.Length == 0 || answer.Message.Length == 0)))
            _failures.Enqueue($"{method} {path} {body}: {answer.Code} {answer.Text}");
        if ((answer.Header("Azure-AsyncOperation") ?? answer.Header("Location")) is { } operation)
            _operations.Enqueue((who, operation));
        return answer;
    }

    private async Task ToggleAsync(bool[] there, int writer, string path, string body)
    {
        Answer answer = there[writer]
            ? await SendAsync(api.Customer, HttpMethod.Delete, path)
            : await SendAsync(api.Customer, HttpMethod.Put, path, body);
        if (answer.Code < 300)
            there[writer] = !there[writer];
    }

    private async Task AllEndWellAsync()
    {
        foreach ((HttpClient who, string operation) in _operations)
        {
            Answer end = await Eventually.Get(
                () => who.Get(operation),
                a => a.Code != 202 && a.Body?["status"]?.GetValue<string>() != "InProgress",
                $"the operation {operation} ends"
            );
            Assert.True(
                end.Code < 300 && end.Body?["status"]?.GetValue<string>() is null or "Succeeded",
                $"{operation}: {end.Code} {end.Text}"
            );
        }
    }

    private static string[] Mine(string prefix, bool[] there) =>
        [.. there.Select((t, i) => (t, i)).Where(x => x.t).Select(x => $"{prefix}{x.i}")];

    private static string[] Names(JsonNode list) =>
        [.. list.AsArray().Select(i => i!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal)];

    private static string State(JsonNode resource) => resource["properties"]!["provisioningState"]!.GetValue<string>();

    private const string Circuit = """
        {"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{"serviceProviderProperties":
        {"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}
        """;

    private static string Peering(int vlan) =>
        $$$$"""{"properties":{"peerASN":65010,"primaryPeerAddressPrefix":"127.250.1.0/30","secondaryPeerAddressPrefix":"127.250.1.4/30","vlanId":{{{{vlan}}}}}}""";

    private static string Gateway(string network) =>
        $$$$"""{"location":"westeurope","properties":{"gatewayType":"ExpressRoute","ipConfigurations":[{"name":"d","properties":{"subnet":{"id":"{{{{network}}}}/subnets/GatewaySubnet"}}}]}}""";

    private static string Connection(string gateway, string circuit) =>
        $$$$"""{"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{gateway}}}}"},"peer":{"id":"{{{{circuit}}}}"}}}""";

    /// <summary>A whole network; without subnets it keeps those it has.</summary>
    private static string Network(int more, bool withGatewaySubnet = false)
    {
        string prefixes = string.Join(',', Enumerable.Range(50, more + 1).Select(n => $"\"10.{n}.0.0/16\""));
        string subnets = withGatewaySubnet
            ? ""","subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"10.50.255.0/27"}}]"""
            : "";
        return $$$$"""{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":[{{{{prefixes}}}}]}{{{{subnets}}}}}}""";
    }
}
