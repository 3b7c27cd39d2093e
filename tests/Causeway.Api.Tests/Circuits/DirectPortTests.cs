using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Circuits;

/// <summary>Ports of a customer's own, and circuits on them.</summary>
public sealed class DirectPortTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string V = "api-version=2024-01-01";

    [Fact]
    public async Task A_port_as_it_is_made_shown_cabled_and_switched()
    {
        string port = await PortAsync("port1");
        JsonNode read = (await api.Customer.Get($"{port}?{V}")).Is(200).Body!;
        Assert.Equal("Microsoft.Network/expressRoutePorts", read["type"]!.ToString());
        Assert.Equal("1500", read["properties"]!["mtu"]!.ToString());
        Assert.Equal(["link1", "link2"], read["properties"]!["links"]!.AsArray().Select(l => l!["name"]!.ToString()));
        read["properties"]!["links"]![0]!["properties"]!["adminState"] = "Enabled";
        read["properties"]!["links"]![0]!["properties"]!["macSecConfig"]!["cipher"] = "GcmAes256";
        (await api.Customer.Put($"{port}?{V}", read.ToJsonString())).Is(200);
        JsonNode link = (await api.Customer.Get($"{port}/links/link1?{V}")).Is(200).Body!["properties"]!;
        Assert.Equal(("Enabled", "GcmAes256"), (link["adminState"]!.ToString(), link["macSecConfig"]!["cipher"]!.ToString()));
        Assert.Equal(2, (await api.Customer.Get($"{port}/links?{V}")).Is(200).Body!["value"]!.AsArray().Count);

        Causeway.Api.Tests.Answer letter = (await api.Customer.Post($"{port}/generateLoa?{V}", """{"customerName":"Contoso"}""")).Is(200);
        Causeway.Api.Tests.Answer early = await api.Customer.Post(
            $"{port}/generateLoa?api-version=2020-07-01",
            """{"customerName":"Contoso"}"""
        );
        Assert.Equal("InvalidResourceType", early.Is(404).Error);
        byte[] pdf = Convert.FromBase64String(letter.Body!["encodedContent"]!.ToString());
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(pdf, 0, 5));

        string places = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Network/ExpressRoutePortsLocations";
        JsonArray all = (await api.Customer.Get($"{places}?{V}")).Is(200).Body!["value"]!.AsArray();
        Assert.Contains(all, l => l!["name"]!.ToString() == "Amsterdam" && l["properties"]!["availableBandwidths"]!.AsArray().Count == 0);
        JsonNode one = (await api.Customer.Get($"{places}/amsterdam?{V}")).Is(200).Body!;
        Assert.Equal(10, one["properties"]!["availableBandwidths"]![0]!["valueInGbps"]!.GetValue<int>());
    }

    [Fact]
    public async Task Circuits_take_at_most_twice_the_port_and_keep_it()
    {
        string port = await PortAsync("port2");
        string circuit = port.Replace("expressRoutePorts/port2", "expressRouteCircuits/c", StringComparison.Ordinal);
        (await api.Customer.Put($"{circuit}1?{V}", OnPort(port, 10))).Is(201);
        JsonNode made = (await api.Customer.Get($"{circuit}1?{V}")).Is(200).Body!["properties"]!;
        Assert.Equal("Provisioned", made["serviceProviderProvisioningState"]!.ToString());
        Assert.Equal(10, made["bandwidthInGbps"]!.GetValue<double>());
        Assert.NotNull(made["stag"]);
        Assert.Null(made["serviceProviderProperties"]);
        (await api.Customer.Put($"{circuit}2?{V}", OnPort(port, 5))).Is(201);
        Assert.Equal("OperationNotAllowed", (await api.Customer.Put($"{circuit}3?{V}", OnPort(port, 10))).Is(409).Error);
        Assert.Equal("InvalidParameter", (await api.Customer.Put($"{circuit}3?{V}", OnPort(port, 3))).Is(400).Error);
        (await api.Customer.Put($"{circuit}2?{V}", OnPort(port, 10))).Is(200);
        JsonNode full = (await api.Customer.Get($"{port}?{V}")).Is(200).Body!["properties"]!;
        Assert.Equal(20, full["provisionedBandwidthInGbps"]!.GetValue<double>());
        Assert.Equal(2, full["circuits"]!.AsArray().Count);
        Assert.Equal("InUseExpressRoutePortCannotBeDeleted", (await api.Customer.Delete($"{port}?{V}")).Is(409).Error);
        foreach (int n in (int[])[1, 2])
            await api.Customer.Finished(await api.Customer.Delete($"{circuit}{n}?{V}"));
        Assert.Equal(
            0,
            (await api.Customer.Get($"{port}?{V}")).Is(200).Body!["properties"]!["provisionedBandwidthInGbps"]!.GetValue<double>()
        );
        Assert.True((await api.Customer.Delete($"{port}?{V}")).Code is 200 or 202);
    }

    [Fact]
    public async Task Another_subscription_needs_a_key_which_serves_one_circuit()
    {
        string port = await PortAsync("port3");
        string group = $"/subscriptions/{api.OtherSubscription}/resourceGroups/rg-{Guid.NewGuid():N}";
        (await api.OtherCustomer.Put($"{group}?api-version=2022-09-01", """{"location":"westeurope"}""")).Is(201);
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/c";
        Assert.Equal("AuthorizationKeyRequired", (await api.OtherCustomer.Put($"{circuit}1?{V}", OnPort(port, 1))).Is(400).Error);
        Assert.Equal(
            "InvalidAuthorizationKey",
            (await api.OtherCustomer.Put($"{circuit}1?{V}", OnPort(port + "none", 1, Guid.NewGuid().ToString()))).Is(400).Error
        );
        Causeway.Api.Tests.Answer authorization = (await api.Customer.Put($"{port}/authorizations/a1?{V}", "{}")).Is(201);
        string key = authorization.Body!["properties"]!["authorizationKey"]!.ToString();
        (await api.OtherCustomer.Put($"{circuit}1?{V}", OnPort(port, 1, key))).Is(201);
        JsonNode used = (await api.Customer.Get($"{port}/authorizations/a1?{V}")).Is(200).Body!["properties"]!;
        Assert.Equal("InUse", used["authorizationUseStatus"]!.ToString());
        Assert.EndsWith("/expressRouteCircuits/c1", used["circuitResourceUri"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("AuthorizationKeyInUse", (await api.OtherCustomer.Put($"{circuit}2?{V}", OnPort(port, 1, key))).Is(409).Error);
        await api.OtherCustomer.Finished(await api.OtherCustomer.Delete($"{circuit}1?{V}"));
        (await api.Customer.Delete($"{port}/authorizations/a1?{V}")).Is(200);
    }

    private static string OnPort(string port, int gbps, string? key = null) =>
        new JsonObject
        {
            ["location"] = "westeurope",
            ["sku"] = new JsonObject { ["tier"] = "Standard", ["family"] = "MeteredData" },
            ["properties"] = new JsonObject
            {
                ["expressRoutePort"] = new JsonObject { ["id"] = port },
                ["bandwidthInGbps"] = gbps,
                ["authorizationKey"] = key,
            },
        }.ToJsonString();

    private async Task<string> PortAsync(string name)
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/rg-{Guid.NewGuid():N}";
        (await api.Customer.Put($"{group}?api-version=2022-09-01", """{"location":"westeurope"}""")).Is(201);
        string port = $"{group}/providers/Microsoft.Network/expressRoutePorts/{name}";
        (
            await api.Customer.Put(
                $"{port}?{V}",
                """{"location":"westeurope","properties":{"peeringLocation":"Amsterdam","bandwidthInGbps":10,"encapsulation":"QinQ"}}"""
            )
        ).Is(201);
        return port;
    }
}
