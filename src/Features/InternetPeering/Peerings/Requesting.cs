using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>What a peering is asked to be: its connections come, change and go; and when it may be deleted.</summary>
internal static class Requesting
{
    public static Decision<Peering> Put(Peering? current, PutPeering put, PeeringContext context)
    {
        if (current is null)
        {
            Peering made = new()
            {
                Id = put.Id,
                Location = put.Location,
                Tags = put.Tags,
                Sku = put.Sku,
                PeeringLocation = put.PeeringLocation,
                PeerAsnId = put.PeerAsnId,
                PeerAsn = put.PeerAsn,
                DirectType = put.DirectType,
                Connections = [.. put.Connections.Select(w => New(w, put, context))],
            };
            return new Decision<Peering>.Move(
                Told(made, put.Connections, put.At),
                $"asked for by AS{put.PeerAsn} at {string.Join(", ", put.Connections.Select(c => c.Site).Distinct())}"
            );
        }
        var problems = new List<Refusal>();
        Stays(current.Sku, put.Sku, "sku.name");
        Stays(current.PeeringLocation, put.PeeringLocation, "properties.peeringLocation");
        Stays(current.IsDirect ? "Direct" : "Exchange", put.DirectType is null ? "Exchange" : "Direct", "kind");
        Stays($"{current.DirectType}", $"{put.DirectType}", "properties.direct.directPeeringType");
        Stays(current.PeerAsnId.Key, put.PeerAsnId.Key, $"properties.{(current.IsDirect ? "direct" : "exchange")}.peerAsn");
        var why = new List<string>();
        var connections = ImmutableArray.CreateBuilder<Connection>();
        var added = new List<WantedConnection>();
        foreach (WantedConnection wanted in put.Connections)
            if (current.Find(wanted.Identifier) is not { } stored)
            {
                connections.Add(New(wanted, put, context));
                added.Add(wanted);
                why.Add($"{wanted.Identifier} asked for");
            }
            else
            {
                (Connection next, Refusal? no) = Change(stored, wanted, put.At);
                if (no is not null)
                    problems.Add(no);
                else if (!ReferenceEquals(next, stored))
                    why.Add($"{stored.Identifier} changed");
                connections.Add(next);
            }
        foreach (Connection gone in current.Connections.Where(c => !put.Connections.Any(w => Same(w.Identifier, c.Identifier))))
            switch (gone.State)
            {
                case ConnectionState.PendingApproval or ConnectionState.Approved or ConnectionState.ProvisioningFailed:
                    why.Add($"{gone.Identifier} taken back");
                    break;
                case ConnectionState.PendingRemove:
                    connections.Add(gone);
                    break;
                case ConnectionState.Active or ConnectionState.Suspended:
                    connections.Add(gone.Leave(put.At, context.RulesOf(gone.Site).DrainFor));
                    why.Add($"{gone.Identifier} leaves");
                    break;
                default:
                    problems.Add(UnderWay(current, gone));
                    break;
            }
        if (problems.Count > 0)
            return new Decision<Peering>.Refuse(Refusal.Of(problems));
        if (why.Count == 0 && ResourceTags.AreSame(current.Tags, put.Tags))
            return new Decision<Peering>.Stay("nothing changes");
        Peering result = current with { Tags = put.Tags, Connections = connections.ToImmutable() };
        return new Decision<Peering>.Move(Told(result, added, put.At), why.Count == 0 ? "tags replaced" : string.Join("; ", why));

        void Stays(string has, string asked, string member)
        {
            if (!Same(has, asked))
                problems.Add(
                    Refusal.Invalid(
                        "PropertyChangeNotAllowed",
                        $"'{member}' is '{has}' and cannot be changed to '{asked}': ask for another peering.",
                        member
                    )
                );
        }
    }

    /// <summary>At once while nothing of it is on our routers; never while it is being provisioned; and one that is Active is deprovisioned, not deleted.</summary>
    public static Decision<Peering> Delete(Peering peering) =>
        peering.Connections.FirstOrDefault(c =>
            c.State
                is ConnectionState.ProvisioningStarted
                    or ConnectionState.ProvisioningCompleted
                    or ConnectionState.Validating
                    or ConnectionState.Suspended
        )
            is { } provisioning
            ? new Decision<Peering>.Refuse(UnderWay(peering, provisioning))
        : peering.Connections.FirstOrDefault(c => c.State.HasSession) is { } live
            ? new Decision<Peering>.Refuse(
                Refusal.Conflict(
                    "PeeringIsActive",
                    $"Connection '{live.Identifier}' of '{peering.Id.Name}' is {live.State.WireName}: it is deprovisioned by the operator, with graceful shutdown. POST …/peerings/{peering.Id.Name}/requestDeprovision asks for that; it is gone afterwards."
                )
            )
        : new Decision<Peering>.End("deleted by its owner; nothing of it was on our routers");

    /// <summary>The peer takes connections back, wherever they are.</summary>
    public static Decision<Peering> Withdraw(Peering peering, WithdrawConnections withdraw, PeeringContext context)
    {
        Connection[] named =
        [
            .. withdraw.Connections.Select(peering.Find).OfType<Connection>().Where(c => c.State is not ConnectionState.PendingRemove),
        ];
        if (named.Length == 0)
            return new Decision<Peering>.Stay("they are gone, or on their way");
        Peering next = peering;
        foreach (Connection connection in named.Where(c => c.State.HasSession))
            next = next.With(connection.Leave(withdraw.At, context.RulesOf(connection.Site).DrainFor))
                .Say(withdraw.At, Steps.ByPeer, "Withdraw", "the peer wants it no more", connection.Identifier);
        string[] gone = [.. named.Where(c => !c.State.HasSession).Select(c => c.Identifier)];
        string why = $"the peer takes back {string.Join(", ", named.Select(c => c.Identifier))}";
        return next.Without(gone) is { } left ? new Decision<Peering>.Move(left, why) : new Decision<Peering>.End(why);
    }

