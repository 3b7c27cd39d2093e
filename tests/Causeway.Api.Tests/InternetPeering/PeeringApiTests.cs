using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Identity;
using Causeway.Identity;
using Causeway.Server.Configuration;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server at an exchange that takes the tokens of an issuer that knows networks.</summary>
public sealed class PeeringApiServer : ExchangeServer
{
    public FakeIssuer PeeringDbIssuer { get; } = new();

    protected override ServerSettings Configure(ServerSettings settings) =>
        base.Configure(settings) with
        {
            PeeringApiIssuers = [new OidcIssuerOptions(PeeringDbIssuer.Address, FakeIssuer.Audience)],
            PeeringApiSubscription = "otherCustomer",
        };

    /// <summary>A client whose token speaks for networks, as PeeringDB writes them.</summary>
    public HttpClient Of(
        string networks,
        string who = "noc",
        string? audience = null,
        System.Security.Cryptography.RSA? key = null,
        string claim = "networks"
    )
    {
        HttpClient client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            PeeringDbIssuer.Token(who, audience: audience, networks: networks, signedWith: key, claim: claim)
        );
        return client;
    }
}

/// <summary>The Peering API of the IETF's draft, as networks speak it, over the same walk as everybody's.</summary>
public sealed class PeeringApiTests(PeeringApiServer api) : IClassFixture<PeeringApiServer>
{
    private const string Root = "/peering-api/v1";

    [Fact]
    public async Task A_network_asks_looks_and_takes_back_with_a_token_of_peeringdb()
    {
        api.Register("11.241.0.0/24", 64601);
        await api.KnowsAsync("11.241.0.0/24", 64601);
        using HttpClient network = api.Of("""[{"asn":64601,"name":"Contoso","id":1,"perms":15}]""");
        Answer locations = (await network.Get($"{Root}/locations?asn=64496")).Is(200);
        Assert.Contains(
            locations.Body!["locations"]!.AsArray(),
            l => l!["id"]!.ToString() == "pdb:ix:26" && l["type"]!.ToString() == "public"
        );
        Assert.Contains(
            locations.Body["locations"]!.AsArray(),
            l => l!["id"]!.ToString() == "pdb:fac:1236" && l["type"]!.ToString() == "private"
        );

        Answer made = (await network.Post($"{Root}/sessions", Body(64601, "127.80.0.151"))).Is(200);
        JsonNode[] sessions = [.. made.Body!["sessions"]!.AsArray().Select(s => s!)];
        Assert.Equal("127.80.0.1 127.80.0.2", string.Join(' ', sessions.Select(s => s["peer_ip"]!.ToString()).Order()));
        Assert.All(sessions, s => Assert.Equal("Pending", s["status"]!.ToString()));
        string request = made.Body["request_id"]!.ToString(),
            id = sessions[0]["session_id"]!.ToString();
        Assert.All(sessions, s => Assert.Equal(request, s["request_id"]!.ToString()));

        // Whoever asks again has the same; other networks have nothing, and do not learn of it.
        Answer again = (await network.Post($"{Root}/sessions", Body(64601, "127.80.0.151"))).Is(200);
        Assert.Equal(
            sessions.Select(s => s["session_id"]!.ToString()).Order(),
            again.Body!["sessions"]!.AsArray().Select(s => s!["session_id"]!.ToString()).Order()
        );
        using HttpClient stranger = api.Of("""[{"asn":64602,"perms":15}]""");
        (await stranger.Get($"{Root}/sessions/{id}")).Is(404);
        (await stranger.Get($"{Root}/sessions?asn=64601")).Is(403);
        (await stranger.Delete($"{Root}/sessions/{id}")).Is(404);
        (await network.Get($"{Root}/sessions?asn=64601&request_id={Guid.NewGuid()}")).Is(200);
        Answer one = (await network.Get($"{Root}/sessions?asn=64601&request_id={request}&max_results=1")).Is(200);
        Assert.Single(one.Body!["sessions"]!.AsArray());
        Assert.Single(
            (await network.Get($"{Root}/sessions?asn=64601&request_id={request}&max_results=1&next_token={one.Body["next_token"]}"))
                .Is(200)
                .Body!["sessions"]!.AsArray()
        );

        // The operator approves what it finds among everybody's peerings, and the session comes up by itself: nobody says once more that he is ready.
        string peering = await PeeringAsync(64601);
        (await api.Operator.Post($"{peering}/approve?api-version={ExchangeServer.V}")).Is(200);
        await using var bird = new ExchangeBird(64601, "127.80.0.151", api.BgpPort, ["11.241.0.0/24"]);
        await Eventually.Get(
            async () => (await network.Get($"{Root}/sessions/{id}")).Text,
            t => t.Contains("\"status\":\"Established\"", StringComparison.Ordinal),
            "the session is up and open",
            TimeSpan.FromSeconds(60)
        );
        await Eventually.Get(
            () => api.TableAsync("127.80.0.151"),
            t => t == "ams-x1 11.241.0.0/24 None; ams-x2 11.241.0.0/24 None",
            "both routers have taken the filters that were opened",
            TimeSpan.FromSeconds(60)
        );

        (await network.Delete($"{Root}/sessions/{id}")).Is(204);
        await Eventually.Get(async () => (await network.Get($"{Root}/sessions/{id}")).Code, c => c == 404, "it is gone, with grace");
        Assert.Empty((await network.Get($"{Root}/sessions?asn=64601")).Is(200).Body!["sessions"]!.AsArray());
    }

