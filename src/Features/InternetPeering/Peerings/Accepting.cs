using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.InternetPeering;

/// <summary>A prefix that the operator accepted on a ticket: proven like a registered one, exactly as it is and from the peer's own ASN.</summary>
/// <param name="Until">To the second; then it is not proven any more.</param>
/// <param name="Ticket">What it was decided on.</param>
public sealed record AcceptedPeerPrefix(IpPrefix Prefix, DateTimeOffset Until, ResourceId Ticket, string Reason, DateTimeOffset At);

/// <summary>The operator accepts prefixes of the peer, on a ticket.</summary>
public sealed record AcceptPeerPrefixes(
    DateTimeOffset At,
    ResourceId Ticket,
    EquatableArray<IpPrefix> Prefixes,
    DateTimeOffset Expires,
    string Reason
) : Signal(At);

/// <summary>What was accepted on a ticket is taken back.</summary>
public sealed record RejectPeerPrefixes(DateTimeOffset At, ResourceId Ticket, string Reason) : Signal(At);

/// <summary>What is proven for a peer by a person, beside what registries prove.</summary>
internal static class Accepting
{
    private const string Expiry = "accepted";

    public static Decision<Peering> Accept(Peering peering, AcceptPeerPrefixes accept)
    {
        var next = accept
            .Prefixes.Select(p => new AcceptedPeerPrefix(p, accept.Expires, accept.Ticket, accept.Reason, accept.At))
            .Concat(peering.Accepted.Where(a => !accept.Prefixes.Contains(a.Prefix)));
        return Follow(
            peering,
            next,
            accept.At,
            Steps.ByOperator,
            "PrefixesAccepted",
            $"{string.Join(", ", accept.Prefixes)} accepted until {accept.Expires:u}: {accept.Reason}"
        );
    }

    public static Decision<Peering> Reject(Peering peering, RejectPeerPrefixes reject) =>
        Without(peering, a => a.Ticket == reject.Ticket, reject.At, Steps.ByOperator, "PrefixesRejected", reject.Reason);

    public static IEnumerable<WakeUp> WakeUpsOf(Peering peering) =>
        peering.Accepted.IsEmpty ? [] : [new WakeUp(Expiry, peering.Accepted.Min(a => a.Until))];

    /// <summary>Null when it is something else that is over.</summary>
    public static Decision<Peering>? Over(Peering peering, WokenUp woken) =>
        woken.What == Expiry
            ? Without(
                peering,
                a => a.Until <= woken.At,
                woken.At,
                Steps.ByCauseway,
                "PrefixesExpired",
                "what was accepted on a ticket has ended: register the prefixes, or have them accepted anew"
            )
            : null;

    private static Decision<Peering> Without(
        Peering peering,
        Func<AcceptedPeerPrefix, bool> goes,
        DateTimeOffset at,
        string by,
        string code,
        string text
    ) =>
        peering.Accepted.Any(goes)
            ? Follow(
                peering,
                peering.Accepted.Where(a => !goes(a)),
                at,
                by,
                code,
                $"{string.Join(", ", peering.Accepted.Where(goes).Select(a => a.Prefix))}: {text}"
            )
            : new Decision<Peering>.Stay("nothing was accepted that would end");

    /// <summary>Every session is judged by what is proven now.</summary>
    private static Decision<Peering> Follow(
        Peering peering,
        IEnumerable<AcceptedPeerPrefix> accepted,
        DateTimeOffset at,
        string by,
        string code,
        string text
    ) =>
        new Decision<Peering>.Move(
            (
                peering with
                {
                    Accepted = [.. accepted.OrderBy(a => a.Prefix)],
                    Connections = [.. peering.Connections.Select(c => c.State.HasSession ? c.Followed() : c)],
                }
            ).Say(at, by, code, text),
            text
        );
}
