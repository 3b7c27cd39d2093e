using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>What a peer network has, and where it can meet us.</summary>
internal static class PeerLists
{
    public static IReadOnlyList<Fragment> Peerings(Asked asked) =>
        [
            Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act request"], AllActs.PathOf("request"))] : []),
            Lists.Table(
                "peerings",
                asked,
                ["*/Microsoft.Peering/peerings/"],
                async () =>
                {
                    PeerNames names = await PeerNames.OfAsync(asked);
                    return Table.Of(
                        asked.Words,
                        asked.Words["portal list peerings"],
                        asked.Words["portal no peerings"],
                        await Lists.OfAllAsync<Document<InternetPeeringBody>>(
                            asked,
                            s =>
                                asked.Client.InternetPeerings.ListAsync(
                                    InternetPeeringsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""),
                                    asked.Cancellation
                                )
                        ),
                        ("name", p => Cell.Link(p.Body.Id)),
                        ("state", p => Cell.States(p.Body.Connections.Select(c => c.ConnectionState))),
                        ("kind", p => Cell.Of(p.Body.Kind)),
                        ("peeringLocation", p => Cell.Of(p.Body.Properties.PeeringLocation)),
                        ("peerAsn", p => names.Cell(p.Body.PeerAsn?.Id))
                    );
                }
            ),
        ];

    public static IReadOnlyList<Fragment> Exchanges(Asked asked) => [ExchangeLans.Fragment(asked)];

    public static IReadOnlyList<Fragment> Asns(Asked asked) =>
        [
            Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act asn"], AllActs.PathOf("asn"))] : []),
            Lists.Table(
                "asns",
                asked,
                [Watch.Type("peerAsns")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list asns"],
                        asked.Words["portal no asns"],
                        await Lists.OfAllAsync<Document<PeerAsnBody>>(
                            asked,
                            s =>
                                asked.Client.PeerAsns.ListAsync(
                                    PeerAsnsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""),
                                    asked.Cancellation
                                )
                        ),
                        ("name", a => Cell.Link(a.Body.Id)),
                        ("asn", a => Cell.Number(a.Body.Properties.PeerAsn)),
                        ("as", a => Cell.Of(a.Body.Properties.PeerName)),
                        ("state", a => Cell.State(a.Body.Properties.ValidationState)),
                        ("problem", a => Cell.Said(asked.Words, a.Body.Properties.ErrorMessage))
                    )
            ),
        ];

    public static IReadOnlyList<Fragment> Locations(Asked asked) => [LocationTable(asked)];

    /// <summary>Where networks are met at exchanges.</summary>
    public static Fragment LocationTable(Asked asked) =>
        Lists.Titled(
            "locations",
            asked,
            [],
            async () =>
                Table.Of(
                    asked.Words,
                    asked.Words["portal list locations"],
                    asked.Words["portal no locations"],
                    asked.Viewer.Subscriptions is [var any, ..]
                        ? await asked.Client.PeeringOffers.LocationsAsync(
                            Ids.Subscription(any.SubscriptionId),
                            "Exchange",
                            asked.Cancellation
                        )
                        : [],
                    ("name", (Document<PeeringLocationBody> l) => Cell.Of(l.Body.Properties.PeeringLocation)),
                    ("region", l => Cell.Of(l.Json["properties"]?["azureRegion"]?.ToString())),
                    ("facility", l => Cell.Of(Facilities(l)))
                )
        );

    private static string Facilities(Document<PeeringLocationBody> location) =>
        string.Join(
            ", ",
            (location.Json["properties"]?["exchange"]?["peeringFacilities"] as System.Text.Json.Nodes.JsonArray ?? []).Select(f =>
                f?["exchangeName"]?.ToString()
            )
        );
}
