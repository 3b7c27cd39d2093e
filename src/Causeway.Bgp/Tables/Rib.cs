using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>
/// The tables of one routing instance: Adj-RIB-In of every peer before and after policy, Loc-RIB with the best path, and what is announced to whom.
/// </summary>
/// <remarks>
/// Theory of operation. A session hands in the body of each UPDATE as it came (<see cref="Ingest"/>). The attribute bytes are looked up in a table of
/// distinct attribute sets; only a set never seen before is decoded and judged by RFC 7606. Policy conditions on attributes are judged once per UPDATE, those
/// on the prefix per route. Each route is a struct in a chain at its prefix, the best at the head. Changes of the head go into a journal that the
/// Adj-RIB-Outs (<see cref="AdjRibOut"/>) read at the pace of their sockets. Refused routes stay in the table with their reason.
/// One lock guards an instance; it is held for a run of UPDATEs or one slice of a longer work, so that a question never waits long. All members may be called
/// from any thread, but one peer's UPDATEs must come in order.
/// <para>
/// Who comes in and who goes out want the same lock. Were each change told at once, the two would take it in turns for every UPDATE, and pass the table from one
/// core's cache to the other's each time. So all that one read of a socket brought is taken in first, in a few holds of the lock, and then those who wait for
/// changes are called once; each of them takes a batch, thousands of changes, in one hold of its own. Nobody is called who announces nothing, or for whom all of
/// it was his own.
/// </para>
/// </remarks>
public sealed class Rib
{
    private const int Slice = 8192;

    /// <summary>Octets of UPDATEs that are taken in before others may have the lock for a moment: some two milliseconds.</summary>
    private const int LongestHold = 64 * 1024;

    private readonly RibState _state;
    private readonly FamilyTable<V4Key> _v4;
    private readonly FamilyTable<V6Key> _v6;
    private readonly FamilyTable[] _both;
    private readonly UpdateIngest _ingest;
    private AdjRibOut[] _outs = [];
    private EquatableArray<IpPrefix> _networks;

    /// <param name="refusedKept">Refused routes per peer and family whose attributes are kept. Beyond it the prefix and the reason remain, so counts are exact.</param>
    /// <param name="mostAttributeBytes">
    /// Bytes of attributes, each distinct set counted once, that one peer may bring. A full table of the Internet has some 15 MB; a peer that goes on beyond the
    /// limit wants our memory, and its session ends with CEASE, out of resources.
    /// </param>
    /// <param name="clock">Tells when routes came; the system's unless given.</param>
    public Rib(int refusedKept = 50_000, long mostAttributeBytes = 256 << 20, TimeProvider? clock = null)
    {
        _state = new RibState(clock ?? TimeProvider.System, refusedKept, mostAttributeBytes);
        _v4 = new FamilyTable<V4Key>(_state);
        _v6 = new FamilyTable<V6Key>(_state);
        _both = [_v4, _v6];
        _ingest = new UpdateIngest(_state, _v4, _v6);
        var local = new PeerFacts
        {
            Name = "local",
            PeerAsn = default,
            LocalAsn = default,
            PeerAddress = IPAddress.Any,
            LocalAddress = IPAddress.Any,
            PeerRouterId = 0,
        };
        _state.Peers[0] = new RibPeer(local, 0, CompiledPolicy.Compile(RoutePolicy.AcceptAll));
    }

    /// <summary>Prefixes with a usable route.</summary>
    public int Reachable(IpFamily family) => Table(family).Reachable;

    /// <summary>Routes of all peers, refused ones too.</summary>
    public int RouteCount(IpFamily family) => Table(family).RouteCount;

    /// <summary>Distinct attribute sets in use.</summary>
    public int AttributeSets => _state.Attributes.Count;

    /// <summary>Octets that the tables hold outside the collected heap: they go back to the system when routes go.</summary>
    public long Octets => _state.Memory.Rented;

