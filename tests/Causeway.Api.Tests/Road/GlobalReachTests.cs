using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>Global Reach ends on two routers that we did not write: what one customer's BIRD announces, the other's learns, and forgets.</summary>
public sealed class GlobalReachTests : IAsyncLifetime
{
    private const string V = ArmClient.NetworkVersion;
    private const int BgpPort = 17904;
    private readonly ServerProcess _server = new(["--bgp-port", $"{BgpPort}"]);
    private RoadBuilder _road = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

    /// <summary>Another subscription's circuit, with its key; what is linked to a circuit stays its own; revoking the key ends it for both.</summary>
    [Fact]
    public async Task Two_birds_learn_each_others_prefixes_until_the_key_is_revoked()
    {
        string here = await PeeredAsync("here", "Amsterdam", 84, 65010, null);
        string there = await PeeredAsync("there", "Stockholm", 85, 65020, _road.OtherCustomer);
        string link = await _road.LinkNetworkAsync(_road.Customer, here, "here", "10.84.0.0/16", null, Stop);
        await using var a = new Bird("65010", "127.84.0.1", "127.84.0.2", BgpPort, "64496", "172.16.84.0/24", null);
        await using var b = new Bird("65020", "127.85.0.1", "127.85.0.2", BgpPort, "64496", "172.16.85.0/24", null);
        string connection = $"{here}/peerings/AzurePrivatePeering/connections/join";

        ArmException refused = await Assert.ThrowsAsync<ArmException>(() => JoinAsync(connection, there, null));
        Assert.Equal("AuthorizationKeyRequired", refused.Code);
        string authorization = $"{there}/authorizations/neighbour";
        string key = (await _road.OtherCustomer.PutAsync(authorization, V, new JsonObject(), wait: true, Stop))["properties"]![
            "authorizationKey"
        ]!.ToString();
        await JoinAsync(connection, there, key);

        string seenByA = await SeesAsync(a, "172.16.85.0/24", true);
        string seenByB = await SeesAsync(b, "172.16.84.0/24", true);
        Assert.Contains("BGP.as_path: 64496 65020", seenByA, StringComparison.Ordinal);
        Assert.Contains("BGP.as_path: 64496 65010", seenByB, StringComparison.Ordinal);
        Assert.Contains("10.84.0.0/16", seenByA, StringComparison.Ordinal);
        Assert.DoesNotContain("10.84.0.0/16", seenByB, StringComparison.Ordinal);
        await Eventually.Get(
            async () => (await _road.Customer.GetAsync(connection, V, Stop))!["properties"]!["circuitConnectionStatus"]!.ToString(),
            status => status == "Connected",
            "the connection says that it is up"
        );
        JsonNode peered = (await _road.OtherCustomer.GetAsync($"{there}/peerings/AzurePrivatePeering/peerConnections", V, Stop))!;
        Assert.Equal("join", Assert.Single(peered["value"]!.AsArray())!["properties"]!["connectionName"]!.ToString());
        Assert.Equal(
            "InUse",
            (await _road.OtherCustomer.GetAsync(authorization, V, Stop))!["properties"]!["authorizationUseStatus"]!.ToString()
        );

        // What comes by another circuit goes with that one's location: it is no route of this one.
        string gateway = $"{link[..link.LastIndexOf("/connections", StringComparison.Ordinal)]}/virtualNetworkGateways/here";
        JsonNode resiliency = (await _road.Customer.PostAsync($"{gateway}/getResiliencyInformation", V, null, Stop))!;
        Assert.Contains(
            "1 of 1 routes come at one location alone, 172.16.84.0/24 among them",
            resiliency.ToJsonString(),
            StringComparison.Ordinal
        );

        await _road.OtherCustomer.DeleteAsync(authorization, V, wait: true, Stop);
        await SeesAsync(a, "172.16.85.0/24", false);
        await SeesAsync(b, "172.16.84.0/24", false);
        await Eventually.Get(
            async () => (await _road.Customer.GetAsync($"{here}/peerings/AzurePrivatePeering/connections", V, Stop))!["value"]!.AsArray(),
            list => list.Count == 0,
            "the connection is gone"
        );
    }

    private Task<JsonNode> JoinAsync(string connection, string circuit, string? key)
    {
        var properties = new JsonObject
        {
            ["peerExpressRouteCircuitPeering"] = new JsonObject { ["id"] = $"{circuit}/peerings/AzurePrivatePeering" },
            ["addressPrefix"] = "127.86.0.0/29",
        };
        if (key is not null)
            properties["authorizationKey"] = key;
        return _road.Customer.PutAsync(connection, V, new JsonObject { ["properties"] = properties }, wait: true, Stop);
    }

    private async Task<string> PeeredAsync(string name, string location, int net, int asn, ArmClient? who)
    {
        string circuit = await _road.ProvisionedCircuitAsync(name, Stop, location, who);
        var body = new JsonObject
        {
            ["peerASN"] = asn,
            ["primaryPeerAddressPrefix"] = $"127.{net}.0.0/30",
            ["secondaryPeerAddressPrefix"] = $"127.{net}.0.4/30",
            ["vlanId"] = 100,
        };
        await (who ?? _road.Customer).PutAsync(
            $"{circuit}/peerings/AzurePrivatePeering",
            V,
            new JsonObject { ["properties"] = body },
            wait: true,
            Stop
        );
        return circuit;
    }

    private static Task<string> SeesAsync(Bird bird, string prefix, bool sees) =>
        Eventually.Get(
            bird.RoutesAsync,
            routes => routes.Contains(prefix, StringComparison.Ordinal) == sees,
            $"BIRD {(sees ? "lists" : "has lost")} {prefix}",
            TimeSpan.FromSeconds(60)
        );
}
