using System.Collections.Immutable;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Bgp.Mrt;

/// <summary>One record of an MRT file (RFC 6396). The family is closed; what is not known here stays as <see cref="Other"/>.</summary>
/// <param name="At">To the second, or to the microsecond for the extended types.</param>
public abstract record MrtRecord(DateTimeOffset At)
{
    /// <summary>TABLE_DUMP_V2 PEER_INDEX_TABLE (§4.3.1): who the peers of the following RIB records are, by number.</summary>
    public sealed record PeerIndexTable(DateTimeOffset At, IPAddress CollectorId, string ViewName, ImmutableArray<MrtPeer> Peers)
        : MrtRecord(At);

    /// <summary>TABLE_DUMP_V2 RIB_IPV4_UNICAST, RIB_IPV6_UNICAST and their add-path forms (§4.3.2, RFC 8050 §4): all routes to one prefix.</summary>
    public sealed record Rib(DateTimeOffset At, uint Sequence, IpPrefix Prefix, ImmutableArray<MrtRibEntry> Entries) : MrtRecord(At);

    /// <summary>BGP4MP MESSAGE and MESSAGE_AS4 (§4.4.2, §4.4.3): a BGP message as it went over the wire, header included.</summary>
    /// <param name="FourOctetAsn">AS numbers in the message are 4 octets.</param>
    public sealed record Message(DateTimeOffset At, MrtSession Session, bool FourOctetAsn, ImmutableArray<byte> Bytes) : MrtRecord(At);

    /// <summary>BGP4MP STATE_CHANGE and STATE_CHANGE_AS4 (§4.4.1). States are 1 Idle, 2 Connect, 3 Active, 4 OpenSent, 5 OpenConfirm, 6 Established.</summary>
    public sealed record StateChange(DateTimeOffset At, MrtSession Session, ushort From, ushort To) : MrtRecord(At);

    /// <summary>A record of a type that is not read here.</summary>
    public sealed record Other(DateTimeOffset At, ushort Type, ushort Subtype, ImmutableArray<byte> Bytes) : MrtRecord(At);

    /// <summary>A record that contradicts itself. Reading goes on after it when its length could be trusted.</summary>
    public sealed record Malformed(DateTimeOffset At, ushort Type, ushort Subtype, string Fault) : MrtRecord(At)
    {
        /// <summary>The file ends within this record: something of it is missing.</summary>
        public bool CutShort { get; init; }
    }
}

/// <summary>A peer of a collector.</summary>
public sealed record MrtPeer(IPAddress RouterId, IPAddress Address, Asn Asn);

/// <summary>A route of one peer.</summary>
/// <param name="Peer">Index into the peer table before it.</param>
/// <param name="PathId">RFC 7911 path identifier; 0 without add-path.</param>
/// <param name="Attributes">Canonical block: 4-octet AS numbers; for IPv6, and for IPv4 with an IPv6 next hop, an MP_REACH_NLRI with the next hop and no NLRI.</param>
public sealed record MrtRibEntry(ushort Peer, DateTimeOffset OriginatedAt, uint PathId, ImmutableArray<byte> Attributes);

/// <summary>The session that a BGP4MP record is about.</summary>
public sealed record MrtSession(Asn PeerAsn, Asn LocalAsn, ushort Interface, IPAddress PeerAddress, IPAddress LocalAddress);

/// <summary>Types and subtypes of RFC 6396 and RFC 8050.</summary>
internal static class MrtType
{
    public const ushort TableDumpV2 = 13;
    public const ushort Bgp4Mp = 16;
    public const ushort Bgp4MpExtended = 17;

    public const ushort PeerIndexTable = 1;
    public const ushort RibIpv4Unicast = 2;
    public const ushort RibIpv6Unicast = 4;
    public const ushort RibIpv4UnicastAddPath = 8;
    public const ushort RibIpv6UnicastAddPath = 10;

    public const ushort StateChange = 0;
    public const ushort Message = 1;
    public const ushort MessageAs4 = 4;
    public const ushort StateChangeAs4 = 5;
    public const ushort MessageLocal = 6;
    public const ushort MessageAs4Local = 7;
}
