using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>Microsoft.Network/expressRouteCircuits</c>: order, change, show, list, delete.</summary>
internal sealed class CircuitEndpoints(CircuitDesk desk, CircuitViews views, CircuitExplaining explaining, CircuitDiagnostics diagnostics)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Circuit)
            .Put(PutAsync)
            .Get(GetAsync)
            .Patch(PatchAsync)
            .Delete(DeleteAsync)
            .ListInGroup(ListAsync)
            .ListInSubscription(ListAsync)
            .GetBelow("stats", StatsAsync)
            .GetBelow("explain", explaining.ExplainAsync)
            .Post("explain", explaining.ExplainAsync)
            .GetBelow("journal", explaining.JournalAsync);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<Circuit>? present = await desk.ReadAsync(request.Id, request.Aborted);
        if (present is null && !request.Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(request.Type, request.Id.Name);
        BodyReader body = await request.BodyAsync();
        PutCircuit put = CircuitReading.Circuit(request, body, present?.Resource, desk);
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await desk.SendAsync(request, put.Id, put);
        if (outcome is not SendOutcome.Delivered { After: [{ } row] })
            return CircuitDesk.Refused(outcome);
        Versioned<Circuit> after = desk.Read(row);
        ArmOperation operation = CircuitDesk.OperationOf(request, after.Resource);
        return present is null && row.Revision == 1
            ? new ArmResult.Created(Body(views.Circuit(after, Moment.Created)), operation)
            : new ArmResult.Ok(Body(views.Circuit(after, Moment.Answer)), operation);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await desk.ReadAsync(request.Id, request.Aborted) is { } circuit
            ? new ArmResult.Ok(Body(views.Circuit(circuit)))
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> PatchAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        if (body.Refusal is { } no)
            return no;
        if (await desk.ReadAsync(request.Id, request.Aborted) is not { } present)
            return await request.NotFoundAsync();
        SendOutcome outcome = await desk.SendAsync(request, request.Id, new TagCircuit(request.Now, tags ?? present.Resource.Tags));
        return outcome is SendOutcome.Delivered { After: [{ } row] }
            ? new ArmResult.Ok(Body(views.Circuit(desk.Read(row))))
            : CircuitDesk.Refused(outcome);
    }

    /// <summary>Whatever can be refused is refused here; once answered with 202, it will be gone.</summary>
    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await desk.ReadAsync(request.Id, request.Aborted) is not { } present)
            return new ArmResult.NoContent();
        SendOutcome outcome = await desk.SendAsync(request, request.Id, new DeleteCircuit(request.Now, CircuitDesk.TicketOf(request)));
        return outcome is SendOutcome.Delivered
            ? new ArmResult.Accepted(CircuitDesk.OperationOf(request, present.Resource))
            : CircuitDesk.Refused(outcome);
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        Page<StoredResource> rows = await desk.Store.ListAsync(
            new ResourceQuery
            {
                Type = Circuit.ResourceType,
                Scope = request.Id,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(rows.Items, rows.After, r => r.Id, Write);

        void Write(Utf8JsonWriter writer, StoredResource row) =>
            JsonSerializer.Serialize(writer, views.Circuit(desk.Read(row)), CircuitsContract.Default.CircuitBody);
    }

    private async ValueTask<ArmResult> StatsAsync(ArmRequest request) =>
        await desk.ReadAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? await diagnostics.StatsAsync(circuit, circuit.Peerings.Select(p => p.Type), request.Aborted)
            : await request.NotFoundAsync();

    private static ArmBody Body(CircuitBody body) => ArmBody.Of(body, CircuitsContract.Default.CircuitBody);
}
