using Causeway.Api.Resources;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>Circuits go with their group after the connections, unless the provider's side stands or somebody outside uses them.</summary>
internal sealed class CircuitCascade(Engine engine, CircuitWorkflow workflow, TimeProvider time) : ICascadeDelete
{
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
        Circuit circuit = workflow.Read(resource).Resource;
        if (circuit.DeletingSince is not null)
            return null;
        var context = new SendContext(actor, correlationId);
        DateTimeOffset now = time.GetUtcNow();
        if (circuit.Provider is ProviderSide.NotProvisioned && circuit.Links.IsEmpty)
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
        return outcome is SendOutcome.Refused refused ? refused.Refusal : null;
    }

    private static Ticket Ticket(Circuit circuit, string actor) => new(Guid.NewGuid(), circuit.Id, $"DELETE {Circuit.ResourceType}", actor);
}
