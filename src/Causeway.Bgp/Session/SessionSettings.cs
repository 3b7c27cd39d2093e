using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Session;

/// <summary>What the state machine must know of a neighbor's configuration.</summary>
public sealed record SessionSettings
{
    public required Asn LocalAsn { get; init; }
    public required Asn PeerAsn { get; init; }

    /// <summary>Our BGP identifier as a number.</summary>
    public required uint Identifier { get; init; }
    public required ushort HoldTimeSeconds { get; init; }
    public required EquatableArray<IpFamily> Families { get; init; }
    public bool Passive { get; init; }
    public BgpRole? Role { get; init; }
    public bool RoleRequired { get; init; }
    public bool AddPathReceive { get; init; }
    public TimeSpan ConnectRetry { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan ConnectRetryMaximum { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Wait this long for the peer's OPEN before sending ours (RFC 4271 §8.1.1, option 12); null sends at once.</summary>
    public TimeSpan? DelayOpen { get; init; }

    /// <summary>Longest pause between KEEPALIVEs; null for a third of the hold time.</summary>
    public TimeSpan? Keepalive { get; init; }

    /// <summary>The peer is asked to keep our routes while we restart.</summary>
    public GracefulRestart? GracefulRestart { get; init; }

    public static SessionSettings Of(SpeakerConfiguration speaker, NeighborConfiguration neighbor) =>
        new()
        {
            LocalAsn = neighbor.LocalAsn ?? speaker.Asn,
            PeerAsn = neighbor.PeerAsn,
            Identifier = (uint)(IpPrefix.BitsOf(speaker.RouterId) >> 96),
            HoldTimeSeconds = (ushort)Math.Clamp(neighbor.HoldTime.TotalSeconds, 0, ushort.MaxValue),
            Families = neighbor.Families,
            Passive = neighbor.Passive,
            Role = neighbor.Role,
            RoleRequired = neighbor.RoleRequired,
            AddPathReceive = neighbor.AddPathReceive,
            ConnectRetry = neighbor.ConnectRetry,
            ConnectRetryMaximum = neighbor.ConnectRetryMaximum,
            DelayOpen = neighbor.DelayOpen,
            Keepalive = neighbor.Keepalive,
            GracefulRestart = neighbor.GracefulRestart,
        };

    /// <summary>What goes into our OPEN. Add-path is offered for receiving only.</summary>
    /// <param name="restarted">We are back from a restart: the peer need not wait for us to say what it has said (RFC 4724 §3, Restart State).</param>
    public OpenMessage OwnOpen(bool restarted) =>
        OpenMessage.Create(
            LocalAsn,
            HoldTimeSeconds,
            Identifier,
            [
                .. Families.Select(Capability.MultiProtocol.Unicast),
                new Capability.RouteRefresh(),
                new Capability.EnhancedRouteRefresh(),
                new Capability.ExtendedMessage(),
                .. Role is BgpRole role ? [new Capability.Role((byte)role)] : Array.Empty<Capability>(),
                // Without a family: we keep a peer's routes while it restarts, and have none kept.
                new Capability.GracefulRestart(
                    restarted && GracefulRestart is not null,
                    false,
                    (ushort)(GracefulRestart?.RestartTime.TotalSeconds ?? 0),
                    GracefulRestart is { } restart
                        ? [.. Families.Select(f => new Capability.GracefulRestart.FamilyState((ushort)f, 1, restart.PreservesForwarding))]
                        : []
                ),
                .. AddPathReceive
                    ? [new Capability.AddPath([.. Families.Select(f => new Capability.AddPath.FamilyMode((ushort)f, 1, 1))])]
                    : Array.Empty<Capability>(),
            ]
        );

    /// <summary>How long to wait before the next attempt: doubled with every failure up to the maximum.</summary>
    public TimeSpan BackOff(int failures)
    {
        double factor = Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        TimeSpan wait = ConnectRetry * factor;
        return wait < ConnectRetryMaximum ? wait
            : ConnectRetryMaximum > ConnectRetry ? ConnectRetryMaximum
            : ConnectRetry;
    }
}
