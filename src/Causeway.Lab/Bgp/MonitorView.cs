using Causeway.Bgp.Bmp;

namespace Causeway.Lab.Bgp;

/// <summary>All that is reported to a monitoring station at one instant.</summary>
internal sealed record MonitorAnswer(DateTimeOffset At, IReadOnlyList<MonitoredRouter> Routers);

/// <param name="Router">sysName, or the address until it is said.</param>
/// <param name="Faults">Messages that were malformed and passed over.</param>
internal sealed record MonitoredRouter(
    string Router,
    string Address,
    string Description,
    DateTimeOffset ConnectedAt,
    long Faults,
    string? LastFault,
    IReadOnlyList<MonitoredPeer> Peers
)
{
    public static MonitoredRouter Of(BmpRouter router) =>
        new(
            router.SystemName.Length > 0 ? router.SystemName : router.Remote.Address.ToString(),
            router.Remote.ToString(),
            router.SystemDescription,
            router.ConnectedAt,
            router.Faults,
            router.LastFault,
            [.. router.Peers.OrderBy(p => p.Name, StringComparer.Ordinal).Select(MonitoredPeer.Of)]
        );
}

/// <param name="DownReason">Why it is down, where the router told; null while it is up.</param>
internal sealed record MonitoredPeer(
    string Peer,
    string Asn,
    bool Up,
    DateTimeOffset Since,
    string? DownReason,
    IReadOnlyList<MonitoredTable> Tables
)
{
    public static MonitoredPeer Of(BmpPeerStatus peer) =>
        new(
            peer.Name,
            $"{peer.Header.Asn}",
            peer.Up,
            peer.Since,
            peer.Up ? null : Down(peer),
            [.. peer.Tables.Select(t => new MonitoredTable(Name(t.Table), t.V4, t.V6))]
        );

    /// <summary>RFC 7854 §4.9.</summary>
    private static string? Down(BmpPeerStatus peer) =>
        peer.DownReason switch
        {
            1 => $"the router sent {peer.DownNotification}",
            2 => "the router ended it",
            3 => $"the peer sent {peer.DownNotification}",
            4 => "the connection was lost",
            5 => "no longer monitored",
            6 => "the table is gone",
            _ => null,
        };

    private static string Name(BmpTable table) =>
        table switch
        {
            BmpTable.AdjRibIn => "in",
            BmpTable.AdjRibInAfterPolicy => "in after policy",
            BmpTable.AdjRibOut => "out",
            BmpTable.AdjRibOutAfterPolicy => "out after policy",
            _ => "loc-rib",
        };
}

/// <summary>Routes of one peer in one of the router's tables.</summary>
internal sealed record MonitoredTable(string Table, int Ipv4, int Ipv6);
