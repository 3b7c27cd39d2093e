using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>Circuits go with their group after the connections, unless the provider's side stands or somebody outside uses them.</summary>
internal sealed class CircuitCascade(Engine engine, CircuitWorkflow workflow, TimeProvider time) : ICascadeDelete
{
    private const int MostTries = 10;

    public string Type => Circuit.ResourceType;
    public int Order => 30;

    public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation)
    {
        Circuit circuit = workflow.Read(resource).Resource;
        // What goes with the group, or can be revoked, does not stand in the way.
        Circuit left = circuit with
        {
            Links = circuit.Links.RemoveAll(l => group.Contains(l.Connection)),
            Authorizations = [],
        };
        return new(
            circuit.DeletingSince is not null ? null
            : workflow.Decide(left, new DeleteCircuit(time.GetUtcNow(), Ticket(circuit, "cascade"))) is Decision<Circuit>.Refuse refuse
                ? refuse.Refusal
            : null
        );
    }

    public async Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation)
    {
        var context = new SendContext(actor, correlationId);
        for (int attempt = 1; ; attempt++)
        {
            if (await engine.ReadAsync(workflow, resource.Id, cancellation) is not { Resource: { DeletingSince: null } circuit })
                return null;
            DateTimeOffset now = time.GetUtcNow();
            bool revocable = circuit.Provider is ProviderSide.NotProvisioned && circuit.Links.IsEmpty;
            if (revocable)
                foreach (Authorization authorization in circuit.Authorizations)
                    await engine.SendAsync(
                        circuit.Id,
                        Type,
                        new DeleteAuthorization(now, authorization.Name, Ticket(circuit, actor)),
                        context,
                        CancellationToken.None
                    );
            SendOutcome outcome = await engine.SendAsync(
                circuit.Id,
                Type,
                new DeleteCircuit(now, Ticket(circuit, actor)),
                context,
                CancellationToken.None
            );
            if (outcome is not SendOutcome.Refused refused)
                return null;
            // A request that was under way when the group began to go may have made an authorization meanwhile.
            if (!revocable || attempt == MostTries)
                return refused.Refusal;
        }
    }

    private static Ticket Ticket(Circuit circuit, string actor) => new(Guid.NewGuid(), circuit.Id, $"DELETE {Circuit.ResourceType}", actor);
}
