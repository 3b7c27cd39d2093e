using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Primitives;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit peering …</c>: the routing domains of a circuit.</summary>
internal static class PeeringVerbs
{
    internal static readonly Column<PeeringBody>[] Facts =
    [
        new("peering", p => p.Name),
        new("state", p => p.Properties.State),
        new("peerAsn", p => p.Properties.PeerASN),
        new("ourAsn", p => p.Properties.AzureASN),
        new("vlan", p => p.Properties.VlanId),
        new("primarySubnet", p => p.Properties.PrimaryPeerAddressPrefix),
        new("secondarySubnet", p => p.Properties.SecondaryPeerAddressPrefix),
        new("primarySubnetV6", p => p.Properties.Ipv6PeeringConfig?.PrimaryPeerAddressPrefix),
        new("secondarySubnetV6", p => p.Properties.Ipv6PeeringConfig?.SecondaryPeerAddressPrefix),
        new("prefixes", p => PrefixesOf(p.Properties)),
        new("advertised", p => string.Join(", ", ConfigsOf(p.Properties).Select(c => c.AdvertisedPublicPrefixesState).Distinct())),
        new("primaryPort", p => p.Properties.PrimaryAzurePort),
        new("secondaryPort", p => p.Properties.SecondaryAzurePort),
        new("lastModifiedBy", p => p.Properties.LastModifiedBy),
        new("configuration", p => p.Properties.ProvisioningState),
    ];

    private static readonly Column<PeeringBody>[] Columns =
    [
        .. Facts.Where(f => f.Key is not ("primarySubnetV6" or "secondarySubnetV6" or "prefixes" or "lastModifiedBy")),
    ];

    private static IEnumerable<MicrosoftPeeringConfigBody> ConfigsOf(PeeringProperties peering) =>
        (
            (MicrosoftPeeringConfigBody?[])[peering.MicrosoftPeeringConfig, peering.Ipv6PeeringConfig?.MicrosoftPeeringConfig]
        ).OfType<MicrosoftPeeringConfigBody>();

    private static IEnumerable<string> PrefixesOf(PeeringProperties peering) =>
        ConfigsOf(peering).SelectMany(c => c.AdvertisedPublicPrefixes);

    public static IEnumerable<Twig> Twigs => [new("circuit peering", All)];

    private static IEnumerable<Command> All() =>
        [
            Create(),
            Shape.One(
                "show",
                ["causeway circuit peering show office"],
                "reading",
                async call => await call.Client.Peerings.GetAsync(await FindAsync(call), call.Cancellation),
                Facts,
                [CircuitVerbs.Circuit(), Type()]
            ),
            Shape.List(
                "list",
                ["causeway circuit peering list office"],
                "no peerings",
                call => call.Client.Peerings.ListAsync(Ids.Peerings(call.Circuit()), call.Cancellation),
                Columns,
                CircuitVerbs.Circuit()
            ),
            Shape.Delete(
                "delete",
                ["causeway circuit peering delete office"],
                call => call.Client.Peerings.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{TypeName(call)} ({call.Text("circuit")})",
                CircuitVerbs.Circuit(),
                Type()
            ),
            Switch("enable", "Enabled"),
            Switch("disable", "Disabled"),
        ];

    internal static Option<string?> Type() => Type("private");

    /// <param name="otherwise">The one that is meant when none is named.</param>
    internal static Option<string?> Type(string otherwise) =>
        Opt.OneOf("--type", otherwise, "private", "microsoft", "public", "AzurePrivatePeering", "MicrosoftPeering", "AzurePublicPeering");

    internal static string PathOf(CliCall call) => Ids.Peering(call.Circuit(), TypeName(call));

    /// <summary>The peering that is asked about: the one of the type that was typed, else the only one that there is, else the verb's own.</summary>
    internal static async Task<string> FindAsync(CliCall call)
    {
        if (call.Has("--type"))
            return PathOf(call);
        string circuit = call.Circuit();
        string[] there =
        [
            .. (await call.Client.Peerings.ListAsync(Ids.Peerings(circuit), call.Cancellation)).Select(p => p.Body.Name).OfType<string>(),
        ];
        return there is [var only] ? Ids.Peering(circuit, only)
            : there is [] || there.Contains(TypeName(call), StringComparer.OrdinalIgnoreCase) ? PathOf(call)
            : throw new CliException(call.Words["which peering", Ids.NameOf(circuit), string.Join(", ", there)]);
    }

    internal static string TypeName(CliCall call) =>
        call.Text("--type").ToLowerInvariant() switch
        {
            "microsoft" or "microsoftpeering" => "MicrosoftPeering",
            "public" or "azurepublicpeering" => "AzurePublicPeering",
            _ => "AzurePrivatePeering",
        };

    private static Verb Create() =>
        Shape.One(
            "create",
            [
                "causeway circuit peering create office --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30",
                "causeway circuit peering create office --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30 --md5-key-file key.txt",
                "causeway circuit peering create office --type microsoft --peer-asn 3333 --vlan 200 --primary 192.0.2.0/30 --secondary 192.0.2.4/30 --prefixes 203.0.113.0/24 --registry RIPENCC",
            ],
            "configuring",
            ConfigureAsync,
            Facts,
            [CircuitVerbs.Circuit(), .. OrderOptions()],
            (call, made) =>
            {
                MicrosoftPeeringConfigBody[] declared = [.. ConfigsOf(made.Properties)];
                call.Next("next routers", string.Join(", ", OurAddresses(made.Properties)), made.Properties.AzureASN);
                if (declared.Length == 0)
                    call.Next("next sessions", call.Text("circuit"));
                else
                    call.Next("next evidence", call.Text("circuit"), made.Name!);
            }
        );

