using System.Text.Json.Nodes;
using static Causeway.Api.Tests.Networks.NetworkRoad;

namespace Causeway.Api.Tests.Networks;

/// <summary>Peerings between networks, and what clients ask of connections and gateways although links to circuits do not need it.</summary>
public sealed class NetworkPeeringTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Q = $"?api-version={V}";

    private static string With(string network, string more = "") =>
        $$$$"""{"properties":{"remoteVirtualNetwork":{"id":"{{{{network}}}}"}{{{{more}}}}}}""";

    [Fact]
    public async Task Two_networks_are_peered_when_both_sides_stand_and_each_says_what_it_knows_of_the_other()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.PutNetworkAsync("a", 1);
        await road.PutNetworkAsync("b", 2);
        string here = $"{road.Network("a")}/virtualNetworkPeerings/to-b",
            there = $"{road.Network("b")}/virtualNetworkPeerings/to-a";
        Answer made = (await api.Customer.Put(here + Q, With(road.Network("b"), ",\"allowForwardedTraffic\":true"))).Is(201);
        Assert.NotNull(made.Header("Azure-AsyncOperation"));
        Assert.Equal("Updating", made.Body!["properties"]!["provisioningState"]!.ToString());
        (await api.Customer.Finished(made)).Is(200);
        JsonNode one = (await api.Customer.Get(here + Q)).Is(200).Body!["properties"]!;
        Assert.Equal(("Initiated", "RemoteNotInSync"), (one["peeringState"]!.ToString(), one["peeringSyncLevel"]!.ToString()));
        Assert.True(one["allowForwardedTraffic"]!.GetValue<bool>());

        (await api.Customer.Put(there + Q, With(road.Network("a")))).Is(201);
        one = (await api.Customer.Get(here + Q)).Is(200).Body!["properties"]!;
        Assert.Equal(("Connected", "FullyInSync"), (one["peeringState"]!.ToString(), one["peeringSyncLevel"]!.ToString()));

        // The other network grows: what is known of it is what was, until somebody asks for it to be looked at.
        await road.Customer.PutAsync(road.Network("b"), V, Space(["10.2.0.0/16", "2001:db8:2::/48", "10.22.0.0/16"]), true, Stop);
        one = (await api.Customer.Get(here + Q)).Is(200).Body!["properties"]!;
        Assert.Equal("LocalNotInSync", one["peeringSyncLevel"]!.ToString());
        Assert.Single(one["remoteAddressSpace"]!["addressPrefixes"]!.AsArray());
        Assert.Equal(3, one["remoteVirtualNetworkAddressSpace"]!["addressPrefixes"]!.AsArray().Count);
        (await api.Customer.Put(here + Q, With(road.Network("b")))).Is(200);
        Assert.Equal("LocalNotInSync", (await api.Customer.Get(here + Q)).Body!["properties"]!["peeringSyncLevel"]!.ToString());
        (await api.Customer.Put($"{here}{Q}&syncRemoteAddressSpace=true", With(road.Network("b")))).Is(200);
        one = (await api.Customer.Get(here + Q)).Body!["properties"]!;
        Assert.Equal("FullyInSync", one["peeringSyncLevel"]!.ToString());
        Assert.Equal(3, one["remoteAddressSpace"]!["addressPrefixes"]!.AsArray().Count);

        // In its network's own answers, and it stays there when the network is written as it was read or without it.
        JsonNode network = (await api.Customer.Get(road.Network("a") + Q)).Is(200).Body!;
        Assert.Equal("to-b", Assert.Single(network["properties"]!["virtualNetworkPeerings"]!.AsArray())!["name"]!.ToString());
        (await api.Customer.Put(road.Network("a") + Q, network.ToJsonString())).Is(200);
        network["properties"]!.AsObject().Remove("virtualNetworkPeerings");
        (await api.Customer.Put(road.Network("a") + Q, network.ToJsonString())).Is(200);
        Assert.Single((await api.Customer.Get($"{road.Network("a")}/virtualNetworkPeerings{Q}")).Is(200).Body!["value"]!.AsArray());

        Answer gone = (await api.Customer.Delete(there + Q)).Is(202);
        (await api.Customer.Finished(gone)).Is(200);
        Assert.Equal("Initiated", (await api.Customer.Get(here + Q)).Body!["properties"]!["peeringState"]!.ToString());
        (await api.Customer.Delete(road.Network("b") + Q)).Is(202);
        Assert.Equal("Disconnected", (await api.Customer.Get(here + Q)).Body!["properties"]!["peeringState"]!.ToString());
        (await api.Customer.Delete(here + Q)).Is(202);
        (await api.Customer.Delete(here + Q)).Is(204);
        (await api.Customer.Get(here + Q)).Is(404, "NotFound");
    }

    [Fact]
    public async Task What_speaks_against_a_peering_is_said()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.PutNetworkAsync("a", 1);
        await road.PutNetworkAsync("b", 2);
        await road.PutNetworkAsync("same", 1);
        string peering = $"{road.Network("a")}/virtualNetworkPeerings/p";
        (await api.Customer.Put(peering + Q, With(road.Network("none")))).Is(400, "InvalidResourceReference");
        (await api.Customer.Put(peering + Q, With(road.Network("same")))).Is(400, "VnetAddressSpacesOverlap");
        (await api.Customer.Put(peering + Q, With(road.Network("a")))).Is(400, "VirtualNetworkCannotPeerWithItself");
        (await api.Customer.Put(peering + Q, With(road.Network("b"), ",\"useRemoteGateways\":true"))).Is(400, "NotSupported");
        (await api.Customer.Put(peering + Q, With(road.Network("b"), ",\"nothing\":1"))).Is(400, "InvalidRequestFormat");
        (await api.Customer.Put(peering + Q, With(road.Network("b", road.Other)))).Is(403, "LinkedAuthorizationFailed");
        (await api.Customer.Put(peering + Q, With(road.Network("b")))).Is(201);
        (await api.Customer.Put(peering + "2" + Q, With(road.Network("b")))).Is(409, "AnotherPeeringAlreadyReferencesRemoteVnet");
        (await api.Customer.Put(peering + Q, With(road.Network("same")))).Is(400, "ChangingRemoteVirtualNetworkNotAllowed");
        // A network does not grow into what it is peered with.
        (await api.Customer.Put(road.Network("a") + Q, Space(["10.1.0.0/16", "10.2.4.0/24"]).ToJsonString())).Is(
            400,
            "VnetAddressSpacesOverlap"
        );
    }

    [Fact]
    public async Task A_connection_keeps_a_shared_key_that_only_who_may_manage_it_reads()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.CircuitAsync("office", 61);
        await road.ConnectAsync("link", "apps", "office");
        string key = $"{road.Connection("link")}/sharedkey";
        Assert.Null((await api.Customer.Get(key + Q)).Is(200).Body!["value"]);
        Answer set = (await api.Customer.Put(key + Q, """{"value":"AzureAbc123"}""")).Is(200);
        (await api.Customer.Finished(set)).Is(200);
        Assert.Equal("AzureAbc123", (await api.Customer.Get(key + Q)).Is(200).Body!["value"]!.ToString());
        Assert.DoesNotContain("AzureAbc123", (await api.Customer.Get(road.Connection("link") + Q)).Text, StringComparison.Ordinal);
        // The rest of the connection is written without it, and it stays.
        await road.ConnectAsync("link", "apps", "office");
        Assert.Equal("AzureAbc123", (await api.Customer.Get(key + Q)).Body!["value"]!.ToString());

        Answer reset = (await api.Customer.Post($"{key}/reset{Q}", """{"keyLength":40}""")).Is(202);
        Assert.Equal(40, (await api.Customer.Finished(reset)).Is(200).Body!["keyLength"]!.GetValue<int>());
        string made = (await api.Customer.Get(key + Q)).Body!["value"]!.ToString();
        Assert.Equal(40, made.Length);
        (await api.Customer.Put(key + Q, """{"value":"with a space"}""")).Is(400, "InvalidSharedKey");
        (await api.Customer.Post($"{key}/reset{Q}", """{"keyLength":200}""")).Is(400);
        (await api.Customer.Get($"{road.Connection("none")}/sharedkey{Q}")).Is(404, "ResourceNotFound");
        (await api.Customer.Put($"{road.Connection("none")}/sharedkey{Q}", """{"value":"a"}""")).Is(404, "ResourceNotFound");
        (await api.OtherCustomer.Get(key + Q)).Is(403, "AuthorizationFailed");
    }

    [Fact]
    public async Task A_reset_of_a_connection_answers_with_the_connection()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.CircuitAsync("office", 63);
        await road.ConnectAsync("link", "apps", "office");
        string reset = $"{road.Connection("link")}/resetconnection{Q}";
        Answer begun = (await api.Customer.Post(reset)).Is(202);
        Assert.NotNull(begun.Header("Location"));
        Assert.Equal(road.Connection("link"), (await api.Customer.Finished(begun)).Is(200).Body!["id"]!.ToString());
        (await api.Customer.Post($"{road.Connection("none")}/resetconnection{Q}")).Is(404, "ResourceNotFound");
        (await api.OtherCustomer.Post(reset)).Is(403, "AuthorizationFailed");
    }

    [Fact]
    public async Task Service_tags_are_said_not_to_be_offered()
    {
        string tags = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Network/locations/westeurope/serviceTags{Q}";
        Answer refused = (await api.Customer.Get(tags)).Is(400, "NotSupported");
        Assert.Contains("Service tags are not offered here", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_of_a_gateway_answers_with_the_gateway()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        Answer begun = (await api.Customer.Post($"{road.Gateway("apps")}/reset{Q}")).Is(202);
        JsonNode end = (await api.Customer.Finished(begun)).Is(200).Body!;
        Assert.Equal(road.Gateway("apps"), end["id"]!.ToString());
        Assert.Equal("Succeeded", end["properties"]!["provisioningState"]!.ToString());
        (await api.Customer.Post($"{road.Gateway("none")}/reset{Q}")).Is(404, "ResourceNotFound");
    }
}
