using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>AS_PATH and AGGREGATOR as a peer is shown them: our ASN in front, and narrowed for one that knows only 2-octet numbers (RFC 6793 §4.2.2).</summary>
internal static class PathEncoder
{
    /// <param name="path">Value of AS_PATH, 4-octet numbers.</param>
    /// <param name="prepend">How often our ASN is put in front; at most 255.</param>
    /// <returns>Bytes written: AS_PATH, and AS4_PATH where a narrowed path lost something.</returns>
    [MethodImpl(Jit.Hot)]
    public static int Write(Span<byte> to, ReadOnlySpan<byte> path, PeerFacts peer, int prepend)
    {
        prepend = Math.Min(prepend, 255);
        // Our numbers join the first segment when it is a sequence with room (RFC 4271 §5.1.2).
        bool joins = path.Length >= 2 && path[0] == (byte)PathSegment.Sequence && path[1] + prepend <= 255;
        int length = 0;
        Span<byte> value = to[4..];
        if (prepend > 0)
        {
            value[0] = (byte)PathSegment.Sequence;
            value[1] = (byte)(prepend + (joins ? path[1] : 0));
            length = 2;
            for (int i = 0; i < prepend; i++, length += 4)
                BinaryPrimitives.WriteUInt32BigEndian(value[length..], peer.LocalAsn.Value);
            if (joins)
                path = path[2..];
        }
        path.CopyTo(value[length..]);
        length += path.Length;
        if (peer.FourOctetAsn)
            return Finish(to, 0x40, AttributeType.AsPath, length);

        bool lossy = HoldsWide(value[..length]);
        int wide = Finish(to, 0xC0, AttributeType.As4Path, length);
        int narrow = Narrow(to[..wide], to[wide..]);
        // AS_PATH goes first; what was written first is AS4_PATH, kept only if it says more.
        if (!lossy)
        {
            to.Slice(wide, narrow).CopyTo(to);
            return narrow;
        }
        return wide + narrow;
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

    /// <summary>Writes AS_PATH in 2-octet numbers from an attribute with an extended length.</summary>
    private static int Narrow(ReadOnlySpan<byte> wide, Span<byte> to)
    {
        ReadOnlySpan<byte> path = wide[4..];
        Span<byte> value = to[4..];
        int length = 0;
        while (path.Length >= 2)
        {
            int end = 2 + 4 * path[1];
            path[..2].CopyTo(value[length..]);
            length += 2;
            for (int at = 2; at < end; at += 4, length += 2)
                BinaryPrimitives.WriteUInt16BigEndian(value[length..], Narrow(BinaryPrimitives.ReadUInt32BigEndian(path[at..])));
            path = path[end..];
        }
        return Finish(to, 0x40, AttributeType.AsPath, length);
    }

    private static ushort Narrow(uint asn) => asn > ushort.MaxValue ? (ushort)Asn.Trans.Value : (ushort)asn;

    private static int Finish(Span<byte> to, byte flags, AttributeType type, int length)
    {
        to[0] = (byte)(flags | 0x10);
        to[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)length);
        return 4 + length;
    }

    /// <param name="value">8 bytes: ASN and address.</param>
    public static int WriteAggregator(Span<byte> to, ReadOnlySpan<byte> value, bool fourOctet)
    {
        if (fourOctet)
            return ExportEncoder.Write(to, 0xC0, AttributeType.Aggregator, value);
        uint asn = BinaryPrimitives.ReadUInt32BigEndian(value);
        Span<byte> narrow = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(narrow, Narrow(asn));
        value[4..8].CopyTo(narrow[2..]);
        int written = ExportEncoder.Write(to, 0xC0, AttributeType.Aggregator, narrow);
        return asn <= ushort.MaxValue ? written : written + ExportEncoder.Write(to[written..], 0xC0, AttributeType.As4Aggregator, value);
    }
}
