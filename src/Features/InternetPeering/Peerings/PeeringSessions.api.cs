using System.Collections.Concurrent;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Api.InternetPeering;

/// <summary>What our routers say of peerings' sessions, the same on every node. An exchange's instance is asked for once for all that is shown of it at one time.</summary>
internal sealed class PeeringSessions(IRouters routers, Func<NetworkTopology> topology, TimeProvider time)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<
        (string Router, string Instance),
        (long At, IReadOnlyDictionary<string, SessionReport> Sessions, Seen<InstanceReport>? Seen)
    > _known = [];

    /// <summary>Each session that a connection wants, with what is known of it.</summary>
    public async ValueTask<IReadOnlyList<KnownSession>> OfAsync(Peering peering, Connection connection, CancellationToken cancellation)
    {
        return connection.State.HasSession && connection.PlaceIn(topology()) is { } place
            ? await AtAsync(place, peering.PeerAsn, connection.Families, cancellation)
            : [];
    }

    /// <summary>The sessions with a peer's addresses at a place.</summary>
    public async ValueTask<IReadOnlyList<KnownSession>> AtAsync(
        MeetingPlace place,
        Asn peerAsn,
        IEnumerable<(IpFamily Family, PeerFamily Peer)> addresses,
        CancellationToken cancellation
    )
    {
        var sessions = new List<KnownSession>();
        foreach (ExchangeRouter router in place.Routers)
        foreach ((IpFamily family, PeerFamily peer) in addresses)
            if (router.Address(family) is { } ours)
            {
                (_, IReadOnlyDictionary<string, SessionReport> known, Seen<InstanceReport>? seen) = await InstanceAsync(
                    router.Router.Name,
                    place.Instance,
                    cancellation
                );
                string name = Connection.SessionOf(peerAsn, peer);
                sessions.Add(
                    new KnownSession(
                        router.Router.Name,
                        name,
                        family,
                        peer.Address,
                        ours.ToString(),
                        known.GetValueOrDefault(name),
                        seen?.At
                    )
                );
            }
        return sessions;
    }

    /// <summary>The state of a family as the wire has it: the worst of our routers', or what is under way.</summary>
    public static string StateOf(Connection connection, IpFamily family, MeetingPlace? place, IReadOnlyList<KnownSession> sessions)
    {
        if (connection.FamilyOf(family) is not { } peer)
            return "None";
        switch (connection.State)
        {
            case ConnectionState.PendingRemove:
                return "PendingRemove";
            case ConnectionState.Approved or ConnectionState.ProvisioningStarted:
                return "PendingAdd";
            case { HasSession: false }:
                return "None";
        }
        if (place is not null && !connection.IsReadBack(place))
            return connection.State is ConnectionState.Active && !peer.IsProven ? "PendingAdd" : "PendingUpdate";
        return WorstOf(sessions, family);
    }

    /// <summary>The state that is farthest from Established; <c>None</c> where there is no session.</summary>
    public static string WorstOf(IEnumerable<KnownSession> sessions, IpFamily family) =>
        sessions.Where(s => s.Family == family).MinBy(s => Rank(s.Report?.State))?.Report?.State ?? "None";

    private static int Rank(string? state) =>
        state switch
        {
            "Established" => 6,
            "OpenConfirm" => 5,
            "OpenSent" => 4,
            "Active" => 3,
            "Connect" => 2,
            "Idle" => 1,
            _ => 0,
        };

    private async ValueTask<(long At, IReadOnlyDictionary<string, SessionReport> Sessions, Seen<InstanceReport>? Seen)> InstanceAsync(
        string router,
        string instance,
        CancellationToken cancellation
    )
    {
        if (_known.TryGetValue((router, instance), out var known) && time.GetElapsedTime(known.At) < s_fresh)
            return known;
        // As old as the question: an answer that was long on its way is not kept as if it were of now.
        long asked = time.GetTimestamp();
        Seen<InstanceReport>? seen = await routers.InstanceAsync(router, instance, cancellation);
        known = (
            asked,
            seen?.Value.Sessions.ToDictionary(s => s.Name, StringComparer.Ordinal) ?? new Dictionary<string, SessionReport>(),
            seen
        );
        _known[(router, instance)] = known;
        return known;
    }
}

/// <param name="Report">Null when the router has it not, or cannot be asked.</param>
/// <param name="At">When its router was read; null when it was not.</param>
internal sealed record KnownSession(
    string Router,
    string Name,
    IpFamily Family,
    string Theirs,
    string Ours,
    SessionReport? Report,
    DateTimeOffset? At
);
