using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway port …</c>: pairs of ports of a customer's own (ExpressRoute Direct), and the keys by which others' circuits come onto them.</summary>
internal static class DirectPortVerbs
{
    internal const string Type = "expressRoutePorts";

    private static readonly string[] s_encapsulations = ["QinQ", "Dot1Q"];
    private static readonly string[] s_links = ["link1", "link2"];

    private static readonly Column<DirectPortBody>[] Facts =
    [
        new("name", p => p.Name),
        new("id", p => p.Id),
        new("peeringLocation", p => p.Properties.PeeringLocation),
        new("bandwidth", p => $"{p.Properties.BandwidthInGbps} Gbps"),
        new("encapsulation", p => p.Properties.Encapsulation),
        new("billing", p => p.Properties.BillingType),
        new("provisioned", p => string.Create(CultureInfo.InvariantCulture, $"{p.Properties.ProvisionedBandwidthInGbps} Gbps")),
        new("circuits", p => (p.Properties.Circuits ?? []).Select(c => Ids.NameOf(c.Id))),
        new("links", p => (p.Properties.Links ?? []).Select(Link)),
        new("state", p => p.Properties.ProvisioningState),
        new("tags", p => p.Tags?.Select(t => $"{t.Key}={t.Value}")),
    ];

    private static readonly Column<DirectPortBody>[] Columns =
    [
        .. Facts.Where(f => f.Key is "name" or "peeringLocation" or "bandwidth" or "encapsulation" or "provisioned" or "circuits"),
    ];

    private static readonly Column<PortAuthorizationBody>[] Keys =
    [
        new("authorization", a => a.Name),
        new("key", a => a.Properties.AuthorizationKey),
        new("use", a => a.Properties.AuthorizationUseStatus),
        new("usedBy", a => Ids.NameOf(a.Properties.CircuitResourceUri)),
    ];

    public static IEnumerable<Twig> Twigs => [new("port", Own), new("port auth", Authorizations)];

    private static IEnumerable<Command> Own() =>
        [
            Create(),
            Shape.One(
                "show",
                ["causeway port show cage"],
                "reading",
                call => call.Client.Ports.GetAsync(PathOf(call), call.Cancellation),
                Facts,
                [Port()]
            ),
            Shape.List(
                "list",
                ["causeway port list", "causeway port list --all -o json"],
                "no ports",
                call =>
                    call.Client.Ports.ListAsync(
                        Ids.OfNetwork(call.Get<bool>("--all") || call.KnownGroup is null ? call.SubscriptionPath : call.GroupPath, Type),
                        call.Cancellation
                    ),
                Columns,
                Opt.Flag("--all")
            ),
            Shape.List(
                "locations",
                ["causeway port locations"],
                "no port locations",
                LocationsAsync,
                [
                    new("peeringLocation", l => l.Name),
                    new("address", l => l.Properties.Address),
                    new("bandwidths", l => l.Properties.AvailableBandwidths.Select(b => b.OfferName)),
                ]
            ),
            Letter(),
            Switch("enable", "Enabled"),
            Switch("disable", "Disabled"),
            Shape.Delete(
                "delete",
                ["causeway port delete cage"],
                call => call.Client.Ports.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing port"]} {call.Text("port")}",
                Port()
            ),
        ];

    private static Verb Create() =>
        Shape.One(
            "create",
            [
                "causeway port create cage --peering-location Amsterdam --bandwidth 10Gbps",
                "causeway port create cage --peering-location Amsterdam --bandwidth 100Gbps --encapsulation Dot1Q --billing UnlimitedData",
            ],
            "ordering",
            async call =>
                await call.Client.Ports.OrderAsync(
                    PathOf(call),
                    new DirectPortBody
                    {
                        Location = await Opt.RegionAsync(call),
                        Tags = Opt.TagsOf(call),
                        Properties = new()
                        {
                            PeeringLocation = call.Text("--peering-location"),
                            BandwidthInGbps =
                                Bandwidths.Read(call, call.Text("--bandwidth")) is var mbps && mbps % 1000 == 0
                                    ? mbps / 1000
                                    : throw new CliException(call.Words["not a port bandwidth", call.Text("--bandwidth")]),
                            Encapsulation = Opt.Spelled(s_encapsulations, call.Text("--encapsulation")),
                            BillingType = Opt.Spelled(CircuitVerbs.Families, call.Text("--billing")),
                        },
                    },
                    call.Wait,
                    call.Cancellation
                ),
            Facts,
            [
                Port(),
                Suggested.From(
                    Opt.Needed("--peering-location"),
                    async call => (await call.Client.PortLocations.ListAsync(PlacesOf(call), call.Cancellation)).Select(l => l.Body.Name)
                ),
                Opt.Needed("--bandwidth"),
                Opt.OneOf("--encapsulation", s_encapsulations[0], s_encapsulations),
                Opt.OneOf("--billing", CircuitVerbs.Families[0], CircuitVerbs.Families),
                Opt.Region(),
                Opt.Tags(),
            ],
            (call, port) => call.Next("next cable", port.Name ?? "")
        );

