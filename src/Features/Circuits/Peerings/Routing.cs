using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>Routing domains: who may write them and when, and how a written peering gets to the routers.</summary>
internal static class Routing
{
    public static Decision<Circuit> Put(Draft draft, PutPeering put)
    {
        Set(draft, put.Peering, put.By);
        if (put.Reaches is { } reaches)
            Reaching.SetAll(draft, reaches, put.Ticket);
        return draft.End(put.Ticket, put.Peering.Type, UnderWay(draft, put.Peering.Type));
    }

    public static Decision<Circuit> Delete(Draft draft, DeletePeering delete)
    {
        if (delete.By == Author.Provider)
            draft.Problem(OnlyLayer3(draft));
        if (draft.Now.FindPeering(delete.Type) is { } found)
            Remove(draft, found, delete.By);
        return draft.End(delete.Ticket, delete.Type, UnderWay(draft, delete.Type));
    }

    /// <summary>An array of peerings that is present is the whole truth.</summary>
    public static void SetAll(Draft draft, ImmutableArray<WantedPeering> peerings, Author by)
    {
        foreach (Peering gone in draft.Now.Peerings.Where(p => !peerings.Any(w => w.Type == p.Type)))
            Remove(draft, gone, by);
        foreach (WantedPeering wanted in peerings)
            Set(draft, wanted, by);
    }

    /// <summary>Makes the stored peering be what is wanted, or reports why not.</summary>
    public static void Set(Draft draft, WantedPeering wanted, Author by)
    {
        Circuit c = draft.Now;
        Peering? stored = c.FindPeering(wanted.Type);
        bool returns = stored?.State is PeeringState.Removing or PeeringState.Failed or PeeringState.Conflicting;
        Peering next = Merge(wanted, stored, by, draft.At);
        if (stored is not null && !returns && stored.WantsSameAs(next))
            return;
        Refusal? notOffered = stored is null ? PeeringRules.Offered(wanted.Type, draft.Policy) : null;
        if ((notOffered ?? MayWrite(draft, by)) is { } no)
        {
            draft.Problem(no);
            return;
        }
        foreach (Refusal problem in PeeringRules.Check(next, c, draft.Topology))
            draft.Problem(problem);
        bool now = c.IsOnRouters;
        next = next with
        {
            State = now ? new PeeringState.Configuring(draft.At, draft.NextGeneration) : new PeeringState.Waiting(draft.At),
        };
        draft.Change(
            c with
            {
                Peerings = stored is null ? c.Peerings.Add(next) : c.Peerings.Replace(stored, next),
            },
            Why(stored, next, wanted)
        );
        if (now)
            draft.RoutersFollow();
    }

    public static void Remove(Draft draft, Peering gone, Author by)
    {
        Circuit c = draft.Now;
        if (gone.State is PeeringState.Removing)
            return;
        if (gone.Type == PeeringType.AzurePrivatePeering && c.Reaches.FirstOrDefault(r => r.Stands) is { } reach)
        {
            draft.Problem(
                Refusal.Conflict(
                    "InUseExpressRoutePeeringCannotBeDeleted",
                    by == Author.Provider
                        ? $"{gone.Type} joins another circuit: the customer has to delete the Global Reach connection first."
                        : $"{gone.Type} joins another circuit: delete Global Reach connection {reach.IdIn(c.Id)} first.",
                    gone.Type.ToString()
                )
            );
            return;
        }
        if (gone.Type == PeeringType.AzurePrivatePeering && c.Links.Length > 0)
        {
            draft.Problem(
                Refusal.Conflict(
                    "InUseExpressRoutePeeringCannotBeDeleted",
                    $"{gone.Type} carries {c.Links.Length} linked network{(c.Links.Length == 1 ? "" : "s")}: {Unlinks(c, by)} first.",
                    gone.Type.ToString()
                )
            );
            return;
        }
        if (!c.IsOnRouters)
        {
            draft.Change(c with { Peerings = c.Peerings.Remove(gone) }, $"{gone.Type} deleted");
            return;
        }
        draft.Change(
            c with
            {
                // Its filters are let go of at once, and are not those that it may come back with.
                Peerings = c.Peerings.Replace(
                    gone,
                    gone with
                    {
                        State = new PeeringState.Removing(draft.At, draft.NextGeneration),
                        V4 = gone.V4 is { } v4 ? v4 with { Filter = null } : null,
                        V6 = gone.V6 is { } v6 ? v6 with { Filter = null } : null,
                    }
                ),
            },
            $"{gone.Type} deleted; the routers are told"
        );
        draft.RoutersFollow();
    }

    /// <summary>Whose connections they are is the customer's business, not the provider's.</summary>
    private static string Unlinks(Circuit circuit, Author by) =>
        by == Author.Provider
            ? "the customer has to delete the connections"
            : $"delete {string.Join(", ", circuit.Links.Select(l => $"connection {l.Connection}"))}";

    /// <summary>The generation that a peering, asked for again as it is, still waits for.</summary>
    private static long? UnderWay(Draft draft, PeeringType type) =>
        draft.Before.FindPeering(type)?.State switch
        {
            PeeringState.Configuring s => s.Generation,
            PeeringState.Removing s => s.Generation,
            _ => null,
        };

