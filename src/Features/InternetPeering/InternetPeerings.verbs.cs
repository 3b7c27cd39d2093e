using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Client.Resources;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.InternetPeering;

/// <summary><c>causeway peering …</c>: peerings at exchanges, as their peers ask for them; and <c>causeway operator …</c>, as they are decided on.</summary>
internal static class InternetPeeringVerbs
{
    private static readonly Column<InternetPeeringBody>[] Facts =
    [
        new("peering", p => p.Name),
        new("peeringLocation", p => p.Properties.PeeringLocation),
        new("peerAsn", p => Ids.NameOf(p.PeerAsn?.Id)),
        new("connections", p => p.Connections.Select(c => c.ConnectionIdentifier)),
        new("peerAddress", p => Each(p, s => s.PeerSessionIPv4Address, s => s.PeerSessionIPv6Address)),
        new("ourAddress", p => Each(p, s => s.MicrosoftSessionIPv4Address, s => s.MicrosoftSessionIPv6Address)),
        new("bandwidth", p => (p.Properties.Direct?.Connections ?? []).Select(Width)),
        new("state", p => p.Connections.Select(c => c.ConnectionState)),
        new("session", p => Sessions(p)),
        new("problem", p => p.Connections.Select(c => c.ErrorMessage).OfType<string>()),
    ];

    private static readonly Column<PeerAsnBody>[] AsnFacts =
    [
        new("name", a => a.Name),
        new("asn", a => a.Properties.PeerAsn),
        new("network", a => a.Properties.PeerName),
        new("state", a => a.Properties.ValidationState),
        new("problem", a => a.Properties.ErrorMessage),
    ];

    private static readonly Column<PeerRequestBody>[] Waiting =
    [
        new("kind", r => r.Kind),
        new("subject", r => $"AS{r.PeerAsn} {r.PeerName}"),
        new("waiting", r => r.WaitsFor),
        new("since", r => r.Since),
        new("connections", r => r.Connections.Select(c => $"{c.ConnectionIdentifier}: {c.State}")),
        new("missing", r => r.Missing),
        new("resource", r => r.Id),
    ];

    /// <summary>Everything that is needed to decide, on one screen.</summary>
    private static readonly Column<PeerRequestBody>[] Deciding =
    [
        new("subject", r => $"AS{r.PeerAsn} {r.PeerName}"),
        new("kind", r => r.Kind),
        new("waiting", r => r.WaitsFor),
        new("since", r => r.Since),
        new("connections", r => r.Connections.Select(Told)),
        new("missing", r => r.Missing),
        new("oddities", r => r.Oddities),
        new("peeringDb", r => r.PeeringDb.NetworkId is { } id ? $"{r.PeeringDb.Name} (net {id}) {r.PeeringDb.AsSet}" : r.PeeringDb.State),
        new("saysPrefixes", r => r.PeeringDb.NetworkId is null ? null : $"IPv4 {r.PeeringDb.PrefixesV4}, IPv6 {r.PeeringDb.PrefixesV6}"),
        new("present", r => (r.PeeringDb.Present ?? []).Select(p => $"{p.Exchange} {p.V4} {p.V6} {p.Mbps}M".Replace("  ", " "))),
        new("proven", r => r.Proven is { } p ? $"{p.AsSet}: {p.Asns} ASNs, IPv4 {p.PrefixesV4}, IPv6 {p.PrefixesV6}" : null),
        new("rpki", r => r.Proven is { } p ? $"{p.RpkiValid} Valid, {p.RpkiNotFound} NotFound, {p.RpkiInvalid} Invalid" : null),
        new("contacts", r => r.Contacts.Select(c => $"{c.Role} {c.Email} {c.Phone}".TrimEnd())),
        new("withUs", r => r.WithUs.Select(w => $"{Ids.NameOf(w.Id)} ({w.Kind}) {w.State}")),
        new("history", r => r.History.TakeLast(8).Select(h => $"{h.At.UtcDateTime:yyyy-MM-dd HH:mm'Z'} {h.To}: {h.Why}")),
        new("resource", r => r.Id),
    ];

    private static string Told(RequestedConnectionBody connection) =>
        $"{connection.ConnectionIdentifier} {connection.State} {connection.Exchange} {string.Join(' ', connection.PeerAddresses)}";

