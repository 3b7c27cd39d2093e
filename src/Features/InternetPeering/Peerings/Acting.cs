using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>What the operator and the peer do by hand: one table of verb and state.</summary>
internal static class Acting
{
    public static Decision<Peering> Act(Peering peering, ActOnConnections act, PeeringContext context)
    {
        string[] unknown = [.. act.Connections.Where(i => peering.Find(i) is null)];
        if (unknown.Length > 0)
            return Refuse(
                Refusal.Invalid(
                    "ConnectionNotFound",
                    $"'{peering.Id.Name}' has no connection {string.Join(", ", unknown.Select(u => $"'{u}'"))}; it has {string.Join(", ", peering.Connections.Select(c => $"'{c.Identifier}'"))}.",
                    "connectionIdentifiers"
                )
            );
        Connection[] named = [.. peering.Connections.Where(c => act.Connections.IsEmpty || act.Connections.Any(i => Same(i, c)))];
        string by = act.ByOperator ? Steps.ByOperator : Steps.ByPeer;
        if (act.Verb is PeeringVerb.Ask or PeeringVerb.Answer)
            return new Decision<Peering>.Move(
                peering.Say(act.At, by, $"{act.Verb}", act.Reason!, [.. act.Connections]),
                act.Verb == PeeringVerb.Ask ? "the operator asks the peer" : "the peer answers"
            );
        if (act.Verb == PeeringVerb.RequestDeprovision)
            return peering.LeavesSince is not null ? new Decision<Peering>.Stay("it was asked for already")
                : !peering.Connections.Any(c => c.State.HasSession)
                    ? Refuse(
                        Refusal.Conflict(
                            "NothingToDeprovision",
                            $"Nothing of '{peering.Id.Name}' is on our routers: delete it, which is done at once."
                        )
                    )
                : new Decision<Peering>.Move(
                    (peering with { LeavesSince = act.At }).Say(act.At, by, "RequestDeprovision", act.Reason ?? "the peer wants to leave"),
                    "the peer wants to leave; the operator deprovisions it"
                );
        if (
            act.Verb == PeeringVerb.Approve
            && !peering.IsAnythingProven
            && named.Any(c => c.State is ConnectionState.PendingApproval && context.RunsFromBefore(peering.PeerAsn, c, act.FromBefore))
        )
            return Refuse(
                Refusal.Conflict(
                    "NothingProven",
                    $"Nothing is proven for AS{peering.PeerAsn} yet, so that its session from before would lose all its routes: approve it when the registries have been read."
                )
            );
        if (
            act.Verb == PeeringVerb.Approve
            && named.Where(c => c.State is ConnectionState.PendingApproval).SelectMany(c => TooLow(peering, c, act, context)).ToArray()
                is { Length: > 0 } low
        )
            return Refuse(
                Refusal.Conflict(
                    "MaxPrefixesTooLow",
                    $"The session from before runs, and would be closed by the limit that is asked for: {string.Join("; ", low)}. The peer asks for a higher limit, then approve it."
                )
            );
        var fits = new List<Connection>();
        var misfits = new List<Connection>();
        foreach (Connection connection in named)
            if (Next(peering, connection, act, context) is { } next)
                fits.Add(next);
            else
                misfits.Add(connection);
        // Whoever asks again because the answer was lost has what it asked for.
        if (fits.Count == 0 && misfits.Count > 0 && misfits.TrueForAll(m => IsSo(act.Verb, m)))
            return new Decision<Peering>.Stay("it is so already");
        if (fits.Count == 0 || (!act.Connections.IsEmpty && misfits.Count > 0))
            return Refuse(
                Refusal.Conflict(
                    "NotInThatState",
                    $"{act.Verb} fits connections that are {Fits(act.Verb)}; {string.Join(", ", misfits.Select(m => $"'{m.Identifier}' is {m.State.WireName}"))}."
                )
            );
        string[] who = [.. fits.Select(f => f.Identifier)];
        Peering result = fits.Aggregate(peering, (p, c) => p.With(c)).Say(act.At, by, $"{act.Verb}", act.Reason ?? Words(act.Verb), who);
        if (act.Verb == PeeringVerb.Deprovision)
            result = result with { LeavesSince = null };
        if (act.Verb is PeeringVerb.Suspend or PeeringVerb.Reject or PeeringVerb.Approve or PeeringVerb.Resume)
            result = result with { IsHeldBack = act.Verb is PeeringVerb.Suspend or PeeringVerb.Reject };
        return new Decision<Peering>.Move(
            result,
            $"{string.Join(", ", fits.Select(f => $"{f.Identifier} {f.State.WireName}"))}: {Words(act.Verb)} by the {by}{(act.Reason is null ? "" : $" ({act.Reason})")}"
        );
    }

