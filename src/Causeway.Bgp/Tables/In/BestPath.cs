using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// The decision process of RFC 4271 §9.1.2 over the routes to one prefix. MED is compared only among routes of the same neighbouring AS
/// (§9.1.2.2 c), so a route is not simply better or worse than another; the choice is made over the whole set, and does not depend on order of arrival.
/// </summary>
internal static class BestPath
{
    /// <returns>The best usable route of a chain, or -1.</returns>
    [MethodImpl(Jit.Hot)]
    public static int Choose(Slab<Route> routes, int first, AttributeTable attributes, RibPeer?[] peers)
    {
        var all = new Usable();
        return Choose(routes, first, attributes, peers, ref all);
    }

    /// <param name="candidates">Which routes there are to choose from; the others are as if they were not there.</param>
    /// <inheritdoc cref="Choose(Slab{Route},int,AttributeTable,RibPeer?[])"/>
    [MethodImpl(Jit.Hot)]
    public static int Choose<TCandidates>(
        Slab<Route> routes,
        int first,
        AttributeTable attributes,
        RibPeer?[] peers,
        ref TCandidates candidates
    )
        where TCandidates : struct, ICandidates, allows ref struct
    {
        int lead = -1;
        bool tied = false,
            medsDiffer = false;
        for (int at = first; at >= 0; at = routes[at].Next)
        {
            ref Route route = ref routes[at];
            if (!candidates.Hold(route))
                continue;
            int order = lead < 0 ? -1 : CompareBeforeMed(route, routes[lead], attributes);
            if (order < 0)
            {
                lead = at;
                tied = medsDiffer = false;
            }
            else if (order == 0)
            {
                tied = true;
                medsDiffer |= attributes[route.Effective].Med != attributes[routes[lead].Effective].Med;
            }
        }
        return tied ? BreakTie(routes, first, lead, medsDiffer, attributes, peers, ref candidates) : lead;
    }

    private static int BreakTie<TCandidates>(
        Slab<Route> routes,
        int first,
        int lead,
        bool medsDiffer,
        AttributeTable attributes,
        RibPeer?[] peers,
        ref TCandidates candidates
    )
        where TCandidates : struct, ICandidates, allows ref struct
    {
        int best = -1;
        for (int at = first; at >= 0; at = routes[at].Next)
        {
            ref Route route = ref routes[at];
            if (!candidates.Hold(route) || CompareBeforeMed(route, routes[lead], attributes) != 0)
                continue;
            if (medsDiffer && IsBeatenByMed(routes, first, at, attributes, ref candidates))
                continue;
            if (best < 0 || CompareAfterMed(route, routes[best], attributes, peers) < 0)
                best = at;
        }
        return best;
    }

    /// <summary>Negative when <paramref name="a"/> is better: own routes, then §9.1.1 degree of preference, §9.1.2.2 a (path length) and b (origin).</summary>
    [MethodImpl(Jit.Hot)]
    private static int CompareBeforeMed(in Route a, in Route b, AttributeTable attributes)
    {
        if (a.Peer == 0 || b.Peer == 0)
            return (a.Peer == 0 ? 0 : 1) - (b.Peer == 0 ? 0 : 1);
        ref AttributeSet x = ref attributes[a.Effective];
        ref AttributeSet y = ref attributes[b.Effective];
        int order = y.LocalPreference.CompareTo(x.LocalPreference);
        if (order == 0)
            order = x.PathLength.CompareTo(y.PathLength);
        return order == 0 ? x.Origin.CompareTo(y.Origin) : order;
    }

    private static bool IsBeatenByMed<TCandidates>(
        Slab<Route> routes,
        int first,
        int candidate,
        AttributeTable attributes,
        ref TCandidates candidates
    )
        where TCandidates : struct, ICandidates, allows ref struct
    {
        ref AttributeSet mine = ref attributes[routes[candidate].Effective];
        for (int at = first; at >= 0; at = routes[at].Next)
        {
            ref Route route = ref routes[at];
            if (!candidates.Hold(route) || at == candidate)
                continue;
            ref AttributeSet other = ref attributes[route.Effective];
            if (other.FirstAsn == mine.FirstAsn && other.Med < mine.Med && CompareBeforeMed(route, routes[candidate], attributes) == 0)
                return true;
        }
        return false;
    }

    /// <summary>
    /// §9.1.2.2 d (external before internal), f (BGP identifier), g (peer address), then path identifier. All next hops are on connected networks, so step e
    /// does not apply. Of reflected routes the originator's identifier counts, then the shorter CLUSTER_LIST (RFC 4456 §9).
    /// </summary>
    private static int CompareAfterMed(in Route a, in Route b, AttributeTable attributes, RibPeer?[] peers)
    {
        RibPeer x = peers[a.Peer]!,
            y = peers[b.Peer]!;
        int order = x.Facts.IsInternal.CompareTo(y.Facts.IsInternal);
        if (order == 0 && x.Facts.IsInternal)
        {
            ReadOnlySpan<byte> one = attributes.Block(a.Effective),
                other = attributes.Block(b.Effective);
            uint originator = AttributeSet.Originator(one) ?? x.Facts.PeerRouterId;
            order = originator.CompareTo(AttributeSet.Originator(other) ?? y.Facts.PeerRouterId);
            if (order == 0)
                order = AttributeSet
                    .Find(one, AttributeType.ClusterList)
                    .Length.CompareTo(AttributeSet.Find(other, AttributeType.ClusterList).Length);
        }
        else if (order == 0)
            order = x.Facts.PeerRouterId.CompareTo(y.Facts.PeerRouterId);
        if (order == 0)
            order = x.AddressBits.CompareTo(y.AddressBits);
        if (order == 0)
            order = a.Peer.CompareTo(b.Peer);
        return order == 0 ? a.PathId.CompareTo(b.PathId) : order;
    }
}

/// <summary>Which routes of a chain are to be chosen from.</summary>
internal interface ICandidates
{
    bool Hold(in Route route);
}

/// <summary>All that policy let in.</summary>
internal readonly struct Usable : ICandidates
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Hold(in Route route) => route.Usable;
}
