using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Causeway.Arm;
using Causeway.Samples;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Arm;

/// <summary>
/// Bodies and paths that no client would send, to every endpoint that reads one: never a 5xx, always a coded error. Seeded, so that a failure repeats.
/// </summary>
public sealed class FuzzTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    private const int BodiesPerEndpoint = 60;
    private readonly Random _random = new(20260101);

    private static readonly string[] s_words =
    [
        "\"\"",
        "\"westeurope\"",
        "\"Standard\"",
        "\"MeteredData\"",
        "\"Equinix\"",
        "\"Amsterdam\"",
        "\"10.0.0.0/30\"",
        "\"10.0.0.1/30\"",
        "\"::/0\"",
        "\"AzurePrivatePeering\"",
        "\"ExpressRoute\"",
        "\"Provisioned\"",
        "\"\\ud800\"",
        "\"a\\u0000b\"",
        "\"/subscriptions/x/resourceGroups/y\"",
        "0",
        "-1",
        "1.5",
        "1e308",
        "1e999",
        "99999999999999999999",
        "2147483648",
        "4294967296",
        "200",
        "true",
        "false",
        "null",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"id\":1}",
        "{\"id\":\"/\"}",
        "{\"id\":\"//////\"}",
    ];

    [Fact]
    public async Task No_body_makes_the_server_fail()
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/fuzz";
        (await api.Customer.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        string[] all = [.. api.Endpoints().SelectMany(e => MembersOf(e.Contract?.Body?.Invoke())).Distinct().Order(StringComparer.Ordinal)];
        Assert.True(all.Length > 50, $"The contracts have only {all.Length} members.");
        var problems = new List<string>();
        int asked = 0;
        foreach (RouteEndpoint route in api.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (
                route.Metadata.GetMetadata<ArmEndpoint>() is not { Method: "PUT" or "PATCH" or "POST" } endpoint
                || route.RoutePattern.RawText!.Contains("register")
            )
                continue;
            string[] members = [.. MembersOf(endpoint.Contract?.Body?.Invoke()).Distinct().Order(StringComparer.Ordinal)];
            for (int i = 0; i < BodiesPerEndpoint; i++)
            {
                // Mostly its own; those of others are as good as unknown ones.
                byte[] body = Body(i, members.Length > 0 && i % 4 != 0 ? members : all);
                using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), Path(route.RoutePattern, endpoint));
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using HttpResponseMessage response = await api.Operator.SendAsync(request);
                asked++;
                string text = await response.Content.ReadAsStringAsync();
                int status = (int)response.StatusCode;
                bool coded = status < 400 || JsonNode.Parse(text)?["error"]?["code"]?.GetValue<string>() is { Length: > 0 };
                if (status >= 500 || !coded)
                    problems.Add($"{endpoint.Method} {request.RequestUri} {Encoding.UTF8.GetString(body)}: {status} {text}");
            }
        }
        Assert.True(problems.Count == 0, $"{problems.Count} of {asked}:\n" + string.Join("\n", problems.Take(20)));
        Assert.True(asked > 500, $"Only {asked} requests were made.");
    }

    [Theory]
    [InlineData("/subscriptions/%00")]
    [InlineData("/subscriptions/{s}/resourceGroups/%2e%2e/providers/Microsoft.Network/virtualNetworks/n")]
    [InlineData("/subscriptions/{s}/resourceGroups/fuzz2/providers/Microsoft.Network/virtualNetworks/a%00b")]
    [InlineData("/subscriptions/{s}/resourceGroups/fuzz2/providers/Microsoft.Network/virtualNetworks/a%2Fb")]
    [InlineData("/subscriptions/{s}/resourceGroups/fuzz2/providers/Microsoft.Network/virtualNetworks/%F0%9F%92%A9")]
    [InlineData("/subscriptions/{s}/resourceGroups/fuzz2/providers/Microsoft.Network/virtualNetworks/%ED%A0%80")]
    [InlineData("/subscriptions/{s}/providers")]
    [InlineData("/providers//")]
    [InlineData("/subscriptions//resourceGroups//providers")]
    public async Task No_path_makes_the_server_fail(string path)
    {
        path = path.Replace("{s}", api.CustomerSubscription, StringComparison.Ordinal);
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            Answer answer = await api.Customer.Call(
                method,
                $"{path}?api-version=2022-01-01&$top=%00&$filter=%27",
                method == HttpMethod.Put ? """{"location":"westeurope"}""" : null
            );
            Assert.True(answer.Code < 500, $"{method} {path}: {answer.Code} {answer.Text}");
        }
    }

    /// <summary>The names of all members, at any depth, of the contract of a body; none where there is no contract.</summary>
    private static IEnumerable<string> MembersOf(JsonTypeInfo? contract)
    {
        var seen = new HashSet<Type>();
        var left = new Stack<JsonTypeInfo>(contract is null ? [] : [contract]);
        while (left.TryPop(out JsonTypeInfo? type))
            if (seen.Add(type.Type))
            {
                foreach (JsonPropertyInfo member in type.Properties)
                {
                    yield return member.Name;
                    left.Push(type.Options.GetTypeInfo(member.PropertyType));
                }
                if (type.ElementType is { } element)
                    left.Push(type.Options.GetTypeInfo(element));
            }
    }

    private byte[] Body(int i, string[] members) =>
        i switch
        {
            0 => [],
            1 => [0xff, 0xfe, 0x00],
            2 => "[1,2"u8.ToArray(),
            3 => "\"text\""u8.ToArray(),
            4 => "{\"properties\":{\"a\":\"\xff\"}}"u8.ToArray(),
            5 => Encoding.UTF8.GetBytes(new string('[', 5000)),
            _ => Encoding.UTF8.GetBytes(Node(0, members)),
        };

    private string Node(int depth, string[] names)
    {
        if (depth > 5 || (depth > 0 && _random.Next(3) == 0))
            return s_words[_random.Next(s_words.Length)];
        if (depth > 0 && _random.Next(5) == 0)
            return $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Node(depth + 1, names)))}]";
        var members = Enumerable
            .Range(0, _random.Next(1, 9))
            .Select(_ => $"\"{names[_random.Next(names.Length)]}\":{Node(depth + 1, names)}");
        string fixedPart = depth == 0 ? "\"location\":\"westeurope\"," : "";
        return $"{{{fixedPart}{string.Join(',', members)}}}";
    }

    private string Path(RoutePattern pattern, ArmEndpoint endpoint)
    {
        bool extension = pattern.Parameters.Any(p => p.Name == "resource");
        IEnumerable<string> segments = pattern.PathSegments.Select(s =>
            string.Concat(
                s.Parts.Select(p =>
                    p is RoutePatternParameterPart parameter ? Value(parameter.Name, extension) : ((RoutePatternLiteralPart)p).Content
                )
            )
        );
        return $"/{string.Join('/', segments)}?api-version={endpoint.Type.ApiVersions[0]}";
    }

    private string Value(string parameter, bool extension) =>
        parameter switch
        {
            "subscription" => api.CustomerSubscription,
            "group" => "fuzz",
            "location" => "westeurope",
            "ns" => extension ? "Microsoft.Network" : "Microsoft.Nothing",
            "type" => "virtualNetworks",
            "childType" => "subnets",
            "name" => Guid.Empty.ToString(),
            "name1" => "AzurePrivatePeering",
            _ => "fuzzed",
        };
}
