using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>
/// Turns the attributes of a Loc-RIB route into those that a peer is shown (RFC 4271 §5, §9.2): ASN prepended, next hop our own, what is not
/// for its eyes left out. Used for one message after another; NLRI is collected in between, because in IPv6 it stands inside an attribute.
/// </summary>
internal sealed class ExportEncoder(PeerFacts peer, IpFamily family)
{
    private int _length;
    private bool _withdraw;
    private UInt128 _nextHop;

    /// <summary>Starts an announcement.</summary>
    /// <returns>Bytes of the message body beside the NLRI; more than a message holds when the attributes do not fit.</returns>
    [MethodImpl(Jit.Hot)]
    public int Begin(in AttributeSet set, ReadOnlySpan<byte> block, AttributeChanges changes)
    {
        _withdraw = false;
        // Widening, prepending and communities can add this much at most.
        int most = 2 * block.Length + 2048 + changes.Growth;
        Span<byte> to = most <= Scratch.Attributes.Length ? Scratch.Attributes : Scratch.Large;
        if (most > to.Length)
            return int.MaxValue / 2;
        _length = Encode(set, block, changes, to);
        if (to != Scratch.Attributes.AsSpan() && _length <= Scratch.Attributes.Length)
            to[.._length].CopyTo(Scratch.Attributes);
        else if (_length > Scratch.Attributes.Length && peer.LargestMessage <= Scratch.Attributes.Length)
            return int.MaxValue / 2;
        return 4 + _length + (family == IpFamily.V6 ? 4 + 5 + 16 : 0);
    }

    /// <summary>Starts a withdrawal.</summary>
    /// <inheritdoc cref="Begin"/>
    public int BeginWithdraw()
    {
        _withdraw = true;
        return 4 + (family == IpFamily.V6 ? 4 + 3 : 0);
    }

    /// <summary>Where the NLRI goes.</summary>
    public static Span<byte> Nlri(int room)
    {
        return Scratch.Nlri.AsSpan(0, room);
    }

