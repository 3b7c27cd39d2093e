using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Memory;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// Adj-RIB-In of all peers and Loc-RIB of one family.
/// </summary>
/// <remarks>
/// One structure serves both: a destination per prefix, and on it a chain of routes, one per peer (and path identifier), the best at the head. Adj-RIB-In
/// of a peer is its own doubly linked list through the same routes. Destinations and routes are structs in slabs, linked by number; nothing is allocated
/// per route beyond the growth of the slabs. Everything here runs under the lock of the <see cref="Rib"/>.
/// </remarks>
internal sealed partial class FamilyTable<TKey> : FamilyTable
    where TKey : unmanaged, IPrefixKey<TKey>
{
    /// <summary>Prefixes read ahead, so that their slots are on the way from memory while others are worked on.</summary>
    private const int Ahead = 32;

    private readonly RibState _state;
    private readonly Slab<Destination<TKey>> _destinations;
    private readonly Slab<Route> _routes;
    private readonly PrefixIndex<TKey> _index;

    public FamilyTable(RibState state)
    {
        _state = state;
        _destinations = new Slab<Destination<TKey>>(state.Memory);
        _routes = new Slab<Route>(state.Memory);
        _index = new PrefixIndex<TKey>(_destinations, state.Memory);
    }

    public override IpFamily Family => TKey.Family;

    public override int Prefixes => _index.Count;

    public override int RouteCount => _routes.Count;

    [MethodImpl(Jit.Hot)]
    public override void Announce(IngestContext context, in NlriField nlri)
    {
        Span<TKey> keys = stackalloc TKey[Ahead];
        Span<uint> hashes = stackalloc uint[Ahead];
        Span<uint> pathIds = stackalloc uint[Ahead];
        ReadOnlySpan<byte> left = nlri.Bytes;
        while (!left.IsEmpty)
        {
            int count = ReadAhead(ref left, nlri.AddPath, context.Ahead, keys, hashes, pathIds);
            for (int i = 0; i < count; i++)
                Put(context, keys[i], hashes[i], pathIds[i]);
        }
    }

    [MethodImpl(Jit.Hot)]
    public override void Withdraw(RibPeer peer, in NlriField nlri)
    {
        Span<TKey> keys = stackalloc TKey[Ahead];
        Span<uint> hashes = stackalloc uint[Ahead];
        Span<uint> pathIds = stackalloc uint[Ahead];
        ReadOnlySpan<byte> left = nlri.Bytes;
        while (!left.IsEmpty)
        {
            int count = ReadAhead(ref left, nlri.AddPath, null, keys, hashes, pathIds);
            for (int i = 0; i < count; i++)
            {
                int destination = _index.Find(keys[i], hashes[i]);
                int route = destination < 0 ? -1 : FindRoute(destination, peer.Index, pathIds[i]);
                if (route >= 0)
                    Remove(route, peer);
            }
        }
    }

    /// <summary>Takes prefixes off the front of a field that <see cref="UpdateParser"/> found to be well-formed.</summary>
    /// <returns>Prefixes read, at most <see cref="Ahead"/>.</returns>
    [MethodImpl(Jit.Hot)]
    private int ReadAhead(
        scoped ref ReadOnlySpan<byte> nlri,
        bool addPath,
        OriginIndex? origins,
        scoped Span<TKey> keys,
        scoped Span<uint> hashes,
        scoped Span<uint> pathIds
    )
    {
        ReadOnlySpan<byte> left = nlri;
        int count = 0;
        while (!left.IsEmpty && count < keys.Length)
        {
            uint pathId = 0;
            if (addPath)
            {
                pathId = BinaryPrimitives.ReadUInt32BigEndian(left);
                left = left[4..];
            }
            left = left[TKey.Read(left, out TKey key)..];
            uint hash = PrefixIndex<TKey>.Hash(key);
            _index.Prefetch(hash);
            if (typeof(TKey) == typeof(V4Key))
                origins?.Prefetch(Unsafe.BitCast<TKey, V4Key>(key));
            else
                origins?.Vrps.Prefetch(key.ToPrefix());
            keys[count] = key;
            hashes[count] = hash;
            pathIds[count++] = pathId;
        }
        nlri = left;
        return count;
    }

    [MethodImpl(Jit.Hot)]
    private void Put(IngestContext context, in TKey key, uint hash, uint pathId)
    {
        RouteValidity validity = RouteValidity.Unknown;
        PolicyVerdict verdict = context.Decide(key, ref validity);
        int effective = verdict.Accepted ? context.Effective(verdict.Changes) : 0;
        PrefixCounters counters = context.Peer.Counters(TKey.Family);
        int received = context.Attributes;
        if (!verdict.Accepted && counters.RefusedKept >= _state.RefusedKept)
            received = 0;

        int destination = _index.FindOrAdd(key, hash);
        int number = _destinations[destination].First < 0 ? -1 : FindRoute(destination, context.PeerIndex, pathId);
        if (number < 0)
        {
            number = Link(destination, context.Peer, pathId);
            ref Route added = ref _routes[number];
            added.Since = context.Now;
            Fill(ref added, received, effective, verdict.Reason, validity, counters);
            if (_destinations[destination].First == number)
            {
                // The only route to its prefix, as most are: nothing to choose.
                if (verdict.Accepted)
                {
                    Reachable++;
                    Journal.Add(destination, -1, context.PeerIndex);
                }
                return;
            }
            Choose(destination, -1, 0, verdict.Accepted ? context.PeerIndex : -1);
            return;
        }
        Update(number, received, effective, verdict.Reason, validity, counters, context.Now);
    }

    /// <summary>Gives an existing route new attributes or a new verdict.</summary>
    /// <param name="now">Since when it has the attributes, if they are others than before.</param>
    [MethodImpl(Jit.Hot)]
    private void Update(
        int number,
        int received,
        int effective,
        RefuseReason reason,
        RouteValidity validity,
        PrefixCounters counters,
        uint now
    )
    {
        ref Route route = ref _routes[number];
        if (route.Stale)
        {
            route.Stale = false;
            counters.Stale--;
        }
        if (received != 0 && route.Received == received && route.Effective == effective && route.Reason == reason)
        {
            route.Validity = validity;
            return;
        }
        int head = _destinations[route.Destination].First;
        int headEffective = BestEffective(head);
        Route old = route;
        if (received != old.Received || received == 0)
            route.Since = now;
        Uncount(old, counters);
        Fill(ref route, received, effective, reason, validity, counters);
        Choose(route.Destination, head, headEffective, old.Effective != 0 || effective != 0 ? old.Peer : -1);
        // Only now: while a number is in use it cannot be given to another set, so a comparison of numbers is one of attributes.
        _state.Attributes.Release(old.Received);
        _state.Attributes.Release(old.Effective);
    }

    [MethodImpl(Jit.Hot)]
    private void Fill(ref Route route, int received, int effective, RefuseReason reason, RouteValidity validity, PrefixCounters counters)
    {
        route.Received = received;
        route.Effective = effective;
        route.Reason = reason;
        route.Validity = validity;
        _state.Attributes.Use(received);
        if (effective != 0)
            _state.Attributes.Use(effective);
        counters.Count(reason, 1);
        if (reason != RefuseReason.None && received != 0)
            counters.RefusedKept++;
    }

    private static void Uncount(in Route route, PrefixCounters counters)
    {
        counters.Count(route.Reason, -1);
        if (route.Reason != RefuseReason.None && route.Received != 0)
            counters.RefusedKept--;
    }

    [MethodImpl(Jit.Hot)]
    private int FindRoute(int destination, ushort peer, uint pathId)
    {
        int at = _destinations[destination].First;
        while (at >= 0)
        {
            ref Route route = ref _routes[at];
            if (route.Peer == peer && route.PathId == pathId)
                return at;
            at = route.Next;
        }
        return -1;
    }

    /// <summary>Makes a route: second in its chain, so that the best stays at the head, and first in its peer's list.</summary>
    [MethodImpl(Jit.Hot)]
    private int Link(int destination, RibPeer peer, uint pathId)
    {
        int number = _routes.Allocate();
        ref Route route = ref _routes[number];
        ref int first = ref peer.First(TKey.Family);
        route.Destination = destination;
        route.PathId = pathId;
        route.Peer = peer.Index;
        route.Stale = false;
        route.PeerPrevious = -1;
        route.PeerNext = first;
        if (first >= 0)
            _routes[first].PeerPrevious = number;
        first = number;
        ref Destination<TKey> place = ref _destinations[destination];
        if (place.First < 0)
        {
            route.Next = -1;
            place.First = number;
        }
        else
        {
            ref Route head = ref _routes[place.First];
            route.Next = head.Next;
            head.Next = number;
        }
        return number;
    }

    /// <summary>The attributes that the Loc-RIB offers for a chain: the head's, or 0 when there is no usable route.</summary>
    private int BestEffective(int head) => head < 0 ? 0 : _routes[head].Effective;

    /// <summary>Puts the best route at the head and notes the change, if it is one.</summary>
    /// <param name="oldHead">The head before; -1 to take the present one.</param>
    /// <param name="changed">Whose route it was that changed, where it can be used or could be; else -1.</param>
    [MethodImpl(Jit.Hot)]
    private void Choose(int destination, int oldHead, int oldEffective, int changed)
    {
        ref Destination<TKey> place = ref _destinations[destination];
        if (oldHead == -1)
        {
            oldHead = place.First;
            oldEffective = BestEffective(oldHead);
        }
        if (place.First >= 0 && _routes[place.First].Next >= 0)
        {
            int best = BestPath.Choose(_routes, place.First, _state.Attributes, _state.Peers);
            if (best >= 0 && best != place.First)
                MoveToHead(ref place, best);
        }
        NoteChange(destination, oldHead, oldEffective, place.First, changed);
    }

    [MethodImpl(Jit.Hot)]
    private void NoteChange(int destination, int oldHead, int oldEffective, int head, int changed)
    {
        int effective = BestEffective(head);
        if (oldEffective == 0 && effective == 0)
            return;
        if (oldHead == head && oldEffective == effective)
        {
            // What is second for most may be first for a client who is not told the best.
            if (_state.ClientsChoose && changed >= 0)
                Journal.Add(destination, changed, changed);
            return;
        }
        Reachable += (effective != 0 ? 1 : 0) - (oldEffective != 0 ? 1 : 0);
        Journal.Add(destination, oldEffective != 0 ? _routes[oldHead].Peer : -1, effective != 0 ? _routes[head].Peer : -1);
    }

    private void MoveToHead(ref Destination<TKey> place, int number)
    {
        int before = place.First;
        while (_routes[before].Next != number)
            before = _routes[before].Next;
        _routes[before].Next = _routes[number].Next;
        _routes[number].Next = place.First;
        place.First = number;
    }

    [MethodImpl(Jit.Hot)]
    private void Remove(int number, RibPeer peer)
    {
        ref Route route = ref _routes[number];
        PrefixCounters counters = peer.Counters(TKey.Family);
        Uncount(route, counters);
        if (route.Stale)
            counters.Stale--;

        ref int toJudge = ref peer.ToJudge(TKey.Family);
        if (toJudge == number)
            toJudge = route.PeerNext;
        if (route.PeerPrevious >= 0)
            _routes[route.PeerPrevious].PeerNext = route.PeerNext;
        else
            peer.First(TKey.Family) = route.PeerNext;
        if (route.PeerNext >= 0)
            _routes[route.PeerNext].PeerPrevious = route.PeerPrevious;

        int destination = route.Destination;
        ref Destination<TKey> place = ref _destinations[destination];
        int head = place.First;
        int headEffective = BestEffective(head);
        if (head == number)
            place.First = route.Next;
        else
        {
            int before = head;
            while (_routes[before].Next != number)
                before = _routes[before].Next;
            _routes[before].Next = route.Next;
        }
        if (place.First >= 0)
            Choose(destination, head, headEffective, route.Effective != 0 ? peer.Index : -1);
        else
            NoteChange(destination, head, headEffective, -1, -1);

        _state.Attributes.Release(route.Received);
        _state.Attributes.Release(route.Effective);
        route.Destination = -1;
        _routes.Free(number);
        RemoveIfEmpty(destination);
    }

    /// <summary>A prefix goes when no peer announces it and no Adj-RIB-Out holds it.</summary>
    internal void RemoveIfEmpty(int destination)
    {
        ref Destination<TKey> place = ref _destinations[destination];
        if (place.First < 0 && place.Holders == 0)
            _index.Remove(destination);
    }

    internal Slab<Destination<TKey>> Destinations => _destinations;

    internal Slab<Route> Routes => _routes;
}
