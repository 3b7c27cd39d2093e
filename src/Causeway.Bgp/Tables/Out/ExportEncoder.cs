using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Out;

/// <summary>
/// Turns the attributes of a Loc-RIB route into those that a peer is shown (RFC 4271 §5, §9.2): ASN prepended, next hop our own, what is not
/// for its eyes left out. Attributes stand in order of their type (RFC 4271 §5), but for MP_REACH_NLRI, which is first; flags are made anew, and of what was
/// received only the Partial bit stays. Used for one message after another; NLRI is collected in between, because in IPv6 it stands inside an attribute.
/// </summary>
internal sealed class ExportEncoder(PeerFacts peer, IpFamily family)
{
    private int _length;
    private bool _withdraw;
    private UInt128 _nextHop;

    /// <summary>Starts an announcement.</summary>
    /// <returns>False when the attributes are longer than any message to this peer.</returns>
    [MethodImpl(Jit.Hot)]
    public bool Begin(in AttributeSet set, ReadOnlySpan<byte> block, AttributeChanges changes)
    {
        _withdraw = false;
        // Widening, prepending and communities can add this much at most.
        int most = 2 * block.Length + 2048 + changes.Growth;
        Span<byte> to = most <= ExportScratch.Attributes.Length ? ExportScratch.Attributes : ExportScratch.Large;
        if (most > to.Length)
            return false;
        _length = Encode(set, block, changes, to);
        if (to != ExportScratch.Attributes.AsSpan() && _length <= ExportScratch.Attributes.Length)
            to[.._length].CopyTo(ExportScratch.Attributes);
        else if (_length > ExportScratch.Attributes.Length && peer.LargestMessage <= ExportScratch.Attributes.Length)
            return false;
        return true;
    }

    /// <summary>A route as the peer is shown it; null where no message to it can carry it.</summary>
    public RouteAttributes? Shown(in AttributeSet set, ReadOnlySpan<byte> block, AttributeChanges changes) =>
        Begin(set, block, changes)
            ? RouteAttributes.Read(Attributes(_length)) with
            {
                NextHop = IpPrefix.FromBits(family, _nextHop, family == IpFamily.V4 ? 32 : 128).Address,
            }
            : null;

    /// <summary>Starts a withdrawal.</summary>
    public void BeginWithdraw() => _withdraw = true;

    /// <summary>Bytes of the body of the UPDATE with so many bytes of NLRI.</summary>
    [MethodImpl(Jit.Hot)]
    public int BodyLength(int nlriLength)
    {
        int length = 4 + (_withdraw ? 0 : _length) + nlriLength;
        return family == IpFamily.V4 ? length : length + MultiProtocolHead + (MultiProtocolHead + nlriLength > 255 ? 4 : 3);
    }

    /// <summary>Bytes of MP_REACH_NLRI or MP_UNREACH_NLRI before the prefixes.</summary>
    private int MultiProtocolHead => _withdraw ? 3 : 21;

    /// <summary>Where the NLRI goes.</summary>
    public static Span<byte> Nlri(int room)
    {
        return ExportScratch.Nlri.AsSpan(0, room);
    }

