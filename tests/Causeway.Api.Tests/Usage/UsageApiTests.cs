using System.Text.Json.Nodes;
using Causeway.Api.Tests.Networks;
using Causeway.Client;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using static Causeway.Api.Tests.Networks.NetworkRoad;

namespace Causeway.Api.Tests.Usage;

public sealed class UsageApiTestsOnSqlite(SqliteApi api) : UsageApiTests(api), IClassFixture<SqliteApi>;

public sealed class UsageApiTestsOnPostgres(PostgresApi api) : UsageApiTests(api), IClassFixture<PostgresApi>;

/// <summary>The usage list, computed from the journal that requests wrote.</summary>
public abstract class UsageApiTests(ApiFixture api)
{
    private const string Version = "2026-11-01";

    [Fact]
    public async Task The_meter_runs_from_creation_to_deletion_and_each_interval_ends_where_the_next_begins()
    {
        using NetworkRoad road = await StartAsync(api);
        string key = (await road.OrderAsync("office"))["properties"]!["serviceKey"]!.ToString();
        Assert.All(await RecordsAsync(road.Customer, key), r => Assert.Equal("true", r["properties"]!["running"]!.ToString()));

        JsonObject larger = Road.RoadBuilder.CircuitBody(mbps: 500);
        larger["sku"] = new JsonObject { ["tier"] = "Premium", ["family"] = "MeteredData" };
        await road.Customer.PutAsync(road.Circuit("office"), V, larger, true, Stop);
        await road.Customer.DeleteAsync(road.Circuit("office"), V, true, Stop);

        List<JsonNode> records = await RecordsAsync(road.Customer, key);
        Assert.Equal(
            ["MeteredData 200Mbps", "MeteredData 500Mbps", "Premium add-on 500Mbps", "Standard 200Mbps", "Standard 500Mbps"],
            records.Select(r => r["properties"]!["meterName"]!.ToString()).Order()
        );
        Assert.All(records, r => Assert.Equal("false", r["properties"]!["running"]!.ToString()));
        JsonNode[] circuit = [.. records.Where(r => r["properties"]!["meter"]!.ToString() == "Circuit")];
        Assert.Equal(circuit[0]["properties"]!["usageEnd"]!.ToString(), circuit[1]["properties"]!["usageStart"]!.ToString());
        Assert.All(records, r => Assert.Null(r["properties"]!["cost"]));
    }

    [Fact]
    public async Task A_port_is_metered_by_its_plan_and_its_circuits_by_meters_of_their_own()
    {
        using NetworkRoad road = await StartAsync(api);
        string port = road.Circuit("cage").Replace("expressRouteCircuits", "expressRoutePorts", StringComparison.Ordinal);
        JsonNode made = await road.Customer.PutAsync(port, V, Port("MeteredData"), true, Stop);
        JsonObject circuit = Road.RoadBuilder.CircuitBody();
        circuit["properties"] = new JsonObject
        {
            ["expressRoutePort"] = new JsonObject { ["id"] = port },
            ["bandwidthInGbps"] = 5,
        };
        string key = (await road.Customer.PutAsync(road.Circuit("direct"), V, circuit, true, Stop))["properties"]![
            "serviceKey"
        ]!.ToString();
        await road.Customer.PutAsync(port, V, Port("UnlimitedData"), true, Stop);
        // Nothing that is billed changes, and nothing at all: the meter goes on.
        await road.Customer.PutAsync(port, V, Port("UnlimitedData"), true, Stop);
        await road.Customer.DeleteAsync(road.Circuit("direct"), V, true, Stop);
        await road.Customer.DeleteAsync(port, V, true, Stop);

        List<JsonNode> records = await RecordsAsync(road.Customer, made["properties"]!["resourceGuid"]!.ToString());
        Assert.Equal(
            ["Direct port MeteredData 10Gbps", "Direct port UnlimitedData 10Gbps"],
            records.Select(r => r["properties"]!["meterName"]!.ToString())
        );
        Assert.All(records, r => Assert.Equal("Port", r["properties"]!["meter"]!.ToString()));
        Assert.All(records, r => Assert.Equal("false", r["properties"]!["running"]!.ToString()));
        Assert.All(records, r => Assert.Null(r["properties"]!["serviceProviderName"]));
        Assert.Equal(
            ["Direct Standard 5Gbps"],
            (await RecordsAsync(road.Customer, key)).Select(r => r["properties"]!["meterName"]!.ToString())
        );

        static JsonObject Port(string billing) =>
            new()
            {
                ["location"] = "westeurope",
                ["properties"] = new JsonObject
                {
                    ["peeringLocation"] = "Amsterdam",
                    ["bandwidthInGbps"] = 10,
                    ["encapsulation"] = "QinQ",
                    ["billingType"] = billing,
                },
            };
    }

