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
                        ("mbps", o => Cell.Amount(o.Body.Properties.BandwidthInMbps)),
                        ("providerNotes", o => Cell.Of(o.Body.Properties.ServiceProviderNotes)),
                        ("ordered", o => Cell.Time(o.Body.SystemData?.CreatedAt))
                    )
            ),
        ];

    /// <summary>The pairs of ports that orders land on, and what is left of them.</summary>
    public static IReadOnlyList<Fragment> Ports(Asked asked) =>
        [
            Lists.Table(
                "ports",
                asked,
                [Watch.Type("expressRouteCrossConnections")],
                async () => PortTable(asked, asked.Words["portal list ports"], await PortsAsync(asked), await MetroNames.OfAsync(asked))
            ),
        ];

    public static Task<IReadOnlyList<Document<ProviderPortBody>>> PortsAsync(Asked asked) =>
        Lists.OfAllAsync<Document<ProviderPortBody>>(
            asked,
            s =>
                asked
                    .Client.Of(CircuitsContract.Default.ProviderPortBody, ArmClient.NetworkVersion)
                    .ListAsync(Ids.OfNetwork(Ids.Subscription(s.SubscriptionId), "expressRouteProviderPorts"), asked.Cancellation)
        );

    public static Table PortTable(Asked asked, string caption, IEnumerable<Document<ProviderPortBody>> ports, MetroNames metros) =>
        Table.Of(
            asked.Words,
            caption,
            asked.Words["portal no ports"],
            ports,
            ("pair", p => Cell.Of(p.Body.Properties.PortPairDescriptor)),
            ("peeringLocation", p => Cell.Of(metros[p.Body.Properties.PeeringLocation])),
            ("primaryPort", p => Cell.Code(p.Body.Properties.PrimaryAzurePort)),
            ("secondaryPort", p => Cell.Code(p.Body.Properties.SecondaryAzurePort)),
            ("portMbps", p => Cell.Amount(p.Body.Properties.PortBandwidthInMbps)),
            ("soldUpTo", p => Cell.Of($"{p.Body.Properties.OverprovisionFactor} ×")),
            ("usedMbps", p => Cell.Amount(p.Body.Properties.UsedBandwidthInMbps)),
            ("remainingMbps", p => Cell.Amount(p.Body.Properties.RemainingBandwidthInMbps))
        );

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
