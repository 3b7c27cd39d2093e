using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Routers;

/// <summary>
/// Brings both routers of a circuit's pair to what is stored, one after the other, never both at once; then tells the circuit which generation they carry.
/// The generation is read before the routers are given anything, so the answer never promises more than they have.
/// </summary>
public sealed class ConfigureRoutersHandler(Engine engine, CircuitWorkflow circuits, RouterFleet fleet, TimeProvider time) : IEffectHandler
{
    public string Kind => CircuitEffects.ConfigureRouters;

    public EffectPolicy Policy { get; } = new() { GiveUpAfter = null, Parallel = 32 };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) => [];

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        Versioned<Circuit>? read = await engine.ReadAsync(circuits, effect.Resource, cancellation);
        if (read?.Resource is not { Edge: { } edge } circuit)
            return new EffectOutcome.Done();

        var problems = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (string router in new[] { edge.Primary, edge.Secondary })
        {
            if (await fleet.ReconcileAsync(router, cancellation) is not { } result)
                return new EffectOutcome.Retry(
                    $"router {router} is driven by another node, by none yet, or is no longer in the topology",
                    TimeSpan.FromSeconds(1)
                );
            foreach ((string instance, string problem) in result.Problems)
                problems[instance] = string.Join(
                    "; ",
                    (string[])[.. problems.TryGetValue(instance, out string? other) ? [other] : (string[])[], $"{router}: {problem}"]
                );
        }
        var signal = new RoutersConfigured(time.GetUtcNow(), circuit.Generation, problems.ToImmutable());
        return new EffectOutcome.Done(new Addressed(circuit.Id, circuits.Type, _ => ValueTask.FromResult<Signal>(signal)));
    }
}
