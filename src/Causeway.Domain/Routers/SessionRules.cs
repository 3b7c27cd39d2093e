using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// What a session accepts: what no rule accepts is refused (RFC 8212). Refusals are looked for in the order of the members below, which is the order of the
/// reasons that people see; what passes all of them needs an accept rule.
/// </summary>
public sealed record ImportRules
{
    /// <summary>A default route is accepted; only private peering does.</summary>
    public bool DefaultRoute { get; init; }

    /// <summary>Which space can be a destination here at all.</summary>
    public required AddressSpace Space { get; init; }

    /// <summary>Refused with everything inside them: our own networks, linked networks. Ascending.</summary>
    public EquatableArray<IpPrefix> Refuse { get; init; }

    /// <summary>Shortest and longest prefix that is accepted; null for any.</summary>
    public byte? ShortestPrefix { get; init; }

    /// <inheritdoc cref="ShortestPrefix"/>
    public byte? LongestPrefix { get; init; }

    /// <summary>Most ASNs in AS_PATH; null for any number.</summary>
    public int? LongestPath { get; init; }

    /// <summary>False for a route server, whose ASN is not the first of the path.</summary>
    public bool FirstAsnIsPeer { get; init; } = true;

    /// <summary>
    /// The next hop has to be on the session's own link (RFC 4271 §6.3). False for a session between our own routers, which passes on the next hops of others.
    /// </summary>
    public bool NextHopOnLink { get; init; } = true;

    /// <summary>The next hop has to be the peer's own address: a network at an exchange speaks for itself only, and a route server for its members.</summary>
    public bool NextHopIsPeer { get; init; }

    /// <summary>Private ASNs may stand in AS_PATH.</summary>
    public bool PrivateAsns { get; init; } = true;

    /// <summary>
    /// Private ASNs (RFC 6996) are taken out of AS_PATH, and where none is left the route counts as this ASN's: for a peer whose own number is private. Origins are
    /// judged of the path that is left. Null leaves paths as they are.
    /// </summary>
    public Asn? PrivateAsnsStandFor { get; init; }

    /// <summary>ASNs that may not stand in AS_PATH: networks that buy transit from nobody are behind no peer, and a path through one is a leak (RFC 7908).</summary>
    public EquatableArray<Asn> RefuseThrough { get; init; }

    /// <summary>Routes that a ROA forbids are refused (RFC 6811).</summary>
    public bool RefuseRpkiInvalid { get; init; }

    /// <summary>
    /// Routes by a path that an ASPA forbids are refused, as paths of a customer or a lateral peer, or of a route server and its clients
    /// (draft-ietf-sidrops-aspa-verification §7.2): a peer that is a provider of ours may have others.
    /// </summary>
    public bool RefuseAspaInvalid { get; init; }

    /// <summary>What is accepted and from which origins, in order of prefix. Empty accepts nothing.</summary>
    public EquatableArray<PrefixMatch> Accept { get; init; }

    /// <summary>Above this many received prefixes the session goes down (RFC 4486); back by itself after <see cref="SessionOptions.MaxPrefixRestart"/>.</summary>
    public required int MaxPrefixes { get; init; }

    internal ImportRules Canonical() =>
        this with
        {
            Refuse = [.. Refuse.Distinct().Order()],
            RefuseThrough = [.. RefuseThrough.Distinct().Order()],
            Accept =
            [
                .. Accept
                    .Select(a => a with { Origins = [.. a.Origins.Distinct().Order()] })
                    .Distinct()
                    .OrderBy(a => a.Prefix)
                    .ThenBy(a => a.MinLength)
                    .ThenBy(a => a.MaxLength)
                    .ThenBy(a => a.Origins.ToString(), StringComparer.Ordinal),
            ],
        };
}

public enum AddressSpace
{
    /// <summary>Private space (RFC 1918, RFC 4193, RFC 6598) included: what customers announce over private peering.</summary>
    Private,

    /// <summary>What is routed on the Internet.</summary>
    Public,

    /// <summary>The same, and what is for documentation (RFC 5737, RFC 3849, RFC 9637).</summary>
    Laboratory,
}

/// <summary>What a session announces: what its instance announces, of its family. Nothing learned, unless said: no session is a transit.</summary>
public sealed record ExportRules
{
    public static readonly ExportRules Everything = new();

    /// <summary>Only these of the instance's prefixes; null for all of them.</summary>
    public EquatableArray<IpPrefix>? Only { get; init; }

    /// <summary>
    /// Also what the instance learned from its other sessions, of the session's family: between the customers of joined circuits. What came from one of our own
    /// routers does not go to another of them (RFC 4271 §9.2).
    /// </summary>
    public bool Learned { get; init; }

    /// <summary>
    /// What was learned goes on as a route server gives it (RFC 7947): path, next hop, MED and communities as they came, of each prefix the best route that the
    /// session's peer may have, and without those that a member keeps from it.
    /// </summary>
    public bool AsRouteServer { get; init; }

    /// <summary>How often our ASN is prepended, 0–10.</summary>
    public int Prepend { get; init; }

    /// <summary>MULTI_EXIT_DISC; null for none.</summary>
    public uint? Med { get; init; }

    /// <summary>Communities on everything announced, ascending.</summary>
    public EquatableArray<uint> Communities { get; init; }

    internal ExportRules Canonical() =>
        this with
        {
            Only = Only is { } only ? [.. only.Distinct().Order()] : null,
            Communities = [.. Communities.Distinct().Order()],
        };
}

/// <summary>How a session is run. Null members take the driver's own default.</summary>
public sealed record SessionOptions
{
    public static readonly SessionOptions Default = new();

    public TimeSpan? HoldTime { get; init; }

    /// <summary>How long the session rests after too many prefixes.</summary>
    public TimeSpan? MaxPrefixRestart { get; init; }

    /// <summary>Share of <see cref="ImportRules.MaxPrefixes"/> at which the router warns, 1–100.</summary>
    public int? MaxPrefixWarning { get; init; }

    /// <summary>Packets from farther than this many hops are not taken (GTSM, RFC 5082), 1–254.</summary>
    public int? TtlSecurityHops { get; init; }

    public BfdIntent? Bfd { get; init; }

    /// <summary>What we are to the peer (RFC 9234); null states nothing, and then nothing is concluded from it.</summary>
    public SessionRole? Role { get; init; }

    /// <summary>Wait for the peer to connect.</summary>
    public bool Passive { get; init; }

    /// <summary>Announce with GRACEFUL_SHUTDOWN (RFC 8326): the peer moves its traffic away before work.</summary>
    public bool GracefulShutdown { get; init; }

    /// <summary>How long the peer keeps our routes while the router restarts (RFC 4724), 1–4,095 s; zero offers no graceful restart.</summary>
    public TimeSpan? GracefulRestart { get; init; }
}

/// <summary>What one side of a session is to the other (RFC 9234).</summary>
public enum SessionRole
{
    Peer,
    RouteServer,
    RouteServerClient,
}

/// <summary>Bidirectional forwarding detection (RFC 5880) of a session.</summary>
public sealed record BfdIntent(TimeSpan Transmit, TimeSpan Receive, int Multiplier = 3);
