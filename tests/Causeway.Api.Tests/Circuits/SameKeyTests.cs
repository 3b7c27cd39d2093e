using System.Net;
using System.Text.Json.Nodes;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

/// <summary>An MD5 key that is sent again, as every <c>terraform apply</c> does, is the same key, however its encryption differs.</summary>
public sealed class SameKeyTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private readonly CircuitServer _server = new(api);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_key_twice_changes_nothing_and_another_one_does(bool inline)
    {
        string id = await _server.ProvisionedAsync();
        JsonObject peering = Peering();
        await PutAsync("A1B2C3D4");
        (string, string, int) before = await SeenAsync();
        await PutAsync("A1B2C3D4");
        Assert.Equal(before, await SeenAsync());
        await PutAsync("E5F6A7B8");
        (string etag, string state, int journal) = await SeenAsync();
        Assert.NotEqual(before.Item1, etag);
        Assert.Equal("Succeeded", state);
        Assert.True(journal > before.Item3);

        Task<Answer> PutAsync(string key)
        {
            peering["properties"]!["sharedKey"] = key;
            if (!inline)
                return _server.DoneAsync("customer", HttpMethod.Put, $"{id}/peerings/AzurePrivatePeering", peering);
            JsonObject circuit = Body();
            JsonNode one = peering.DeepClone();
            one["name"] = "AzurePrivatePeering";
            circuit["properties"]!["peerings"] = new JsonArray(one);
            return _server.DoneAsync("customer", HttpMethod.Put, id, circuit);
        }

        // Nothing of it is "Updating": the routers were not asked either.
        async Task<(string Etag, string State, int Journal)> SeenAsync() =>
            (
                (await _server.GetAsync(id)).Json["etag"]!.GetValue<string>(),
                (await _server.GetAsync($"{id}/peerings/AzurePrivatePeering")).Properties["provisioningState"]!.GetValue<string>(),
                (await _server.GetAsync($"{id}/journal")).Json["value"]!.AsArray().Count
            );
    }
}
