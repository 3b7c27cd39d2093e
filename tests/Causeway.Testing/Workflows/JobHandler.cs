using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Testing.Workflows;

/// <summary>A handler for effects of <see cref="Job"/>s: does what a test says, and counts.</summary>
public sealed class JobHandler(string kind, Func<Effect, CancellationToken, Task<EffectOutcome>> run) : IEffectHandler
{
    private int _runs;

    public string Kind => kind;

    public EffectPolicy Policy { get; init; } = EffectPolicy.Default;

    /// <summary>How often it was begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    public Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _runs);
        return run(effect, cancellation);
    }

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) =>
        [To(effect.Resource, new JobSignal.GivenUp(DateTimeOffset.UnixEpoch, why))];

    public static Addressed To(ResourceId id, Signal signal) => new(id, Job.ResourceType, signal);

    public static EffectOutcome Done(Effect effect) =>
        new EffectOutcome.Done(To(effect.Resource, new JobSignal.Done(DateTimeOffset.UnixEpoch)));
}
