using Causeway.Domain.Findings;

namespace Causeway.Domain.Support;

/// <summary>What can be found of a ticket; Support.words says each in the three languages.</summary>
public static class TicketFindings
{
    public static readonly FindingKind WithOperator = new("TicketOpen", "Ticket {ticket} waits for the operator.");

    public static readonly FindingKind WithCustomer = new("TicketOpen", "Ticket {ticket} waits for the customer to answer: {question}");

    public static readonly FindingKind Accepted = new("TicketAccepted", "Ticket {ticket} was accepted until {until}: {reason}");

    public static readonly FindingKind Rejected = new("TicketRejected", "Ticket {ticket} was rejected: {reason}");

    public static readonly FindingKind Withdrawn = new("TicketClosed", "Ticket {ticket} was closed without a decision.");

    public static readonly FindingKind Gone = new(
        "TicketClosed",
        "Ticket {ticket} was closed, since what it is about was deleted: {resource}"
    );

    /// <summary>How a ticket stands.</summary>
    public static Finding Of(SupportTicket ticket)
    {
        string name = ticket.Id.Name;
        DateTimeOffset since = ticket.State.Since;
        TicketDecision? last = ticket.Decisions.LastOrDefault();
        return ticket.State switch
        {
            TicketState.WithOperator => WithOperator.Found(FindingLevel.Info, "operator", since, ("ticket", name)),
            TicketState.WithCustomer => WithCustomer.Found(
                FindingLevel.Warning,
                "customer",
                since,
                ("ticket", name),
                ("question", ticket.Messages.LastOrDefault(m => !m.FromCustomer)?.Subject ?? "")
            ),
            TicketState.Closed { End: TicketEnd.Accepted } when last is { Expires: { } until } => Accepted.Found(
                FindingLevel.Ok,
                null,
                since,
                ("ticket", name),
                ("until", $"{until:u}"),
                ("reason", last.Reason)
            ),
            TicketState.Closed { End: TicketEnd.Rejected } when last is not null => Rejected.Found(
                FindingLevel.Warning,
                "customer",
                since,
                ("ticket", name),
                ("reason", last.Reason)
            ),
            TicketState.Closed { End: TicketEnd.Gone } when ticket.Subject is { } subject => Gone.Found(
                FindingLevel.Info,
                null,
                since,
                ("ticket", name),
                ("resource", subject.Resource.Text)
            ),
            _ => Withdrawn.Found(FindingLevel.Info, null, since, ("ticket", name)),
        };
    }
}
