using System.Collections.Immutable;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>Attribute type codes that this library knows.</summary>
public enum AttributeType : byte
{
    Origin = 1,
    AsPath = 2,
    NextHop = 3,
    MultiExitDisc = 4,
    LocalPref = 5,
    AtomicAggregate = 6,
    Aggregator = 7,
    Communities = 8,
    OriginatorId = 9,
    ClusterList = 10,
    MpReach = 14,
    MpUnreach = 15,
    ExtendedCommunities = 16,
    As4Path = 17,
    As4Aggregator = 18,
    LargeCommunities = 32,
    OnlyToCustomer = 35,
}

/// <summary>Bits of the attribute flags octet (RFC 4271 §4.3).</summary>
[Flags]
public enum AttributeFlags : byte
{
    None = 0,
    Partial = 0x20,
    Transitive = 0x40,
    Optional = 0x80,
    ExtendedLength = 0x10,
}

/// <summary>ORIGIN (RFC 4271 §5.1.1).</summary>
public enum RouteOrigin : byte
{
    Igp = 0,
    Egp = 1,
    Incomplete = 2,
}

/// <summary>AGGREGATOR (RFC 4271 §5.1.7).</summary>
public sealed record Aggregator(Asn Asn, IPAddress Address);

/// <summary>An optional transitive attribute that we do not know: passed on with the Partial bit set (RFC 4271 §5).</summary>
public sealed record UnknownAttribute(AttributeFlags Flags, byte Type, ImmutableArray<byte> Value)
{
    public bool Equals(UnknownAttribute? other) =>
        other is not null && (Flags, Type) == (other.Flags, other.Type) && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Flags, Type, Value.Length);
}

/// <summary>
/// The path attributes of a route, decoded. Immutable and shared between routes. Absent attributes are null or empty. The next hop of either
/// family stands in <see cref="NextHop"/>, whether it came by NEXT_HOP or MP_REACH_NLRI.
/// </summary>
public sealed record PathAttributes
{
    public RouteOrigin Origin { get; init; } = RouteOrigin.Igp;
    public AsPath AsPath { get; init; } = AsPath.Empty;

    /// <summary>Global next hop; null only where no reachable route was carried.</summary>
    public IPAddress? NextHop { get; init; }

    /// <summary>The link-local next hop that may accompany a global IPv6 one (RFC 2545 §3).</summary>
    public IPAddress? LinkLocalNextHop { get; init; }

    public uint? Med { get; init; }

    /// <summary>Only from internal peers or set by policy.</summary>
    public uint? LocalPreference { get; init; }
    public bool AtomicAggregate { get; init; }
    public Aggregator? Aggregator { get; init; }
    public ImmutableArray<uint> Communities { get; init; } = [];
    public ImmutableArray<ExtendedCommunity> ExtendedCommunities { get; init; } = [];
    public ImmutableArray<LargeCommunity> LargeCommunities { get; init; } = [];

    /// <summary>ORIGINATOR_ID (RFC 4456), from internal peers.</summary>
    public uint? OriginatorId { get; init; }
    public ImmutableArray<uint> ClusterList { get; init; } = [];

    /// <summary>OTC (RFC 9234 §5).</summary>
    public Asn? OnlyToCustomer { get; init; }
    public ImmutableArray<UnknownAttribute> Unknown { get; init; } = [];

    public bool HasCommunity(uint community) => Communities.AsSpan().Contains(community);

    public bool Equals(PathAttributes? other) =>
        other is not null
        && Origin == other.Origin
        && AsPath.Equals(other.AsPath)
        && Equals(NextHop, other.NextHop)
        && Equals(LinkLocalNextHop, other.LinkLocalNextHop)
        && Med == other.Med
        && LocalPreference == other.LocalPreference
        && AtomicAggregate == other.AtomicAggregate
        && Aggregator == other.Aggregator
        && Communities.AsSpan().SequenceEqual(other.Communities.AsSpan())
        && ExtendedCommunities.AsSpan().SequenceEqual(other.ExtendedCommunities.AsSpan())
        && LargeCommunities.AsSpan().SequenceEqual(other.LargeCommunities.AsSpan())
        && OriginatorId == other.OriginatorId
        && ClusterList.AsSpan().SequenceEqual(other.ClusterList.AsSpan())
        && OnlyToCustomer == other.OnlyToCustomer
        && Unknown.AsSpan().SequenceEqual(other.Unknown.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Origin, AsPath, NextHop, Med, LocalPreference, Communities.Length);
}
