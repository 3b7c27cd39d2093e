using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What a peer network does: its ASNs, and what it asks for.</summary>
internal static class PeerActs
{
    public static Task<Act> AsnAsync(Asked asked, string on) =>
        Task.FromResult(
            Made.Of(
                asked,
                Side.Peer,
                "asn",
                null,
                "PUT /subscriptions/{subscription}/providers/Microsoft.Peering/peerAsns/{name}",
                InternetPeeringsClient.PeeringVersion,
                JsonNode.Parse(
                    """{"properties":{"peerAsn":"{asn:number}","peerName":"{network}","peerContactDetail":[{"role":"Noc","email":"{noc}"}]}}"""
                ),
                asked.Words["portal create"],
                ["causeway peering asn create {name} --asn {asn} --network {network} --noc {noc} --subscription {subscription}"],
                [
                    Subscription(asked),
                    Name(asked),
                    new Field("asn", asked.Words["column asn"], FieldKind.Number),
                    new Field("network", asked.Words["portal network name"]),
                    new Field("noc", asked.Words["portal noc"]) { Pattern = "[^@\\s]+@[^@\\s]+", Help = asked.Words["portal help noc"] },
                ]
            )
        );

    /// <summary>What the peer says of its peering: that its side is configured, that it is mended, an answer, that it leaves.</summary>
    /// <param name="name">As of the command line's verb.</param>
    /// <param name="verb">As of the request's path.</param>
    /// <param name="isTextNeeded">Whether it says something in words.</param>
    public static Act Say(Asked asked, string on, string name, string verb, bool isTextNeeded = false) =>
        Made.Of(
            asked,
            Side.Peer,
            name,
            ("on", on),
            $"POST {{on}}/{verb}",
            InternetPeeringsClient.PeeringVersion,
            JsonNode.Parse("""{"reason":"{reason?}"}"""),
            asked.Words[$"portal {name}"],
            [$"causeway peering {name} {{on}} {(isTextNeeded ? "--reason {reason}" : "")}".TrimEnd()],
            isTextNeeded ? [new Field("reason", asked.Words["column says"], FieldKind.Long)] : []
        );

    /// <summary>What the peer can say while a connection is in a state: what is on no router yet has nothing to leave, and is deleted.</summary>
    public static IReadOnlyList<string> SaidIn(string? state) =>
        state switch
        {
            "Approved" => ["ready"],
            "ProvisioningFailed" => ["retry"],
            "ProvisioningStarted" or "ProvisioningCompleted" or "Validating" or "Active" => ["leave"],
            _ => [],
        };

    /// <summary>What the operator can decide while a connection is in a state, what is likeliest first.</summary>
    /// <param name="isSuspended">By the operator's own hand, which on the wire is a Validating like any other.</param>
    public static IReadOnlyList<string> DecidedIn(string? state, bool isSuspended) =>
        state switch
        {
            "PendingApproval" => ["approve", "ask", "reject"],
            "Approved" => ["ask", "reject"],
            "ProvisioningFailed" => ["retry", "ask"],
            "ProvisioningStarted" => ["ask", "deprovision"],
            "Validating" when isSuspended => ["resume", "ask", "deprovision"],
            "ProvisioningCompleted" or "Validating" or "Active" => ["ask", "suspend", "deprovision"],
            _ => [],
        };

