using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.Support;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Support;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>A ticket, for who asked and for the operator: who acts next, what was asked and how it stands, what was said, its files, what was decided.</summary>
internal static class TicketPage
{
    public static Page Of(Asked asked, string id)
    {
        SupportTicketsClient tickets = asked.Client.Tickets;
        string name = Ids.NameOf(id);
        Lazy<Task<Document<SupportTicketBody>>> ticket = new(() => tickets.GetAsync(id, asked.Cancellation));
        Lazy<Task<ExplainBody>> explained = new(() =>
            asked.Client.Arm.GetAsync($"{id}/explain", TicketActs.Version, CircuitsContract.Default.ExplainBody, asked.Cancellation)
        );
        // A workspace has the ticket's own name unless it was made before the ticket; a file also counts as a change of the ticket's page.
        string[] watches =
        [
            id,
            $"{id[..id.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase)]}/providers/Microsoft.Support/fileWorkspaces/{name}",
        ];
        bool decides = asked.Viewer.Sides.Contains(Side.Operator);
        string? side = PortalPages.SideOf(asked, decides ? Side.Operator : Side.Customer);
        return new Page(
            name,
            side,
            [
                new Fragment("explain", [id], async () => Next(asked, (await ticket.Value).Body, await explained.Value)),
                new Fragment(
                    "acts",
                    [id],
                    async () => Show.Acts([.. ActsOf(asked, id, (await ticket.Value).Body)], NextOf(asked, id, (await ticket.Value).Body))
                ),
                new Fragment("facts", [id], async () => Show.Facts(FactsOf(asked, (await ticket.Value).Body))),
                Lists.Titled("asked", asked, [id], async () => await AskedForAsync(asked, (await ticket.Value).Body)),
                new Fragment(
                    "said",
                    [id],
                    async () =>
                        Show.All(
                            Show.Heading(asked.Words["portal messages"]),
                            Show.Of<Conversation>(
                                (nameof(Conversation.Words), asked.Words),
                                (
                                    nameof(Conversation.All),
                                    (await tickets.SaidAsync(id, asked.Cancellation)).Select(s => s.Body.Properties).ToArray()
                                )
                            )
                        )
                ),
                Lists.Titled("files", asked, watches, async () => await FilesAsync(asked, id, (await ticket.Value).Body)),
                Lists.Titled(
                    "decisions",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["portal decisions"],
                            asked.Words["portal no decisions"],
                            ((await ticket.Value).Body.Properties.Decisions ?? []).Reverse(),
                            ("when", d => Cell.Time(d.At)),
                            ("decided", d => Cell.State(d.Decision)),
                            ("prefixes", d => Cell.Code(string.Join(", ", d.Prefixes ?? []))),
                            ("until", d => Cell.Time(d.Expires)),
                            ("reason", d => Cell.Of(d.Reason))
                        )
                ),
                States.Fragment(asked, id, async () => (await ticket.Value).Json, () => Journal.WaysAsync(asked, id)),
                .. Journal.OfOwner(asked, id, async () => (ExplainBody?)await explained.Value),
            ]
        )
        {
            Called = async () => (await ticket.Value).Body.Properties.Title,
            Above = PortalPages.Above(asked, side, decides ? "queue" : "tickets"),
        };
    }

    /// <summary>What stands, and who has to do something about it.</summary>
    private static RenderFragment Next(Asked asked, SupportTicketBody ticket, ExplainBody explained) =>
        Show.Of<Notice>(
            (nameof(Notice.Text), CircuitPage.Said(asked.Words, explained.Findings[0])),
            (
                nameof(Notice.Tone),
                ticket.Properties.ActsNext is not null ? "plain"
                : explained.Usable ? "good"
                : "plain"
            ),
            (
                nameof(Notice.ActsNext),
                ticket.Properties.ActsNext is { Length: > 0 } who ? asked.Words["who acts next", asked.Words[$"the {who}"]] : null
            )
        );

    /// <summary>What can be done just now, by this viewer: who acts next is offered it first.</summary>
    private static IEnumerable<(string Text, string Path)> ActsOf(Asked asked, string id, SupportTicketBody ticket)
    {
        SupportTicketProperties p = ticket.Properties;
        (string, string) Act(string name) => (asked.Words[$"portal act {name}", Ids.NameOf(id)], AllActs.PathOf(name, id));
        bool isOpen = p.Status == "Open";
        bool decides = asked.Viewer.Decides(p.TechnicalTicketDetails?.ResourceId ?? id);
        bool isAsked =
            p.AskedPrefixes is { Count: > 0 }
            || IsOfInternet(p) && p.ProblemClassificationId.EndsWith("/advertisedPrefixes", StringComparison.OrdinalIgnoreCase);
        if (decides && isAsked && (isOpen || p.Decisions is [.., { Decision: "Accepted" }]))
            yield return Act("accept");
        if (isOpen && (decides || asked.Viewer.May(id)))
            yield return Act("say");
        if (isOpen && asked.Viewer.May(SupportTicketsClient.WorkspaceOf(ticket)))
            yield return Act("attach");
        if (decides && (isOpen || p.Decisions is [.., { Decision: "Accepted" }]))
            yield return Act("reject");
        if (asked.Viewer.May(id))
            yield return Act(isOpen ? "close" : "reopen");
    }

    /// <summary>What who looks does next, where it is their turn: the operator accepts what was asked for, or says something; who asked answers. Null where another acts next, or nobody.</summary>
    private static string? NextOf(Asked asked, string id, SupportTicketBody ticket) =>
        ticket.Properties.ActsNext switch
        {
            "operator" when asked.Viewer.Decides(ticket.Properties.TechnicalTicketDetails?.ResourceId ?? id) => AllActs.PathOf(
                ActsOf(asked, id, ticket).Any(a => a.Path == AllActs.PathOf("accept", id)) ? "accept" : "say",
                id
            ),
            { Length: > 0 } and not "operator" when asked.Viewer.Owns(id) => AllActs.PathOf("say", id),
            _ => null,
        };

    private static bool IsOfInternet(SupportTicketProperties ticket) =>
        ticket.TechnicalTicketDetails?.ResourceId?.Contains("/Microsoft.Peering/", StringComparison.OrdinalIgnoreCase) == true;

    private static Facts FactsOf(Asked asked, SupportTicketBody ticket)
    {
        SupportTicketProperties p = ticket.Properties;
        return Facts.Of(
            asked.Words,
            ("ticketNumber", Cell.Code(p.SupportTicketId)),
            ("status", Cell.Of(p.Status)),
            ("actsNext", Cell.Of(p.ActsNext is { Length: > 0 } who ? asked.Words[$"the {who}"] : null)),
            ("about", AboutOf(p)),
            ("problem", Cell.Of(TicketActs.NameOf(asked.Words, p.ProblemClassificationId, p.ProblemClassificationDisplayName))),
            ("severity", Cell.Of(TicketActs.SeverityOf(asked.Words, p.Severity))),
            ("contact", Cell.Of($"{p.ContactDetails.FirstName} {p.ContactDetails.LastName}, {p.ContactDetails.PrimaryEmailAddress}")),
            ("createdAt", Cell.Time(p.CreatedDate)),
            ("changedAt", Cell.Time(p.ModifiedDate)),
            ("subscription", Cell.Of(asked.Viewer.NameOf(CustomerLists.SubscriptionOf(ticket.Id!)))),
            ("description", Cell.Of(p.Description))
        );
    }

    /// <summary>What a ticket is about, leading to the page on which that is shown: a routing domain is shown on its circuit's.</summary>
    public static Cell AboutOf(SupportTicketProperties ticket)
    {
        string? id = ticket.TechnicalTicketDetails?.ResourceId;
        int peering = id?.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase) ?? -1;
        return id is null ? Cell.Of("")
            : peering < 0 || IsOfInternet(ticket) ? Cell.Link(id)
            : new Cell($"{Ids.NameOf(id[..peering])}: {id[(peering + "/peerings/".Length)..]}", Href: Cell.PathOf(id[..peering]));
    }

    /// <summary>The prefixes that were asked for, and how each stands now where the viewer may know it.</summary>
    private static async Task<Table> AskedForAsync(Asked asked, SupportTicketBody ticket)
    {
        IReadOnlyList<AskedPrefixBody> prefixes = ticket.Properties.AskedPrefixes ?? [];
        Dictionary<string, PrefixEvidenceBody> standing = [];
        if (
            prefixes.Count > 0
            && ticket.Properties.TechnicalTicketDetails?.ResourceId is { } peering
            && peering.Contains("/expressRouteCircuits/", StringComparison.OrdinalIgnoreCase)
        )
            try
            {
                foreach (Document<PrefixEvidenceBody> e in await asked.Client.Peerings.EvidenceAsync(peering, asked.Cancellation))
                    standing[e.Body.Prefix] = e.Body;
            }
            catch (ArmException e) when (e.Status is 403 or 404)
            {
                // What it is about is gone, or not the viewer's: what was asked stands all the same.
            }
        return Table.Of(
            asked.Words,
            asked.Words["column asked"],
            asked.Words["portal no asked"],
            prefixes,
            ("prefix", a => Cell.Code(a.Prefix)),
            ("asn", a => Cell.Number(a.CustomerAsn)),
            ("peerAsn", a => Cell.Number(a.PeerAsn)),
            ("state", a => Cell.State(standing.GetValueOrDefault(a.Prefix)?.State)),
            ("reason", a => Cell.Said(asked.Words, standing.GetValueOrDefault(a.Prefix)?.Reason))
        );
    }

    private static async Task<Table> FilesAsync(Asked asked, string id, SupportTicketBody ticket)
    {
        bool mayRead = asked.Viewer.May(SupportTicketsClient.WorkspaceOf(ticket));
        return Table.Of(
            asked.Words,
            asked.Words["portal files"],
            asked.Words["portal no files"],
            await asked.Client.Tickets.FilesAsync(ticket, asked.Cancellation),
            (
                "file",
                (Document<FileBody> f) =>
                    new Cell(
                        f.Body.Name ?? "",
                        Href: mayRead && f.Body.Properties.StoredChunks == f.Body.Properties.NumberOfChunks
                            ? TicketFiles.PathOf(id, f.Body.Name ?? "")
                            : null
                    )
            ),
            ("bytes", f => Cell.Number(f.Body.Properties.FileSize)),
            ("chunks", f => Cell.Of($"{f.Body.Properties.StoredChunks}/{f.Body.Properties.NumberOfChunks}")),
            ("createdAt", f => Cell.Time(f.Body.Properties.CreatedOn))
        );
    }
}
