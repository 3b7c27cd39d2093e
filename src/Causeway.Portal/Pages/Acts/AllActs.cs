using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Everything that can be done here. Whether one may, the API says.</summary>
internal static class AllActs
{
    /// <summary>The field of a form in which the ETag goes out and comes back.</summary>
    public const string IfMatch = "if-match";

    private const string ResourceName = "[A-Za-z0-9]([A-Za-z0-9._\\-]{0,78}[A-Za-z0-9_])?";

    private static readonly Dictionary<string, Func<Asked, string, Task<Act>>> All = new()
    {
        ["group"] = GroupAsync,
        ["order"] = OrderAsync,
        ["configure"] = ConfigureAsync,
        ["configure-public"] = ConfigurePublicAsync,
        ["prefixes"] = PrefixesAsync,
        ["link"] = LinkAsync,
        ["move"] = MoveAsync,
        ["asn"] = AsnAsync,
        ["request"] = RequestAsync,
        ["approve"] = (a, on) => Task.FromResult(Decide(a, on, "approve", isReasonNeeded: false)),
        ["reject"] = (a, on) => Task.FromResult(Decide(a, on, "reject", isReasonNeeded: true)),
        ["ask"] = (a, on) => Task.FromResult(Decide(a, on, "ask", isReasonNeeded: true)),
        ["accept"] = (a, on) => Task.FromResult(Accept(a, on)),
    };

    /// <summary>The page of an act; null when there is none of that name.</summary>
    /// <param name="done">Where to go on to, once it is done.</param>
    public static async Task<(Page? Page, string? Done)> RunAsync(Asked asked, string name, bool isPost)
    {
        string on = asked.Http.Request.Query["on"].ToString();
        if (!All.TryGetValue(name, out Func<Asked, string, Task<Act>>? make) || (on.Length > 0 && !Template.IsId(on)))
            return (null, null);
        Act act;
        try
        {
            act = await make(asked, on);
        }
        catch (ClientException e)
        {
            return (Notices.Problem(asked.Look, e), null);
        }
        ClientException? problem = null;
        if (isPost)
        {
            var form = await asked.Http.Request.ReadFormAsync(asked.Cancellation);
            act = act.With(f => form.TryGetValue(f, out var typed) ? typed.ToString() : null);
            // By the document that was looked at when the form was filled in, not by the one of just now.
            string? seen = EntityTagHeaderValue.TryParse(form[IfMatch].ToString(), out EntityTagHeaderValue? tag)
                ? tag.ToString()
                : act.IfMatch;
            try
            {
                return (null, await (act with { IfMatch = seen }).DoAsync(asked.Client, asked.Cancellation));
            }
            catch (ClientException e)
            {
                problem = e;
            }
        }
        var fragment = new Fragment(
            "form",
            [],
            () =>
                Task.FromResult(
                    Show.Of<ActForm>(
                        (nameof(ActForm.Words), asked.Words),
                        (nameof(ActForm.Act), act),
                        (nameof(ActForm.FormKey), asked.Look.Session!.FormKey),
                        (nameof(ActForm.Problem), problem is null ? null : Notices.Refused(asked.Look, problem))
                    )
                )
        );
        return (new Page(act.Title, act.Side, [fragment]) { Above = on.Length > 0 ? [(Ids.NameOf(on), Cell.PathOf(on))] : [] }, null);
    }

    /// <summary>The names of all acts.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The path of an act's page.</summary>
    public static string PathOf(string name, string on = "") =>
        on.Length == 0 ? $"/portal/do/{name}" : $"/portal/do/{name}?on={Uri.EscapeDataString(on)}";

    private static async Task<Act> GroupAsync(Asked asked, string on)
    {
        Choice[] regions = await RegionsAsync(asked);
        return new Act(
            "group",
            asked.Words["portal act group"],
            "PUT",
            "/subscriptions/{subscription}/resourceGroups/{name}",
            ArmClient.ResourcesVersion,
            JsonNode.Parse("""{"location":"{region}"}"""),
            [
                "causeway group create {name} --location {region} --subscription {subscription}",
                "az group create --name {name} --location {region} --subscription {subscription}",
            ]
        )
        {
            Button = asked.Words["portal create"],
            Side = PortalPages.SideOf(asked, Side.Customer),
            Then = PathOf("order"),
            Fields =
            [
                Subscription(asked),
                Name(asked),
                new Field("region", asked.Words["column region"], FieldKind.Choice) { Choices = regions },
            ],
        };
    }

