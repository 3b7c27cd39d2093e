using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>What a neighbor tells about itself.</summary>
internal sealed partial class Neighbor
{
    /// <summary>Its place in the tables while it is Established, or away with routes that wait for it (RFC 4724).</summary>
    public RibPeer? Peer => _session?.Peer ?? _stale?.Peer;

    public AdjRibOut? Out => _session?.Out;

    /// <summary>True when a new configuration can be taken without ending the session.</summary>
    public bool CanBecome(string instance, NeighborConfiguration next, SessionSettings settings)
    {
        NeighborConfiguration now = Configuration;
        return Instance == instance
            && Settings == settings
            && now.Name == next.Name
            && now.PeerPort == next.PeerPort
            && now.Md5Key == next.Md5Key
            && now.TtlSecurityHops == next.TtlSecurityHops
            && now.AllowAsSets == next.AllowAsSets
            && now.RouteServerClient == next.RouteServerClient
            && Equals(now.NextHopV4, next.NextHopV4)
            && Equals(now.NextHopV6, next.NextHopV6);
    }

    public NeighborStatus Status()
    {
        lock (Gate)
        {
            SessionDriver shown = _rival is not null && _rival.State.Name > _main.State.Name ? _rival : _main;
            var status = new NeighborStatus
            {
                Instance = Instance,
                Name = Configuration.Name,
                PeerAsn = Settings.PeerAsn,
                LocalAsn = Settings.LocalAsn,
                PeerAddress = Configuration.PeerAddress,
                LocalAddress = Configuration.LocalAddress,
                State = shown.State.Name,
                Since = _since,
                Enabled = Configuration.Enabled,
                TimesEstablished = _timesEstablished,
                WasUpUntil = _wasUpUntil,
                LastError = _lastEnd?.Text,
                LastErrorAt = _lastEndAt,
                LastSent = _lastEnd?.Sent,
                LastReceived = _lastEnd?.Received,
                Messages = new MessageCounters(
                    _received,
                    _sent + Interlocked.Read(ref _routesSent),
                    _updatesReceived,
                    Interlocked.Read(ref _updatesSent),
                    _refreshesReceived
                ),
            };
            return _session is not null ? WithSession(status, _session)
                : _stale?.Peer is { } away ? status with { Families = Waiting(away) }
                : status;
        }
    }

    /// <summary>The routes that wait for a peer that restarts, of the families that have any.</summary>
    private static FamilyStatus[] Waiting(RibPeer away) =>
        [
            .. new[] { IpFamily.V4, IpFamily.V6 }
                .Select(family => (family, counters: away.Counters(family)))
                .Where(f => f.counters.Received > 0)
                .Select(f => new FamilyStatus(
                    f.family,
                    f.counters.Received,
                    f.counters.Accepted,
                    f.counters.RefusedByReason(),
                    0,
                    false,
                    f.counters.Stale
                )),
        ];

    private static NeighborStatus WithSession(NeighborStatus status, TableSession session) =>
        status with
        {
            HoldTime = session.Negotiated.HoldTime,
            PeerRouterId = session.Negotiated.PeerOpen.RouterId,
            PeerCapabilities = session.Negotiated.PeerOpen.Capabilities,
            OpenedByUs = session.Connection.Outgoing,
            Families =
            [
                .. session.Negotiated.Families.Select(family =>
                {
                    PrefixCounters counters = session.Peer.Counters(family);
                    return new FamilyStatus(
                        family,
                        counters.Received,
                        counters.Accepted,
                        counters.RefusedByReason(),
                        session.Out.Advertised(family),
                        session.EndOfRib(family),
                        counters.Stale
                    );
                }),
            ],
        };
}
