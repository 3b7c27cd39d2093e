using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// Virtual networks on the circuit: who may link, how many, and that nothing overlaps. A caller of another subscription is asked for its key before
/// anything else is looked at (<see cref="Stranger"/>): until it has shown one, it is told the same of every circuit there is and of every one there is not.
/// </summary>
public static class Linking
{
    /// <summary>
    /// Null for the circuit's own subscription, for a link that stands, and for whoever shows a key of the circuit; else the one answer for strangers, which
    /// does not depend on the circuit, nor on whether it exists.
    /// </summary>
    /// <param name="circuit">As stored; null when there is none.</param>
    public static Refusal? Stranger(
        Circuit? circuit,
        ResourceId circuitId,
        string callerSubscription,
        string? authorizationKey,
        ResourceId connection
    ) => Stranger(circuit, circuitId, callerSubscription, authorizationKey, circuit?.FindLink(connection) is not null);

    /// <param name="standing">Whether what is asked for stands already.</param>
    internal static Refusal? Stranger(
        Circuit? circuit,
        ResourceId circuitId,
        string callerSubscription,
        string? authorizationKey,
        bool standing
    )
    {
        if (callerSubscription == circuitId.Subscription)
            return null;
        // A standing link may be written again without the key, which the API gives back nowhere.
        bool known = string.IsNullOrWhiteSpace(authorizationKey)
            ? standing
            : circuit is not null && FindKey(circuit, authorizationKey) is not null;
        return known ? null
            : string.IsNullOrWhiteSpace(authorizationKey)
                ? Refusal.Invalid(
                    "AuthorizationKeyRequired",
                    "The circuit belongs to another subscription: ask its owner for an authorization key, and send it as authorizationKey.",
                    "properties.authorizationKey"
                )
            : Refusal.Invalid(
                "InvalidAuthorizationKey",
                "The authorization key is not one of the circuit's: check the circuit's id and the key with its owner, who may have revoked it.",
                "properties.authorizationKey"
            );
    }

    /// <summary>Every key of the circuit is compared, so that the time it takes does not tell how many there are before the right one.</summary>
    private static Authorization? FindKey(Circuit circuit, string key)
    {
        Authorization? found = null;
        foreach (Authorization authorization in circuit.Authorizations)
            if (authorization.Key.Matches(key))
                found = authorization;
        return found;
    }

    internal static Decision<Circuit> Link(Draft draft, LinkNetwork link)
    {
        Circuit c = draft.Now;
        LinkedNetwork? before = c.FindLink(link.ConnectionId);
        bool own = link.CallerSubscription == c.Id.Subscription;
        if (MayCarry(c, own) is { } no)
            return new Decision<Circuit>.Refuse(no);
        Authorization? authorization = Redeem(draft, link.AuthorizationKey, link.ConnectionId, before?.Authorization);
        if (before is null)
            draft.Problem(WithinLimit(c, draft.Policy.Limits));
        draft.Problem(WithinReach(c, link, draft.Topology));
        draft.Problem(Overlap(c, link.Prefixes, l => l.Connection == link.ConnectionId, own));
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
        )
        {
            Held = before?.Held ?? false,
        };
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

    internal static Decision<Circuit> Unlink(Draft draft, UnlinkNetwork unlink)
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

