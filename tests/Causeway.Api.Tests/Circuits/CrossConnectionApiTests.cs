using System.Net;
using System.Text.Json.Nodes;
using Causeway.Domain.Circuits;
using Causeway.Server.Configuration;
using Causeway.Testing;
using static Causeway.Api.Tests.Circuits.CircuitApiTests;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

public sealed class CrossConnectionApiOnSqlite(SqliteApi api) : CrossConnectionApiTests(api), IClassFixture<SqliteApi>;

public sealed class CrossConnectionApiOnPostgres(PostgresApi api) : CrossConnectionApiTests(api), IClassFixture<PostgresApi>;

/// <summary>The provider's side over the wire.</summary>
public abstract class CrossConnectionApiTests(ApiFixture api)
{
    private readonly CircuitServer _server = new(api);

    private static readonly HttpMethod Put = HttpMethod.Put;
    private static readonly HttpMethod Get = HttpMethod.Get;

    [Fact]
    public async Task The_provider_finds_the_order_by_its_service_key_and_moves_it()
    {
        string id = await _server.CircuitAsync();
        string cross = await _server.CrossAsync(id);
        string list = $"{_server.Subscription("provider")}/providers/Microsoft.Network/expressRouteCrossConnections";
        JsonNode listed = (await _server.GetAsync(list, "provider")).Json["value"]!.AsArray().Single(c => Text(c!, "id") == cross)!;
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
        Answer put = await _server.SendAsync("provider", Put, cross, body);
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
        Assert.Equal("Succeeded", Text(await _server.EndAsync("provider", put), "status"));
        JsonNode read = (await _server.GetAsync(cross, "provider")).Properties;
        Assert.Equal("AMS-06GMR-CIS-1-PRI-A", Text(read, "primaryAzurePort"));
        JsonNode circuit = (await _server.GetAsync(id)).Properties;
        Assert.Equal(Text(read, "sTag"), Text(circuit, "stag"));
        Assert.Equal("cross connect 4711", Text(circuit, "serviceProviderNotes"));
        Assert.Equal("Provisioned", Text(circuit, "serviceProviderProvisioningState"));
        Assert.Equal("Enabled", Text(circuit, "circuitProvisioningState"));

        var tags = new JsonObject { ["tags"] = new JsonObject { ["order"] = "4711" } };
        Answer patched = await _server.SendAsync("provider", HttpMethod.Patch, cross, tags);
        Assert.Equal("4711", Text(patched.Json["tags"]!, "order"));
        Assert.Null((await _server.GetAsync(id)).Json["tags"]);
    }

