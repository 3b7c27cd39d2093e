using System.Net;
using Causeway.Primitives;

namespace Causeway.Bgp.Configuration;

/// <summary>
/// The whole wanted configuration of one speaker. A speaker is always given all of it; it finds the difference itself and leaves sessions
/// that are not touched by it alone.
/// </summary>
public sealed record SpeakerConfiguration
{
    public required Asn Asn { get; init; }

    /// <summary>The BGP identifier: an IPv4 address, non-zero (RFC 6286).</summary>
    public required IPAddress RouterId { get; init; }

    /// <summary>
    /// Where the speaker accepts connections. A neighbor is found by (local address, remote address), so neighbors of several
    /// instances may share a port on different local addresses.
    /// </summary>
    public EquatableArray<IPEndPoint> Listen { get; init; } = [];

    public EquatableArray<InstanceConfiguration> Instances { get; init; } = [];
}

/// <summary>A routing instance (VRF): its own tables. Routes of one never reach a neighbor of another.</summary>
public sealed record InstanceConfiguration
{
    public required string Name { get; init; }

    /// <summary>Prefixes that the instance originates itself.</summary>
    public EquatableArray<IpPrefix> Networks { get; init; } = [];

    public EquatableArray<NeighborConfiguration> Neighbors { get; init; } = [];
}

/// <summary>One session. Without an import policy nothing is accepted, without an export policy nothing is announced (RFC 8212).</summary>
public sealed record NeighborConfiguration
{
    public required string Name { get; init; }
    public required Asn PeerAsn { get; init; }
    public required IPAddress PeerAddress { get; init; }

    /// <summary>The peer's TCP port for connections that we open; 179 unless set.</summary>
    public int PeerPort { get; init; } = 179;

    /// <summary>Our address of the session; connections to any other address are not of this neighbor.</summary>
    public required IPAddress LocalAddress { get; init; }

    /// <summary>The ASN shown to this peer; the speaker's unless set.</summary>
    public Asn? LocalAsn { get; init; }

    /// <summary>False keeps the configuration but holds the session in Idle (administrative shutdown, RFC 9003 reason sent).</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What the peer is told when <see cref="Enabled"/> becomes false (RFC 9003); cut at 255 octets of UTF-8.</summary>
    public string? ShutdownReason { get; init; }

    /// <summary>Wait for the peer to connect; never open a connection ourselves.</summary>
    public bool Passive { get; init; }

    /// <summary>Key of TCP MD5 (RFC 2385), at most 80 bytes; null for none.</summary>
    public string? Md5Key { get; init; }

    /// <summary>Proposed hold time: 0 or at least 3 s (RFC 4271 §4.2).</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Longest pause between KEEPALIVEs, at least a second; a third of the negotiated hold time where that is shorter, or null (RFC 4271 §10).</summary>
    public TimeSpan? Keepalive { get; init; }

