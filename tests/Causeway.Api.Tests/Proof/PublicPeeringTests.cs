using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Api.Tests.Circuits;
using Causeway.Api.Tests.Road;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows;
using CircuitAnswer = Causeway.Api.Tests.Circuits.Answer;

namespace Causeway.Api.Tests.Proof;

/// <summary>Microsoft and public peering: the wire as recorded, the rules in words, and what of it a customer's own BIRD gets into our router's table.</summary>
public sealed partial class PublicPeeringTests(ProvenServer server) : IClassFixture<ProvenServer>
{
    private readonly CircuitServer _circuits = server.Circuits;

    [Fact]
    public async Task It_is_written_as_Azure_writes_it()
    {
        server.Register("193.10.0.0/20", 3301);
        await server.KnowsAsync("193.10.0.0/20", 3301);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(60, 3301, 300, "193.10.0.0/20", "193.10.16.1/20");
        CircuitAnswer made = await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body.DeepClone());
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(
            """{"provisioningState":"Updating","peeringType":"MicrosoftPeering","azureASN":0,"peerASN":3301,"primaryPeerAddressPrefix":"127.60.0.0/30","secondaryPeerAddressPrefix":"127.60.0.4/30","state":"Enabled","vlanId":300,"lastModifiedBy":"","microsoftPeeringConfig":{"advertisedPublicPrefixes":["193.10.0.0/20","193.10.16.1/20"],"advertisedPublicPrefixesState":"NotConfigured","customerASN":0,"legacyMode":0,"routingRegistryName":"NONE"},"connections":[],"peeredConnections":[]}""",
            made.Properties.ToJsonString()
        );
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));

        // The newest versions tell of each prefix.
        CircuitAnswer newest = await _circuits.OkAsync("customer", HttpMethod.Get, peering, version: "2024-05-01");
        string key = (await _circuits.GetAsync(circuit)).Properties["serviceKey"]!.ToString();
        Assert.Equal(
            $$"""{"advertisedPublicPrefixes":["193.10.0.0/20","193.10.16.1/20"],"advertisedCommunities":[],"advertisedPublicPrefixesState":"ValidationNeeded","customerASN":0,"legacyMode":0,"routingRegistryName":"NONE","advertisedPublicPrefixInfo":[{"prefix":"193.10.0.0/20","validationId":"Azure-SKEY|{{key}}|193.10.0.0/20|ASN-3301","signature":"","validationState":"Configured"},{"prefix":"193.10.16.1/20","validationId":"Azure-SKEY|{{key}}|193.10.16.1/20|ASN-3301","signature":"","validationState":"ValidationNeeded"}]}""",
            newest.Properties["microsoftPeeringConfig"]!.ToJsonString()
        );

        // IPv6 is added to what stands, and read back as it was sent.
        body["properties"]!["ipv6PeeringConfig"] = new JsonObject
        {
            ["primaryPeerAddressPrefix"] = "2001:db00::/126",
            ["secondaryPeerAddressPrefix"] = "2002:db00::/126",
            ["microsoftPeeringConfig"] = new JsonObject
            {
                ["advertisedPublicPrefixes"] = new JsonArray("2001:db00::/126"),
                ["customerASN"] = 100001,
                ["routingRegistryName"] = "level3",
            },
        };
        CircuitAnswer more = await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal(HttpStatusCode.OK, more.Status);
        Assert.Equal("ValidationNeeded", more.Properties["microsoftPeeringConfig"]!["advertisedPublicPrefixesState"]!.ToString());
        Assert.Equal(
            """{"primaryPeerAddressPrefix":"2001:db00::/126","secondaryPeerAddressPrefix":"2002:db00::/126","state":"Enabled","microsoftPeeringConfig":{"advertisedPublicPrefixes":["2001:db00::/126"],"advertisedPublicPrefixesState":"NotConfigured","customerASN":100001,"legacyMode":0,"routingRegistryName":"LEVEL3"}}""",
            more.Properties["ipv6PeeringConfig"]!.ToJsonString()
        );
        CircuitAnswer evidence = await _circuits.GetAsync($"{peering}/evidence");
        Assert.Equal(
            ["193.10.0.0/20 Proven", "193.10.16.1/20 Unproven", "2001:db00::/126 Unproven"],
            evidence.Json["value"]!.AsArray().Select(e => $"{e!["prefix"]} {e["state"]}")
        );
        Assert.Equal("Irr RADB 193.10.0.0/20AS3301", Text(evidence.Json["value"]![0]!["evidence"]![0]!));

        // Written again as it was read: nothing changes.
        JsonNode read = (await _circuits.GetAsync(peering)).Json;
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, read.DeepClone());
        Assert.Equal(read.ToJsonString(), (await _circuits.GetAsync(peering)).Json.ToJsonString());
    }

    private static string Text(JsonNode evidence) => $"{evidence["kind"]} {evidence["source"]} {evidence["object"]}";

    [Fact]
    public async Task Every_problem_is_said_at_once_and_a_missing_configuration_as_Azure_says_it()
    {
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(
            61,
            64500,
            300,
            "10.0.0.0/8",
            "0.0.0.0/0",
            "192.88.99.0/25",
            "127.1.0.0/16",
            "198.51.100.0/25",
            "100.64.3.0/24"
        );
        body["properties"]!["microsoftPeeringConfig"]!["customerASN"] = 65001;
        CircuitAnswer wrong = await _circuits.SendAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        string[] said = [.. wrong.Json["error"]!["details"]!.AsArray().Select(d => d!["message"]!.ToString())];
        foreach (
            string part in new[]
            {
                "AS number 64500",
                "AS number 65001 is private",
                "10.0.0.0/8 lies in",
                "the default route",
                "192.88.99.0/25 overlaps with",
                "127.1.0.0/16 lies in",
                "198.51.100.0/25 overlaps with",
                "100.64.3.0/24 lies in",
            }
        )
            Assert.Contains(said, s => s.Contains(part, StringComparison.Ordinal));
        Assert.Equal(8, said.Length);

        body = ProvenServer.Peering(61, 3301, 300, "193.10.0.0/20");
        body["properties"]!.AsObject().Remove("microsoftPeeringConfig");
        CircuitAnswer missing = await _circuits.SendAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal($"Microsoft Peering Config is not specified for Express Route Bgp Peering {peering}.", missing.ErrorMessage);
    }

    [Fact]
    public async Task A_question_changes_nothing_and_answers_what_a_declaration_would()
    {
        server.Register("193.11.0.0/20", 3311);
        await server.KnowsAsync("193.11.0.0/20", 3311);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(62, 3311, 300, "193.11.0.0/20"));
        string before = (await _circuits.GetAsync(peering)).Text;
        CircuitAnswer asked = await _circuits.OkAsync(
            "customer",
            HttpMethod.Post,
            $"{peering}/validatePrefixes",
            new JsonObject { ["prefixes"] = new JsonArray("193.11.4.0/24", "193.12.0.0/24", "10.0.0.0/24") }
        );
        Assert.Equal(
            ["193.11.4.0/24 Proven", "193.12.0.0/24 Unproven", "10.0.0.0/24 Unproven"],
            asked.Json["value"]!.AsArray().Select(e => $"{e!["prefix"]} {e["state"]}")
        );
        Assert.Equal(before, (await _circuits.GetAsync(peering)).Text);

        // A circuit of the same subscription and ASN borrows the block that is proven here.
        string other = await _circuits.ProvisionedAsync();
        JsonObject inside = ProvenServer.Peering(63, 3311, 300, "193.11.9.0/24");
        inside["properties"]!["microsoftPeeringConfig"]!["routingRegistryName"] = "ARIN";
        await _circuits.DoneAsync("customer", HttpMethod.Put, $"{other}/peerings/MicrosoftPeering", inside);
        JsonNode covered = (await _circuits.GetAsync($"{other}/peerings/MicrosoftPeering/evidence")).Json["value"]![0]!;
        Assert.Equal("Proven", covered["state"]!.ToString());
        Assert.Equal($"Cover {circuit} 193.11.0.0/20", Text(covered["evidence"]![0]!), ignoreCase: true);
        server.Unregister("193.11.0.0/20");
        await server.BecomesAsync(peering, "ValidationNeeded");
        await server.BecomesAsync($"{other}/peerings/MicrosoftPeering", "ValidationNeeded");
    }

    [Fact]
    public async Task Who_has_no_circuit_yet_asks_for_the_subscription()
    {
        server.Register("193.13.0.0/20", 3313);
        await server.KnowsAsync("193.13.0.0/20", 3313);
        string dryRun = $"{_circuits.Subscription()}/providers/Causeway.Operations/validatePrefixes";
        var question = new JsonObject { ["prefixes"] = new JsonArray("193.13.0.0/20", "193.14.0.0/24"), ["asn"] = 3313 };
        CircuitAnswer asked = await _circuits.OkAsync("customer", HttpMethod.Post, dryRun, question, version: "2026-11-01");
        Assert.Equal(
            ["193.13.0.0/20 Proven", "193.14.0.0/24 Unproven"],
            asked.Json["value"]!.AsArray().Select(e => $"{e!["prefix"]} {e["state"]}")
        );
        Assert.Equal("Irr RADB 193.13.0.0/20AS3313", Text(asked.Json["value"]![0]!["evidence"]![0]!));

        CircuitAnswer nobody = await _circuits.SendAsync("customer", HttpMethod.Post, dryRun, new JsonObject(), version: "2026-11-01");
        Assert.Equal(HttpStatusCode.BadRequest, nobody.Status);
        Assert.Contains("'asn'", nobody.Text, StringComparison.Ordinal);
        Assert.Contains("'prefixes'", nobody.Text, StringComparison.Ordinal);
        CircuitAnswer stranger = await _circuits.SendAsync(
            "provider",
            HttpMethod.Post,
            dryRun,
            question.DeepClone(),
            version: "2026-11-01"
        );
        Assert.Equal(HttpStatusCode.Forbidden, stranger.Status);
        Assert.Contains("Microsoft.Network/expressRouteCircuits/read", stranger.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_3_provider_configures_it_for_its_customer()
    {
        server.Register("193.15.0.0/24", 3315);
        await server.KnowsAsync("193.15.0.0/24", 3315);
        string circuit = await _circuits.ProvisionedAsync(CircuitServer.Body("Telia Carrier"));
        string cross = $"{await _circuits.CrossAsync(circuit)}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(83, 3315, 300, "193.15.0.0/24", "193.15.1.0/24");
        await _circuits.DoneAsync("provider", HttpMethod.Put, cross, body);
        JsonNode read = (await _circuits.GetAsync(cross, "provider")).Properties;
        Assert.Equal("Provider", read["lastModifiedBy"]!.ToString());
        Assert.Equal("ValidationNeeded", read["microsoftPeeringConfig"]!["advertisedPublicPrefixesState"]!.ToString());
        string[] states = ["193.15.0.0/24 Proven", "193.15.1.0/24 Unproven"];
        foreach ((string who, string path) in new[] { ("provider", cross), ("customer", $"{circuit}/peerings/MicrosoftPeering") })
        {
            CircuitAnswer evidence = await _circuits.GetAsync($"{path}/evidence", who);
            Assert.Equal(states, evidence.Json["value"]!.AsArray().Select(e => $"{e!["prefix"]} {e["state"]}"));
            CircuitAnswer asked = await _circuits.OkAsync(
                who,
                HttpMethod.Post,
                $"{path}/validatePrefixes",
                new JsonObject { ["prefixes"] = new JsonArray("193.15.0.0/25", "193.16.0.0/24") }
            );
            Assert.Equal(
                ["193.15.0.0/25 Proven", "193.16.0.0/24 Unproven"],
                asked.Json["value"]!.AsArray().Select(e => $"{e!["prefix"]} {e["state"]}")
            );
        }

        // What appears in a registry reaches the provider's view, as the customer's.
        server.Register("193.15.1.0/24", 3315);
        await Eventually.Get(
            async () =>
                (await _circuits.GetAsync(cross, "provider")).Properties["microsoftPeeringConfig"]![
                    "advertisedPublicPrefixesState"
                ]!.ToString(),
            s => s == "Configured",
            "the provider sees it Configured",
            TimeSpan.FromSeconds(60)
        );
    }

    [Fact]
    public async Task The_routers_table_follows_the_registry_both_ways_under_a_live_session()
    {
        server.Register("193.20.1.0/24", 3320);
        await server.KnowsAsync("193.20.1.0/24", 3320);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _circuits.DoneAsync(
            "customer",
            HttpMethod.Put,
            peering,
            ProvenServer.Peering(70, 3320, 300, "193.20.1.0/24", "193.20.2.0/24")
        );
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));

        // The customer announces before Configured: the session stays down, and the table empty.
        await using var bird = new Bird(
            "3320",
            "127.70.0.1",
            "127.70.0.2",
            server.BgpPort,
            "64496",
            "193.20.1.0/24 blackhole; route 193.20.2.0/24",
            null
        );
        await Eventually.Get(bird.ProtocolAsync, p => Regex.IsMatch(p, "Connect|Active|Idle"), "BIRD tries");
        Assert.Equal("", await server.TableAsync(peering));
        JsonNode explained = (await _circuits.GetAsync($"{circuit}/explain")).Json;
        Assert.False(explained["usable"]!.GetValue<bool>());
        JsonNode unproven = explained["findings"]!.AsArray().Single(f => f!["code"]!.ToString() == "PrefixUnproven")!;
        Assert.Equal("193.20.2.0/24", unproven["valuesByName"]!["prefix"]!.ToString());
        JsonNode rests = (await _circuits.GetAsync(unproven["evidence"]!.ToString())).Json;
        Assert.Contains(
            rests["value"]!.AsArray(),
            e => e!["prefix"]!.ToString() == "193.20.2.0/24" && e["state"]!.ToString() == "Unproven"
        );
        Assert.DoesNotContain("Established", await bird.ProtocolAsync(), StringComparison.Ordinal);

        server.Register("193.20.2.0/24", 3320);
        await server.HasAsync(peering, "193.20.1.0/24; 193.20.2.0/24");
        Assert.Equal("Configured", await server.StateAsync(peering));

        server.Unregister("193.20.1.0/24");
        await server.HasAsync(peering, "193.20.1.0/24 NotRegistered; 193.20.2.0/24");
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));
        Assert.Contains("Established", await bird.ProtocolAsync(), StringComparison.Ordinal);

        server.Register("193.20.1.0/24", 3320);
        await server.HasAsync(peering, "193.20.1.0/24; 193.20.2.0/24");

        // The registry lies after having told the truth: what the shrink guard holds back ends nothing.
        server.Lie();
        await Eventually.Get(
            async () =>
                (await _circuits.OkAsync("operator", HttpMethod.Get, "/providers/Causeway.Operations/status", version: "2026-11-01")).Text,
            s => s.Contains("\"holdsBack\":true", StringComparison.Ordinal),
            "the lie is held back",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal("193.20.1.0/24; 193.20.2.0/24", await server.TableAsync(peering));
        server.Publish();

        // A ROA for another ends it at once; with nothing proven the session goes.
        server.Sign("193.20.0.0/16", 9999);
        await Eventually.Get(
            bird.ProtocolAsync,
            p => !p.Contains("Established", StringComparison.Ordinal),
            "the session goes with the last proof",
            TimeSpan.FromSeconds(60)
        );
        await server.HasAsync(peering, "");
    }

    [Fact]
    public async Task The_routers_table_follows_the_registry_both_ways_over_IPv6()
    {
        string first = $"{server.Links6}:1:",
            second = $"{server.Links6}:2:";
        using var addresses = new LoopbackAddresses($"{first}:1", $"{first}:2", $"{second}:1", $"{second}:2");
        const string Kept = "2a0e:b100::/32",
            Moves = "2a0e:b200::/32";
        server.Register("193.79.0.0/24", 3379);
        server.Register(Kept, 3379);
        await server.KnowsAsync(Kept, 3379);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(79, 3379, 300, "193.79.0.0/24");
        body["properties"]!["ipv6PeeringConfig"] = new JsonObject
        {
            ["primaryPeerAddressPrefix"] = $"{first}:/126",
            ["secondaryPeerAddressPrefix"] = $"{second}:/126",
            ["microsoftPeeringConfig"] = new JsonObject { ["advertisedPublicPrefixes"] = new JsonArray(Kept, Moves) },
        };
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body);
        const string Announced = $"{Kept} blackhole; route {Moves} blackhole; route 2a0e:b100:1::/48 blackhole; route 2a0e:b300::/32";
        await using var bird = new Bird("3379", $"{first}:1", $"{first}:2", server.BgpPort, "64496", Announced, null);
        // Of the two families, the one that is not proven stays closed.
        Assert.Equal("", await server.TableAsync(peering));

        server.Register(Moves, 3379);
        const string Strangers = "2a0e:b100:1::/48 NotRegistered; ";
        await server.HasAsync(peering, $"{Strangers}{Kept}; {Moves}; 2a0e:b300::/32 NotRegistered");
        string since = await CountsAsync(bird);
        server.Unregister(Moves);
        await server.HasAsync(peering, $"{Strangers}{Kept}; {Moves} NotRegistered; 2a0e:b300::/32 NotRegistered");
        server.Sign("2a0e:b300::/32", 9999);
        await server.HasAsync(peering, $"{Strangers}{Kept}; {Moves} NotRegistered; 2a0e:b300::/32 RpkiInvalid");
        server.Register(Moves, 3379);
        await server.HasAsync(peering, $"{Strangers}{Kept}; {Moves}; 2a0e:b300::/32 RpkiInvalid");
        Assert.Equal(since, await CountsAsync(bird));
    }

    [Theory]
    [MemberData(nameof(CustomerRouter.Makes), MemberType = typeof(CustomerRouter))]
    public async Task Nothing_passes_that_is_not_proven(string make)
    {
        foreach ((string prefix, uint asn) in new[] { ("193.30.0.0/22", 3330U), ("193.40.0.0/24", 3340U), ("193.30.8.0/24", 7777U) })
            server.Register(prefix, asn);
        server.Sign("193.30.16.0/24", 9999);
        await server.KnowsAsync("193.30.8.0/24", 7777);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        int net = Net(71, make);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(net, 3330, 300, "193.30.0.0/22"));
        Assert.Equal("Configured", await server.StateAsync(peering));
        string[] announced =
        [
            "193.30.0.0/22",
            "193.30.1.0/24", // more specific than proven
            "193.30.8.0/24", // somebody else's
            "193.30.16.0/24", // a ROA names another
            "193.40.0.0/24", // a neighbour's
            "10.1.0.0/16",
            "100.64.1.0/24",
            "192.88.99.0/24", // ours
            "198.51.100.0/27", // our service's
            "0.0.0.0/0",
        ];
        await using CustomerRouter customer = await CustomerRouter.StartAsync(
            make,
            3330,
            $"127.{net}.0.1",
            $"127.{net}.0.2",
            server.BgpPort,
            announced
        );
        await server.HasAsync(
            peering,
            "0.0.0.0/0 DefaultRoute; 10.1.0.0/16 Bogon; 100.64.1.0/24 Bogon; 192.88.99.0/24 OwnNetwork; 193.30.0.0/22; 193.30.1.0/24 NotRegistered; "
                + "193.30.16.0/24 RpkiInvalid; 193.30.8.0/24 NotRegistered; 193.40.0.0/24 NotRegistered; 198.51.100.0/27 OwnNetwork"
        );
    }

    [Theory]
    [MemberData(nameof(CustomerRouter.Makes), MemberType = typeof(CustomerRouter))]
    public async Task The_right_prefix_from_the_wrong_origin_is_refused(string make)
    {
        server.Register("193.50.0.0/24", 3350);
        await server.KnowsAsync("193.50.0.0/24", 3350);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        int net = Net(72, make);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(net, 3350, 300, "193.50.0.0/24"));
        await using CustomerRouter customer = await CustomerRouter.StartAsync(
            make,
            3350,
            $"127.{net}.0.1",
            $"127.{net}.0.2",
            server.BgpPort,
            ["193.50.0.0/24"],
            origin: 7777
        );
        await server.HasAsync(peering, "193.50.0.0/24 OriginNotRegistered");
    }

    [Theory]
    [MemberData(nameof(CustomerRouter.Makes), MemberType = typeof(CustomerRouter))]
    public async Task One_prefix_too_many_takes_the_session_down(string make)
    {
        server.Register("193.60.0.0/16", 3360);
        await server.KnowsAsync("193.60.0.0/16", 3360);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        int net = Net(73, make);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(net, 3360, 300, "193.60.0.0/16"));
        await using CustomerRouter customer = await CustomerRouter.StartAsync(
            make,
            3360,
            $"127.{net}.0.1",
            $"127.{net}.0.2",
            server.BgpPort,
            [.. Enumerable.Range(0, 201).Select(i => $"193.60.{i}.0/24")]
        );
        await Eventually.Get(
            async () => (await _circuits.GetAsync($"{peering}/sessions")).Text,
            s => s.Contains("prefix", StringComparison.OrdinalIgnoreCase) && Regex.IsMatch(s, "\"lastProblem\":\"[^\"]*(?i:prefix)"),
            "the session ended for too many prefixes",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal("", await server.TableAsync(peering));
    }

    /// <summary>Makes share the tests' links in 127.0.0.0/8, not their addresses.</summary>
    private static int Net(int first, string make) =>
        first
        + make switch
        {
            "bird" => 0,
            "frr" => 100,
            _ => 120,
        };

    [Fact]
    public async Task A_ROA_for_another_is_seen_on_the_router_under_a_live_session_both_ways()
    {
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        foreach (string prefix in new[] { "193.75.0.0/24", "193.75.2.0/24" })
            server.Register(prefix, 3375);
        await server.KnowsAsync("193.75.2.0/24", 3375);
        JsonObject body = ProvenServer.Peering(75, 3375, 300, "193.75.0.0/24", "193.75.2.0/24");
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body);
        const string Announced = "193.75.0.0/24 blackhole; route 193.75.2.0/24 blackhole; route 193.75.4.0/24";
        await using var bird = new Bird("3375", "127.75.0.1", "127.75.0.2", server.BgpPort, "64496", Announced, null);
        await server.HasAsync(peering, "193.75.0.0/24; 193.75.2.0/24; 193.75.4.0/24 NotRegistered");
        string since = await CountsAsync(bird);

        // Of a prefix that was proven, and of one that nobody ever declared: no permit changes for the latter.
        server.Sign("193.75.0.0/24", 9999);
        await server.HasAsync(peering, "193.75.0.0/24 RpkiInvalid; 193.75.2.0/24; 193.75.4.0/24 NotRegistered");
        server.Sign("193.75.4.0/24", 9999);
        await server.HasAsync(peering, "193.75.0.0/24 RpkiInvalid; 193.75.2.0/24; 193.75.4.0/24 RpkiInvalid");
        server.Unsign("193.75.0.0/24");
        await server.HasAsync(peering, "193.75.0.0/24; 193.75.2.0/24; 193.75.4.0/24 RpkiInvalid");

        // A source that went away has said nothing: what it said last is judged by.
        server.TakeVrpsAway();
        await Eventually.Get(
            async () =>
                (await _circuits.OkAsync("operator", HttpMethod.Get, "/providers/Causeway.Operations/status", version: "2026-11-01")).Text,
            s => Regex.IsMatch(s, "rpki.json[^}]*\"problem\":\"[^\"]"),
            "the source is known to be away",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal("193.75.0.0/24; 193.75.2.0/24; 193.75.4.0/24 RpkiInvalid", await server.TableAsync(peering));
        server.Unsign("193.75.4.0/24");
        await server.HasAsync(peering, "193.75.0.0/24; 193.75.2.0/24; 193.75.4.0/24 NotRegistered");
        Assert.Equal(since, await CountsAsync(bird));
    }

    [Fact]
    public async Task A_ticket_opens_what_no_registry_proves_and_ends_on_its_date()
    {
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(74, 65074, 300, "193.70.0.0/24"));
        await using var bird = new Bird("65074", "127.74.0.1", "127.74.0.2", server.BgpPort, "64496", "193.70.0.0/24", null);
        JsonNode before = (await _circuits.GetAsync($"{peering}/evidence")).Json["value"]![0]!;
        Assert.Contains("private number", before["reason"]!.ToString(), StringComparison.Ordinal);

        DateTimeOffset expires = TimeProvider.System.GetUtcNow().AddSeconds(20);
        ResourceId ticket = ResourceId.Of(server.CustomerSubscription, "rg", "Microsoft.Support", "supportTickets", "t1");
        var accept = new AcceptPrefixes(
            TimeProvider.System.GetUtcNow(),
            PeeringType.MicrosoftPeering,
            ticket,
            [IpPrefix.Parse("193.70.0.0/24")],
            expires,
            "letter of authorization of the holder"
        );
        Assert.IsType<SendOutcome.Delivered>(await server.SignalAsync(circuit, accept));
        Assert.Equal("Configured", await server.StateAsync(peering));
        await server.HasAsync(peering, "193.70.0.0/24");
        await server.BecomesAsync(peering, "ValidationNeeded");
        JsonNode after = (await _circuits.GetAsync($"{peering}/evidence")).Json["value"]![0]!;
        Assert.Equal("Expired", after["state"]!.ToString());
        Assert.InRange(after["since"]!.GetValue<DateTimeOffset>() - expires, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await server.HasAsync(peering, "");
    }

    [Theory]
    [InlineData("bird", 76, null)]
    [InlineData("gobgp", 77, null)]
    [InlineData("bird", 78, 65078U)] // a private number behind the private number
    public async Task A_private_peer_is_heard_for_the_customers_public_number(string make, int net, uint? origin)
    {
        string prefix = $"193.76.{net}.0/24";
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(net, 65076, 300, prefix);
        body["properties"]!["microsoftPeeringConfig"]!["customerASN"] = 3376;
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        ResourceId ticket = ResourceId.Of(server.CustomerSubscription, "rg", "Microsoft.Support", "supportTickets", $"t{net}");
        var accept = new AcceptPrefixes(
            now,
            PeeringType.MicrosoftPeering,
            ticket,
            [IpPrefix.Parse(prefix)],
            now.AddDays(1),
            "letter of authorization"
        );
        Assert.IsType<SendOutcome.Delivered>(await server.SignalAsync(circuit, accept));
        // The holder's ROA: a path of 65076 alone would be RPKI-invalid.
        server.Sign(prefix, 3376);
        await server.SaysAsync(prefix, 3376, OriginValidity.Valid);
        await using CustomerRouter customer = await CustomerRouter.StartAsync(
            make,
            65076,
            $"127.{net}.0.1",
            $"127.{net}.0.2",
            server.BgpPort,
            [prefix, "193.77.0.0/24"],
            origin
        );
        await server.HasAsync(peering, $"{prefix}; 193.77.0.0/24 NotRegistered");
        JsonArray table = (await _circuits.TableAsync($"{peering}/routeTables/primary"))["value"]!.AsArray();
        Assert.Equal("", table.Single(r => r!["network"]!.ToString() == prefix)!["path"]!.ToString());
    }

    [Fact]
    public async Task Three_domains_live_beside_each_other_and_none_hears_of_another()
    {
        server.Register("193.80.0.0/24", 3380);
        server.Register("193.81.0.0/24", 3380);
        await server.KnowsAsync("193.81.0.0/24", 3380);
        string circuit = await _circuits.ProvisionedAsync();
        JsonObject priv = CircuitServer.Peering();
        priv["properties"]!["primaryPeerAddressPrefix"] = "127.80.4.0/30";
        priv["properties"]!["secondaryPeerAddressPrefix"] = "127.80.4.4/30";
        await _circuits.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/AzurePrivatePeering", priv);
        JsonObject open = ProvenServer.Peering(81, 3380, 400, "193.81.0.0/24");
        open["properties"]!["peeringType"] = "AzurePublicPeering";
        JsonObject microsoft = ProvenServer.Peering(82, 3380, 300, "193.80.0.0/24");
        await _circuits.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/AzurePublicPeering", open);
        await _circuits.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/MicrosoftPeering", microsoft);
        await using var first = new Bird("65010", "127.80.4.1", "127.80.4.2", server.BgpPort, "64496", "10.80.0.0/16", null);
        await using var second = new Bird("3380", "127.81.0.1", "127.81.0.2", server.BgpPort, "64496", "193.81.0.0/24", null);
        await using var third = new Bird("3380", "127.82.0.1", "127.82.0.2", server.BgpPort, "64496", "193.80.0.0/24", null);
        await server.HasAsync($"{circuit}/peerings/AzurePrivatePeering", "10.80.0.0/16");
        await server.HasAsync($"{circuit}/peerings/AzurePublicPeering", "193.81.0.0/24");
        await server.HasAsync($"{circuit}/peerings/MicrosoftPeering", "193.80.0.0/24");
        string privately = await CountsAsync(first);
        string openly = await CountsAsync(second);

        microsoft["properties"]!["state"] = "Disabled";
        await _circuits.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/MicrosoftPeering", microsoft);
        await server.HasAsync($"{circuit}/peerings/MicrosoftPeering", "");
        microsoft["properties"]!["state"] = "Enabled";
        await _circuits.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/MicrosoftPeering", microsoft);
        await server.HasAsync($"{circuit}/peerings/MicrosoftPeering", "193.80.0.0/24");
        server.Unregister("193.80.0.0/24");
        await server.HasAsync($"{circuit}/peerings/MicrosoftPeering", "");
        await _circuits.DoneAsync("customer", HttpMethod.Delete, $"{circuit}/peerings/MicrosoftPeering");

        Assert.Equal(privately, await CountsAsync(first));
        Assert.Equal(openly, await CountsAsync(second));
    }

    /// <summary>Since when the session is up, and what it has heard.</summary>
    private static async Task<string> CountsAsync(Bird bird)
    {
        string text = await bird.ProtocolAsync();
        Assert.Contains("Established", text, StringComparison.Ordinal);
        return string.Join('\n', Counters().Matches(text).Select(m => m.Value));
    }

    [GeneratedRegex(@"(?:Import|Export) (?:updates|withdraws):[^\n]*")]
    private static partial Regex Counters();
}
