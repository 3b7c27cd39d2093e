using System.Net;
using System.Text.Json.Nodes;
using Causeway.Domain.Circuits;
using Causeway.Testing;
using static Causeway.Api.Tests.Circuits.CircuitApiTests;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

public sealed class CrossConnectionApiOnSqlite(SqliteCircuitServer server)
    : CrossConnectionApiTests(server),
        IClassFixture<SqliteCircuitServer>;

public sealed class CrossConnectionApiOnPostgres(PostgresCircuitServer server)
    : CrossConnectionApiTests(server),
        IClassFixture<PostgresCircuitServer>;

/// <summary>The provider's side over the wire.</summary>
public abstract class CrossConnectionApiTests(CircuitServer server)
{
    private static readonly HttpMethod Put = HttpMethod.Put;
    private static readonly HttpMethod Get = HttpMethod.Get;

    [Fact]
    public async Task The_provider_finds_the_order_by_its_service_key_and_moves_it()
    {
        string id = await server.CircuitAsync();
        string cross = await server.CrossAsync(id);
        string list = $"{server.Subscription("provider")}/providers/Microsoft.Network/expressRouteCrossConnections";
        JsonNode listed = (await server.GetAsync(list, "provider")).Json["value"]!.AsArray().Single(c => Text(c!, "id") == cross)!;
        Assert.Equal(
            [
                "provisioningState",
                "expressRouteCircuit",
                "peeringLocation",
                "bandwidthInMbps",
                "serviceProviderProvisioningState",
                "peerings",
            ],
            listed["properties"]!.AsObject().Select(m => m.Key)
        );
        Assert.Equal(id, Text(listed["properties"]!["expressRouteCircuit"]!, "id"));

        // The guide's full body.
        var body = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["serviceProviderProvisioningState"] = "Provisioned",
                ["peeringLocation"] = "Amsterdam",
                ["expressRouteCircuit"] = new JsonObject { ["id"] = id },
                ["bandwidthInMbps"] = 200,
                ["serviceProviderNotes"] = "cross connect 4711",
            },
            ["location"] = "West Europe",
        };
        Answer put = await server.SendAsync("provider", Put, cross, body);
        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Equal(
            ("Updating", "Provisioned", "", "0"),
            (
                Text(put.Properties, "provisioningState"),
                Text(put.Properties, "serviceProviderProvisioningState"),
                Text(put.Properties, "primaryAzurePort"),
                Text(put.Properties, "sTag")
            )
        );
        Assert.Equal("Succeeded", Text(await server.EndAsync("provider", put), "status"));
        JsonNode read = (await server.GetAsync(cross, "provider")).Properties;
        Assert.Equal("AMS-06GMR-CIS-1-PRI-A", Text(read, "primaryAzurePort"));
        JsonNode circuit = (await server.GetAsync(id)).Properties;
        Assert.Equal(Text(read, "sTag"), Text(circuit, "stag"));
        Assert.Equal("cross connect 4711", Text(circuit, "serviceProviderNotes"));
        Assert.Equal("Provisioned", Text(circuit, "serviceProviderProvisioningState"));
        Assert.Equal("Enabled", Text(circuit, "circuitProvisioningState"));

        var tags = new JsonObject { ["tags"] = new JsonObject { ["order"] = "4711" } };
        Answer patched = await server.SendAsync("provider", HttpMethod.Patch, cross, tags);
        Assert.Equal("4711", Text(patched.Json["tags"]!, "order"));
        Assert.Null((await server.GetAsync(id)).Json["tags"]);
    }

    [Fact]
    public async Task States_move_along_the_arrows_only()
    {
        string id = await server.CircuitAsync();
        string cross = await server.CrossAsync(id);
        Answer skipped = await server.SendAsync("provider", Put, cross, State("Deprovisioning"));
        Assert.Equal((HttpStatusCode.Conflict, "OperationNotAllowed"), (skipped.Status, skipped.ErrorCode));
        await server.ProviderAsync(id, "Provisioning", "Provisioned");
        Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync("provider", Put, cross, State("Provisioning"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync("provider", Put, cross, State("Broken"))).Status);
        await server.ProviderAsync(id, "Deprovisioning", "DeProvisioned", "Provisioned");
        Assert.Equal("Provisioned", Text((await server.GetAsync(id)).Properties, "serviceProviderProvisioningState"));
    }

    [Fact]
    public async Task A_provider_sees_its_orders_and_nothing_else()
    {
        string id = await server.CircuitAsync();
        string cross = await server.CrossAsync(id);
        // The customer has no cross connections, and may not look at the provider's.
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("customer", Get, cross)).Status);
        string own = $"{server.Subscription()}/providers/Microsoft.Network/expressRouteCrossConnections";
        Assert.Equal("""{"value":[]}""", (await server.GetAsync(own)).Text);
        // The provider may not look at the customer's circuit.
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("provider", Get, id)).Status);
        // A key that is nobody's, and one looked for in the wrong group.
        Answer unknown = await server.SendAsync("provider", Put, cross[..^36] + Guid.NewGuid(), State("Provisioned"));
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), (unknown.Status, unknown.ErrorCode));
        string elsewhere = cross.Replace("CrossConnection-Amsterdam", "CrossConnection-Stockholm", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("provider", Get, elsewhere)).Status);
        string group = cross[..cross.IndexOf("/providers", StringComparison.Ordinal)];
        JsonArray inGroup = (await server.GetAsync($"{group}/providers/Microsoft.Network/expressRouteCrossConnections", "provider")).Json[
            "value"
        ]!.AsArray();
        Assert.Contains(cross, inGroup.Select(c => Text(c!, "id")));
    }

    [Fact]
    public async Task Many_circuits_provisioned_at_once_get_s_tags_of_their_own()
    {
        string[] circuits = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.CircuitAsync()));
        await Task.WhenAll(circuits.Select(c => server.ProviderAsync(c, "Provisioned")));
        string[] tags = await Task.WhenAll(circuits.Select(async c => Text((await server.GetAsync(c)).Properties, "stag")));
        Assert.Equal(20, tags.Distinct().Count());
    }

    [Fact]
    public async Task A_layer_3_provider_configures_routing_a_layer_2_provider_may_not()
    {
        string layer2 = await server.ProvisionedAsync();
        Answer refused = await server.SendAsync(
            "provider",
            Put,
            $"{await server.CrossAsync(layer2)}/peerings/AzurePrivatePeering",
            server.Peering()
        );
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("layer 2", refused.ErrorMessage, StringComparison.Ordinal);

        string id = await server.CircuitAsync(Body("Telia Carrier"));
        string cross = await server.CrossAsync(id);
        await server.ProviderAsync(id, "Provisioning");
        JsonObject body = server.Peering();
        body["properties"]!["sharedKey"] = "A1B2C3D4";
        Answer early = await server.SendAsync("provider", Put, $"{cross}/peerings/AzurePrivatePeering", body);
        Assert.Equal(HttpStatusCode.Created, early.Status);
        Assert.Equal("A1B2C3D4", Text(early.Properties, "sharedKey"));
        Assert.Equal($"{cross}/peerings/AzurePrivatePeering", Text(early.Json, "id"));
        await server.EndAsync("provider", early);
        await server.ProviderAsync(id, "Provisioned");
        JsonNode seen = (await server.GetAsync($"{id}/peerings/AzurePrivatePeering")).Properties;
        Assert.Equal(("Provider", "Succeeded"), (Text(seen, "lastModifiedBy"), Text(seen, "provisioningState")));
        JsonNode summary = await server.TableAsync($"{cross}/peerings/AzurePrivatePeering/routeTablesSummary/primary", "provider");
        Assert.Equal(["neighbor", "asn", "upDown", "stateOrPrefixesReceived"], summary["value"]![0]!.AsObject().Select(m => m.Key));

        // Sent back whole, as its clients do: nothing changes. With an empty array: the peering goes.
        JsonNode whole = (await server.GetAsync(cross, "provider")).Json;
        await server.DoneAsync("provider", Put, cross, whole);
        Assert.Single((await server.GetAsync($"{id}/peerings")).Json["value"]!.AsArray());
        whole["properties"]!["peerings"] = new JsonArray();
        await server.DoneAsync("provider", Put, cross, whole);
        Assert.Empty((await server.GetAsync($"{id}/peerings")).Json["value"]!.AsArray());
    }
}

