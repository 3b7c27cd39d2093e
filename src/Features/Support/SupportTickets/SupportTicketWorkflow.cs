using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Support;

/// <summary>
/// A ticket: <c>WithOperator</c> or <c>WithCustomer</c> by who spoke last, until it is <c>Closed</c> by a decision or without one. Decisions can be revised
/// after that: what an operator accepted must be possible to take back.
/// </summary>
public sealed class SupportTicketWorkflow : Workflow<SupportTicket>
{
    public override string Type => SupportTicket.ResourceType;

    protected override JsonTypeInfo<SupportTicket> Json => SupportJson.Default.SupportTicket;

    public override IReadOnlyList<string> Told => ["request.title", "request.severity", "request.classification", "subject.resource"];

    public override Decision<SupportTicket> Decide(SupportTicket? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutTicket put) => new Decision<SupportTicket>.Move(
                new SupportTicket
                {
                    Id = put.Id,
                    Number = put.Number,
                    Request = put.Request,
                    Subject = put.Subject,
                    Created = put.At,
                    Modified = put.At,
                    State = new TicketState.WithOperator(put.At),
                },
                $"opened: {put.Request.Title}"
            ),
            ({ } ticket, PutTicket put) when ticket.Request == put.Request && ticket.Subject?.Resource == put.Subject?.Resource => Stay(
                "nothing changes"
            ),
            ({ }, PutTicket put) => Refuse(
                Refusal.Conflict(
                    "SupportTicketAlreadyExists",
                    $"There is a ticket '{put.Id.Name}' already, and what was asked in it stays: PATCH changes status, severity and contact; ask something else under another name."
                )
            ),

            ({ } ticket, ChangeTicket change) => Changed(ticket, change),

            ({ } ticket, SayOnTicket say) when ticket.FindMessage(say.Message.Name) is { } said => Same(said, say.Message)
                ? Stay("it was said already")
                : Refuse(
                    Refusal.Conflict(
                        "CommunicationAlreadyExists",
                        $"Something else was said as '{said.Name}' already, and stays: say it under another name."
                    )
                ),
            ({ State: TicketState.Closed } ticket, SayOnTicket) => Refuse(
                Refusal.Conflict(
                    "SupportTicketClosed",
                    $"Ticket '{ticket.Id.Name}' is closed: open it again first (PATCH with status open), or create another."
                )
            ),
            ({ Messages.Length: >= SupportTicket.MostMessages } ticket, SayOnTicket) => Refuse(
                Refusal.Conflict(
                    "TooManyCommunications",
                    $"Ticket '{ticket.Id.Name}' holds {SupportTicket.MostMessages} messages, the limit: go on in another ticket."
                )
            ),
            ({ } ticket, SayOnTicket { Message: var message }) => Move(
                ticket with
                {
                    Messages = ticket.Messages.Add(message),
                    State = message.FromCustomer
                        ? new TicketState.WithOperator(Since<TicketState.WithOperator>(ticket, message.At))
                        : new TicketState.WithCustomer(Since<TicketState.WithCustomer>(ticket, message.At)),
                },
                signal,
                message.FromCustomer ? "the customer wrote" : "the operator asked back"
            ),

            ({ }, AcceptTicket accept) when accept.Expires <= accept.At => Refuse(
                Refusal.Invalid(
                    "ExpiryInThePast",
                    $"'expires' is {accept.Expires:u}, and now is {accept.At:u}: name a time to come, at which the acceptance ends.",
                    "expires"
                )
            ),
            // Of two operators who decide at once, the one who says no is not overruled unseen.
            ({ State: TicketState.Closed { End: TicketEnd.Rejected } } ticket, AcceptTicket) => Refuse(
                Refusal.Conflict(
                    "SupportTicketRejected",
                    $"Ticket '{ticket.Id.Name}' was rejected at {ticket.State.Since:u}: {ticket.Decisions[^1].Reason.TrimEnd('.')}. Open it again first (PATCH with status open, or `causeway ticket close --reopen`) to accept it after all."
                )
            ),
            // Whoever asked has taken it back.
            ({ State: TicketState.Closed { End: TicketEnd.Withdrawn or TicketEnd.Gone } } ticket, AcceptTicket) => Refuse(
                Refusal.Conflict(
                    "SupportTicketClosed",
                    $"Ticket '{ticket.Id.Name}' was closed at {ticket.State.Since:u} without a decision: open it again first (PATCH with status open, or `causeway ticket close --reopen`) to accept what it asked for."
                )
            ),
            ({ } ticket, AcceptTicket accept) => Move(
                ticket with
                {
                    Decisions = ticket.Decisions.Add(new(accept.At, [.. accept.Prefixes], accept.Expires, accept.Reason)),
                    State = accept.Close ? new TicketState.Closed(accept.At, TicketEnd.Accepted) : ticket.State,
                },
                signal,
                $"accepted {string.Join(", ", accept.Prefixes)} until {accept.Expires:u}: {accept.Reason}"
            ),
            ({ } ticket, RejectTicket reject) => Move(
                ticket with
                {
                    Decisions = ticket.Decisions.Add(new(reject.At, [], null, reject.Reason)),
                    State = new TicketState.Closed(reject.At, TicketEnd.Rejected),
                },
                signal,
                $"rejected: {reject.Reason}"
            ),