    private static Peering Merge(WantedPeering wanted, Peering? stored, Author by, DateTimeOffset at)
    {
        return new()
        {
            Type = wanted.Type,
            PeerAsn = wanted.PeerAsn,
            Vlan = wanted.Vlan,
            V4 = wanted.V4 is null && wanted.KeepsV4 ? stored?.V4 : Family(NewV4(wanted, stored), stored?.V4),
            V6 = Family(wanted.V6, stored?.V6),
            ProtectedKey = wanted.Key switch
            {
                // The same key, encrypted anew, is no change.
                KeyChange.Set set when stored?.ProtectedKey is not null && stored.KeyFingerprint == set.Fingerprint => stored.ProtectedKey,
                KeyChange.Set set => set.Protected,
                KeyChange.Remove => null,
                _ => stored?.ProtectedKey,
            },
            KeyFingerprint = wanted.Key switch
            {
                KeyChange.Set set => set.Fingerprint,
                KeyChange.Remove => null,
                _ => stored?.KeyFingerprint,
            },
            LastModifiedBy = by,
            State = stored?.State ?? new PeeringState.Waiting(at),
        };

        PeeringFamily? Family(WantedFamily? family, PeeringFamily? before) =>
            family is null
                ? null
                : new PeeringFamily(family.Primary, family.Secondary, family.Enabled ?? before?.Enabled ?? true)
                {
                    // Of one that stands, the circuit knows what it lets through.
                    Filter = by == Author.Provider || family.Filter?.Id == before?.Filter?.Id ? before?.Filter : family.Filter,
                    Public = Proving.Merge(family.Public, before?.Public, wanted.PeerAsn, stored?.PeerAsn, at),
                };
    }

    /// <summary>A peering without IPv4 shows state Disabled, which clients send back when they add IPv4 to it: they do not mean it.</summary>
    private static WantedFamily? NewV4(WantedPeering wanted, Peering? stored) =>
        stored is { V4: null } && wanted.V4 is { Enabled: false } v4 ? v4 with { Enabled = true } : wanted.V4;

    /// <summary>
    /// The customer configures routing while the circuit is provisioned and enabled (before, if the installation accepts it); a provider that works at
    /// layer 3 may also do so while it provisions.
    /// </summary>
    private static Refusal? MayWrite(Draft draft, Author by)
    {
        Circuit c = draft.Now;
        if (by == Author.Provider && OnlyLayer3(draft) is { } no)
            return no;
        bool ready =
            c.Provider is ProviderSide.Provisioned
            || (by == Author.Provider && c.Provider is ProviderSide.Provisioning)
            || draft.Policy.RoutingBeforeProvisioned == RoutingBeforeProvisioned.Accept;
        if (ready)
            return null;
        string provider = c.Order.ServiceProvider;
        string next = c.Provider switch
        {
            _ when draft.IsNew =>
                $"order it without peerings, give {provider} the service key of the answer, and configure them when it is provisioned",
            ProviderSide.Provisioning => $"{provider} is provisioning it since {c.Provider.Since:u} and acts next",
            ProviderSide.Deprovisioning => $"{provider} is deprovisioning it since {c.Provider.Since:u} and acts next",
            _ => $"give its service key {c.ServiceKey:D} to {provider}, who acts next",
        };
        return Refusal.Conflict(
            "ServiceProviderNotProvisioned",
            $"Routing can be configured only while the circuit is Provisioned and Enabled. {c.Id.Name} is {c.Provider.Name}: {next}.",
            "properties.serviceProviderProvisioningState"
        );
    }

    /// <summary>Why this provider may configure no routing; null when it may.</summary>
    private static Refusal? OnlyLayer3(Draft draft)
    {
        string name = draft.Now.Order.ServiceProvider;
        return draft.Policy.ProviderRouting == ProviderRouting.All || draft.Topology.FindProvider(name) is { Layer: ProviderLayer.Layer3 }
            ? null
            : new Refusal(
                RefusalKind.Forbidden,
                "OperationNotAllowed",
                $"{name} works at layer 2: the customer configures the routing of this circuit, not the provider."
            );
    }

    private static string Why(Peering? stored, Peering next, WantedPeering wanted)
    {
        string key = wanted.Key switch
        {
            KeyChange.Set => ", MD5 key set",
            KeyChange.Remove when stored?.ProtectedKey is not null => ", MD5 key removed",
            _ => "",
        };
        string enabled = string.Join(
            ", ",
            next.Families.Select(f => $"{f.Configured.Primary} and {f.Configured.Secondary}{(f.Configured.Enabled ? "" : " (disabled)")}")
        );
        string how = next.State is PeeringState.Waiting ? "; waits until the circuit is provisioned" : "";
        return $"{next.Type} {(stored is null ? "configured" : "changed")} by the {next.LastModifiedBy.ToString().ToLowerInvariant()}: AS{next.PeerAsn}, VLAN {next.Vlan}, {enabled}{Declared(stored, next)}{key}{how}";
    }

    /// <summary>Of what the customer may announce, what has come and what has gone, at most <see cref="MostNamed"/> of it; nothing where all is as it was.</summary>
    private static string Declared(Peering? stored, Peering next)
    {
        HashSet<IpPrefix> before = [.. Of(stored)];
        HashSet<IpPrefix> after = [.. Of(next)];
        string[] changes =
        [
            .. after.Where(p => !before.Contains(p)).Order().Select(p => $"+{p}"),
            .. before.Where(p => !after.Contains(p)).Order().Select(p => $"-{p}"),
        ];
        string more = changes.Length > MostNamed ? $" and {changes.Length - MostNamed} more" : "";
        return changes.Length == 0 ? "" : $", prefixes {string.Join(' ', changes.Take(MostNamed))}{more}";

        static IEnumerable<IpPrefix> Of(Peering? peering) =>
            peering?.Families.SelectMany(f => f.Configured.Public?.Prefixes ?? []).Select(p => p.Prefix) ?? [];
    }

    /// <summary>Prefixes that an entry of the journal names.</summary>
    private const int MostNamed = 20;
}
