using System.Net;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>Writes path attributes in order of type (RFC 4271 §5), without the MP attributes, which go with the prefixes.</summary>
internal static class AttributeEncoder
{
    private const AttributeFlags WellKnown = AttributeFlags.Transitive;
    private const AttributeFlags OptionalTransitive = AttributeFlags.Optional | AttributeFlags.Transitive;

    /// <summary>Writes all but MP_REACH_NLRI; NEXT_HOP only when <paramref name="classicNextHop"/>.</summary>
    public static void Write(ref WireWriter writer, PathAttributes attributes, UpdateCodec codec, bool classicNextHop)
    {
        Header(ref writer, WellKnown, AttributeType.Origin, 1);
        writer.U8((byte)attributes.Origin);
        WriteAsPath(ref writer, AttributeType.AsPath, WellKnown, attributes.AsPath, codec.FourOctetAsn);
        if (classicNextHop && attributes.NextHop is { } nextHop)
        {
            Header(ref writer, WellKnown, AttributeType.NextHop, 4);
            Address(ref writer, nextHop);
        }
        if (attributes.Med is uint med)
            Number(ref writer, AttributeFlags.Optional, AttributeType.MultiExitDisc, med);
        if (codec.Internal && attributes.LocalPreference is uint preference)
            Number(ref writer, WellKnown, AttributeType.LocalPref, preference);
        if (attributes.AtomicAggregate)
            Header(ref writer, WellKnown, AttributeType.AtomicAggregate, 0);
        if (attributes.Aggregator is { } aggregator)
            WriteAggregator(ref writer, AttributeType.Aggregator, aggregator, codec.FourOctetAsn);
        Numbers(ref writer, OptionalTransitive, AttributeType.Communities, attributes.Communities.AsSpan());
        if (codec.Internal && attributes.OriginatorId is uint originator)
            Number(ref writer, AttributeFlags.Optional, AttributeType.OriginatorId, originator);
        if (codec.Internal)
            Numbers(ref writer, AttributeFlags.Optional, AttributeType.ClusterList, attributes.ClusterList.AsSpan());
        if (!attributes.ExtendedCommunities.IsEmpty)
        {
            Header(ref writer, OptionalTransitive, AttributeType.ExtendedCommunities, attributes.ExtendedCommunities.Length * 8);
            foreach (ExtendedCommunity community in attributes.ExtendedCommunities)
                writer.U64(community.Value);
        }
        if (!codec.FourOctetAsn)
            WriteAs4(ref writer, attributes);
        if (!attributes.LargeCommunities.IsEmpty)
        {
            Header(ref writer, OptionalTransitive, AttributeType.LargeCommunities, attributes.LargeCommunities.Length * 12);
            foreach (LargeCommunity community in attributes.LargeCommunities)
            {
                writer.U32(community.GlobalAdministrator);
                writer.U32(community.LocalData1);
                writer.U32(community.LocalData2);
            }
        }
        if (attributes.OnlyToCustomer is Asn otc)
            Number(ref writer, OptionalTransitive, AttributeType.OnlyToCustomer, otc.Value);
        foreach (UnknownAttribute unknown in attributes.Unknown)
        {
            Header(ref writer, unknown.Flags, (AttributeType)unknown.Type, unknown.Value.Length);
            writer.Bytes(unknown.Value.AsSpan());
        }
    }

    /// <summary>Starts MP_REACH_NLRI with a 2-octet length, to be patched at the returned position once the prefixes are in.</summary>
    public static int BeginMpReach(ref WireWriter writer, IpFamily family, PathAttributes attributes)
    {
        writer.U8((byte)(AttributeFlags.Optional | AttributeFlags.ExtendedLength));
        writer.U8((byte)AttributeType.MpReach);
        int lengthAt = writer.Position;
        writer.U16(0);
        writer.U16((ushort)family);
        writer.U8(1);
        int nextHopLengthAt = writer.Position;
        writer.U8(0);
        if (attributes.NextHop is { } nextHop)
            Address(ref writer, nextHop);
        if (attributes.LinkLocalNextHop is { } linkLocal)
            Address(ref writer, linkLocal);
        writer.PatchU8(nextHopLengthAt, writer.Position - nextHopLengthAt - 1);
        writer.U8(0);
        return lengthAt;
    }

