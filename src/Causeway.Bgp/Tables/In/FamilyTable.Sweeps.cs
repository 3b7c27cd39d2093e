using System.Collections.Frozen;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>Work on many stored routes at once, and looking at them.</summary>
internal sealed partial class FamilyTable<TKey>
{
    public override bool Drop(RibPeer peer, int atMost)
    {
        ref int first = ref peer.First(TKey.Family);
        for (; first >= 0 && atMost > 0; atMost--)
            Remove(first, peer);
        return first < 0;
    }

    public override void MarkStale(RibPeer peer)
    {
        PrefixCounters counters = peer.Counters(TKey.Family);
        for (int at = peer.First(TKey.Family); at >= 0; at = _routes[at].PeerNext)
            _routes[at].Stale = true;
        counters.Stale = counters.Received;
    }

    public override void SweepStale(RibPeer peer)
    {
        int next;
        for (int at = peer.First(TKey.Family); at >= 0; at = next)
        {
            next = _routes[at].PeerNext;
            if (_routes[at].Stale)
                Remove(at, peer);
        }
    }

    public override int Reevaluate(VrpTable changed, int from, int count, ref int lost)
    {
        int end = (int)Math.Min((long)from + count, _routes.High);
        RibPeer? under = null;
        for (int number = from; number < end; number++)
        {
            if (!_routes.Holds(number))
                continue;
            ref Route route = ref _routes[number];
            if (route.Destination < 0 || route.Peer == 0)
                continue;
            RibPeer owner = _state.Peers[route.Peer]!;
            if (
                owner.Import is { UsesValidity: true }
                && changed.Validate(_destinations[route.Destination].Key.ToPrefix(), default) != OriginValidity.NotFound
            )
                JudgeAgain(number, owner, ref under, ref lost);
        }
        if (under is not null)
            _state.Context.End();
        return end < _routes.High ? end : -1;
    }

    public override int Reevaluate(FrozenSet<Asn> customers, int from, int count, ref int lost)
    {
        int end = (int)Math.Min((long)from + count, _routes.High);
        RibPeer? under = null;
        // Neighbours in the table mostly share their attributes. As long as the lock is held a number that a route has is not given to another set.
        int looked = 0;
        bool touched = false;
        for (int number = from; number < end; number++)
        {
            if (!_routes.Holds(number))
                continue;
            ref Route route = ref _routes[number];
            if (route.Destination < 0 || route.Peer == 0)
                continue;
            RibPeer owner = _state.Peers[route.Peer]!;
            if (owner.Import is not { UsesPaths: true } policy)
                continue;
            if (route.Received == 0)
            {
                // Whose path is not known any more only its peer can say.
                if (policy.MayRegain(route.Reason))
                    lost++;
                continue;
            }
            if (route.Received != looked)
                (looked, touched) = (route.Received, AttributeSet.PathHolds(_state.Attributes.Block(route.Received), customers));
            if (touched)
                JudgeAgain(number, owner, ref under, ref lost);
        }
        if (under is not null)
            _state.Context.End();
        return end < _routes.High ? end : -1;
    }

    public override bool Reevaluate(RibPeer peer, int count, ref int lost)
    {
        ref int next = ref peer.ToJudge(TKey.Family);
        RibPeer? under = null;
        for (; next >= 0 && count > 0; count--)
        {
            int number = next;
            next = _routes[number].PeerNext;
            JudgeAgain(number, peer, ref under, ref lost);
        }
        if (under is not null)
            _state.Context.End();
        return next < 0;
    }

    /// <param name="under">The peer that the context was last readied for, or null.</param>
    private void JudgeAgain(int number, RibPeer owner, ref RibPeer? under, ref int lost)
    {
        IngestContext context = _state.Context;
        ref Route route = ref _routes[number];
        if (route.Received == 0)
        {
            // Malformed routes stay refused whatever the policy; the others would need the peer to tell them again.
            if (route.Reason is not (RefuseReason.MalformedAttributes or RefuseReason.AsSetInPath))
                lost++;
            return;
        }
        if (owner != under || route.Received != context.Attributes)
        {
            if (under is not null)
                context.End();
            under = owner;
            _state.Begin(owner, route.Received);
        }
        JudgeAgain(number, owner);
    }

