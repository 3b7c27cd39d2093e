using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>Which circuits may be joined, and what joining them changes in each (see <see cref="GlobalReach"/>).</summary>
public static class Reaching
{
    private const string Peer = "properties.peerExpressRouteCircuitPeering";

    /// <summary>
    /// A PUT asked of the initiator, and with it what is asked of the other circuit. An installation that takes routing before the circuit is provisioned takes
    /// this too, as Azure does, and its operation fails: then the other circuit is not asked.
    /// </summary>
    public static Asked Put(PutReach put, Circuit initiator, CircuitPolicy policy) =>
        new Asked(put, null) { Also = FailsLate(initiator, policy) ? [] : [Accept(put.At, put.Reach, initiator)] };

    /// <summary>Both circuits let go of one.</summary>
    public static Asked Deletion(Circuit circuit, GlobalReach reach, DateTimeOffset at, Ticket? ticket) =>
        new Asked(new EndReach(at, reach.Key, ticket), null) { Also = reach.Stands ? [End(at, reach)] : [] };

    /// <summary>What a whole array of an initiator's connections asks of the other circuits: those that came or changed, and those that are not in it.</summary>
    public static ImmutableArray<Addressed> Others(
        DateTimeOffset at,
        ImmutableArray<WantedReach> wanted,
        Circuit circuit,
        CircuitPolicy policy
    ) =>
        [
            .. FailsLate(circuit, policy)
                ? []
                : wanted.Where(w => circuit.FindReach(w.Name) is not { } is_ || Differs(is_, w)).Select(w => Accept(at, w, circuit)),
            .. circuit.Initiated.Where(r => r.Stands && !wanted.Any(w => Same(w.Name, r.Name))).Select(r => End(at, r)),
        ];

    /// <summary>The initiator's connections become these.</summary>
    internal static void SetAll(Draft draft, ImmutableArray<WantedReach> wanted, Ticket ticket)
    {
        foreach (GlobalReach gone in draft.Now.Initiated.Where(r => !wanted.Any(w => Same(w.Name, r.Name))))
            Remove(draft, gone);
        foreach (WantedReach reach in wanted)
            Set(draft, reach, ticket);
    }

    internal static Decision<Circuit> Put(Draft draft, PutReach put)
    {
        if (draft.Now.Reaches.FirstOrDefault(r => !r.Stands) is { FailedOperation: { } failed })
            return new Decision<Circuit>.Refuse(
                Refusal.Invalid(
                    "ParentResourceIsInFailedState",
                    $"PUT operation on child resource {NameOf(draft.Now, put.Reach)} is blocked because last operation ({failed:D}) on parent resource failed leaving it in failed state. Run PUT operation on the parent, then retry operation on the child."
                )
            );
        Set(draft, put.Reach, put.Ticket);
        GlobalReach? now = draft.Now.FindReach(put.Reach.Name);
        if (draft.HasProblems || now is { Stands: true })
            return draft.End(put.Ticket, awaits: now?.Generation);
        return draft.End(null) switch
        {
            Decision<Circuit>.Move move => move with
            {
                Operations = [.. move.Operations, put.Ticket.Failed(put.At, NotProvisioned(draft.Now))],
            },
            var other => other,
        };
    }

    internal static Decision<Circuit> End(Draft draft, EndReach end)
    {
        if (draft.Now.Reaches.FirstOrDefault(r => r.Key == end.Key) is { } reach)
            Remove(draft, reach);
        return draft.End(end.Ticket);
    }

    /// <summary>As <see cref="Linking.Stranger"/>: whoever has no good key learns nothing of the circuit, not even whether it is there.</summary>
    public static Refusal? Stranger(Circuit? circuit, AcceptReach accept) =>
        Linking.Stranger(
            circuit,
            accept.CircuitId,
            accept.Initiator.Id.Subscription!,
            accept.Reach.AuthorizationKey,
            circuit?.Reaches.Any(r => r.Key == accept.Key) == true
        );

