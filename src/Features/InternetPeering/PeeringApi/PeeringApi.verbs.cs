using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Client.Resources;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.InternetPeering;

/// <summary>
/// <c>causeway peering request --via URL</c> and <c>causeway peering via …</c>: what is asked of another network over its Peering API. A request makes our side too: the
/// other network's ASN and addresses become a peering here, approved by whoever types it, whose sessions open first.
/// </summary>
internal static class PeeringApiVerbs
{
    public static IEnumerable<Twig> Twigs => [new("peering via", All, As: "operator")];

    /// <summary>Where the other network's API is, and how it is spoken to.</summary>
    public static Option[] Options =>
        [Opt.Text("--via", "URL"), Opt.Text("--via-token", "TOKEN"), Opt.Text("--via-token-file", "FILE"), Opt.Text("--via-ca", "FILE")];

    private static IEnumerable<Command> All() =>
        [
            Shape.List<ApiLocation>(
                "locations",
                ["causeway peering via locations --via https://peer.example --via-token-file token.txt"],
                "no locations of a network",
                async call =>
                {
                    using var via = new Via(call);
                    Document<ApiLocations> page = await via.Api.LocationsAsync(await OurAsnAsync(call), call.Cancellation);
                    return [.. page.Body.Locations.Select((l, i) => new Document<ApiLocation>(l, page.Json["locations"]![i]!.DeepClone()))];
                },
                [new("name", l => l.Id), new("kind", l => l.Type)],
                Options
            ),
            Shape.List(
                "sessions",
                ["causeway peering via sessions --via https://peer.example --via-token-file token.txt"],
                "no sessions with a network",
                async call =>
                {
                    using var via = new Via(call);
                    return await via.Api.SessionsAsync(await OurAsnAsync(call), call.Cancellation);
                },
                [
                    new("session", (ApiSession s) => s.SessionId),
                    new("ourAddress", s => s.LocalIp),
                    new("peerAddress", s => s.PeerIp),
                    new("peeringLocation", s => s.Location?.Id),
                    new("state", s => s.Status),
                    new("says", s => s.StatusDetail),
                ],
                Options
            ),
            Shape.Delete(
                "delete",
                ["causeway peering via delete 64500-0a1b2c3d4e5f60718293a4b5 --via https://peer.example --via-token-file token.txt"],
                async call =>
                {
                    using var via = new Via(call);
                    return await via.Api.DeleteAsync(call.Text("session"), call.Cancellation);
                },
                call => $"{call.Words["thing session"]} {call.Text("session")}",
                [Opt.Argument("session"), .. Options]
            ),
        ];

