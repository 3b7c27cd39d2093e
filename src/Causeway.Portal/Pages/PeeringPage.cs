using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Pages.Acts;
using Causeway.Portal.Pages.Graphs;

namespace Causeway.Portal.Pages;

/// <summary>A peering over the Internet's exchanges: its connections and what each still needs, its sessions, what was said about it, what it announces.</summary>
internal static class PeeringPage
{
    public static Page Of(Asked asked, string id)
    {
        string? side = PortalPages.SideOf(asked, Side.Peer);
        InternetPeeringsClient peerings = asked.Client.InternetPeerings;
        Lazy<Task<Document<InternetPeeringBody>>> peering = new(() => peerings.GetAsync(id, asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "facts",
                    [id],
                    async () =>
                    {
                        InternetPeeringBody body = (await peering.Value).Body;
                        return Show.Facts(
                            Facts.Of(
                                asked.Words,
                                ("state", Cell.State(body.Properties.ProvisioningState)),
                                ("kind", Cell.Of(body.Kind)),
                                ("peeringLocation", Cell.Of(body.Properties.PeeringLocation)),
                                ("peerAsn", Cell.Link(body.PeerAsn?.Id)),
                                ("sku", Cell.Of(body.Sku.Name)),
                                ("region", Cell.Of(body.Location)),
                                ("id", Cell.Code(body.Id))
                            )
                        );
                    }
                ),
                new Fragment(
                    "acts",
                    [id],
                    async () =>
                        Show.Acts([
                            .. Decisions(asked, id, "approve", "reject", "ask"),
                            .. Said(asked, id, (await peering.Value).Body, isToLeave: false),
                            SharePage.Link(asked, id),
                            .. Said(asked, id, (await peering.Value).Body, isToLeave: true),
                        ])
                ),
                Lists.Titled(
                    "connections",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["portal connections"],
                            asked.Words["portal none"],
                            (await peering.Value).Body.Connections,
                            ("connection", c => Cell.Code(c.ConnectionIdentifier)),
                            ("state", c => Cell.State(c.ConnectionState)),
                            ("facility", c => Cell.Number(c.PeeringDbFacilityId)),
                            (
                                "peerAddress",
                                c => Cell.Code(Both(c.BgpSession?.PeerSessionIPv4Address, c.BgpSession?.PeerSessionIPv6Address))
                            ),
                            (
                                "ourAddress",
                                c => Cell.Code(Both(c.BgpSession?.MicrosoftSessionIPv4Address, c.BgpSession?.MicrosoftSessionIPv6Address))
                            ),
                            ("problem", c => Cell.Of(c.ErrorMessage))
                        )
                ),
                Lists.Titled(
                    "checks",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["portal checks"],
                            asked.Words["portal none"],
                            (await peerings.ChecksAsync(id, asked.Cancellation)).SelectMany(c =>
                                c.Body.Checks.Select(k => (c.Body, Check: k))
                            ),
                            ("what", c => Cell.Of(c.Check.Name)),
                            ("status", c => Cell.State(c.Check.Result)),
                            ("says", c => Cell.Of(c.Check.Says)),
                            ("when", c => Cell.Time(c.Check.At)),
                            ("connection", c => Cell.Code(c.Body.ConnectionIdentifier))
                        )
                ),
                Lists.Titled(
                    "sessions",
                    asked,
                    [id],
                    async () =>
                        SessionRow.TableOf(
                            asked,
                            (await peerings.SessionsAsync(id, asked.Cancellation)).Select(s => SessionRow.From(s.Body))
                        )
                ),
                SessionGraphs.Fragment(asked, days => SessionGraphs.OfAllAsync([peerings.HistoryAsync(id, days, asked.Cancellation)])),
                States.Fragment(asked, id, async () => (await peering.Value).Json, () => Journal.WaysAsync(asked, id)),
                Lists.Titled(
                    "messages",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["portal messages"],
                            asked.Words["portal none"],
                            await peerings.MessagesAsync(id, asked.Cancellation),
                            ("when", (Document<PeeringMessageBody> m) => Cell.Time(m.Body.At)),
                            ("by", m => Cell.Of(m.Body.By)),
                            ("says", m => Cell.Of(m.Body.Text))
                        )
                ),
                LookingGlass.Fragment(
                    asked,
                    id,
                    LookingGlass.OfPeering,
                    (kind, prefix) => LookingGlass.OfPeeringAsync(asked, id, kind, prefix)
                ),
                .. Journal.OfOperator(asked, id),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, "peerings"),
        };
    }

    /// <summary>What the operator may decide; nobody else is offered it.</summary>
    public static (string Text, string Path)[] Decisions(Asked asked, string id, params IReadOnlyList<string> verbs) =>
        asked.Viewer.Sides.Contains(Side.Operator)
            ? [.. verbs.Select(v => (asked.Words[$"portal act {v}", Ids.NameOf(id)], AllActs.PathOf(v, id)))]
            : [];

    /// <summary>What the peer may say next, by the states of its connections; the operator is offered it as well.</summary>
    /// <param name="isToLeave">To leave comes last, and apart: it is what nobody should press for being first.</param>
    private static IEnumerable<(string Text, string Path)> Said(Asked asked, string id, InternetPeeringBody body, bool isToLeave) =>
        body
            .Connections.SelectMany(c => PeerActs.SaidIn(c.ConnectionState))
            .Distinct()
            .Where(v => v == "leave" == isToLeave)
            .Select(v => (asked.Words[$"portal act {v}", Ids.NameOf(id)], AllActs.PathOf(v, id)));

    private static string Both(string? v4, string? v6) =>
        string.Join(
            ", ",
            new[] { v4, v6 }.Where(a => !string.IsNullOrEmpty(a)).Select(a => a!.Replace(",", ", ", StringComparison.Ordinal))
        );
}