    internal static Decision<Circuit> Accept(Draft draft, AcceptReach accept)
    {
        Circuit c = draft.Now,
            initiator = accept.Initiator;
        bool own = initiator.Id.Subscription == c.Id.Subscription;
        // Another writer of the same one may have come first: its key is another, and the initiator decides whose stands.
        GlobalReach? before =
            c.Reaches.FirstOrDefault(r => r.Key == accept.Key)
            ?? c.Reaches.FirstOrDefault(r => !r.Initiated && r.Peer == initiator.Id && Same(r.Name, accept.Reach.Name));
        ResourceId connection = NameOf(initiator, accept.Reach);
        if (MayJoin(c, own ? "The other circuit" : null, "TargetCircuitNotProvisioned") is { } no)
            return new Decision<Circuit>.Refuse(no);
        foreach (Refusal problem in Fit(initiator, c, draft.Topology, own))
            draft.Problem(problem);
        Authorization? authorization = Linking.Redeem(draft, accept.Reach.AuthorizationKey, connection, null);
        if (before is null)
            draft.Problem(Linking.WithinLimit(c, draft.Policy.Limits));
        Overlaps(draft, accept.Reach, before, own);
        if (draft.HasProblems)
            return draft.End(null);
        var after = new GlobalReach(
            accept.Reach.Name,
            accept.Key,
            initiator.Id,
            Initiated: false,
            accept.Reach.V4,
            accept.Reach.V6,
            before?.Since ?? draft.At,
            draft.NextGeneration
        );
        if (before is not null && before with { Generation = after.Generation } == after)
            return draft.End(null);
        draft.Change(
            c with
            {
                Reaches = before is null ? c.Reaches.Add(after) : c.Reaches.Replace(before, after),
                Authorizations = authorization is null ? c.Authorizations : Linking.Redeemed(c.Authorizations, connection, authorization),
            },
            $"{connection.Name} of circuit {initiator.Id.Name} joins it over {after.V4}"
        );
        Linking.Follow(draft);
        return draft.End(null);
    }