    /// <summary>Asks the other network for sessions with each of our routers at an exchange, and makes our side of them.</summary>
    public static async Task<Document<InternetPeeringBody>> RequestAsync(CliCall call, string peering)
    {
        if (!long.TryParse(call.Text("--asn").TrimStart('A', 'S', 'a', 's'), out long theirs))
            throw new CliException(call.Words["via needs an asn"]);
        int exchange = (int)call.Get<long>("--exchange");
        long ours = await OurAsnAsync(call);
        (string location, string nearest, string[] addresses) = await WeAtAsync(call, exchange);
        using var via = new Via(call);
        string? key = SecretFile.Of(call, "--md5-key", "CAUSEWAY_MD5_KEY");
        Document<ApiSessions> answer = await via.Api.AddAsync(
            [
                .. addresses.Select(a => new ApiSession
                {
                    LocalAsn = ours,
                    LocalIp = a,
                    PeerAsn = theirs,
                    PeerType = "public",
                    SessionSecret = key,
                    Location = new ApiLocation($"pdb:ix:{exchange}", "public"),
                }),
            ],
            call.Cancellation
        );
        if (answer.Body.Errors is { Errors: { Count: > 0 } refused } && call.ForPeople)
            foreach (ApiFieldError error in refused)
                call.Error.WriteLine($"{error.Name}: {string.Join(' ', error.Errors)}");
        // Their routers, as they named them: a connection here for each.
        string[] neighbors = [.. answer.Body.Sessions.Select(s => s.PeerIp).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (neighbors.Length == 0)
            throw new CliException(call.Words["via names no address"]);
        string region = call.Get<string?>("--location") ?? nearest;
        await call.Client.Groups.PutAsync(
            Ids.Group(call.Subscription, call.Group),
            new GroupBody { Location = region },
            ResourcesContract.Default.GroupBody,
            true,
            call.Cancellation
        );
        string asn = PeerAsnsClient.PathOf(call.SubscriptionPath, $"as{theirs}");
        await call.Client.PeerAsns.PutAsync(
            asn,
            new PeerAsnBody
            {
                Properties = new PeerAsnProperties { PeerAsn = theirs, PeerName = $"AS{theirs}" },
            },
            InternetPeeringContract.Default.PeerAsnBody,
            true,
            call.Cancellation
        );
        await call.Client.PeerAsns.ReviewAsync(asn, "approve", "asked for by us over its Peering API", call.Cancellation);
        await call.Client.InternetPeerings.PutAsync(
            peering,
            new InternetPeeringBody
            {
                Sku = new PeeringSkuBody("Basic_Exchange_Free"),
                Kind = "Exchange",
                Location = region,
                Tags = Opt.TagsOf(call),
                Properties = new InternetPeeringProperties
                {
                    PeeringLocation = location,
                    Exchange = new ExchangePropertiesBody(
                        [
                            .. neighbors.Select(
                                (n, i) =>
                                    new ExchangeConnectionBody
                                    {
                                        PeeringDbFacilityId = exchange,
                                        ConnectionIdentifier = $"c{i + 1}",
                                        ReadyOnApproval = true,
                                        BgpSession = new BgpSessionBody
                                        {
                                            PeerSessionIPv4Address = n.Contains(':', StringComparison.Ordinal) ? null : n,
                                            PeerSessionIPv6Address = n.Contains(':', StringComparison.Ordinal) ? n : null,
                                            MaxPrefixesAdvertisedV4 = n.Contains(':', StringComparison.Ordinal)
                                                ? 0
                                                : (int)call.Get<long>("--max-prefixes"),
                                            MaxPrefixesAdvertisedV6 = n.Contains(':', StringComparison.Ordinal)
                                                ? (int)call.Get<long>("--max-prefixes-v6")
                                                : 0,
                                            Md5AuthenticationKey = key,
                                        },
                                    }
                            ),
                        ],
                        new ReferenceBody(asn)
                    ),
                },
            },
            InternetPeeringContract.Default.InternetPeeringBody,
            call.Wait,
            call.Cancellation
        );
        return await call.Client.InternetPeerings.ActAsync(
            peering,
            "approve",
            new ConnectionActionBody("asked for by us over its Peering API", OpensFirst: true),
            call.Cancellation
        );
    }

    /// <summary>Our own AS number, as our own Peering API says it.</summary>
    private static async Task<long> OurAsnAsync(CliCall call) =>
        (await call.Client.Arm.GetAsync("/peering-api/v1/auth", "v1", call.Cancellation))["asn"]!.GetValue<long>();

    /// <summary>Where an exchange is, in which region, and our own addresses there.</summary>
    private static async Task<(string Location, string Region, string[] Addresses)> WeAtAsync(CliCall call, int exchange)
    {
        foreach (
            Document<PeeringLocationBody> location in await call.Client.PeeringOffers.LocationsAsync(
                call.SubscriptionPath,
                "Exchange",
                call.Cancellation
            )
        )
        foreach (ExchangeFacilityBody facility in location.Body.Properties.Exchange?.PeeringFacilities ?? [])
            if (facility.PeeringDbFacilityId == exchange)
                return (
                    location.Body.Name,
                    location.Body.Properties.AzureRegion,
                    [
                        .. new[] { facility.MicrosoftIPv4Address, facility.MicrosoftIPv6Address }.SelectMany(list =>
                            (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
                        ),
                    ]
                );
        throw new CliException(call.Words["via needs an exchange", exchange]);
    }

    /// <summary>The other network, as the command line says where it is.</summary>
    private sealed class Via : IDisposable
    {
        private readonly HttpClient _http;

        public Via(CliCall call)
        {
            if (!Uri.TryCreate(call.Text("--via"), UriKind.Absolute, out Uri? url) || url.Scheme is not ("https" or "http"))
                throw new CliException(call.Words["via needs a url"]);
            // A token that went over plain http would be anybody's on the way.
            if (url.Scheme == "http" && !url.IsLoopback)
                throw new CliException(call.Words["via needs a url"]);
            string token =
                SecretFile.Of(call, "--via-token", "CAUSEWAY_VIA_TOKEN") ?? throw new CliException(call.Words["via needs a token"]);
            _http = ArmClient.NewHttpClient(url, call.Get<string?>("--via-ca"));
            Api = new PeeringApiClient(_http, url, token);
        }

        public PeeringApiClient Api { get; }

        public void Dispose() => _http.Dispose();
    }
}
