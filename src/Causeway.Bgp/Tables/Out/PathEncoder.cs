using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Out;

/// <summary>AS_PATH and AGGREGATOR as a peer is shown them: with ASNs put in front, and narrowed for one that knows only 2-octet numbers (RFC 6793 §4.2.2).</summary>
internal static class PathEncoder
{
    /// <summary>Writes AS_PATH.</summary>
    /// <param name="path">Value of AS_PATH, 4-octet numbers.</param>
    /// <param name="asn">Who is put in front: we, or the member whose route a route server passes on.</param>
    /// <param name="prepend">How often; at most 255.</param>
    /// <returns>Bytes written.</returns>
    [MethodImpl(Jit.Hot)]
    public static int Write(Span<byte> to, ReadOnlySpan<byte> path, PeerFacts peer, uint asn, int prepend)
    {
        int length = Compose(to[4..], path, asn, prepend);
        if (!peer.FourOctetAsn)
            length = Narrow(to.Slice(4, length));
        return AttributeBytes.Finish(to, 0x40, AttributeType.AsPath, length);
    }

    /// <summary>Writes AS4_PATH for a peer with 2-octet numbers, where AS_PATH said less than there was to say.</summary>
    /// <inheritdoc cref="Write"/>
    public static int WriteAs4(Span<byte> to, ReadOnlySpan<byte> path, PeerFacts peer, uint asn, int prepend)
    {
        int length = Compose(to[4..], path, asn, prepend);
        return HoldsWide(to.Slice(4, length)) ? AttributeBytes.Finish(to, 0xC0, AttributeType.As4Path, length) : 0;
    }

    /// <returns>Bytes of the path with the numbers in front.</returns>
    [MethodImpl(Jit.Hot)]
    private static int Compose(Span<byte> value, ReadOnlySpan<byte> path, uint asn, int prepend)
    {
        prepend = Math.Min(prepend, 255);
        // The numbers join the first segment when it is a sequence with room (RFC 4271 §5.1.2).
        bool joins = path.Length >= 2 && path[0] == (byte)PathSegment.Sequence && path[1] + prepend <= 255;
        int length = 0;
        if (prepend > 0)
        {
            value[0] = (byte)PathSegment.Sequence;
            value[1] = (byte)(prepend + (joins ? path[1] : 0));
            length = 2;
            for (int i = 0; i < prepend; i++, length += 4)
                BinaryPrimitives.WriteUInt32BigEndian(value[length..], asn);
            if (joins)
                path = path[2..];
        }
        path.CopyTo(value[length..]);
        return length + path.Length;
    }

    private static bool HoldsWide(ReadOnlySpan<byte> path)
    {
        while (path.Length >= 2)
        {
            int end = 2 + 4 * path[1];
            for (int at = 2; at < end; at += 4)
                if (BinaryPrimitives.ReadUInt32BigEndian(path[at..]) > ushort.MaxValue)
                    return true;
            path = path[end..];
        }
        return false;
    }

    /// <summary>Makes 2-octet numbers of a path in its place.</summary>
    /// <returns>Its new length.</returns>
    private static int Narrow(Span<byte> path)
    {
        int length = 0;
        for (int from = 0; from < path.Length; )
        {
            int end = from + 2 + 4 * path[from + 1];
            path.Slice(from, 2).CopyTo(path[length..]);
            length += 2;
            for (from += 2; from < end; from += 4, length += 2)
                BinaryPrimitives.WriteUInt16BigEndian(path[length..], Narrow(BinaryPrimitives.ReadUInt32BigEndian(path[from..])));
        }
        return length;
    }

    private static ushort Narrow(uint asn) => asn > ushort.MaxValue ? (ushort)Asn.Trans.Value : (ushort)asn;

    /// <summary>Writes AGGREGATOR.</summary>
    /// <param name="value">8 bytes: ASN and address.</param>
    public static int WriteAggregator(Span<byte> to, byte flags, ReadOnlySpan<byte> value, bool fourOctet)
    {
        if (fourOctet)
            return AttributeBytes.Write(to, flags, AttributeType.Aggregator, value);
        Span<byte> narrow = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(narrow, Narrow(BinaryPrimitives.ReadUInt32BigEndian(value)));
        value[4..8].CopyTo(narrow[2..]);
        return AttributeBytes.Write(to, flags, AttributeType.Aggregator, narrow);
    }

    /// <summary>Writes AS4_AGGREGATOR for a peer with 2-octet numbers, where AGGREGATOR could not say it.</summary>
    public static int WriteAs4Aggregator(Span<byte> to, ReadOnlySpan<byte> value) =>
        value.Length == 8 && BinaryPrimitives.ReadUInt32BigEndian(value) > ushort.MaxValue
            ? AttributeBytes.Write(to, 0xC0, AttributeType.As4Aggregator, value)
            : 0;
}
