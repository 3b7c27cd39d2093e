using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;
using static Causeway.Api.Tests.Networks.NetworkRoad;

namespace Causeway.Api.Tests.Networks;

public sealed class ConnectionApiTestsOnSqlite(SqliteApi api) : ConnectionApiTests(api), IClassFixture<SqliteApi>;

public sealed class ConnectionApiTestsOnPostgres(PostgresApi api) : ConnectionApiTests(api), IClassFixture<PostgresApi>;

/// <summary>Links between networks and circuits: what they need, what they keep, and that all sides always agree.</summary>
public abstract class ConnectionApiTests(ApiFixture api)
{
    [Fact]
    public async Task A_link_needs_a_provisioned_circuit_and_leaves_no_trace_when_refused()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.OrderAsync("office");
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.ConnectAsync("link", "apps", "office"));
        Assert.Equal("ServiceProviderNotProvisioned", e.Details.Count > 0 ? e.Details[0].Code : e.Code);
        Assert.Null(await road.Customer.FindAsync(road.Connection("link"), V, Stop));
        Assert.Empty((await NetworkAsync(road, "apps")).Links);
    }

    [Fact]
    public async Task A_link_stands_in_all_three_documents_and_goes_from_all_three()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.CircuitAsync("office", 61);
        JsonNode link = await road.ConnectAsync("link", "apps", "office");
        Assert.Equal("Succeeded", link["properties"]!["provisioningState"]!.ToString());
        Assert.Equal("ExpressRoute", link["properties"]!["connectionType"]!.ToString());
        Assert.Equal(road.Circuit("office"), link["properties"]!["peer"]!["id"]!.ToString());
        Assert.Null(link["properties"]!["authorizationKey"]);
        Assert.Single((await NetworkAsync(road, "apps")).Links);
        Assert.Equal("10.1.0.0/16", Assert.Single(Assert.Single((await CircuitAsync(road, "office")).Links).Prefixes).ToString());

        var listed = new List<string>();
        await foreach (JsonNode c in road.Customer.ListAsync($"{road.Gateway("apps")}/connections", V, Stop))
            listed.Add(c["name"]!.ToString());
        Assert.Equal(["link"], listed);
        ArmException inUse = await Assert.ThrowsAsync<ArmException>(() => road.Customer.DeleteAsync(road.Gateway("apps"), V, true, Stop));
        Assert.Equal((409, "InUseVirtualNetworkGatewayCannotBeDeleted"), (inUse.Status, inUse.Code));

        // Written again it stays what it is; gateway and circuit are fixed.
        await road.ConnectAsync("link", "apps", "office");
        await road.CircuitAsync("second", 61, block: 1);
        ArmException other = await Assert.ThrowsAsync<ArmException>(() => road.ConnectAsync("link", "apps", "second"));
        Assert.Equal("PropertyChangeNotAllowed", other.Code);
        Assert.Empty((await CircuitAsync(road, "second")).Links);

        Assert.True(await road.Customer.DeleteAsync(road.Connection("link"), V, true, Stop));
        Assert.False(await road.Customer.DeleteAsync(road.Connection("link"), V, true, Stop));
        Assert.Empty((await NetworkAsync(road, "apps")).Links);
        Assert.Empty((await CircuitAsync(road, "office")).Links);
    }

    [Fact]
    public async Task A_new_address_space_reaches_every_linked_circuit_or_is_refused_whole()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.NetworkWithGatewayAsync("lab", 2);
        await road.CircuitAsync("office", 62);
        await road.CircuitAsync("second", 62, block: 1);
        await road.ConnectAsync("a", "apps", "office");
        await road.ConnectAsync("b", "apps", "second");
        await road.ConnectAsync("c", "lab", "second");

        await road.Customer.PutAsync(road.Network("apps"), V, Space(["10.1.0.0/16", "10.3.0.0/16"]), true, Stop);
        foreach (string circuit in (string[])["office", "second"])
            Assert.Contains(
                "10.3.0.0/16",
                (await CircuitAsync(road, circuit)).Links.Single(l => l.Network.Name == "apps").Prefixes.Select(p => p.ToString())
            );

        // 10.2/16 is lab's, on the second circuit: the first must not have heard of it.
        ArmException e = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.PutAsync(road.Network("apps"), V, Space(["10.1.0.0/16", "10.2.0.0/16"]), true, Stop)
        );
        Assert.Equal("SubnetOverlapsWithExistingAddressSpaceException", e.Code);
        Assert.Equal(["10.1.0.0/16", "10.3.0.0/16"], (await NetworkAsync(road, "apps")).AddressSpace.Select(p => p.ToString()));
        Assert.DoesNotContain("10.2.0.0/16", Assert.Single((await CircuitAsync(road, "office")).Links).Prefixes.Select(p => p.ToString()));
    }

    [Fact]
    public async Task Another_subscription_links_with_a_key_and_loses_the_link_when_the_key_is_revoked()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("theirs", 4, road.Other);
        await road.CircuitAsync("office", 63);
        ArmException none = await Assert.ThrowsAsync<ArmException>(() => road.ConnectAsync("link", "theirs", "office", road.Other));
        Assert.Equal("AuthorizationKeyRequired", none.Code);
        ArmException wrong = await Assert.ThrowsAsync<ArmException>(() =>
            road.ConnectAsync("link", "theirs", "office", road.Other, Guid.NewGuid().ToString())
        );
        Assert.Equal("InvalidAuthorizationKey", wrong.Code);

        string key = await road.AuthorizeAsync("office", "fabrikam");
        JsonNode link = await road.ConnectAsync("link", "theirs", "office", road.Other, key);
        Assert.DoesNotContain(key, link.ToJsonString(), StringComparison.Ordinal);
        string authorization = $"{road.Circuit("office")}/authorizations/fabrikam";
        Assert.Equal("InUse", (await road.Customer.GetAsync(authorization, V, Stop))["properties"]!["authorizationUseStatus"]!.ToString());

        // Written again without the key, as clients that read it back do.
        await road.ConnectAsync("link", "theirs", "office", road.Other);

        await road.Customer.DeleteAsync(authorization, V, true, Stop);
        Assert.Empty((await CircuitAsync(road, "office")).Links);
        await Eventually.Get<JsonNode?>(
            () => road.Other.FindAsync(road.Connection("link", road.Other), V, Stop),
            found => found is null,
            "the connection of the revoked authorization goes"
        );
        await road.Other.DeleteAsync(road.Gateway("theirs", road.Other), V, true, Stop);
    }

    [Fact]
    public async Task A_deleted_connection_gives_its_authorization_back()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("theirs", 5, road.Other);
        await road.CircuitAsync("office", 64);
        string key = await road.AuthorizeAsync("office", "fabrikam");
        await road.ConnectAsync("link", "theirs", "office", road.Other, key);
        await road.Other.DeleteAsync(road.Connection("link", road.Other), V, true, Stop);
        JsonNode authorization = await road.Customer.GetAsync($"{road.Circuit("office")}/authorizations/fabrikam", V, Stop);
        Assert.Equal("Available", authorization["properties"]!["authorizationUseStatus"]!.ToString());
        await road.ConnectAsync("link2", "theirs", "office", road.Other, key);
    }

    [Fact]
    public async Task Only_expressroute_connections_can_be_had()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        JsonObject body = ConnectionBody(road.Gateway("apps"), road.Circuit("office"));
        body["properties"]!["connectionType"] = "IPsec";
        body["properties"]!["routingWeight"] = 40000;
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Connection("x"), V, body, true, Stop));
        Assert.Equal(400, e.Status);
        Assert.Equal(2, e.Details.Count);
    }

    /// <summary>Six at once for four places: the network's revision lets exactly four through, whoever they are.</summary>
    [Fact]
    public async Task The_limit_of_circuits_holds_against_simultaneous_links()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        for (int n = 0; n < 6; n++)
            await road.CircuitAsync($"c{n}", 65, block: n);
        bool[] linked = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async n =>
                {
                    try
                    {
                        await road.ConnectAsync($"link{n}", "apps", $"c{n}");
                        return true;
                    }
                    catch (ArmException e) when (e.Status == 409)
                    {
                        return false;
                    }
                })
        );
        Assert.Equal(4, linked.Count(l => l));
        Assert.Equal(4, (await NetworkAsync(road, "apps")).Links.Length);
        for (int n = 0; n < 6; n++)
            Assert.Equal(linked[n], (await CircuitAsync(road, $"c{n}")).Links.Length == 1);
    }

    /// <summary>Links and address-space changes at the same time: afterwards circuits announce what the network has.</summary>
    [Fact]
    public async Task Circuits_announce_what_the_network_has_whatever_came_first()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        for (int n = 0; n < 3; n++)
            await road.CircuitAsync($"c{n}", 66, block: n);
        Task[] all =
        [
            .. Enumerable.Range(0, 3).Select(n => road.ConnectAsync($"link{n}", "apps", $"c{n}")),
            .. Enumerable
                .Range(0, 6)
                .Select(n => road.Customer.PutAsync(road.Network("apps"), V, Space(["10.1.0.0/16", $"10.{20 + n}.0.0/16"]), true, Stop)),
        ];
        await Task.WhenAll(all);
        string[] has = [.. (await NetworkAsync(road, "apps")).AddressSpace.Select(p => p.ToString())];
        for (int n = 0; n < 3; n++)
            Assert.Equal(has, Assert.Single((await CircuitAsync(road, $"c{n}")).Links).Prefixes.Select(p => p.ToString()));
    }

    /// <summary>A join's routers speak over its subnet: what no peering's session can use, none of its own can.</summary>
    [Fact]
    public async Task A_join_takes_no_subnet_that_no_session_can_use()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.CircuitAsync("office", 69);
        await RefusedAsync("224.0.0.0/29", null, "224.0.0.0/3");
        await RefusedAsync("0.0.0.0/29", null, "0.0.0.0/8");
        await RefusedAsync("255.255.255.248/29", null, "224.0.0.0/3");
        await RefusedAsync("127.69.9.0/29", "ff02::/125", "ff00::/8");
        await RefusedAsync("127.69.9.0/29", "::8/125", "::/96");

        async Task RefusedAsync(string v4, string? v6, string range)
        {
            var properties = new JsonObject
            {
                ["peerExpressRouteCircuitPeering"] = Reference($"{road.Circuit("far")}/peerings/AzurePrivatePeering"),
                ["addressPrefix"] = v4,
            };
            if (v6 is not null)
                properties["ipv6CircuitConnectionConfig"] = new JsonObject { ["addressPrefix"] = v6 };
            ArmException e = await Assert.ThrowsAsync<ArmException>(() =>
                road.Customer.PutAsync(
                    $"{road.Circuit("office")}/peerings/AzurePrivatePeering/connections/join",
                    V,
                    new JsonObject { ["properties"] = properties },
                    true,
                    Stop
                )
            );
            string target = v6 is null ? "properties.addressPrefix" : "properties.ipv6CircuitConnectionConfig.addressPrefix";
            Assert.Equal((400, "InvalidAddressPrefixFormat", target), (e.Status, e.Code, e.Target));
            Assert.Contains(range, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Private_link_fast_path_needs_fast_path()
    {
        using NetworkRoad road = await StartAsync(api);
        JsonObject body = ConnectionBody(road.Gateway("apps"), road.Circuit("office"));
        body["properties"]!["enablePrivateLinkFastPath"] = true;
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Connection("link"), V, body, true, Stop));
        Assert.Equal((400, "properties.enablePrivateLinkFastPath"), (e.Status, e.Target));
        Assert.Contains("expressRouteGatewayBypass", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The routers of the circuits are the gateway's peers; of another there is nothing to say.</summary>
    [Fact]
    public async Task Advertised_routes_are_asked_of_one_peer()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("apps", 1);
        await road.CircuitAsync("office", 70);
        await road.ConnectAsync("link", "apps", "office");
        string ask = $"{road.Gateway("apps")}/getAdvertisedRoutes";
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PostAsync(ask, V, null, Stop));
        Assert.Equal((400, "peer"), (e.Status, e.Target));
        JsonNode peers = (await road.Customer.PostAsync($"{road.Gateway("apps")}/getBgpPeerStatus", V, null, Stop))!;
        string peer = peers["value"]![0]!["neighbor"]!.ToString();
        JsonNode its = (await road.Customer.PostAsync($"{ask}?peer={peer}", V, null, Stop))!;
        Assert.Equal("10.1.0.0/16", Assert.Single(its["value"]!.AsArray())!["network"]!.ToString());
        Assert.Empty((await road.Customer.PostAsync($"{ask}?peer=203.0.113.9", V, null, Stop))!["value"]!.AsArray());
    }

    [Fact]
    public async Task A_kind_is_named_without_an_article()
    {
        using NetworkRoad road = await StartAsync(api);
        JsonObject body = ConnectionBody(road.Gateway("apps"), road.Circuit("office"));
        body["properties"]!["connectionType"] = "IPsec";
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.Customer.PutAsync(road.Connection("link"), V, body, true, Stop));
        Assert.Contains("Connections of type IPsec cannot be had here", e.Message, StringComparison.Ordinal);
        await road.NetworkWithGatewayAsync("apps", 1);
        ArmException sku = await Assert.ThrowsAsync<ArmException>(() => road.PutGatewayAsync("apps", "apps", sku: "ErGw3AZ"));
        Assert.Contains("A gateway of size Standard cannot be resized to ErGw3AZ", sku.Message, StringComparison.Ordinal);
    }

    private Task<VirtualNetwork> NetworkAsync(NetworkRoad road, string name) =>
        ReadAsync<VirtualNetwork>(VirtualNetwork.ResourceType, road.Network(name));

    private Task<Circuit> CircuitAsync(NetworkRoad road, string name) => ReadAsync<Circuit>(Circuit.ResourceType, road.Circuit(name));

    /// <summary>What is stored, past the API: the documents must agree with one another.</summary>
    private async Task<T> ReadAsync<T>(string type, string id)
        where T : class, IResource
    {
        Engine engine = api.Server.Services.GetRequiredService<Engine>();
        return (await engine.ReadAsync((Workflow<T>)engine.WorkflowOf(type), ResourceId.Parse(id), Stop))!.Resource;
    }
}