    /// <summary>The peers that are in now, without this router itself.</summary>
    public IReadOnlyList<RibPeer> Peers
    {
        get
        {
            using (_state.Enter())
                return [.. _state.Peers.OfType<RibPeer>().Where(p => !p.IsLocal)];
        }
    }

    private FamilyTable Table(IpFamily family) => family == IpFamily.V4 ? _v4 : _v6;

    /// <summary>Takes in a peer whose session is established. Its routes leave with <see cref="Remove"/>.</summary>
    /// <param name="import">Null accepts nothing (RFC 8212); routes are still held, as refused with <see cref="RefuseReason.NoPolicy"/>.</param>
    /// <exception cref="InvalidOperationException">65535 peers are there already.</exception>
    public RibPeer Add(PeerFacts facts, CompiledPolicy? import)
    {
        using (_state.Enter())
        {
            int index = Array.IndexOf(_state.Peers, null);
            if (index < 0)
            {
                index = _state.Peers.Length;
                if (index > ushort.MaxValue)
                    throw new InvalidOperationException("A routing instance holds at most 65535 peers.");
                RibPeer?[] peers = _state.Peers;
                Array.Resize(ref peers, Math.Min(index * 2, ushort.MaxValue + 1));
                _state.Peers = peers;
            }
            var peer = new RibPeer(facts, (ushort)index, import);
            _state.Peers[index] = peer;
            return peer;
        }
    }

    /// <summary>Removes a peer and all its routes, in slices. The peer must send no more UPDATEs.</summary>
    public void Remove(RibPeer peer)
    {
        Drop(peer, IpFamily.V4);
        Drop(peer, IpFamily.V6);
        using (_state.Enter())
            if (_state.Peers[peer.Index] == peer)
                _state.Peers[peer.Index] = null;
    }

    /// <summary>Removes all routes of a family, as when its limit was exceeded or the family fell away with a restart.</summary>
    public void Drop(RibPeer peer, IpFamily family)
    {
        bool done = false;
        while (!done)
        {
            using (_state.Enter())
                done = _state.Peers[peer.Index] != peer || Table(family).Drop(peer, Slice);
            Wake();
        }
    }

    /// <summary>Replaces what is known of a peer whose session came back while its routes were kept (RFC 4724).</summary>
    public void Replace(RibPeer peer, PeerFacts facts)
    {
        using (_state.Enter())
            peer.Facts = facts;
    }

    /// <summary>Marks all routes of a family as not yet confirmed: at the loss of a session that restarts gracefully (RFC 4724), or at the begin of an enhanced refresh (RFC 7313).</summary>
    public void MarkStale(RibPeer peer, IpFamily family)
    {
        using (_state.Enter())
            Table(family).MarkStale(peer);
    }

    /// <summary>Removes the routes that were not announced again.</summary>
    public void SweepStale(RibPeer peer, IpFamily family)
    {
        using (_state.Enter())
            Table(family).SweepStale(peer);
        Wake();
    }

    /// <summary>Takes in one UPDATE.</summary>
    /// <param name="body">The message without its 19-byte header.</param>
    public IngestResult Ingest(RibPeer peer, ReadOnlySpan<byte> body)
    {
        IngestResult result;
        using (_state.Enter())
            result = _ingest.Update(peer, body);
        Wake();
        return result;
    }

    /// <summary>
    /// Takes in the whole UPDATEs at the front of what was received, up to one that needs something done besides, or to a message of another type. Those to whom
    /// the changes are announced are woken once, at the end.
    /// </summary>
    /// <param name="messages">With their headers.</param>
    /// <param name="extended">They may be as long as RFC 8654 lets them.</param>
    [MethodImpl(Jit.Hot)]
    public IngestRun Ingest(RibPeer peer, ReadOnlySpan<byte> messages, bool extended)
    {
        int octets = 0,
            updates = 0;
        IngestRun run;
        do
        {
            using (_state.Enter())
                run = _ingest.Run(peer, messages[octets..], extended, LongestHold);
            octets += run.Octets;
            updates += run.Updates;
        } while (run.Octets >= LongestHold && !run.Last.IsNews && !peer.V4.BeyondMark && !peer.V6.BeyondMark);
        Wake();
        return new IngestRun(octets, updates, run.Updates > 0 ? run.Last : default);
    }

