using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>One route, taken out of the tables to be looked at.</summary>
public sealed record RouteView
{
    public required IpPrefix Prefix { get; init; }

    /// <summary>Name of the peer it came from.</summary>
    public required string Peer { get; init; }
    public required Asn PeerAsn { get; init; }

    /// <summary>RFC 7911 path identifier; 0 without add-path.</summary>
    public uint PathId { get; init; }

    /// <summary>The Loc-RIB's choice for its prefix.</summary>
    public bool Best { get; init; }

    /// <summary><see cref="RefuseReason.None"/> for an accepted route.</summary>
    public RefuseReason Reason { get; init; }

    /// <summary>Kept over a restart of the peer, or waiting to be confirmed by a refresh (RFC 4724, RFC 7313).</summary>
    public bool Stale { get; init; }

    /// <summary>When it came with these attributes, to the second; null for what is announced. To tell it again unchanged does not make it younger.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Null when there is no VRP table.</summary>
    public OriginValidity? Validity { get; init; }

    /// <summary>After import policy for an accepted route, as received for a refused one. Null when malformed, or no longer kept.</summary>
    public RouteAttributes? Attributes { get; init; }

    /// <summary>As received, where import policy changed them.</summary>
    public RouteAttributes? ReceivedAttributes { get; init; }
}

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