    public static IEnumerable<Twig> Twigs => [new("peering", Peers), new("peering asn", Asns), new("operator", Operators, As: "operator")];

    private static IEnumerable<Command> Peers() =>
        [
            Request(),
            Shape.List(
                "list",
                ["causeway peering list --group rg"],
                "no internet peerings",
                call => call.Client.InternetPeerings.ListAsync(InternetPeeringsClient.PathOf(call.GroupPath, ""), call.Cancellation),
                Facts
            ),
            Shape.One(
                "show",
                ["causeway peering show amsix"],
                "reading",
                call => call.Client.InternetPeerings.GetAsync(PathOf(call), call.Cancellation),
                Facts,
                [Name()]
            ),
            Checks(),
            Letter(),
            Shape.List(
                "sessions",
                ["causeway peering sessions amsix"],
                "no sessions of a peering",
                call => call.Client.InternetPeerings.SessionsAsync(PathOf(call), call.Cancellation),
                [
                    new("connection", (PeeringSessionBody s) => s.ConnectionIdentifier),
                    new("router", s => s.Router),
                    new("neighbor", s => s.Neighbor),
                    new("mode", s => s.Mode),
                    new("state", s => s.State),
                    new("since", s => s.Since),
                    new("received", s => s.PrefixesReceived),
                    new("accepted", s => s.PrefixesAccepted),
                    new("announced", s => s.PrefixesAnnounced),
                    new("lastProblem", s => s.LastProblem),
                    new("age", s => s.AgeInSeconds),
                ],
                Name()
            ),
            Shape.List(
                "messages",
                ["causeway peering messages amsix"],
                "no messages of a peering",
                call => call.Client.InternetPeerings.MessagesAsync(PathOf(call), call.Cancellation),
                [
                    new("at", (PeeringMessageBody m) => m.At),
                    new("by", m => m.By),
                    new("about", m => m.Code),
                    new("connections", m => m.ConnectionIdentifiers),
                    new("says", m => m.Text),
                ],
                Name()
            ),
            Shape.List(
                "routes",
                ["causeway peering routes amsix"],
                "no routes of a peer",
                call => call.Client.InternetPeerings.RoutesAsync(PathOf(call), call.Cancellation),
                [
                    new("network", (ReceivedRouteBody r) => r.Prefix),
                    new("nextHop", r => r.NextHop),
                    new("asPath", r => r.AsPath),
                    new("rpki", r => r.RpkiValidationState),
                    new("since", r => r.ReceivedTimestamp),
                ],
                Name()
            ),
            Shape.List(
                "refused",
                ["causeway peering refused amsix"],
                "no refused routes of a peer",
                call => call.Client.InternetPeerings.RefusedAsync(PathOf(call), call.Cancellation),
                [
                    new("network", (RefusedPeerRouteBody r) => r.Prefix),
                    new("nextHop", r => r.NextHop),
                    new("asPath", r => r.AsPath),
                    new("refused", r => r.ReasonName),
                    new("router", r => r.Router),
                ],
                Name()
            ),
            Shape.List(
                "announced",
                ["causeway peering announced amsix"],
                "no announced routes of a peer",
                call => call.Client.InternetPeerings.AnnouncedAsync(PathOf(call), call.Cancellation),
                [
                    new("network", (AnnouncedRouteBody r) => r.Prefix),
                    new("nextHop", r => r.NextHop),
                    new("asPath", r => r.AsPath),
                    new("communities", r => r.Communities),
                    new("router", r => r.Router),
                ],
                Name()
            ),
            Act("ready", "notifyReady", "causeway peering ready amsix", reason: false),
            Act("retry", "retry", "causeway peering retry amsix", reason: false),
            Act("answer", "answer", "causeway peering answer amsix --reason \"Port 7 is ours\"", reason: true),
            Act("leave", "requestDeprovision", "causeway peering leave amsix", reason: false),
            Shape.Delete(
                "delete",
                ["causeway peering delete amsix"],
                call => call.Client.InternetPeerings.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing internet peering"]} {call.Text("peering")}",
                Name()
            ),
        ];