    /// <summary>Sets the prefixes that this router originates; those no longer named are withdrawn. Those that it has already are not touched.</summary>
    public void SetNetworks(EquatableArray<IpPrefix> networks)
    {
        using (_state.Enter())
        {
            if (networks == _networks)
                return;
            _networks = networks;
            _ingest.SetNetworks(_state.Peers[0]!, networks);
        }
        Wake();
    }

    /// <summary>Changes the import policy of a peer and judges its routes again.</summary>
    /// <returns>Refused routes that could not be judged, because their attributes were let go: ask the peer for a route refresh when it is not 0.</returns>
    public int SetImport(RibPeer peer, CompiledPolicy? import)
    {
        using (_state.Enter())
        {
            peer.Import = import;
            foreach (FamilyTable table in _both)
                peer.ToJudge(table.Family) = peer.First(table.Family);
        }
        int lost = 0;
        foreach (FamilyTable table in _both)
            for (bool done = false; !done; )
            {
                using (_state.Enter())
                    done = table.Reevaluate(peer, Slice, ref lost);
                Wake();
            }
        return lost;
    }

    /// <summary>
    /// Changes the VRP table and judges again, inbound and outbound, for peers whose policy asks for validity: of what they announced, the routes that a VRP covers
    /// which came or went. UPDATEs are taken in meanwhile.
    /// </summary>
    /// <returns>As <see cref="SetImport"/>, over all peers.</returns>
    public int SetVrps(VrpTable vrps)
    {
        var origins = OriginIndex.Of(vrps);
        OriginIndex before;
        using (_state.Enter())
            (before, _state.Origins) = (_state.Origins, origins);
        VrpTable changed = origins.ChangedSince(before);
        return changed.Count == 0
            ? 0
            : JudgeAgain((table, from, ref lost) => table.Reevaluate(changed, from, Slice, ref lost), e => e.UsesValidity);
    }

    /// <summary>
    /// Changes the ASPAs and judges again, inbound and outbound, for peers whose policy asks for what they say of paths: of what they announced, the routes whose path
    /// holds a customer whose ASPA came, went or changed. UPDATEs are taken in meanwhile. To be called by one thread at a time.
    /// </summary>
    /// <returns>As <see cref="SetImport"/>, over all peers.</returns>
    public int SetAspas(AspaTable aspas)
    {
        bool asked;
        AspaTable before;
        using (_state.Enter())
        {
            (before, _state.Aspas) = (_state.Aspas, aspas);
            asked = Array.Exists(_state.Peers, p => p?.Import is { UsesPaths: true });
        }
        FrozenSet<Asn> customers = aspas.ChangedSince(before);
        return customers.Count == 0
            ? 0
            : JudgeAgain(asked ? (table, from, ref lost) => table.Reevaluate(customers, from, Slice, ref lost) : null, e => e.UsesPaths);
    }

    /// <summary>A slice of a table's routes is judged again; where the next one begins, and below 0 after the last.</summary>
    private delegate int Reevaluation(FamilyTable table, int from, ref int lost);

    /// <summary>Slice by slice, so that UPDATEs are taken in meanwhile.</summary>
    /// <param name="routes">Null when no peer's policy asks for what changed.</param>
    /// <param name="asks">Whether a policy towards a peer does.</param>
    /// <returns>As <see cref="SetImport"/>, over all peers.</returns>
    private int JudgeAgain(Reevaluation? routes, Func<CompiledPolicy, bool> asks)
    {
        int lost = 0;
        if (routes is not null)
            foreach (FamilyTable table in _both)
                for (int from = 0; from >= 0; )
                {
                    using (_state.Enter())
                        from = routes(table, from, ref lost);
                    Wake();
                }
        foreach (AdjRibOut adjacency in _outs)
            if (adjacency.Export is { } export && asks(export))
                adjacency.SetExport(export);
        return lost;
    }

