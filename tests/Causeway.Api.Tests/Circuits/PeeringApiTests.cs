using System.Net;
using System.Text.Json.Nodes;
using Causeway.Testing;
using static Causeway.Api.Tests.Circuits.CircuitApiTests;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

public sealed class PeeringApiOnSqlite(SqliteApi api) : PeeringApiTests(api), IClassFixture<SqliteApi>;

public sealed class PeeringApiOnPostgres(PostgresApi api) : PeeringApiTests(api), IClassFixture<PostgresApi>;

/// <summary>Routing domains over the wire, down to the embedded routers.</summary>
public abstract class PeeringApiTests(ApiFixture api)
{
    private readonly CircuitServer _server = new(api);

    private static readonly HttpMethod Put = HttpMethod.Put;
    private static readonly HttpMethod Get = HttpMethod.Get;
    private static readonly HttpMethod Delete = HttpMethod.Delete;

    [Fact]
    public async Task Routing_is_refused_until_provisioned_and_says_who_acts_next()
    {
        string id = await _server.CircuitAsync();
        Answer early = await _server.SendAsync("customer", Put, $"{id}/peerings/AzurePrivatePeering", Peering());
        Assert.Equal((HttpStatusCode.Conflict, "ServiceProviderNotProvisioned"), (early.Status, early.ErrorCode));
        Assert.Contains("to Equinix, who acts next", early.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("""{"value":[]}""", (await _server.GetAsync($"{id}/peerings")).Text);
    }

    [Fact]
    public async Task A_peering_walks_to_both_routers_and_away_again()
    {
        string id = await _server.ProvisionedAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        JsonObject body = Peering();
        Answer created = await _server.SendAsync("customer", Put, $"{id}/peerings/azureprivatepeering", body);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(path, Text(created.Json, "id"));
        Assert.Equal(
            [
                "provisioningState",
                "peeringType",
                "azureASN",
                "peerASN",
                "primaryPeerAddressPrefix",
                "secondaryPeerAddressPrefix",
                "state",
                "vlanId",
                "lastModifiedBy",
                "connections",
                "peeredConnections",
            ],
            created.Properties.AsObject().Select(m => m.Key)
        );
        Assert.Equal(
            ("Updating", "0", ""),
            (
                Text(created.Properties, "provisioningState"),
                Text(created.Properties, "azureASN"),
                Text(created.Properties, "lastModifiedBy")
            )
        );
        Assert.Equal("Succeeded", Text(await _server.EndAsync("customer", created), "status"));

        Answer read = await _server.GetAsync(path);
        Assert.Equal(
            ("Succeeded", "64496", "Customer", "Enabled"),
            (
                Text(read.Properties, "provisioningState"),
                Text(read.Properties, "azureASN"),
                Text(read.Properties, "lastModifiedBy"),
                Text(read.Properties, "state")
            )
        );
        Assert.Equal("AMS-06GMR-CIS-1-PRI-A", Text(read.Properties, "primaryAzurePort"));
        Assert.Equal("AMS-06GMR-CIS-2-SEC-A", Text(read.Properties, "secondaryAzurePort"));
        JsonNode circuit = (await _server.GetAsync(id)).Json;
        Assert.Equal(Text(circuit, "etag"), Text(circuit["properties"]!["peerings"]![0]!, "etag"));
        Assert.Equal("1", Text(circuit["properties"]!, "gatewayManagerEtag"));

        JsonArray sessions = await Eventually.Get(
            async () => (await _server.GetAsync($"{path}/sessions")).Json["value"]!.AsArray(),
            s => s.Count == 2 && s.All(x => x!["lastProblem"] is not null),
            "nobody to answer on both sides"
        );
        Assert.Equal(["primary", "secondary"], sessions.Select(s => Text(s!, "path")));
        Assert.All(sessions, s => Assert.InRange(s!["ageInSeconds"]!.GetValue<double>(), 0, 60));

        JsonNode summary = await _server.TableAsync($"{path}/routeTablesSummary/Primary");
        Assert.Equal(["neighbor", "v", "as", "upDown", "statePfxRcd"], summary["value"]![0]!.AsObject().Select(m => m.Key));
        Assert.Equal("never", Text(summary["value"]![0]!, "upDown"));
        Assert.Equal("""{"value":[]}""", (await _server.TableAsync($"{path}/routeTables/secondary")).ToJsonString());
        Assert.Equal("""{"value":[]}""", (await _server.TableAsync($"{path}/arpTables/primary")).ToJsonString());
        Answer tertiary = await _server.SendAsync("customer", HttpMethod.Post, $"{path}/arpTables/tertiary");
        Assert.Equal(HttpStatusCode.BadRequest, tertiary.Status);
        await _server.GetAsync($"{path}/stats");
        await _server.GetAsync($"{id}/stats");

        Answer deleted = await _server.SendAsync("customer", Delete, path);
        Assert.Equal(HttpStatusCode.Accepted, deleted.Status);
        Assert.Equal("Succeeded", Text(await _server.EndAsync("customer", deleted), "status"));
        Assert.Equal(HttpStatusCode.NoContent, (await _server.SendAsync("customer", Get, deleted.Header("Location"))).Status);
        Answer gone = await _server.SendAsync("customer", Get, path);
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (gone.Status, gone.ErrorCode));
    }

