using System.Buffers.Binary;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>Takes the ASNs out of AS_PATH that mean nothing beyond the network that uses them (RFC 6996).</summary>
internal static class PrivateAsns
{
    public static bool AreIn(ReadOnlySpan<byte> path)
    {
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            for (int at = 2; at < end; at += 4)
                if (IsPrivate(path[at..]))
                    return true;
            path = path[end..];
        }
        return false;
    }

    /// <summary>Writes a canonical block without them; other attributes stay as they are and in order. A segment of which none is left goes.</summary>
    /// <returns>Bytes written, at most one more than the block has.</returns>
    public static int Remove(ReadOnlySpan<byte> block, Span<byte> to)
    {
        int written = 0;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (reader.Type != AttributeType.AsPath)
            {
                reader.Whole.CopyTo(to[written..]);
                written += reader.Whole.Length;
                continue;
            }
            // With room for the longer head, which what is left may not need.
            int length = RemoveFromPath(reader.Value, to[(written + 4)..]);
            written += AttributeBytes.Finish(to[written..], 0x40, AttributeType.AsPath, length);
        }
        return written;
    }

    private static int RemoveFromPath(ReadOnlySpan<byte> path, Span<byte> to)
    {
        int written = 0;
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            int begin = written;
            written += 2;
            for (int at = 2; at < end; at += 4)
                if (!IsPrivate(path[at..]))
                {
                    path.Slice(at, 4).CopyTo(to[written..]);
                    written += 4;
                }
            int kept = (written - begin - 2) / 4;
            (to[begin], to[begin + 1]) = (path[0], (byte)kept);
            if (kept == 0)
                written = begin;
            path = path[end..];
        }
        return written;
    }

    private static bool IsPrivate(ReadOnlySpan<byte> asn) => new Asn(BinaryPrimitives.ReadUInt32BigEndian(asn)).IsPrivate;
}
