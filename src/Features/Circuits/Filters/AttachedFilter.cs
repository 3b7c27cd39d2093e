using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// The route filter of one family of a Microsoft peering: which services are announced there. Theory of operation: a filter and the circuits that use it are
/// resources of their own, and two facts bind them: a filter in use is not deleted, and a circuit announces what its filter lets through now. So each holds the
/// other's half of both facts, and every write that moves one half moves the other in the same commit: a circuit that attaches or lets go tells the filter
/// (<see cref="UseFilter"/>, as a consequence of its states, whatever the request was), and a filter whose rule changes tells the circuits
/// (<see cref="ChangeFilter"/>). Two such writes at once meet in the filter's revision, and the second decides again.
/// </summary>
/// <param name="Communities">What the filter's rule lets through, ascending.</param>
public sealed record AttachedFilter(ResourceId Id, ImmutableArray<uint> Communities)
{
    /// <summary>Canonical type of filters.</summary>
    public const string FilterType = "Microsoft.Network/routeFilters";

    public bool Equals(AttachedFilter? other) => other is not null && Id == other.Id && Communities.SequenceEqual(other.Communities);

    public override int GetHashCode() => HashCode.Combine(Id, Communities.Length);
}

/// <summary>One family of a peering that a filter is attached to.</summary>
public readonly record struct FilterUse(PeeringType Peering, IpFamily Family);

/// <summary>Asked of a filter: these of a circuit's peerings use it now, and no others of that circuit; none is that the circuit has let go.</summary>
/// <param name="Communities">What the circuit takes the filter to let through.</param>
public sealed record UseFilter(DateTimeOffset At, ResourceId Circuit, EquatableArray<FilterUse> Uses, EquatableArray<uint> Communities)
    : Signal(At);

/// <summary>Asked of a circuit: a filter of its lets other communities through now.</summary>
public sealed record ChangeFilter(DateTimeOffset At, ResourceId Filter, EquatableArray<uint> Communities) : Signal(At);

/// <summary>What of circuits has to do with filters.</summary>
internal static class Filtering
{
    /// <summary>The circuit has to use the filter: it does not when the peering went meanwhile.</summary>
    public static Decision<Circuit> Change(Draft draft, ChangeFilter change)
    {
        Circuit c = draft.Now;
        Circuit next = c with { Peerings = [.. c.Peerings.Select(p => p with { V4 = Changed(p.V4, change), V6 = Changed(p.V6, change) })] };
        if (next.Peerings.SequenceEqual(c.Peerings))
            return draft.End(null);
        draft.Change(
            next,
            change.Communities.IsEmpty
                ? $"route filter {change.Filter.Name} lets nothing through"
                : $"route filter {change.Filter.Name} now lets {string.Join(", ", change.Communities.Select(AnnouncedService.Text))} through"
        );
        Linking.Follow(draft);
        return draft.End(null);
    }

    /// <summary>What the filters are asked when a circuit changes from one state to another; null is absent.</summary>
    public static IEnumerable<Addressed> Consequences(Circuit? before, Circuit? after, DateTimeOffset at)
    {
        ILookup<ResourceId, (FilterUse Use, AttachedFilter Filter)> had = Uses(before),
            has = Uses(after);
        foreach (ResourceId filter in had.Select(f => f.Key).Union(has.Select(f => f.Key)))
        {
            FilterUse[] uses = [.. has[filter].Select(u => u.Use)];
            if (uses.SequenceEqual(had[filter].Select(u => u.Use)))
                continue;
            // One that came may know a later rule than one that stands: the commit holds both to the same.
            ImmutableArray<uint> communities = has[filter]
                .OrderBy(u => had[filter].Contains(u))
                .Select(u => u.Filter.Communities)
                .FirstOrDefault([]);
            yield return new Addressed(
                filter,
                AttachedFilter.FilterType,
                new UseFilter(at, (after ?? before)!.Id, [.. uses], [.. communities])
            );
        }
    }

    /// <summary>A peering that is going has let go, and so has a circuit.</summary>
    private static ILookup<ResourceId, (FilterUse Use, AttachedFilter Filter)> Uses(Circuit? circuit) =>
        (
            from peering in circuit is { DeletingSince: null } ? circuit.Peerings : []
            where peering.State is not PeeringState.Removing
            from family in peering.Families
            let filter = family.Configured.Filter
            where filter is not null
            orderby peering.Type, family.Family
            select (new FilterUse(peering.Type, family.Family), filter)
        ).ToLookup(u => u.Item2.Id);

    private static PeeringFamily? Changed(PeeringFamily? family, ChangeFilter change) =>
        family?.Filter is { } filter && filter.Id == change.Filter
            ? family with
            {
                Filter = filter with { Communities = [.. change.Communities] },
            }
            : family;
}