    public static void FinishMp(ref WireWriter writer, int lengthAt) => writer.PatchU16(lengthAt, writer.Position - lengthAt - 2);

    /// <summary>Octets that a prefix takes on the wire without a path identifier.</summary>
    public static int SizeOf(in IpPrefix prefix) => 1 + ((prefix.Length + 7) >> 3);

    public static void Prefix(ref WireWriter writer, in IpPrefix prefix)
    {
        Span<byte> s = writer.Reserve(SizeOf(prefix));
        if (s.IsEmpty)
            return;
        s[0] = prefix.Length;
        UInt128 bits = prefix.Bits;
        for (int i = 1; i < s.Length; i++)
            s[i] = (byte)(bits >> (128 - (8 * i)));
    }

    private static void WriteAsPath(ref WireWriter writer, AttributeType type, AttributeFlags flags, AsPath path, bool fourOctet)
    {
        int unit = fourOctet ? 4 : 2;
        int length = 0;
        foreach (AsSegment segment in path.Segments)
            length += (((segment.Asns.Length + 254) / 255) * 2) + (segment.Asns.Length * unit);
        Header(ref writer, flags, type, length);
        foreach (AsSegment segment in path.Segments)
        {
            for (int from = 0; from < segment.Asns.Length; from += 255)
            {
                ReadOnlySpan<Asn> part = segment.Asns.AsSpan()[from..Math.Min(from + 255, segment.Asns.Length)];
                writer.U8((byte)segment.Type);
                writer.U8((byte)part.Length);
                foreach (Asn asn in part)
                {
                    if (fourOctet)
                        writer.U32(asn.Value);
                    else
                        writer.U16((int)TwoOctet(asn).Value);
                }
            }
        }
    }

    /// <summary>RFC 6793 §4.2.2: AS4_PATH and AS4_AGGREGATOR when AS_TRANS had to stand in.</summary>
    private static void WriteAs4(ref WireWriter writer, PathAttributes attributes)
    {
        if (attributes.AsPath.All.Any(a => a.Value > ushort.MaxValue))
            WriteAsPath(ref writer, AttributeType.As4Path, OptionalTransitive, attributes.AsPath, fourOctet: true);
        if (attributes.Aggregator is { } aggregator && aggregator.Asn.Value > ushort.MaxValue)
            WriteAggregator(ref writer, AttributeType.As4Aggregator, aggregator, fourOctet: true);
    }

    private static void WriteAggregator(ref WireWriter writer, AttributeType type, Aggregator aggregator, bool fourOctet)
    {
        Header(ref writer, OptionalTransitive, type, fourOctet ? 8 : 6);
        if (fourOctet)
            writer.U32(aggregator.Asn.Value);
        else
            writer.U16((int)TwoOctet(aggregator.Asn).Value);
        Address(ref writer, aggregator.Address);
    }

    private static Asn TwoOctet(Asn asn) => asn.Value > ushort.MaxValue ? Asn.Trans : asn;

    private static void Header(ref WireWriter writer, AttributeFlags flags, AttributeType type, int length)
    {
        bool extended = length > 255;
        writer.U8((byte)(extended ? flags | AttributeFlags.ExtendedLength : flags));
        writer.U8((byte)type);
        if (extended)
            writer.U16(length);
        else
            writer.U8((byte)length);
    }

    private static void Number(ref WireWriter writer, AttributeFlags flags, AttributeType type, uint value)
    {
        Header(ref writer, flags, type, 4);
        writer.U32(value);
    }

    private static void Numbers(ref WireWriter writer, AttributeFlags flags, AttributeType type, ReadOnlySpan<uint> values)
    {
        if (values.IsEmpty)
            return;
        Header(ref writer, flags, type, values.Length * 4);
        foreach (uint value in values)
            writer.U32(value);
    }

    private static void Address(ref WireWriter writer, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        writer.Bytes(bytes[..written]);
    }
}
