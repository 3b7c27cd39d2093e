using Causeway.Api.Kit;
using Causeway.Api.Observations;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>Routing domains of a circuit, and what the routers say of them: <c>…/expressRouteCircuits/{c}/peerings/{p}</c>.</summary>
internal sealed class PeeringEndpoints(
    Tracked<Circuit> circuits,
    CircuitViews views,
    CircuitDiagnostics diagnostics,
    SessionHistories histories,
    PeeringRoutes peerings,
    CircuitExplaining explaining,
    ReachDesk reaches
) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Nested<Circuit, Peering> children = PeeringRoutes.Of(
            circuits,
            async (r, c, p, moment) =>
                PeeringRoutes.Body(views.Peering(c, p, moment, r.ApiVersion, await reaches.SeenAsync(c.Resource, r.Aborted)))
        );
        peerings
            .Map(routes.Arm(CircuitTypes.Peering), children, Author.Customer)
            .GetBelow(
                "stats",
                r => children.OneAsync(r, (c, p) => diagnostics.StatsAsync(c.Resource, [p.Type], r.Aborted)),
                new("GetStats", "Counts the octets that a peering carried.") { Answer = () => CircuitsContract.Default.StatsBody }
            )
            .GetBelow(
                "sessions",
                r => children.OneAsync(r, (c, p) => diagnostics.SessionsAsync(c.Resource, p, r.Aborted)),
                new("ListSessions", "Lists the BGP sessions of a peering as their routers see them.")
                {
                    Answer = () => CircuitsContract.Default.ListBodySessionBody,
                    IsOurs = true,
                }
            )
            .GetBelow(
                "history",
                r => children.OneAsync(r, (c, p) => histories.ReadAsync(r, CircuitDiagnostics.Wanted(c.Resource, p))),
                SessionHistories.Contract
            )
            .GetBelow(
                "explain",
                r => children.OneAsync(r, (c, p) => explaining.ExplainPeeringAsync(r, c.Resource, p)),
                Explaining.Contract("peering")
            );
    }
}