    /// <summary>Base of connect-retry; jittered by 0.75–1.0 and backed off up to <see cref="ConnectRetryMaximum"/>.</summary>
    public TimeSpan ConnectRetry { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ConnectRetryMaximum { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Wait this long for the peer's OPEN before sending ours (RFC 4271 §8.1.1, DelayOpen); null sends at once.</summary>
    public TimeSpan? DelayOpen { get; init; }

    /// <summary>Families offered (RFC 4760).</summary>
    public EquatableArray<IpFamily> Families { get; init; } = [IpFamily.V4];

    /// <summary>IPv6 next hop to announce; the local address serves when it is IPv6.</summary>
    public IPAddress? NextHopV6 { get; init; }

    /// <summary>IPv4 next hop to announce; the local address serves when it is IPv4.</summary>
    public IPAddress? NextHopV4 { get; init; }

    public MaxPrefix? MaxPrefixV4 { get; init; }
    public MaxPrefix? MaxPrefixV6 { get; init; }

    /// <summary>The same for routes that the import policy lets through.</summary>
    public MaxPrefix? MaxAcceptedV4 { get; init; }
    public MaxPrefix? MaxAcceptedV6 { get; init; }

    /// <summary>Null denies everything inbound.</summary>
    public Policy.RoutePolicy? Import { get; init; }

    /// <summary>Null denies everything outbound.</summary>
    public Policy.RoutePolicy? Export { get; init; }

    /// <summary>Offer to receive several paths per prefix (RFC 7911).</summary>
    public bool AddPathReceive { get; init; }

    /// <summary>Our role towards this peer (RFC 9234), when roles are used.</summary>
    public BgpRole? Role { get; init; }

    /// <summary>Refuse a peer that states no role (RFC 9234 §4.2, "strict mode"). Needs <see cref="Role"/>.</summary>
    public bool RoleRequired { get; init; }

    /// <summary>Refuse packets from farther than this many hops (GTSM, RFC 5082); null turns it off.</summary>
    public int? TtlSecurityHops { get; init; }

    /// <summary>
    /// Take routes with an AS_SET in their path from this peer, and send it such. RFC 9774 says to treat them as withdrawn; this is for labs that show why.
    /// </summary>
    public bool AllowAsSets { get; init; }

    /// <summary>The peer keeps our routes while we restart; null offers only to keep its routes while it does.</summary>
    public GracefulRestart? GracefulRestart { get; init; }

    /// <summary>Announce with the GRACEFUL_SHUTDOWN community (RFC 8326), so that the peer moves traffic away.</summary>
    public bool GracefulShutdown { get; init; }

    /// <summary>Put our ASN this many times more in front of all that we announce, 0–255, beside what the export policy prepends.</summary>
    public int Prepend { get; init; }

    /// <summary>MULTI_EXIT_DISC of all that we announce, where the export policy sets none; null sends none to external peers.</summary>
    public uint? Med { get; init; }

    /// <summary>
    /// We are a route server, and the peer is a member of its exchange (RFC 7947): it is told the routes of other members with their AS_PATH, next hop, MED and
    /// communities as these sent them, of each prefix the best one that it may be told (its own choice, so that none is hidden behind another, §2.3), and without
    /// those that a member keeps from it (<see cref="Policy.RouteServerCommunities"/>). Our own ASN is in no path, so the peer must not insist on it.
    /// </summary>
    public bool RouteServerClient { get; init; }
}

/// <summary>How a peer is asked to keep our routes while this speaker restarts (RFC 4724).</summary>
/// <param name="RestartTime">How long it keeps them while we are away: 1 to 4095 s, in whole seconds.</param>
/// <param name="PreservesForwarding">We go on forwarding meanwhile. Without it the peer lets go of the routes as soon as we are back.</param>
public sealed record GracefulRestart(TimeSpan RestartTime, bool PreservesForwarding = true);

/// <summary>
/// What a speaker must know that takes over from one which was ended by <see cref="Speaker.BgpSpeaker.StopForRestartAsync"/>, or died.
/// </summary>
/// <param name="SelectionDeferral">
/// How long it waits at most for the End-of-RIB of peers that kept our routes before it announces anything (RFC 4724 §4.1). Shorter than the restart time
/// serves nobody; peers that never come back make all others of their instance wait so long.
/// </param>
/// <param name="Kept">The sessions to wait for, as (instance, neighbor); null for all that are configured with <see cref="GracefulRestart"/>.</param>
public sealed record RestartRecovery(TimeSpan SelectionDeferral, IReadOnlyCollection<(string Instance, string Neighbor)>? Kept = null);

/// <summary>A limit on received prefixes of one family (before policy). Above it the session goes down with CEASE/1 (RFC 4486).</summary>
/// <param name="Limit">Largest number that is still fine.</param>
/// <param name="WarningPercent">Share of the limit at which a warning is reported, 1–100.</param>
/// <param name="Restart">How long the session stays down before it tries again; null waits for an operator.</param>
public sealed record MaxPrefix(int Limit, int WarningPercent = 75, TimeSpan? Restart = null);

/// <summary>BGP role (RFC 9234 §4.1), with its capability value.</summary>
public enum BgpRole : byte
{
    Provider = 0,
    RouteServer = 1,
    RouteServerClient = 2,
    Customer = 3,
    Peer = 4,
}
