using System.Collections.Immutable;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Session;

/// <summary>What both OPENs together mean.</summary>
/// <param name="HoldTime">The smaller of both; zero for none (RFC 4271 §4.2).</param>
/// <param name="Codec">How to read the peer's UPDATEs.</param>
public sealed record Negotiated(OpenMessage PeerOpen, TimeSpan HoldTime, ImmutableArray<IpFamily> Families, UpdateCodec Codec)
{
    /// <summary>What is configured for it.</summary>
    public TimeSpan? LongestKeepalive { get; init; }

    /// <summary>A third of the hold time (RFC 4271 §10), or less where that is configured; zero for none.</summary>
    public TimeSpan KeepaliveInterval => LongestKeepalive is { } longest && longest < HoldTime / 3 ? longest : HoldTime / 3;

    public bool RouteRefresh => PeerOpen.Find<Capability.RouteRefresh>() is not null;
    public bool EnhancedRouteRefresh => PeerOpen.Find<Capability.EnhancedRouteRefresh>() is not null;

    /// <summary>The peer keeps forwarding over its restart, and its routes may be kept as stale for this long (RFC 4724 §4.2).</summary>
    public Capability.GracefulRestart? GracefulRestart => PeerOpen.Find<Capability.GracefulRestart>();

    /// <summary>Longest message that we may send.</summary>
    public int MaximumMessage => Codec.MaximumMessage;

    /// <summary>Judges a peer's OPEN against configuration (RFC 4271 §6.2, RFC 9234 §4.2).</summary>
    /// <returns>The outcome, or the NOTIFICATION and a detail in words.</returns>
    public static (Negotiated? Agreed, Notification? Refused, string? Detail) Judge(OpenMessage open, SessionSettings settings)
    {
        if (open.Asn != settings.PeerAsn)
        {
            string found = $"peer says AS {open.Asn}, configured is AS {settings.PeerAsn}";
            return (null, new Notification(NotificationCode.OpenMessageError, 2, []), found);
        }
        if (open.Identifier == settings.Identifier && settings.LocalAsn == settings.PeerAsn)
            return (null, new Notification(NotificationCode.OpenMessageError, 3, []), "peer has our own BGP identifier");
        if (RoleMismatch(open, settings) is string mismatch)
            return (null, new Notification(NotificationCode.OpenMessageError, Notification.RoleMismatch, []), mismatch);

        ImmutableArray<IpFamily> offered =
        [
            .. open.Capabilities.OfType<Capability.MultiProtocol>().Where(m => m.Safi == 1 && m.Afi is 1 or 2).Select(m => (IpFamily)m.Afi),
        ];
        // A peer without the multiprotocol capability speaks IPv4 unicast (RFC 4760 §8).
        if (!open.Capabilities.OfType<Capability.MultiProtocol>().Any())
            offered = [IpFamily.V4];
        ImmutableArray<IpFamily> families = [.. settings.Families.Where(f => offered.Contains(f)).Distinct()];
        if (families.IsEmpty)
        {
            string detail = $"no common address family: we offer {List(settings.Families)}, the peer {List(offered)}";
            return (null, new Notification(NotificationCode.OpenMessageError, 7, [.. MissingFamilies(settings)]), detail);
        }
        ushort hold = Math.Min(open.HoldTime, settings.HoldTimeSeconds);
        var codec = new UpdateCodec
        {
            FourOctetAsn = open.Find<Capability.FourOctetAsn>() is not null,
            Internal = settings.LocalAsn == settings.PeerAsn,
            Ipv4 = families.Contains(IpFamily.V4),
            Ipv6 = families.Contains(IpFamily.V6),
            AddPathIpv4 = settings.AddPathReceive && families.Contains(IpFamily.V4) && PeerSendsPaths(open, IpFamily.V4),
            AddPathIpv6 = settings.AddPathReceive && families.Contains(IpFamily.V6) && PeerSendsPaths(open, IpFamily.V6),
            MaximumMessage = open.Find<Capability.ExtendedMessage>() is not null
                ? MessageHeader.ExtendedMaximum
                : MessageHeader.StandardMaximum,
        };
        return (new Negotiated(open, TimeSpan.FromSeconds(hold), families, codec) { LongestKeepalive = settings.Keepalive }, null, null);
    }

    private static bool PeerSendsPaths(OpenMessage open, IpFamily family) =>
        open.Find<Capability.AddPath>() is { } addPath
        && addPath.Families.Any(f => f.Afi == (ushort)family && f.Safi == 1 && f.Mode is 2 or 3);

    /// <summary>Null when the roles fit, or when one side has none and need not (RFC 9234 §4.2).</summary>
    private static string? RoleMismatch(OpenMessage open, SessionSettings settings)
    {
        byte[] values = [.. open.Capabilities.OfType<Capability.Role>().Select(r => r.Value).Distinct()];
        if (settings.Role is not BgpRole ours)
            return null;
        if (values.Length == 0)
            return settings.RoleRequired ? $"we are {ours}, and the peer states no role" : null;
        if (values.Length > 1)
            return "peer sent several roles";
        bool fits = (ours, (BgpRole)values[0]) switch
        {
            (BgpRole.Provider, BgpRole.Customer) or (BgpRole.Customer, BgpRole.Provider) => true,
            (BgpRole.RouteServer, BgpRole.RouteServerClient) or (BgpRole.RouteServerClient, BgpRole.RouteServer) => true,
            (BgpRole.Peer, BgpRole.Peer) => true,
            _ => false,
        };
        return fits ? null : $"we are {ours}, the peer says that it is {(BgpRole)values[0]}";
    }

    private static byte[] MissingFamilies(SessionSettings settings) =>
        [.. settings.Families.SelectMany(f => new byte[] { 1, 4, 0, (byte)f, 0, 1 })];

    private static string List(EquatableArray<IpFamily> families) =>
        families.IsEmpty ? "none" : string.Join(", ", families.Select(f => f == IpFamily.V4 ? "IPv4" : "IPv6"));
}
