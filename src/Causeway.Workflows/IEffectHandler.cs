using System.Collections.Immutable;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows;

/// <summary>Does one kind of effect. It may be called twice for the same effect, also at the same time on two nodes, and must not hurt.</summary>
public interface IEffectHandler
{
    string Kind { get; }

    /// <param name="cancellation">Fires when the lease is about to run out or the host stops.</param>
    Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation);
}

/// <summary>What became of an effect.</summary>
public abstract record EffectOutcome
{
    private EffectOutcome() { }

    /// <summary>Done; the signals are delivered and the effect completed in one transaction.</summary>
    public sealed record Done(params ImmutableArray<Addressed> Signals) : EffectOutcome;

    /// <summary>Not yet. Tried again after the given time, or by back-off when null. The reason is shown to the operator.</summary>
    public sealed record Retry(string Why, TimeSpan? After = null) : EffectOutcome;

    /// <summary>Another node has what it needs: it is free for the others at once, and for this one again a second later.</summary>
    public sealed record Elsewhere(string Why) : EffectOutcome;
}
