using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>
/// From the bytes of an UPDATE to the tables. The order of work is that of RFC 7606 §5.1: what is withdrawn, what is unreachable, then what is announced.
/// </summary>
internal sealed class UpdateIngest(RibState state, IAttributeValidator validator, FamilyTable<V4Key> v4, FamilyTable<V6Key> v6)
{
    private const byte MalformedAttributeList = 1;
    private const byte UnrecognizedWellKnown = 2;
    private const byte OptionalAttributeError = 9;
    private const byte InvalidNetworkField = 10;
    private const byte Unicast = 1;

    private readonly byte[] _block = new byte[ByteArena.Largest + 64];
    private readonly byte[] _canonical = new byte[2 * ByteArena.Largest + 128];

    [MethodImpl(Jit.Hot)]
    public IngestResult Update(RibPeer peer, ReadOnlySpan<byte> body)
    {
        if (body.Length < 4)
            return IngestResult.Reset(MalformedAttributeList);
        int withdrawnLength = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (body.Length < 4 + withdrawnLength)
            return IngestResult.Reset(MalformedAttributeList);
        ReadOnlySpan<byte> withdrawn = body.Slice(2, withdrawnLength);
        ReadOnlySpan<byte> rest = body[(2 + withdrawnLength)..];
        int attributesLength = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < 2 + attributesLength)
            return IngestResult.Reset(MalformedAttributeList);
        ReadOnlySpan<byte> block = rest.Slice(2, attributesLength);
        ReadOnlySpan<byte> nlri = rest[(2 + attributesLength)..];

        PeerFacts facts = peer.Facts;
        if (!withdrawn.IsEmpty && facts.V4 && !v4.Withdraw(peer, withdrawn, facts.AddPathV4))
            return IngestResult.Reset(InvalidNetworkField);
        if (block.IsEmpty && nlri.IsEmpty)
            return new IngestResult(0, 0, withdrawn.IsEmpty ? IpFamily.V4 : null, false);