    private static IEnumerable<Command> Asns() =>
        [
            Shape.One(
                "create",
                ["causeway peering asn create contoso --asn 65001 --network Contoso --noc noc@contoso.example"],
                "storing the asn",
                call =>
                    call.Client.PeerAsns.PutAsync(
                        AsnPath(call),
                        new PeerAsnBody
                        {
                            Properties = new PeerAsnProperties
                            {
                                PeerAsn = call.Get<long>("--asn"),
                                PeerName = call.Get<string?>("--network"),
                                PeerContactDetail = call.Get<string?>("--noc") is { } noc
                                    ? [new ContactDetailBody("Noc", noc, null)]
                                    : null,
                            },
                        },
                        InternetPeeringContract.Default.PeerAsnBody,
                        call.Wait,
                        call.Cancellation
                    ),
                AsnFacts,
                [Opt.Argument("peer-asn"), Opt.Number("--asn", required: true), Opt.Text("--network", "NAME"), Opt.Text("--noc", "EMAIL")]
            ),
            Shape.One(
                "show",
                ["causeway peering asn show contoso"],
                "reading",
                call => call.Client.PeerAsns.GetAsync(AsnPath(call), call.Cancellation),
                AsnFacts,
                [Opt.Argument("peer-asn")]
            ),
            Shape.List(
                "list",
                ["causeway peering asn list"],
                "no peer asns",
                call => call.Client.PeerAsns.ListAsync(PeerAsnsClient.PathOf(call.SubscriptionPath, ""), call.Cancellation),
                AsnFacts
            ),
            Shape.Delete(
                "delete",
                ["causeway peering asn delete contoso"],
                call => call.Client.PeerAsns.DeleteAsync(AsnPath(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing peer asn"]} {call.Text("peer-asn")}",
                Opt.Argument("peer-asn")
            ),
        ];

    private static IEnumerable<Command> Operators() =>
        [
            Shape.List(
                "requests",
                ["causeway operator requests"],
                "no requests of peers",
                call => call.Client.PeerRequests.ListAsync(call.Cancellation),
                Waiting
            ),
            Shape.One(
                "review",
                ["causeway operator review /subscriptions/…/providers/Microsoft.Peering/peerings/amsix"],
                "reading",
                call => call.Client.PeerRequests.OfAsync(PathOf(call), call.Cancellation),
                Deciding,
                [Name()]
            ),
            Decide("approve", "causeway operator approve amsix --subscription customer --group rg", reason: false),
            Decide(
                "reject",
                "causeway operator reject amsix --subscription customer --group rg --reason \"No port at this exchange\"",
                reason: true
            ),
            Act(
                "ask",
                "ask",
                "causeway operator ask amsix --subscription customer --group rg --reason \"Which port is yours?\"",
                reason: true
            ),
            Act("retry", "retry", "causeway operator retry amsix --subscription customer --group rg", reason: false),
            Act(
                "suspend",
                "suspend",
                "causeway operator suspend amsix --subscription customer --group rg --reason \"Flapping\"",
                reason: true
            ),
            Act("resume", "resume", "causeway operator resume amsix --subscription customer --group rg", reason: false),
            Act("deprovision", "deprovision", "causeway operator deprovision amsix --subscription customer --group rg", reason: false),
        ];

    private static Verb Request() =>
        Shape.One(
            "request",
            [
                "causeway peering request amsix --asn contoso --at Amsterdam --exchange 26 --address 127.80.0.70",
                "causeway peering request am7 --asn contoso --at Amsterdam --facility 1236 --bandwidth 10000 --prefix 127.82.0.0/30",
                "causeway peering request example --via https://peer.example --via-token-file token.txt --asn 64500 --exchange 26",
            ],
            "storing the peering",
            async call =>
            {
                // Both sides of it are the operator's to make.
                if (call.Has("--via"))
                    call.Prefer("operator");
                if (call.Has("--via"))
                    return await PeeringApiVerbs.RequestAsync(call, PathOf(call));
                return await call.Client.InternetPeerings.PutAsync(
                    PathOf(call),
                    new InternetPeeringBody
                    {
                        Sku = new PeeringSkuBody(call.Has("--facility") ? "Basic_Direct_Free" : "Basic_Exchange_Free"),
                        Kind = call.Has("--facility") ? "Direct" : "Exchange",
                        Location = await Opt.RegionAsync(call) ?? "",
                        Tags = Opt.TagsOf(call),
                        Properties = call.Has("--facility") ? ByCable(call) : AtExchange(call),
                    },
                    InternetPeeringContract.Default.InternetPeeringBody,
                    call.Wait,
                    call.Cancellation
                );
            },
            Facts,
            [
                Name(),
                Opt.Needed("--asn", "ASN"),
                Opt.Text("--at", "LOCATION"),
                Opt.Number("--exchange"),
                Opt.Number("--facility"),
                Opt.Number("--bandwidth"),
                Opt.Text("--prefix", "PREFIX"),
                Opt.Text("--prefix-v6", "PREFIX"),
                Opt.Text("--type", "TYPE"),
                Opt.Flag("--peering-service"),
                Opt.Text("--address", "ADDRESS"),
                Opt.Text("--address-v6", "ADDRESS"),
                Opt.Number("--max-prefixes"),
                Opt.Number("--max-prefixes-v6"),
                Opt.Text("--md5-key", "KEY"),
                Opt.Text("--md5-key-file", "FILE"),
                Opt.Text("--connection", "NAME"),
                .. PeeringApiVerbs.Options,
                Opt.Region(),
                Opt.Tags(),
            ],
            (call, _) => call.Next("next checks", call.Text("peering"))
        );

    private static InternetPeeringProperties AtExchange(CliCall call) =>
        new()
        {
            PeeringLocation = call.Text("--at"),
            Exchange = new ExchangePropertiesBody(
                [
                    new ExchangeConnectionBody
                    {
                        PeeringDbFacilityId = (int)call.Get<long>("--exchange"),
                        ConnectionIdentifier = call.Get<string?>("--connection") ?? "c1",
                        BgpSession = Session(call) with
                        {
                            PeerSessionIPv4Address = call.Get<string?>("--address"),
                            PeerSessionIPv6Address = call.Get<string?>("--address-v6"),
                        },
                    },
                ],
                AsnOf(call)
            ),
        };

    private static InternetPeeringProperties ByCable(CliCall call) =>
        new()
        {
            PeeringLocation = call.Text("--at"),
            Direct = new DirectPropertiesBody(
                [
                    new DirectConnectionBody
                    {
                        BandwidthInMbps = (int)call.Get<long>("--bandwidth"),
                        SessionAddressProvider = call.Has("--prefix") || call.Has("--prefix-v6") ? "Peer" : "Microsoft",
                        UseForPeeringService = call.Get<bool>("--peering-service"),
                        PeeringDbFacilityId = (int)call.Get<long>("--facility"),
                        ConnectionIdentifier = call.Get<string?>("--connection") ?? "c1",
                        BgpSession = Session(call) with
                        {
                            SessionPrefixV4 = call.Get<string?>("--prefix"),
                            SessionPrefixV6 = call.Get<string?>("--prefix-v6"),
                        },
                    },
                ],
                null,
                AsnOf(call),
                call.Get<string?>("--type")
            ),
        };

    private static BgpSessionBody Session(CliCall call) =>
        new()
        {
            MaxPrefixesAdvertisedV4 = (int)call.Get<long>("--max-prefixes"),
            MaxPrefixesAdvertisedV6 = (int)call.Get<long>("--max-prefixes-v6"),
            Md5AuthenticationKey = SecretFile.Of(call, "--md5-key", "CAUSEWAY_MD5_KEY"),
        };

    private static ReferenceBody AsnOf(CliCall call) =>
        new(call.Text("--asn") is var asn && asn.StartsWith('/') ? asn : PeerAsnsClient.PathOf(call.SubscriptionPath, asn));

    /// <summary>What is there of a cable's bandwidth, and what is asked for where that differs.</summary>
    private static string Width(DirectConnectionBody cable) =>
        cable.ProvisionedBandwidthInMbps == cable.BandwidthInMbps
            ? $"{cable.BandwidthInMbps}"
            : $"{cable.ProvisionedBandwidthInMbps} -> {cable.BandwidthInMbps}";

    /// <summary>The letter of authorization, into a file.</summary>
    private static Verb Letter() =>
        new(
            "loa",
            ["causeway peering loa am7 --out letter.pdf"],
            async call =>
            {
                Document<LetterOfAuthorizationBody> letter = await call.Reading(
                    call.Client.InternetPeerings.LetterAsync(PathOf(call), call.Cancellation)
                );
                await LetterFile.WriteAsync(call, letter.Body.EncodedContent, letter.Json);
            },
            [Name(), Opt.Needed("--out", "FILE")]
        );

    private static Verb Checks() =>
        new(
            "checks",
            ["causeway peering checks amsix"],
            async call =>
            {
                IReadOnlyList<Document<ConnectionChecksBody>> connections = await call.Reading(
                    call.Client.InternetPeerings.ChecksAsync(PathOf(call), call.Cancellation)
                );
                Printer.List(
                    call,
                    connections,
                    "no checks of a peering",
                    [
                        new("connection", (ConnectionChecksBody c) => c.ConnectionIdentifier),
                        new("state", c => c.ConnectionState),
                        new("since", c => c.Since),
                        new("open", c => c.IsOpen),
                        new("passed", c => c.Checks.Count(r => r.Result == "Passed")),
                        new("waiting", c => c.Checks.Where(r => r.Result == "Waiting").Select(r => r.Name)),
                        new("failed", c => c.Checks.Where(r => r.Result == "Failed").Select(r => $"{r.Name}: {r.Says}")),
                        new("next", c => c.Next),
                    ]
                );
            },
            Name()
        );

    /// <param name="name">Of the command.</param>
    /// <param name="verb">In the path.</param>
    private static Verb Act(string name, string verb, string example, bool reason) =>
        Shape.One(
            name,
            [example],
            "telling the peering",
            call =>
                call.Client.InternetPeerings.ActAsync(
                    PathOf(call),
                    verb,
                    new ConnectionActionBody(
                        call.Get<string?>("--reason"),
                        call.Has("--connections") ? call.Get<string[]>("--connections") : null
                    ),
                    call.Cancellation
                ),
            Facts,
            [Name(), Opt.Many("--connections", "NAME"), Reason(reason)]
        );

    /// <summary>What is decided on may be a peering or a peer's ASN, by its id.</summary>
    private static Verb Decide(string name, string example, bool reason) =>
        new(
            name,
            [example],
            async call =>
            {
                string path = PathOf(call);
                string? why = call.Get<string?>("--reason");
                if (path.Contains("/peerAsns/", StringComparison.OrdinalIgnoreCase))
                    Printer.One(
                        call,
                        await call.Working("telling the peering", call.Client.PeerAsns.ReviewAsync(path, name, why, call.Cancellation)),
                        AsnFacts
                    );
                else
                    Printer.One(
                        call,
                        await call.Working(
                            "telling the peering",
                            call.Client.InternetPeerings.ActAsync(
                                path,
                                name,
                                new ConnectionActionBody(why, call.Has("--connections") ? call.Get<string[]>("--connections") : null),
                                call.Cancellation
                            )
                        ),
                        Facts
                    );
            },
            [Name(), Opt.Many("--connections", "NAME"), Reason(reason)]
        );

    private static IEnumerable<string> Sessions(InternetPeeringBody peering) =>
        Each(peering, s => s.SessionStateV4 is "None" ? null : s.SessionStateV4, s => s.SessionStateV6 is "None" ? null : s.SessionStateV6);

    private static IEnumerable<string> Each(
        InternetPeeringBody peering,
        Func<BgpSessionBody, string?> v4,
        Func<BgpSessionBody, string?> v6
    ) =>
        peering
            .Connections.SelectMany(c => c.BgpSession is { } s ? (string?[])[v4(s), v6(s)] : [])
            .OfType<string>()
            .Where(text => text.Length > 0);

    private static Option<string?> Reason(bool isNeeded) => new("--reason") { HelpName = "TEXT", Required = isNeeded };

    internal static Argument<string> Name() => Opt.Argument("peering");

    internal static string PathOf(CliCall call) =>
        call.Text("peering") is var text && text.StartsWith('/') ? text : InternetPeeringsClient.PathOf(call.GroupPath, text);

    private static string AsnPath(CliCall call) =>
        call.Text("peer-asn") is var text && text.StartsWith('/') ? text : PeerAsnsClient.PathOf(call.SubscriptionPath, text);
}
