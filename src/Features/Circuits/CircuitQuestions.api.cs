using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>What may be asked of a circuit: its counters, whether it can be used, what happened to it.</summary>
internal sealed class CircuitQuestions(
    Tracked<Circuit> circuits,
    CircuitExplaining explaining,
    CircuitDiagnostics diagnostics,
    LinkSpaces links
) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Circuit)
            .GetBelow(
                "stats",
                StatsAsync,
                new("GetStats", "Counts the octets that all peerings of a circuit carried.")
                {
                    Answer = () => CircuitsContract.Default.StatsBody,
                }
            )
            .GetBelow("explain", explaining.ExplainAsync, Explaining.Contract("circuit"))
            .Post("explain", explaining.ExplainAsync, Explaining.Contract("circuit", "Explain"))
            .GetBelow(
                "linkSpace",
                LinkSpaceAsync,
                new("GetLinkSpace", "Says where the routers of a circuit connect, and which subnets are free there.")
                {
                    Answer = () => CircuitsContract.Default.LinkSpaceBody,
                    IsOurs = true,
                }
            )
            .GetBelow(
                "journal",
                explaining.JournalAsync,
                new("ListJournal", "Lists everything that happened to a circuit, oldest first.")
                {
                    Answer = () => CircuitsContract.Default.JournalBody,
                    IsPage = true,
                    IsOurs = true,
                }
            );

    private async ValueTask<ArmResult> LinkSpaceAsync(ArmRequest request) =>
        await circuits.ReadAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? ArmResult.Of(await links.OfAsync(circuit, request.Aborted), CircuitsContract.Default.LinkSpaceBody)
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> StatsAsync(ArmRequest request) =>
        await circuits.ReadAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? await diagnostics.StatsAsync(circuit, circuit.Peerings.Select(p => p.Type), request.Aborted)
            : await request.NotFoundAsync();
}