    /// <summary>Writes the body of the UPDATE.</summary>
    /// <returns>Its length.</returns>
    [MethodImpl(Jit.Hot)]
    public int End(Span<byte> body, int nlriLength)
    {
        ReadOnlySpan<byte> nlri = ExportScratch.Nlri.AsSpan(0, nlriLength);
        if (family == IpFamily.V4)
        {
            int withdrawn = _withdraw ? nlriLength : 0;
            BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)withdrawn);
            nlri[..withdrawn].CopyTo(body[2..]);
            int length = _withdraw ? 0 : _length;
            BinaryPrimitives.WriteUInt16BigEndian(body[(2 + withdrawn)..], (ushort)length);
            Attributes(length).CopyTo(body[(4 + withdrawn)..]);
            nlri[withdrawn..].CopyTo(body[(4 + length)..]);
            return 4 + length + nlriLength;
        }
        body[0] = body[1] = 0;
        // MP_REACH_NLRI comes first, so that it is found whatever may be wrong with the rest (RFC 7606 §5.1).
        int at =
            4
            + AttributeBytes.Header(
                body[4..],
                0x80,
                _withdraw ? AttributeType.MpUnreach : AttributeType.MpReach,
                MultiProtocolHead + nlriLength
            );
        BinaryPrimitives.WriteUInt16BigEndian(body[at..], (ushort)IpFamily.V6);
        body[at + 2] = 1;
        at += 3;
        if (!_withdraw)
        {
            body[at] = 16;
            BinaryPrimitives.WriteUInt128BigEndian(body[(at + 1)..], _nextHop);
            body[at + 17] = 0;
            at += 18;
        }
        nlri.CopyTo(body[at..]);
        at += nlriLength;
        if (!_withdraw)
        {
            Attributes(_length).CopyTo(body[at..]);
            at += _length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], (ushort)(at - 4));
        return at;
    }

    private static ReadOnlySpan<byte> Attributes(int length) =>
        length <= ExportScratch.Attributes.Length ? ExportScratch.Attributes.AsSpan(0, length) : ExportScratch.Large.AsSpan(0, length);

    [MethodImpl(Jit.Hot)]
    private int Encode(in AttributeSet set, ReadOnlySpan<byte> block, AttributeChanges changes, Span<byte> to)
    {
        bool external = !peer.IsInternal;
        int at = 0;
        at += AttributeBytes.Write(to[at..], 0x40, AttributeType.Origin, [set.Origin]);
        ReadOnlySpan<byte> path = AttributeSet.Find(block, AttributeType.AsPath);
        // A route server puts nobody in front but, for a member that asks for it, this member (RFC 7947 §2.2.2).
        uint asn = peer.RouteServerClient ? set.FirstAsn : peer.LocalAsn.Value;
        int prepend = (external && !peer.RouteServerClient ? 1 : 0) + (asn == 0 ? 0 : changes.Prepend);
        at += PathEncoder.Write(to[at..], path, peer, asn, prepend);
        Span<byte> number = stackalloc byte[4];

        _nextHop = NextHop(set);
        if (family == IpFamily.V4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)(_nextHop >> 96));
            at += AttributeBytes.Write(to[at..], 0x40, AttributeType.NextHop, number);
        }
        uint? med = changes.Med ?? (peer.PassesOnNextHops && set.Has(AttributeMarks.Med) ? set.Med : null);
        if (med is { } metric)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, metric);
            at += AttributeBytes.Write(to[at..], 0x80, AttributeType.MultiExitDisc, number);
        }
        if (!external)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, changes.LocalPreference ?? set.LocalPreference);
            at += AttributeBytes.Write(to[at..], 0x40, AttributeType.LocalPref, number);
        }
        at += CopyOthers(block, to[at..], external, changes);
        if (!peer.FourOctetAsn)
        {
            at += PathEncoder.WriteAs4(to[at..], path, peer, asn, prepend);
            at += PathEncoder.WriteAs4Aggregator(to[at..], AttributeSet.Find(block, AttributeType.Aggregator));
        }
        bool stamp = !set.Has(AttributeMarks.OnlyToCustomer) && peer.Role is BgpRole.Provider or BgpRole.Peer or BgpRole.RouteServer;
        if (stamp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, peer.LocalAsn.Value);
            at += AttributeBytes.Write(to[at..], 0xC0, AttributeType.OnlyToCustomer, number);
        }
        Order(to[..at]);
        return at;
    }

    /// <summary>What is passed on as it came, and COMMUNITIES at the place that is theirs if the peer who sent it kept to the order.</summary>
    [MethodImpl(Jit.Hot)]
    private int CopyOthers(ReadOnlySpan<byte> block, Span<byte> to, bool external, AttributeChanges changes)
    {
        int at = 0;
        bool communities = false,
            large = false;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (!communities && reader.Type is > AttributeType.Communities and not (AttributeType.MpReach or AttributeType.MpUnreach))
            {
                at += WriteCommunities(block, to[at..], changes);
                communities = true;
            }
            switch (reader.Type)
            {
                case AttributeType.Origin
                or AttributeType.AsPath
                or AttributeType.NextHop
                or AttributeType.MultiExitDisc
                or AttributeType.LocalPref
                or AttributeType.Communities
                or AttributeType.MpReach
                or AttributeType.MpUnreach
                or AttributeType.As4Path
                or AttributeType.As4Aggregator:
                    break;
                case AttributeType.Aggregator when reader.Value.Length == 8:
                    at += PathEncoder.WriteAggregator(
                        to[at..],
                        AttributeBytes.OptionalTransitive(reader.Flags),
                        reader.Value,
                        peer.FourOctetAsn
                    );
                    break;
                case AttributeType.ExtendedCommunities when external:
                    at += WriteTransitive(to[at..], reader.Flags, reader.Value);
                    break;
                case AttributeType.AtomicAggregate:
                    at += AttributeBytes.Write(to[at..], 0x40, reader.Type, reader.Value);
                    break;
                case AttributeType.LargeCommunities:
                    at += WriteLarge(reader.Flags, reader.Value, to[at..], changes);
                    large = true;
                    break;
                case AttributeType.ExtendedCommunities or AttributeType.OnlyToCustomer:
                    at += AttributeBytes.Write(to[at..], AttributeBytes.OptionalTransitive(reader.Flags), reader.Type, reader.Value);
                    break;
                default:
                    // Not known to us: an optional transitive attribute goes on, marked as partial (RFC 4271 §5); others end here.
                    if ((reader.Flags & AttributeFlags.Transitive) != 0)
                        at += AttributeBytes.Write(
                            to[at..],
                            AttributeBytes.OptionalTransitive(AttributeFlags.Partial),
                            reader.Type,
                            reader.Value
                        );
                    break;
            }
        }
        if (!communities)
            at += WriteCommunities(block, to[at..], changes);
        return large ? at : at + WriteLarge(AttributeFlags.None, [], to[at..], changes);
    }

    /// <summary>Puts attributes into the order of their types (RFC 4271 §5, appendix F.4), if they are not; no type is there twice.</summary>
    [MethodImpl(Jit.Hot)]
    private static void Order(Span<byte> attributes)
    {
        Span<int> places = stackalloc int[256];
        places.Clear();
        bool ordered = true;
        AttributeType last = 0;
        var reader = new AttributeReader(attributes);
        while (reader.Next())
        {
            ordered &= reader.Type > last;
            last = reader.Type;
            places[(byte)last] = 1 + reader.Start;
        }
        if (ordered)
            return;
        byte[] sorted = ArrayPool<byte>.Shared.Rent(attributes.Length);
        int at = 0;
        foreach (int place in places)
        {
            if (place == 0)
                continue;
            reader = new AttributeReader(attributes[(place - 1)..]);
            reader.Next();
            reader.Whole.CopyTo(sorted.AsSpan(at));
            at += reader.Whole.Length;
        }
        sorted.AsSpan(0, at).CopyTo(attributes);
        ArrayPool<byte>.Shared.Return(sorted);
    }

    [MethodImpl(Jit.Hot)]
    private int WriteCommunities(ReadOnlySpan<byte> block, Span<byte> to, AttributeChanges changes)
    {
        ReadOnlySpan<byte> present = AttributeSet.Find(block, AttributeType.Communities, out AttributeFlags flags);
        ReadOnlySpan<uint> added = changes.AddCommunities.AsSpan();
        if (peer.RouteServerClient && !present.IsEmpty)
        {
            // The prefixes come later.
            Span<byte> kept = ExportScratch.Nlri.AsSpan(0, present.Length);
            int length = 0;
            for (; present.Length >= 4; present = present[4..])
                if (!RouteServerCommunities.IsForServer(BinaryPrimitives.ReadUInt32BigEndian(present), peer.LocalAsn))
                {
                    present[..4].CopyTo(kept[length..]);
                    length += 4;
                }
            present = kept[..length];
        }
        return present.IsEmpty && added.IsEmpty ? 0 : AttributeChanges.WriteCommunities(to, flags, present, added);
    }

    [MethodImpl(Jit.Hot)]
    private int WriteLarge(AttributeFlags flags, ReadOnlySpan<byte> present, Span<byte> to, AttributeChanges changes)
    {
        ReadOnlySpan<LargeCommunity> added = changes.AddLarge.AsSpan();
        if (peer.RouteServerClient && !present.IsEmpty)
        {
            Span<byte> kept = ExportScratch.Nlri.AsSpan(0, present.Length);
            int length = 0;
            for (; present.Length >= 12; present = present[12..])
                if (!RouteServerCommunities.IsForServer(WireNumbers.ReadOneLarge(present), peer.LocalAsn))
                {
                    present[..12].CopyTo(kept[length..]);
                    length += 12;
                }
            present = kept[..length];
        }
        return present.IsEmpty && added.IsEmpty ? 0 : AttributeChanges.WriteLarge(to, flags, present, added);
    }

    // Bit 6 of the type marks what must not leave the AS (RFC 4360 §2).
    private static int WriteTransitive(Span<byte> to, AttributeFlags received, ReadOnlySpan<byte> value)
    {
        int length = 0;
        for (; value.Length >= 8; value = value[8..])
            if ((value[0] & 0x40) == 0)
            {
                value[..8].CopyTo(to[(4 + length)..]);
                length += 8;
            }
        return length == 0
            ? 0
            : AttributeBytes.Finish(to, AttributeBytes.OptionalTransitive(received), AttributeType.ExtendedCommunities, length);
    }

    /// <summary>Our own address towards external peers and for own routes; unchanged towards internal ones and clients.</summary>
    private UInt128 NextHop(in AttributeSet set)
    {
        if (peer.PassesOnNextHops && set.NextHopFamily == family)
            return set.NextHop;
        return IpPrefix.BitsOf(peer.OwnNextHop(family) ?? throw new UnreachableException($"A route to {peer.Name} without a next hop."));
    }
}