    [Fact]
    public async Task Tokens_that_are_forged_foreign_or_may_only_read_open_nothing()
    {
        string body = Body(64603, "127.80.0.152");
        (await api.Anonymous.Post($"{Root}/sessions", body)).Is(401);
        using var key = System.Security.Cryptography.RSA.Create(2048);
        (await api.Of("""[{"asn":64603,"perms":15}]""", key: key).Post($"{Root}/sessions", body)).Is(401);
        (await api.Of("""[{"asn":64603,"perms":15}]""", audience: "api://somebody-else").Post($"{Root}/sessions", body)).Is(401);
        (await api.Of("""[{"asn":64603,"perms":1}]""").Post($"{Root}/sessions", body)).Is(403);
        (await api.Of("""[{"asn":64604,"perms":15}]""").Post($"{Root}/sessions", body)).Is(403);
        (await api.Of("""[{"asn":"64603","perms":15},{"asn":-1},{"asn":0},{},7,null]""").Post($"{Root}/sessions", body)).Is(403);
        (await api.Of("""{"asn":64603}""").Post($"{Root}/sessions", body)).Is(403);
        // One ASN may stand there as a number.
        using HttpClient plain = api.Of("64603", claim: "asn");
        (await plain.Get($"{Root}/sessions?asn=64603")).Is(200);
        (await plain.Get($"{Root}/sessions?asn=64604")).Is(403);
        // A principal of this server speaks for no network that the operator has not approved for it, and such a token opens nothing of ARM's.
        (await api.Customer.Post($"{Root}/sessions", body)).Is(403);
        (
            await api.Of("""[{"asn":64603,"perms":15}]""")
                .Get($"/subscriptions/{api.OtherSubscription}/resourceGroups?api-version=2021-04-01")
        ).Is(401);
        Assert.Null(await FindAsync(64603));
    }

    [Fact]
    public async Task A_token_of_one_network_gets_no_other_approved_by_a_name()
    {
        string record =
            $"/subscriptions/{api.OtherSubscription}/providers/Microsoft.Peering/peerAsns/AS64641?api-version={ExchangeServer.V}";
        (await api.OtherCustomer.Put(record, """{"properties":{"peerAsn":64642,"peerName":"Fabrikam"}}""")).Is(201);
        (await api.Of("""[{"asn":64641,"perms":15}]""").Post($"{Root}/sessions", Body(64641, "127.80.0.158"))).Is(409);
        Assert.Equal("Pending", (await api.OtherCustomer.Get(record)).Is(200).Body!["properties"]!["validationState"]!.ToString());
        Assert.Null(await FindAsync(64641));
        Assert.Null(await FindAsync(64642));
    }