    [Fact]
    public async Task A_second_write_is_served_while_the_first_is_under_way()
    {
        string id = await _server.ProvisionedAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        JsonObject body = Peering();
        Answer[] writes = await Task.WhenAll(
            Enumerable
                .Range(200, 10)
                .Select(vlan =>
                {
                    JsonNode own = body.DeepClone();
                    own["properties"]!["vlanId"] = vlan;
                    return _server.SendAsync("customer", Put, path, own);
                })
        );
        foreach (Answer write in writes)
        {
            Assert.True(write.Status is HttpStatusCode.OK or HttpStatusCode.Created, write.Text);
            Assert.Equal("Succeeded", Text(await _server.EndAsync("customer", write), "status"));
        }
        Assert.Equal("Succeeded", Text((await _server.GetAsync(path)).Properties, "provisioningState"));
        Assert.Equal("Succeeded", Text((await _server.GetAsync(id)).Properties, "provisioningState"));
    }

    [Fact]
    public async Task An_md5_key_is_checked_kept_and_never_shown()
    {
        string id = await _server.ProvisionedAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        JsonObject body = Peering();
        body["properties"]!["sharedKey"] = new string('a', 26);
        Answer longKey = await _server.SendAsync("customer", Put, path, body);
        Assert.Equal(HttpStatusCode.BadRequest, longKey.Status);
        Assert.Equal("The specified bgp shared key length was not valid. The maximum length supported is 25.", longKey.ErrorMessage);
        body["properties"]!["sharedKey"] = "A1B2C3D4";
        Answer made = await _server.DoneAsync("customer", Put, path, body);
        Assert.DoesNotContain("A1B2C3D4", made.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("A1B2C3D4", (await _server.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("A1B2C3D4", (await _server.GetAsync($"{id}/journal")).Text, StringComparison.Ordinal);

        // Sent back without the key: the same peering, so nothing moves.
        string etag = Text((await _server.GetAsync(id)).Json, "etag");
        body["properties"]!.AsObject().Remove("sharedKey");
        await _server.DoneAsync("customer", Put, path, body);
        Assert.Equal(etag, Text((await _server.GetAsync(id)).Json, "etag"));
        body["properties"]!["sharedKey"] = "";
        await _server.DoneAsync("customer", Put, path, body);
        Answer journal = await _server.GetAsync($"{id}/journal");
        Assert.Contains("MD5 key removed", journal.Text, StringComparison.Ordinal);

        // That there was a key, and is none any more, is told; what it was is not, nor what stands for it.
        JsonNode[] told =
        [
            .. journal.Json["value"]!
                .AsArray()
                .SelectMany(e => e!["differences"]?.AsArray() ?? [])
                .Where(d => Text(d!, "path").Contains("key", StringComparison.OrdinalIgnoreCase))
                .Select(d => d!),
        ];
        Assert.Equal(
            ["peerings[AzurePrivatePeering].keyFingerprint||(secret)", "peerings[AzurePrivatePeering].keyFingerprint|(secret)|"],
            told.Select(d => $"{Text(d, "path")}|{Text(d, "before")}|{Text(d, "after")}")
        );
    }

    [Fact]
    public async Task Ipv6_is_added_by_azure_cli_without_repeating_ipv4()
    {
        string id = await _server.ProvisionedAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        JsonObject body = Peering();
        await _server.DoneAsync("customer", Put, path, body);
        JsonNode v6 = body.DeepClone();
        v6["properties"]!.AsObject().Remove("primaryPeerAddressPrefix");
        v6["properties"]!.AsObject().Remove("secondaryPeerAddressPrefix");
        v6["properties"]!["ipv6PeeringConfig"] = new JsonObject
        {
            ["primaryPeerAddressPrefix"] = $"fd00:{Fresh():x}::/126",
            ["secondaryPeerAddressPrefix"] = $"fd00:{Fresh():x}::/126",
            ["microsoftPeeringConfig"] = new JsonObject(),
        };
        Answer put = await _server.OkAsync("customer", Put, path, v6);
        await _server.EndAsync("customer", put);
        JsonNode read = (await _server.GetAsync(path)).Properties;
        Assert.Equal(body["properties"]!["primaryPeerAddressPrefix"]!.ToString(), Text(read, "primaryPeerAddressPrefix"));
        Assert.Equal("Enabled", Text(read["ipv6PeeringConfig"]!, "state"));
        JsonNode off = v6.DeepClone();
        off["properties"]!["state"] = "Disabled";
        await _server.EndAsync("customer", await _server.OkAsync("customer", Put, path, off));
    }

    [Fact]
    public async Task Powershell_manages_children_by_putting_the_whole_circuit()
    {
        string id = await _server.ProvisionedAsync();
        JsonNode circuit = (await _server.GetAsync(id)).Json;
        JsonNode inline = Peering();
        inline["name"] = "AzurePrivatePeering";
        inline["properties"]!["azureASN"] = 0;
        circuit["properties"]!["peerings"] = new JsonArray(inline);
        circuit["properties"]!["authorizations"] = new JsonArray(new JsonObject { ["name"] = "testkey" });
        await _server.DoneAsync("customer", Put, id, circuit);
        circuit = (await _server.GetAsync(id)).Json;
        Assert.Equal("Succeeded", Text(circuit["properties"]!["peerings"]![0]!["properties"]!, "provisioningState"));
        string key = Text(circuit["properties"]!["authorizations"]![0]!["properties"]!, "authorizationKey");

        // What was read, sent back: nothing changes, the key least of all.
        string etag = Text(circuit, "etag");
        await _server.DoneAsync("customer", Put, id, circuit);
        circuit = (await _server.GetAsync(id)).Json;
        Assert.Equal(etag, Text(circuit, "etag"));
        Assert.Equal(key, Text(circuit["properties"]!["authorizations"]![0]!["properties"]!, "authorizationKey"));

        // Arrays that are absent leave alone, arrays that are present are the whole truth.
        JsonNode without = circuit.DeepClone();
        without["properties"]!.AsObject().Remove("peerings");
        without["properties"]!.AsObject().Remove("authorizations");
        await _server.DoneAsync("customer", Put, id, without);
        Assert.Single((await _server.GetAsync(id)).Properties["peerings"]!.AsArray());
        circuit["properties"]!["peerings"] = new JsonArray();
        circuit["properties"]!["authorizations"] = new JsonArray();
        await _server.DoneAsync("customer", Put, id, circuit);
        JsonNode empty = (await _server.GetAsync(id)).Properties;
        Assert.Empty(empty["peerings"]!.AsArray());
        Assert.Empty(empty["authorizations"]!.AsArray());
    }

    [Fact]
    public async Task All_problems_of_a_peering_are_said_at_once()
    {
        string id = await _server.ProvisionedAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        var body = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["peerASN"] = 4294967296,
                ["vlanId"] = "ten",
                ["primaryPeerAddressPrefix"] = "10.0.0.1/30",
                ["secondaryPeerAddressPrefix"] = "10.0.0.4/29",
                ["state"] = "On",
            },
        };
        Answer malformed = await _server.SendAsync("customer", Put, path, body);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.Status);
        Assert.Equal(5, malformed.Json["error"]!["details"]!.AsArray().Count);
        Assert.Contains("use 10.0.0.0/30", malformed.ErrorMessage, StringComparison.Ordinal);

        body = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["peerASN"] = 65515,
                ["vlanId"] = 10,
                ["primaryPeerAddressPrefix"] = "224.0.0.0/30",
                ["secondaryPeerAddressPrefix"] = "224.0.0.0/30",
            },
        };
        Answer wrong = await _server.SendAsync("customer", Put, path, body);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(4, wrong.Json["error"]!["details"]!.AsArray().Count);

        Answer microsoft = await _server.SendAsync("customer", Put, $"{id}/peerings/MicrosoftPeering", Peering());
        Assert.Equal(HttpStatusCode.BadRequest, microsoft.Status);
        Answer unknown = await _server.SendAsync("customer", Put, $"{id}/peerings/Other", Peering());
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidResourceName"), (unknown.Status, unknown.ErrorCode));
    }

    [Fact]
    public async Task An_address_serves_one_circuit_on_a_router()
    {
        string first = await _server.ProvisionedAsync(),
            second = await _server.ProvisionedAsync();
        JsonObject body = Peering();
        await _server.DoneAsync("customer", Put, $"{first}/peerings/AzurePrivatePeering", body);
        Answer taken = await _server.SendAsync("customer", Put, $"{second}/peerings/AzurePrivatePeering", body.DeepClone());
        Assert.Equal((HttpStatusCode.Conflict, "PeerAddressInUse"), (taken.Status, taken.ErrorCode));
        await _server.DoneAsync("customer", Delete, $"{first}/peerings/AzurePrivatePeering");
        await _server.DoneAsync("customer", Put, $"{second}/peerings/AzurePrivatePeering", body.DeepClone());
    }

    [Fact]
    public async Task Deprovisioning_takes_the_sessions_away_and_provisioning_brings_them_back()
    {
        string id = await _server.ProvisionedAsync();
        string path = $"{id}/peerings/AzurePrivatePeering";
        await _server.DoneAsync("customer", Put, path, Peering());
        await _server.ProviderAsync(id, "Deprovisioning");
        Assert.Equal("""{"value":[]}""", (await _server.GetAsync($"{path}/sessions")).Text);
        await _server.ProviderAsync(id, "NotProvisioned");
        Assert.Equal(0, (await _server.GetAsync(id)).Properties["stag"]!.GetValue<int>());
        await _server.ProviderAsync(id, "Provisioned");
        Assert.Equal(2, (await _server.GetAsync($"{path}/sessions")).Json["value"]!.AsArray().Count);
        await _server.ProviderAsync(id, "NotProvisioned");
        await _server.DoneAsync("customer", Delete, id);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.SendAsync("customer", Get, id)).Status);
    }

    [Fact]
    public async Task The_api_answers_404_for_what_is_not_there()
    {
        string id = await _server.CircuitAsync();
        Answer parent = await _server.SendAsync("customer", Put, $"{id}x/peerings/AzurePrivatePeering", Peering());
        Assert.Equal((HttpStatusCode.NotFound, "ParentResourceNotFound"), (parent.Status, parent.ErrorCode));
        Answer child = await _server.SendAsync("customer", Get, $"{id}/peerings/AzurePrivatePeering");
        Assert.Equal(
            (HttpStatusCode.NotFound, $"Resource {id}/peerings/AzurePrivatePeering not found."),
            (child.Status, child.ErrorMessage)
        );
        Assert.Equal(HttpStatusCode.NoContent, (await _server.SendAsync("customer", Delete, $"{id}/peerings/AzurePrivatePeering")).Status);
    }
}