    /// <summary>The table: what a verb makes of a connection; null where it does not fit.</summary>
    private static Connection? Next(Peering peering, Connection c, ActOnConnections act, PeeringContext context) =>
        (act.Verb, c.State) switch
        {
            // Its session runs, and is open to what is proven already: it goes on as it is, under another name. A family that does not run is looked at first.
            (PeeringVerb.Approve, ConnectionState.PendingApproval) when context.RunsFromBefore(peering.PeerAsn, c, act.FromBefore) =>
                c.Each(f => f with { IsProven = act.FromBefore.Any(r => r.IsOf(c, f)) }) with
                {
                    State = new ConnectionState.Active(act.At),
                    Generation = c.Generation + 1,
                },
            (PeeringVerb.Approve, ConnectionState.PendingApproval) when c.IsReady => (
                c with
                {
                    OpensFirst = act.OpensFirst,
                    IsLegacy = false,
                }
            ).Provision(act.At),
            (PeeringVerb.Approve, ConnectionState.PendingApproval) => c with
            {
                OpensFirst = act.OpensFirst,
                // What does not run from before is validated as any other, and stays no session from before.
                IsLegacy = false,
                State = new ConnectionState.Approved(act.At, act.At + context.RulesOf(c.Site).ReadyWithin),
            },
            (PeeringVerb.Approve, { HasSession: true }) when c.Link is { IsResized: true } link => c with
            {
                Link = link with { Provisioned = link.Bandwidth },
            },
            (PeeringVerb.Reject, { HasSession: true }) when c.Link is { IsResized: true, Provisioned: { } stays } link => c with
            {
                Link = link with { Bandwidth = stays },
            },
            (PeeringVerb.Reject, ConnectionState.PendingApproval or ConnectionState.Approved) => c with
            {
                State = new ConnectionState.ProvisioningFailed(act.At, act.Reason ?? "", WasApproved: false),
            },
            (PeeringVerb.NotifyReady, ConnectionState.Approved) => c.Provision(act.At),
            (PeeringVerb.Retry, ConnectionState.ProvisioningFailed { WasApproved: true }) => c.Provision(act.At),
            (PeeringVerb.Retry, ConnectionState.ProvisioningFailed) => c with { State = new ConnectionState.PendingApproval(act.At) },
            (PeeringVerb.Suspend, ConnectionState.Active or ConnectionState.Validating or ConnectionState.ProvisioningCompleted) => c.Close(
                new ConnectionState.Suspended(act.At, act.Reason ?? "")
            ),
            // What was suspended is looked at before it opens again.
            (PeeringVerb.Resume, ConnectionState.Suspended) => c.Close(
                new ConnectionState.Validating(act.At, null, "resumed by the operator")
            ),
            (PeeringVerb.Deprovision, { HasSession: true } and not ConnectionState.PendingRemove) => c.Leave(
                act.At,
                context.RulesOf(c.Site).DrainFor
            ),
            _ => null,
        };

    /// <summary>Where less is to be accepted than comes over a session from before now, in words.</summary>
    private static IEnumerable<string> TooLow(Peering peering, Connection c, ActOnConnections act, PeeringContext context) =>
        context.RunsFromBefore(peering.PeerAsn, c, act.FromBefore)
            ? from family in c.Families
            from running in act.FromBefore
            where running.IsOf(c, family.Peer)
            let most = context.Policy.MaxPrefixes(family.Family, family.Peer)
            where running.Received > most
            select $"{running.Received} routes come from {running.Address}, and '{c.Identifier}' has {most} at most"
            : [];

    /// <summary>Whether a connection is where the verb takes it, or further on that way.</summary>
    private static bool IsSo(PeeringVerb verb, Connection connection) =>
        (verb, connection.State) switch
        {
            (PeeringVerb.Approve, { HasSession: true } and not ConnectionState.PendingRemove) => connection.IsReady,
            (PeeringVerb.Approve, ConnectionState.Approved) => true,
            (PeeringVerb.Reject, ConnectionState.ProvisioningFailed { WasApproved: false }) => true,
            (PeeringVerb.NotifyReady or PeeringVerb.Retry, ConnectionState.ProvisioningStarted) => true,
            (PeeringVerb.NotifyReady or PeeringVerb.Retry, ConnectionState.ProvisioningCompleted) => true,
            (PeeringVerb.NotifyReady or PeeringVerb.Retry, ConnectionState.Validating { Until: not null }) => true,
            (PeeringVerb.Suspend, ConnectionState.Suspended) => true,
            (PeeringVerb.Resume, ConnectionState.Validating { Until: null }) => true,
            (PeeringVerb.Deprovision, ConnectionState.PendingRemove) => true,
            _ => false,
        };

    private static string Fits(PeeringVerb verb) =>
        verb switch
        {
            PeeringVerb.Approve => "PendingApproval, or asked for with another bandwidth",
            PeeringVerb.Reject => "PendingApproval or Approved",
            PeeringVerb.NotifyReady => "Approved",
            PeeringVerb.Retry => "ProvisioningFailed",
            PeeringVerb.Suspend => "Active, Validating or ProvisioningCompleted",
            PeeringVerb.Resume => "suspended",
            _ => "on our routers",
        };

    private static string Words(PeeringVerb verb) =>
        verb switch
        {
            PeeringVerb.Approve => "approved",
            PeeringVerb.Reject => "rejected",
            PeeringVerb.NotifyReady => "configured",
            PeeringVerb.Retry => "tried again",
            PeeringVerb.Suspend => "suspended",
            PeeringVerb.Resume => "resumed",
            _ => "deprovisioned",
        };

    private static bool Same(string identifier, Connection connection) =>
        connection.Identifier.Equals(identifier, StringComparison.OrdinalIgnoreCase);

    private static Decision<Peering> Refuse(Refusal refusal) => new Decision<Peering>.Refuse(refusal);
}
