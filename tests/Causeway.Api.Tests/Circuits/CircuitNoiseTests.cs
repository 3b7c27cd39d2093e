using System.Net;
using System.Text.Json.Nodes;
using static Causeway.Api.Tests.Circuits.CircuitApiTests;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

/// <summary>Bodies with anything anywhere are answered with a 4xx that has a code and a message, never with a 500, and leave the circuit whole.</summary>
public sealed class CircuitNoiseTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private static readonly Func<JsonNode?>[] Noise =
    [
        () => null,
        () => true,
        () => -1,
        () => 1e300,
        () => 1.5,
        () => "",
        () => new string('x', 5000),
        () => "10.0.0.1/30",
        () => "\u0000",
        () => "Enabled",
        () => new JsonArray(),
        () => new JsonArray(null, 1, "x", new JsonObject()),
        () => new JsonObject(),
        () =>
            new JsonObject
            {
                ["id"] = "/not/an/id",
                ["name"] = "AzurePrivatePeering",
                ["properties"] = new JsonArray(),
            },
        () => 9007199254740993,
    ];

    private readonly CircuitServer _server = new(api);

    [Theory]
    [InlineData(7)]
    [InlineData(42)]
    public async Task Any_member_may_hold_anything(int seed)
    {
        var random = new Random(seed);
        string id = await _server.ProvisionedAsync();
        string cross = await _server.CrossAsync(id);
        await _server.DoneAsync("customer", HttpMethod.Put, $"{id}/peerings/AzurePrivatePeering", Peering());
        JsonNode circuit = (await _server.GetAsync(id)).Json;
        JsonNode order = (await _server.GetAsync(cross, "provider")).Json;
        JsonNode peering = (await _server.GetAsync($"{id}/peerings/AzurePrivatePeering")).Json;
        string key = Text(circuit["properties"]!, "serviceKey");
        int refused = 0;
        for (int i = 0; i < 150; i++)
        {
            (string who, string path, JsonNode template) = (i % 3) switch
            {
                0 => ("customer", id, circuit),
                1 => ("provider", cross, order),
                _ => ("customer", $"{id}/peerings/AzurePrivatePeering", peering),
            };
            JsonNode body = template.DeepClone();
            for (int n = random.Next(1, 4); n > 0; n--)
                Spoil(body, random);
            Answer answer = await _server.SendAsync(who, HttpMethod.Put, path, body);
            Assert.True((int)answer.Status < 500, $"{answer.Status} for {body.ToJsonString()}: {answer.Text}");
            if ((int)answer.Status < 400)
                continue;
            refused++;
            Assert.NotEqual("", answer.ErrorCode);
            Assert.NotEqual("", answer.ErrorMessage);
        }
        Assert.InRange(refused, 30, 149);
        Assert.Equal(key, Text((await _server.GetAsync(id)).Properties, "serviceKey"));
        Answer array = await _server.SendAsync("customer", HttpMethod.Put, id, new JsonArray());
        Assert.Equal(HttpStatusCode.BadRequest, array.Status);
    }

    /// <summary>Puts noise into one member somewhere below.</summary>
    private static void Spoil(JsonNode node, Random random)
    {
        while (true)
        {
            if (node is JsonArray { Count: > 0 } array)
            {
                if (array[random.Next(array.Count)] is not { } item)
                    return;
                node = item;
                continue;
            }
            if (node is not JsonObject { Count: > 0 } obj)
                return;
            string name = obj.ElementAt(random.Next(obj.Count)).Key;
            if (obj[name] is JsonObject or JsonArray && random.Next(4) > 0)
            {
                node = obj[name]!;
                continue;
            }
            obj[name] = Noise[random.Next(Noise.Length)]();
            return;
        }
    }
}
