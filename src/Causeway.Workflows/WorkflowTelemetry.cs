using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Causeway.Hosting;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows;

/// <summary>
/// What can be traced and measured of decisions, commits and effects; nothing of it costs anything while nobody listens. A trace goes on past the process:
/// what a commit asks for carries the trace of who asked (<see cref="Effect.Trace"/>, <see cref="StoredResource.Trace"/>), and who does it later goes on with it.
/// </summary>
public static class WorkflowTelemetry
{
    public const string Name = "Causeway.Workflows";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>(
        "causeway.commit.duration",
        "s",
        "How long the store took to commit, or to refuse.",
        advice: new() { HistogramBucketBoundaries = Durations.Seconds }
    );
    private static readonly Histogram<double> EffectDuration = Meter.CreateHistogram<double>(
        "causeway.effect.duration",
        "s",
        "How long runs of effects took.",
        advice: new() { HistogramBucketBoundaries = Durations.Seconds }
    );
    private static readonly Counter<long> EffectRuns = Meter.CreateCounter<long>(
        "causeway.effect.runs",
        "{run}",
        "Runs of effects, by kind and by what came of them."
    );
    private static readonly Counter<long> EffectsGivenUp = Meter.CreateCounter<long>(
        "causeway.effects.given_up",
        "{effect}",
        "Effects that were tried for longer than their policy allows."
    );

    /// <summary>Counters of these kinds of effects are 0 from now on: what appears only with the first failure, no alarm sees rise.</summary>
    public static void Begin(IEnumerable<string> kinds)
    {
        foreach (string kind in kinds)
        {
            EffectsGivenUp.Add(0, new KeyValuePair<string, object?>("kind", kind));
            foreach (string outcome in (ReadOnlySpan<string>)[nameof(EffectOutcome.Done), nameof(EffectOutcome.Retry)])
                EffectRuns.Add(0, new("kind", kind), new("outcome", outcome));
        }
    }

    /// <summary>A decision about one or more resources, from reading to commit.</summary>
    internal static Activity? Decide(ImmutableArray<Addressed> signals) =>
        Source.HasListeners() && !signals.IsEmpty
            ? Source.StartActivity($"decide {signals[0].Type}")?.SetTag("causeway.resource", signals[0].Id.Text)
            : null;

    internal static Activity? Commit() => Source.StartActivity("commit");

    internal static void Committed(Activity? activity, TimeSpan took, CommitOutcome? outcome)
    {
        string name = outcome?.GetType().Name ?? "Failed";
        CommitDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", name));
        activity?.SetTag("causeway.outcome", name);
        if (outcome is null)
            activity?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>The changes with the present trace in everything that others will act on; as they are when it is not recorded.</summary>
    internal static Changes Traced(Changes changes) =>
        Activity.Current is not { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } trace }
            ? changes
            : changes with
            {
                Writes =
                [
                    .. changes.Writes.Select(w =>
                        w is ResourceWrite.Put put ? put with { Resource = put.Resource with { Trace = trace } } : w
                    ),
                ],
                Effects = [.. changes.Effects.Select(e => e with { Trace = trace })],
            };

    /// <summary>A run of an effect, in the trace of what asked for it.</summary>
    internal static Activity? Effect(LeasedEffect leased)
    {
        if (!Source.HasListeners())
            return null;
        ActivityContext.TryParse(leased.Effect.Trace, null, isRemote: true, out ActivityContext asked);
        return Source
            .StartActivity($"effect {leased.Effect.Kind}", ActivityKind.Consumer, asked)
            ?.SetTag("causeway.resource", leased.Effect.Resource.Text)
            .SetTag("causeway.attempt", leased.Attempt)
            .SetTag("causeway.waited_seconds", leased.Waited.TotalSeconds);
    }

    /// <summary>A wake-up begins a trace of its own: who made the resource wait has long had an answer.</summary>
    internal static Activity? WakeUp(DueWakeUp due) =>
        Source
            .StartActivity($"wake-up {due.Name}", ActivityKind.Consumer, parentContext: default)
            ?.SetTag("causeway.resource", due.Resource.Text)
            .SetTag("causeway.due", due.Due.ToString("O", CultureInfo.InvariantCulture));

    /// <param name="why">Why it did not do its work; null when it did.</param>
    internal static void Ran(Activity? activity, string kind, TimeSpan took, string outcome, string? why)
    {
        EffectRuns.Add(1, new("kind", kind), new("outcome", outcome));
        EffectDuration.Record(took.TotalSeconds, new("kind", kind), new("outcome", outcome));
        activity?.SetTag("causeway.outcome", outcome);
        if (why is not null)
            activity?.SetStatus(ActivityStatusCode.Error, why);
    }

    internal static void GaveUp(string kind) => EffectsGivenUp.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
