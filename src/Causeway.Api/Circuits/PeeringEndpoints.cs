using System.Text.Json;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>…/expressRouteCircuits/{c}/peerings/{p}</c>: routing domains, and what the routers say of them.</summary>
internal sealed class PeeringEndpoints(CircuitDesk desk, CircuitViews views, CircuitDiagnostics diagnostics)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Peering)
            .Put(PutAsync)
            .Get(r => OneAsync(r, (c, p) => new ArmResult.Ok(Body(views.Peering(c, p)))))
            .Delete(DeleteAsync)
            .ListInParent(ListAsync)
            .GetBelow("stats", r => OneAsync(r, (c, p) => diagnostics.StatsAsync(c.Resource, [p.Type], r.Aborted)))
            .GetBelow("sessions", r => OneAsync(r, (c, p) => diagnostics.Sessions(c.Resource, p)))
            .Post("arpTables/{devicePath}", r => OneAsync(r, (c, p) => diagnostics.ArpAsync(r, c.Resource, p)))
            .Post("routeTables/{devicePath}", r => OneAsync(r, (c, p) => diagnostics.RoutesAsync(r, c.Resource, p)))
            .Post("routeTablesSummary/{devicePath}", r => OneAsync(r, (c, p) => diagnostics.SummaryAsync(r, c.Resource, p, cross: false)));

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (!CircuitTypes.TryPeering(request.Id.Name, out PeeringType type))
            return PeeringAnswers.NotAPeering(request.Id.Name);
        if (await desk.ReadAsync(request.Id.Parent!, request.Aborted) is not { } present)
            return ArmErrors.ParentNotFound(request.Id.Parent!);
        BodyReader body = await request.BodyAsync();
        WantedPeering? wanted = CircuitReading.Peering(body, type, desk);
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await desk.SendAsync(
            request,
            present.Resource.Id,
            new PutPeering(request.Now, wanted!, Author.Customer, CircuitDesk.TicketOf(request)),
            named: c => c.FindPeering(type) is not null
        );
        if (outcome is not SendOutcome.Delivered { After: [{ } row] })
            return CircuitDesk.Refused(outcome);
        Versioned<Circuit> after = desk.Read(row);
        ArmOperation operation = CircuitDesk.OperationOf(request, after.Resource);
        Peering peering = after.Resource.FindPeering(type)!;
        return present.Resource.FindPeering(type) is null
            ? new ArmResult.Created(Body(views.Peering(after, peering, Moment.Created)), operation)
            : new ArmResult.Ok(Body(views.Peering(after, peering, Moment.Answer)), operation);
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (
            !CircuitTypes.TryPeering(request.Id.Name, out PeeringType type)
            || await desk.ReadAsync(request.Id.Parent!, request.Aborted) is not { Resource: var circuit }
            || circuit.FindPeering(type) is null
        )
            return new ArmResult.NoContent();
        SendOutcome outcome = await desk.SendAsync(
            request,
            circuit.Id,
            new DeletePeering(request.Now, type, Author.Customer, CircuitDesk.TicketOf(request))
        );
        return outcome is SendOutcome.Delivered
            ? new ArmResult.Accepted(CircuitDesk.OperationOf(request, circuit))
            : CircuitDesk.Refused(outcome);
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request) =>
        await desk.ReadAsync(request.Id, request.Aborted) is { } circuit
            ? await request.ListAsync(
                circuit.Resource.Peerings,
                null,
                p => circuit.Resource.Id.Child("peerings", p.Type.ToString()),
                (writer, p) => JsonSerializer.Serialize(writer, views.Peering(circuit, p), CircuitsContract.Default.PeeringBody)
            )
            : await request.NotFoundAsync();

    /// <summary>Finds the peering that the path names, or answers 404.</summary>
    private async ValueTask<ArmResult> OneAsync(ArmRequest request, Func<Versioned<Circuit>, Peering, ValueTask<ArmResult>> then) =>
        CircuitTypes.TryPeering(request.Id.Name, out PeeringType type)
        && await desk.ReadAsync(request.Id.Parent!, request.Aborted) is { } circuit
        && circuit.Resource.FindPeering(type) is { } peering
            ? await then(circuit, peering)
            : await request.NotFoundAsync();

    private ValueTask<ArmResult> OneAsync(ArmRequest request, Func<Versioned<Circuit>, Peering, ArmResult> then) =>
        OneAsync(request, (circuit, peering) => ValueTask.FromResult(then(circuit, peering)));

    private static ArmBody Body(PeeringBody body) => ArmBody.Of(body, CircuitsContract.Default.PeeringBody);
}
