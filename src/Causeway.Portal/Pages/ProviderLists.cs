using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;

namespace Causeway.Portal.Pages;

/// <summary>What was ordered from a provider, and what the provider offers.</summary>
internal static class ProviderLists
{
    public static IReadOnlyList<Fragment> Orders(Asked asked) =>
        [
            Lists.Table(
                "orders",
                asked,
                [Watch.Type("expressRouteCrossConnections")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list orders"],
                        asked.Words["portal no orders"],
                        await Lists.OfAllAsync<Document<CrossConnectionBody>>(
                            asked,
                            s => asked.Client.CrossConnections.OrdersAsync(s.SubscriptionId, asked.Cancellation)
                        ),
                        ("serviceKey", o => Cell.Link(o.Body.Id)),
                        ("providerState", o => Cell.State(o.Body.Properties.ServiceProviderProvisioningState)),
                        ("peeringLocation", o => Cell.Of(o.Body.Properties.PeeringLocation)),
                        ("mbps", o => Cell.Number(o.Body.Properties.BandwidthInMbps)),
                        ("providerNotes", o => Cell.Of(o.Body.Properties.ServiceProviderNotes)),
                        ("ordered", o => Cell.Time(o.Body.SystemData?.CreatedAt))
                    )
            ),
        ];

    public static IReadOnlyList<Fragment> Offers(Asked asked) =>
        [
            Lists.Table(
                "offers",
                asked,
                [],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list offers"],
                        asked.Words["portal no offers"],
                        asked.Viewer.Subscriptions is [var any, ..]
                            ? await asked.Client.ServiceProviders.ListAsync(
                                Ids.OfNetwork(Ids.Subscription(any.SubscriptionId), "expressRouteServiceProviders"),
                                asked.Cancellation
                            )
                            : [],
                        ("provider", (Document<ServiceProviderBody> p) => Cell.Of(p.Body.Name)),
                        ("locations", p => Cell.Of(string.Join(", ", p.Body.Properties.PeeringLocations))),
                        ("bandwidths", p => Cell.Of(string.Join(", ", p.Body.Properties.BandwidthsOffered.Select(b => b.OfferName))))
                    )
            ),
        ];
}