    [Fact]
    public async Task A_principal_of_this_server_speaks_for_its_approved_asn()
    {
        var peer = new PeerAtExchange(api, 64605, 153);
        (await api.Customer.Post($"{Root}/sessions", Body(64605, peer.Address))).Is(403);
        await peer.RegisteredAsync();
        Answer made = (await api.Customer.Post($"{Root}/sessions", Body(64605, peer.Address))).Is(200);
        Assert.StartsWith($"/subscriptions/{api.CustomerSubscription}/", (await FindAsync(64605))!, StringComparison.Ordinal);
        string id = made.Body!["sessions"]![0]!["session_id"]!.ToString();
        (await api.OtherCustomer.Get($"{Root}/sessions/{id}")).Is(404);
        (await api.Customer.Delete($"{Root}/sessions/{id}")).Is(204);
        Assert.Null(await FindAsync(64605));
    }

    [Fact]
    public async Task Asked_again_another_secret_is_refused_and_what_failed_is_tried_once_more()
    {
        api.Register("11.242.0.0/24", 64608);
        await api.KnowsAsync("11.242.0.0/24", 64608);
        using HttpClient network = api.Of("""[{"asn":64608,"perms":15}]""");
        string body = Body(64608, "127.80.0.159");
        (await network.Post($"{Root}/sessions", body)).Is(200);
        Answer other = (
            await network.Post(
                $"{Root}/sessions",
                body.Replace("\"local_asn\"", "\"session_secret\":\"k\",\"local_asn\"", StringComparison.Ordinal)
            )
        ).Is(409);
        Assert.Equal("sessions[0].session_secret", other.Body!["errors"]!["errors"]![0]!["name"]!.ToString());

        Answer bad = (
            await network.Post(
                $"{Root}/sessions",
                Body(64608, "127.80.0.160")
                    .Replace("\"local_asn\"", "\"session_secret\":\"with spaces\",\"local_asn\"", StringComparison.Ordinal)
            )
        ).Is(400);
        Assert.Equal("sessions[0].session_secret", bad.Body!["errors"]!["errors"]![0]!["name"]!.ToString());

        // It announces what nobody registered, and fails; mended, it asks again by the same request.
        string peering = await PeeringAsync(64608);
        await using var bird = new ExchangeBird(64608, "127.80.0.159", api.BgpPort, ["11.242.0.0/24", "11.243.0.0/24"]);
        (await api.Operator.Post($"{peering}/approve?api-version={ExchangeServer.V}")).Is(200);
        await StatusAsync("Unestablished");
        bird.Configure(64608, ["11.242.0.0/24"]);
        await bird.ReconfigureAsync();
        (await network.Post($"{Root}/sessions", body)).Is(200);
        await StatusAsync("Established");

        Task StatusAsync(string status) =>
            Eventually.Get(
                async () => (await network.Get($"{Root}/sessions?asn=64608")).Text,
                t => t.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal),
                $"the session is {status}",
                TimeSpan.FromSeconds(90)
            );
    }

    [Fact]
    public async Task What_cannot_be_is_said_field_by_field_and_the_rest_is_taken()
    {
        using HttpClient network = api.Of("""[{"asn":64606,"perms":6},{"asn":64607,"perms":6}]""");
        foreach (
            string bad in new[]
            {
                "",
                "{",
                "[]",
                "null",
                "7",
                """{"sessions":[]}""",
                """{"sessions":[null]}""",
                """{"sessions":[7]}""",
                """{"sessions":{}}""",
                """{"sessions":[{}]}""",
                """{"sessions":[{"local_asn":-1,"peer_asn":1e99}]}""",
                new string('[', 100_000),
            }
        )
        {
            Answer answer = await network.Post($"{Root}/sessions", bad);
            Assert.True(answer.Code is 400 or 413, $"{bad[..Math.Min(40, bad.Length)]}: {answer.Code} {answer.Text}");
            Assert.NotEmpty(answer.Body!["errors"]!["errors"]!.AsArray());
            Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Causeway.", answer.Text, StringComparison.Ordinal);
        }
        Assert.Equal("sessions[0].peer_asn", await FieldAsync(Body(64606, "127.80.0.154", ours: 64499)));
        Assert.Equal("sessions[0].location", await FieldAsync(Body(64606, "127.80.0.154", location: "pdb:ix:99")));
        Assert.Equal("sessions[0].peer_type", await FieldAsync(Body(64606, "127.80.0.154", location: "pdb:fac:1236")));
        Assert.Equal("sessions[0].local_ip", await FieldAsync(Body(64606, "10.0.0.1")));
        Assert.Equal("sessions[0].local_ip", await FieldAsync(Body(64606, "127.80.0.1")));
        Assert.Equal("sessions[0].local_ip", await FieldAsync(Body(64606, "127.80.0.0154")));
        Assert.Equal("sessions[0].peer_ip", await FieldAsync(Body(64606, "127.80.0.154", peer: "127.80.0.9")));
        Answer some = (
            await network.Post(
                $"{Root}/sessions",
                $"{{\"sessions\":[{One(64606, "127.80.0.154")},{One(64606, "10.0.0.1")},{One(64607, "127.80.0.155")}]}}"
            )
        ).Is(200);
        Assert.Equal(4, some.Body!["sessions"]!.AsArray().Count);
        Assert.Equal("sessions[1].local_ip", some.Body["errors"]!["errors"]![0]!["name"]!.ToString());

        // The draft names the sides both ways: the AS numbers say who is who.
        Answer turned = (
            await network.Post(
                $"{Root}/sessions",
                """[{"local_asn":64496,"peer_asn":64607,"peer_ip":"127.80.0.156","location":{"id":"pdb:ix:26","type":"public"}}]"""
            )
        ).Is(200);
        Assert.All(turned.Body!["sessions"]!.AsArray(), s => Assert.Equal("127.80.0.156", s!["local_ip"]!.ToString()));

        // An address is one connection's, whoever asks at the same time.
        Answer[] both = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => network.Post($"{Root}/sessions", Body(i % 2 == 0 ? 64606u : 64607u, "127.80.0.157")))
        );
        Assert.All(both, a => Assert.True(a.Code is 200 or 422, $"{a.Code} {a.Text}"));
        Assert.Contains(both, a => a.Code == 200);
        var owners = new HashSet<string>();
        foreach (uint asn in (uint[])[64606, 64607])
        foreach (JsonNode? s in (await network.Get($"{Root}/sessions?asn={asn}")).Is(200).Body!["sessions"]!.AsArray())
            if (s!["local_ip"]!.ToString() == "127.80.0.157")
                owners.Add($"{asn} {s["request_id"]}");
        Assert.Single(owners);
        (await api.Anonymous.Get($"{Root}/openapi.yaml")).Is(200);

        async Task<string> FieldAsync(string body) =>
            (await network.Post($"{Root}/sessions", body)).Is(400).Body!["errors"]!["errors"]![0]!["name"]!.ToString();
    }

    private static string Body(uint asn, string address, uint ours = 64496, string location = "pdb:ix:26", string? peer = null) =>
        $"{{\"sessions\":[{One(asn, address, ours, location, peer)}]}}";

    private static string One(uint asn, string address, uint ours = 64496, string location = "pdb:ix:26", string? peer = null) =>
        $$$"""{"local_asn":{{{asn}}},"local_ip":"{{{address}}}","peer_asn":{{{ours}}},"peer_type":"public"{{{(peer is null ? "" : $",\"peer_ip\":\"{peer}\"")}}},"location":{"id":"{{{location}}}","type":"public"}}""";

    private async Task<string> PeeringAsync(uint asn) =>
        await FindAsync(asn) ?? throw new InvalidOperationException($"There is no peering with AS{asn}.");

    /// <summary>The peering with a network, wherever it stands, as the operator sees it.</summary>
    private async Task<string?> FindAsync(uint asn)
    {
        foreach (string subscription in (string[])[api.OtherSubscription, api.CustomerSubscription])
        {
            Answer list = (
                await api.Operator.Get($"/subscriptions/{subscription}/providers/Microsoft.Peering/peerings?api-version={ExchangeServer.V}")
            ).Is(200);
            foreach (JsonNode? peering in list.Body!["value"]!.AsArray())
                if (
                    peering!["properties"]!
                        ["exchange"]
                        ?["peerAsn"]!["id"]!.ToString()
                        .EndsWith($"/AS{asn}", StringComparison.OrdinalIgnoreCase) == true
                )
                    return peering["id"]!.ToString();
        }
        return null;
    }
}