    [Fact]
    public async Task States_move_along_the_arrows_only()
    {
        string id = await _server.CircuitAsync();
        string cross = await _server.CrossAsync(id);
        Answer skipped = await _server.SendAsync("provider", Put, cross, State("Deprovisioning"));
        Assert.Equal((HttpStatusCode.Conflict, "OperationNotAllowed"), (skipped.Status, skipped.ErrorCode));
        await _server.ProviderAsync(id, "Provisioning", "Provisioned");
        Assert.Equal(HttpStatusCode.Conflict, (await _server.SendAsync("provider", Put, cross, State("Provisioning"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.SendAsync("provider", Put, cross, State("Broken"))).Status);
        await _server.ProviderAsync(id, "Deprovisioning", "DeProvisioned", "Provisioned");
        Assert.Equal("Provisioned", Text((await _server.GetAsync(id)).Properties, "serviceProviderProvisioningState"));
    }

    [Fact]
    public async Task A_provider_sees_its_orders_and_nothing_else()
    {
        string id = await _server.CircuitAsync();
        string cross = await _server.CrossAsync(id);
        // The customer has no cross connections, and may not look at the provider's.
        Assert.Equal(HttpStatusCode.Forbidden, (await _server.SendAsync("customer", Get, cross)).Status);
        string own = $"{_server.Subscription()}/providers/Microsoft.Network/expressRouteCrossConnections";
        Assert.Equal("""{"value":[]}""", (await _server.GetAsync(own)).Text);
        // The provider may not look at the customer's circuit.
        Assert.Equal(HttpStatusCode.Forbidden, (await _server.SendAsync("provider", Get, id)).Status);
        // A key that is nobody's, and one looked for in the wrong group.
        Answer unknown = await _server.SendAsync("provider", Put, cross[..^36] + Guid.NewGuid(), State("Provisioned"));
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), (unknown.Status, unknown.ErrorCode));
        string elsewhere = cross.Replace("CrossConnection-Amsterdam", "CrossConnection-Stockholm", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.SendAsync("provider", Get, elsewhere)).Status);
        string group = cross[..cross.IndexOf("/providers", StringComparison.Ordinal)];
        JsonArray inGroup = (await _server.GetAsync($"{group}/providers/Microsoft.Network/expressRouteCrossConnections", "provider")).Json[
            "value"
        ]!.AsArray();
        Assert.Contains(cross, inGroup.Select(c => Text(c!, "id")));
    }

    /// <summary>Who takes the first of the answer takes the one asked for, and never another customer's.</summary>
    [Fact]
    public async Task An_order_is_looked_up_by_its_service_key_and_nothing_else_is_shown()
    {
        string id = await _server.CircuitAsync();
        await _server.CircuitAsync();
        string cross = await _server.CrossAsync(id);
        string all =
            $"{cross[..cross.IndexOf("/resourceGroups", StringComparison.Ordinal)]}/providers/Microsoft.Network/expressRouteCrossConnections";
        Assert.True((await _server.GetAsync(all, "provider")).Json["value"]!.AsArray().Count > 1);
        async Task<string[]> Named(string filter) =>
            [
                .. (await _server.GetAsync($"{all}?$filter={Uri.EscapeDataString(filter)}", "provider")).Json["value"]!
                    .AsArray()
                    .Select(c => Text(c!, "id")),
            ];
        Assert.Equal([cross], await Named($"name eq '{cross[^36..]}'"));
        Assert.Equal([cross], await Named($"Name eq '{cross[^36..].ToUpperInvariant()}'"));
        Assert.Empty(await Named($"name eq '{Guid.NewGuid()}'"));
        Assert.Empty(await Named("name eq 'contoso'"));
        foreach (string wrong in (string[])["location eq 'x'", "name ne 'x'", "name eq x", "substringof('x', name)"])
        {
            Answer refused = await _server.SendAsync("provider", Get, $"{all}?$filter={Uri.EscapeDataString(wrong)}");
            Assert.Equal((HttpStatusCode.BadRequest, "InvalidFilterInQueryString"), (refused.Status, refused.ErrorCode));
        }

        string ports = all.Replace("CrossConnections", "ProviderPorts", StringComparison.Ordinal);
        async Task<string[]> Ports(string filter) =>
            [
                .. (await _server.GetAsync($"{ports}?$filter={Uri.EscapeDataString(filter)}", "provider")).Json["value"]!
                    .AsArray()
                    .Select(c => Text(c!["properties"]!, "peeringLocation")),
            ];
        Assert.Equal(["SiliconValley"], (await Ports("location eq 'Silicon Valley'")).Distinct());
        Assert.Equal(["Amsterdam"], (await Ports("location eq 'amsterdam'")).Distinct());
        Assert.Empty(await Ports("location eq 'Atlantis'"));
    }

    [Fact]
    public async Task Many_circuits_provisioned_at_once_get_s_tags_of_their_own()
    {
        string[] circuits = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _server.CircuitAsync()));
        await Task.WhenAll(circuits.Select(c => _server.ProviderAsync(c, "Provisioned")));
        string[] tags = await Task.WhenAll(circuits.Select(async c => Text((await _server.GetAsync(c)).Properties, "stag")));
        Assert.Equal(20, tags.Distinct().Count());
    }

    [Fact]
    public async Task A_layer_3_provider_configures_routing_a_layer_2_provider_may_not()
    {
        string layer2 = await _server.ProvisionedAsync();
        Answer refused = await _server.SendAsync(
            "provider",
            Put,
            $"{await _server.CrossAsync(layer2)}/peerings/AzurePrivatePeering",
            Peering()
        );
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("layer 2", refused.ErrorMessage, StringComparison.Ordinal);

        string id = await _server.CircuitAsync(Body("Telia Carrier"));
        string cross = await _server.CrossAsync(id);
        await _server.ProviderAsync(id, "Provisioning");
        JsonObject body = Peering();
        body["properties"]!["sharedKey"] = "A1B2C3D4";
        Answer early = await _server.SendAsync("provider", Put, $"{cross}/peerings/AzurePrivatePeering", body);
        Assert.Equal(HttpStatusCode.Created, early.Status);
        Assert.Equal("A1B2C3D4", Text(early.Properties, "sharedKey"));
        Assert.Equal($"{cross}/peerings/AzurePrivatePeering", Text(early.Json, "id"));
        await _server.EndAsync("provider", early);
        await _server.ProviderAsync(id, "Provisioned");
        JsonNode seen = (await _server.GetAsync($"{id}/peerings/AzurePrivatePeering")).Properties;
        Assert.Equal(("Provider", "Succeeded"), (Text(seen, "lastModifiedBy"), Text(seen, "provisioningState")));
        JsonNode summary = await _server.TableAsync($"{cross}/peerings/AzurePrivatePeering/routeTablesSummary/primary", "provider");
        Assert.Equal(["neighbor", "asn", "upDown", "stateOrPrefixesReceived"], summary["value"]![0]!.AsObject().Select(m => m.Key));

        // Sent back whole, as its clients do: nothing changes. With an empty array: the peering goes.
        JsonNode whole = (await _server.GetAsync(cross, "provider")).Json;
        await _server.DoneAsync("provider", Put, cross, whole);
        Assert.Single((await _server.GetAsync($"{id}/peerings")).Json["value"]!.AsArray());
        whole["properties"]!["peerings"] = new JsonArray();
        await _server.DoneAsync("provider", Put, cross, whole);
        Assert.Empty((await _server.GetAsync($"{id}/peerings")).Json["value"]!.AsArray());
    }
}

