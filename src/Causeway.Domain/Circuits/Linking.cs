using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>Virtual networks on the circuit: who may link, how many, and that nothing overlaps.</summary>
internal static class Linking
{
    public static Decision<Circuit> Link(Draft draft, LinkNetwork link)
    {
        Circuit c = draft.Now;
        LinkedNetwork? before = c.FindLink(link.ConnectionId);
        if (MayCarry(c) is { } no)
            return new Decision<Circuit>.Refuse(no);
        Authorization? authorization = Redeem(draft, link, before);
        if (before is null)
            draft.Problem(WithinLimit(c, draft.Policy.Limits));
        draft.Problem(WithinReach(c, link, draft.Topology));
        draft.Problem(Overlap(c, link.Prefixes, l => l.Connection == link.ConnectionId));
        if (draft.HasProblems)
            return draft.End(link.Ticket);

        var after = new LinkedNetwork(
            link.ConnectionId,
            link.NetworkId,
            link.Prefixes,
            link.GeopoliticalRegion,
            link.CallerSubscription,
            authorization?.Name,
            link.RoutingWeight,
            before?.Since ?? draft.At,
            draft.NextGeneration
        );
        if (before is not null && SameLink(before, after))
            return draft.End(link.Ticket, awaits: before.Generation);
        draft.Change(
            c with
            {
                Links = before is null ? c.Links.Add(after) : c.Links.Replace(before, after),
                Authorizations = Redeemed(c.Authorizations, link.ConnectionId, authorization),
            },
            $"{link.ConnectionId.Name} links network {link.NetworkId.Name} ({string.Join(", ", link.Prefixes)})"
        );
        Follow(draft);
        return draft.End(link.Ticket);
    }

    public static Decision<Circuit> Unlink(Draft draft, UnlinkNetwork unlink)
    {
        Circuit c = draft.Now;
        if (c.FindLink(unlink.ConnectionId) is not { } link)
            return draft.End(unlink.Ticket);
        draft.Change(
            c with
            {
                Links = c.Links.Remove(link),
                Authorizations = Redeemed(c.Authorizations, unlink.ConnectionId, null),
            },
            $"{link.Connection.Name} no longer links network {link.Network.Name}"
        );
        Follow(draft);
        return draft.End(unlink.Ticket);
    }

    public static Decision<Circuit> Change(Draft draft, ChangeLinkedPrefixes change)
    {
        Circuit c = draft.Now;
        var touched = c.Links.Where(l => l.Network == change.NetworkId && !l.Prefixes.SequenceEqual(change.Prefixes)).ToList();
        if (touched.Count == 0)
            return draft.End(null);
        draft.Problem(Overlap(c, change.Prefixes, l => l.Network == change.NetworkId));
        draft.Change(
            c with
            {
                Links =
                [
                    .. c.Links.Select(l =>
                        touched.Contains(l) ? l with { Prefixes = change.Prefixes, Generation = draft.NextGeneration } : l
                    ),
                ],
            },
            $"network {change.NetworkId.Name} now has {string.Join(", ", change.Prefixes)}"
        );
        Follow(draft);
        return draft.End(null);
    }

    /// <summary>Announcements change: the routers follow if they carry the circuit at all.</summary>
    public static void Follow(Draft draft)
    {
        if (draft.Now.IsOnRouters && draft.Now.Peerings.Any(p => p.State.IsWanted))
            draft.RoutersFollow();
    }

    private static Refusal? MayCarry(Circuit circuit)
    {
        if (circuit.Provider is not ProviderSide.Provisioned)
            return Refusal.Conflict(
                "ServiceProviderNotProvisioned",
                $"The current cross connection provisioning state '{circuit.Provider.Name}' of this service key '{circuit.ServiceKey:D}' prevents this operation."
            );
        return circuit.FindPeering(PeeringType.AzurePrivatePeering) is { State: not PeeringState.Removing }
            ? null
            : Refusal.Conflict(
                "ExpressRoutePrivatePeeringConfigIncomplete",
                $"The circuit {circuit.Id.Name} has no private peering: configure AzurePrivatePeering first."
            );
    }

