using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>
/// <c>GET /providers/Causeway.Operations/portLoads</c>: how full each router pair is, from the accounts that circuits move in their own commits. For the
/// Operator, and for a Reader on the whole installation (<c>/</c>).
/// </summary>
internal sealed class PortLoadEndpoints(Engine engine, PortLoadWorkflow loads, Func<NetworkTopology> topology) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Operations.Type("portLoads") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("List", "Lists the router pairs with what their ports may be sold for and what is taken of it.")
                {
                    Answer = () => PortLoadContract.Default.ListBodyPortLoadBody,
                },
            },
            ListAsync
        );

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        var bodies = new List<PortLoadBody>();
        foreach (PeeringLocation location in topology().PeeringLocations)
        foreach (RouterPair pair in location.Pairs)
        {
            PortLoad load =
                (await engine.ReadAsync(loads, PortLoad.IdOf(pair.Name), request.Aborted))?.Resource ?? new PortLoad(pair.Name, 0, 0);
            int tags = (await engine.Store.ClaimsAsync(Circuit.STagClaims(pair.Name), request.Aborted)).Count;
            long capacity = PortLoad.CapacityOf(pair);
            bodies.Add(
                new PortLoadBody
                {
                    Pair = pair.Name,
                    PeeringLocation = location.Name,
                    PortBandwidthInMbps = pair.PortBandwidth.Mbps,
                    OverprovisionFactor = pair.OverprovisionFactor,
                    CapacityInMbps = capacity,
                    UsedBandwidthInMbps = load.Mbps,
                    RemainingBandwidthInMbps = capacity - load.Mbps,
                    Circuits = load.Circuits,
                    UsedSTags = tags,
                    FreeSTags = VlanId.Maximum - VlanId.Minimum + 1 - tags,
                }
            );
        }
        return ArmResult.Of(new ListBody<PortLoadBody>(bodies), PortLoadContract.Default.ListBodyPortLoadBody);
    }
}
