using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.InternetPeering;

/// <summary>Sessions from before: their rows, and which of them run, as routers show it now.</summary>
internal sealed class LegacySessions(Engine engine, LegacyPeerWorkflow legacy, PeeringSessions sessions, Func<NetworkTopology> topology)
{
    /// <summary>The rows of all sessions from before at an exchange, converted ones too.</summary>
    public static IAsyncEnumerable<StoredResource> RowsAsync(IStore store, Exchange exchange, CancellationToken cancellation) =>
        store.AllAsync(
            new ResourceQuery
            {
                Type = LegacyPeer.ResourceType,
                Label = LegacyPeer.ExchangeLabel(exchange.Name),
                Most = 1000,
            },
            cancellation
        );

    /// <summary>Those in the place of connections that are to be approved that are Established and were not converted; where an exchange has several routers, on one of them at least.</summary>
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
