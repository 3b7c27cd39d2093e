using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Bmp;

/// <summary>A BMP message (RFC 7854 §4). The family is closed.</summary>
public abstract record BmpMessage
{
    private BmpMessage() { }

    /// <summary>What the router says of itself (§4.3). Empty strings where it does not.</summary>
    public sealed record Initiation(string SystemName, string SystemDescription, ImmutableArray<string> Notes) : BmpMessage;

    /// <summary>The router ends the monitoring session (§4.5).</summary>
    /// <param name="Reason">0 administratively closed, 1 unspecified, 2 out of resources, 3 redundant connection, 4 permanently closed.</param>
    public sealed record Termination(ushort? Reason, ImmutableArray<string> Notes) : BmpMessage;

    /// <summary>A session of the router came up (§4.10).</summary>
    /// <param name="TableName">VRF or table name, where the router tells it (RFC 9069 §5.1); else empty.</param>
    public sealed record PeerUp(
        BmpPeerHeader Peer,
        IPAddress LocalAddress,
        ushort LocalPort,
        ushort RemotePort,
        OpenMessage? Sent,
        OpenMessage? Received,
        string TableName
    ) : BmpMessage;

    /// <summary>A session of the router went down (§4.9).</summary>
    /// <param name="Reason">1 and 2: by the router; 3 and 4: by the peer; 5: no longer monitored; 6: TLVs follow (RFC 9069). 1 and 3 carry the NOTIFICATION, unless the router forgot it; 0: none was given.</param>
    public sealed record PeerDown(BmpPeerHeader Peer, byte Reason, Notification? Notification) : BmpMessage;

    /// <summary>Routes (§4.6), as an UPDATE without its header.</summary>
    public sealed record RouteMonitoring(BmpPeerHeader Peer, ImmutableArray<byte> Update) : BmpMessage;

    /// <summary>Counters and gauges (§4.8), by their type; those of 4 and of 8 octets.</summary>
    public sealed record Statistics(BmpPeerHeader Peer, ImmutableDictionary<ushort, ulong> Values) : BmpMessage;

    /// <summary>A verbatim copy of what the peer sent (§4.7): BGP messages, or the reason why there is none.</summary>
    public sealed record RouteMirroring(BmpPeerHeader Peer, ImmutableArray<ImmutableArray<byte>> Messages, ushort? Information)
        : BmpMessage;
}

/// <summary>Which table of the router a message is about.</summary>
public enum BmpTable : byte
{
    /// <summary>Adj-RIB-In before policy (RFC 7854).</summary>
    AdjRibIn,

    /// <summary>Adj-RIB-In after policy.</summary>
    AdjRibInAfterPolicy,

    /// <summary>Adj-RIB-Out before policy (RFC 8671).</summary>
    AdjRibOut,

    /// <summary>Adj-RIB-Out after policy.</summary>
    AdjRibOutAfterPolicy,

    /// <summary>Loc-RIB (RFC 9069).</summary>
    LocRib,
}

/// <summary>The per-peer header (RFC 7854 §4.2).</summary>
/// <param name="Type">0 global, 1 with a route distinguisher, 2 local to the router, 3 Loc-RIB (RFC 9069).</param>
/// <param name="Distinguisher">Tells apart equal addresses in several VRFs; 0 otherwise.</param>
/// <param name="FourOctetAsn">False when AS_PATH in these messages has 2-octet numbers (flag A).</param>
/// <param name="Filtered">Loc-RIB only: not all of it is reported (flag F).</param>
public sealed record BmpPeerHeader(
    byte Type,
    BmpTable Table,
    ulong Distinguisher,
    IPAddress Address,
    Asn Asn,
    uint RouterId,
    DateTimeOffset At,
    bool FourOctetAsn,
    bool Filtered
);