    /// <summary>The letter by which it may be cabled, into a file.</summary>
    private static Verb Letter() =>
        new(
            "loa",
            ["causeway port loa cage --customer \"Contoso AB\" --out letter.pdf"],
            async call =>
            {
                Document<LetterBody> letter = await call.Reading(
                    call.Client.Ports.LetterAsync(PathOf(call), call.Text("--customer"), call.Cancellation)
                );
                await LetterFile.WriteAsync(call, letter.Body.EncodedContent, letter.Json);
            },
            [Port(), Opt.Needed("--customer", "NAME"), Opt.Needed("--out", "FILE")]
        );

    private static Verb Switch(string name, string state) =>
        Shape.One(
            name,
            [$"causeway port {name} cage", $"causeway port {name} cage --link link1"],
            "changing",
            call =>
                call.Client.Ports.ChangeAsync(
                    PathOf(call),
                    port =>
                    {
                        string which = call.Text("--link");
                        foreach (JsonObject link in port["properties"]!["links"]!.AsArray().OfType<JsonObject>())
                            if (which is "both" || which.Equals(link["name"]!.ToString(), StringComparison.OrdinalIgnoreCase))
                                link["properties"]!["adminState"] = state;
                    },
                    call.Wait,
                    call.Cancellation
                ),
            Facts,
            [Port(), Opt.OneOf("--link", "both", ["both", .. s_links])]
        );

    private static IEnumerable<Command> Authorizations() =>
        [
            Shape.One(
                "create",
                [
                    "causeway port auth create cage fabrikam",
                    "causeway port auth create cage fabrikam -o json | jq -r .properties.authorizationKey",
                ],
                "making the key",
                call => call.Client.PortAuthorizations.PutAsync(KeyOf(call), new JsonObject(), call.Wait, call.Cancellation),
                Keys,
                [Port(), Opt.Argument("name")],
                (call, made) => call.Next("next circuit theirs", PathOf(call), made.Properties.AuthorizationKey ?? "KEY")
            ),
            Shape.List(
                "list",
                ["causeway port auth list cage"],
                "no port authorizations",
                call => call.Client.PortAuthorizations.ListAsync($"{PathOf(call)}/authorizations", call.Cancellation),
                Keys,
                Port()
            ),
            Shape.Delete(
                "delete",
                ["causeway port auth delete cage fabrikam"],
                call => call.Client.PortAuthorizations.DeleteAsync(KeyOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing authorization"]} {call.Text("name")}",
                Port(),
                Opt.Argument("name")
            ),
        ];

    /// <summary>With what each has, which the list does not say.</summary>
    private static async Task<IReadOnlyList<Document<PortLocationBody>>> LocationsAsync(CliCall call)
    {
        var all = new List<Document<PortLocationBody>>();
        foreach (Document<PortLocationBody> place in await call.Client.PortLocations.ListAsync(PlacesOf(call), call.Cancellation))
            all.Add(
                await call.Client.PortLocations.GetAsync(Ids.OfNetwork(call.SubscriptionPath, Places, place.Body.Name), call.Cancellation)
            );
        return all;
    }

    private const string Places = "expressRoutePortsLocations";

    private static string PlacesOf(CliCall call) => Ids.OfNetwork(call.SubscriptionPath, Places);

    /// <summary><c>link1 Enabled edge1 Port-Channel1</c>: where its fibre goes.</summary>
    private static string Link(PortLinkBody link) =>
        string.Join(
            ' ',
            ((string?[])[link.Name, link.Properties.AdminState, link.Properties.RouterName, link.Properties.InterfaceName]).Where(s =>
                !string.IsNullOrEmpty(s)
            )
        );

    private static Argument<string> Port() =>
        Suggested.From(
            Opt.Argument("port"),
            async call =>
                (await call.Client.Ports.ListAsync(Ids.OfNetwork(call.GroupPath, Type), call.Cancellation)).Select(p => p.Body.Name!)
        );

    private static string PathOf(CliCall call) => call.PathOf(Type, call.Text("port"));

    private static string KeyOf(CliCall call) => $"{PathOf(call)}/authorizations/{Uri.EscapeDataString(call.Text("name"))}";
}
