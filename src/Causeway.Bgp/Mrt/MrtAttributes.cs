using System.Collections.Immutable;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Mrt;

/// <summary>
/// TABLE_DUMP_V2 shortens MP_REACH_NLRI to the next hop and its length (RFC 6396 §4.3.4); here and in the tables it is whole, with no NLRI. Some collectors
/// write the whole one, with or without the prefix and the reserved octet before it, so all are read. IPv4 routes have one when their next hop is IPv6 (RFC 8950).
/// </summary>
internal static class MrtAttributes
{
    public static ImmutableArray<byte> ToCanonical(ReadOnlySpan<byte> block, IpFamily family) =>
        Rewrite(
            block,
            value =>
                // A whole value begins with the AFI, whose first octet is 0; a short one with the length of the next hop.
                value.Length > 0
                && value[0] is 4 or 16 or 32
                && value.Length >= 1 + value[0]
                    ? [0, (byte)family, 1, .. value[..(1 + value[0])], 0]
                : value.Length >= 4 && value.Length >= 4 + value[3] ? [.. value[..(4 + value[3])], 0]
                : value.ToArray()
        );

    public static ImmutableArray<byte> ToShort(ReadOnlySpan<byte> block) =>
        Rewrite(
            block,
            static value => value.Length >= 5 && value.Length >= 4 + value[3] ? [.. value.Slice(3, 1 + value[3])] : value.ToArray()
        );

    private delegate byte[] Change(ReadOnlySpan<byte> value);

    private static ImmutableArray<byte> Rewrite(ReadOnlySpan<byte> block, Change change)
    {
        var written = ImmutableArray.CreateBuilder<byte>(block.Length);
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (reader.Type != AttributeType.MpReach)
            {
                written.AddRange(block[reader.Start..reader.End]);
                continue;
            }
            byte[] value = change(reader.Value);
            if (value.Length > 255)
                written.AddRange(
                    (byte)(reader.Flags | AttributeFlags.ExtendedLength),
                    (byte)reader.Type,
                    (byte)(value.Length >> 8),
                    (byte)value.Length
                );
            else
                written.AddRange((byte)(reader.Flags & ~AttributeFlags.ExtendedLength), (byte)reader.Type, (byte)value.Length);
            written.AddRange(value);
        }
        written.AddRange(block[reader.End..]);
        return written.ToImmutable();
    }
}
