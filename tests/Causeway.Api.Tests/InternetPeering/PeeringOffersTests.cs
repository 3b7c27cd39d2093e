using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>What there is to peer with, and what is received of a provider's customers, with a real BIRD as the provider.</summary>
public sealed class PeeringOffersTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private const string V = ExchangeServer.V;

    private string Provider => $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering";

    [Fact]
    public async Task Locations_are_the_topologys_exchanges_and_facilities()
    {
        JsonNode at = Assert.Single(await ListAsync($"{Provider}/peeringLocations?kind=Exchange&api-version={V}"))!;
        Assert.Equal("Amsterdam", at["name"]!.ToString());
        Assert.Equal(
            """{"peeringFacilities":[{"exchangeName":"AMS-IX","bandwidthInMbps":100000,"microsoftIPv4Address":"127.80.0.1,127.80.0.2","facilityIPv4Prefix":"127.80.0.0/24","peeringDBFacilityId":26,"peeringDBFacilityLink":"https://www.peeringdb.com/ix/26"}]}""",
            at["properties"]!["exchange"]!.ToJsonString()
        );
        Assert.Equal("NL", at["properties"]!["country"]!.ToString());
        Assert.Equal("West Europe", at["properties"]!["azureRegion"]!.ToString());
        JsonNode direct = Assert.Single(await ListAsync($"{Provider}/peeringLocations?kind=Direct&api-version={V}"))!;
        Assert.Equal(
            ["Edge https://www.peeringdb.com/fac/1236", "Cdn https://www.peeringdb.com/fac/1236"],
            direct["properties"]!["direct"]!["peeringFacilities"]!
                .AsArray()
                .Select(f => $"{f!["directPeeringType"]} {f["peeringDBFacilityLink"]}")
        );
        Assert.Equal("10Gbps", direct["properties"]!["direct"]!["bandwidthOffers"]![0]!["offerName"]!.ToString());
        Assert.Empty(await ListAsync($"{Provider}/peeringLocations?kind=Direct&directPeeringType=Voice&api-version={V}"));
        (await api.Customer.Get($"{Provider}/peeringLocations?api-version={V}")).Is(400, "MissingQueryParameter");
        (await api.Customer.Get($"{Provider}/peeringLocations?kind=Both&api-version={V}")).Is(400, "InvalidQueryParameterValue");
        // Lists had no ids before 2020-04-01, and errors no envelope.
        Assert.Null(Assert.Single(await ListAsync($"{Provider}/peeringLocations?kind=Exchange&api-version=2020-01-01-preview"))!["id"]);
        Answer bare = await api.Customer.Get($"{Provider}/peeringLocations?api-version=2020-01-01-preview");
        Assert.Equal("MissingQueryParameter", bare.Body!["code"]!.ToString());
    }

    [Fact]
    public async Task Types_are_there_from_their_first_version_on()
    {
        foreach (
            (string path, string first, string before) in new[]
            {
                ("peeringServiceCountries", "2020-01-01-preview", "2019-09-01-preview"),
                ("cdnPeeringPrefixes?peeringLocation=Amsterdam", "2020-10-01", "2020-04-01"),
            }
        )
        {
            string and = path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
            (await api.Customer.Get($"{Provider}/{path}{and}api-version={first}")).Is(200);
            (await api.Customer.Get($"{Provider}/{path}{and}api-version={before}")).Is(
                400,
                before.Contains("preview") ? "NoRegisteredProviderFound" : "NoRegisteredProviderFound"
            );
        }
    }

    [Fact]
    public async Task What_peers_hear_and_who_provides_peering_service_stands_in_the_topology()
    {
        JsonArray cdn = await ListAsync($"{Provider}/cdnPeeringPrefixes?peeringLocation=Amsterdam&api-version={V}");
        JsonNode storage = cdn.First(p => p!["properties"]!["prefix"]!.ToString() == "203.0.113.0/26")!["properties"]!;
        Assert.Equal("Storage West Europe 12076:52002", $"{storage["azureService"]} {storage["azureRegion"]} {storage["bgpCommunity"]}");
        Assert.True(storage["isPrimaryRegion"]!.GetValue<bool>());
        // Of a place that nobody knows the service answers null (recorded).
        Assert.Null((await api.Customer.Get($"{Provider}/cdnPeeringPrefixes?peeringLocation=abcde&api-version={V}")).Is(200).Body);
        Assert.Equal(
            ["Noord-Holland"],
            (await ListAsync($"{Provider}/peeringServiceLocations?country=netherlands&api-version={V}")).Select(l => $"{l!["name"]}")
        );
        Assert.Equal(
            ["Telia Carrier", "Example Transit"],
            (await ListAsync($"{Provider}/peeringServiceProviders?api-version={V}")).Select(p => $"{p!["name"]}")
        );
        Assert.Equal("\"Available\"", await AvailableAsync("Stockholm", "Telia Carrier"));
        Assert.Equal("\"Unavailable\"", await AvailableAsync("Washington", "Telia Carrier"));
        Assert.Equal("\"Unavailable\"", await AvailableAsync("Washington", "Nobody"));

        async Task<string> AvailableAsync(string location, string provider) =>
            (
                await api.Customer.Post(
                    $"{Provider}/CheckServiceProviderAvailability?api-version=2020-01-01-preview",
                    $$"""{"peeringServiceLocation":"{{location}}","peeringServiceProvider":"{{provider}}"}"""
                )
            )
                .Is(200)
                .Text;
    }

    [Fact]
    public async Task Sessions_from_before_are_listed_without_name_id_and_location()
    {
        // Of a subscription that has not said, and been believed, that the ASN is its own, it is nobody's business.
        Assert.Empty(await ListAsync($"{Provider}/legacyPeerings?peeringLocation=Amsterdam&kind=Exchange&api-version={V}"));
        await new PeerAtExchange(api, 65540, 70).RegisteredAsync();
        JsonNode legacy = Assert.Single(
            await ListAsync($"{Provider}/legacyPeerings?peeringLocation=Amsterdam&kind=Exchange&api-version={V}")
        )!;
        Assert.Null(legacy["name"] ?? legacy["id"] ?? legacy["type"] ?? legacy["location"]);
        JsonNode exchange = legacy["properties"]!["exchange"]!;
        Assert.Equal("65540", exchange["peerAsn"]!["id"]!.ToString());
        JsonNode connection = Assert.Single(exchange["connections"]!.AsArray())!;
        Assert.Equal(
            "Active  127.80.0.70",
            $"{connection["connectionState"]} {connection["connectionIdentifier"]} {connection["bgpSession"]!["peerSessionIPv4Address"]}"
        );
        Assert.Empty(await ListAsync($"{Provider}/legacyPeerings?peeringLocation=Amsterdam&kind=Exchange&asn=1&api-version={V}"));
        Assert.Empty(await ListAsync($"{Provider}/legacyPeerings?peeringLocation=Amsterdam&kind=Direct&api-version={V}"));
    }

    [Fact]
    public async Task A_customers_prefix_is_verified_as_it_is_really_received_and_no_longer()
    {
        api.Register("11.230.0.0/24", 64498);
        api.Register("11.230.1.0/24", 64498);
        await api.KnowsAsync("11.230.1.0/24", 64498);
        var peer = new PeerAtExchange(api, 64498, 130);
        const string Marked = "bgp_community.add((64496,8007));";
        string[] both = ["11.230.0.0/24", "11.230.1.0/24"];
        await using var bird = new ExchangeBird(64498, peer.Address, api.BgpPort, both, Marked);
        await peer.StartedAsync();
        string registered = $"{peer.Path}/registeredPrefixes/customer";
        string body = """{"properties":{"prefix":"11.230.0.0/24"}}""";
        Answer made = (await api.Customer.Put($"{registered}?api-version={V}", body)).Is(201);
        Assert.Equal("Pending", State(made));
        string key = made.Body!["properties"]!["peeringServicePrefixKey"]!.ToString();
        Assert.True(Guid.TryParse(key, out _), key);
        await peer.IsAsync("Active");
        await IsAsync(registered, "Verified");
        // The key stays, and the same PUT changes nothing.
        Assert.Equal(
            key,
            (await api.Customer.Put($"{registered}?api-version={V}", body)).Is(200).Body!["properties"]![
                "peeringServicePrefixKey"
            ]!.ToString()
        );

        string service = peer.Path.Replace("/peerings/at-amsix", "/peeringServices/branch", StringComparison.Ordinal);
        (
            await api.Customer.Put(
                $"{service}?api-version={V}",
                """{"location":"westeurope","properties":{"peeringServiceLocation":"Stockholm","peeringServiceProvider":"Telia Carrier"}}"""
            )
        ).Is(201);
        string prefix = $"{service}/prefixes/branch";
        Answer pending = (
            await api.Customer.Put(
                $"{prefix}?api-version={V}",
                $$$"""{"properties":{"prefix":"11.230.0.0/24","peeringServicePrefixKey":"{{{key}}}"}}"""
            )
        ).Is(201);
        Assert.Equal("Pending None", $"{State(pending)} {pending.Body!["properties"]!["learnedType"]}");
        Answer verified = await IsAsync(prefix, "Verified");
        Assert.Equal("ViaSession", verified.Body!["properties"]!["learnedType"]!.ToString());
        Answer events = (await api.Customer.Get($"{prefix}?$expand=events&api-version={V}")).Is(200);
        Assert.Equal("Pending -> Verified", Assert.Single(events.Body!["properties"]!["events"]!.AsArray())!["eventSummary"]!.ToString());
        (await api.Customer.Put($"{prefix}?api-version={V}", """{"properties":{"prefix":"11.230.1.0/24"}}""")).Is(
            409,
            "PropertyChangeNotAllowed"
        );
        string unknown = $"{service}/prefixes/unknown";
        (
            await api.Customer.Put(
                $"{unknown}?api-version={V}",
                $$$"""{"properties":{"prefix":"11.230.1.0/24","peeringServicePrefixKey":"{{{Guid.NewGuid()}}}"}}"""
            )
        ).Is(201);
        await IsAsync(unknown, "Failed", "Peering Service prefix key not found");

        // What a route to it looks like, from the routers' own tables; a probe is not sent.
        foreach ((string type, string place) in new[] { ("EdgeSite", "Amsterdam"), ("AzureRegion", "westeurope") })
        {
            string output = await GlassAsync("BgpRoute", type, place);
            Assert.Contains("ams-x1 at AMS-IX", output, StringComparison.Ordinal);
            Assert.Contains("11.230.0.0/24\n    via 127.80.0.130, AS path 64498", output, StringComparison.Ordinal);
        }
        Assert.Contains("nothing was sent", await GlassAsync("Ping", "EdgeSite", "Amsterdam"), StringComparison.Ordinal);
        (
            await api.Customer.Post(
                $"{Provider}/lookingGlass?command=BgpRoute&sourceType=EdgeSite&sourceLocation=Atlantis&destinationIP=1.2.3&api-version={V}"
            )
        ).Is(400);

        // Unbilled prefixes are those that are accepted; neighbours are one when asked so.
        Assert.Equal(both, (await ListAsync($"{peer.Path}/rpUnbilledPrefixes?api-version={V}")).Select(p => $"{p!["prefix"]}"));
        JsonNode one = Assert.Single(await ListAsync($"{peer.Path}/rpUnbilledPrefixes?consolidate=true&api-version={V}"))!;
        (await api.Customer.Get($"{peer.Path}/rpUnbilledPrefixes?consolidate=maybe&api-version={V}")).Is(400, "InvalidQueryParameterValue");
        Assert.Equal("""{"prefix":"11.230.0.0/23","azureRegion":"West Europe","peerAsn":64498}""", one.ToJsonString());
        // Received routes, a page at a time.
        Answer page = (await api.Customer.Get($"{peer.Path}/receivedRoutes?$top=1&api-version={V}")).Is(200);
        Assert.Equal("11.230.0.0/24", Assert.Single(page.Body!["value"]!.AsArray())!["prefix"]!.ToString());
        Answer rest = (await api.Customer.Get(new Uri(page.Body["nextLink"]!.ToString()).PathAndQuery)).Is(200);
        Assert.Equal("11.230.1.0/24", Assert.Single(rest.Body!["value"]!.AsArray())!["prefix"]!.ToString());
        Assert.Null(rest.Body["nextLink"]);

        // Each way in which it is not received as it should be, by its name.
        bird.Configure(64498, both);
        await bird.ReconfigureAsync();
        await IsAsync(registered, "Failed", "Advertisement missing MAPS community");
        await IsAsync(prefix, "Failed", "Prefix announcement does not have valid BGP community");
        bird.Configure(64498, both, Marked + "bgp_path.prepend(64498);");
        await bird.ReconfigureAsync();
        await IsAsync(registered, "Failed", "AS path isn't correct");
        bird.Configure(64498, ["11.230.1.0/24"], Marked);
        await bird.ReconfigureAsync();
        await IsAsync(registered, "Failed", "Prefix not received from IP 127.80.0.130");
        await IsAsync(prefix, "Failed", "Prefix was not received from Peering Service provider.");
        // Validated anew: Pending, with what was wrong before; before 2022-06-01 there was no such thing.
        (await api.Customer.Post($"{registered}/validate?api-version=2022-01-01")).Is(404);
        Answer again = (await api.Customer.Post($"{registered}/validate?api-version={V}")).Is(200);
        Assert.Equal("Pending", State(again));
        await IsAsync(registered, "Failed", "Prefix not received from IP 127.80.0.130");
        bird.Configure(64498, both, Marked);
        await bird.ReconfigureAsync();
        await IsAsync(registered, "Verified");
        await IsAsync(prefix, "Verified");

        async Task<string> GlassAsync(string command, string type, string place)
        {
            Answer answer = (
                await api.Customer.Post(
                    $"{Provider}/lookingGlass?command={command}&sourceType={type}&sourceLocation={place}&destinationIP=11.230.0.7&api-version={V}"
                )
            ).Is(200);
            Assert.Equal(command, answer.Body!["command"]!.ToString());
            return answer.Body["output"]!.ToString();
        }
    }

    [Fact]
    public async Task A_private_prefix_is_taken_and_is_invalid()
    {
        var peer = new PeerAtExchange(api, 64497, 131);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        string path = $"{peer.Path}/registeredPrefixes/private";
        (await api.Customer.Put($"{path}?api-version={V}", """{"properties":{"prefix":"10.10.0.0/24"}}""")).Is(201);
        Answer waits = (await api.Customer.Get($"{path}?api-version={V}")).Is(200);
        Assert.Equal("Pending", State(waits));
        Assert.Contains("No connection of the peering is Active yet", waits.Text, StringComparison.Ordinal);
        (await api.Customer.Put($"{path}2?api-version={V}", """{"properties":{"prefix":"10.10.0.0/24"}}""")).Is(
            409,
            "PrefixAlreadyRegistered"
        );
        (await api.Customer.Put($"{peer.Path}/registeredAsns/a?api-version={V}", """{"properties":{"asn":23456}}""")).Is(400, "InvalidAsn");
        (await api.Customer.Put($"{peer.Path}/registeredAsns/a?api-version={V}", """{"properties":{"asn":4200000007}}""")).Is(201);
        (await api.Customer.Delete($"{peer.Path}/registeredAsns/a?api-version={V}")).Is(200);
        (await api.Customer.Delete($"{peer.Path}/registeredAsns/a?api-version={V}")).Is(204);
    }

    private static string State(Answer answer) => answer.Body!["properties"]!["prefixValidationState"]!.ToString();

    private async Task<Answer> IsAsync(string path, string state, string error = "")
    {
        await Eventually.Get(
            ReadAsync,
            text => text.StartsWith($"{state} {error}", StringComparison.Ordinal),
            $"{path[(path.LastIndexOf('/') + 1)..]} is {state} {error}",
            TimeSpan.FromSeconds(60)
        );
        return (await api.Customer.Get($"{path}?api-version={V}")).Is(200);

        async Task<string> ReadAsync()
        {
            Answer answer = (await api.Customer.Get($"{path}?api-version={V}")).Is(200);
            return $"{State(answer)} {answer.Body!["properties"]!["errorMessage"]}";
        }
    }

    private async Task<JsonArray> ListAsync(string url) => (await api.Customer.Get(url)).Is(200).Body!["value"]!.AsArray();
}
