using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using Causeway.Primitives;

namespace Causeway.Cli.InternetPeering;

/// <summary><c>causeway peering locations</c>, <c>… legacy</c>, <c>… registered</c>, <c>… register</c>, <c>… services</c> and <c>causeway lookingglass</c>.</summary>
internal static class PeeringOfferVerbs
{
    private static readonly Column<RegisteredPrefixBody>[] Registered =
    [
        new("name", p => p.Name),
        new("network", p => p.Properties.Prefix),
        new("state", p => p.Properties.PrefixValidationState),
        new("prefixKey", p => p.Properties.PeeringServicePrefixKey),
        new("problem", p => p.Properties.ErrorMessage),
    ];

    private static readonly Column<PeeringPolicyBody>[] Policy =
    [
        new("policyBlocks", p => p.Conditions.Where(c => c.Blocks).Select(Told)),
        new("policyAdvises", p => p.Conditions.Where(c => !c.Blocks).Select(Told)),
        new("missing", p => p.Conditions.SelectMany(c => c.Missing)),
    ];

    private static string Told(PolicyConditionBody c) => c.Result is null ? c.Name : $"{c.Name} {c.Result}";

    public static IEnumerable<Twig> Twigs => [new("peering", Offers), new("lookingglass", () => [Routes(), Ping()])];

    private static IEnumerable<Command> Offers() =>
        [
            Shape.List(
                "locations",
                ["causeway peering locations", "causeway peering locations --kind Direct"],
                "no peering locations",
                call => call.Client.PeeringOffers.LocationsAsync(call.SubscriptionPath, call.Text("--kind"), call.Cancellation),
                [
                    new("peeringLocation", (PeeringLocationBody l) => l.Name),
                    new("facility", l => Facilities(l)),
                    new("ourAddress", l => Ours(l)),
                    new("region", l => l.Properties.AzureRegion),
                ],
                Opt.OneOf("--kind", "Exchange", "Exchange", "Direct")
            ),
            Shape.One(
                "policy",
                ["causeway peering policy", "causeway peering policy --asn 64500 --exchange 26 --address 127.80.0.70"],
                "reading",
                call =>
                    call.Client.PeeringOffers.PolicyAsync(
                        call.SubscriptionPath,
                        call.Has("--asn") ? call.Get<long>("--asn") : null,
                        call.Has("--exchange") ? call.Get<long>("--exchange") : null,
                        call.Get<string?>("--address"),
                        call.Cancellation
                    ),
                Policy,
                [Opt.Number("--asn"), Opt.Number("--exchange"), Opt.Text("--address", "ADDRESS")],
                (call, policy) =>
                {
                    if (call.ForPeople)
                        call.Out.WriteLine($"\n{string.Join('\n', policy.Text.Split('\n').Select(PlainText.Escape))}");
                }
            ),
            Shape.List(
                "legacy",
                ["causeway peering legacy Amsterdam"],
                "no legacy peerings",
                call => call.Client.PeeringOffers.LegacyAsync(call.SubscriptionPath, call.Text("place"), call.Cancellation),
                [
                    new("peerAsn", (LegacyPeeringBody p) => p.Properties.Exchange?.PeerAsn?.Id),
                    new("peerAddress", p => Sessions(p, s => s.PeerSessionIPv4Address, s => s.PeerSessionIPv6Address)),
                    new("ourAddress", p => Sessions(p, s => s.MicrosoftSessionIPv4Address, s => s.MicrosoftSessionIPv6Address)),
                    new("session", p => Sessions(p, s => s.SessionStateV4, s => s.SessionStateV6)),
                ],
                Opt.Argument("place")
            ),
            Shape.List(
                "registered",
                ["causeway peering registered amsix"],
                "no registered prefixes",
                call => call.Client.PeeringOffers.RegisteredAsync(InternetPeeringVerbs.PathOf(call), call.Cancellation),
                Registered,
                InternetPeeringVerbs.Name()
            ),
            Shape.One(
                "register",
                ["causeway peering register amsix customer1 193.10.0.0/24"],
                "storing the peering",
                call =>
                    call.Client.PeeringOffers.RegisterAsync(
                        InternetPeeringVerbs.PathOf(call),
                        call.Text("registration"),
                        call.Text("prefix"),
                        call.Cancellation
                    ),
                Registered,
                [InternetPeeringVerbs.Name(), Opt.Argument("registration"), Opt.Argument("prefix")]
            ),
            Shape.List(
                "providers",
                ["causeway peering providers"],
                "no peering service providers",
                call => call.Client.PeeringOffers.ProvidersAsync(call.SubscriptionPath, call.Cancellation),
                [new("provider", (PeeringServiceProviderBody p) => p.Name), new("locations", p => p.Properties.PeeringLocations ?? [])]
            ),
        ];

    private static Verb Routes() =>
        new(
            "route",
            ["causeway lookingglass route 193.10.0.1 --at Amsterdam"],
            call => LookAsync(call, "BgpRoute"),
            Opt.Argument("destination"),
            Opt.Needed("--at", "PLACE")
        );

    private static Verb Ping() =>
        new(
            "ping",
            ["causeway lookingglass ping 193.10.0.1 --at Amsterdam"],
            call => LookAsync(call, "Ping"),
            Opt.Argument("destination"),
            Opt.Needed("--at", "PLACE")
        );

    private static async Task LookAsync(CliCall call, string command)
    {
        var seen = await call.Reading(
            call.Client.PeeringOffers.LookAsync(
                call.SubscriptionPath,
                command,
                call.Text("--at"),
                call.Text("destination"),
                call.Cancellation
            )
        );
        if (call.ForPeople)
            call.Out.Write(seen.Body.Output);
        else
            Printer.One(call, seen, [new("output", l => l.Output)]);
    }

    private static IEnumerable<string> Facilities(PeeringLocationBody location) =>
        location.Properties is { Direct: { } direct }
            ? direct.PeeringFacilities.Select(f => $"{f.Address} ({f.DirectPeeringType}, {f.PeeringDbFacilityId})")
            : (location.Properties.Exchange?.PeeringFacilities ?? []).Select(f => $"{f.ExchangeName} ({f.PeeringDbFacilityId})");

    private static IEnumerable<string> Ours(PeeringLocationBody location) =>
        (location.Properties.Exchange?.PeeringFacilities ?? []).SelectMany(f =>
            new[] { f.MicrosoftIPv4Address, f.MicrosoftIPv6Address }.OfType<string>()
        );

    private static IEnumerable<string> Sessions(LegacyPeeringBody peering, params Func<BgpSessionBody, string?>[] each) =>
        (peering.Properties.Exchange?.Connections ?? []).SelectMany(c =>
            c.BgpSession is { } s ? each.Select(e => e(s)).OfType<string>().Where(t => t is not "None") : []
        );
}