    private static Refusal UnderWay(Peering peering, Connection connection) =>
        Refusal.Conflict(
            "PeeringInProvisioning",
            $"Connection '{connection.Identifier}' of '{peering.Id.Name}' {(connection.State is ConnectionState.Suspended ? $"was suspended by the operator at {connection.State.Since:u}, and cannot be deleted meanwhile: the operator resumes or deprovisions it." : $"is {connection.State.WireName} since {connection.State.Since:u}, and cannot be deleted meanwhile: wait until it is Active or ProvisioningFailed, or ask the operator.")}"
        );

    private static Connection New(WantedConnection wanted, PutPeering put, PeeringContext context) =>
        new()
        {
            Identifier = wanted.Identifier,
            Site = wanted.Site,
            FacilityId = wanted.FacilityId,
            Link = wanted.Link,
            V4 = Family(wanted.V4, null),
            V6 = Family(wanted.V6, null),
            IsLegacy = wanted.IsLegacy,
            IsReady = wanted.IsReady,
            ProtectedKey = (wanted.Key as PeerKey.Set)?.Protected,
            KeyFingerprint = wanted.Key.FingerprintAfter(null),
            State =
                wanted.ApprovedBy is null || wanted.IsLegacy ? new ConnectionState.PendingApproval(put.At)
                : wanted.IsReady ? new ConnectionState.ProvisioningStarted(put.At)
                : new ConnectionState.Approved(put.At, put.At + context.RulesOf(wanted.Site).ReadyWithin),
        };

    private static Peering Told(Peering peering, IReadOnlyCollection<WantedConnection> added, DateTimeOffset at)
    {
        foreach (WantedConnection wanted in added)
            peering = wanted is { ApprovedBy: { } rule, IsLegacy: false }
                ? peering.Say(at, Steps.ByCauseway, "Approved", $"approved by rule: {rule}", wanted.Identifier)
                : peering.Say(at, Steps.ByCauseway, "PendingApproval", "received; the operator reviews it", wanted.Identifier);
        return peering;
    }

    /// <summary>The stored connection as wanted; itself when it is wanted so.</summary>
    private static (Connection Next, Refusal? No) Change(Connection stored, WantedConnection wanted, DateTimeOffset at)
    {
        if (!Same(stored.Site, wanted.Site))
            return (
                stored,
                Refusal.Invalid(
                    "PropertyChangeNotAllowed",
                    $"Connection '{stored.Identifier}' is at {stored.Site} and cannot move to {wanted.Site}: ask for another connection there, under another identifier.",
                    $"properties.{(stored.Link is null ? "exchange" : "direct")}.connections"
                )
            );
        // Clients send back what they read.
        if (stored.State is ConnectionState.PendingRemove)
            return (stored, null);
        Connection next = stored with
        {
            V4 = Family(wanted.V4, stored.V4),
            V6 = Family(wanted.V6, stored.V6),
            Link = stored.Link is { } link && wanted.Link is { } other ? Relinked(link, other) : stored.Link,
            ProtectedKey = wanted.Key switch
            {
                PeerKey.Set set when stored.KeyFingerprint == set.Fingerprint => stored.ProtectedKey,
                PeerKey.Set set => set.Protected,
                PeerKey.Remove => null,
                _ => stored.ProtectedKey,
            },
            KeyFingerprint = wanted.Key.FingerprintAfter(stored.KeyFingerprint),
        };
        if (
            (next.V4, next.V6, next.ProtectedKey, next.Link?.V4, next.Link?.V6)
            == (stored.V4, stored.V6, stored.ProtectedKey, stored.Link?.V4, stored.Link?.V6)
        )
            // Bandwidth, and what it is for, are the operator's to provide: nothing of them is on the routers.
            return (next.Link == stored.Link ? stored : next, null);
        // Before it is approved it is what is asked for now; afterwards it is what it was made of.
        if (stored.State is ConnectionState.PendingApproval)
            next = next with { IsLegacy = wanted.IsLegacy };
        return (
            next.State switch
            {
                // What was rejected is something else now: it is reviewed again.
                ConnectionState.ProvisioningFailed { WasApproved: false } => next with { State = new ConnectionState.PendingApproval(at) },
                ConnectionState.ProvisioningStarted or ConnectionState.ProvisioningCompleted or ConnectionState.Validating =>
                    next.Provision(at),
                ConnectionState.Active when !next.Families.Any(f => f.Peer.IsProven) => next.Close(
                    new ConnectionState.Validating(at, null, "the peer changed its addresses")
                ),
                ConnectionState.Active or ConnectionState.Suspended => next.Followed(),
                _ => next,
            },
            null
        );
    }

    /// <summary>The same cable with what is wanted of it now.</summary>
    private static DirectLink Relinked(DirectLink stored, DirectLink wanted) =>
        stored with
        {
            AddressProvider = wanted.AddressProvider,
            V4 = wanted.V4,
            V6 = wanted.V6,
            Bandwidth = wanted.Bandwidth,
            ForPeeringService = wanted.ForPeeringService,
        };

    /// <summary>Another address has to be looked at first; another limit has not.</summary>
    private static PeerFamily? Family(WantedPeer? wanted, PeerFamily? stored) =>
        wanted is null
            ? null
            : new PeerFamily(wanted.Address, wanted.MaxPrefixes)
            {
                IsProven = stored is { IsProven: true } && stored.Address == wanted.Address,
            };

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
