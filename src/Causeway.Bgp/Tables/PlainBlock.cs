using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;

namespace Causeway.Bgp.Tables;

/// <summary>
/// Recognises attribute blocks with which nothing is the matter, as nearly all are: attributes that we know, each once, with the flags and lengths of the rule table, and nothing
/// in them that RFC 7606 would have us look at twice. These need no decoding; any doubt sends a block to the <see cref="IAttributeValidator"/>. A full table brings tens of thousands of
/// distinct sets within a second, so this decides how fast the first transfer of a session is.
/// </summary>
internal static class PlainBlock
{
    private const byte Kind = 0xC0;

    /// <returns>True only when the validator would answer <see cref="AttributeVerdict.AsReceived"/>.</returns>
    [MethodImpl(Jit.Hot)]
    public static bool IsRight(ReadOnlySpan<byte> block, PeerFacts peer, bool nextHopRequired)
    {
        if (!peer.FourOctetAsn)
            return false;
        ulong seen = 0;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            var type = (byte)reader.Type;
            if (AttributeRule.For(reader.Type) is not { } rule || (seen & 1ul << type) != 0)
                return false;
            seen |= 1ul << type;
            bool right =
                (reader.Flags & Kind) == (byte)rule.Flags
                && rule.LengthFits(reader.Value.Length, fourOctetAsn: true)
                && (peer.IsInternal || !rule.InternalOnly)
                && IsPlain(reader.Type, reader.Value);
            if (!right)
                return false;
        }
        ulong needed = 1ul << (int)AttributeType.Origin | 1ul << (int)AttributeType.AsPath;
        if (nextHopRequired)
            needed |= 1ul << (int)AttributeType.NextHop;
        return !reader.Malformed && (seen & needed) == needed;
    }

    private static bool IsPlain(AttributeType type, ReadOnlySpan<byte> value) =>
        type switch
        {
            AttributeType.Origin => value[0] <= (byte)RouteOrigin.Incomplete,
            AttributeType.AsPath => IsPath(value),
            AttributeType.Aggregator => BinaryPrimitives.ReadUInt32BigEndian(value) != 0,
            // Duplicates are to be removed (RFC 8092 §6); looking for them in a long list is for the validator.
            AttributeType.LargeCommunities => value.Length == 12,
            AttributeType.As4Path or AttributeType.As4Aggregator => false,
            _ => true,
        };

    private static bool IsPath(ReadOnlySpan<byte> path)
    {
        while (path.Length >= 2)
        {
            int end = 2 + 4 * path[1];
            if (path[0] is not ((byte)PathSegment.Set or (byte)PathSegment.Sequence) || path[1] == 0 || path.Length < end)
                return false;
            for (int at = 2; at < end; at += 4)
                if (BinaryPrimitives.ReadUInt32BigEndian(path[at..]) == 0)
                    return false;
            path = path[end..];
        }
        return path.IsEmpty;
    }
}
