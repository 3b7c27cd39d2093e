using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Api.Circuits;

/// <summary>Looks at what comes over a circuit's public peerings from the other side: which of it the Internet reaches as well.</summary>
internal sealed class InternetSide(IRouters routers, IInternetPaths internet, CircuitDesk desk)
{
    /// <summary>Routes of one peering that are looked at: its prefix limit, with room.</summary>
    private const int MostRoutes = 512;

    /// <summary>One for each prefix of each peering. None from a node that does not drive the circuit's routers: it has no tables to judge from.</summary>
    public async ValueTask<IReadOnlyList<Finding>> FindingsAsync(Circuit circuit, CancellationToken cancellation)
    {
        var found = new List<Finding>();
        if (circuit is not { IsOnRouters: true, Edge: { } edge })
            return found;
        foreach (Peering peering in circuit.Peerings.Where(p => p.State.IsWanted && p.Families.Any(f => f.Configured.Public is not null)))
        {
            var seen = new HashSet<IpPrefix>();
            foreach (Side side in Sides.Both)
                if (routers.Reader(edge.RouterOf(side)) is { } reader)
                    await foreach (RouteReport route in reader.RoutesAsync(Accepted(circuit, peering), cancellation))
                        if (
                            seen.Add(route.Prefix)
                            && SeparateEdges.Judge(
                                circuit,
                                peering,
                                reader.Router,
                                route,
                                await internet.ToAsync(route.Prefix, cancellation),
                                desk.Topology.Asn
                            )
                                is { } finding
                        )
                            found.Add(finding);
        }
        return found;
    }

    private static RouteQuestion Accepted(Circuit circuit, Peering peering) =>
        new(circuit.InstanceOf(peering.Type), Stage: RouteStage.Accepted, Limit: MostRoutes);
}
