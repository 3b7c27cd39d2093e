using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>An AS number that somebody wants to peer with: whose it is, whom to ask there, and what comes next.</summary>
internal static class AsnPage
{
    /// <summary>What the API calls Failed, the operator has rejected.</summary>
    public static Cell StateOf(Language.Words words, string? state) =>
        Cell.State(state) is var cell && state == "Failed" ? cell with { Text = words["portal asn rejected"] } : cell;

    public static Page Of(Asked asked, string id)
    {
        bool isDesk = PeeringPage.IsDesk(asked, id);
        string? side = PortalPages.SideOf(asked, isDesk ? Side.Operator : Side.Peer);
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, InternetPeeringsClient.PeeringVersion, asked.Cancellation));
        Lazy<Task<ExplainBody?>> explained = new(() => Journal.ExplainedAsync(asked, id, InternetPeeringsClient.PeeringVersion));
        async Task<PeerAsnProperties> PropertiesAsync() =>
            Document<PeerAsnBody>.Of(await read.Value, InternetPeeringContract.Default.PeerAsnBody).Body.Properties;
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "next",
                    [id],
                    async () =>
                    {
                        PeerAsnProperties p = await PropertiesAsync();
                        (string text, string tone) = p.ValidationState switch
                        {
                            "Approved" => (asked.Words["portal asn approved"], "good"),
                            "Failed" => (asked.Words["portal asn failed", p.ErrorMessage ?? ""], "bad"),
                            _ => (asked.Words["portal asn pending"], "wait"),
                        };
                        return Show.Of<Notice>(
                            (nameof(Notice.Text), text),
                            (nameof(Notice.Tone), tone),
                            (
                                nameof(Notice.ActsNext),
                                p.ValidationState switch
                                {
                                    "Approved" => null,
                                    "Failed" => asked.Words["who acts next", asked.Words["the peer"]],
                                    _ => asked.Words["who acts next", asked.Words["the operator"]],
                                }
                            )
                        );
                    }
                ),
                AnyPage.ActsFragment(asked, id, read),
                AnyPage.FactsFragment(
                    asked,
                    id,
                    read,
                    body =>
                    {
                        PeerAsnProperties p = Document<PeerAsnBody>.Of(body, InternetPeeringContract.Default.PeerAsnBody).Body.Properties;
                        return Facts.Of(
                            asked.Words,
                            ("state", StateOf(asked.Words, p.ValidationState)),
                            ("networkName", Cell.Of(p.PeerName)),
                            ("asn", Cell.Code($"{p.PeerAsn}")),
                            ("problem", Cell.Said(asked.Words, p.ErrorMessage)),
                            ("subscription", Cell.Of(asked.Viewer.NameOf(CustomerLists.SubscriptionOf(id)))),
                            ("id", Cell.Code(id))
                        );
                    }
                ),
                Lists.Titled(
                    "contacts",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["column contacts"],
                            asked.Words["portal none"],
                            (await PropertiesAsync()).PeerContactDetail ?? [],
                            ("role", c => Cell.Of(c.Role)),
                            ("email", c => Cell.Code(c.Email)),
                            ("phone", c => Cell.Code(c.Phone))
                        )
                ),
                States.Fragment(asked, id, () => read.Value, () => Journal.WaysAsync(asked, id)),
                .. Journal.OfOwner(asked, id, () => explained.Value),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, isDesk ? "requests" : "asns"),
        };
    }
}