/// <summary>The other ways an installation can be set.</summary>
public sealed class CircuitPolicyApiTests(CircuitPolicyApiTests.Api api) : IClassFixture<CircuitPolicyApiTests.Api>
{
    private readonly CircuitServer _server = new(api);

    public sealed class Api : SqliteApi
    {
        protected override ServerSettings Configure(ServerSettings settings) =>
            settings with
            {
                Circuits = new()
                {
                    RoutingBeforeProvisioned = RoutingBeforeProvisioned.Accept,
                    Limits = new CircuitLimits { CircuitsPerRegion = 3, CircuitsPerSubscription = 5 },
                },
            };
    }

    [Fact]
    public async Task Early_routing_is_stored_and_goes_to_the_routers_when_provisioned_and_limits_hold()
    {
        string id = await _server.CircuitAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        await _server.DoneAsync("customer", HttpMethod.Put, path, Peering());
        JsonNode waiting = (await _server.GetAsync(path)).Properties;
        Assert.Equal(("Succeeded", ""), (Text(waiting, "provisioningState"), Text(waiting, "primaryAzurePort")));
        Assert.Equal("""{"value":[]}""", (await _server.GetAsync($"{path}/sessions")).Text);
        await _server.ProviderAsync(id, "Provisioned");
        await Eventually.Get(
            async () => (await _server.GetAsync($"{path}/sessions")).Json["value"]!.AsArray(),
            s => s.Count == 2 && s.All(x => Text(x!, "state") != "Unknown"),
            "both sessions on the routers"
        );

        string circuits = id[..id.LastIndexOf('/')];
        await _server.DoneAsync("customer", HttpMethod.Put, $"{circuits}/b", Body());
        await _server.DoneAsync("customer", HttpMethod.Put, $"{circuits}/c", Body());
        Answer inRegion = await _server.SendAsync("customer", HttpMethod.Put, $"{circuits}/d", Body());
        Assert.Equal((HttpStatusCode.Conflict, "OperationNotAllowed"), (inRegion.Status, inRegion.ErrorCode));
        Assert.Contains("3 circuits in region westeurope", inRegion.ErrorMessage, StringComparison.Ordinal);
        foreach (string name in (string[])["d", "e", "f"])
        {
            JsonObject north = Body();
            north["location"] = "northeurope";
            Answer answer = await _server.SendAsync("customer", HttpMethod.Put, $"{circuits}/{name}", north);
            Assert.Equal(name == "f" ? HttpStatusCode.Conflict : HttpStatusCode.Created, answer.Status);
        }
    }
}

/// <summary>An installation that makes no new public peerings, as Azure does not.</summary>
public sealed class NoPublicPeeringTests(NoPublicPeeringTests.Api api) : IClassFixture<NoPublicPeeringTests.Api>
{
    public sealed class Api : SqliteApi
    {
        protected override ServerSettings Configure(ServerSettings settings) =>
            settings with
            {
                Circuits = settings.Circuits with { PublicPeering = PublicPeering.Refuse },
            };
    }

    [Fact]
    public async Task A_new_public_peering_is_refused_and_a_Microsoft_peering_taken()
    {
        var server = new CircuitServer(api);
        string circuit = await server.ProvisionedAsync();
        JsonObject body = Proof.ProvenServer.Peering(84, 3316, 300, "193.17.0.0/24");
        body["properties"]!["peeringType"] = "AzurePublicPeering";
        Answer refused = await server.SendAsync("customer", HttpMethod.Put, $"{circuit}/peerings/AzurePublicPeering", body);
        Assert.Equal((HttpStatusCode.BadRequest, "OperationNotAllowed"), (refused.Status, refused.ErrorCode));
        Assert.Contains("use MicrosoftPeering", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty((await server.GetAsync($"{circuit}/peerings")).Json["value"]!.AsArray());
        body["properties"]!["peeringType"] = "MicrosoftPeering";
        await server.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/MicrosoftPeering", body.DeepClone());
    }
}
