using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>The tables of one family as the <see cref="Rib"/> sees them; one virtual call per UPDATE or slice, none per route.</summary>
internal abstract class FamilyTable
{
    public abstract IpFamily Family { get; }

    /// <summary>Prefixes with a usable route.</summary>
    public int Reachable { get; protected set; }

    /// <summary>Prefixes with any route, usable or refused.</summary>
    public abstract int Prefixes { get; }

    /// <summary>Routes of all peers.</summary>
    public abstract int RouteCount { get; }

    public ChangeJournal Journal { get; } = new();

    public abstract void Announce(IngestContext context, in NlriField nlri);

    public abstract void Withdraw(RibPeer peer, in NlriField nlri);

    /// <summary>Removes up to a number of routes of a peer.</summary>
    /// <returns>True when none is left.</returns>
    public abstract bool Drop(RibPeer peer, int atMost);

    public abstract void MarkStale(RibPeer peer);

    public abstract void SweepStale(RibPeer peer);

    /// <summary>Judges stored routes again, in a range of route numbers.</summary>
    /// <param name="only">One peer, or null for all whose policy uses validity.</param>
    /// <param name="from">Where to go on; 0 first, then what the last call returned.</param>
    /// <param name="lost">Counts refused routes whose attributes were let go: only the peer can tell them again.</param>
    /// <returns>Where to go on, or -1 when done.</returns>
    public abstract int Reevaluate(RibPeer? only, int from, int count, ref int lost);

    public abstract OutTable CreateOut(RibPeer peer);

    /// <summary>Collects views of routes, in the order of destination numbers.</summary>
    /// <returns>Where to go on, or -1 at the end.</returns>
    public abstract int Collect(RouteQuery query, int from, int scan, List<RouteView> into);

    /// <summary>The best route of the longest prefix that contains a prefix and is reachable.</summary>
    public abstract RouteView? LongestMatch(in IpPrefix prefix);
}
