using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>Failover tests and maintenance end on two routers that we did not write: what each link announces, and with what, is what the customer's BIRDs hear.</summary>
public sealed class FailoverTests : IAsyncLifetime
{
    private const string V = ArmClient.NetworkVersion;
    private const int BgpPort = 17905;
    private const string Network = "10.87.0.0/16";
    private readonly ServerProcess _server = new(["--bgp-port", $"{BgpPort}"]);
    private RoadBuilder _road = null!;
    private ArmClient _operator = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        var access = AccessFile.Load(Path.Combine(_server.Data, "access.json"));
        _road = new RoadBuilder(access);
        _operator = new ArmClient(access, "operator", TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _road.Dispose();
        _operator.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_link_is_taken_out_and_comes_back_and_a_router_is_drained_and_restored()
    {
        string circuit = await PeeredAsync("tested", "Amsterdam", 87);
        await _road.LinkNetworkAsync(_road.Customer, circuit, "tested", Network, null, Stop);
        await using var primary = new Bird(
            "65010",
            "127.87.0.1",
            "127.87.0.2",
            BgpPort,
            "64496",
            "172.16.87.0/24 blackhole; route 172.16.88.0/24",
            null
        );
        await SeesAsync(primary, Network, true);
        Assert.Equal("FailoverTestNotPossible", (await Assert.ThrowsAsync<ArmException>(() => StartAsync(circuit, "Primary"))).Code);

        await using var secondary = new Bird("65010", "127.87.0.5", "127.87.0.6", BgpPort, "64496", "172.16.87.0/24", null);
        await SeesAsync(secondary, Network, true);
        string test = await StartsAsync(() => StartAsync(circuit, "Primary"), "a test begins when both links carry");
        await SeesAsync(primary, Network, false);
        await SeesAsync(secondary, Network, true);
        JsonNode running = (await AskAsync(circuit, "getCircuitLinkFailoverAllTestsDetails?fetchLatest=true"))[0]!;
        Assert.Equal(("Running", test), (running["status"]!.ToString(), running["testGuid"]!.ToString()));
        Assert.Contains("172.16.88.0/24", running["issues"]![0]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("FailoverTestAlreadyRunning", (await Assert.ThrowsAsync<ArmException>(() => StartAsync(circuit, "Secondary"))).Code);
        JsonNode details = (
            await AskAsync(
                circuit,
                $"getCircuitLinkFailoverSingleTestDetails?linkType=Primary&circuitTestCategory=BgpDisconnect&failoverTestId={test}"
            )
        )[0]!;
        Assert.Equal(
            ["Primary Disconnected", "Secondary Connected"],
            details["bgpStatus"]!.AsArray().Select(s => $"{s!["link"]} {s["status"]}")
        );
        Assert.Equal("172.16.88.0/24", details["nonRedundantRoutes"]!["beforeSimulation"]![0]!["route"]!.ToString());

        var verdict = new JsonObject
        {
            ["linkType"] = "Primary",
            ["circuitTestCategory"] = "BgpDisconnect",
            ["wasSimulationSuccessful"] = true,
            ["isVerified"] = true,
        };
        await _road.Customer.PostAsync($"{circuit}/stopCircuitLinkFailoverTest", V, verdict, Stop);
        await SeesAsync(primary, Network, true);
        JsonNode ended = (await AskAsync(circuit, "getCircuitLinkFailoverAllTestsDetails"))[0]!;
        Assert.Equal(("Completed", "true"), (ended["status"]!.ToString(), ended["wasSimulationSuccessful"]!.ToString()));

        await StartsAsync(() => StartAsync(circuit, "Secondary", "ASPathPrepend"), "the other link is tested");
        await SeesAsync(secondary, "BGP.as_path: 64496 64496 64496 64496", true);
        // Everything of the circuit goes over the primary now.
        Assert.Equal("RouterIsNeeded", (await Assert.ThrowsAsync<ArmException>(() => DrainAsync("ams-1-primary"))).Code);
        await _road.Customer.PostAsync($"{circuit}/stopCircuitLinkFailoverTest", V, new JsonObject(), Stop);
        await SeesAsync(secondary, "BGP.as_path: 64496 64496", false);

        string drained = await StartsAsync(() => DrainAsync("ams-1-primary"), "it is drained when the link is back");
        Assert.Equal("ams-1-primary", drained);
        await SeesAsync(primary, "(65535,0)", true);
        Assert.DoesNotContain("(65535,0)", await secondary.RoutesAsync(), StringComparison.Ordinal);
        Assert.Equal("RouterMaintenanceUnderWay", (await Assert.ThrowsAsync<ArmException>(() => DrainAsync("ams-1-secondary"))).Code);
        Assert.Equal("RouterIsDrained", (await Assert.ThrowsAsync<ArmException>(() => StartAsync(circuit, "Secondary"))).Code);
        await _operator.DeleteAsync($"{Maintenances}/ams-1-primary", "2026-11-01", wait: true, Stop);
        await SeesAsync(primary, "(65535,0)", false);
        await SeesAsync(primary, Network, true);
        await StartsAsync(() => DrainAsync("ams-1-secondary"), "the other's turn comes when the first has followed");
        await SeesAsync(secondary, "(65535,0)", true);
        Assert.DoesNotContain("(65535,0)", await primary.RoutesAsync(), StringComparison.Ordinal);
    }

    /// <summary>What carries everything meanwhile is lost: a customer's router goes away. The tested link is there again, and the other router is not drained unless it is meant.</summary>
    [Fact]
    public async Task A_tested_link_comes_back_when_the_other_one_is_lost_and_the_only_router_that_carries_is_not_drained()
    {
        string circuit = await PeeredAsync("tested", "Amsterdam", 86);
        await _road.LinkNetworkAsync(_road.Customer, circuit, "tested", "10.86.0.0/16", null, Stop);
        await using var primary = new Bird("65010", "127.86.0.1", "127.86.0.2", BgpPort, "64496", "172.16.87.0/24", null);
        await using (var secondary = new Bird("65010", "127.86.0.5", "127.86.0.6", BgpPort, "64496", "172.16.87.0/24", null))
        {
            await SeesAsync(primary, "10.86.0.0/16", true);
            await SeesAsync(secondary, "10.86.0.0/16", true);
            await StartsAsync(() => StartAsync(circuit, "Primary"), "a test begins when both links carry");
            await SeesAsync(primary, "10.86.0.0/16", false);
        }
        await SeesAsync(primary, "10.86.0.0/16", true);
        JsonNode ended = await Eventually.Get(
            async () => (await AskAsync(circuit, "getCircuitLinkFailoverAllTestsDetails?fetchLatest=true"))[0]!,
            t => t["status"]!.ToString() == "Invalid",
            "the test ended, and proves nothing"
        );
        Assert.Contains("session of the secondary link was lost", ended["issues"]![0]!.ToString(), StringComparison.Ordinal);

        // A circuit whose link is not seen to be back would lose nothing by a drain.
        await Eventually.Get(
            async () =>
                (await new PeeringsClient(_road.Customer).SessionsAsync($"{circuit}/peerings/AzurePrivatePeering", Stop))
                    .Where(s => s.Body.Path == "primary")
                    .Select(s => (s.Body.State, s.Body.PrefixesAccepted))
                    .FirstOrDefault(),
            s => s is { State: "Established", PrefixesAccepted: > 0 },
            "the primary session is seen to carry again",
            TimeSpan.FromSeconds(60)
        );
        ArmException lacks = await Eventually.Get(
            () => Assert.ThrowsAsync<ArmException>(() => DrainAsync("ams-1-primary")),
            e => e.Code == "RouterLacksSessions",
            "its twin does not carry the circuit"
        );
        Assert.Contains("circuit tested", lacks.Message, StringComparison.Ordinal);
        Assert.Equal("ams-1-primary", await DrainAsync("ams-1-primary", anyway: true));
    }

    [Fact]
    public async Task A_site_is_taken_away_from_a_gateway_and_its_resiliency_knows_that_it_was_tested()
    {
        string here = await PeeredAsync("here", "Amsterdam", 88),
            there = await PeeredAsync("there", "Stockholm", 89);
        string connection = await _road.LinkNetworkAsync(_road.Customer, here, "sites", "10.88.0.0/16", null, Stop);
        string provider = connection[..connection.LastIndexOf("/connections", StringComparison.Ordinal)];
        string gateway = $"{provider}/virtualNetworkGateways/sites";
        Assert.Equal(
            "FailoverTestNotPossible",
            (
                await Assert.ThrowsAsync<ArmException>(() =>
                    _road.Customer.PostAsync($"{gateway}/startSiteFailoverTest?peeringLocation=Amsterdam", V, null, Stop)
                )
            ).Code
        );
        var link = new JsonObject
        {
            ["virtualNetworkGateway1"] = new JsonObject { ["id"] = gateway },
            ["connectionType"] = "ExpressRoute",
            ["peer"] = new JsonObject { ["id"] = there },
        };
        await _road.Customer.PutAsync(
            $"{provider}/connections/second",
            V,
            new JsonObject { ["location"] = "westeurope", ["properties"] = link },
            wait: true,
            Stop
        );
        await using var a = new Bird("65010", "127.88.0.1", "127.88.0.2", BgpPort, "64496", "172.16.89.0/24", null);
        await SeesAsync(a, "10.88.0.0/16", true);
        ArmException alone = await Assert.ThrowsAsync<ArmException>(() => SiteAsync(gateway));
        Assert.Equal("FailoverTestNotPossible", alone.Code);
        Assert.Contains("No circuit at Stockholm carries", alone.Message, StringComparison.Ordinal);
        await using var b = new Bird("65010", "127.89.0.1", "127.89.0.2", BgpPort, "64496", "172.16.89.0/24", null);
        await SeesAsync(b, "10.88.0.0/16", true);
        JsonNode before = await ResiliencyAsync(gateway);
        Assert.Equal(
            "Site failover not validated",
            Component(before, "Disaster recovery")["recommendations"]![0]!["recommendationTitle"]!.ToString()
        );

        string test = await StartsAsync(() => SiteAsync(gateway), "a site is tested when the other one carries");
        await SeesAsync(a, "10.88.0.0/16", false);
        await SeesAsync(b, "10.88.0.0/16", true);
        JsonNode details = (
            await _road.Customer.PostAsync(
                $"{gateway}/getFailoverSingleTestDetails?peeringLocation=Amsterdam&failoverTestId={test}",
                V,
                null,
                Stop
            )
        )![0]!;
        Assert.Equal("second", details["failoverConnectionDetails"]![0]!["failoverConnectionName"]!.ToString());
        Assert.Equal("172.16.89.0/24", details["redundantRoutes"]![0]!["routes"]![0]!.ToString());
        var verdict = new JsonObject { ["peeringLocation"] = "Amsterdam", ["wasSimulationSuccessful"] = true };
        await _road.Customer.PostAsync($"{gateway}/stopSiteFailoverTest", V, verdict, Stop);
        await SeesAsync(a, "10.88.0.0/16", true);
        JsonNode ended = (await _road.Customer.PostAsync($"{gateway}/getFailoverAllTestsDetails", V, null, Stop))![0]!;
        Assert.Equal(("Completed", test), (ended["status"]!.ToString(), ended["testGuid"]!.ToString()));
        Assert.Equal("20", Component(await ResiliencyAsync(gateway), "Disaster recovery")["currentScore"]!.ToString());

        await StartsAsync(() => SiteAsync(gateway), "it is tested again");
        await SeesAsync(a, "10.88.0.0/16", false);
        await b.DisposeAsync();
        await SeesAsync(a, "10.88.0.0/16", true);
        JsonNode lonely = (await _road.Customer.PostAsync($"{gateway}/getFailoverAllTestsDetails?fetchLatest=true", V, null, Stop))![0]!;
        Assert.Equal("Invalid", lonely["status"]!.ToString());
        Assert.Contains("no other site carried", lonely["issues"]![0]!.ToString(), StringComparison.Ordinal);
    }

    private async Task<JsonNode> ResiliencyAsync(string gateway) =>
        (await _road.Customer.PostAsync($"{gateway}/getResiliencyInformation", V, null, Stop))!;

    private static JsonNode Component(JsonNode information, string name) =>
        information["components"]!.AsArray().Single(c => c!["name"]!.ToString() == name)!;

    private async Task<string> PeeredAsync(string name, string location, int net)
    {
        string circuit = await _road.ProvisionedCircuitAsync(name, Stop, location);
        var peering = new JsonObject
        {
            ["peerASN"] = 65010,
            ["primaryPeerAddressPrefix"] = $"127.{net}.0.0/30",
            ["secondaryPeerAddressPrefix"] = $"127.{net}.0.4/30",
            ["vlanId"] = 100,
        };
        await _road.Customer.PutAsync(
            $"{circuit}/peerings/AzurePrivatePeering",
            V,
            new JsonObject { ["properties"] = peering },
            wait: true,
            Stop
        );
        return circuit;
    }

    private const string Maintenances = "/providers/Causeway.Operations/maintenances";

    private async Task<string> DrainAsync(string router, bool anyway = false) =>
        (
            await _operator.PostAsync(
                $"{Maintenances}/{router}/drain",
                "2026-11-01",
                new JsonObject { ["reason"] = "software", ["anyway"] = anyway },
                Stop
            )
        )!["router"]!.ToString();

    private async Task<string> SiteAsync(string gateway) =>
        (await _road.Customer.PostAsync($"{gateway}/startSiteFailoverTest?peeringLocation=amsterdam", V, null, Stop))!.ToString();

    /// <summary>What is on the wire is there before the server has observed it: until then it is refused.</summary>
    private static Task<string> StartsAsync(Func<Task<string>> start, string what) =>
        Eventually.Get(
            async () =>
            {
                try
                {
                    return await start();
                }
                catch (ArmException e)
                    when (e.Code
                            is "FailoverTestNotPossible"
                                or "FailoverTestStillStopping"
                                or "RouterIsNeeded"
                                or "RouterStillFollowing"
                                or "RouterNotAvailable"
                                or "RouterLacksSessions"
                    )
                {
                    return "";
                }
            },
            id => id.Length > 0,
            what
        );

    private async Task<string> StartAsync(string circuit, string link, string category = "BgpDisconnect") =>
        (
            await _road.Customer.PostAsync(
                $"{circuit}/startCircuitLinkFailoverTest?linkType={link}&circuitTestCategory={category}",
                V,
                null,
                Stop
            )
        )!.ToString();

    private async Task<JsonArray> AskAsync(string circuit, string question) =>
        (await _road.Customer.PostAsync($"{circuit}/{question}", V, null, Stop))!.AsArray();

    private static Task<string> SeesAsync(Bird bird, string text, bool sees) =>
        Eventually.Get(
            bird.RoutesAsync,
            routes => routes.Contains(text, StringComparison.Ordinal) == sees,
            $"BIRD {(sees ? "lists" : "has lost")} {text}",
            TimeSpan.FromSeconds(60)
        );
}
