using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>Microsoft.Network/expressRouteCircuits</c>: order, change, show, list, delete.</summary>
internal sealed class CircuitEndpoints(
    Tracked<Circuit> circuits,
    CircuitDesk desk,
    CircuitViews views,
    CircuitExplaining explaining,
    CircuitDiagnostics diagnostics
)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Circuit)
            .Put(PutAsync)
            .Get(r => circuits.GetAsync(r, ViewFor(r)))
            .Patch(r => circuits.TagAsync(r, ViewFor(r)))
            .Delete(DeleteAsync)
            .ListInGroup(r => circuits.ListAsync(r, ViewFor(r)))
            .ListInSubscription(r => circuits.ListAsync(r, ViewFor(r)))
            .GetBelow("stats", StatsAsync)
            .GetBelow("explain", explaining.ExplainAsync)
            .Post("explain", explaining.ExplainAsync)
            .GetBelow("journal", explaining.JournalAsync);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<Circuit>? present = await circuits.ReadAsync(request.Id, request.Aborted);
        BodyReader body = await request.BodyAsync();
        PutCircuit put = CircuitReading.Circuit(request, body, present?.Resource, desk);
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await circuits.SendAsync(put.Id, put, request.Context());
        return await circuits.StoredAsync(
            request,
            outcome,
            ViewFor(request),
            made: c => c.ResourceGuid == put.NewResourceGuid,
            c => new(request.Operation(c))
        );
    }

    /// <summary>Whatever can be refused is refused here; once answered with 202, it will be gone.</summary>
    private ValueTask<ArmResult> DeleteAsync(ArmRequest request) =>
        circuits.DeleteAsync(
            request,
            c => circuits.SendAsync(c.Id, new DeleteCircuit(request.Now, request.Ticket()), request.Context()),
            c => new(request.Operation(c))
        );

    private async ValueTask<ArmResult> StatsAsync(ArmRequest request) =>
        await circuits.ReadAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? await diagnostics.StatsAsync(circuit, circuit.Peerings.Select(p => p.Type), request.Aborted)
            : await request.NotFoundAsync();

    private View<Circuit> ViewFor(ArmRequest request) =>
        async (circuit, moment) =>
        {
            bool keys = !circuit.Resource.Authorizations.IsEmpty && await CircuitViews.MayHaveKeysAsync(request, circuit.Resource.Id);
            return ArmBody.Of(views.Circuit(circuit, keys, moment), CircuitsContract.Default.CircuitBody);
        };
}
