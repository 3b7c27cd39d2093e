using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Routers;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary>
/// A connection with what is so of it now: whether the circuit's routers have followed, and whether a session carries it. Derived at every read, stored
/// nowhere.
/// </summary>
internal sealed record ConnectionView(Versioned<Connection> Connection, string ProvisioningState, string Status);

/// <summary>Looks at circuits and routers for what connections show.</summary>
public sealed class ConnectionStatus(NetworkReader reader, IRouters routers)
{
    internal async ValueTask<ConnectionView> ViewAsync(Versioned<Connection> connection, CancellationToken cancellation)
    {
        Circuit? circuit = await CircuitOf(connection.Resource, cancellation);
        return new ConnectionView(connection, ProvisioningState(connection.Resource, circuit), StatusOf(circuit));
    }

    /// <summary>The customer's routes that the circuit accepted, from each router of its pair.</summary>
    internal async ValueTask<IReadOnlyList<GatewayRoute>> LearnedAsync(Connection connection, CancellationToken cancellation)
    {
        if (await CircuitOf(connection, cancellation) is not { Edge: { } edge, IsOnRouters: true } circuit)
            return [];
        var routes = new List<GatewayRoute>();
        string instance = circuit.InstanceOf(PeeringType.AzurePrivatePeering);
        foreach (string router in (string[])[edge.Primary, edge.Secondary])
            if (routers.Find(router) is { } driver)
                foreach (RouteObservation route in await driver.ReceivedRoutesAsync(instance, cancellation))
                    if (route.RefuseReason == 0)
                        routes.Add(new GatewayRoute(route.Prefix.ToString(), "EBgp", route.NextHop, router, route.AsPath, route.Weight));
        return routes;
    }

    private ValueTask<Circuit?> CircuitOf(Connection connection, CancellationToken cancellation) =>
        Resource(reader.ReadAsync<Circuit>(Circuit.ResourceType, connection.Circuit, cancellation));

    private static async ValueTask<Circuit?> Resource(ValueTask<Versioned<Circuit>?> read) => (await read)?.Resource;

    private static string ProvisioningState(Connection connection, Circuit? circuit) =>
        circuit?.FindLink(connection.Id) is not { } link ? "Deleting"
        : circuit.IsOnRouters && circuit.Applied < link.Generation ? "Updating"
        : "Succeeded";

    /// <summary>Connected when a session of the private peering is established on a router of the pair, and never otherwise.</summary>
    private string StatusOf(Circuit? circuit)
    {
        if (circuit is not { IsOnRouters: true, Edge: { } edge } || circuit.FindPeering(PeeringType.AzurePrivatePeering) is null)
            return "NotConnected";
        string instance = circuit.InstanceOf(PeeringType.AzurePrivatePeering);
        ImmutableArray<RouterObservation?> seen = [routers.Latest(edge.Primary), routers.Latest(edge.Secondary)];
        if (seen.All(o => o is null))
            return "Unknown";
        IEnumerable<SessionObservation> sessions = seen.OfType<RouterObservation>()
            .SelectMany(o => o.Sessions)
            .Where(s => s.Instance == instance);
        return sessions.Any(s => s.IsEstablished) ? "Connected"
            : sessions.Any() ? "Connecting"
            : "NotConnected";
    }
}