        var found = MultiprotocolParts.Find(block);
        // A fault that can be laid to no prefix ends the session (RFC 7606 §5.2).
        bool astray = found.Malformed && !found.Any && nlri.IsEmpty && withdrawn.IsEmpty;
        if (found.Duplicate || astray)
            return IngestResult.Reset(MalformedAttributeList);
        IpFamily? endOfRib = null;
        if (found.HasUnreach && !Unreach(peer, found.Unreach, found.Only && nlri.IsEmpty && withdrawn.IsEmpty, ref endOfRib))
            return IngestResult.Reset(OptionalAttributeError);
        bool treatedAsWithdraw = false;
        if (found.HasReach)
        {
            byte error = Reach(peer, block, found, ref treatedAsWithdraw);
            if (error != 0)
                return Reset(error, block);
        }
        if (!nlri.IsEmpty && facts.V4)
        {
            byte error = Classic(peer, block, found, nlri, ref treatedAsWithdraw);
            if (error != 0)
                return Reset(error, block);
        }
        return new IngestResult(0, 0, endOfRib, treatedAsWithdraw);
    }

    /// <summary>RFC 4271 §6.3: with subcode 2 goes the attribute that is not recognized.</summary>
    private static IngestResult Reset(byte error, ReadOnlySpan<byte> block) =>
        error == UnrecognizedWellKnown
            ? IngestResult.Reset(error) with
            {
                NotificationData = AttributeDecoder.Unrecognized(block),
            }
            : IngestResult.Reset(error);

    [MethodImpl(Jit.Hot)]
    private byte Classic(
        RibPeer peer,
        ReadOnlySpan<byte> block,
        in MultiprotocolParts found,
        ReadOnlySpan<byte> nlri,
        ref bool treatedAsWithdraw
    )
    {
        if (found.Any)
            block = _block.AsSpan(0, CopyWithoutMultiprotocol(block, keepNextHop: true));
        return Announce(v4, peer, block, 0, nlri, ref treatedAsWithdraw);
    }

    /// <param name="own">Bytes at the end of the block that we put there: the MP_REACH_NLRI that stands for the next hop. 0 for NLRI of the UPDATE itself.</param>
    [MethodImpl(Jit.Hot)]
    private byte Announce(
        FamilyTable table,
        RibPeer peer,
        ReadOnlySpan<byte> block,
        int own,
        ReadOnlySpan<byte> nlri,
        ref bool treatedAsWithdraw
    )
    {
        if (!TryIntern(peer.Facts, block, own, out int number))
            return UnrecognizedWellKnown;
        treatedAsWithdraw |= number == 0;
        state.Begin(peer, number);
        bool valid = table.Announce(state.Context, nlri, peer.Facts.AddPath(table.Family));
        state.Context.End();
        return valid ? (byte)0
            : own == 0 ? InvalidNetworkField
            : OptionalAttributeError;
    }

    /// <summary>Finds the number of a block, after judging it if it is new. A number of 0 means "treat as withdraw".</summary>
    /// <returns>False when a well-known attribute is not recognized, for which the session must be reset.</returns>
    [MethodImpl(Jit.Hot)]
    private bool TryIntern(PeerFacts facts, ReadOnlySpan<byte> block, int own, out int number)
    {
        // What a 2-octet session sends is not canonical, so it is judged each time.
        AttributeMarks valid = facts.IsInternal ? AttributeMarks.ValidFromInternal : AttributeMarks.ValidFromExternal;
        if (facts.FourOctetAsn)
        {
            number = state.Attributes.Find(block, AttributeTable.Hash(block));
            if (number != 0 && state.Attributes[number].Has(valid))
                return true;
        }
        number = 0;
        // The validator sees what the peer wrote.
        ReadOnlySpan<byte> received = block[..^own];
        int length = 0;
        AttributeVerdict verdict = PlainBlock.IsRight(received, facts, own == 0)
            ? AttributeVerdict.AsReceived
            : validator.Validate(received, facts, own == 0, _canonical, out length);
        switch (verdict)
        {
            case AttributeVerdict.AsReceived:
                number = state.Attributes.Intern(block);
                if (facts.FourOctetAsn)
                    state.Attributes[number].Flags |= valid;
                return true;
            case AttributeVerdict.Rewritten when length + own <= ByteArena.Largest:
                block[^own..].CopyTo(_canonical.AsSpan(length));
                number = state.Attributes.Intern(_canonical.AsSpan(0, length + own));
                return true;
            case AttributeVerdict.Rewritten:
            case AttributeVerdict.TreatAsWithdraw:
                return true;
            default:
                return false;
        }
    }

    private FamilyTable? TableOf(ReadOnlySpan<byte> afiSafi, PeerFacts facts) =>
        afiSafi[2] != Unicast
            ? null
            : BinaryPrimitives.ReadUInt16BigEndian(afiSafi) switch
            {
                1 when facts.V4 => v4,
                2 when facts.V6 => v6,
                _ => null,
            };

    /// <summary>MP_UNREACH_NLRI (RFC 4760 §4). A family that was not negotiated is passed over.</summary>
    [MethodImpl(Jit.Hot)]
    private bool Unreach(RibPeer peer, ReadOnlySpan<byte> value, bool alone, ref IpFamily? endOfRib)
    {
        if (value.Length < 3)
            return false;
        if (TableOf(value, peer.Facts) is not { } table)
            return true;
        if (value.Length == 3 && alone)
            endOfRib = table.Family;
        return table.Withdraw(peer, value[3..], peer.Facts.AddPath(table.Family));
    }

    /// <summary>MP_REACH_NLRI (RFC 4760 §3).</summary>
    /// <returns>0, or the subcode of the NOTIFICATION.</returns>
    [MethodImpl(Jit.Hot)]
    private byte Reach(RibPeer peer, ReadOnlySpan<byte> block, in MultiprotocolParts found, ref bool treatedAsWithdraw)
    {
        ReadOnlySpan<byte> value = found.Reach;
        if (value.Length < 5 || value.Length < 5 + value[3])
            return OptionalAttributeError;
        if (TableOf(value, peer.Facts) is not { } table)
            return 0;
        int hop = value[3];
        bool fits = table.Family == IpFamily.V4 ? hop == 4 : hop is 16 or 32;
        // RFC 7606 §7.11: a next hop of the wrong length means that the NLRI cannot be trusted.
        if (!fits)
            return OptionalAttributeError;
        ReadOnlySpan<byte> nlri = value[(5 + hop)..];
        if (nlri.IsEmpty)
            return 0;
        int length = CopyWithoutMultiprotocol(block, keepNextHop: false);
        Span<byte> own = _block.AsSpan(length);
        own[0] = 0x80;
        own[1] = (byte)AttributeType.MpReach;
        own[2] = (byte)(5 + hop);
        value[..(4 + hop)].CopyTo(own[3..]);
        own[7 + hop] = 0;
        length += 8 + hop;
        if (length > ByteArena.Largest)
            return MalformedAttributeList;
        return Announce(table, peer, _block.AsSpan(0, length), 8 + hop, nlri, ref treatedAsWithdraw);
    }

    /// <summary>Copies a block into <see cref="_block"/> without the attributes that carry NLRI. A malformed rest is copied as it is, for the validator to judge.</summary>
    [MethodImpl(Jit.Hot)]
    private int CopyWithoutMultiprotocol(ReadOnlySpan<byte> block, bool keepNextHop)
    {
        int length = 0;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (reader.Type is AttributeType.MpReach or AttributeType.MpUnreach || (reader.Type == AttributeType.NextHop && !keepNextHop))
                continue;
            block[reader.Start..reader.End].CopyTo(_block.AsSpan(length));
            length += reader.End - reader.Start;
        }
        ReadOnlySpan<byte> rest = block[reader.End..];
        rest.CopyTo(_block.AsSpan(length));
        return length + rest.Length;
    }

    /// <summary>Own networks: ORIGIN IGP, an empty AS_PATH; the next hop is filled in when they are announced.</summary>
    public void SetNetworks(RibPeer local, IReadOnlyCollection<IpPrefix> networks)
    {
        v4.MarkStale(local);
        v6.MarkStale(local);
        ReadOnlySpan<byte> attributes = [0x40, 1, 1, 0, 0x40, 2, 0];
        state.Begin(local, state.Attributes.Intern(attributes));
        Span<byte> nlri = stackalloc byte[17];
        foreach (IpPrefix network in networks)
        {
            bool isV4 = network.IsV4;
            int length = isV4 ? V4Key.From(network).Write(nlri) : V6Key.From(network).Write(nlri);
            if (isV4)
                v4.Announce(state.Context, nlri[..length], false);
            else
                v6.Announce(state.Context, nlri[..length], false);
        }
        state.Context.End();
        v4.SweepStale(local);
        v6.SweepStale(local);
    }
}

