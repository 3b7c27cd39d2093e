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

    public static async Task<Act> ConfigureAsync(Asked asked, string circuit)
    {
        Task<LinkSpaceBody> links = LinksAsync(asked, circuit);
        JsonNode? old = await PeeringAsync(asked, circuit, "AzurePrivatePeering");
        var taken = await TakenAsync(asked, circuit, "AzurePrivatePeering");
        return (
            Made.Of(
                asked,
                Side.Customer,
                "configure",
                ("circuit", circuit),
                "PUT {circuit}/peerings/AzurePrivatePeering",
                ArmClient.NetworkVersion,
                JsonNode.Parse(
                    """
                    {"properties":{"peeringType":"AzurePrivatePeering","peerASN":"{asn:number}","vlanId":"{vlan:number}","primaryPeerAddressPrefix":"{primary}",
                     "secondaryPeerAddressPrefix":"{secondary}","sharedKey":"{key?}"}}
                    """
                ),
                asked.Words[old is null ? "portal configure" : "portal move"],
                [
                    "causeway circuit peering create {circuit} --peer-asn {asn} --vlan {vlan} --primary {primary} --secondary {secondary} [--md5-key-file {key:file}]",
                    "az network express-route peering create --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --peering-type AzurePrivatePeering --peer-asn {asn} --vlan-id {vlan} --primary-peer-subnet {primary} --secondary-peer-subnet {secondary} [--shared-key {key}]",
                ],
                DomainFields(asked, old, taken, await links)
            ) with
            {
                Links = LinksOf(await links),
                Title = asked.Words[$"portal act {(old is null ? "configure" : "reconfigure")}", Ids.NameOf(circuit)],
                Taken = taken,
            }
        ).Over(old);
    }

    public static async Task<Act> ConfigurePublicAsync(Asked asked, string circuit)
    {
        Task<LinkSpaceBody> links = LinksAsync(asked, circuit);
        JsonNode? old = await PeeringAsync(asked, circuit, "MicrosoftPeering");
        var taken = await TakenAsync(asked, circuit, "MicrosoftPeering");
        JsonNode? declared = old?["properties"]?["microsoftPeeringConfig"];
        return (
            Made.Of(
                asked,
                Side.Customer,
                "configure-public",
                ("circuit", circuit),
                "PUT {circuit}/peerings/MicrosoftPeering",
                ArmClient.NetworkVersion,
                JsonNode.Parse(
                    """
                    {"properties":{"peeringType":"MicrosoftPeering","peerASN":"{asn:number}","vlanId":"{vlan:number}","primaryPeerAddressPrefix":"{primary}",
                     "secondaryPeerAddressPrefix":"{secondary}","sharedKey":"{key?}","microsoftPeeringConfig":{"advertisedPublicPrefixes":"{prefixes:list}",
                     "customerASN":"{customerAsn:number?}","routingRegistryName":"{registry}"}}}
                    """
                ),
                asked.Words[old is null ? "portal configure" : "portal move"],
                [
                    "causeway circuit peering create {circuit} --type microsoft --peer-asn {asn} --vlan {vlan} --primary {primary} --secondary {secondary} --prefixes {prefixes:words} [--customer-asn {customerAsn}] --registry {registry} [--md5-key-file {key:file}]",
                    "az network express-route peering create --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --peering-type MicrosoftPeering --peer-asn {asn} --vlan-id {vlan} --primary-peer-subnet {primary} --secondary-peer-subnet {secondary} --advertised-public-prefixes {prefixes:words} [--customer-asn {customerAsn}] --routing-registry-name {registry} [--shared-key {key}]",
                ],
                [
                    .. DomainFields(asked, old, taken, await links),
                    Declared(asked, "prefixes", asked.Words["column prefixes"], declared),
                    new Field("customerAsn", asked.Words["portal customer asn"], FieldKind.Number)
                    {
                        IsOptional = true,
                        Value = declared?["customerASN"]?.ToString() is { } given and not "0" ? given : "",
                        Help = asked.Words["portal help customer asn"],
                    },
                    new Field("registry", asked.Words["portal registry"], FieldKind.Choice)
                    {
                        Value = declared?["routingRegistryName"]?.ToString() ?? "",
                        Choices = Plain("NONE", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RIPENCC", "RADB", "ALTDB", "LEVEL3"),
                    },
                ]
            ) with
            {
                Links = LinksOf(await links),
                Title = asked.Words[$"portal act {(old is null ? "configure-public" : "reconfigure-public")}", Ids.NameOf(circuit)],
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
        IReadOnlyList<JsonNode> all =
        [
            .. (await CustomerLists.InGroupsAsync(asked, "virtualNetworkGateways")).Where(g =>
                g["properties"]?["gatewayType"]?.ToString() == "ExpressRoute"
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
            [
                Name(asked),
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
                new Field("weight", asked.Words["column weight"], FieldKind.Number)
                {
                    Value = "0",
                    Help = asked.Words["portal help weight"],
                },
            ]
        ) with
        {
            First = first,
        };
    }

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

    /// <summary>A routing domain as it is; null while there is none.</summary>
    private static async Task<JsonNode?> PeeringAsync(Asked asked, string circuit, string domain)
    {
        JsonNode? peering = await asked.Client.Arm.FindAsync(Ids.Peering(circuit, domain), ArmClient.NetworkVersion, asked.Cancellation);
        // Its state is that of IPv4: where there is none, what a form adds is not to be born disabled.
        if (peering?["properties"] is JsonObject properties && properties["primaryPeerAddressPrefix"] is null)
            properties.Remove("state");
        return peering;
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
        foreach (PeeringBody other in (await asked.Client.Circuits.GetAsync(circuit, asked.Cancellation)).Body.Properties.Peerings)
            if (!other.Name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            {
                vlans[other.Properties.VlanId.ToString(System.Globalization.CultureInfo.InvariantCulture)] = other.Name;
                foreach (string? subnet in new[] { other.Properties.PrimaryPeerAddressPrefix, other.Properties.SecondaryPeerAddressPrefix })
                    if (subnet is not null)
                        subnets[subnet] = other.Name;
            }
        return new()
        {
            ["vlan"] = vlans,
            ["primary"] = subnets,
            ["secondary"] = subnets,
        };
    }

    /// <summary>What every routing domain of a circuit needs, as it is now.</summary>
    private static Field[] DomainFields(
        Asked asked,
        JsonNode? old,
        Dictionary<string, IReadOnlyDictionary<string, string>> taken,
        LinkSpaceBody links
    )
    {
        string Help(LinkSpaceSideBody? side) =>
            side is null
                ? asked.Words["portal help subnet"]
                : $"{asked.Words["portal help subnet"]} {asked.Words["portal help link space", string.Join(", ", side.Within), string.Join(", ", side.Free)]}";
        string Now(string member) => old?["properties"]?[member]?.ToString() ?? "";
        string[] free =
        [
            .. Enumerable
                .Range(FirstVlan, Vlans)
                .Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Where(v => !taken["vlan"].ContainsKey(v))
                .Take(FreeVlans),
        ];
        return
        [
            new Field("asn", asked.Words["column peerAsn"], FieldKind.Number)
            {
                Value = Now("peerASN"),
                Help = asked.Words["portal help asn"],
            },
            new Field("vlan", asked.Words["column vlan"], FieldKind.Number)
            {
                Value = old is null ? free[0] : Now("vlanId"),
                Suggested = free,
                Help = asked.Words["portal help vlan"],
            },
            new Field("primary", asked.Words["column primarySubnet"])
            {
                Value = Now("primaryPeerAddressPrefix"),
                Pattern = Subnet,
                Suggested = links.Primary?.Free ?? [],
                Help = Help(links.Primary),
            },
            new Field("secondary", asked.Words["column secondarySubnet"])
            {
                Value = Now("secondaryPeerAddressPrefix"),
                Pattern = Subnet,
                Suggested = links.Secondary?.Free ?? [],
                Help = Help(links.Secondary),
            },
            new Field("key", asked.Words["portal md5"], FieldKind.Secret)
            {
                IsOptional = true,
                Help = asked.Words[old is null ? "portal help new md5" : "portal help md5"],
            },
        ];
    }

    private static Field Declared(Asked asked, string name, string label, JsonNode? declared) =>
        new(name, label, FieldKind.Long)
        {
            Value = string.Join('\n', (declared?["advertisedPublicPrefixes"] as JsonArray ?? []).Select(p => p?.ToString())),
            Help = asked.Words["portal help declared"],
        };

    /// <summary>From here on free ones are offered; whoever wants another types it.</summary>
    private const int FirstVlan = 100;
    private const int Vlans = 100;
    private const int FreeVlans = 8;

    private const string Subnet = @"\d{1,3}(\.\d{1,3}){3}/30";

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
