using System.Diagnostics.Metrics;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Registries;
using Causeway.Routers;
using Causeway.Server.Registries;
using Causeway.Server.Topology;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Server.Telemetry;

/// <summary>
/// The operator's status as numbers over time: loops, effects, wake-ups, routers, sessions, the store. What only the store knows is asked every ten seconds, as
/// whoever collects numbers cannot wait for it; how long it took to answer is a number, too. There only while somebody collects.
/// </summary>
internal sealed class StatusMeters : Loop, IDisposable
{
    private const string Established = "Established";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly IStore _store;
    private readonly IRouterStatus _routers;
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new("Causeway.Server");
    private readonly Histogram<double> _storeDuration;
    private readonly string[] _kinds;
    private volatile IReadOnlyList<EffectsOfKind> _effects = [];
    private volatile IReadOnlyList<RouterStanding> _standings = [];
    private long _wakeUps;
    private volatile bool _answers;

    public StatusMeters(
        Supervisor supervisor,
        IStore store,
        IEnumerable<IEffectHandler> effects,
        IRouterStatus routers,
        RouterFleet fleet,
        LiveTopology topology,
        LiveRegistries registries,
        TimeProvider clock
    )
        : base("telemetry")
    {
        (_store, _routers, _clock) = (store, routers, clock);
        // A kind of which nothing waits has no rows, and is a number all the same.
        _kinds = [.. effects.Select(e => e.Kind)];
        _storeDuration = _meter.CreateHistogram<double>(
            "causeway.store.duration",
            "s",
            "How long the store took to answer what the operator's status needs.",
            advice: new() { HistogramBucketBoundaries = Durations.Seconds }
        );
        _meter.CreateObservableGauge("causeway.store.answers", () => _answers ? 1 : 0, null, "1 while the store answers.");

        Loops("causeway.loop.well", "1 while a loop does its work, 0 while it fails, hangs or has ended.", l => l.IsWell ? 1 : 0);
        Loops("causeway.loop.failures", "Failed turns of a loop in a row.", l => l.Failures);
        Loops("causeway.loop.turn.duration", "How long the last turn of a loop took.", l => l.LastTook.TotalSeconds, "s");
        _meter.CreateObservableCounter(
            "causeway.loop.turns",
            () => supervisor.Status.Select(l => new Measurement<long>(l.Turns, new KeyValuePair<string, object?>("loop", l.Name))),
            "{turn}",
            "Turns of a loop, well or not."
        );

        Effects("causeway.effects.waiting", "Effects that wait, by kind; of all nodes.", k => k.Waiting, "{effect}");
        Effects("causeway.effects.running", "Effects that run, by kind; of all nodes.", k => k.Running, "{effect}");
        Effects("causeway.effects.overdue", "For how long the oldest effect of a kind could have run.", Overdue, "s");
        _meter.CreateObservableGauge("causeway.wake_ups.waiting", () => Interlocked.Read(ref _wakeUps), "{wake-up}", "Wake-ups that wait.");

        Routers(
            "causeway.router.in_place",
            "1 while a router has the revision it should have.",
            r => r.Wanted is not null && r.Wanted == r.Applied ? 1 : 0
        );
        Routers("causeway.router.well", "1 while nothing is wrong with a router.", r => r.Problem is null ? 1 : 0);
        Routers("causeway.router.owned", "1 while a node drives a router.", r => r.Owner is null ? 0 : 1);
        Routers("causeway.router.unseen", "How long ago a router was last seen.", r => Ago(r.At), "s");
        _meter.CreateObservableGauge(
            "causeway.sessions",
            () =>
                fleet
                    .Sessions.GroupBy(s => (s.Router, s.Session.State))
                    .Select(g => new Measurement<int>(g.Count(), new("router", g.Key.Router), new("state", g.Key.State)))
                    .Concat(
                        _standings
                            .Select(r => r.Router)
                            .Except(fleet.Sessions.Where(s => s.Session.State == Established).Select(s => s.Router))
                            .Select(router => new Measurement<int>(0, new("router", router), new("state", Established)))
                    ),
            "{session}",
            "BGP sessions of the routers that this node drives, by state (RFC 4271)."
        );
        _meter.CreateObservableGauge(
            "causeway.routes.accepted",
            () =>
                fleet
                    .Sessions.GroupBy(s => s.Router)
                    .Select(g => new Measurement<long>(
                        g.Sum(s => (long)(s.Session.Accepted ?? 0)),
                        new KeyValuePair<string, object?>("router", g.Key)
                    ))
                    .Concat(
                        _standings
                            .Select(r => r.Router)
                            .Except(fleet.Sessions.Select(s => s.Router))
                            .Select(router => new Measurement<long>(0, new KeyValuePair<string, object?>("router", router)))
                    ),
            "{route}",
            "Routes that the routers of this node accepted from their peers."
        );
        _meter.CreateObservableGauge(
            "causeway.topology.revision",
            () => topology.Installed.Revision,
            null,
            "The revision of the topology in force."
        );
        Sources("causeway.registry.records", "Records in use of a source of registry data.", s => s.Records, "{record}");
        Sources("causeway.registry.age", "How old what is in use of a source is.", s => Ago(s.AsOf), "s");
        Sources("causeway.registry.well", "1 while nothing is wrong with a source.", s => s.Problem is null ? 1 : 0);
        Sources("causeway.registry.held_back", "1 while a newer state of a source is held back, to be accepted.", s => s.HoldsBack ? 1 : 0);

        void Loops(string name, string help, Func<LoopStatus, double> value, string? unit = null) =>
            _meter.CreateObservableGauge(
                name,
                () => supervisor.Status.Select(l => new Measurement<double>(value(l), new KeyValuePair<string, object?>("loop", l.Name))),
                unit,
                help
            );

        void Effects(string name, string help, Func<EffectsOfKind, double> value, string unit) =>
            _meter.CreateObservableGauge(
                name,
                () => All(_effects).Select(k => new Measurement<double>(value(k), new KeyValuePair<string, object?>("kind", k.Kind))),
                unit,
                help
            );

        void Sources(string name, string help, Func<SourceStatus, double> value, string? unit = null) =>
            _meter.CreateObservableGauge(
                name,
                () => registries.Status.Select(s => new Measurement<double>(value(s), new("source", s.Name), new("kind", s.Kind))),
                unit,
                help
            );

        void Routers(string name, string help, Func<RouterStanding, double> value, string? unit = null) =>
            _meter.CreateObservableGauge(
                name,
                () => _standings.Select(r => new Measurement<double>(value(r), new("router", r.Router), new("pair", r.Pair))),
                unit,
                help
            );
    }

    /// <summary>Nobody is turned away because numbers are old.</summary>
    public override bool IsNeeded => false;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        long began = _clock.GetTimestamp();
        _answers = false;
        _effects = await _store.EffectsByKindAsync(cancellation);
        Interlocked.Exchange(ref _wakeUps, (await _store.WakeUpsPendingAsync(cancellation)).Waiting);
        _standings = await _routers.AllAsync(cancellation);
        _answers = true;
        TimeSpan took = _clock.GetElapsedTime(began);
        _storeDuration.Record(took.TotalSeconds);
        return new($"{_standings.Count} routers, {_effects.Sum(k => k.Waiting)} effects wait", Every);
    }

    private IEnumerable<EffectsOfKind> All(IReadOnlyList<EffectsOfKind> stored) =>
        stored.Concat(_kinds.Except(stored.Select(k => k.Kind)).Select(kind => new EffectsOfKind(kind, 0, 0, null, null)));

    private double Overdue(EffectsOfKind kind) => kind.OldestDue is { } due ? Math.Max(0, Ago(due)) : 0;

    private double Ago(DateTimeOffset? at) => at is { } then ? (_clock.GetUtcNow() - then).TotalSeconds : double.NaN;

    public void Dispose() => _meter.Dispose();
}
