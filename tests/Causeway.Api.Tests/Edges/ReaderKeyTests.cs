using System.Text.Json.Nodes;
using Causeway.Api.Tests.Identity;
using Causeway.Api.Tests.Networks;
using Causeway.Client;
using Causeway.Identity.Roles;

namespace Causeway.Api.Tests.Edges;

/// <summary>With an authorization's key anybody can link: who may not list keys sees none, wherever it looks.</summary>
public sealed class ReaderKeyTests(IssuerApi api) : IClassFixture<IssuerApi>
{
    private const string Query = "?api-version=2024-01-01";

    [Fact]
    public async Task A_reader_sees_no_key_and_an_owner_sees_it_everywhere()
    {
        using NetworkRoad road = await NetworkRoad.StartAsync(api);
        await road.OrderAsync("office");
        string key = await road.AuthorizeAsync("office", "fabrikam");
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        string circuit = road.Circuit("office");
        using HttpClient reader = await api.PrincipalAsync("rita", BuiltInRoles.Reader, subscription);
        (await reader.Post($"{circuit}/authorizations/fabrikam/listKeys{Query}")).Is(403, "AuthorizationFailed");
        foreach (
            string path in (string[])
                [
                    circuit,
                    $"{road.Group()}/providers/Microsoft.Network/expressRouteCircuits",
                    $"{subscription}/providers/Microsoft.Network/expressRouteCircuits",
                    $"{circuit}/authorizations",
                    $"{circuit}/authorizations/fabrikam",
                ]
        )
        {
            foreach (string expand in (string[])["", "&$expand=authorizations", "&$expand=*"])
            {
                Answer seen = (await reader.Get(path + Query + expand)).Is(200);
                Assert.Contains("fabrikam", seen.Text, StringComparison.Ordinal);
                Assert.True(!seen.Text.Contains(key, StringComparison.OrdinalIgnoreCase), $"{path}{expand} shows the key");
                Assert.DoesNotContain("authorizationKey", seen.Text, StringComparison.Ordinal);
            }
            Assert.Contains(key, (await api.Customer.Get(path + Query)).Is(200).Text, StringComparison.Ordinal);
        }
        foreach (string path in (string[])[$"{circuit}/explain", $"{circuit}/journal", $"{road.Group()}/resources", $"{circuit}/peerings"])
            Assert.DoesNotContain(
                key,
                (await reader.Get(path + (path.Contains("/resources") ? "?api-version=2021-04-01" : Query))).Is(200).Text
            );
        Assert.Equal(
            key,
            (await api.Customer.Post($"{circuit}/authorizations/fabrikam/listKeys{Query}")).Is(200).Body!["authorizationKey"]!.ToString()
        );
    }

    /// <summary>A client that reads, changes and writes back sends no key; the one that is stored stays.</summary>
    [Fact]
    public async Task What_a_reader_read_can_be_written_back_by_an_owner()
    {
        using NetworkRoad road = await NetworkRoad.StartAsync(api);
        await road.OrderAsync("office");
        string key = await road.AuthorizeAsync("office", "fabrikam");
        using HttpClient reader = await api.PrincipalAsync("rob", BuiltInRoles.Reader, road.Group());
        string read = (await reader.Get(road.Circuit("office") + Query)).Is(200).Text;
        (await api.Customer.Put(road.Circuit("office") + Query, read)).Is(200);
        JsonNode after = await road.Customer.GetAsync($"{road.Circuit("office")}/authorizations/fabrikam", NetworkRoad.V, NetworkRoad.Stop);
        Assert.Equal(key, after["properties"]!["authorizationKey"]!.ToString());
    }
}