    /// <summary>Writes the body of the UPDATE.</summary>
    /// <returns>Its length.</returns>
    [MethodImpl(Jit.Hot)]
    public int End(Span<byte> body, int nlriLength)
    {
        ReadOnlySpan<byte> nlri = Scratch.Nlri.AsSpan(0, nlriLength);
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
        int at = 4;
        body[at] = 0x90;
        body[at + 1] = (byte)(_withdraw ? AttributeType.MpUnreach : AttributeType.MpReach);
        int valueLength = (_withdraw ? 3 : 21) + nlriLength;
        BinaryPrimitives.WriteUInt16BigEndian(body[(at + 2)..], (ushort)valueLength);
        at += 4;
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
        length <= Scratch.Attributes.Length ? Scratch.Attributes.AsSpan(0, length) : Scratch.Large.AsSpan(0, length);

    [MethodImpl(Jit.Hot)]
    private int Encode(in AttributeSet set, ReadOnlySpan<byte> block, AttributeChanges changes, Span<byte> to)
    {
        bool external = !peer.IsInternal;
        int at = 0;
        at += Write(to[at..], 0x40, AttributeType.Origin, [set.Origin]);
        at += PathEncoder.Write(to[at..], AttributeSet.Find(block, AttributeType.AsPath), peer, (external ? 1 : 0) + changes.Prepend);
        Span<byte> number = stackalloc byte[4];

        _nextHop = NextHop(set);
        if (family == IpFamily.V4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)(_nextHop >> 96));
            at += Write(to[at..], 0x40, AttributeType.NextHop, number);
        }
        uint? med = changes.Med ?? (!external && set.Has(AttributeMarks.Med) ? set.Med : null);
        if (med is { } metric)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, metric);
            at += Write(to[at..], 0x80, AttributeType.MultiExitDisc, number);
        }
        if (!external)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, changes.LocalPreference ?? set.LocalPreference);
            at += Write(to[at..], 0x40, AttributeType.LocalPref, number);
        }
        at += CopyOthers(block, to[at..], external);
        at += WriteCommunities(block, to[at..], changes);
        bool stamp = !set.Has(AttributeMarks.OnlyToCustomer) && peer.Role is BgpRole.Provider or BgpRole.Peer or BgpRole.RouteServer;
        if (stamp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, peer.LocalAsn.Value);
            at += Write(to[at..], 0xC0, AttributeType.OnlyToCustomer, number);
        }
        return at;
    }

    [MethodImpl(Jit.Hot)]
    private int CopyOthers(ReadOnlySpan<byte> block, Span<byte> to, bool external)
    {
        int at = 0;
        var reader = new AttributeReader(block);
        while (reader.Next())
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
                    at += PathEncoder.WriteAggregator(to[at..], reader.Value, peer.FourOctetAsn);
                    break;
                case AttributeType.ExtendedCommunities when external:
                    at += WriteTransitive(to[at..], reader.Value);
                    break;
                case AttributeType.AtomicAggregate
                or AttributeType.LargeCommunities
                or AttributeType.ExtendedCommunities
                or AttributeType.OnlyToCustomer:
                    at += Write(to[at..], (byte)reader.Flags, reader.Type, reader.Value);
                    break;
                default:
                    // Not known to us: an optional transitive attribute goes on, marked as partial (RFC 4271 §5); others end here.
                    if ((reader.Flags & AttributeFlags.Transitive) != 0)
                        at += Write(to[at..], (byte)(reader.Flags | AttributeFlags.Partial), reader.Type, reader.Value);
                    break;
            }
        return at;
    }

    [MethodImpl(Jit.Hot)]
    private static int WriteCommunities(ReadOnlySpan<byte> block, Span<byte> to, AttributeChanges changes)
    {
        ReadOnlySpan<byte> present = AttributeSet.Find(block, AttributeType.Communities);
        ReadOnlySpan<uint> added = changes.AddCommunities.AsSpan();
        return present.IsEmpty && added.IsEmpty ? 0 : AttributeChanges.WriteCommunities(to, present, added);
    }

    // Bit 6 of the type marks what must not leave the AS (RFC 4360 §2).
    private static int WriteTransitive(Span<byte> to, ReadOnlySpan<byte> value)
    {
        int length = 0;
        for (; value.Length >= 8; value = value[8..])
            if ((value[0] & 0x40) == 0)
            {
                value[..8].CopyTo(to[(4 + length)..]);
                length += 8;
            }
        if (length == 0)
            return 0;
        to[0] = 0xD0;
        to[1] = (byte)AttributeType.ExtendedCommunities;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)length);
        return 4 + length;
    }

    /// <summary>Our own address towards external peers and for own routes; unchanged towards internal ones (RFC 4271 §5.1.3).</summary>
    private UInt128 NextHop(in AttributeSet set)
    {
        if (peer.IsInternal && set.NextHopFamily == family)
            return set.NextHop;
        AddressFamily wanted = family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        IPAddress? own = family == IpFamily.V4 ? peer.NextHopV4 : peer.NextHopV6;
        own ??= peer.LocalAddress.AddressFamily == wanted ? peer.LocalAddress : null;
        // Without an address of the family an IPv4-mapped one serves between test instances of one host; routers set NextHopV6.
        own ??= family == IpFamily.V6 ? peer.LocalAddress.MapToIPv6() : IPAddress.Any;
        return IpPrefix.BitsOf(own);
    }

    /// <summary>Writes an attribute; the extended length flag follows from the length.</summary>
    internal static int Write(Span<byte> to, byte flags, AttributeType type, ReadOnlySpan<byte> value)
    {
        bool extended = value.Length > 255;
        to[0] = (byte)(extended ? flags | 0x10 : flags & ~0x10);
        to[1] = (byte)type;
        if (extended)
            BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)value.Length);
        else
            to[2] = (byte)value.Length;
        int header = extended ? 4 : 3;
        value.CopyTo(to[header..]);
        return header + value.Length;
    }
}
