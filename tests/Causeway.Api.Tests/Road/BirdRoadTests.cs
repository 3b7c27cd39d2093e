using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>The road ends on a router that we did not write: the customer runs BIRD.</summary>
public sealed class BirdRoadTests : IAsyncLifetime
{
    private const string V = ArmClient.NetworkVersion;
    private const int BgpPort = 17902;
    private readonly ServerProcess _server = new(["--bgp-port", $"{BgpPort}"]);
    private RoadBuilder _road = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _road = new RoadBuilder(AccessFile.Load(Path.Combine(_server.Data, "access.json")));
    }

    public async ValueTask DisposeAsync()
    {
        _road.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null, 81)]
    [InlineData("s3cretKey", 82)]
    public async Task Bird_comes_up_and_both_sides_list_each_others_prefixes(string? key, int net)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string name = $"c{net}";
        string circuit = await _road.ProvisionedCircuitAsync(name, stop);
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        var body = new JsonObject
        {
            ["peerASN"] = 65010,
            ["primaryPeerAddressPrefix"] = $"127.{net}.0.0/30",
            ["secondaryPeerAddressPrefix"] = $"127.{net}.0.4/30",
            ["vlanId"] = 100,
        };
        if (key is not null)
            body["sharedKey"] = key;
        await _road.Customer.PutAsync(peering, V, new JsonObject { ["properties"] = body }, wait: true, stop);
        await _road.LinkNetworkAsync(_road.Customer, circuit, name, $"10.{net}.0.0/16", null, stop);

        await using var bird = new Bird("65010", $"127.{net}.0.1", $"127.{net}.0.2", BgpPort, "64496", $"172.16.{net}.0/24", key);
        await Eventually.Get(
            bird.RoutesAsync,
            routes => routes.Contains($"10.{net}.0.0/16", StringComparison.Ordinal),
            "BIRD lists the linked network's prefix",
            TimeSpan.FromSeconds(60)
        );
        Assert.Contains("Established", await bird.ProtocolAsync(), StringComparison.Ordinal);

        JsonNode route = await Eventually.Get<JsonNode>(
            async () =>
                (await _road.Customer.PostAsync($"{peering}/routeTables/primary", V, null, stop))!["value"]!
                    .AsArray()
                    .FirstOrDefault(r => r!["network"]!.ToString() == $"172.16.{net}.0/24")!,
            r => r is not null,
            "the API's route table lists BIRD's prefix"
        );
        Assert.Equal($"127.{net}.0.1", route["nextHop"]!.ToString());
        Assert.StartsWith("65010", route["path"]!.ToString(), StringComparison.Ordinal);

        JsonArray summary = (await _road.Customer.PostAsync($"{peering}/routeTablesSummary/primary", V, null, stop))!["value"]!.AsArray();
        Assert.Contains(summary, s => s!["neighbor"]!.ToString() == $"127.{net}.0.1" && s["statePfxRcd"]!.ToString() == "1");

        // The provider takes the circuit down: the session ends, and BIRD forgets.
        await _road.MoveProviderAsync(name, "Deprovisioning", stop);
        await Eventually.Get(
            bird.RoutesAsync,
            routes => !routes.Contains($"10.{net}.0.0/16", StringComparison.Ordinal),
            "BIRD has lost the linked network's prefix"
        );
    }

    [Fact]
    public async Task A_wrong_key_keeps_the_session_down()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string circuit = await _road.ProvisionedCircuitAsync("c83", stop);
        var properties = new JsonObject
        {
            ["peerASN"] = 65010,
            ["primaryPeerAddressPrefix"] = "127.83.0.0/30",
            ["secondaryPeerAddressPrefix"] = "127.83.0.4/30",
            ["vlanId"] = 100,
            ["sharedKey"] = "right1",
        };
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        await _road.Customer.PutAsync(peering, V, new JsonObject { ["properties"] = properties }, wait: true, stop);
        await using var wrong = new Bird("65010", "127.83.0.1", "127.83.0.2", BgpPort, "64496", "172.16.83.0/24", "wrong1");
        await using var right = new Bird("65010", "127.83.0.5", "127.83.0.6", BgpPort, "64496", "172.16.83.0/24", "right1");

        // When the good side of the pair is up, the bad side has had the same time and chances.
        await Eventually.Get(
            right.ProtocolAsync,
            p => p.Contains("Established", StringComparison.Ordinal),
            "the session with the right key",
            TimeSpan.FromSeconds(60)
        );
        Assert.DoesNotContain("Established", await wrong.ProtocolAsync(), StringComparison.Ordinal);
    }
}
