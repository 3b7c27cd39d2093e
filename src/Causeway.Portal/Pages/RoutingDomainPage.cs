using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Portal.Pages.Graphs;

namespace Causeway.Portal.Pages;

/// <summary>A routing domain of a circuit alone: whether it can be used, what to put on one's routers, its sessions and how they were.</summary>
internal static class RoutingDomainPage
{
    public static Page Of(Asked asked, string id)
    {
        string circuit = id[..id.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase)];
        string? side = PortalPages.SideOf(asked, Side.Customer);
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, ArmClient.NetworkVersion, asked.Cancellation));
        Lazy<Task<ExplainBody?>> explained = new(() => Journal.ExplainedAsync(asked, id, ArmClient.NetworkVersion));
        Lazy<Task<SessionBody[]>> sessions = new(async () =>
            [.. (await asked.Client.Peerings.SessionsAsync(id, asked.Cancellation)).Select(s => s.Body)]
        );
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "explain",
                    [circuit],
                    async () =>
                        await explained.Value is null
                            ? static _ => { }
                            : await SharePage.Explained(asked, id, async () => (await explained.Value)!).Read()
                ),
                AnyPage.ActsFragment(
                    asked,
                    id,
                    read,
                    circuit,
                    async () =>
                        CircuitPage.DomainActs(
                            asked,
                            (await asked.Client.Circuits.GetAsync(circuit, asked.Cancellation)).Body,
                            Ids.NameOf(id)
                        )
                ),
                AnyPage.FactsFragment(asked, id, read, watch: circuit),
                Lists.Titled(
                    "router",
                    asked,
                    [circuit],
                    async () =>
                    {
                        CircuitBody of = (await asked.Client.Circuits.GetAsync(circuit, asked.Cancellation)).Body;
                        IReadOnlyList<SessionBody> known = await sessions.Value;
                        return RouterTable(
                            asked,
                            of,
                            of.Properties.Peerings.Where(p => p.Name.Equals(Ids.NameOf(id), StringComparison.OrdinalIgnoreCase))
                                .Select(p => (p, known))
                        );
                    }
                ),
                Lists.Titled(
                    "sessions",
                    asked,
                    [circuit],
                    async () => SessionRow.TableOf(asked, (await sessions.Value).Select(s => SessionRow.From(Ids.NameOf(id), s)))
                ),
                SessionGraphs.Fragment(
                    asked,
                    days => SessionGraphs.OfAllAsync([asked.Client.Peerings.HistoryAsync(id, days, asked.Cancellation)])
                ),
                // Its circuit's has what happened to it, and to the other domains.
                .. Journal.OfOwner(asked, circuit, () => Journal.ExplainedAsync(asked, circuit, ArmClient.NetworkVersion)),
            ]
        )
        {
            Above = [.. PortalPages.Above(asked, side, "circuits"), (Ids.NameOf(circuit), Cell.PathOf(circuit))],
        };
    }

    /// <summary>What one puts on one's own routers: of each session both ends, and what the frames of its link bear.</summary>
    public static Table RouterTable(
        Asked asked,
        CircuitBody circuit,
        IEnumerable<(PeeringBody Peering, IReadOnlyList<SessionBody> Sessions)> peerings
    ) =>
        Table.Of(
            asked.Words,
            asked.Words["portal your router"],
            asked.Words["portal no sessions"],
            peerings.SelectMany(p => p.Sessions.Select(s => (p.Peering, Session: s))),
            ("peering", p => Cell.Of(p.Peering.Name)),
            ("link", p => Cell.Of(SessionRow.LinkOf(asked.Words, p.Session.Path))),
            ("yourAddress", p => Cell.Code(WithLength(p.Session.Neighbor, p.Peering))),
            ("yourAsn", p => Cell.Code($"{p.Session.PeerASN}")),
            ("neighborAddress", p => Cell.Code(p.Session.LocalAddress)),
            ("neighborAsn", p => Cell.Code($"{p.Peering.Properties.AzureASN}")),
            ("vlan", p => Cell.Code($"{p.Peering.Properties.VlanId}")),
            ("sTag", _ => circuit.Properties.Stag is > 0 and var tag ? Cell.Code($"{tag}") : Cell.Of(null))
        );

    /// <summary>The length of its link's subnet.</summary>
    private static string WithLength(string address, PeeringBody peering) =>
        new[]
        {
            peering.Properties.PrimaryPeerAddressPrefix,
            peering.Properties.SecondaryPeerAddressPrefix,
            peering.Properties.Ipv6PeeringConfig?.PrimaryPeerAddressPrefix,
            peering.Properties.Ipv6PeeringConfig?.SecondaryPeerAddressPrefix,
        }.FirstOrDefault(p =>
            System.Net.IPNetwork.TryParse(p, out System.Net.IPNetwork network)
            && System.Net.IPAddress.TryParse(address, out System.Net.IPAddress? one)
            && network.Contains(one)
        )
            is { } subnet
            ? address + subnet[subnet.IndexOf('/', StringComparison.Ordinal)..]
            : address;
}
