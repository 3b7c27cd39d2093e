using System.Net;
using System.Text.Json.Nodes;
using Causeway.Client;
using static Causeway.Api.Tests.Networks.NetworkRoad;

namespace Causeway.Api.Tests.Networks;

public sealed class NetworkApiTestsOnSqlite(SqliteApi api) : NetworkApiTests(api), IClassFixture<SqliteApi>;

public sealed class NetworkApiTestsOnPostgres(PostgresApi api) : NetworkApiTests(api), IClassFixture<PostgresApi>;

/// <summary>Networks, subnets, gateways and public addresses over the wire.</summary>
public abstract class NetworkApiTests(ApiFixture api)
{
    [Fact]
    public async Task A_network_lives_from_put_to_delete()
    {
        using NetworkRoad road = await StartAsync(api);
        JsonNode made = await road.PutNetworkAsync("apps", 1);
        Assert.Equal("Succeeded", made["properties"]!["provisioningState"]!.ToString());
        Assert.Equal(road.Network("apps"), made["id"]!.ToString());
        Assert.Equal(2, made["properties"]!["subnets"]!.AsArray().Count);

        // Without the array the subnets stay; an array is authoritative.
        JsonNode same = await road.Customer.PutAsync(road.Network("APPS"), V, Space(["10.1.0.0/16", "2001:db8:1::/48"]), true, Stop);
        Assert.Equal(2, same["properties"]!["subnets"]!.AsArray().Count);
        Assert.Equal(made["properties"]!["resourceGuid"]!.ToString(), same["properties"]!["resourceGuid"]!.ToString());
        JsonNode fewer = await road.Customer.PutAsync(
            road.Network("apps"),
            V,
            Space(["10.1.0.0/16"], Subnet("default", "10.1.0.0/24")),
            true,
            Stop
        );
        Assert.Single(fewer["properties"]!["subnets"]!.AsArray());

        using HttpResponseMessage got = await api.Customer.GetAsync($"{road.Network("apps")}?api-version={V}", Stop);
        Assert.Equal(fewer["etag"]!.ToString(), got.Headers.ETag!.ToString());
        Assert.True(await road.Customer.DeleteAsync(road.Network("apps"), V, true, Stop));
        Assert.False(await road.Customer.DeleteAsync(road.Network("apps"), V, true, Stop));
        ArmException gone = await Assert.ThrowsAsync<ArmException>(() => road.Customer.GetAsync(road.Network("apps"), V, Stop));
        Assert.Equal((404, "ResourceNotFound"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task Every_problem_of_a_body_is_answered_at_once()
    {
        using NetworkRoad road = await StartAsync(api);
        JsonObject body = Space(["10.1.0.5/16", "not a prefix"], Subnet("a/b", "10.1.0.0/24"));
        body["location"] = "the moon";
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Network("bad"), V, body, true, Stop));
        Assert.Equal(400, e.Status);
        Assert.Contains(e.Details, d => d.Message.Contains("10.1.0.0/16", StringComparison.Ordinal));
        Assert.Contains(e.Details, d => d.Message.Contains("not a prefix", StringComparison.Ordinal));
        Assert.Contains(e.Details, d => d.Message.Contains("a/b", StringComparison.Ordinal));
        Assert.Contains(e.Details, d => d.Message.Contains("the moon", StringComparison.Ordinal));
        Assert.Null(await road.Customer.FindAsync(road.Network("bad"), V, Stop));
    }

    [Fact]
    public async Task Subnets_are_resources_of_their_own_under_the_networks_etag()
    {
        using NetworkRoad road = await StartAsync(api);
        JsonNode network = await road.PutNetworkAsync("apps", 1);
        string subnet = $"{road.Network("apps")}/subnets/db";
        using HttpResponseMessage created = await api.Customer.PutAsync(
            $"{subnet}?api-version={V}",
            new StringContent(Subnet("db", "10.1.1.0/24").ToJsonString(), null, "application/json"),
            Stop
        );
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        // The etag that was read before is stale now, for the network and for all its subnets.
        ArmException stale = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.PutAsync(subnet, V, Subnet("db", "10.1.2.0/24"), true, Stop, network["etag"]!.ToString())
        );
        Assert.Equal(412, stale.Status);

        ArmException overlap = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.PutAsync($"{road.Network("apps")}/subnets/x", V, Subnet("x", "10.1.1.128/25"), true, Stop)
        );
        Assert.Equal("NetcfgSubnetRangesOverlap", overlap.Code);
        ArmException orphan = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.PutAsync($"{road.Network("nowhere")}/subnets/x", V, Subnet("x", "10.1.1.0/24"), true, Stop)
        );
        Assert.Equal((404, "ParentResourceNotFound"), (orphan.Status, orphan.Code));

        Assert.True(await road.Customer.DeleteAsync(subnet, V, true, Stop));
        Assert.False(await road.Customer.DeleteAsync(subnet, V, true, Stop));
        var left = new List<string>();
        await foreach (JsonNode s in road.Customer.ListAsync($"{road.Network("apps")}/subnets", V, Stop))
            left.Add(s["name"]!.ToString());
        Assert.Equal(["default", "GatewaySubnet"], left);
    }

    [Fact]
    public async Task A_gateway_keeps_its_subnet_its_network_and_its_address()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.PutNetworkAsync("apps", 1);
        string address = road.Id("publicIPAddresses", "ip");
        await road.Customer.PutAsync(address, V, Located([]), true, Stop);
        JsonNode gateway = await road.Customer.PutAsync(road.Gateway("gw"), V, road.GatewayBody("apps", publicIp: address), true, Stop);
        Assert.Equal("ExpressRoute", gateway["properties"]!["gatewayType"]!.ToString());
        Assert.Equal("Standard", gateway["properties"]!["sku"]!["name"]!.ToString());

        JsonNode subnet = await road.Customer.GetAsync($"{road.Network("apps")}/subnets/GatewaySubnet", V, Stop);
        Assert.Equal($"{road.Gateway("gw")}/ipConfigurations/default", subnet["properties"]!["ipConfigurations"]![0]!["id"]!.ToString());
        await RefusedAsync(road, road.Network("apps"), "InUseSubnetCannotBeDeleted");
        await RefusedAsync(road, $"{road.Network("apps")}/subnets/GatewaySubnet", "InUseSubnetCannotBeDeleted");
        await RefusedAsync(road, address, "PublicIPAddressCannotBeDeleted");
        ArmException second = await Assert.ThrowsAsync<ArmException>(() => road.PutGatewayAsync("gw2", "apps"));
        Assert.Equal("GatewaySubnetInUse", second.Code);
        Assert.Null(await road.Customer.FindAsync(road.Gateway("gw2"), V, Stop));

        await road.Customer.DeleteAsync(road.Gateway("gw"), V, true, Stop);
        await road.Customer.DeleteAsync(address, V, true, Stop);
        Assert.True(await road.Customer.DeleteAsync(road.Network("apps"), V, true, Stop));
    }

    [Fact]
    public async Task What_a_gateway_cannot_be_is_said_clearly()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.PutNetworkAsync("apps", 1);
        JsonObject vpn = road.GatewayBody("apps", "VpnGw1");
        vpn["properties"]!["gatewayType"] = "Vpn";
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Gateway("gw"), V, vpn, true, Stop));
        Assert.Equal(400, e.Status);
        Assert.Contains(e.Details, d => d.Code == "VirtualNetworkGatewayTypeNotSupported");
        Assert.Contains(e.Details, d => d.Message.Contains("UltraPerformance", StringComparison.Ordinal));

        JsonObject wrongSubnet = road.GatewayBody("apps");
        wrongSubnet["properties"]!["ipConfigurations"]![0]!["properties"]!["subnet"] = Reference($"{road.Network("apps")}/subnets/default");
        e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Gateway("gw"), V, wrongSubnet, true, Stop));
        Assert.Equal("InvalidGatewaySubnet", e.Code);

        e = await Assert.ThrowsAsync<ArmException>(() => road.PutGatewayAsync("gw", "nowhere"));
        Assert.Equal("InvalidResourceReference", e.Code);

        JsonObject elsewhere = road.GatewayBody("apps");
        elsewhere["location"] = "North Europe";
        e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Gateway("gw"), V, elsewhere, true, Stop));
        Assert.Contains("westeurope", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_of_another_subscription_is_out_of_reach()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.PutNetworkAsync("apps", 1);
        ArmException read = await Assert.ThrowsAsync<ArmException>(() => road.Other.GetAsync(road.Network("apps"), V, Stop));
        Assert.Equal((403, "AuthorizationFailed"), (read.Status, read.Code));
        JsonObject body = road.GatewayBody("apps");
        ArmException use = await Assert.ThrowsAsync<ArmException>(() =>
            road.Other.PutAsync(road.Gateway("gw", road.Other), V, body, true, Stop)
        );
        Assert.Equal("InvalidGatewaySubnet", use.Code);
    }

    [Fact]
    public async Task Tags_are_replaced_by_patch()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        foreach (string id in (string[])[road.Network("apps"), road.Gateway("apps")])
        {
            var tags = new JsonObject { ["tags"] = new JsonObject { ["team"] = "blue" } };
            JsonNode tagged = await road.Customer.PatchAsync(id, V, tags, Stop);
            Assert.Equal("blue", tagged["tags"]!["team"]!.ToString());
        }
    }

    [Fact]
    public async Task A_group_is_deleted_with_its_networks_gateways_and_connections()
    {
        using NetworkRoad road = await StartAsync(api);
        using NetworkRoad elsewhere = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await elsewhere.CircuitAsync("office", 60);
        JsonObject link = ConnectionBody(road.Gateway("apps"), elsewhere.Circuit("office"));
        await road.Customer.PutAsync(road.Connection("link"), V, link, true, Stop);
        await road.OrderAsync("second");
        await road.MoveAsync("second", "Provisioning");

        // A provider's side stands: nothing may go, and nothing has gone.
        ArmException refused = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.DeleteAsync(road.Group(), ArmClient.ResourcesVersion, true, Stop)
        );
        Assert.Equal(409, refused.Status);
        Assert.NotNull(await road.Customer.FindAsync(road.Connection("link"), V, Stop));

        await road.MoveAsync("second", "NotProvisioned");
        await road.Customer.DeleteAsync(road.Group(), ArmClient.ResourcesVersion, true, Stop);
        Assert.Null(await road.Customer.FindAsync(road.Group(), ArmClient.ResourcesVersion, Stop));
        Assert.Null(await road.Customer.FindAsync(road.Network("apps"), V, Stop));

        // The circuit of the other group is there, and free of the link.
        await elsewhere.MoveAsync("office", "Deprovisioning");
        await elsewhere.MoveAsync("office", "NotProvisioned");
        Assert.True(await elsewhere.Customer.DeleteAsync(elsewhere.Circuit("office"), V, true, Stop));
    }

    [Fact]
    public async Task A_group_is_not_deleted_while_another_group_uses_its_gateway()
    {
        using NetworkRoad road = await StartAsync(api);
        using NetworkRoad elsewhere = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await elsewhere.CircuitAsync("office", 59);
        JsonObject link = ConnectionBody(road.Gateway("apps"), elsewhere.Circuit("office"));
        await elsewhere.Customer.PutAsync(elsewhere.Connection("link"), V, link, true, Stop);
        ArmException refused = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.DeleteAsync(road.Group(), ArmClient.ResourcesVersion, true, Stop)
        );
        Assert.Contains(
            elsewhere.Connection("link"),
            refused.Message + string.Join(' ', refused.Details),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.NotNull(await road.Customer.FindAsync(road.Gateway("apps"), V, Stop));
    }

    private static async Task RefusedAsync(NetworkRoad road, string id, string code)
    {
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.DeleteAsync(id, V, true, Stop));
        Assert.Equal((400, code), (e.Status, e.Code));
    }
}
