using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>What may be asked of a circuit: its counters, whether it can be used, what happened to it.</summary>
internal sealed class CircuitQuestions(Tracked<Circuit> circuits, CircuitExplaining explaining, CircuitDiagnostics diagnostics) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Circuit)
            .GetBelow("stats", StatsAsync, CircuitsContract.Default.StatsBody)
            .GetBelow("explain", explaining.ExplainAsync, CircuitsContract.Default.ExplainBody)
            .Post("explain", explaining.ExplainAsync, CircuitsContract.Default.ExplainBody)
            .GetBelow("journal", explaining.JournalAsync, CircuitsContract.Default.JournalBody);

    private async ValueTask<ArmResult> StatsAsync(ArmRequest request) =>
        await circuits.ReadAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? await diagnostics.StatsAsync(circuit, circuit.Peerings.Select(p => p.Type), request.Aborted)
            : await request.NotFoundAsync();
}