    public static async Task<Act> RequestAsync(Asked asked, string on)
    {
        Task<Choice[]> groups = GroupsAsync(asked);
        IReadOnlyList<Document<PeerAsnBody>> asns = await Pages.Lists.OfAllAsync<Document<PeerAsnBody>>(
            asked,
            s => asked.Client.PeerAsns.ListAsync(PeerAsnsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""), asked.Cancellation)
        );
        IReadOnlyList<Document<PeeringLocationBody>> locations = asked.Viewer.Subscriptions is [var any, ..]
            ? await asked.Client.PeeringOffers.LocationsAsync(Ids.Subscription(any.SubscriptionId), "Exchange", asked.Cancellation)
            : [];
        Document<PeerAsnBody>[] approved = [.. asns.Where(a => a.Body.Properties.ValidationState == "Approved")];
        return Made.Of(
            asked,
            Side.Peer,
            "request",
            null,
            "PUT {group}/providers/Microsoft.Peering/peerings/{name}",
            InternetPeeringsClient.PeeringVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"{location}","exchange":{"peerAsn":{"id":"{asn}"},
                 "connections":[{"connectionIdentifier":"c1","peeringDBFacilityId":"{exchange:number}","bgpSession":{"peerSessionIPv4Address":"{v4?}","peerSessionIPv6Address":"{v6?}",
                 "maxPrefixesAdvertisedV4":"{maxV4:number}","maxPrefixesAdvertisedV6":"{maxV6:number}"}}]}}}
                """
            ),
            asked.Words["portal request"],
            [
                "causeway peering request {name} --asn {asn} --at {location} --exchange {exchange} [--address {v4}] [--address-v6 {v6}] --max-prefixes {maxV4} --max-prefixes-v6 {maxV6} --location {region} --group {group:name} --subscription {group:subscription}",
            ],
            [
                new Field("group", asked.Words["column group"], FieldKind.Choice) { Choices = await groups },
                Name(asked),
                new Field("asn", asked.Words["column asn"], FieldKind.Choice)
                {
                    Choices =
                    [
                        .. approved
                            .Where(a => a.Body.Id is not null)
                            .Select(a => new Choice(a.Body.Id!, $"AS{a.Body.Properties.PeerAsn} {a.Body.Properties.PeerName}", [])),
                    ],
                    Help = asked.Words["portal help approved asn"],
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
                                LanOf(f),
                                [l.Body.Properties.PeeringLocation]
                            ))
                        ),
                    ],
                },
                new Field("v4", asked.Words["portal address v4"]) { IsOptional = true, Help = asked.Words["portal help address"] },
                new Field("v6", asked.Words["portal address v6"]) { IsOptional = true },
                new Field("maxV4", asked.Words["portal most v4"], FieldKind.Number) { Value = "100" },
                new Field("maxV6", asked.Words["portal most v6"], FieldKind.Number) { Value = "100" },
            ]
        ) with
        {
            Taken = new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["asn"] = approved
                    .Where(a => a.Body.Id is not null)
                    .ToDictionary(
                        a => a.Body.Id!,
                        a => a.Body.Properties.PeerAsn.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    ),
            },
            Lans = new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["v4"] = LansOf(f => f.FacilityIPv4Prefix),
                ["v6"] = LansOf(f => f.FacilityIPv6Prefix),
            },
            First =
                asns.Count == 0 ? (asked.Words["portal first asn"], asked.Words["portal act asn"], AllActs.PathOf("asn"))
                : approved.Length == 0
                    ? (asked.Words["portal first asn approved"], Ids.NameOf(asns[0].Body.Id), Cell.PathOf(asns[0].Body.Id!))
                : FirstOfGroup(asked, await groups),
        };

        Dictionary<string, string> LansOf(Func<ExchangeFacilityBody, string?> of) =>
            locations
                .SelectMany(l => l.Body.Properties.Exchange?.PeeringFacilities ?? [])
                .Where(f => of(f) is { Length: > 0 })
                .GroupBy(f => f.PeeringDbFacilityId.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .ToDictionary(f => f.Key, f => of(f.First())!);
    }

    /// <summary>An exchange by its name and the prefixes of its LAN, by which two at a place are told apart.</summary>
    private static string LanOf(ExchangeFacilityBody exchange) =>
        new[] { exchange.FacilityIPv4Prefix, exchange.FacilityIPv6Prefix }.Where(p => !string.IsNullOrEmpty(p)).ToArray()
            is { Length: > 0 } lans
            ? $"{exchange.ExchangeName} ({string.Join(", ", lans)})"
            : exchange.ExchangeName;
}
