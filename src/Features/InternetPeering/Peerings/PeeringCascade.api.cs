using Causeway.Api.Kit;
using Causeway.Domain;
using Causeway.Domain.InternetPeering;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.InternetPeering;

/// <summary>Peerings that have something on our routers keep their group: they are deprovisioned first.</summary>
internal sealed class PeeringCascade(Engine engine, PeeringWorkflow workflow, TimeProvider clock)
    : Cascade<Peering>(engine, workflow, clock)
{
    protected override ValueTask<Refusal?> BlockerAsync(Peering resource, ResourceId group, CancellationToken cancellation) =>
        new(Workflow.Decide(resource, new DeleteResource(Now)) is Decision<Peering>.Refuse refuse ? refuse.Refusal : null);
}
