using System.Collections.Immutable;
using System.Text;
using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>Ends a join in the circuit that asked for it when the other circuit's owner revoked its authorization, and has let go of it already.</summary>
public sealed class BreakReachHandler(TimeProvider clock) : IEffectHandler
{
    public string Kind => CircuitEffects.BreakReach;

    /// <summary>No operation waits for it, and a join that stands on a revoked authorization must go however long it takes.</summary>
    public EffectPolicy Policy { get; } = new() { GiveUpAfter = null };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) => [];

    public Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation) =>
        Task.FromResult<EffectOutcome>(
            new EffectOutcome.Done(
                new Addressed(
                    effect.Resource,
                    Circuit.ResourceType,
                    new EndReach(clock.GetUtcNow(), Guid.Parse(Encoding.UTF8.GetString(effect.Body.Span)), null)
                )
            )
        );
}
