using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>Path attributes in a form for people and JSON.</summary>
/// <param name="AsPath">As routers print it: <c>64496 64497 {64498,64499}</c>; confederation segments in parentheses.</param>
/// <param name="Origin">0 IGP, 1 EGP, 2 INCOMPLETE.</param>
/// <param name="Raw">The canonical attribute block (RFC 4271 §4.3, 4-octet AS numbers).</param>
public sealed record RouteAttributes(
    string AsPath,
    Asn? OriginAsn,
    int PathLength,
    byte Origin,
    IPAddress? NextHop,
    uint? Med,
    uint? LocalPreference,
    ImmutableArray<uint> Communities,
    ImmutableArray<ulong> ExtendedCommunities,
    ImmutableArray<LargeCommunity> LargeCommunities,
    ImmutableArray<byte> Raw
)
{
    internal static RouteAttributes Read(ReadOnlySpan<byte> block, in AttributeSet set)
    {
        ReadOnlySpan<byte> communities = AttributeSet.Find(block, AttributeType.Communities);
        ReadOnlySpan<byte> extended = AttributeSet.Find(block, AttributeType.ExtendedCommunities);
        ReadOnlySpan<byte> large = AttributeSet.Find(block, AttributeType.LargeCommunities);
        return new RouteAttributes(
            PathText.Write(AttributeSet.Find(block, AttributeType.AsPath)),
            set.OriginAsn == 0 ? null : new Asn(set.OriginAsn),
            set.PathLength,
            set.Origin,
            set.NextHopAddress,
            set.Has(AttributeMarks.Med) ? set.Med : null,
            set.Has(AttributeMarks.LocalPreference) ? set.LocalPreference : null,
            WireNumbers.ReadUInt32s(communities),
            WireNumbers.ReadUInt64s(extended),
            WireNumbers.ReadLarge(large),
            [.. block]
        );
    }

    /// <summary>Makes the view of a canonical attribute block.</summary>
    public static RouteAttributes Read(ReadOnlySpan<byte> block) => Read(block, AttributeSet.Read(block));
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
            found.Add(ReadOneLarge(value));
        return found.MoveToImmutable();
    }

    public static LargeCommunity ReadOneLarge(ReadOnlySpan<byte> value) =>
        new(
            BinaryPrimitives.ReadUInt32BigEndian(value),
            BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(value[8..])
        );
}
