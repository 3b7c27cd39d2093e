using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>One neighbor as it is now. A copy: it does not change afterwards.</summary>
public sealed record NeighborStatus
{
    public required string Instance { get; init; }
    public required string Name { get; init; }
    public required Asn PeerAsn { get; init; }
    public required Asn LocalAsn { get; init; }
    public required IPAddress PeerAddress { get; init; }
    public required IPAddress LocalAddress { get; init; }

    public required SessionStateName State { get; init; }

    /// <summary>When <see cref="State"/> was entered.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>False while held down by configuration.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Times that the session reached Established.</summary>
    public required int TimesEstablished { get; init; }

    /// <summary>When it last left Established; null when it never has.</summary>
    public DateTimeOffset? WasUpUntil { get; init; }

    /// <summary>Why the last session or attempt ended, in operators' words; null when none has.</summary>
    public string? LastError { get; init; }
    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>The NOTIFICATION that ended it, when there was one.</summary>
    public Notification? LastSent { get; init; }
    public Notification? LastReceived { get; init; }

    /// <summary>Negotiated; null unless Established.</summary>
    public TimeSpan? HoldTime { get; init; }

    /// <summary>The peer's BGP identifier; null unless Established.</summary>
    public IPAddress? PeerRouterId { get; init; }

    /// <summary>What the peer offered; empty unless Established.</summary>
    public IReadOnlyList<Capability> PeerCapabilities { get; init; } = [];

    /// <summary>Who opened the connection; null unless Established.</summary>
    public bool? OpenedByUs { get; init; }

    public required MessageCounters Messages { get; init; }

    /// <summary>Per negotiated family while Established; of a peer that is away for a graceful restart, those whose routes wait for it; else empty.</summary>
    public IReadOnlyList<FamilyStatus> Families { get; init; } = [];
}

/// <summary>Messages of all types since the neighbor was configured, and how many of them were UPDATEs and ROUTE-REFRESHes.</summary>
public sealed record MessageCounters(long Received, long Sent, long UpdatesReceived, long UpdatesSent, long RefreshesReceived);

/// <summary>Counts of one family.</summary>
/// <param name="Received">Routes held before policy.</param>
/// <param name="Accepted">Routes that the import policy let through.</param>
/// <param name="Refused">Routes refused, by reason.</param>
/// <param name="Advertised">Routes announced to the peer.</param>
/// <param name="EndOfRib">The peer has said that its first transfer is complete (RFC 4724).</param>
/// <param name="Stale">Routes of those received that wait to be announced again, after a restart or during a refresh.</param>
public sealed record FamilyStatus(
    IpFamily Family,
    int Received,
    int Accepted,
    IReadOnlyList<KeyValuePair<RefuseReason, int>> Refused,
    int Advertised,
    bool EndOfRib,
    int Stale = 0
);
