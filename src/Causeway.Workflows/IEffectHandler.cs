using System.Collections.Immutable;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows;

/// <summary>Does one kind of effect. It may be called twice for the same effect, also at the same time on two nodes, and must not hurt.</summary>
public interface IEffectHandler
{
    string Kind { get; }

    /// <summary>How long, how often and beside how many others it runs.</summary>
    EffectPolicy Policy => EffectPolicy.Default;

    /// <param name="cancellation">Fires at the deadline of the run, when the lease is lost, or when the host stops.</param>
    Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation);

    /// <summary>
    /// What the owner is told when the effect is given up: because it did not succeed in the time of its policy, or because what it brought back was refused.
    /// It is delivered and the effect completed in one transaction; the owner's decision ends the operation that waits, with the reason and who acts next.
    /// Empty where nobody waits.
    /// </summary>
    /// <param name="why">In words, for whoever asked: the last problem, and for how long it was tried.</param>
    ImmutableArray<Addressed> GiveUp(Effect effect, string why);
}

/// <summary>
/// How effects of one kind are run. While a handler runs, its lease is renewed every <see cref="Heartbeat"/>: the lease says how long the effect rests when its
/// node dies unseen, and the deadline how long one run may take.
/// </summary>
public sealed record EffectPolicy
{
    public static EffectPolicy Default { get; } = new();

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Less than a third of the lease, so that one lost renewal costs nothing.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>For one run. Then its token fires; a handler that does not heed it is left to itself and keeps its place among <see cref="Parallel"/>.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Since it was first to run: after that, and after <see cref="FewestAttempts"/>, one more failure gives it up. Null only where no operation waits for it.
    /// </summary>
    public TimeSpan? GiveUpAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>An effect that waited while nobody was there is tried this often before it is given up.</summary>
    public int FewestAttempts { get; init; } = 3;

    /// <summary>How many run at once on a node.</summary>
    public int Parallel { get; init; } = 8;

    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>0.2 s doubled per attempt, up to the longest, less a quarter at random so that retries do not march in step.</summary>
    public TimeSpan BackOff(int attempt)
    {
        double seconds = Math.Min(LongestBackOff.TotalSeconds, 0.2 * Math.Pow(2, Math.Min(attempt - 1, 20)));
#pragma warning disable CA5394 // Jitter needs no cryptography.
        return TimeSpan.FromSeconds(seconds * (0.75 + Random.Shared.NextDouble() / 4));
#pragma warning restore CA5394
    }
}

/// <summary>What became of an effect.</summary>
public abstract record EffectOutcome
{
    private EffectOutcome() { }

    /// <summary>Done; the signals are delivered and the effect completed in one transaction.</summary>
    public sealed record Done(params ImmutableArray<Addressed> Signals) : EffectOutcome;

    /// <summary>Not yet. Tried again after the given time, or by back-off when null. The reason is shown to the operator.</summary>
    public sealed record Retry(string Why, TimeSpan? After = null) : EffectOutcome;
}
