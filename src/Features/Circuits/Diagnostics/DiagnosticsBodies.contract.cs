namespace Causeway.Contracts.Circuits;

/// <param name="Age">Minutes.</param>
/// <param name="Interface"><c>On-Prem</c> or <c>Microsoft</c>.</param>
public sealed record ArpEntry(int Age, string Interface, string IpAddress, string MacAddress);

/// <param name="LocPrf">Local preference as text; empty where none is set.</param>
/// <param name="Path">AS path as text, nearest first.</param>
public sealed record RouteEntry(string Network, string NextHop, string LocPrf, int Weight, string Path);

/// <summary>A route that was heard and not accepted.</summary>
/// <param name="Reason">Number of docs/reasons.md.</param>
/// <param name="ReasonName">Its name: <c>OwnNetwork</c>.</param>
public sealed record RefusedRouteEntry(string Network, string NextHop, string Path, int Reason, string ReasonName);

/// <summary>How many routes of a session were refused for one reason of docs/reasons.md.</summary>
public sealed record RefusedBody(int Reason, string Name, int Routes);

/// <param name="V">BGP version.</param>
/// <param name="UpDown">Time in the state: <c>never</c>, <c>1:20:25</c>, <c>1d14h</c>, <c>8w4d</c>.</param>
/// <param name="StatePfxRcd">Number of prefixes when Established, else the state's name.</param>
public sealed record RouteSummaryEntry(string Neighbor, int V, long As, string UpDown, string StatePfxRcd);

/// <summary>As <see cref="RouteSummaryEntry"/>, with the names that cross connections have for it.</summary>
public sealed record CrossRouteSummaryEntry(string Neighbor, long Asn, string UpDown, string StateOrPrefixesReceived);

/// <summary>Octets carried. Members are absent where no router can measure them.</summary>
public sealed record StatsBody
{
    [System.Text.Json.Serialization.JsonPropertyName("primarybytesIn")]
    public long? PrimaryBytesIn { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("primarybytesOut")]
    public long? PrimaryBytesOut { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("secondarybytesIn")]
    public long? SecondaryBytesIn { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("secondarybytesOut")]
    public long? SecondaryBytesOut { get; init; }
}

/// <summary>
/// A BGP session as its router sees it: <c>GET …/peerings/{p}/sessions</c>. Apart from the peering's own state, which says whether the session is enabled
/// on our edge.
/// </summary>
/// <param name="Path"><c>primary</c> or <c>secondary</c>.</param>
/// <param name="Family"><c>IPv4</c> or <c>IPv6</c>.</param>
/// <param name="Neighbor">The customer's address.</param>
/// <param name="Enabled">Whether it is enabled on our edge (the BGP provisioning state).</param>
/// <param name="State">RFC 4271 §8.2.2; <c>Unknown</c> when the router has not been read.</param>
/// <param name="Since">When it entered the state.</param>
/// <param name="ObservedAt">When the router was read.</param>
/// <param name="AgeInSeconds">How old the observation is.</param>
public sealed record SessionBody(
    string Path,
    string Router,
    string Family,
    string Neighbor,
    string LocalAddress,
    long PeerASN,
    bool Enabled,
    string State,
    DateTimeOffset? Since,
    int? PrefixesReceived,
    int? PrefixesAccepted,
    int? PrefixesAnnounced,
    string? LastProblem,
    DateTimeOffset? ObservedAt,
    double? AgeInSeconds
)
{
    /// <summary>Why it cannot come up by the router's own doing: <c>NoLink</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Refused routes by reason; absent while the session was never read.</summary>
    public IReadOnlyList<RefusedBody>? PrefixesRefused { get; init; }

    /// <summary>Fingerprint of the configuration that the router had when it was read.</summary>
    public string? Revision { get; init; }
}