    /// <summary>Starts announcing to a peer: the whole Loc-RIB first, then its changes.</summary>
    /// <param name="export">Null announces nothing (RFC 8212).</param>
    /// <param name="wake">Called, from any thread and without a lock, when there is something to <see cref="AdjRibOut.Write"/>; once until the next Write.</param>
    public AdjRibOut AddOut(RibPeer peer, CompiledPolicy? export, Action wake)
    {
        using (_state.Enter())
        {
            _state.ClientsChoose |= peer.Facts.RouteServerClient;
            var families = new List<OutTable>();
            if (peer.Facts.V4)
                families.Add(new OutTable<V4Key>(_state, _v4, peer));
            if (peer.Facts.V6)
                families.Add(new OutTable<V6Key>(_state, _v6, peer));
            var added = new AdjRibOut(_state, [.. families], peer, export, wake);
            if (export is { RefusesAll: false })
                foreach (OutTable family in families)
                    Table(family.Family).Wait(family);
            _outs = [.. _outs, added];
            return added;
        }
    }

    /// <summary>Stops announcing to a peer; its session is gone.</summary>
    public void RemoveOut(AdjRibOut removed)
    {
        using (_state.Enter())
            _outs = [.. _outs.Where(o => o != removed)];
        removed.Close();
    }

    /// <summary>Announces nothing of a family to anybody, not even that it has nothing to announce, until <see cref="Release"/> (RFC 4724 §4.1).</summary>
    public void Hold(IpFamily family)
    {
        using (_state.Enter())
            Table(family).Held = true;
    }

    /// <summary>Ends <see cref="Hold"/>: each peer is told what is best now.</summary>
    public void Release(IpFamily family)
    {
        AdjRibOut[] all;
        using (_state.Enter())
        {
            Table(family).Held = false;
            all = _outs;
        }
        foreach (AdjRibOut one in all)
            one.Wake();
    }

    /// <summary>Calls the Adj-RIB-Outs that have something to read.</summary>
    private void Wake()
    {
        List<JournalReader>? v4,
            v6;
        using (_state.Enter())
            (v4, v6) = (_v4.TakeWaiting(), _v6.TakeWaiting());
        _v4.Call(v4);
        _v6.Call(v6);
    }

    /// <summary>The best route of the longest prefix that holds an address and is reachable.</summary>
    public RouteView? LongestMatch(IPAddress address)
    {
        IpPrefix prefix = IpPrefix.Host(address);
        using (_state.Enter())
            return Table(prefix.Family).LongestMatch(prefix);
    }

    /// <summary>Looks at routes, a page at a time.</summary>
    /// <param name="next">Null for the first page, then <see cref="RoutePage.Next"/>.</param>
    /// <exception cref="FormatException"><paramref name="next"/> was not given out by this method.</exception>
    public RoutePage Routes(RouteQuery query, string? next = null)
    {
        IpFamily? wanted = query.Exactly?.Family ?? query.Within?.Family ?? query.Family;
        (IpFamily family, int from) = ParseNext(next, wanted ?? IpFamily.V4);
        var found = new List<RouteView>();
        while (true)
        {
            while (from >= 0 && found.Count < query.Limit)
                using (_state.Enter())
                    from = Table(family).Collect(query, from, Slice, found);
            if (from < 0 && family == IpFamily.V4 && wanted is null)
                (family, from) = (IpFamily.V6, 0);
            else
                break;
        }
        return new RoutePage(found, from < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{(int)family}.{from}"));
    }

    private static (IpFamily Family, int From) ParseNext(string? next, IpFamily first)
    {
        if (next is null)
            return (first, 0);
        string[] parts = next.Split('.');
        return parts is ["1" or "2", _] && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int from)
            ? ((IpFamily)(parts[0][0] - '0'), from)
            : throw new FormatException($"'{next}' does not continue a list of routes: hand in the value that the page before gave.");
    }
}
