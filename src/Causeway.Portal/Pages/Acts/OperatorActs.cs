using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Client.Support;
using Causeway.Contracts.Support;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What the operator decides.</summary>
internal static class OperatorActs
{
    /// <summary>What the operator decides on a peering, an ASN or a ticket.</summary>
    public static Act Decide(Asked asked, string on, string verb, bool isReasonNeeded)
    {
        bool isTicket = on.Contains("/supportTickets/", StringComparison.OrdinalIgnoreCase);
        return Made.Of(
            asked,
            Side.Operator,
            verb,
            ("on", on),
            $"POST {{on}}/{verb}",
            isTicket ? TicketActs.Version : InternetPeeringsClient.PeeringVersion,
            JsonNode.Parse("""{"reason":"{reason?}"}"""),
            asked.Words[$"portal {verb}"],
            [
                isReasonNeeded
                    ? $"causeway {(isTicket ? "ticket" : "operator")} {verb} {{on}} --reason {{reason}}"
                    : $"causeway operator {verb} {{on}} [--reason {{reason}}]",
            ],
            [
                new Field("reason", asked.Words["column reason"], FieldKind.Long)
                {
                    IsOptional = !isReasonNeeded,
                    Help = asked.Words["portal help reason"],
                },
            ]
        );
    }

    /// <summary>What the operator does with the connections of a peering.</summary>
    public static Act Act(Asked asked, string on, string verb, bool isReasonNeeded) =>
        Made.Of(
            asked,
            Side.Operator,
            verb,
            ("on", on),
            $"POST {{on}}/{verb}",
            InternetPeeringsClient.PeeringVersion,
            JsonNode.Parse("""{"reason":"{reason?}"}"""),
            asked.Words[$"portal {verb}"],
            [$"causeway operator {verb} {{on}} {(isReasonNeeded ? "--reason {reason}" : "[--reason {reason}]")}"],
            [
                new Field("reason", asked.Words["column reason"], FieldKind.Long)
                {
                    IsOptional = !isReasonNeeded,
                    Help = asked.Words["portal help reason"],
                },
            ]
        ) with
        {
            Says = verb == "deprovision" ? asked.Words["portal help deprovision"] : null,
        };

    public static async Task<Act> AcceptAsync(Asked asked, string ticket)
    {
        SupportTicketProperties? found = (await asked.Client.Tickets.GetAsync(ticket, asked.Cancellation)).Body.Properties;
        // A peering between networks declares nothing: what is accepted has to be named.
        bool declares = found.AskedPrefixes is { Count: > 0 };
        return Made.Of(
            asked,
            Side.Operator,
            "accept",
            ("on", ticket),
            "POST {on}/accept",
            TicketActs.Version,
            JsonNode.Parse("""{"prefixes":"{prefixes:list?}","expires":"{expires}T00:00:00Z","reason":"{reason}"}"""),
            asked.Words["portal accept"],
            ["causeway ticket accept {on} [--prefixes {prefixes:words}] --expires {expires} --reason {reason}"],
            [
                new Field("prefixes", asked.Words["column prefixes"], FieldKind.Long)
                {
                    IsOptional = declares,
                    Help = declares
                        ? asked.Words["portal help asked prefixes", string.Join(", ", found.AskedPrefixes!.Select(a => a.Prefix))]
                        : asked.Words["portal help named prefixes"],
                },
                new Field("expires", asked.Words["column until"], FieldKind.Date) { Help = asked.Words["portal help expires"] },
                new Field("reason", asked.Words["column reason"], FieldKind.Long) { Help = asked.Words["portal help reason"] },
            ]
        );
    }
}
