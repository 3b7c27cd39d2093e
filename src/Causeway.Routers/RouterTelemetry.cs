using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Hosting;

namespace Causeway.Routers;

/// <summary>What can be traced and measured of driving routers; nothing of it costs anything while nobody listens.</summary>
internal static class RouterTelemetry
{
    public const string Name = "Causeway.Routers";

    /// <summary>What one turn answers is said of so many at most.</summary>
    private const int MostLinks = 32;

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram<double>(
        "causeway.router.call.duration",
        "s",
        "How long routers took to be read or to take what is new.",
        advice: new() { HistogramBucketBoundaries = Durations.Seconds }
    );

    /// <summary>
    /// A turn that answers what was committed: part of the trace of the one commit, or, as it answers many at once, a trace of its own with a link to each.
    /// Null when nothing was asked.
    /// </summary>
    /// <param name="asked">W3C traceparents.</param>
    public static Activity? Reconcile(string group, IReadOnlyCollection<string> asked)
    {
        if (asked.Count == 0 || !Source.HasListeners())
            return null;
        ActivityContext[] contexts =
        [
            .. asked.Take(MostLinks).Select(t => ActivityContext.TryParse(t, null, isRemote: true, out ActivityContext c) ? c : default),
        ];
        return Source
            .StartActivity(
                "reconcile",
                ActivityKind.Consumer,
                contexts.Length == 1 ? contexts[0] : default,
                links: contexts.Length == 1 ? null : contexts.Where(c => c != default).Select(c => new ActivityLink(c))
            )
            ?.SetTag("causeway.pair", group);
    }

    public static Activity? Apply(string router, int changes, int instances, long epoch) =>
        Source
            .StartActivity("apply", ActivityKind.Client)
            ?.SetTag("causeway.router", router)
            .SetTag("causeway.changes", changes)
            .SetTag("causeway.instances", instances)
            .SetTag("causeway.epoch", epoch);

    /// <summary>What was seen of a router is written down.</summary>
    public static Activity? Observe(string router, int news) =>
        Activity.Current is null
            ? null
            : Source.StartActivity("observe")?.SetTag("causeway.router", router).SetTag("causeway.observations", news);

    /// <param name="what">read or apply.</param>
    public static void Called(string router, string what, TimeSpan took, bool well) =>
        CallDuration.Record(
            took.TotalSeconds,
            new("router", router),
            new("call", what),
            new KeyValuePair<string, object?>("outcome", well ? "ok" : "failed")
        );
}
