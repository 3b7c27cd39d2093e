using Causeway.Api.Kit;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>Circuits go with their group after the connections, unless the provider's side stands or somebody outside uses them.</summary>
internal sealed class CircuitCascade(Engine engine, CircuitWorkflow workflow, TimeProvider clock)
    : Cascade<Circuit>(engine, workflow, clock)
{
    private const int MostTries = 10;

    protected override ValueTask<Refusal?> BlockerAsync(Circuit resource, ResourceId group, CancellationToken cancellation)
    {
        // What goes with the group, or can be revoked, does not stand in the way.
        Circuit left = resource with
        {
            Links = resource.Links.RemoveAll(l => group.Contains(l.Connection)),
            Authorizations = [],
        };
        return new(
            resource.DeletingSince is not null ? null
            : Workflow.Decide(left, new DeleteResource(Now)) is Decision<Circuit>.Refuse refuse ? refuse.Refusal
            : null
        );
    }

    protected override async Task<Refusal?> DeleteAsync(Circuit resource, SendContext context, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await Engine.ReadAsync(Workflow, resource.Id, cancellation) is not { Resource: { DeletingSince: null } circuit })
                return null;
            bool revocable = circuit.Provider is ProviderSide.NotProvisioned && circuit.Links.IsEmpty;
            if (revocable)
                foreach (Authorization authorization in circuit.Authorizations)
                    await Engine.SendAsync(
                        circuit.Id,
                        Type,
                        new DeleteAuthorization(Now, authorization.Name, null),
                        context,
                        CancellationToken.None
                    );
            // A request that was under way when the group began to go may have made an authorization meanwhile.
            Refusal? refusal = await base.DeleteAsync(circuit, context, cancellation);
            if (refusal is null || !revocable || attempt == MostTries)
                return refusal;
        }
    }
}