    private void JudgeAgain(int number, RibPeer owner)
    {
        IngestContext context = _state.Context;
        ref Route route = ref _routes[number];
        bool stale = route.Stale;
        RouteValidity validity = RouteValidity.Unknown;
        PolicyVerdict verdict = context.Decide(_destinations[route.Destination].Key, ref validity);
        int effective = verdict.Accepted ? context.Effective(verdict.Changes) : 0;
        PrefixCounters counters = owner.Counters(TKey.Family);
        int received = route.Received;
        if (!verdict.Accepted && route.Usable && counters.RefusedKept >= _state.RefusedKept)
            received = 0;
        Update(number, received, effective, verdict.Reason, validity, counters, route.Since);
        if (!stale)
            return;
        route.Stale = true;
        counters.Stale++;
    }

    public override RouteView? LongestMatch(in IpPrefix prefix)
    {
        TKey key = TKey.From(prefix);
        for (int length = key.Length; length >= 0; length--)
        {
            int destination = _index.Covering(key, length);
            if (destination < 0)
                return null;
            ref Destination<TKey> place = ref _destinations[destination];
            if (place.First >= 0 && _routes[place.First].Usable)
                return View(place.First);
            length = place.Key.Length;
        }
        return null;
    }

    public override int Collect(RouteQuery query, int from, int scan, List<RouteView> into)
    {
        if (query.Exactly is { } exact)
        {
            TKey key = TKey.From(exact);
            int found = _index.Find(key, PrefixIndex<TKey>.Hash(key));
            if (found >= 0)
                CollectChain(query, found, into);
            return -1;
        }
        int end = (int)Math.Min((long)from + scan, _destinations.High);
        for (int destination = from; destination < end; destination++)
        {
            if (!_destinations.Holds(destination))
                continue;
            ref Destination<TKey> place = ref _destinations[destination];
            if (place.First < 0 || (query.Within is { } within && !within.Contains(place.Key.ToPrefix())))
                continue;
            // A destination is never cut in two, so a page may be a little longer than asked for.
            CollectChain(query, destination, into);
            if (into.Count >= query.Limit)
                return destination + 1 < _destinations.High ? destination + 1 : -1;
        }
        return end < _destinations.High ? end : -1;
    }

    private void CollectChain(RouteQuery query, int destination, List<RouteView> into)
    {
        int head = _destinations[destination].First;
        for (int at = head; at >= 0; at = _routes[at].Next)
        {
            ref Route route = ref _routes[at];
            bool wanted =
                (query.Peer is null || query.Peer.Index == route.Peer)
                && (query.Accepted is null || query.Accepted == route.Usable)
                && (!query.BestOnly || (at == head && route.Usable))
                && (query.Reason is null || query.Reason == route.Reason);
            if (wanted)
                into.Add(View(at));
        }
    }

    private RouteView View(int number)
    {
        ref Route route = ref _routes[number];
        ref Destination<TKey> place = ref _destinations[route.Destination];
        RibPeer peer = _state.Peers[route.Peer]!;
        int attributes = route.Effective != 0 ? route.Effective : route.Received;
        IpPrefix prefix = place.Key.ToPrefix();
        ref AttributeSet set = ref _state.Attributes[attributes];
        OriginValidity? validity = route.Validity == RouteValidity.Unknown ? null : (OriginValidity)(route.Validity - 1);
        if (validity is null && _state.Vrps.Count > 0 && attributes != 0)
            validity = _state.Vrps.Validate(prefix, peer.Import?.OriginOf(set, peer.Facts.LocalAsn) ?? new Asn(set.OriginAsn));
        return new RouteView
        {
            Prefix = prefix,
            Peer = peer.Name,
            PeerAsn = peer.Facts.PeerAsn,
            PathId = route.PathId,
            Best = place.First == number && route.Usable,
            Reason = route.Reason,
            Stale = route.Stale,
            Since = _state.TimeOf(route.Since),
            Validity = validity,
            Attributes = attributes == 0 ? null : RouteAttributes.Read(_state.Attributes.Block(attributes), set),
            ReceivedAttributes =
                route.Received == 0 || route.Received == attributes
                    ? null
                    : RouteAttributes.Read(_state.Attributes.Block(route.Received), _state.Attributes[route.Received]),
        };
    }
}
