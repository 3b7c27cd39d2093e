using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.InternetPeering;

/// <summary>What runs from before in the place of connections that are to be approved, as routers show it now.</summary>
internal sealed class LegacySessions(Engine engine, LegacyPeerWorkflow legacy, PeeringSessions sessions, Func<NetworkTopology> topology)
{
    /// <summary>Those that are Established and were not converted; where an exchange has several routers, on one of them at least.</summary>
    public async ValueTask<EquatableArray<SessionFromBefore>> RunningAsync(Peering peering, CancellationToken cancellation)
    {
        var running = new List<SessionFromBefore>();
        foreach (Connection connection in peering.Connections)
            if (
                connection is { IsLegacy: true, State: ConnectionState.PendingApproval }
                && connection.PlaceIn(topology()) is { } place
                && await engine.ReadAsync(
                    legacy,
                    LegacyPeer.IdOf(connection.Site, peering.PeerAsn, connection.Families.Select(f => f.Peer.Peer)),
                    cancellation
                )
                    is { Resource.ConvertedTo: null }
            )
                running.AddRange(
                    (await sessions.AtAsync(place, peering.PeerAsn, connection.Families, cancellation))
                        .Where(s => s.Report is { IsEstablished: true })
                        .GroupBy(s => s.Theirs)
                        .Select(s => new SessionFromBefore(connection.Site, s.Key, s.Max(one => one.Report!.Received ?? 0)))
                );
        return [.. running];
    }
}
