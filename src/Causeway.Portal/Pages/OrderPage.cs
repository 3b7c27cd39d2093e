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
        // Of what is gone nothing is explained, and nothing is done with it.
        Lazy<Task<ExplainBody?>> explained = new(async () =>
        {
            await order.Value;
            return await Journal.ExplainedAsync(asked, id, ArmClient.NetworkVersion);
        });
        return new Page(
            Ids.NameOf(id),
            side,
            [
                ToldProvider(asked, id, explained, CalledAsync),
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
                new Fragment(
                    "acts",
                    [id],
                    async () =>
                    {
                        bool isProviders = (await explained.Value)?.ActsNext == "provider";
                        string move = AllActs.PathOf("move", id);
                        return Show.Acts(
                            asked.Viewer.May(id) ? [(asked.Words["portal act move", Ids.NameOf(id)], move)] : [],
                            isProviders ? move : null
                        );
                    }
                ),
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
                                        MetroNames.Squeezed(p.PeeringLocation),
                                        StringComparison.OrdinalIgnoreCase
                                    )
                            ),
                            await MetroNames.OfAsync(asked)
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

        async Task<string> CalledAsync() => NameOf(asked, (await order.Value).Body.Properties);
    }

    /// <summary>A routing domain that a provider at layer 3 has configured for its customer; at layer 2 it is the customer's, and only looked at.</summary>
    public static Page Peering(Asked asked, string id)
    {
        string order = id[..id.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase)];
        string? side = PortalPages.SideOf(asked, Side.Provider);
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, ArmClient.NetworkVersion, asked.Cancellation));
        Lazy<Task<ExplainBody?>> explained = new(() => Journal.ExplainedAsync(asked, id, ArmClient.NetworkVersion));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                ToldProvider(asked, order, explained, () => Task.FromResult(Ids.NameOf(id))),
                AnyPage.FactsFragment(asked, id, read, watch: order),
            ]
        )
        {
            Above = [.. PortalPages.Above(asked, side, "orders"), (Ids.NameOf(order), Cell.PathOf(order))],
        };
    }

    /// <summary>A service key is nobody's name for what was ordered.</summary>
    private static string NameOf(Asked asked, CrossConnectionProperties order) =>
        asked.Words["portal order called", order.BandwidthInMbps, order.PeeringLocation];

    /// <summary>How it stands and who acts next, in the words of the provider who reads it.</summary>
    private static Fragment ToldProvider(Asked asked, string order, Lazy<Task<ExplainBody?>> explained, Func<Task<string>> called) =>
        new(
            "explain",
            [order],
            async () =>
                await explained.Value is { } found
                    ? Show.Of<Explained>(
                        (nameof(Explained.Words), asked.Words),
                        (nameof(Explained.Name), await called()),
                        (nameof(Explained.Path), null),
                        (nameof(Explained.Reader), "provider"),
                        (nameof(Explained.Says), (Func<FindingBody, string>)(f => SaidToProvider(asked.Words, f))),
                        // Whom to ask at the provider, the provider knows.
                        (nameof(Explained.Body), found with { Findings = [.. found.Findings.Where(f => f.Code != "ProviderContact")] })
                    )
                    : static _ => { }
        );

    /// <summary>What the provider does is said to them, and of what the customer does, that it is the customer's.</summary>
    internal static string SaidToProvider(Language.Words words, FindingBody finding) =>
        finding switch
        {
            { Code: "NotProvisioned" } => words["portal order not provisioned"],
            { Code: "Provisioning" } => words["portal order provisioning"],
            { Code: "Provisioned" } => words["portal order provisioned"],
            { Code: "Deprovisioning" } => words["portal order deprovisioning"],
            { Code: "DeprovisioningLinked" } => words["portal order deprovisioning linked"],
            { Code: "NoPrivatePeering", ActsNext: "provider" } => words["portal order configures"],
            { Code: "NoPrivatePeering", ActsNext: "customer" } => words["portal order customer configures"],
            { Code: "NoNetworks" } => words["portal order no networks"],
            _ => CircuitPage.Said(words, finding),
        };
}