/// <summary>The other ways an installation can be set.</summary>
public sealed class CircuitPolicyApiTests(CircuitPolicyApiTests.Server server) : IClassFixture<CircuitPolicyApiTests.Server>
{
    public sealed class Server : SqliteCircuitServer
    {
        protected override CircuitPolicy Policy =>
            new()
            {
                RoutingBeforeProvisioned = RoutingBeforeProvisioned.Accept,
                Limits = new CircuitLimits { CircuitsPerRegion = 3, CircuitsPerSubscription = 5 },
            };
    }

    [Fact]
    public async Task Early_routing_is_stored_and_goes_to_the_routers_when_provisioned_and_limits_hold()
    {
        string id = await server.CircuitAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        await server.DoneAsync("customer", HttpMethod.Put, path, server.Peering());
        JsonNode waiting = (await server.GetAsync(path)).Properties;
        Assert.Equal(("Succeeded", ""), (Text(waiting, "provisioningState"), Text(waiting, "primaryAzurePort")));
        Assert.Equal("""{"value":[]}""", (await server.GetAsync($"{path}/sessions")).Text);
        await server.ProviderAsync(id, "Provisioned");
        await Eventually.Get(
            async () => (await server.GetAsync($"{path}/sessions")).Json["value"]!.AsArray(),
            s => s.Count == 2 && s.All(x => Text(x!, "state") != "Unknown"),
            "both sessions on the routers"
        );

        string circuits = id[..id.LastIndexOf('/')];
        await server.DoneAsync("customer", HttpMethod.Put, $"{circuits}/b", Body());
        await server.DoneAsync("customer", HttpMethod.Put, $"{circuits}/c", Body());
        Answer inRegion = await server.SendAsync("customer", HttpMethod.Put, $"{circuits}/d", Body());
        Assert.Equal((HttpStatusCode.Conflict, "OperationNotAllowed"), (inRegion.Status, inRegion.ErrorCode));
        Assert.Contains("3 circuits in region westeurope", inRegion.ErrorMessage, StringComparison.Ordinal);
        foreach (string name in (string[])["d", "e", "f"])
        {
            JsonObject north = Body();
            north["location"] = "northeurope";
            Answer answer = await server.SendAsync("customer", HttpMethod.Put, $"{circuits}/{name}", north);
            Assert.Equal(name == "f" ? HttpStatusCode.Conflict : HttpStatusCode.Created, answer.Status);
        }
    }
}
