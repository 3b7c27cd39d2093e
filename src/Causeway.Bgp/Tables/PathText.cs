using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Causeway.Bgp.Messages;

namespace Causeway.Bgp.Tables;

/// <summary>AS_PATH as text.</summary>
internal static class PathText
{
    /// <param name="path">Value of AS_PATH with 4-octet AS numbers.</param>
    public static string Write(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder();
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            (string open, char between, string close) = (PathSegment)path[0] switch
            {
                PathSegment.Set => ("{", ',', "}"),
                PathSegment.ConfederationSequence => ("(", ' ', ")"),
                PathSegment.ConfederationSet => ("({", ',', "})"),
                _ => ("", ' ', ""),
            };
            if (text.Length > 0)
                text.Append(' ');
            text.Append(open);
            for (int at = 2; at < end; at += 4)
            {
                if (at > 2)
                    text.Append(between);
                text.Append(BinaryPrimitives.ReadUInt32BigEndian(path[at..]));
            }
            text.Append(close);
            path = path[end..];
        }
        return text.ToString();
    }
}

/// <summary>Arrays of numbers in network order.</summary>
internal static class WireNumbers
{
    public static ImmutableArray<uint> ReadUInt32s(ReadOnlySpan<byte> value)
    {
        ImmutableArray<uint>.Builder numbers = ImmutableArray.CreateBuilder<uint>(value.Length / 4);
        for (; value.Length >= 4; value = value[4..])
            numbers.Add(BinaryPrimitives.ReadUInt32BigEndian(value));
        return numbers.MoveToImmutable();
    }

    public static ImmutableArray<ulong> ReadUInt64s(ReadOnlySpan<byte> value)
    {
        ImmutableArray<ulong>.Builder numbers = ImmutableArray.CreateBuilder<ulong>(value.Length / 8);
        for (; value.Length >= 8; value = value[8..])
            numbers.Add(BinaryPrimitives.ReadUInt64BigEndian(value));
        return numbers.MoveToImmutable();
    }

    public static ImmutableArray<LargeCommunity> ReadLarge(ReadOnlySpan<byte> value)
    {
        ImmutableArray<LargeCommunity>.Builder found = ImmutableArray.CreateBuilder<LargeCommunity>(value.Length / 12);
        for (; value.Length >= 12; value = value[12..])
            found.Add(
                new LargeCommunity(
                    BinaryPrimitives.ReadUInt32BigEndian(value),
                    BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
                    BinaryPrimitives.ReadUInt32BigEndian(value[8..])
                )
            );
        return found.MoveToImmutable();
    }
}
