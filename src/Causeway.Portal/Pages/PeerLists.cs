using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Components;
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
                        ("networkName", a => Cell.Of(a.Body.Properties.PeerName)),
                        ("state", a => AsnPage.StateOf(asked.Words, a.Body.Properties.ValidationState)),
                        ("problem", a => Cell.Said(asked.Words, a.Body.Properties.ErrorMessage))
                    )
            ),
        ];

    public static IReadOnlyList<Fragment> Locations(Asked asked) =>
        [Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act request"], AllActs.PathOf("request"))] : []), LocationTable(asked)];

    /// <summary>Where networks are met at exchanges: on which LAN, and our addresses there, which is what a peer configures its session to.</summary>
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
                    (
                        asked.Viewer.Subscriptions is [var any, ..]
                            ? await asked.Client.PeeringOffers.LocationsAsync(
                                Ids.Subscription(any.SubscriptionId),
                                "Exchange",
                                asked.Cancellation
                            )
                            : []
                    ).SelectMany(l => (l.Body.Properties.Exchange?.PeeringFacilities ?? []).Select(f => (Location: l, Exchange: f))),
                    ("facility", l => Cell.Of(l.Exchange.ExchangeName)),
                    ("name", l => Cell.Of(l.Location.Body.Properties.PeeringLocation)),
                    ("lan", l => Cell.Code(Both(l.Exchange.FacilityIPv4Prefix, l.Exchange.FacilityIPv6Prefix))),
                    ("ourAddress", l => Cell.Code(Both(l.Exchange.MicrosoftIPv4Address, l.Exchange.MicrosoftIPv6Address))),
                    ("region", l => Cell.Of(l.Location.Json["properties"]?["azureRegion"]?.ToString()))
                )
        );

    /// <summary>By what the operator decides whom to peer with.</summary>
    public static IReadOnlyList<Fragment> Policy(Asked asked)
    {
        Lazy<Task<PeeringPolicyBody?>> policy = new(async () =>
            asked.Viewer.Subscriptions is [var any, ..]
                ? (
                    await asked.Client.PeeringOffers.PolicyAsync(Ids.Subscription(any.SubscriptionId), null, null, null, asked.Cancellation)
                ).Body
                : null
        );
        return
        [
            Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act request"], AllActs.PathOf("request"))] : []),
            new Fragment("policy", [], async () => Show.Of<PolicyView>((nameof(PolicyView.Text), (await policy.Value)?.Text ?? ""))),
            Lists.Titled(
                "conditions",
                asked,
                [],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal conditions"],
                        asked.Words["portal none"],
                        (await policy.Value)?.Conditions ?? [],
                        ("says", c => Cell.Said(asked.Words, c.Says)),
                        ("weighs", c => Cell.Of(asked.Words[c.Blocks ? "portal condition needed" : "portal condition advised"]))
                    )
            ),
        ];
    }

    private static string Both(string? v4, string? v6) =>
        string.Join(
            ", ",
            new[] { v4, v6 }.Where(a => !string.IsNullOrEmpty(a)).Select(a => a!.Replace(",", ", ", StringComparison.Ordinal))
        );
}