    private static void Set(Draft draft, WantedReach wanted, Ticket ticket)
    {
        Circuit c = draft.Now;
        GlobalReach? before = c.FindReach(wanted.Name);
        if (before is not null && !Differs(before, wanted))
            return;
        if (before is not null && before.Peer != wanted.Peer)
            draft.Problem(
                Refusal.Conflict(
                    "PropertyChangeNotAllowed",
                    $"The connection {wanted.Name} joins circuit {before.Peer.Name}: delete it to join another.",
                    Peer
                )
            );
        if (wanted.Peer == c.Id)
            draft.Problem(Refusal.Invalid("InvalidParameter", "A circuit cannot be joined to itself.", Peer));
        // The fact stands in both circuits: also one that the other asked for.
        if (c.Reaches.FirstOrDefault(r => r.Peer == wanted.Peer && r != before && (r.Initiated || r.Stands)) is { } joined)
            draft.Problem(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The circuit is joined to {wanted.Peer.Name} already by {(joined.Initiated ? "its own" : "that circuit's")} connection {joined.Name}: once is enough.",
                    Peer
                )
            );
        bool fails = FailsLate(c, draft.Policy);
        draft.Problem(fails ? null : MayJoin(c, "The circuit", "InitiatingCircuitNotProvisioned"));
        if (before is null)
            draft.Problem(Linking.WithinLimit(c, draft.Policy.Limits));
        Overlaps(draft, wanted, before, own: true);
        var after = new GlobalReach(
            wanted.Name,
            before?.Key ?? wanted.NewKey,
            wanted.Peer,
            Initiated: true,
            wanted.V4,
            wanted.V6,
            before?.Since ?? draft.At,
            draft.NextGeneration
        )
        {
            FailedOperation = fails ? ticket.Id : null,
        };
        draft.Change(
            c with
            {
                Reaches = before is null ? c.Reaches.Add(after) : c.Reaches.Replace(before, after),
            },
            fails
                ? $"{wanted.Name} cannot join {wanted.Peer.Name}: the circuit is not provisioned"
                : $"{wanted.Name} joins circuit {wanted.Peer.Name} over {wanted.V4}"
        );
        Linking.Follow(draft);
    }

    private static void Remove(Draft draft, GlobalReach gone)
    {
        Circuit c = draft.Now;
        draft.Change(
            c with
            {
                Reaches = c.Reaches.Remove(gone),
                Authorizations = gone.Initiated ? c.Authorizations : Linking.Redeemed(c.Authorizations, gone.IdIn(c.Id), null),
            },
            $"{gone.Name} no longer joins circuit {gone.Peer.Name}"
        );
        if (gone.Stands)
            Linking.Follow(draft);
    }

    private static Addressed Accept(DateTimeOffset at, WantedReach reach, Circuit initiator) =>
        new(
            reach.Peer,
            Circuit.ResourceType,
            new AcceptReach(at, reach.Peer, initiator.FindReach(reach.Name)?.Key ?? reach.NewKey, reach, initiator)
        );

    private static Addressed End(DateTimeOffset at, GlobalReach reach) =>
        new(reach.Peer, Circuit.ResourceType, new EndReach(at, reach.Key, null));

    private static bool FailsLate(Circuit circuit, CircuitPolicy policy) =>
        policy.RoutingBeforeProvisioned == RoutingBeforeProvisioned.Accept && circuit.Provider is not ProviderSide.Provisioned;

    private static Refusal NotProvisioned(Circuit circuit) =>
        Refusal.Conflict(
            "InitiatingCircuitNotProvisioned",
            $"Put Global Reach Connection Initiating Circuit Subscription = {circuit.Id.Subscription}, ServiceKey = {circuit.ServiceKey:D} is Not Provisioned. Current Status {circuit.Provider.Name}"
        );

    /// <param name="who">How the circuit is spoken of; null for a caller who may not know more than that it cannot be.</param>
    private static Refusal? MayJoin(Circuit circuit, string? who, string code)
    {
        if (circuit.Provider is not ProviderSide.Provisioned)
            return code == "InitiatingCircuitNotProvisioned"
                ? NotProvisioned(circuit)
                : Refusal.Conflict(
                    code,
                    who is null
                        ? "The other circuit is not provisioned: ask its owner when it will be."
                        : $"{who} {circuit.Id.Name} is {circuit.Provider.Name}: both have to be Provisioned before they are joined.",
                    Peer
                );
        return circuit.FindPeering(PeeringType.AzurePrivatePeering) is { State: not PeeringState.Removing }
            ? null
            : Refusal.Conflict(
                "ExpressRoutePrivatePeeringConfigIncomplete",
                who is null
                    ? "The other circuit has no private peering: ask its owner to configure it."
                    : $"{who} {circuit.Id.Name} has no private peering: configure AzurePrivatePeering first."
            );
    }

    /// <summary>Places and tiers (azure: c.4).</summary>
    private static IEnumerable<Refusal> Fit(Circuit a, Circuit b, NetworkTopology topology, bool own)
    {
        if (a.Order.PeeringLocation == b.Order.PeeringLocation)
            yield return Refusal.Conflict(
                "OperationNotAllowed",
                $"Both circuits are at {a.Order.PeeringLocation}: Global Reach joins circuits of different peering locations.",
                Peer
            );
        foreach (Circuit c in (Circuit[])[a, b])
            if (c.Sku.Tier == CircuitTier.Local)
                yield return Refusal.Conflict(
                    "OperationNotAllowed",
                    own || c == a
                        ? $"{c.Id.Name} is a Local circuit, which joins no other: change it to Standard or Premium."
                        : "The other circuit is a Local one, which joins no other.",
                    Peer
                );
        if (
            topology.FindLocation(a.Order.PeeringLocation)?.GeopoliticalRegion is { } here
            && topology.FindLocation(b.Order.PeeringLocation)?.GeopoliticalRegion is { } there
            && here != there
            && (a.Sku.Tier != CircuitTier.Premium || b.Sku.Tier != CircuitTier.Premium)
        )
            yield return Refusal.Conflict(
                "OperationNotAllowed",
                $"The circuits are in {here} and {there}: circuits of different geopolitical regions are joined only when both are Premium.",
                Peer
            );
    }

    private static void Overlaps(Draft draft, WantedReach wanted, GlobalReach? itself, bool own)
    {
        ImmutableArray<IpPrefix> prefixes = wanted.V6 is { } v6 ? [wanted.V4, v6] : [wanted.V4];
        draft.Problem(Linking.Overlap(draft.Now, prefixes, _ => false, own, itself?.Key));
    }

    private static ResourceId NameOf(Circuit initiator, WantedReach reach) =>
        initiator.Id.Child("peerings", nameof(PeeringType.AzurePrivatePeering)).Child("connections", reach.Name);

    private static bool Differs(GlobalReach is_, WantedReach wanted) =>
        !is_.Stands || is_.Peer != wanted.Peer || is_.V4 != wanted.V4 || is_.V6 != wanted.V6;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