            ({ State: TicketState.Closed }, LoseSubject) => Stay("it is closed"),
            ({ } ticket, LoseSubject lose) => Move(
                ticket with
                {
                    Messages = ticket.Messages.Length < SupportTicket.MostMessages ? ticket.Messages.Add(Gone(lose)) : ticket.Messages,
                    State = new TicketState.Closed(lose.At, TicketEnd.Gone),
                },
                signal,
                $"closed: {lose.Resource} was deleted"
            ),

            (null, _) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such support ticket.")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    public override IEnumerable<string> LabelsOf(SupportTicket resource) =>
        resource.State is TicketState.Closed ? []
        : resource.Subject?.About is { } about ? [SupportTicket.Open, SupportTicket.OpenAbout(about)]
        : [SupportTicket.Open];

    public override IEnumerable<Quota> QuotasOf(SupportTicket resource) =>
        [
            new Quota(
                new ResourceQuery
                {
                    Type = Type,
                    Scope = ResourceId.OfSubscription(resource.Id.Subscription!),
                    Label = SupportTicket.Open,
                },
                SupportTicket.MostOpen
            ),
        ];

    public override Refusal OverQuota(SupportTicket resource, Quota quota) =>
        Refusal.Conflict("TooManyOpenTickets", $"The subscription has {quota.Most} open tickets, the limit: close some first.");

    private static Decision<SupportTicket> Changed(SupportTicket ticket, ChangeTicket change)
    {
        SupportTicket next = ticket with
        {
            Request = ticket.Request with
            {
                Severity = change.Severity,
                Contact = change.Contact,
                DiagnosticConsent = change.DiagnosticConsent,
                SecondaryConsent = change.SecondaryConsent,
            },
            State = (ticket.State, change.Close) switch
            {
                (TicketState.Closed, false) => new TicketState.WithOperator(change.At),
                (not TicketState.Closed, true) => new TicketState.Closed(change.At, TicketEnd.Withdrawn),
                (var same, _) => same,
            },
        };
        if (next.Request == ticket.Request && next.State == ticket.State)
            return Stay("nothing changes");
        return Move(
            next,
            change,
            next.State == ticket.State ? "updated"
                : next.State is TicketState.Closed ? "closed without a decision"
                : "opened again"
        );
    }

    private static TicketMessage Gone(LoseSubject lose) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"gone-{lose.At:yyyyMMddHHmmssfff}"),
            lose.At,
            FromCustomer: false,
            null,
            $"{lose.Resource.Name} was deleted",
            $"{lose.Resource} was deleted, so that nothing is left to decide here: the ticket is closed. For another peering, open another ticket."
        );

    private static bool Same(TicketMessage a, TicketMessage b) =>
        (a.FromCustomer, a.Sender, a.Subject, a.Body) == (b.FromCustomer, b.Sender, b.Subject, b.Body);

    /// <summary>Who waits already goes on waiting since then.</summary>
    private static DateTimeOffset Since<T>(SupportTicket ticket, DateTimeOffset at)
        where T : TicketState => ticket.State is T same ? same.Since : at;

    private static Decision<SupportTicket>.Move Move(SupportTicket next, Signal signal, string why) =>
        new(next with { Modified = signal.At }, why);

    private static Decision<SupportTicket>.Stay Stay(string why) => new(why);

    private static Decision<SupportTicket>.Refuse Refuse(Refusal refusal) => new(refusal);
}