    private static async Task<Act> OrderAsync(Asked asked, string on)
    {
        Task<Choice[]> groups = GroupsAsync(asked);
        Task<Choice[]> regions = RegionsAsync(asked);
        IReadOnlyList<Document<ServiceProviderBody>> offers = asked.Viewer.Subscriptions is [var any, ..]
            ? await asked.Client.ServiceProviders.ListAsync(
                Ids.OfNetwork(Ids.Subscription(any.SubscriptionId), "expressRouteServiceProviders"),
                asked.Cancellation
            )
            : [];
        return new Act(
            "order",
            asked.Words["portal act order"],
            "PUT",
            "{group}/providers/Microsoft.Network/expressRouteCircuits/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","sku":{"name":"{tier}_{family}","tier":"{tier}","family":"{family}"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"{provider}","peeringLocation":"{location}","bandwidthInMbps":"{bandwidth:number}"}}}
                """
            ),
            [
                "causeway circuit create {name} --provider {provider} --peering-location {location} --bandwidth {bandwidth} --tier {tier} --family {family} --location {region} --group {group:name} --subscription {group:subscription}",
                "az network express-route create --name {name} --provider {provider} --peering-location {location} --bandwidth {bandwidth} --sku-tier {tier} --sku-family {family} --location {region} --resource-group {group:name} --subscription {group:subscription}",
            ]
        )
        {
            Button = asked.Words["portal order"],
            Side = PortalPages.SideOf(asked, Side.Customer),
            Fields =
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
            ],
        };
    }

    private static async Task<Act> ConfigureAsync(Asked asked, string circuit)
    {
        JsonNode? old = await PeeringAsync(asked, circuit, "AzurePrivatePeering");
        return new Act(
            "configure",
            asked.Words["portal act configure", Ids.NameOf(circuit)],
            "PUT",
            "{circuit}/peerings/AzurePrivatePeering",
            ArmClient.NetworkVersion,
            Template.Over(
                old,
                JsonNode.Parse(
                    """
                    {"properties":{"peeringType":"AzurePrivatePeering","peerASN":"{asn:number}","vlanId":"{vlan:number}","primaryPeerAddressPrefix":"{primary}",
                     "secondaryPeerAddressPrefix":"{secondary}","sharedKey":"{key?}"}}
                    """
                )!
            ),
            [
                "causeway circuit peering create {circuit} --peer-asn {asn} --vlan {vlan} --primary {primary} --secondary {secondary} [--md5-key-file {key:file}]",
                "az network express-route peering create --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --peering-type AzurePrivatePeering --peer-asn {asn} --vlan-id {vlan} --primary-peer-subnet {primary} --secondary-peer-subnet {secondary} [--shared-key {key}]",
            ]
        )
        {
            On = circuit,
            IfMatch = old?["etag"]?.ToString(),
            Given = new Dictionary<string, string> { ["circuit"] = circuit },
            Button = asked.Words["portal configure"],
            Side = PortalPages.SideOf(asked, Side.Customer),
            Fields = DomainFields(asked, old),
        };
    }

    private static async Task<Act> ConfigurePublicAsync(Asked asked, string circuit)
    {
        JsonNode? old = await PeeringAsync(asked, circuit, "MicrosoftPeering");
        JsonNode? declared = old?["properties"]?["microsoftPeeringConfig"];
        return new Act(
            "configure-public",
            asked.Words["portal act configure-public", Ids.NameOf(circuit)],
            "PUT",
            "{circuit}/peerings/MicrosoftPeering",
            ArmClient.NetworkVersion,
            Template.Over(
                old,
                JsonNode.Parse(
                    """
                    {"properties":{"peeringType":"MicrosoftPeering","peerASN":"{asn:number}","vlanId":"{vlan:number}","primaryPeerAddressPrefix":"{primary}",
                     "secondaryPeerAddressPrefix":"{secondary}","sharedKey":"{key?}","microsoftPeeringConfig":{"advertisedPublicPrefixes":"{prefixes:list}",
                     "customerASN":"{customerAsn:number?}","routingRegistryName":"{registry}"}}}
                    """
                )!
            ),
            [
                "causeway circuit peering create {circuit} --type microsoft --peer-asn {asn} --vlan {vlan} --primary {primary} --secondary {secondary} --prefixes {prefixes:words} [--customer-asn {customerAsn}] --registry {registry} [--md5-key-file {key:file}]",
                "az network express-route peering create --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --peering-type MicrosoftPeering --peer-asn {asn} --vlan-id {vlan} --primary-peer-subnet {primary} --secondary-peer-subnet {secondary} --advertised-public-prefixes {prefixes:words} [--customer-asn {customerAsn}] --routing-registry-name {registry} [--shared-key {key}]",
            ]
        )
        {
            On = circuit,
            IfMatch = old?["etag"]?.ToString(),
            Given = new Dictionary<string, string> { ["circuit"] = circuit },
            Button = asked.Words["portal configure"],
            Side = PortalPages.SideOf(asked, Side.Customer),
            Fields =
            [
                .. DomainFields(asked, old),
                Declared(asked, declared),
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
            ],
        };
    }

    /// <summary>What a Microsoft peering declares, and nothing else of it.</summary>
    private static async Task<Act> PrefixesAsync(Asked asked, string circuit)
    {
        JsonNode old = await asked.Client.Arm.GetAsync(
            Ids.Peering(circuit, "MicrosoftPeering"),
            ArmClient.NetworkVersion,
            asked.Cancellation
        );
        return new Act(
            "prefixes",
            asked.Words["portal act prefixes", Ids.NameOf(circuit)],
            "PUT",
            "{circuit}/peerings/MicrosoftPeering",
            ArmClient.NetworkVersion,
            Template.Over(
                old,
                JsonNode.Parse("""{"properties":{"microsoftPeeringConfig":{"advertisedPublicPrefixes":"{prefixes:list}"}}}""")!
            ),
            [
                "az network express-route peering update --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --name MicrosoftPeering --advertised-public-prefixes {prefixes:words}",
            ]
        )
        {
            On = circuit,
            IfMatch = old["etag"]?.ToString(),
            Given = new Dictionary<string, string> { ["circuit"] = circuit },
            Button = asked.Words["portal move"],
            Side = PortalPages.SideOf(asked, Side.Customer),
            Fields = [Declared(asked, old["properties"]?["microsoftPeeringConfig"])],
        };
    }

    private static async Task<Act> LinkAsync(Asked asked, string circuit)
    {
        IReadOnlyList<JsonNode> gateways =
        [
            .. (await CustomerLists.InGroupsAsync(asked, "virtualNetworkGateways")).Where(g =>
                g["properties"]?["gatewayType"]?.ToString() == "ExpressRoute"
            ),
        ];
        return new Act(
            "link",
            asked.Words["portal act link", Ids.NameOf(circuit)],
            "PUT",
            "{gateway:container}/providers/Microsoft.Network/connections/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{gateway}"},"peer":{"id":"{circuit}"},
                 "routingWeight":"{weight:number}"}}
                """
            ),
            [
                "causeway network connection create {name} --gateway {gateway} --circuit {circuit} --weight {weight} --group {gateway:group} --subscription {gateway:subscription}",
                "az network vpn-connection create --name {name} --resource-group {gateway:group} --subscription {gateway:subscription} --location {region} --vnet-gateway1 {gateway} --express-route-circuit2 {circuit} --routing-weight {weight}",
            ]
        )
        {
            On = circuit,
            Given = new Dictionary<string, string> { ["circuit"] = circuit },
            Button = asked.Words["portal connect"],
            Side = PortalPages.SideOf(asked, Side.Customer),
            Fields =
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
            ],
        };
    }

    /// <summary>A routing domain as it is; null while there is none.</summary>
    private static async Task<JsonNode?> PeeringAsync(Asked asked, string circuit, string domain) =>
        await asked.Client.Arm.FindAsync(Ids.Peering(circuit, domain), ArmClient.NetworkVersion, asked.Cancellation);

    /// <summary>What every routing domain of a circuit needs, as it is now.</summary>
    private static Field[] DomainFields(Asked asked, JsonNode? old)
    {
        string Now(string member) => old?["properties"]?[member]?.ToString() ?? "";
        return
        [
            new Field("asn", asked.Words["column peerAsn"], FieldKind.Number)
            {
                Value = Now("peerASN"),
                Help = asked.Words["portal help asn"],
            },
            new Field("vlan", asked.Words["column vlan"], FieldKind.Number)
            {
                Value = Now("vlanId"),
                Help = asked.Words["portal help vlan"],
            },
            new Field("primary", asked.Words["column primarySubnet"])
            {
                Value = Now("primaryPeerAddressPrefix"),
                Pattern = Subnet,
                Help = asked.Words["portal help subnet"],
            },
            new Field("secondary", asked.Words["column secondarySubnet"])
            {
                Value = Now("secondaryPeerAddressPrefix"),
                Pattern = Subnet,
                Help = asked.Words["portal help subnet"],
            },
            new Field("key", asked.Words["portal md5"], FieldKind.Secret) { IsOptional = true, Help = asked.Words["portal help md5"] },
        ];
    }

    private static Field Declared(Asked asked, JsonNode? declared) =>
        new("prefixes", asked.Words["column prefixes"], FieldKind.Long)
        {
            Value = string.Join('\n', (declared?["advertisedPublicPrefixes"] as JsonArray ?? []).Select(p => p?.ToString())),
            Help = asked.Words["portal help declared"],
        };

    private const string Subnet = @"\d{1,3}(\.\d{1,3}){3}/30";

    private static async Task<Act> MoveAsync(Asked asked, string order)
    {
        CrossConnectionBody body = (await asked.Client.CrossConnections.GetAsync(order, asked.Cancellation)).Body;
        return new Act(
            "move",
            asked.Words["portal act move", body.Name],
            "PUT",
            "{order}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """{"location":"{location}","properties":{"serviceProviderProvisioningState":"{state}","serviceProviderNotes":"{notes?}"}}"""
            ),
            [
                new(
                    "causeway provider deprovision complete {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "NotProvisioned")
                ),
                new(
                    "causeway provider provision start {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "Provisioning")
                ),
                new(
                    "causeway provider provision complete {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "Provisioned")
                ),
                new(
                    "causeway provider deprovision start {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "Deprovisioning")
                ),
            ]
        )
        {
            On = order,
            Given = new Dictionary<string, string> { ["order"] = order, ["location"] = body.Location },
            Button = asked.Words["portal move"],
            Side = PortalPages.SideOf(asked, Side.Provider),
            Fields =
            [
                new Field("state", asked.Words["column providerState"], FieldKind.Choice)
                {
                    Value = body.Properties.ServiceProviderProvisioningState,
                    Choices = Plain("NotProvisioned", "Provisioning", "Provisioned", "Deprovisioning"),
                },
                new Field("notes", asked.Words["column providerNotes"], FieldKind.Long)
                {
                    IsOptional = true,
                    Value = body.Properties.ServiceProviderNotes ?? "",
                },
            ],
        };
    }

    private static Task<Act> AsnAsync(Asked asked, string on) =>
        Task.FromResult(
            new Act(
                "asn",
                asked.Words["portal act asn"],
                "PUT",
                "/subscriptions/{subscription}/providers/Microsoft.Peering/peerAsns/{name}",
                InternetPeeringsClient.PeeringVersion,
                JsonNode.Parse(
                    """{"properties":{"peerAsn":"{asn:number}","peerName":"{network}","peerContactDetail":[{"role":"Noc","email":"{noc}"}]}}"""
                ),
                ["causeway peering asn create {name} --asn {asn} --network {network} --noc {noc} --subscription {subscription}"]
            )
            {
                Button = asked.Words["portal create"],
                Side = PortalPages.SideOf(asked, Side.Peer),
                Fields =
                [
                    Subscription(asked),
                    Name(asked),
                    new Field("asn", asked.Words["column asn"], FieldKind.Number),
                    new Field("network", asked.Words["portal network name"]),
                    new Field("noc", asked.Words["portal noc"]) { Pattern = "[^@\\s]+@[^@\\s]+", Help = asked.Words["portal help noc"] },
                ],
            }
        );

    private static async Task<Act> RequestAsync(Asked asked, string on)
    {
        Task<Choice[]> groups = GroupsAsync(asked);
        IReadOnlyList<Document<PeerAsnBody>> asns = await Pages.Lists.OfAllAsync<Document<PeerAsnBody>>(
            asked,
            s => asked.Client.PeerAsns.ListAsync(PeerAsnsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""), asked.Cancellation)
        );
        IReadOnlyList<Document<PeeringLocationBody>> locations = asked.Viewer.Subscriptions is [var any, ..]
            ? await asked.Client.PeeringOffers.LocationsAsync(Ids.Subscription(any.SubscriptionId), "Exchange", asked.Cancellation)
            : [];
        return new Act(
            "request",
            asked.Words["portal act request"],
            "PUT",
            "{group}/providers/Microsoft.Peering/peerings/{name}",
            InternetPeeringsClient.PeeringVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"{location}","exchange":{"peerAsn":{"id":"{asn}"},
                 "connections":[{"connectionIdentifier":"c1","peeringDBFacilityId":"{exchange:number}","bgpSession":{"peerSessionIPv4Address":"{v4?}","peerSessionIPv6Address":"{v6?}",
                 "maxPrefixesAdvertisedV4":"{maxV4:number}","maxPrefixesAdvertisedV6":"{maxV6:number}"}}]}}}
                """
            ),
            [
                "causeway peering request {name} --asn {asn} --at {location} --exchange {exchange} [--address {v4}] [--address-v6 {v6}] --max-prefixes {maxV4} --max-prefixes-v6 {maxV6} --location {region} --group {group:name} --subscription {group:subscription}",
            ]
        )
        {
            Button = asked.Words["portal request"],
            Side = PortalPages.SideOf(asked, Side.Peer),
            Fields =
            [
                new Field("group", asked.Words["column group"], FieldKind.Choice) { Choices = await groups },
                Name(asked),
                new Field("asn", asked.Words["column asn"], FieldKind.Choice)
                {
                    Choices =
                    [
                        .. asns.Where(a => a.Body.Id is not null)
                            .Select(a => new Choice(a.Body.Id!, $"AS{a.Body.Properties.PeerAsn} {a.Body.Properties.PeerName}", [])),
                    ],
                    Help = asked.Words["portal no asns"],
                },
                new Field("location", asked.Words["column peeringLocation"], FieldKind.Choice)
                {
                    Choices =
                    [
                        .. locations.Select(l => new Choice(l.Body.Properties.PeeringLocation, l.Body.Properties.PeeringLocation, [])),
                    ],
                },
                new Field("region", asked.Words["column region"], FieldKind.Choice)
                {
                    DependsOn = "location",
                    Choices =
                    [
                        .. locations.Select(l => new Choice(
                            l.Body.Properties.AzureRegion,
                            l.Body.Properties.AzureRegion,
                            [l.Body.Properties.PeeringLocation]
                        )),
                    ],
                },
                new Field("exchange", asked.Words["column facility"], FieldKind.Choice)
                {
                    DependsOn = "location",
                    Choices =
                    [
                        .. locations.SelectMany(l =>
                            (l.Body.Properties.Exchange?.PeeringFacilities ?? []).Select(f => new Choice(
                                f.PeeringDbFacilityId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                                f.ExchangeName,
                                [l.Body.Properties.PeeringLocation]
                            ))
                        ),
                    ],
                },
                new Field("v4", asked.Words["portal address v4"]) { IsOptional = true, Help = asked.Words["portal help address"] },
                new Field("v6", asked.Words["portal address v6"]) { IsOptional = true },
                new Field("maxV4", asked.Words["portal most v4"], FieldKind.Number) { Value = "100" },
                new Field("maxV6", asked.Words["portal most v6"], FieldKind.Number) { Value = "100" },
            ],
        };
    }

    /// <summary>What the operator decides on a peering, an ASN or a ticket.</summary>
    private static Act Decide(Asked asked, string on, string verb, bool isReasonNeeded)
    {
        bool isTicket = on.Contains("/supportTickets/", StringComparison.OrdinalIgnoreCase);
        return new Act(
            verb,
            asked.Words[$"portal act {verb}", Ids.NameOf(on)],
            "POST",
            "{on}/" + verb,
            isTicket ? TicketVersion : InternetPeeringsClient.PeeringVersion,
            JsonNode.Parse("""{"reason":"{reason?}"}"""),
            [
                isReasonNeeded
                    ? $"causeway {(isTicket ? "ticket" : "operator")} {verb} {{on}} --reason {{reason}}"
                    : $"causeway operator {verb} {{on}} [--reason {{reason}}]",
            ]
        )
        {
            On = on,
            Given = new Dictionary<string, string> { ["on"] = on },
            Button = asked.Words[$"portal {verb}"],
            Side = PortalPages.SideOf(asked, Side.Operator),
            Fields =
            [
                new Field("reason", asked.Words["column reason"], FieldKind.Long)
                {
                    IsOptional = !isReasonNeeded,
                    Help = asked.Words["portal help reason"],
                },
            ],
        };
    }

    private const string TicketVersion = "2024-04-01";

    private static Act Accept(Asked asked, string ticket) =>
        new(
            "accept",
            asked.Words["portal act accept", Ids.NameOf(ticket)],
            "POST",
            "{on}/accept",
            TicketVersion,
            JsonNode.Parse("""{"prefixes":"{prefixes:list?}","expires":"{expires}T00:00:00Z","reason":"{reason}"}"""),
            ["causeway ticket accept {on} [--prefixes {prefixes:words}] --expires {expires} --reason {reason}"]
        )
        {
            On = ticket,
            Given = new Dictionary<string, string> { ["on"] = ticket },
            Button = asked.Words["portal accept"],
            Side = PortalPages.SideOf(asked, Side.Operator),
            Fields =
            [
                new Field("prefixes", asked.Words["column prefixes"]) { IsOptional = true, Help = asked.Words["portal help prefixes"] },
                new Field("expires", asked.Words["column until"], FieldKind.Date),
                new Field("reason", asked.Words["column reason"], FieldKind.Long) { Help = asked.Words["portal help reason"] },
            ],
        };

    private static Field Name(Asked asked) =>
        new("name", asked.Words["column name"]) { Pattern = ResourceName, Help = asked.Words["portal help name"] };

    private static Field Subscription(Asked asked) =>
        new("subscription", asked.Words["column subscription"], FieldKind.Choice)
        {
            Choices = [.. asked.Viewer.Subscriptions.Select(s => new Choice(s.SubscriptionId, s.DisplayName, []))],
        };

    private static Choice[] Plain(params IReadOnlyList<string> values) => [.. values.Select(v => new Choice(v, v, []))];

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

    private static async Task<Choice[]> GroupsAsync(Asked asked) =>
        [
            .. (
                await Pages.Lists.OfAllAsync<string>(
                    asked,
                    async s => [.. (await CustomerLists.GroupsAsync(asked, s.SubscriptionId)).Select(g => Ids.Group(s.SubscriptionId, g))]
                )
            ).Select(id => new Choice(id, $"{Ids.NameOf(id)} ({asked.Viewer.NameOf(CustomerLists.SubscriptionOf(id))})", [])),
        ];

    private static async Task<Choice[]> RegionsAsync(Asked asked)
    {
        if (asked.Viewer.Subscriptions is not [var any, ..])
            return [];
        var regions = new List<Choice>();
        await foreach (
            JsonNode region in asked.Client.Arm.ListAsync(
                $"{Ids.Subscription(any.SubscriptionId)}/locations",
                ArmClient.ResourcesVersion,
                asked.Cancellation
            )
        )
            regions.Add(new Choice(region["name"]!.ToString(), region["displayName"]?.ToString() ?? region["name"]!.ToString(), []));
        return [.. regions];
    }
}
