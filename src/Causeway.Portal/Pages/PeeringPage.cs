using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;
using Causeway.Portal.Pages.Graphs;

namespace Causeway.Portal.Pages;

/// <summary>A peering over the Internet's exchanges: its connections and what each still needs, its sessions, what was said about it, what it announces.</summary>
internal static class PeeringPage
{
    public static Page Of(Asked asked, string id)
    {
        bool isDesk = IsDesk(asked, id);
        string? side = PortalPages.SideOf(asked, isDesk ? Side.Operator : Side.Peer);
        InternetPeeringsClient peerings = asked.Client.InternetPeerings;
        Lazy<Task<Document<InternetPeeringBody>>> peering = new(() => peerings.GetAsync(id, asked.Cancellation));
        Lazy<Task<ExplainBody>> explained = new(async () =>
            Leaving(
                await asked.Client.Arm.GetAsync(
                    $"{id}/explain",
                    InternetPeeringsClient.PeeringVersion,
                    CircuitsContract.Default.ExplainBody,
                    asked.Cancellation
                )
            )
        );
        return new Page(
            Ids.NameOf(id),
            side,
            [
                SharePage.Explained(asked, id, () => explained.Value),
                new Fragment(
                    "acts",
                    [id],
                    async () =>
                    {
                        (string Text, string Path)[] acts = [.. ActsOf(asked, id, (await peering.Value).Body, await explained.Value)];
                        return Show.Acts(acts, NextOf(asked, id, await explained.Value, acts));
                    }
                ),
                new Fragment(
                    "facts",
                    [id],
                    async () =>
                    {
                        InternetPeeringBody body = (await peering.Value).Body;
                        return Show.Facts(
                            Facts.Of(
                                asked.Words,
                                ("state", StateOf(asked.Words, body.Connections, SuspendedOf(await explained.Value))),
                                ("kind", Cell.Of(body.Kind)),
                                ("peeringLocation", Cell.Of(body.Properties.PeeringLocation)),
                                ("peerAsn", (await PeerNames.OfAsync(asked, body.PeerAsn?.Id)).Cell(body.PeerAsn?.Id)),
                                ("sku", Cell.Of(body.Sku.Name)),
                                ("region", Cell.Of(body.Location)),
                                ("configuration", Cell.Stored(body.Properties.ProvisioningState)),
                                ("id", Cell.Code(body.Id))
                            )
                        );
                    }
                ),
                Lists.Titled(
                    "connections",
                    asked,
                    [id],
                    async () =>
                    {
                        HashSet<string> suspended = SuspendedOf(await explained.Value);
                        PlaceNames places = await PlaceNames.OfAsync(asked, (await peering.Value).Body.Kind, id);
                        return Table.Of(
                            asked.Words,
                            asked.Words["portal connections"],
                            asked.Words["portal none"],
                            (await peering.Value).Body.Connections,
                            ("connection", c => Cell.Code(c.ConnectionIdentifier)),
                            ("state", c => StateOf(asked.Words, [c], suspended)),
                            ("facility", c => places.Cell(c.PeeringDbFacilityId)),
                            (
                                "peerAddress",
                                c => Cell.Code(Both(c.BgpSession?.PeerSessionIPv4Address, c.BgpSession?.PeerSessionIPv6Address))
                            ),
                            (
                                "ourAddress",
                                c => Cell.Code(Both(c.BgpSession?.MicrosoftSessionIPv4Address, c.BgpSession?.MicrosoftSessionIPv6Address))
                            ),
                            ("problem", c => Cell.Said(asked.Words, c.ErrorMessage))
                        );
                    }
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
                            ("says", c => Cell.Said(asked.Words, c.Check.Says)),
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
                .. Journal.OfOwner(asked, id, async () => await explained.Value),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, isDesk ? "requests" : "peerings"),
        };
    }

    /// <summary>
    /// What can be done with it as it is now, by this viewer: what the operator decides, then what the peer says. To leave comes last: it is what nobody should press for being first, unless
    /// the peer has asked for it.
    /// </summary>
    private static IEnumerable<(string Text, string Path)> ActsOf(Asked asked, string id, InternetPeeringBody body, ExplainBody explained)
    {
        (string, string) Act(string name) => (asked.Words[$"portal act {name}", Ids.NameOf(id)], AllActs.PathOf(name, id));
        string?[] states = [.. body.Connections.Select(c => c.ConnectionState)];
        bool wantsToLeave = LeavesBy(explained) is not null;
        bool isSuspended = SuspendedOf(explained).Count > 0;
        var acts = new List<string>();
        if (asked.Viewer.Decides(id))
            acts.AddRange(states.SelectMany(s => PeerActs.DecidedIn(s, isSuspended)));
        bool isPeers = asked.Viewer.May(id) && !IsDesk(asked, id);
        if (isPeers)
        {
            // Nobody answers what was not asked.
            if (IsAsked(explained))
                acts.Add("answer");
            acts.AddRange(states.SelectMany(PeerActs.SaidIn).Where(v => v != "leave" || !wantsToLeave));
        }
        // What is on no router of ours is deleted; what is on one leaves first.
        if (isPeers && states.All(DeleteFirst.IsOffRouters))
            acts.Add("delete");
        string[] apart = wantsToLeave ? ["reject", "suspend"] : ["reject", "suspend", "deprovision", "leave", "delete"];
        acts = [.. acts.Distinct().OrderBy(a => wantsToLeave && a == "deprovision" ? 0 : 1)];
        return [.. acts.Except(apart).Select(Act), SharePage.Link(asked, id), .. acts.Intersect(apart).Select(Act)];
    }

    /// <summary>That the peer wants to leave, with who acts on it; null where it does not.</summary>
    private static FindingBody? LeavesBy(ExplainBody explained) => explained.Findings.FirstOrDefault(f => f.Code == "DeprovisionRequested");

    /// <summary>Who wants to leave waits for that alone: what was to be done to come in is nobody's any more.</summary>
    internal static ExplainBody Leaving(ExplainBody explained) =>
        LeavesBy(explained) is { ActsNext: { } next } ? explained with { ActsNext = next } : explained;

    /// <summary>Whether the operator has asked something that the peer has not answered.</summary>
    internal static bool IsAsked(ExplainBody explained) => explained.Findings.Any(f => f.Code == "QuestionOpen");

    /// <summary>The connections that the operator holds back, by their identifiers; the API calls them Validating, as Azure has no word for it.</summary>
    internal static HashSet<string> SuspendedOf(ExplainBody explained) =>
        [
            .. explained
                .Findings.Where(f => f is { Code: "DenyAll", ActsNext: "operator" })
                .Select(f => f.ValuesByName?.GetValueOrDefault("connection"))
                .OfType<string>(),
        ];

    /// <summary>Of connections together: what is suspended is said to be.</summary>
    internal static Cell StateOf(Language.Words words, IEnumerable<ExchangeConnectionBody> connections, IReadOnlySet<string> suspended) =>
        connections.Any(c => c.ConnectionIdentifier is { } identifier && suspended.Contains(identifier))
            ? new Cell(
                string.Join(
                    ", ",
                    connections
                        .Select(c =>
                            c.ConnectionIdentifier is { } identifier && suspended.Contains(identifier)
                                ? words["portal suspended"]
                                : c.ConnectionState
                        )
                        .Distinct()
                ),
                CellKind.State,
                Tone: "bad"
            )
            : Cell.States(connections.Select(c => c.ConnectionState));

    /// <summary>What who looks does next, where it is their turn; null where another acts next, or nobody.</summary>
    private static string? NextOf(Asked asked, string id, ExplainBody explained, IReadOnlyList<(string Text, string Path)> acts) =>
        (
            explained.ActsNext switch
            {
                "operator" when asked.Viewer.Decides(id) => ["approve", "retry", "resume"],
                "peer" when asked.Viewer.Owns(id) => ["answer", "ready", "retry"],
                _ => Array.Empty<string>(),
            }
        )
            .Select(name => AllActs.PathOf(name, id))
            .FirstOrDefault(path => acts.Any(a => a.Path == path));

    /// <summary>Whether who looks decides about it for the operator, and it is not their own too: what the peer says is the peer's to say.</summary>
    public static bool IsDesk(Asked asked, string id) => asked.Viewer.Decides(id) && !asked.Viewer.Owns(id);

    private static string Both(string? v4, string? v6) =>
        string.Join(
            ", ",
            new[] { v4, v6 }.Where(a => !string.IsNullOrEmpty(a)).Select(a => a!.Replace(",", ", ", StringComparison.Ordinal))
        );
}
