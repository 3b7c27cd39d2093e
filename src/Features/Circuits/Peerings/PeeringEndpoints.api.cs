using Causeway.Api.CrossConnections;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>
/// Routing domains, and what the routers say of them: the customer's at <c>…/expressRouteCircuits/{c}/peerings/{p}</c>, and the same ones through the
/// provider's <c>…/expressRouteCrossConnections/{key}/peerings/{p}</c>, where a provider that works at layer 3 configures them and every provider may look.
/// </summary>
internal sealed class PeeringEndpoints(
    Tracked<Circuit> circuits,
    CircuitDesk desk,
    CrossConnectionDesk cross,
    CircuitViews views,
    CircuitDiagnostics diagnostics,
    RouteTables tables
)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Nested<Circuit, Peering> customers = Of((_, c, p, moment) => new(Body(views.Peering(c, p, moment))));
        Map(routes.Arm(CircuitTypes.Peering), customers, Author.Customer)
            .GetBelow("stats", r => customers.OneAsync(r, (c, p) => diagnostics.StatsAsync(c.Resource, [p.Type], r.Aborted)))
            .GetBelow("sessions", r => customers.OneAsync(r, (c, p) => diagnostics.SessionsAsync(c.Resource, p, r.Aborted)));
        Map(
            routes.Arm(CircuitTypes.CrossPeering),
            Of((_, c, p, moment) => new(ForProvider(c, p, moment)), cross.FindAsync),
            Author.Provider
        );
    }

    private Nested<Circuit, Peering> Of(
        View<Circuit, Peering> view,
        Func<ResourceId, CancellationToken, ValueTask<Versioned<Circuit>?>>? circuitOf = null
    ) =>
        new(circuits, view)
        {
            Segment = "peerings",
            All = c => c.Peerings,
            NameOf = p => p.Type.ToString(),
            ParentOf = circuitOf,
            Operation = Tickets.Operation,
        };

    private ArmTypeRoutes Map(ArmTypeRoutes routes, Nested<Circuit, Peering> peerings, Author by) =>
        routes
            .Put(r => PutAsync(r, peerings, by))
            .Get(peerings.GetAsync)
            .Delete(r => peerings.DeleteAsync(r, p => new DeletePeering(r.Now, p.Type, by, r.Ticket())))
            .ListInParent(peerings.ListAsync)
            .Post("arpTables/{devicePath}", Table(peerings, TableKind.Arp))
            .Post("routeTables/{devicePath}", Table(peerings, TableKind.Routes))
            .Post("refusedRoutes/{devicePath}", Table(peerings, TableKind.Refused))
            .Post("routeTablesSummary/{devicePath}", Table(peerings, by == Author.Provider ? TableKind.CrossSummary : TableKind.Summary));

    private ArmHandler Table(Nested<Circuit, Peering> peerings, TableKind kind) =>
        r => peerings.OneAsync(r, (c, p) => tables.StartAsync(r, c.Resource, p, kind));

    private ValueTask<ArmResult> PutAsync(ArmRequest request, Nested<Circuit, Peering> peerings, Author by)
    {
        string? key = null;
        return peerings.PutAsync(
            request,
            body =>
            {
                if (!CircuitTypes.TryPeering(request.Id.Name, out PeeringType type))
                {
                    body.Problem(NotAPeering(request.Id.Name));
                    return null;
                }
                // The provider gets back the key that it sent, here and nowhere else.
                key = by == Author.Provider ? body.Object("properties").String("sharedKey", 256) : null;
                return CircuitReading.Peering(body, type, desk) is { } wanted
                    ? new PutPeering(request.Now, wanted, by, request.Ticket())
                    : null;
            },
            shown: by == Author.Provider ? (_, c, p, moment) => new(ForProvider(c, p, moment, key)) : null
        );
    }

    private ArmBody ForProvider(Versioned<Circuit> circuit, Peering peering, Moment moment, string? echoedKey = null) =>
        Body(
            views.Peering(
                circuit,
                peering,
                CrossConnectionDesk.IdOf(circuit.Resource),
                CircuitTypes.CrossPeering,
                moment,
                string.IsNullOrEmpty(echoedKey) ? null : echoedKey
            )
        );

    private static Refusal NotAPeering(string name) =>
        Refusal.Invalid(
            "InvalidResourceName",
            $"'{name}' is not a peering: the name is its type, one of {string.Join(", ", Enum.GetNames<PeeringType>())}.",
            "name"
        );

    private static ArmBody Body(PeeringBody body) => ArmBody.Of(body, CircuitsContract.Default.PeeringBody);
}
