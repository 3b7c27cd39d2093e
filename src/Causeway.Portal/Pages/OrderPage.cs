using Causeway.Client;
using Causeway.Client.CrossConnections;
using Causeway.Contracts.CrossConnections;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A circuit as its connectivity provider sees it.</summary>
internal static class OrderPage
{
    public static Page Of(Asked asked, string id)
    {
        string? side = PortalPages.SideOf(asked, Side.Provider);
        Lazy<Task<Document<CrossConnectionBody>>> order = new(() => asked.Client.CrossConnections.GetAsync(id, asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "facts",
                    [id],
                    async () =>
                    {
                        CrossConnectionBody body = (await order.Value).Body;
                        CrossConnectionProperties p = body.Properties;
                        return Show.Facts(
                            Facts.Of(
                                asked.Words,
                                ("providerState", Cell.State(p.ServiceProviderProvisioningState)),
                                ("serviceKey", Cell.Code(body.Name)),
                                ("peeringLocation", Cell.Of(p.PeeringLocation)),
                                ("mbps", Cell.Number(p.BandwidthInMbps)),
                                ("primaryPort", Cell.Code(p.PrimaryAzurePort)),
                                ("secondaryPort", Cell.Code(p.SecondaryAzurePort)),
                                ("sTag", CircuitPage.TagOf(asked, p.STag)),
                                ("providerNotes", Cell.Of(p.ServiceProviderNotes)),
                                ("configuration", Cell.Stored(p.ProvisioningState)),
                                ("ordered", Cell.Time(body.SystemData?.CreatedAt))
                            )
                        );
                    }
                ),
                Lists.Acts(asked.Viewer.May(id) ? [(asked.Words["portal act move", Ids.NameOf(id)], AllActs.PathOf("move", id))] : []),
                Lists.Titled(
                    "peerings",
                    asked,
                    [id],
                    async () => CircuitPage.PeeringTable(asked, (await order.Value).Body.Properties.Peerings)
                ),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, "orders"),
        };
    }
}
