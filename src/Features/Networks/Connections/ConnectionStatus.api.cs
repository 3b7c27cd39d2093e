using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Networks;
using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Networks;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary>
/// Connections with what is so of them now: whether the circuit's routers have followed, and whether a session carries them. Derived at every read,
/// stored nowhere.
/// </summary>
internal sealed class ConnectionStatus(
    Tracked<Circuit> circuits,
    IRouters routers,
    RouteTables tables,
    Func<NetworkTopology> topology,
    TimeProvider time
) : IExplains<Connection>
{
    /// <summary>Its provisioning state and its connection status.</summary>
    public async ValueTask<(string ProvisioningState, string Status)> OfAsync(Connection connection, CancellationToken cancellation)
    {
        Circuit? circuit = await CircuitOf(connection, cancellation);
        return (ProvisioningState(connection, circuit), await StatusOfAsync(circuit, cancellation));
    }

    public async ValueTask<Finding> ExplainAsync(Connection resource, CancellationToken cancellation)
    {
        (_, string status) = await OfAsync(resource, cancellation);
        return status == "Connected"
            ? ConnectionFindings.Connected.Found(
                FindingLevel.Ok,
                null,
                null,
                ("connection", resource.Id.Name),
                ("circuit", resource.Circuit.Name)
            )
            : ConnectionFindings.NotConnected.Found(
                FindingLevel.Blocking,
                null,
                null,
                ("connection", resource.Id.Name),
                ("status", status),
                ("circuit", resource.Circuit.Name)
            );
    }

    /// <summary>The customer's routes that the circuit accepted, from each router of its pair.</summary>
    public async ValueTask<IReadOnlyList<GatewayRouteBody>> LearnedAsync(Connection connection, CancellationToken cancellation)
    {
        if (await CircuitOf(connection, cancellation) is not { Edge: { } edge, IsOnRouters: true } circuit)
            return [];
        var routes = new List<GatewayRouteBody>();
        foreach (Side side in Sides.Both)
            if (topology().FindRouter(edge.RouterOf(side)) is { } router)
                foreach (RouteEntry route in await tables.LearnedAsync(circuit, side, cancellation))
                    routes.Add(
                        new GatewayRouteBody(
                            route.Network,
                            route.NextHop,
                            AddressOf(router),
                            "EBgp",
                            route.Path,
                            LearnedWeight + connection.Options.RoutingWeight
                        )
                    );
        return routes;
    }

    /// <summary>Azure's weight of what a gateway learned; a connection's routing weight is added, so that the preferred circuit's routes have the higher.</summary>
    private const int LearnedWeight = 32769;

    /// <summary>The routers of its circuit, as peers of the gateway.</summary>
    public async ValueTask<IReadOnlyList<GatewayPeerBody>> PeersAsync(Connection connection, CancellationToken cancellation)
    {
        if (await CircuitOf(connection, cancellation) is not { Edge: { } edge, IsOnRouters: true } circuit)
            return [];
        CircuitSeen seen = await CircuitDiagnostics.SeenAsync(routers, circuit, PeeringType.AzurePrivatePeering, cancellation);
        var peers = new List<GatewayPeerBody>();
        foreach (Side side in Sides.Both)
            if (topology().FindRouter(edge.RouterOf(side)) is { } router)
            {
                InstanceReport? read = seen.On(side).Instance?.Value;
                bool carried = circuit.FindLink(connection.Id) is { } link && circuit.On(side).Applied >= link.Generation;
                peers.Add(
                    new GatewayPeerBody(
                        null,
                        AddressOf(router),
                        topology().Asn.Value,
                        read is null ? "Unknown"
                            : carried ? "Connected"
                            : "Connecting",
                        read is null ? null : (await tables.LearnedAsync(circuit, side, cancellation)).Count
                    )
                );
            }
        return peers;
    }

    /// <summary>How a router is named as a gateway's peer: its BGP identifier.</summary>
    private static string AddressOf(RouterDefinition router) => router.RouterId.ToString();

    private async ValueTask<Circuit?> CircuitOf(Connection connection, CancellationToken cancellation) =>
        (await circuits.ReadAsync(connection.Circuit, cancellation))?.Resource;

    private static string ProvisioningState(Connection connection, Circuit? circuit) =>
        circuit?.FindLink(connection.Id) is not { } link ? "Deleting"
        : circuit.IsOnRouters && circuit.Applied < link.Generation ? "Updating"
        : "Succeeded";

    /// <summary>Connected when a session of the private peering is established on a router of the pair, and never otherwise.</summary>
    private async ValueTask<string> StatusOfAsync(Circuit? circuit, CancellationToken cancellation)
    {
        if (circuit is not { IsOnRouters: true } || circuit.FindPeering(PeeringType.AzurePrivatePeering) is null)
            return "NotConnected";
        CircuitSeen known = await CircuitDiagnostics.SeenAsync(routers, circuit, PeeringType.AzurePrivatePeering, cancellation);
        Seen<InstanceReport>[] seen = [.. Sides.Both.Select(s => known.On(s).Instance).OfType<Seen<InstanceReport>>()];
        // What was read long ago says nothing of now.
        Seen<InstanceReport>[] fresh = [.. seen.Where(s => s.IsNow || time.GetUtcNow() - s.At <= CircuitSeen.Fresh)];
        if (fresh.Length == 0)
            return "Unknown";
        IEnumerable<SessionReport> sessions = fresh.SelectMany(s => s.Value.Sessions).Where(s => CircuitsOnRouters.IsCustomers(s.Name));
        return sessions.Any(s => s.IsEstablished) ? "Connected"
            : sessions.Any() ? "Connecting"
            : "NotConnected";
    }
}
