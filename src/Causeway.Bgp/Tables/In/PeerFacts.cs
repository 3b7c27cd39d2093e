using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>What the tables must know of one established session: who is at the other end, and what was negotiated.</summary>
public sealed record PeerFacts
{
    public required string Name { get; init; }
    public required Asn PeerAsn { get; init; }

    /// <summary>The ASN that we show to this peer.</summary>
    public required Asn LocalAsn { get; init; }
    public required IPAddress PeerAddress { get; init; }
    public required IPAddress LocalAddress { get; init; }

    /// <summary>The peer's BGP identifier, as a number: a tie-break (RFC 4271 §9.1.2.2 f).</summary>
    public required uint PeerRouterId { get; init; }

    /// <summary>Our own BGP identifier, to know our routes by when an internal peer reflects them back; 0 for none.</summary>
    public uint LocalRouterId { get; init; }

    /// <summary>Both sides offered the 4-octet AS capability (RFC 6793).</summary>
    public bool FourOctetAsn { get; init; } = true;

    /// <summary>IPv4 unicast was negotiated.</summary>
    public bool V4 { get; init; } = true;

    /// <summary>IPv6 unicast was negotiated.</summary>
    public bool V6 { get; init; }

    /// <summary>The peer sends path identifiers with IPv4 NLRI (RFC 7911).</summary>
    public bool AddPathV4 { get; init; }

    /// <summary>The peer sends path identifiers with IPv6 NLRI.</summary>
    public bool AddPathV6 { get; init; }

    /// <summary>The largest message that the peer takes: 4096, or 65535 with extended messages (RFC 8654).</summary>
    public int LargestMessage { get; init; } = 4096;

    /// <summary>Our role towards this peer (RFC 9234), when roles are used.</summary>
    public BgpRole? Role { get; init; }

    /// <summary>IPv4 next hop of routes that we announce; the local address when it is IPv4.</summary>
    public IPAddress? NextHopV4 { get; init; }

    /// <summary>IPv6 next hop of routes that we announce; the local address when it is IPv6.</summary>
    public IPAddress? NextHopV6 { get; init; }

    /// <summary>Add GRACEFUL_SHUTDOWN to what we announce (RFC 8326).</summary>
    public bool GracefulShutdown { get; init; }

    /// <summary>AS_SETs are taken from this peer and sent to it, which RFC 9774 advises against. For labs.</summary>
    public bool AllowAsSets { get; init; }

    /// <summary>IPv4 routes may come with an IPv6 next hop (RFC 8950).</summary>
    public bool ExtendedNextHop { get; init; }

    /// <summary>Put our ASN this many times more in front of what we announce, 0–255, beside what the policy prepends.</summary>
    public int Prepend { get; init; }

    /// <summary>MULTI_EXIT_DISC of what we announce, where the policy sets none.</summary>
    public uint? Med { get; init; }

    /// <summary>We are a route server to this peer (RFC 7947).</summary>
    public bool RouteServerClient { get; init; }

    /// <summary>What is changed in all that we announce, whatever the policy says.</summary>
    internal AttributeChanges ExportChanges =>
        new(null, Med, GracefulShutdown ? [Community.GracefulShutdown] : [], [], Math.Clamp(Prepend, 0, 255));

    /// <summary>
    /// The routes are another router's, reported to us (BMP): nothing is refused for what it would mean to this router, and LOCAL_PREF is believed.
    /// </summary>
    public bool Monitored { get; init; }

    public bool IsInternal => PeerAsn == LocalAsn || Monitored;

    /// <summary>Next hops go on to it as they came: to an internal peer (RFC 4271 §5.1.3), and to a route server's client (RFC 7947 §2.2.1).</summary>
    internal bool PassesOnNextHops => IsInternal || RouteServerClient;

    /// <summary>Our own next hop for routes of a family; null when there is none, and then none can be announced.</summary>
    internal IPAddress? OwnNextHop(IpFamily family) =>
        family == IpFamily.V4
            ? NextHopV4 ?? (LocalAddress.AddressFamily == AddressFamily.InterNetwork ? LocalAddress : null)
            : NextHopV6 ?? (LocalAddress.AddressFamily == AddressFamily.InterNetworkV6 ? LocalAddress : null);

    internal UpdateCodec Codec =>
        new()
        {
            FourOctetAsn = FourOctetAsn,
            Internal = IsInternal,
            Ipv4 = V4,
            Ipv6 = V6,
            AddPathIpv4 = AddPathV4,
            AddPathIpv6 = AddPathV6,
            ExtendedNextHop = ExtendedNextHop || Monitored,
            AllowAsSets = AllowAsSets,
            Monitored = Monitored,
        };
}
