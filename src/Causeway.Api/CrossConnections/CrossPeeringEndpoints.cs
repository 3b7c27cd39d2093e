using System.Text.Json;
using Causeway.Api.Circuits;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.CrossConnections;

/// <summary>
/// <c>…/expressRouteCrossConnections/{key}/peerings/{p}</c>: a provider that works at layer 3 configures routing for the customer; every provider may
/// look.
/// </summary>
internal sealed class CrossPeeringEndpoints(CircuitDesk desk, CrossConnectionDesk cross, CircuitViews views, CircuitDiagnostics diagnostics)
{
    private const string Path =
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/expressRouteCrossConnections/{name0}/peerings/{name1}";

    public void Map(IEndpointRouteBuilder routes)
    {
        ArmType type = CircuitTypes.CrossPeering;
        routes
            .Arm(type)
            .Get(r => OneAsync(r, (c, p) => ValueTask.FromResult<ArmResult>(new ArmResult.Ok(Body(Show(c, p, Moment.Read))))))
            .Delete(DeleteAsync)
            .ListInParent(ListAsync)
            .Post("arpTables/{devicePath}", r => OneAsync(r, (c, p) => diagnostics.ArpAsync(r, c.Resource, p)))
            .Post("routeTables/{devicePath}", r => OneAsync(r, (c, p) => diagnostics.RoutesAsync(r, c.Resource, p)))
            .Post("routeTablesSummary/{devicePath}", r => OneAsync(r, (c, p) => diagnostics.SummaryAsync(r, c.Resource, p, cross: true)));
        routes.MapArm(Path, new ArmEndpoint(type, "PUT", $"{type.FullName}/write", ArmTarget.Resource) { NeedsGroup = false }, PutAsync);
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (!CircuitTypes.TryPeering(request.Id.Name, out PeeringType type))
            return PeeringAnswers.NotAPeering(request.Id.Name);
        ResourceId parent = request.Id.Parent!;
        if (await cross.FindAsync(parent, request.Aborted) is not { } present)
            return ArmErrors.ParentNotFound(parent);
        BodyReader body = await request.BodyAsync();
        WantedPeering? wanted = CircuitReading.Peering(body, type, desk);
        string? key = body.Object("properties").String("sharedKey", 256);
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await desk.SendAsync(
            request,
            present.Resource.Id,
            new PutPeering(request.Now, wanted!, Author.Provider, CircuitDesk.TicketOf(request)),
            named: c => c.FindPeering(type) is not null
        );
        if (outcome is not SendOutcome.Delivered { After: [{ } row] })
            return CircuitDesk.Refused(outcome);
        Versioned<Circuit> after = desk.Read(row);
        Peering peering = after.Resource.FindPeering(type)!;
        ArmOperation operation = CircuitDesk.OperationOf(request, after.Resource);
        return present.Resource.FindPeering(type) is null
            ? new ArmResult.Created(Body(Show(after, peering, Moment.Created, key)), operation)
            : new ArmResult.Ok(Body(Show(after, peering, Moment.Answer, key)), operation);
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (
            !CircuitTypes.TryPeering(request.Id.Name, out PeeringType type)
            || await cross.FindAsync(request.Id.Parent!, request.Aborted) is not { Resource: var circuit }
            || circuit.FindPeering(type) is null
        )
            return new ArmResult.NoContent();
        SendOutcome outcome = await desk.SendAsync(
            request,
            circuit.Id,
            new DeletePeering(request.Now, type, Author.Provider, CircuitDesk.TicketOf(request))
        );
        return outcome is SendOutcome.Delivered
            ? new ArmResult.Accepted(CircuitDesk.OperationOf(request, circuit))
            : CircuitDesk.Refused(outcome);
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request) =>
        await cross.FindAsync(request.Id, request.Aborted) is { } circuit
            ? await request.ListAsync(
                circuit.Resource.Peerings,
                null,
                p => request.Id.Child("peerings", p.Type.ToString()),
                (writer, p) => JsonSerializer.Serialize(writer, Show(circuit, p, Moment.Read), CircuitsContract.Default.PeeringBody)
            )
            : ArmErrors.ResourceNotFound(request.Id);

    private async ValueTask<ArmResult> OneAsync(ArmRequest request, Func<Versioned<Circuit>, Peering, ValueTask<ArmResult>> then) =>
        CircuitTypes.TryPeering(request.Id.Name, out PeeringType type)
        && await cross.FindAsync(request.Id.Parent!, request.Aborted) is { } circuit
        && circuit.Resource.FindPeering(type) is { } peering
            ? await then(circuit, peering)
            : ArmErrors.ChildNotFound(request.Id);

    private PeeringBody Show(Versioned<Circuit> circuit, Peering peering, Moment moment, string? echoedKey = null) =>
        views.Peering(
            circuit,
            peering,
            CrossConnectionDesk.IdOf(circuit.Resource),
            CircuitTypes.CrossPeering,
            moment,
            string.IsNullOrEmpty(echoedKey) ? null : echoedKey
        );

    private static ArmBody Body(PeeringBody body) => ArmBody.Of(body, CircuitsContract.Default.PeeringBody);
}
