using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>The same walk over cables, from the request to Active and away again, with a real BIRD at the other end of each.</summary>
public sealed class DirectWalkTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private const string V = ExchangeServer.V;
    private const string Site = "facility/Equinix AM7";

    [Fact]
    public async Task From_request_to_active_over_two_cables_and_away_with_grace()
    {
        api.Register("11.231.0.0/24", 64531);
        var peer = new PeerAtExchange(api, 64531, 131);
        await api.KnowsAsync("11.231.0.0/24", 64531);
        await peer.RegisteredAsync();
        JsonArray made = Cables((await PutAsync(peer, Cable("c1", "127.82.1.0/30"), Ours("c2"))).Is(201));
        Assert.Equal("PendingApproval Peer 10000/0 127.82.1.0/30 127.82.1.1 127.82.1.2 None", Told(made[0]!));
        Assert.Null(made[0]!["microsoftTrackingId"]);
        string given = made[1]!["bgpSession"]!["sessionPrefixV4"]!.ToString();
        Assert.True(
            IpPrefix.Parse("127.81.0.0/24").Contains(IpPrefix.Parse(given)) && given.EndsWith("/31", StringComparison.Ordinal),
            given
        );
        string theirs = made[1]!["bgpSession"]!["peerSessionIPv4Address"]!.ToString(),
            ours = made[1]!["bgpSession"]!["microsoftSessionIPv4Address"]!.ToString();

        // What a client reads it may send back: nothing moves, and the addresses that we gave stay given.
        Answer again = await api.Customer.Put(
            $"{peer.Path}?api-version={V}",
            (await api.Customer.Get($"{peer.Path}?api-version={V}")).Text
        );
        Assert.Equal(made.ToJsonString(), Cables(again.Is(200)).ToJsonString());

        (await api.Customer.Get($"{peer.Path}/letterOfAuthorization?api-version={V}")).Is(409, "NothingAuthorized");
        (await peer.OperatorAsync("approve")).Is(200);
        byte[] letter = Convert.FromBase64String(
            (await api.Customer.Get($"{peer.Path}/letterOfAuthorization?api-version={V}")).Is(200).Body!["encodedContent"]!.ToString()
        );
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(letter, 0, 5));
        Assert.Matches(
            "^CW-[0-9A-F]{8}$",
            Cables(await api.Customer.Get($"{peer.Path}?api-version={V}"))[0]!["microsoftTrackingId"]!.ToString()
        );

        await using var first = new ExchangeBird(64531, "127.82.1.1", api.BgpPort, ["11.231.0.0/24"], neighbors: "127.82.1.2");
        await using var second = new ExchangeBird(64531, theirs, api.BgpPort, ["11.231.0.0/24"], neighbors: ours);
        (await peer.PeerAsync("notifyReady")).Is(200);
        await StateAsync(peer, "Active Active");
        Assert.Equal("10000/10000 10000/10000", await WidthsAsync(peer));
        await Eventually.Get(
            async () => $"{await api.TableAsync("127.82.1.1", Site)}; {await api.TableAsync(theirs, Site)}",
            t => t == "ams-x1 11.231.0.0/24 None; ams-x2 11.231.0.0/24 None",
            "each router accepts what is proven, over its own cable"
        );
        await Eventually.Get(first.RoutesAsync, r => r.Contains("192.88.99.0/24", StringComparison.Ordinal), "the peer has our network");
        JsonArray checks = (await api.Customer.Get($"{peer.Path}/checks?api-version={V}")).Is(200).Body!["value"]![0]!["checks"]!.AsArray();
        Assert.Contains(checks, c => c!["name"]!.ToString() == "Link" && c["result"]!.ToString() == "Passed");
        Assert.DoesNotContain(checks, c => c!["name"]!.ToString() == "AtExchange");
        JsonArray heard = (await api.Customer.Get($"{peer.Path}/receivedRoutes?api-version={V}")).Is(200).Body!["value"]!.AsArray();
        Assert.Contains(heard, r => r!["prefix"]!.ToString() == "11.231.0.0/24" && r["nextHop"]!.ToString() == "127.82.1.1");

        // Wider is the operator's to provide, and no session is touched for it.
        string before = await first.UpdatesAsync();
        (await PutAsync(peer, Cable("c1", "127.82.1.0/30", 20_000), Ours("c2"))).Is(200);
        Assert.Equal("20000/10000 10000/10000", await WidthsAsync(peer));
        (await peer.OperatorAsync("approve")).Is(200);
        Assert.Equal("20000/20000 10000/10000", await WidthsAsync(peer));
        Assert.Equal(before, await first.UpdatesAsync());
        Assert.Equal("Active", (await ConnectionsAsync(peer))[0]!["connectionState"]!.ToString());

        (await api.Customer.Delete($"{peer.Path}?api-version={V}")).Is(409, "PeeringIsActive");
        (await peer.OperatorAsync("deprovision")).Is(200);
        await Eventually.Get(
            async () => (await api.Customer.Get($"{peer.Path}?api-version={V}")).Code,
            c => c == 404,
            "the peering is gone"
        );
        await Eventually.Get(() => api.SessionsAsync("127.82.1.1", Site), s => s.Count == 0, "the router has let go of it");
    }

    [Fact]
    public async Task Nothing_passes_before_active_and_an_unproven_route_keeps_it_shut()
    {
        var peer = new PeerAtExchange(api, 64532, 132);
        api.Register("11.233.0.0/24", 64532);
        await api.KnowsAsync("11.233.0.0/24", 64532);
        await peer.RegisteredAsync();
        (await PutAsync(peer, Cable("c1", "127.82.2.0/31"))).Is(201);
        (await peer.OperatorAsync("approve")).Is(200);
        (await peer.PeerAsync("notifyReady")).Is(200);
        await Eventually.Get(
            async () => (await api.Customer.Get($"{peer.Path}/checks?api-version={V}")).Body!["value"]![0]!["checks"]!.ToJsonString(),
            c => c.Contains("\"name\":\"Link\",\"result\":\"Waiting\",\"reason\":\"NothingHeard\"", StringComparison.Ordinal),
            "nobody answers over the cable"
        );
        await using var bird = new ExchangeBird(
            64532,
            "127.82.2.0",
            api.BgpPort,
            ["11.233.0.0/24", "11.234.0.0/24"],
            neighbors: "127.82.2.1"
        );
        await Eventually.Get(
            async () =>
            {
                foreach (SessionReport s in await api.SessionsAsync("127.82.2.0", Site))
                    Assert.True(s is { Mode: SessionMode.DenyAll, Accepted: 0 or null, Announced: 0 or null }, $"{s}");
                return $"{(await ConnectionsAsync(peer))[0]!["connectionState"]} {(await ConnectionsAsync(peer))[0]!["errorMessage"]}";
            },
            s => s.StartsWith("ProvisioningFailed ", StringComparison.Ordinal) && s.Contains("Registered", StringComparison.Ordinal),
            "an unregistered route fails it, under DENY ALL all the time",
            TimeSpan.FromSeconds(60)
        );
        bird.Configure(64532, ["11.233.0.0/24"]);
        await bird.ReconfigureAsync();
        (await peer.PeerAsync("retry")).Is(200);
        await StateAsync(peer, "Active");
    }

    [Fact]
    public async Task What_no_cable_can_be_is_refused_by_name()
    {
        var peer = new PeerAtExchange(api, 64533, 133);
        await peer.RegisteredAsync();
        await Refused("BandwidthNotOffered", Cable("c1", "127.82.3.0/30", 15_000));
        await Refused("BandwidthNotOffered", Cable("c1", "127.82.3.0/30", 110_000));
        await Refused("InvalidSessionPrefix", Cable("c1", "127.82.3.0/29"));
        await Refused("InvalidSessionPrefix", Cable("c1", "127.82.3.0/32"));
        await Refused("InvalidSessionPrefix", Cable("c1", "2001:db8::/127"));
        // In an exchange's LAN, and nobody's.
        await Refused("InvalidSessionPrefix", Cable("c1", "127.80.0.68/30"));
        await Refused("InvalidSessionPrefix", Cable("c1", "0.0.0.0/30"));
        await Refused("InvalidPeerAddress", Cable("c1", "127.82.3.3/30"));
        await Refused("SessionPrefixRequired", """{"bandwidthInMbps":10000,"sessionAddressProvider":"Peer","peeringDBFacilityId":1236}""");
        await Refused("PeeringFacilityNotFound", Cable("c1", "127.82.3.0/30").Replace("1236", "26", StringComparison.Ordinal));
        await Refused("InvalidParameter", Cable("c1", "127.82.3.0/30"), Cable("C1", "127.82.3.4/30"));
        Assert.Equal(409, (await PutAsync(peer, Cable("c1", "127.82.3.0/30"), Cable("c2", "127.82.3.0/31"))).Code);
        (await api.Customer.Put($"{peer.Path}?api-version={V}", Body(peer, "Cdn2", [Cable("c1", "127.82.3.0/30")]))).Is(400);
        (await api.Customer.Put($"{peer.Path}?api-version={V}", Body(peer, "Transit", [Cable("c1", "127.82.3.0/30")]))).Is(
            400,
            "DirectPeeringTypeNotOffered"
        );
        (
            await api.Customer.Put($"{peer.Path}?api-version={V}", peer.Body().Replace("_Exchange_", "_Direct_", StringComparison.Ordinal))
        ).Is(400, "SkuKindMismatch");

        // Nobody else has the addresses of a cable, whatever size it says it has, and a cable stays what it is.
        (await PutAsync(peer, Cable("c1", "127.82.3.0/30"))).Is(201);
        var other = new PeerAtExchange(api, 64534, 134);
        await other.RegisteredAsync();
        (await PutAsync(other, Cable("c1", "127.82.3.2/31"))).Is(409, "PeerAddressInUse");
        (await peer.PutAsync()).Is(400, "PropertyChangeNotAllowed");
        (await api.Customer.Delete($"{peer.Path}?api-version={V}")).Is(200);
        (await PutAsync(other, Cable("c1", "127.82.3.2/31"))).Is(201);

        async Task Refused(string code, params string[] cables) => (await PutAsync(peer, cables)).Is(400, code);
    }

    [Fact]
    public async Task Those_who_ask_at_one_time_are_given_different_addresses()
    {
        PeerAtExchange[] peers = [.. Enumerable.Range(0, 12).Select(i => new PeerAtExchange(api, (uint)(64540 + i), 140 + i))];
        foreach (PeerAtExchange peer in peers)
            await peer.RegisteredAsync();
        Answer[] answers = await Task.WhenAll(peers.Select(p => PutAsync(p, Ours("c1"), Ours("c2"))));
        foreach (Answer taken in answers.Where(a => a.Code != 201))
            taken.Is(409, "PeerAddressInUse");
        string[] given =
        [
            .. answers.Where(a => a.Code == 201).SelectMany(Cables).Select(c => c!["bgpSession"]!["sessionPrefixV4"]!.ToString()),
        ];
        Assert.Equal(given.Distinct().Count(), given.Length);
        Assert.True(given.Length >= 12, $"{given.Length} of 24 were given");
    }

    private Task<Answer> PutAsync(PeerAtExchange peer, params string[] cables) =>
        api.Customer.Put($"{peer.Path}?api-version={V}", Body(peer, "Edge", cables));

    private static string Body(PeerAtExchange peer, string type, string[] cables) =>
        $$$$"""
            {"location":"westeurope","sku":{"name":"Basic_Direct_Free"},"kind":"Direct","properties":{"peeringLocation":"Amsterdam","direct":{
            "peerAsn":{"id":"{{{{peer.AsnPath}}}}"},"directPeeringType":"{{{{type}}}}","connections":[{{{{string.Join(',', cables)}}}}]}}}
            """;

    private static string Cable(string identifier, string prefix, int mbps = 10_000) =>
        $$$"""{"bandwidthInMbps":{{{mbps}}},"sessionAddressProvider":"Peer","useForPeeringService":false,"peeringDBFacilityId":1236,"connectionIdentifier":"{{{identifier}}}","bgpSession":{"sessionPrefixV4":"{{{prefix}}}","maxPrefixesAdvertisedV4":100}}""";

    private static string Ours(string identifier) =>
        $$$"""{"bandwidthInMbps":10000,"sessionAddressProvider":"Microsoft","useForPeeringService":true,"peeringDBFacilityId":1236,"connectionIdentifier":"{{{identifier}}}"}""";

    private static JsonArray Cables(Answer answer) => answer.Body!["properties"]!["direct"]!["connections"]!.AsArray();

    private async Task<JsonArray> ConnectionsAsync(PeerAtExchange peer) =>
        Cables((await api.Customer.Get($"{peer.Path}?api-version={V}")).Is(200));

    private Task<string> StateAsync(PeerAtExchange peer, string states) =>
        Eventually.Get(
            async () =>
                $"{string.Join(' ', (await ConnectionsAsync(peer)).Select(c => c!["connectionState"]))} | {await peer.ChecksAsync()}",
            s => s.StartsWith($"{states} |", StringComparison.Ordinal),
            $"the cables of AS{peer.Asn} are {states}",
            TimeSpan.FromSeconds(60)
        );

    private async Task<string> WidthsAsync(PeerAtExchange peer) =>
        string.Join(' ', (await ConnectionsAsync(peer)).Select(c => $"{c!["bandwidthInMbps"]}/{c["provisionedBandwidthInMbps"]}"));

    private static string Told(JsonNode cable) =>
        $"{cable["connectionState"]} {cable["sessionAddressProvider"]} {cable["bandwidthInMbps"]}/{cable["provisionedBandwidthInMbps"]} {cable["bgpSession"]!["sessionPrefixV4"]} {cable["bgpSession"]!["peerSessionIPv4Address"]} {cable["bgpSession"]!["microsoftSessionIPv4Address"]} {cable["bgpSession"]!["sessionStateV4"]}";
}
