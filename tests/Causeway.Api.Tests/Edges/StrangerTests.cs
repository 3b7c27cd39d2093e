using System.Text.Json.Nodes;
using Causeway.Api.Tests.Networks;
using Causeway.Client;
using static Causeway.Api.Tests.Networks.NetworkRoad;

namespace Causeway.Api.Tests.Edges;

/// <summary>What one subscription learns of another's circuit by trying to link to it: nothing, without a key of the circuit.</summary>
public sealed class StrangerTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Fact]
    public async Task Without_a_good_key_every_circuit_answers_alike_and_like_one_that_is_not_there()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.NetworkWithGatewayAsync("theirs", 7, road.Other);
        await road.OrderAsync("ordered");
        await road.CircuitAsync("bare", 81);
        await road.CircuitAsync("full", 82);
        await road.NetworkWithGatewayAsync("apps", 7);
        await road.ConnectAsync("link", "apps", "full");
        string used = await road.AuthorizeAsync("full", "used");
        await road.NetworkWithGatewayAsync("elsewhere", 9, road.Other);
        await road.ConnectAsync("elsewhere", "elsewhere", "full", road.Other, used);

        foreach (string? key in (string?[])[null, "", Guid.NewGuid().ToString(), "x"])
        {
            var answers = new HashSet<string>();
            foreach (string circuit in (string[])["ordered", "bare", "full", "nothing-of-that-name"])
                answers.Add(await RefusedAsync(road, "theirs", circuit, key));
            Assert.True(answers.Count == 1, $"with key '{key}': {string.Join(" | ", answers)}");
            string only = answers.Single();
            foreach (string secret in (string[])["10.7.", "127.8", "Provision", "Amsterdam", "Standard", "ordered", "full"])
                Assert.DoesNotContain(secret, only, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Whoever has a key learns why its own network does not fit, and still not what else the circuit carries.</summary>
    [Fact]
    public async Task With_a_good_key_a_stranger_is_told_of_its_own_prefixes_only()
    {
        using NetworkRoad road = await StartAsync(api);
        JsonNode ordered = await road.OrderAsync("ordered");
        string early = await road.AuthorizeAsync("ordered", "early");
        await road.NetworkWithGatewayAsync("theirs", 7, road.Other);
        string unprovisioned = await RefusedAsync(road, "theirs", "ordered", early);
        Assert.Contains("ServiceProviderNotProvisioned", unprovisioned, StringComparison.Ordinal);
        Assert.DoesNotContain(ordered["properties"]!["serviceKey"]!.ToString(), unprovisioned, StringComparison.Ordinal);

        await road.CircuitAsync("full", 83);
        await road.Customer.PutAsync(
            road.Network("apps"),
            V,
            Space(["10.7.128.0/17"], Subnet("GatewaySubnet", "10.7.255.0/27")),
            true,
            Stop
        );
        await road.PutGatewayAsync("apps", "apps");
        await road.ConnectAsync("link", "apps", "full");
        string overlap = await RefusedAsync(road, "theirs", "full", await road.AuthorizeAsync("full", "good"));
        Assert.Contains("10.7.0.0/16", overlap, StringComparison.Ordinal);
        Assert.DoesNotContain("10.7.128.0", overlap, StringComparison.Ordinal);

        // The owner is told both.
        ArmException own = await Assert.ThrowsAsync<ArmException>(async () =>
        {
            await road.NetworkWithGatewayAsync("mine", 7);
            await road.ConnectAsync("mine", "mine", "full");
        });
        Assert.Contains("10.7.128.0/17", own.Message, StringComparison.Ordinal);
    }

    /// <summary>A network that grows is checked on every circuit that it is linked to, whoever's they are.</summary>
    [Fact]
    public async Task A_growing_network_does_not_learn_what_else_a_circuit_of_another_subscription_carries()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.CircuitAsync("full", 84);
        await road.NetworkWithGatewayAsync("apps", 7);
        await road.ConnectAsync("link", "apps", "full");
        await road.NetworkWithGatewayAsync("theirs", 9, road.Other);
        await road.ConnectAsync("link", "theirs", "full", road.Other, await road.AuthorizeAsync("full", "good"));
        ArmException e = await Assert.ThrowsAsync<ArmException>(() =>
            road.Other.PutAsync(
                road.Network("theirs", road.Other),
                V,
                Space(["10.9.0.0/16", "10.6.0.0/15"], Subnet("GatewaySubnet", "10.9.255.0/27")),
                true,
                Stop
            )
        );
        Assert.Equal("SubnetOverlapsWithExistingAddressSpaceException", e.Code);
        Assert.DoesNotContain("10.7.0.0", e.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(NetworkRoad road, string gateway, string circuit, string? key)
    {
        ArmException e = await Assert.ThrowsAsync<ArmException>(() => road.ConnectAsync("link", gateway, circuit, road.Other, key));
        return $"{e.Status} {e.Code} {e.Message} {e.Target} {string.Join(';', e.Details.Select(d => $"{d.Code} {d.Message}"))}";
    }
}
