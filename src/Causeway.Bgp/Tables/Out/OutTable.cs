using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Memory;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Out;

/// <summary>Adj-RIB-Out of one peer and family, as <see cref="AdjRibOut"/> sees it.</summary>
internal abstract class OutTable(RibPeer peer) : JournalReader(peer.Index)
{
    public abstract IpFamily Family { get; }
    public abstract int Advertised { get; protected set; }

    private AdjRibOut _owner = null!;

    protected ExportChanges Changes { get; private set; } = null!;

    public void Begin(AdjRibOut owner, ExportChanges changes) => (_owner, Changes) = (owner, changes);

    public override void Wake() => _owner.Wake();

    /// <returns>True when the buffer filled up before the peer was up to date.</returns>
    public abstract bool Write(ref MessageWriter writer, CompiledPolicy? export);

    /// <summary>Tells everything again from the start.</summary>
    /// <param name="bordered">With BoRR before and EoRR after it (RFC 7313).</param>
    public abstract void Restart(bool bordered);

    /// <summary>Looks at everything again and tells what is not as the peer was told.</summary>
    /// <param name="all">Tells it even so, since what was told cannot be compared any more.</param>
    public abstract void Reconsider(bool all);

    /// <summary>Appends what the peer has been told and not been told to forget.</summary>
    public abstract void List(List<RouteView> into);

    /// <summary>Lets go of everything; the session is gone.</summary>
    public abstract void Forget();
}

