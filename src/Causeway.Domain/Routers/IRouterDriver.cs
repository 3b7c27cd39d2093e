using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// Drives one router. Whatever it is made of, it takes a whole intent, and says what is so. Calls may come at any time and from several threads;
/// applying the same intent twice changes nothing.
/// </summary>
public interface IRouterDriver : IAsyncDisposable
{
    /// <summary>Router name in the topology.</summary>
    string Router { get; }

    /// <summary>
    /// Makes the router be what the intent says, reads back, and answers when it is in place (sessions need not be up). What the router cannot take is
    /// said in the result; the rest is applied.
    /// </summary>
    Task<ApplyResult> ApplyAsync(RouterIntent intent, CancellationToken cancellation);

    /// <summary>Session states as the router says now. Empty before the first intent.</summary>
    Task<RouterObservation> ObserveAsync(CancellationToken cancellation);

    /// <summary>Routes received from the customer in one instance, refused ones with their reason.</summary>
    Task<IReadOnlyList<RouteObservation>> ReceivedRoutesAsync(string instance, CancellationToken cancellation);

    /// <summary>Routes announced to the customer in one instance.</summary>
    Task<IReadOnlyList<RouteObservation>> AnnouncedRoutesAsync(string instance, CancellationToken cancellation);

    /// <summary>
    /// Another node drives this router from now on. A router that lives in this process ends: its sessions must not stand beside those of the other
    /// node. One that stands somewhere else is left as it is.
    /// </summary>
    Task ReleaseAsync(CancellationToken cancellation);

    /// <summary>Raised when a session changed state; the observer then asks. May be raised too often.</summary>
    event Action<string>? SessionsChanged;
}

/// <param name="Problems">Instances that could not be put in place, with the reason; empty when all is well.</param>
public sealed record ApplyResult(IReadOnlyDictionary<string, string> Problems)
{
    public static readonly ApplyResult Clean = new(new Dictionary<string, string>());
}

/// <param name="At">When it was read.</param>
public sealed record RouterObservation(string Router, DateTimeOffset At, IReadOnlyList<SessionObservation> Sessions);

/// <summary>One session as the router sees it.</summary>
/// <param name="State">RFC 4271 §8.2.2 name: Idle, Connect, Active, OpenSent, OpenConfirm, Established.</param>
/// <param name="Since">When it entered that state.</param>
/// <param name="LastProblem">Why it last went down, in operators' words; null if it never did.</param>
/// <param name="BytesIn">Absent when the driver cannot measure it.</param>
public sealed record SessionObservation(
    string Instance,
    IpFamily Family,
    string Neighbor,
    Asn PeerAsn,
    string State,
    DateTimeOffset Since,
    int PrefixesReceived,
    int PrefixesAccepted,
    int PrefixesAnnounced,
    string? LastProblem,
    long? BytesIn = null,
    long? BytesOut = null
)
{
    public bool IsEstablished => State == "Established";
}

/// <summary>One route.</summary>
/// <param name="AsPath">As text, nearest ASN first; empty for routes of our own.</param>
/// <param name="LocalPreference">Null where not set.</param>
/// <param name="RefuseReason">0 when accepted; else the number of docs/reasons.md.</param>
public sealed record RouteObservation(
    IpPrefix Prefix,
    string NextHop,
    string AsPath,
    uint? LocalPreference,
    int Weight,
    int RefuseReason,
    string? RefuseText,
    DateTimeOffset? ReceivedAt
);
