using System.Collections.Concurrent;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;
using Causeway.Registries.Proof;

namespace Causeway.Registries.Filters;

/// <summary>
/// The filters that were asked for, kept: after a change of the registries only those are made anew that it may touch. A thousand members' filters cost seconds, and one
/// changed object should cost milliseconds until it is on the router.
/// </summary>
/// <remarks>
/// A change touches a filter when the as-set has other ASNs now, when a prefix of the filter lies where something changed, or when a route or a VRP of one of its ASNs does.
/// The same filter is the same object, so that whoever has acted on it sees at a glance that there is nothing to do.
/// </remarks>
internal sealed class KnownFilters
{
    /// <summary>Peers whose filters are kept; beyond that all are forgotten, and made again as they are asked for.</summary>
    private const int Most = 20_000;

    /// <summary>Routes inside what changed; where there are more, everything is looked at.</summary>
    private const int MostRoutes = 10_000;

    private readonly ConcurrentDictionary<(Asn, string?, int), Known> _filters = [];
    private Origins? _origins;

    private sealed record Known(long Revision, HashSet<uint> Asns, PeerFilter Filter);

    /// <summary>The origins of all routes that lie where something changed.</summary>
    /// <param name="All">Null for too many to tell.</param>
    private sealed record Origins(long From, long To, HashSet<uint>? All);

    /// <param name="changesSince">What changed since a revision.</param>
    public PeerFilter Of(RegistryView view, Func<long, ProofChanges> changesSince, Asn asn, string? asSet, int mostPrefixes)
    {
        (Asn, string?, int) key = (asn, asSet, mostPrefixes);
        if (_filters.TryGetValue(key, out Known? known))
        {
            if (known.Revision == view.Revision)
                return known.Filter;
            PeerOrigins now = PeerOrigins.Of(view.Irr, asn, asSet, mostPrefixes);
            ProofChanges changes = changesSince(known.Revision);
            if (changes.Revision == view.Revision && now.SaysTheSameAs(known.Filter, known.Asns) && !Touches(changes, known, view))
            {
                _filters[key] = known with { Revision = view.Revision };
                return known.Filter;
            }
            return Keep(now);
        }
        return Keep(PeerOrigins.Of(view.Irr, asn, asSet, mostPrefixes));

        PeerFilter Keep(PeerOrigins origins)
        {
            PeerFilter filter = PeerFilters.Of(view, origins, mostPrefixes);
            if (_filters.Count >= Most)
                _filters.Clear();
            _filters[key] = new Known(view.Revision, origins.Asns, filter);
            return filter;
        }
    }

    private bool Touches(ProofChanges changes, Known known, RegistryView view)
    {
        if (changes.IsNothing)
            return false;
        if (changes.IsEverything || known.Filter.IsTooLarge)
            return true;
        if (OriginsIn(changes, known.Revision, view.Irr) is not { } origins || origins.Overlaps(known.Asns))
            return true;
        return known.Filter.V4.Any(m => changes.Touches(m.Prefix))
            || known.Filter.V6.Any(m => changes.Touches(m.Prefix))
            || known.Asns.Any(a => view.Rpki.Of(new Asn(a)).Any(v => changes.Touches(v.Prefix)));
    }

    private HashSet<uint>? OriginsIn(ProofChanges changes, long from, IrrDatabase irr)
    {
        if (_origins is { } known && known.From == from && known.To == changes.Revision)
            return known.All;
        HashSet<uint>? all = [];
        int left = MostRoutes;
        foreach (IpPrefix block in changes.Blocks)
        {
            foreach (IrrRoute route in irr.Exact(block).Concat(irr.Inside(block, left)))
            {
                all.Add(route.Origin.Value);
                left--;
            }
            if (left <= 0)
            {
                all = null;
                break;
            }
        }
        _origins = new Origins(from, changes.Revision, all);
        return all;
    }
}