/// <summary>Where the attributes that carry NLRI are in a block.</summary>
internal readonly ref struct MultiprotocolParts
{
    public ReadOnlySpan<byte> Reach { get; private init; }
    public ReadOnlySpan<byte> Unreach { get; private init; }
    public bool HasReach { get; private init; }
    public bool HasUnreach { get; private init; }

    /// <summary>One of them appears twice: the session must be reset (RFC 7606 §3 g).</summary>
    public bool Duplicate { get; private init; }

    /// <summary>There is no other attribute.</summary>
    public bool Only { get; private init; }

    /// <summary>The block is cut off.</summary>
    public bool Malformed { get; private init; }

    public bool Any => HasReach || HasUnreach;

    [MethodImpl(Jit.Hot)]
    public static MultiprotocolParts Find(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> reach = [],
            unreach = [];
        bool hasReach = false,
            hasUnreach = false,
            duplicate = false,
            only = true;
        var reader = new AttributeReader(block);
        while (reader.Next())
            switch (reader.Type)
            {
                case AttributeType.MpReach:
                    duplicate |= hasReach;
                    hasReach = true;
                    reach = reader.Value;
                    break;
                case AttributeType.MpUnreach:
                    duplicate |= hasUnreach;
                    hasUnreach = true;
                    unreach = reader.Value;
                    break;
                default:
                    only = false;
                    break;
            }
        return new MultiprotocolParts
        {
            Reach = reach,
            Unreach = unreach,
            HasReach = hasReach,
            HasUnreach = hasUnreach,
            Duplicate = duplicate,
            Only = only && !reader.Malformed,
            Malformed = reader.Malformed,
        };
    }
}
