using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

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

    /// <summary>Nothing is announced for now.</summary>
    public bool Held { get; set; }

    private List<JournalReader> _waiting = [];
    private List<JournalReader>? _spare;

    /// <summary>A reader has read the whole journal and wants to be called when it grows.</summary>
    public void Wait(JournalReader reader)
    {
        if (reader.WaitingAt >= 0)
            return;
        reader.WaitingAt = _waiting.Count;
        _waiting.Add(reader);
    }

    public void StopWaiting(JournalReader reader)
    {
        if (reader.WaitingAt < 0)
            return;
        JournalReader last = _waiting[^1];
        _waiting[last.WaitingAt = reader.WaitingAt] = last;
        _waiting.RemoveAt(_waiting.Count - 1);
        reader.WaitingAt = -1;
    }

    /// <summary>
    /// Those to call because the journal has grown; they wait no more. Who announced all of it himself waits on. Null when there is nobody to call, or when all
    /// are at work anyway.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public List<JournalReader>? TakeWaiting()
    {
        long told = Journal.Told;
        if (told == Journal.Head)
            return null;
        int source = Journal.Tell();
        JournalReader? own = null;
        if (source >= 0)
            foreach (JournalReader reader in _waiting)
                if (reader.Peer == source)
                    (own = reader).Pass(told, Journal.Head);
        if (_waiting.Count == (own is null ? 0 : 1))
            return null;
        List<JournalReader> all = _waiting;
        _waiting = Interlocked.Exchange(ref _spare, null) ?? [];
        foreach (JournalReader reader in all)
            reader.WaitingAt = -1;
        if (own is not null)
        {
            all.Remove(own);
            Wait(own);
        }
        return all;
    }

    /// <summary>Calls those that <see cref="TakeWaiting"/> gave. Without a lock.</summary>
    public void Call(List<JournalReader>? readers)
    {
        if (readers is null)
            return;
        foreach (JournalReader reader in readers)
            reader.Wake();
        readers.Clear();
        _spare = readers;
    }

    public abstract void Announce(IngestContext context, in NlriField nlri);

    public abstract void Withdraw(RibPeer peer, in NlriField nlri);

    /// <summary>Removes up to a number of routes of a peer.</summary>
    /// <returns>True when none is left.</returns>
    public abstract bool Drop(RibPeer peer, int atMost);

    public abstract void MarkStale(RibPeer peer);

    public abstract void SweepStale(RibPeer peer);

    /// <summary>Judges again, of the stored routes of all peers whose policy uses validity, those whose validity may have changed, in a range of route numbers.</summary>
    /// <param name="changed">The VRPs that came or went.</param>
    /// <param name="from">Where to go on; 0 first, then what the last call returned.</param>
    /// <param name="lost">Counts refused routes whose attributes were let go: only the peer can tell them again.</param>
    /// <returns>Where to go on, or -1 when done.</returns>
    public abstract int Reevaluate(VrpTable changed, int from, int count, ref int lost);

    /// <summary>Judges again, of the stored routes of all peers whose policy asks what ASPAs say, those whose path holds one of some customers, in a range of route numbers.</summary>
    /// <param name="customers">Those whose ASPA came, went or changed.</param>
    /// <inheritdoc cref="Reevaluate(VrpTable,int,int,ref int)"/>
    public abstract int Reevaluate(FrozenSet<Asn> customers, int from, int count, ref int lost);

    /// <summary>Judges again up to a number of one peer's routes, from <see cref="RibPeer.ToJudge"/> on.</summary>
    /// <inheritdoc cref="Reevaluate(VrpTable,int,int,ref int)" path="/param"/>
    /// <returns>True when that was all.</returns>
    public abstract bool Reevaluate(RibPeer peer, int count, ref int lost);

    /// <summary>Collects views of routes, in the order of destination numbers.</summary>
    /// <returns>Where to go on, or -1 at the end.</returns>
    public abstract int Collect(RouteQuery query, int from, int scan, List<RouteView> into);

    /// <summary>The best route of the longest prefix that contains a prefix and is reachable.</summary>
    public abstract RouteView? LongestMatch(in IpPrefix prefix);
}
