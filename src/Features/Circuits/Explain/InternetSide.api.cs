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
    /// <param name="only">Of this peering alone; null for all, and what concerns the circuit as a whole.</param>
    public async ValueTask<IReadOnlyList<Finding>> FindingsAsync(Circuit circuit, CancellationToken cancellation, PeeringType? only = null)
    {
        var found = new List<Finding>();
        if (circuit is not { IsOnRouters: true, Edge: { } edge })
            return found;
        if (
            only is null
            && await HasDefaultRouteAsync(circuit, edge, cancellation)
            && !circuit.Peerings.Any(PublicFindings.ReachesServices)
        )
            found.Add(SeparateEdges.DefaultRouting.Found(FindingLevel.Warning, "customer"));
        foreach (
            Peering peering in circuit.Peerings.Where(p =>
                (only is null || p.Type == only) && p.State.IsWanted && p.Families.Any(f => f.Configured.Public is not null)
            )
        )
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

    /// <summary>Whether private peering takes everything that is not known better: the first route in the order of prefixes is the default route.</summary>
    private async ValueTask<bool> HasDefaultRouteAsync(Circuit circuit, Edge edge, CancellationToken cancellation)
    {
        if (circuit.FindPeering(PeeringType.AzurePrivatePeering) is not { State.IsWanted: true } peering)
            return false;
        foreach (Side side in Sides.Both)
        foreach ((IpFamily family, _) in peering.Families)
            if (routers.Reader(edge.RouterOf(side)) is { } reader)
                await foreach (
                    RouteReport route in reader.RoutesAsync(
                        Accepted(circuit, peering) with
                        {
                            Session = CircuitsOnRouters.SessionOf(family),
                            Limit = 1,
                        },
                        cancellation
                    )
                )
                    if (route.Prefix.Length == 0)
                        return true;
        return false;
    }

    private static RouteQuestion Accepted(Circuit circuit, Peering peering) =>
        new(circuit.InstanceOf(peering.Type), Stage: RouteStage.Accepted, Limit: MostRoutes);
}
