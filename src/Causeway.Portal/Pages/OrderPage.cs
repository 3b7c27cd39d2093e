using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.CrossConnections;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A circuit as its connectivity provider sees it.</summary>
internal static class OrderPage
{
    public static Page Of(Asked asked, string id)
    {
        string? side = PortalPages.SideOf(asked, Side.Provider);
        Lazy<Task<Document<CrossConnectionBody>>> order = new(() => asked.Client.CrossConnections.GetAsync(id, asked.Cancellation));
        Lazy<Task<ExplainBody?>> explained = new(() => Journal.ExplainedAsync(asked, id, ArmClient.NetworkVersion));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "explain",
                    [id],
                    async () =>
                        await explained.Value is { } found
                            ? Show.Of<Explained>(
                                (nameof(Explained.Words), asked.Words),
                                (nameof(Explained.Name), await CalledAsync()),
                                (nameof(Explained.Path), null),
                                (nameof(Explained.Body), found)
                            )
                            : static _ => { }
                ),
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
                Lists.Titled(
                    "ports",
                    asked,
                    [id],
                    async () =>
                    {
                        CrossConnectionProperties p = (await order.Value).Body.Properties;
                        return ProviderLists.PortTable(
                            asked,
                            asked.Words["portal deliver on"],
                            (await ProviderLists.PortsAsync(asked)).Where(l =>
                                p.PrimaryAzurePort is { Length: > 0 } landed
                                    ? l.Body.Properties.PrimaryAzurePort == landed
                                    : l.Body.Properties.PeeringLocation.Equals(
                                        p.PeeringLocation.Replace(" ", "", StringComparison.Ordinal),
                                        StringComparison.OrdinalIgnoreCase
                                    )
                            )
                        );
                    }
                ),
                States.Fragment(
                    asked,
                    id,
                    async () =>
                        new JsonObject
                        {
                            ["state"] = (await order.Value).Body.Properties.ServiceProviderProvisioningState,
                            ["isOnPort"] = false,
                        },
                    async () => [.. ((await explained.Value)?.Latest ?? []).Select(e => (e.From, e.To))],
                    (circuit, way) => way.To != "Deleting" && CircuitPage.CanGo(circuit, way),
                    "Microsoft.Network/expressRouteCircuits"
                ),
                .. Journal.OfOwner(asked, id, () => explained.Value),
            ]
        )
        {
            Called = async () => await CalledAsync(),
            Above = PortalPages.Above(asked, side, "orders"),
        };

        // A service key is nobody's name for what was ordered.
        async Task<string> CalledAsync()
        {
            CrossConnectionProperties p = (await order.Value).Body.Properties;
            return asked.Words["portal order called", p.BandwidthInMbps, p.PeeringLocation];
        }
    }
}
