using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What a customer does: groups, orders, routing domains, links.</summary>
internal static class CircuitActs
{
    public static async Task<Act> GroupAsync(Asked asked, string on)
    {
        Choice[] regions = await RegionsAsync(asked);
        return Made.Of(
            asked,
            Side.Customer,
            "group",
            null,
            "PUT /subscriptions/{subscription}/resourceGroups/{name}",
            ArmClient.ResourcesVersion,
            JsonNode.Parse("""{"location":"{region}"}"""),
            asked.Words["portal create"],
            [
                "causeway group create {name} --location {region} --subscription {subscription}",
                "az group create --name {name} --location {region} --subscription {subscription}",
            ],
            [Subscription(asked), Name(asked), new Field("region", asked.Words["column region"], FieldKind.Choice) { Choices = regions }]
        ) with
        {
            Then = AllActs.PathOf("order"),
        };
    }

    public static async Task<Act> OrderAsync(Asked asked, string on)
    {
        Task<Choice[]> groups = GroupsAsync(asked);
        Task<Choice[]> regions = RegionsAsync(asked);
        IReadOnlyList<Document<ServiceProviderBody>> offers = asked.Viewer.Subscriptions is [var any, ..]
            ? await asked.Client.ServiceProviders.ListAsync(
                Ids.OfNetwork(Ids.Subscription(any.SubscriptionId), "expressRouteServiceProviders"),
                asked.Cancellation
            )
            : [];
        return Made.Of(
            asked,
            Side.Customer,
            "order",
            null,
            "PUT {group}/providers/Microsoft.Network/expressRouteCircuits/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","sku":{"name":"{tier}_{family}","tier":"{tier}","family":"{family}"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"{provider}","peeringLocation":"{location}","bandwidthInMbps":"{bandwidth:number}"}}}
                """
            ),
            asked.Words["portal order"],
            [
                "causeway circuit create {name} --provider {provider} --peering-location {location} --bandwidth {bandwidth} --tier {tier} --family {family} --location {region} --group {group:name} --subscription {group:subscription}",
                "az network express-route create --name {name} --provider {provider} --peering-location {location} --bandwidth {bandwidth} --sku-tier {tier} --sku-family {family} --location {region} --resource-group {group:name} --subscription {group:subscription}",
            ],
            [
                new Field("group", asked.Words["column group"], FieldKind.Choice)
                {
                    Choices = await groups,
                    Help = asked.Words["portal help group"],
                },
                Name(asked),
                new Field("provider", asked.Words["column provider"], FieldKind.Choice)
                {
                    Choices = [.. offers.Select(o => new Choice(o.Body.Name, o.Body.Name, []))],
                },
                new Field("location", asked.Words["column peeringLocation"], FieldKind.Choice)
                {
                    DependsOn = "provider",
                    Choices = Narrowed(offers, o => o.Properties.PeeringLocations.Select(l => (l, l))),
                },
                new Field("bandwidth", asked.Words["column bandwidth"], FieldKind.Choice)
                {
                    DependsOn = "provider",
                    Choices = Narrowed(
                        offers,
                        o =>
                            o.Properties.BandwidthsOffered.OrderBy(b => b.ValueInMbps)
                                .Select(b => (b.ValueInMbps.ToString(System.Globalization.CultureInfo.InvariantCulture), b.OfferName))
                    ),
                },
                new Field("tier", asked.Words["portal tier"], FieldKind.Choice)
                {
                    Choices = Plain("Standard", "Premium"),
                    Help = asked.Words["portal help tier"],
                },
                new Field("family", asked.Words["portal family"], FieldKind.Choice) { Choices = Plain("MeteredData", "UnlimitedData") },
                new Field("region", asked.Words["column region"], FieldKind.Choice) { Choices = await regions },
            ]
        ) with
        {
            First = FirstOfGroup(asked, await groups),
        };
    }

    public static Task<Act> ConfigureAsync(Asked asked, string circuit) =>
        DomainAsync(asked, circuit, "configure", "AzurePrivatePeering", "private");

    public static Task<Act> ConfigurePublicAsync(Asked asked, string circuit) =>
        DomainAsync(asked, circuit, "configure-public", "MicrosoftPeering", "microsoft");

    /// <summary>A routing domain, as it shall be: in one family, or in both.</summary>
    /// <param name="type">As the command line calls it.</param>
    private static async Task<Act> DomainAsync(Asked asked, string circuit, string name, string domain, string type)
    {
        Task<LinkSpaceBody> links = LinksAsync(asked, circuit);
        JsonNode? old = await asked.Client.Arm.FindAsync(Ids.Peering(circuit, domain), ArmClient.NetworkVersion, asked.Cancellation);
        var taken = await TakenAsync(asked, circuit, domain);
        var form = new DomainForm(asked, old, type == "microsoft", taken, await links);
        return (
            Made.Of(
                asked,
                Side.Customer,
                name,
                ("circuit", circuit),
                $"PUT {{circuit}}/peerings/{domain}",
                ArmClient.NetworkVersion,
                form.Body(domain),
                asked.Words[old is null ? "portal configure" : "portal move"],
                form.Lines(domain, type),
                form.Fields()
            ) with
            {
                Links = LinksOf(await links),
                Title = asked.Words[$"portal act {(old is null ? name : $"re{name}")}", Ids.NameOf(circuit)],
                Taken = taken,
            }
        ).Over(old);
    }

    /// <summary>What a Microsoft peering declares, and nothing else of it.</summary>
    public static async Task<Act> PrefixesAsync(Asked asked, string circuit)
    {
        JsonNode? old = await asked.Client.Arm.FindAsync(
            Ids.Peering(circuit, "MicrosoftPeering"),
            ArmClient.NetworkVersion,
            asked.Cancellation
        );
        // What each family declares stands beside its addresses; only that of a family that there is can be declared.
        JsonNode? properties = old?["properties"];
        JsonNode? six = properties?["ipv6PeeringConfig"];
        bool isFour = properties?["primaryPeerAddressPrefix"] is not null || six is null;
        var members = new JsonObject();
        var fields = new List<Field>();
        var lines = new List<Command>();
        if (isFour)
        {
            members["microsoftPeeringConfig"] = Declares("prefixes");
            fields.Add(Declared(asked, "prefixes", asked.Words["column prefixes"], properties?["microsoftPeeringConfig"]));
            lines.Add($"{Update} --advertised-public-prefixes {{prefixes:words}}");
        }
        if (six is not null)
        {
            members["ipv6PeeringConfig"] = new JsonObject { ["microsoftPeeringConfig"] = Declares("prefixes6") };
            fields.Add(
                Declared(asked, "prefixes6", $"{asked.Words["column prefixes"]} (IPv6)", six["microsoftPeeringConfig"]) with
                {
                    IsOptional = isFour,
                }
            );
            lines.Add($"{Update} --ip-version ipv6 --advertised-public-prefixes {{prefixes6:words}}");
        }
        return (
            Made.Of(
                asked,
                Side.Customer,
                "prefixes",
                ("circuit", circuit),
                "PUT {circuit}/peerings/MicrosoftPeering",
                ArmClient.NetworkVersion,
                new JsonObject { ["properties"] = members },
                asked.Words["portal move"],
                lines,
                fields
            ) with
            {
                First = old is not null
                    ? null
                    : (
                        asked.Words["portal first public"],
                        asked.Words["portal act configure-public", Ids.NameOf(circuit)],
                        AllActs.PathOf("configure-public", circuit)
                    ),
            }
        ).Over(old);

        static JsonObject Declares(string field) => new() { ["advertisedPublicPrefixes"] = $"{{{field}:list}}" };
    }

    private const string Update =
        "az network express-route peering update --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --name MicrosoftPeering";

    public static async Task<Act> LinkAsync(Asked asked, string circuit)
    {
        Task<IReadOnlyList<JsonNode>> connections = CustomerLists.InGroupsAsync(asked, "connections");
        // One of another subscription needs a key: that is to redeem an authorization.
        IReadOnlyList<JsonNode> all =
        [
            .. (await GatewaysAsync(asked)).Where(g =>
                CustomerLists
                    .SubscriptionOf(g["id"]!.ToString())
                    .Equals(CustomerLists.SubscriptionOf(circuit), StringComparison.OrdinalIgnoreCase)
            ),
        ];
        // A network is connected to a circuit once, and has one gateway.
        HashSet<string> linked =
        [
            .. (await connections)
                .Where(c => circuit.Equals(c["properties"]?["peer"]?["id"]?.ToString(), StringComparison.OrdinalIgnoreCase))
                .Select(c => c["properties"]?["virtualNetworkGateway1"]?["id"]?.ToString().ToLowerInvariant() ?? ""),
        ];
        JsonNode[] gateways = [.. all.Where(g => !linked.Contains(g["id"]!.ToString().ToLowerInvariant()))];
        CircuitBody body = (await asked.Client.Circuits.GetAsync(circuit, asked.Cancellation)).Body;
        (string, string, string)? first = !CanBeLinked(body, out bool isProvisioned)
            ? isProvisioned
                ? (
                    asked.Words["portal first private"],
                    asked.Words["portal act configure", Ids.NameOf(circuit)],
                    AllActs.PathOf("configure", circuit)
                )
                : (asked.Words["portal first provisioned"], Ids.NameOf(circuit), Cell.PathOf(circuit))
            : all.Count == 0
                ? (asked.Words["portal first gateway"], asked.Words["portal act gateway"], AllActs.PathOf("gateway"))
                : gateways.Length == 0
                    ? (asked.Words["portal first other gateway", Ids.NameOf(circuit)], Ids.NameOf(circuit), Cell.PathOf(circuit))
                    : null;
        return Made.Of(
            asked,
            Side.Customer,
            "link",
            ("circuit", circuit),
            "PUT {gateway:container}/providers/Microsoft.Network/connections/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{gateway}"},"peer":{"id":"{circuit}"},
                 "routingWeight":"{weight:number}"}}
                """
            ),
            asked.Words["portal connect"],
            [
                "causeway network connection create {name} --gateway {gateway} --circuit {circuit} --weight {weight} --group {gateway:group} --subscription {gateway:subscription}",
                "az network vpn-connection create --name {name} --resource-group {gateway:group} --subscription {gateway:subscription} --location {region} --vnet-gateway1 {gateway} --express-route-circuit2 {circuit} --routing-weight {weight}",
            ],
            [Name(asked), .. LinkFields(asked, gateways)]
        ) with
        {
            First = first,
        };
    }

    /// <summary>Connects a network to a circuit of another subscription, by the key of an authorization that its owner made.</summary>
    public static async Task<Act> RedeemAsync(Asked asked, string on)
    {
        IReadOnlyList<JsonNode> gateways = await GatewaysAsync(asked);
        return Made.Of(
            asked,
            Side.Customer,
            "redeem",
            null,
            "PUT {gateway:container}/providers/Microsoft.Network/connections/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{gateway}"},"peer":{"id":"{circuit}"},
                 "authorizationKey":"{authorization}","routingWeight":"{weight:number}"}}
                """
            ),
            asked.Words["portal connect"],
            [
                "causeway network connection create {name} --gateway {gateway} --circuit {circuit} --authorization-key-file {authorization:file} --weight {weight} --group {gateway:group} --subscription {gateway:subscription}",
                "az network vpn-connection create --name {name} --resource-group {gateway:group} --subscription {gateway:subscription} --location {region} --vnet-gateway1 {gateway} --express-route-circuit2 {circuit} --authorization-key {authorization} --routing-weight {weight}",
            ],
            [
                new Field("circuit", asked.Words["portal their circuit"])
                {
                    Pattern = CircuitId,
                    Help = asked.Words["portal help their circuit"],
                },
                new Field("authorization", asked.Words["portal their key"], FieldKind.Secret)
                {
                    Pattern = Key,
                    Help = asked.Words["portal help their key"],
                },
                Name(asked),
                .. LinkFields(asked, gateways),
            ]
        ) with
        {
            First =
                gateways.Count == 0
                    ? (asked.Words["portal first gateway"], asked.Words["portal act gateway"], AllActs.PathOf("gateway"))
                    : null,
            LeadsToMade = true,
        };
    }

    private const string CircuitId =
        "\\s*/subscriptions/[0-9A-Fa-f\\-]{36}/resource[Gg]roups/[^\\/\\s]+/providers/[Mm]icrosoft\\.[Nn]etwork/express[Rr]oute[Cc]ircuits/[^\\/\\s]+\\s*";

    private const string Key = "\\s*[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\s*";

    /// <summary>The viewer's gateways to circuits.</summary>
    private static async Task<IReadOnlyList<JsonNode>> GatewaysAsync(Asked asked) =>
        [
            .. (await CustomerLists.InGroupsAsync(asked, "virtualNetworkGateways")).Where(g =>
                g["properties"]?["gatewayType"]?.ToString() == "ExpressRoute"
            ),
        ];

    /// <summary>What a connection needs beside the circuit.</summary>
    private static Field[] LinkFields(Asked asked, IReadOnlyList<JsonNode> gateways) =>
        [
            new Field("gateway", asked.Words["column gateway"], FieldKind.Choice)
            {
                Choices = [.. gateways.Select(g => new Choice(g["id"]!.ToString(), Ids.NameOf(g["id"]!.ToString()), []))],
                Help = asked.Words["portal help gateway"],
            },
            new Field("region", asked.Words["column region"], FieldKind.Choice)
            {
                DependsOn = "gateway",
                Choices =
                [
                    .. gateways
                        .GroupBy(g => g["location"]!.ToString())
                        .Select(g => new Choice(g.Key, g.Key, [.. g.Select(x => x["id"]!.ToString())])),
                ],
            },
            new Field("weight", asked.Words["column weight"], FieldKind.Number) { Value = "0", Help = asked.Words["portal help weight"] },
        ];

    /// <summary>Whether networks can be connected to a circuit: its provider has provisioned it, and it has private peering.</summary>
    public static bool CanBeLinked(CircuitBody circuit, out bool isProvisioned)
    {
        isProvisioned = circuit.Properties.ServiceProviderProvisioningState == "Provisioned";
        return isProvisioned && circuit.Properties.Peerings.Any(p => p.Name == "AzurePrivatePeering");
    }

    /// <summary>Where the routers of a circuit connect.</summary>
    private static async Task<LinkSpaceBody> LinksAsync(Asked asked, string circuit) =>
        (await asked.Client.Circuits.LinkSpaceAsync(circuit, asked.Cancellation)).Body;

    private static Dictionary<string, LinkSpaceSideBody> LinksOf(LinkSpaceBody links)
    {
        var of = new Dictionary<string, LinkSpaceSideBody>();
        if (links.Primary is { } primary)
            of["primary"] = primary;
        if (links.Secondary is { } secondary)
            of["secondary"] = secondary;
        return of;
    }

    /// <summary>What the other routing domains of a circuit have.</summary>
    private static async Task<Dictionary<string, IReadOnlyDictionary<string, string>>> TakenAsync(
        Asked asked,
        string circuit,
        string domain
    )
    {
        var vlans = new Dictionary<string, string>();
        var subnets = new Dictionary<string, string>();
        var subnets6 = new Dictionary<string, string>();
        foreach (PeeringBody other in (await asked.Client.Circuits.GetAsync(circuit, asked.Cancellation)).Body.Properties.Peerings)
            if (!other.Name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            {
                vlans[other.Properties.VlanId.ToString(System.Globalization.CultureInfo.InvariantCulture)] = other.Name;
                foreach (string? subnet in new[] { other.Properties.PrimaryPeerAddressPrefix, other.Properties.SecondaryPeerAddressPrefix })
                    if (subnet is not null)
                        subnets[subnet] = other.Name;
                Ipv6PeeringBody? six = other.Properties.Ipv6PeeringConfig;
                foreach (string? subnet in new[] { six?.PrimaryPeerAddressPrefix, six?.SecondaryPeerAddressPrefix })
                    if (subnet is not null)
                        subnets6[subnet] = other.Name;
            }
        return new()
        {
            ["vlan"] = vlans,
            ["primary"] = subnets,
            ["secondary"] = subnets,
            ["primary6"] = subnets6,
            ["secondary6"] = subnets6,
        };
    }

    internal static Field Declared(Asked asked, string name, string label, JsonNode? declared) =>
        new(name, label, FieldKind.Long)
        {
            Value = string.Join('\n', (declared?["advertisedPublicPrefixes"] as JsonArray ?? []).Select(p => p?.ToString())),
            Help = asked.Words["portal help declared"],
        };

    /// <summary>What some providers offer, each once, with those that offer it.</summary>
    private static Choice[] Narrowed(
        IReadOnlyList<Document<ServiceProviderBody>> offers,
        Func<ServiceProviderBody, IEnumerable<(string Value, string Text)>> of
    ) =>
        [
            .. offers
                .SelectMany(o => of(o.Body).Select(v => (v.Value, v.Text, o.Body.Name)))
                .GroupBy(v => (v.Value, v.Text))
                .Select(g => new Choice(g.Key.Value, g.Key.Text, [.. g.Select(v => v.Name)])),
        ];
}