    internal static Decision<Circuit> Change(Draft draft, ChangeLinkedPrefixes change)
    {
        Circuit c = draft.Now;
        var touched = c.Links.Where(l => l.Network == change.NetworkId && !l.Prefixes.SequenceEqual(change.Prefixes)).ToList();
        if (touched.Count == 0)
            return draft.End(null);
        bool own = change.NetworkId.Subscription == c.Id.Subscription;
        draft.Problem(Overlap(c, change.Prefixes, l => l.Network == change.NetworkId, own));
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
    internal static void Follow(Draft draft)
    {
        if (draft.Now.IsOnRouters && draft.Now.Peerings.Any(p => p.State.IsWanted))
            draft.RoutersFollow();
    }

    /// <param name="own">A caller of another subscription is not told the service key, which is between the owner and the provider.</param>
    private static Refusal? MayCarry(Circuit circuit, bool own)
    {
        if (circuit.Provider is not ProviderSide.Provisioned)
            return Refusal.Conflict(
                "ServiceProviderNotProvisioned",
                own
                    ? $"The current cross connection provisioning state '{circuit.Provider.Name}' of this service key '{circuit.ServiceKey:D}' prevents this operation."
                    : "The circuit is not provisioned: ask its owner when it will be."
            );
        return circuit.FindPeering(PeeringType.AzurePrivatePeering) is { State: not PeeringState.Removing }
            ? null
            : Refusal.Conflict(
                "ExpressRoutePrivatePeeringConfigIncomplete",
                $"The circuit {circuit.Id.Name} has no private peering: configure AzurePrivatePeering first."
            );
    }

    /// <summary>The authorization that the link uses; reports why it may not be used. Null inside the circuit's own subscription.</summary>
    /// <param name="used">The authorization that it was made with, which stays without a key.</param>
    internal static Authorization? Redeem(Draft draft, string? key, ResourceId connection, string? used)
    {
        Circuit c = draft.Now;
        if (string.IsNullOrWhiteSpace(key))
            return used is not null ? c.FindAuthorization(used) : null;
        Authorization? found = FindKey(c, key);
        if (found is null)
            draft.Problem(
                Refusal.Invalid(
                    "InvalidAuthorizationKey",
                    "The authorization key is not one of the circuit's: it may have been revoked.",
                    "properties.authorizationKey"
                )
            );
        else if (found.Connection is { } user && user != connection)
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
    internal static ImmutableArray<Authorization> Redeemed(
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

    /// <summary>Networks and joined circuits count in one (azure: a.5).</summary>
    internal static Refusal? WithinLimit(Circuit circuit, CircuitLimits limits)
    {
        int most = limits.LinksOf(circuit.Sku, circuit.Order.Bandwidth);
        return circuit.Links.Length + circuit.Reaches.Length < most
            ? null
            : Refusal.Conflict(
                "OperationNotAllowed",
                $"A {circuit.Sku.Tier} circuit of {circuit.Order.Bandwidth} links at most {most} networks and circuits, and {circuit.Links.Length + circuit.Reaches.Length} are linked."
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

    /// <param name="itself">The links that the prefixes are to replace.</param>
    /// <param name="own">A caller of another subscription is told which of its prefixes collides, not with what.</param>
    /// <param name="replaced">The join whose subnets are to be replaced.</param>
    internal static Refusal? Overlap(
        Circuit circuit,
        ImmutableArray<IpPrefix> prefixes,
        Func<LinkedNetwork, bool> itself,
        bool own,
        Guid? replaced = null
    )
    {
        var taken = new PrefixOverlaps<string>(
            circuit
                .Links.Where(l => !itself(l))
                .SelectMany(l => l.Prefixes)
                .Select(p => (p, "which is of another network that is linked to the circuit"))
                .Concat(
                    from peering in circuit.Peerings
                    from family in peering.Families
                    from subnet in (IpPrefix[])[family.Configured.Primary, family.Configured.Secondary]
                    select (subnet, $"which is a subnet of the circuit's {peering.Type}")
                )
                .Concat(
                    from reach in circuit.Reaches
                    where reach.Key != replaced
                    from family in reach.Families
                    select (family.Subnet, "which joins the circuit to another")
                )
        );
        foreach (IpPrefix prefix in prefixes)
            if (taken.With(prefix) is { } other)
                return Refusal.Conflict(
                    "SubnetOverlapsWithExistingAddressSpaceException",
                    own
                        ? $"The address prefix {prefix} overlaps with {other.Prefix}, {other.What}: use address spaces that do not overlap."
                        : $"The address prefix {prefix} overlaps with one that the circuit already carries: use address spaces that do not overlap."
                );
        return null;
    }

    private static bool SameLink(LinkedNetwork a, LinkedNetwork b) =>
        a.Prefixes.SequenceEqual(b.Prefixes) && a with { Prefixes = b.Prefixes, Generation = b.Generation } == b;
}