    /// <summary>The authorization that the link uses; reports why it may not be used. Null inside the circuit's own subscription.</summary>
    private static Authorization? Redeem(Draft draft, LinkNetwork link, LinkedNetwork? before)
    {
        Circuit c = draft.Now;
        if (string.IsNullOrWhiteSpace(link.AuthorizationKey))
        {
            // A standing link may be written again without the key, which the API gives back nowhere.
            if (before?.Authorization is { } kept)
                return c.FindAuthorization(kept);
            if (link.CallerSubscription != c.Id.Subscription)
                draft.Problem(
                    new Refusal(
                        RefusalKind.Forbidden,
                        "AuthorizationKeyRequired",
                        "The circuit belongs to another subscription: ask its owner for an authorization key, and send it as authorizationKey.",
                        "properties.authorizationKey"
                    )
                );
            return null;
        }
        Authorization? found = c.Authorizations.FirstOrDefault(a => a.Key.Matches(link.AuthorizationKey));
        if (found is null)
            draft.Problem(
                Refusal.Invalid(
                    "InvalidAuthorizationKey",
                    "The authorization key is not one of the circuit's: check it with the circuit's owner, who may have revoked it.",
                    "properties.authorizationKey"
                )
            );
        else if (found.Connection is { } user && user != link.ConnectionId)
            draft.Problem(
                Refusal.Conflict(
                    "AuthorizationKeyInUse",
                    "The authorization key is in use by another connection: one key serves one connection. Ask the circuit's owner for another.",
                    "properties.authorizationKey"
                )
            );
        return found;
    }

    /// <summary>The one authorization is in use by the connection, any other that it used is available again.</summary>
    private static ImmutableArray<Authorization> Redeemed(
        ImmutableArray<Authorization> all,
        ResourceId connection,
        Authorization? redeemed
    ) =>
        [
            .. all.Select(a =>
                a.Name == redeemed?.Name ? a with { Connection = connection }
                : a.Connection == connection ? a with { Connection = null }
                : a
            ),
        ];

    private static Refusal? WithinLimit(Circuit circuit, CircuitLimits limits)
    {
        int most = limits.LinksOf(circuit.Sku, circuit.Order.Bandwidth);
        return circuit.Links.Length < most
            ? null
            : Refusal.Conflict(
                "OperationNotAllowed",
                $"A {circuit.Sku.Tier} circuit of {circuit.Order.Bandwidth} links at most {most} networks, and {circuit.Links.Length} are linked."
            );
    }

    private static Refusal? WithinReach(Circuit circuit, LinkNetwork link, NetworkTopology topology)
    {
        if (topology.FindLocation(circuit.Order.PeeringLocation) is not { } location)
            return null;
        if (circuit.Sku.Tier == CircuitTier.Local && link.Region.Length > 0 && link.Region != location.Region)
            return Refusal.Conflict(
                "OperationNotAllowed",
                $"A Local circuit at {location.Name} links networks of region {location.Region} only; this one is in {link.Region}. Change the circuit to Standard or Premium."
            );
        return circuit.Sku.Tier == CircuitTier.Premium || link.GeopoliticalRegion == location.GeopoliticalRegion
            ? null
            : Refusal.Conflict(
                "OperationNotAllowed",
                $"The network is in {link.GeopoliticalRegion} and the circuit in {location.GeopoliticalRegion}: links across geopolitical regions need a Premium circuit."
            );
    }

    private static Refusal? Overlap(Circuit circuit, ImmutableArray<IpPrefix> prefixes, Func<LinkedNetwork, bool> itself)
    {
        foreach (IpPrefix prefix in prefixes)
        {
            foreach (LinkedNetwork other in circuit.Links.Where(l => !itself(l)))
            foreach (IpPrefix taken in other.Prefixes)
                if (taken.Overlaps(prefix))
                    return Overlaps(prefix, $"{taken} of another network that is linked to the circuit");
            foreach (Peering peering in circuit.Peerings)
            foreach ((_, PeeringFamily family) in peering.Families)
            foreach (IpPrefix taken in (ReadOnlySpan<IpPrefix>)[family.Primary, family.Secondary])
                if (taken.Overlaps(prefix))
                    return Overlaps(prefix, $"{taken}, a subnet of the circuit's {peering.Type}");
        }
        return null;
    }

    private static Refusal Overlaps(IpPrefix prefix, string with) =>
        Refusal.Conflict(
            "SubnetOverlapsWithExistingAddressSpaceException",
            $"The address prefix {prefix} overlaps with {with}: use address spaces that do not overlap."
        );

    private static bool SameLink(LinkedNetwork a, LinkedNetwork b) =>
        a.Prefixes.SequenceEqual(b.Prefixes) && a with { Prefixes = b.Prefixes, Generation = b.Generation } == b;
}
