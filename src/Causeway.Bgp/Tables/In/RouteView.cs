using Causeway.Bgp.Tables.Attributes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

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