    [Fact]
    public async Task Another_subscription_sees_nothing_of_it()
    {
        using NetworkRoad road = await StartAsync(api);
        string key = (await road.OrderAsync("office"))["properties"]!["serviceKey"]!.ToString();
        Assert.NotEmpty(await RecordsAsync(road.Customer, key));
        Assert.Empty(await RecordsAsync(road.Other, key));
        ArmException e = await Assert.ThrowsAsync<ArmException>(async () =>
        {
            await foreach (JsonNode _ in road.Other.ListAsync(PathOf(road.Customer), Version, Stop)) { }
        });
        Assert.Equal(403, e.Status);
    }

    [Fact]
    public async Task A_window_that_ends_before_it_begins_is_refused()
    {
        using NetworkRoad road = await StartAsync(api);
        ArmException e = await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.GetAsync($"{PathOf(road.Customer)}?from=2026-12-01&to=never", Version, Stop)
        );
        Assert.Equal((400, "InvalidQueryParameterValue"), (e.Status, e.Code));
        await Assert.ThrowsAsync<ArmException>(() =>
            road.Customer.GetAsync($"{PathOf(road.Customer)}?from=2026-12-01&to=2026-11-01", Version, Stop)
        );
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap()
    {
        using NetworkRoad road = await StartAsync(api);
        string first = (await road.OrderAsync("a"))["properties"]!["serviceKey"]!.ToString();
        string second = (await road.OrderAsync("b"))["properties"]!["serviceKey"]!.ToString();
        JsonObject larger = Road.RoadBuilder.CircuitBody(mbps: 500);
        larger["sku"] = new JsonObject { ["tier"] = "Premium", ["family"] = "MeteredData" };
        await road.Customer.PutAsync(road.Circuit("a"), V, larger, true, Stop);
        var names = new List<string>();
        await foreach (JsonNode r in road.Customer.ListAsync($"{PathOf(road.Customer)}?$top=1", Version, Stop))
            if (r["properties"]!["serviceKey"]!.ToString() is { } key && (key == first || key == second))
                names.Add(r["name"]!.ToString());
        Assert.Equal(7, names.Distinct().Count()); // two before and three after the change, and two
        Assert.Equal(7, names.Count);
    }

    [Fact]
    public async Task A_link_to_a_page_that_is_not_ours_is_refused()
    {
        using NetworkRoad road = await StartAsync(api);
        foreach (string token in (string[])["MTIz", "bm90IG91cnM", "OTk5OTk5OTk5OTk5OTk5OTk5OSAxIHg"])
        {
            ArmException e = await Assert.ThrowsAsync<ArmException>(() =>
                road.Customer.GetAsync($"{PathOf(road.Customer)}?$skipToken={token}", Version, Stop)
            );
            Assert.Equal((400, "InvalidQueryParameterValue"), (e.Status, e.Code));
        }
    }

    private static string PathOf(ArmClient who) => $"/subscriptions/{who.Subscription()}/providers/Causeway.Billing/usageRecords";

    private static async Task<List<JsonNode>> RecordsAsync(ArmClient who, string serviceKey)
    {
        var records = new List<JsonNode>();
        await foreach (JsonNode record in who.ListAsync(PathOf(who), Version, Stop))
            if (record["properties"]!["serviceKey"]!.ToString() == serviceKey)
                records.Add(record);
        return records;
    }
}

/// <summary>With a topology whose operator charges for the circuit and not for its data plan.</summary>
public sealed class PricedApi : SqliteApi
{
    protected override ServerSettings Configure(ServerSettings settings)
    {
        Directory.CreateDirectory(settings.DataFolder);
        string file = Path.Combine(settings.DataFolder, "topology.yaml");
        File.WriteAllText(file, TopologyFile.BuiltIn + "\nprices:\n  currency: EUR\n  perHour: { Standard 200Mbps: 0.36 }\n");
        return base.Configure(settings) with { TopologyFile = file };
    }
}

public sealed class PricedUsageTests(PricedApi api) : IClassFixture<PricedApi>
{
    [Fact]
    public async Task A_meter_with_a_price_costs_its_hours_and_one_without_shows_hours_only()
    {
        using NetworkRoad road = await StartAsync(api);
        await road.OrderAsync("office");
        string path = $"/subscriptions/{road.Customer.Subscription()}/providers/Causeway.Billing/usageRecords";
        JsonArray records = (await road.Customer.GetAsync(path, "2026-11-01", Stop))["value"]!.AsArray();
        JsonNode priced = records.Single(r => r!["properties"]!["meterName"]!.ToString() == "Standard 200Mbps")!["properties"]!;
        Assert.Equal("EUR", priced["currency"]!.ToString());
        Assert.Equal(0.36m, priced["unitPrice"]!.GetValue<decimal>());
        Assert.Equal(
            (double)(priced["quantity"]!.GetValue<decimal>() * 0.36m),
            (double)priced["cost"]!.GetValue<decimal>(),
            tolerance: 0.00002
        );
        JsonNode unpriced = records.Single(r => r!["properties"]!["meterName"]!.ToString() == "MeteredData 200Mbps")!["properties"]!;
        Assert.Null(unpriced["cost"]);
    }
}