    /// <summary>Of a peering that is there already, what cannot be said here stays: the route filter.</summary>
    private static async Task<Document<PeeringBody>> ConfigureAsync(CliCall call)
    {
        PeeringOrder order = OrderOf(call);
        PeeringProperties? there = (await call.Client.Peerings.FindAsync(PathOf(call), call.Cancellation))?.Body.Properties;
        return await call.Client.Peerings.ConfigureAsync(
            PathOf(call),
            order with
            {
                RouteFilter = there?.RouteFilter,
                Ipv6PeeringConfig = order.Ipv6PeeringConfig is { } v6
                    ? v6 with
                    {
                        RouteFilter = there?.Ipv6PeeringConfig?.RouteFilter,
                    }
                    : null,
            },
            call.Wait,
            call.Cancellation
        );
    }

    /// <summary>Our end of each link: the second address of its subnet, where the customer has the first.</summary>
    private static IEnumerable<string> OurAddresses(PeeringProperties peering) =>
        from text in (string?[])
            [
                peering.PrimaryPeerAddressPrefix,
                peering.SecondaryPeerAddressPrefix,
                peering.Ipv6PeeringConfig?.PrimaryPeerAddressPrefix,
                peering.Ipv6PeeringConfig?.SecondaryPeerAddressPrefix,
            ]
        where text is not null
        let subnet = IpPrefix.Parse(text)
        select subnet.AddressAt(2).ToString();

    /// <summary>What says how a peering shall be, whoever configures it.</summary>
    internal static Symbol[] OrderOptions() =>
        [
            Type(),
            Opt.Number("--peer-asn", required: true),
            Opt.Number("--vlan", required: true),
            Opt.Text("--primary", "PREFIX"),
            Opt.Text("--secondary", "PREFIX"),
            Opt.Text("--primary-v6", "PREFIX"),
            Opt.Text("--secondary-v6", "PREFIX"),
            Opt.Many("--prefixes", "PREFIX"),
            Opt.Text("--customer-asn", "ASN"),
            Opt.Text("--registry", "REGISTRY"),
            Opt.Text("--md5-key", "KEY"),
            Opt.Text("--md5-key-file", "FILE"),
        ];

    /// <summary>What <see cref="OrderOptions"/> were given.</summary>
    internal static PeeringOrder OrderOf(CliCall call) =>
        new()
        {
            PeeringType = TypeName(call),
            PeerASN = call.Get<long>("--peer-asn"),
            VlanId = (int)call.Get<long>("--vlan"),
            PrimaryPeerAddressPrefix = call.Get<string?>("--primary"),
            SecondaryPeerAddressPrefix = call.Get<string?>("--secondary"),
            SharedKey = SecretFile.Of(call, "--md5-key", "CAUSEWAY_MD5_KEY"),
            MicrosoftPeeringConfig = call.Has("--primary") ? PublicOf(call, v6: false) : null,
            Ipv6PeeringConfig =
                call.Has("--primary-v6") || call.Has("--secondary-v6")
                    ? new Ipv6PeeringOrder(call.Get<string?>("--primary-v6"), call.Get<string?>("--secondary-v6"), PublicOf(call, v6: true))
                    : null,
        };

    /// <summary>What is declared of one family; null when nothing is declared at all.</summary>
    private static PublicOrder? PublicOf(CliCall call, bool v6)
    {
        string[] prefixes =
        [
            .. (call.Get<string[]?>("--prefixes") ?? []).SelectMany(p =>
                p.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ),
        ];
        bool isV6 = prefixes.Any(p => p.Contains(':', StringComparison.Ordinal));
        if (isV6 && !call.Has("--primary-v6"))
            throw new CliException(call.Words["prefixes need links", "IPv6", "--primary-v6", "--secondary-v6"]);
        if (!call.Has("--primary") && prefixes.Any(p => !p.Contains(':', StringComparison.Ordinal)))
            throw new CliException(call.Words["prefixes need links", "IPv4", "--primary", "--secondary"]);
        return prefixes.Length == 0
            ? null
            : new PublicOrder(
                [.. prefixes.Where(p => p.Contains(':', StringComparison.Ordinal) == v6)],
                call.Get<string?>("--customer-asn") is { } asn ? Asn.Parse(asn).Value : null,
                call.Get<string?>("--registry")
            );
    }

    private static Verb Switch(string name, string state) =>
        Shape.One(
            name,
            [$"causeway circuit peering {name} office"],
            "configuring",
            call =>
                call.Client.Peerings.ChangeAsync(
                    PathOf(call),
                    peering =>
                    {
                        JsonObject properties = peering["properties"]!.AsObject();
                        properties["state"] = state;
                        if (properties["ipv6PeeringConfig"] is JsonObject v6)
                            v6["state"] = state;
                    },
                    call.Wait,
                    call.Cancellation
                ),
            Facts,
            [CircuitVerbs.Circuit(), Type()]
        );
}