/// <summary>
/// Adj-RIB-Out of one peer and family.
/// </summary>
/// <remarks>
/// For each destination the number of the attributes last announced is remembered (0: none), by holding a use of them, and what was changed in them on the
/// way out. Work comes from two places: a walk over all destinations (a new session, a refresh, a new policy, or a peer that fell behind the journal), then
/// the journal of changes. What is as it was told is passed over, but for a refresh. Either is taken in batches, in which destinations are sorted by attributes, so that those which share them share an UPDATE. A batch can outlive a call of
/// <see cref="Write"/>; what changed meanwhile is noticed when its turn comes, and is in the journal anyway.
/// </remarks>
internal sealed class OutTable<TKey> : OutTable
    where TKey : unmanaged, IPrefixKey<TKey>
{
    private const int Batch = 1 << 14;
    private const int NumberBits = 28;
    private const ulong NumberMask = (1ul << NumberBits) - 1;

    /// <summary>In place of changes: withdraw whatever the Loc-RIB says, because the announcement fits no message.</summary>
    private const byte Unspeakable = 255;

    private readonly RibState _state;
    private readonly FamilyTable<TKey> _table;
    private readonly RibPeer _peer;
    private readonly ExportEncoder _encoder;

    // By destination: attributes, and numbers of changes.
    private readonly SparseArray<int> _told;
    private readonly SparseArray<byte> _toldChanges;

    // Attributes (28 bits), changes (8), destination (28).
    private ulong[]? _pending;
    private int _pendingCount,
        _pendingAt;
    private int _walk;
    private bool _force;
    private bool _endOfRibDue = true;
    private bool _beginDue,
        _endDue,
        _refreshDue;

    public OutTable(RibState state, FamilyTable<TKey> table, RibPeer peer)
        : base(peer)
    {
        _state = state;
        _table = table;
        _peer = peer;
        _encoder = new ExportEncoder(peer.Facts, TKey.Family);
        _told = new SparseArray<int>(state.Memory);
        _toldChanges = new SparseArray<byte>(state.Memory);
        table.Journal.Open();
        Sequence = table.Journal.Head;
    }

    public override IpFamily Family => TKey.Family;

    public override int Advertised { get; protected set; }

    public override void Restart(bool bordered)
    {
        if (bordered && _endOfRibDue)
        {
            // No BoRR before End-of-RIB (RFC 7313 §4): the first transfer ends first.
            _refreshDue = true;
            return;
        }
        Reconsider(all: true);
        // What was begun is also ended, though it begins anew in its middle.
        _beginDue |= bordered;
        _endDue |= bordered;
    }

    public override void Reconsider(bool all)
    {
        _walk = 0;
        _force |= all;
        _pendingAt = _pendingCount = 0;
        Sequence = _table.Journal.Head;
    }

    [MethodImpl(Jit.Hot)]
    public override bool Write(ref MessageWriter writer, CompiledPolicy? export)
    {
        if (_table.Held)
            return false;
        while (true)
        {
            if (writer.Room.Length < _peer.Facts.LargestMessage)
                return true;
            if (_beginDue)
            {
                WriteBorder(ref writer, 1);
                _beginDue = false;
                continue;
            }
            if (_pendingAt < _pendingCount)
            {
                WriteRun(ref writer);
                continue;
            }
            if (!Refill(export))
            {
                if (_endDue)
                {
                    WriteBorder(ref writer, 2);
                    _endDue = false;
                    continue;
                }
                if (_endOfRibDue)
                {
                    // The journal, which waited for this, may hold more.
                    WriteEndOfRib(ref writer);
                    _endOfRibDue = false;
                    continue;
                }
                if (_refreshDue)
                {
                    _refreshDue = false;
                    Restart(bordered: true);
                    continue;
                }
                LetGoOfPending();
                if (export is { RefusesAll: false })
                    _table.Wait(this);
                return false;
            }
        }
    }

    /// <summary>Collects the next batch.</summary>
    /// <returns>False when there is nothing left to do.</returns>
    [MethodImpl(Jit.Hot)]
    private bool Refill(CompiledPolicy? export)
    {
        _pendingAt = _pendingCount = 0;
        var judge = new ExportJudge(_state, _peer, export, TKey.Family);
        if (_walk < 0 && !_table.Journal.Holds(Sequence))
            (_walk, Sequence, _force) = (0, _table.Journal.Head, false);
        int room = Room();
        while (_pendingCount < room)
        {
            if (_walk >= 0)
            {
                if (_walk >= _table.Destinations.High)
                {
                    _walk = -1;
                    _force = false;
                    // Announcements of the walk leave before those of the journal, so that End-of-RIB is not held up by a busy table.
                    if (_pendingCount > 0 || _endOfRibDue || _endDue)
                        break;
                    continue;
                }
                Consider(_walk++, ref judge);
            }
            else if (Sequence < _table.Journal.Head)
                Consider(_table.Journal[Sequence++], ref judge);
            else
                break;
        }
        Array.Sort(_pending!, 0, _pendingCount);
        return _pendingCount > 0 || (_walk < 0 && !_endOfRibDue && !_endDue && Sequence < _table.Journal.Head);
    }

    /// <summary>Readies <see cref="_pending"/> for what there is to do, a batch at the most.</summary>
    /// <returns>How many items it takes.</returns>
    private int Room()
    {
        long left = (_walk >= 0 ? _table.Destinations.High - _walk : 0) + _table.Journal.Head - Sequence;
        int room = (int)Math.Clamp(left, 1, Batch);
        if (_pending is null || _pending.Length < room)
        {
            LetGoOfPending();
            _pending = ArrayPool<ulong>.Shared.Rent(room);
        }
        return room;
    }

    private void LetGoOfPending()
    {
        if (_pending is not null)
            ArrayPool<ulong>.Shared.Return(_pending);
        _pending = null;
    }

    [MethodImpl(Jit.Hot)]
    private void Consider(int destination, ref ExportJudge judge)
    {
        if (!_table.Destinations.Holds(destination))
            return;
        ref Destination<TKey> place = ref _table.Destinations[destination];
        if (place.First == Destination<TKey>.Unused)
            return;
        int told = _told[destination];
        int route = place.First;
        // A client's own choice is among what it may be told (RFC 7947 §2.3): made by comparing only where the best of all is not the only route.
        if (_peer.Facts.RouteServerClient && route >= 0 && _table.Routes[route].Next >= 0)
        {
            var candidates = new Tellable<TKey>(judge, place.Key);
            route = BestPath.Choose(_table.Routes, route, _state.Attributes, _state.Peers, ref candidates);
        }
        if (route >= 0 && judge.Announce(_table.Routes[route], place.Key, out byte verdict, out int prepend))
        {
            int attributes = _table.Routes[route].Effective;
            byte changes = Changes.Number(verdict, prepend);
            if (attributes != told || changes != _toldChanges[destination] || _force)
                _pending![_pendingCount++] = (ulong)attributes << (NumberBits + 8) | (ulong)changes << NumberBits | (uint)destination;
        }
        else if (told != 0)
            _pending![_pendingCount++] = (uint)destination;
    }

    /// <summary>Writes one message for items of the same attributes and changes; or none, when all of them were overtaken by events.</summary>
    [MethodImpl(Jit.Hot)]
    private void WriteRun(ref MessageWriter writer)
    {
        ulong kind = _pending![_pendingAt] >> NumberBits;
        int attributes = (int)(kind >> 8);
        byte changes = (byte)kind;
        Span<byte> room = writer.Room[MessageWriter.HeaderLength..];
        int limit = _peer.Facts.LargestMessage - MessageWriter.HeaderLength;
        if (attributes != 0)
        {
            // A set whose last route went away since the batch was made may be gone, or be another: the check per item below tells.
            if (!_state.Attributes.InUse(attributes))
            {
                _pendingAt++;
                return;
            }
            if (!_encoder.Begin(_state.Attributes[attributes], _state.Attributes.Block(attributes), Changes[changes]))
            {
                MakeUnspeakable(kind);
                return;
            }
        }
        else
            _encoder.BeginWithdraw();
        Span<byte> nlri = ExportEncoder.Nlri(limit);
        int used = 0;
        for (; _pendingAt < _pendingCount && _pending[_pendingAt] >> NumberBits == kind; _pendingAt++)
        {
            int destination = (int)(_pending[_pendingAt] & NumberMask);
            if (!StillWanted(destination, attributes, changes))
                continue;
            int size = 1 + ((_table.Destinations[destination].Key.Length + 7) >> 3);
            if (_encoder.BodyLength(used + size) > limit)
            {
                // Not even alone; a shorter prefix with the same attributes may fit.
                if (used == 0)
                    _pending[_pendingAt] = WithdrawInstead(_pending[_pendingAt]);
                break;
            }
            used += _table.Destinations[destination].Key.Write(nlri[used..]);
            Tell(destination, attributes, changes);
        }
        if (used > 0)
            writer.Finish(MessageWriter.Update, _encoder.End(room, used));
    }

    [MethodImpl(Jit.Hot)]
    private bool StillWanted(int destination, int attributes, byte changes)
    {
        if (!_table.Destinations.Holds(destination))
            return false;
        int head = _table.Destinations[destination].First;
        if (attributes != 0)
        {
            // A client may have been given another than the best. Where a better one for it came since, that is in the journal.
            if (_peer.Facts.RouteServerClient)
                while (head >= 0 && (_table.Routes[head].Effective != attributes || _table.Routes[head].Peer == _peer.Index))
                    head = _table.Routes[head].Next;
            return head >= 0 && _table.Routes[head].Effective == attributes && _table.Routes[head].Peer != _peer.Index;
        }
        // A withdrawal is right even when a new route has come since: that one is in the journal.
        return head != Destination<TKey>.Unused && _told[destination] != 0;
    }

    private void MakeUnspeakable(ulong kind)
    {
        for (int at = _pendingAt; at < _pendingCount && _pending![at] >> NumberBits == kind; at++)
            _pending[at] = WithdrawInstead(_pending[at]);
    }

    private static ulong WithdrawInstead(ulong item) => (ulong)Unspeakable << NumberBits | (item & NumberMask);

    [MethodImpl(Jit.Hot)]
    private void Tell(int destination, int attributes, byte changes)
    {
        if (changes != _toldChanges[destination])
            _toldChanges[destination] = changes;
        int before = _told[destination];
        if (attributes != 0)
            _state.Attributes.Use(attributes);
        _told[destination] = attributes;
        _state.Attributes.Release(before);
        int by = (attributes != 0 ? 1 : 0) - (before != 0 ? 1 : 0);
        Advertised += by;
        ref Destination<TKey> place = ref _table.Destinations[destination];
        place.Holders += by;
        if (by < 0)
            _table.RemoveIfEmpty(destination);
    }

    public override void List(List<RouteView> into)
    {
        for (int destination = _told.Next(0); destination < _told.High; destination = _told.Next(destination + 1))
            if (_told[destination] is not 0 and var told)
                into.Add(
                    new RouteView
                    {
                        Prefix = _table.Destinations[destination].Key.ToPrefix(),
                        Peer = _peer.Name,
                        PeerAsn = _peer.Facts.PeerAsn,
                        Best = true,
                        Attributes = _peer.Facts.RouteServerClient
                            ? _encoder.Shown(_state.Attributes[told], _state.Attributes.Block(told), Changes[_toldChanges[destination]])
                            : RouteAttributes.Read(_state.Attributes.Block(told), _state.Attributes[told]),
                    }
                );
    }

    public override void Forget()
    {
        for (int destination = _told.Next(0); destination < _told.High; destination = _told.Next(destination + 1))
            if (_told[destination] != 0)
                Tell(destination, 0, 0);
        _table.StopWaiting(this);
        _told.Clear();
        _toldChanges.Clear();
        LetGoOfPending();
        _pendingAt = _pendingCount = 0;
    }

    /// <summary>RFC 4724 §2: an UPDATE without routes, for IPv6 with an empty MP_UNREACH_NLRI.</summary>
    private static void WriteEndOfRib(ref MessageWriter writer)
    {
        Span<byte> body = writer.Room[MessageWriter.HeaderLength..];
        ReadOnlySpan<byte> content =
            TKey.Family == IpFamily.V4 ? [0, 0, 0, 0] : [0, 0, 0, 6, 0x80, (byte)AttributeType.MpUnreach, 3, 0, 2, 1];
        content.CopyTo(body);
        writer.Finish(MessageWriter.Update, content.Length);
    }

    /// <summary>RFC 7313 §4: BoRR (1) and EoRR (2).</summary>
    private static void WriteBorder(ref MessageWriter writer, byte subtype)
    {
        Span<byte> body = writer.Room[MessageWriter.HeaderLength..];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)TKey.Family);
        body[2] = subtype;
        body[3] = 1;
        writer.Finish(MessageWriter.RouteRefresh, 4);
    }
}
