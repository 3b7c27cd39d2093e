using System.Diagnostics;
using System.Text.Json;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Routers;

/// <summary>
/// Theory of operation. One loop drives one pair of routers, and nothing else does. It is turned when a commit announces something new for the pair, when a
/// driver says that something changed, and by its own sweep. A turn reads the rows that want something on the pair, compiles the whole intent of each router,
/// gives it to the two routers one after the other, tells every resource whose state that changes, and writes down what the routers are. A turn of a sweep is
/// the same turn, and reads the routers before: what somebody changed on them by hand, or what one lost, is a difference like any other.
///
/// Never both routers at once: the turn is the only place that calls Apply, and it awaits each. A router that throws, or does not answer within its time, is
/// away: that is noted, and tried again with a back-off of its own, and does not keep its twin waiting. A call that does not even heed its cancellation is
/// left to itself, and its router is given nothing more until it has ended.
///
/// It acts only while it holds the lease of the pair. Without an answer of the store it does nothing, and the sessions stay as they are. Once the store says
/// that another node has the pair, the drivers let go.
///
/// A process that stops suspends its routers, and writes down for the next one, here or elsewhere, what it left behind (<see cref="RouterRestart"/>), before it
/// gives the lease back. Neither writing nor reading that ever stands in the way: without it routers start as after a crash.
/// </summary>
public sealed partial class PairReconciler : Loop, IAsyncDisposable
{
    private static readonly TimeSpan ObserveEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ObserveAtMostEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StoreAnswersWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HeedsWithin = TimeSpan.FromSeconds(1);

    private readonly RouterPair _pair;
    private readonly SideRuntime[] _sides;
    private readonly Ownership _ownership;
    private readonly PairRows _rows;
    private readonly IReadOnlyDictionary<string, IOnRouters> _types;
    private readonly Engine _engine;
    private readonly Func<NetworkTopology> _topology;
    private readonly FleetSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _node;
    private int _asked = 1;
    private long _epoch;
    private long _sweptAt;
    private bool _mustTell;
    private int _disposed;

    internal PairReconciler(
        RouterPair pair,
        IEnumerable<IRouterDriver> drivers,
        Ownership ownership,
        IReadOnlyDictionary<string, IOnRouters> types,
        Engine engine,
        Func<NetworkTopology> topology,
        Func<string, Md5Key> reveal,
        FleetSettings settings,
        TimeProvider time,
        ILogger log,
        string node
    )
        : base($"routers {pair.Name}")
    {
        (_pair, _ownership, _types, _engine, _topology, _settings) = (pair, ownership, types, engine, topology, settings);
        (_time, _log, _node) = (time, log, node);
        Asn = topology().Asn;
        Announcement = IOnRouters.Announcement(pair.Name);
        _rows = new PairRows(engine.Store, pair, types, reveal);
        _sides = [.. drivers.Zip(Sides.Both, (driver, side) => new SideRuntime(new PairMember(pair, side), driver))];
        foreach (SideRuntime side in _sides)
            side.Driver.Changed += () =>
            {
                Interlocked.Exchange(ref side.Dirty, 1);
                Wake();
            };
        ownership.Changed += Wake;
    }

    public override LoopStage Stage => LoopStage.Routers;

    /// <summary>Two routers that both use up their time, and what the store needs.</summary>
    public override TimeSpan Patience => 4 * (_settings.AnswerWithin + HeedsWithin) + TimeSpan.FromSeconds(30);

    /// <summary>What commits announce that have something new for the pair.</summary>
    internal string Announcement { get; }

    public Ownership Ownership => _ownership;

    /// <summary>The pair as it was when its drivers were made.</summary>
    internal RouterPair Pair => _pair;

    /// <summary>Our ASN when its drivers were made.</summary>
    internal Asn Asn { get; }

    internal IEnumerable<SideRuntime> Routers => _sides;

    /// <summary>True when a topology has the pair as its drivers were made.</summary>
    internal bool IsIn(NetworkTopology topology) => Asn == topology.Asn && topology.FindPair(_pair.Name) is { } now && now.DrivesAs(_pair);

    /// <summary>There is something new for the pair.</summary>
    public void Ask()
    {
        Interlocked.Exchange(ref _asked, 1);
        Wake();
    }

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        if (_ownership.State == OwnershipState.Others)
        {
            await LetGoAsync(cancellation);
            return new TurnResult("another node drives it", null);
        }
        if (!_ownership.Holds)
            return new TurnResult("waits for its lease; the routers stay as they are", TimeSpan.FromSeconds(1));
        if (_epoch != _ownership.Epoch)
        {
            _epoch = _ownership.Epoch;
            _rows.Clear();
            foreach (SideRuntime side in _sides)
            {
                side.Forget();
                await ResumeAsync(side, cancellation);
            }
            _sweptAt = 0;
        }
        bool sweep = _sweptAt == 0 || _time.GetElapsedTime(_sweptAt) >= _settings.SweepEvery;
        bool asked = Interlocked.Exchange(ref _asked, 0) == 1;
        if (sweep || asked)
            try
            {
                await _rows.ReadAsync(_topology(), cancellation);
                Compile();
                _mustTell = true;
            }
            catch
            {
                Interlocked.Exchange(ref _asked, 1);
                throw;
            }
        using Activity? activity = sweep || asked ? RouterTelemetry.Reconcile(_pair.Name, _rows.NewTraces) : null;
        if (sweep)
            _sweptAt = Math.Max(1, _time.GetTimestamp());
        // Who is well goes first, so that a change does not wait for who is not.
        foreach (SideRuntime side in _sides.OrderBy(s => s.Failures > 0))
            await DriveAsync(side, sweep, cancellation);
        await ObserveAsync(cancellation);
        await TellAsync(cancellation);
        return new TurnResult(Says(), Next());
    }

    /// <summary>Ends the drivers, and only then gives the pair to others.</summary>
    public override async Task EndAsync(CancellationToken hurry)
    {
        await EndDriversAsync(hurry);
        await _ownership.EndAsync(hurry);
    }

    public async ValueTask DisposeAsync() => await EndDriversAsync(CancellationToken.None);

    /// <summary>Routers that are to come back are suspended; those that another node has, or that the topology has no more, just end.</summary>
    private async Task EndDriversAsync(CancellationToken hurry)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        if (_epoch != 0 && _ownership.State != OwnershipState.Others && IsIn(_topology()))
            await SuspendAsync(hurry);
        foreach (SideRuntime side in _sides)
            await side.Driver.DisposeAsync();
    }

    private async Task SuspendAsync(CancellationToken hurry)
    {
        try
        {
            var left = new List<Observation>();
            foreach (SideRuntime side in _sides)
                if (await side.Driver.SuspendAsync(hurry).WaitAsync(_settings.AnswerWithin, _time, hurry) is { } restart)
                    left.Add(
                        new Observation(
                            ObservationKeys.Restart(side.Name),
                            restart.At,
                            _epoch,
                            "",
                            JsonSerializer.SerializeToUtf8Bytes(restart, ObservationJson.Default.RouterRestart)
                        )
                    );
            if (left.Count > 0)
                await _engine.Store.PutObservationsAsync(left, hurry).WaitAsync(StoreAnswersWithin, _time, hurry);
        }
#pragma warning disable CA1031 // The process ends all the same; the next one starts as after a crash.
        catch (Exception e)
#pragma warning restore CA1031
        {
            NotSuspended(_pair.Name, Problem.Text(e));
        }
    }

    private async Task ResumeAsync(SideRuntime side, CancellationToken cancellation)
    {
        try
        {
            Observation? written = await _engine
                .Store.GetObservationAsync(ObservationKeys.Restart(side.Name), cancellation)
                .AsTask()
                .WaitAsync(StoreAnswersWithin, _time, cancellation);
            if (written is not null && JsonSerializer.Deserialize(written.Body.Span, ObservationJson.Default.RouterRestart) is { } before)
                await side.Driver.ResumeAsync(before, cancellation).WaitAsync(_settings.AnswerWithin, _time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            NotResumed(side.Name, Problem.Text(e));
        }
    }

    private void Compile()
    {
        foreach (SideRuntime side in _sides)
        {
            (RouterIntent intent, side.Faults, IReadOnlyDictionary<string, string> faults) = _rows.Of(side.Member.Side, _topology().Asn);
            if (intent.Fingerprint == side.Compiled && side.Wanted is not null && SameFaults(faults, side.CompileFaults))
                continue;
            side.CompileFaults = faults;
            side.Compiled = intent.Fingerprint;
            IReadOnlyList<CapabilityIssue> issues = side.Driver.Check(intent);
            side.Wanted = Without(intent, issues);
            side.LeftOut = issues
                .GroupBy(i => i.Instance)
                .Select(g =>
                    (Instance: g.Key, Says: string.Join("; ", g.Select(i => i.Session is null ? i.Says : $"{i.Session}: {i.Says}")))
                )
                .Concat(faults.Select(f => (Instance: f.Key, Says: f.Value)))
                .GroupBy(f => f.Instance)
                .ToDictionary(g => g.Key, g => string.Join("; ", g.Select(f => f.Says)), StringComparer.Ordinal);
            side.IsInPlace = false;
        }
    }

    private static bool SameFaults(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(f => b.GetValueOrDefault(f.Key) == f.Value);

    /// <summary>The intent without what the driver cannot do: the rest is applied.</summary>
    private static RouterIntent Without(RouterIntent intent, IReadOnlyList<CapabilityIssue> issues) =>
        issues.Count == 0
            ? intent
            : intent with
            {
                Instances =
                [
                    .. intent
                        .Instances.Where(i => !issues.Any(x => x.Instance == i.Name && x.Session is null))
                        .Select(i =>
                            issues
                                .Where(x => x.Instance == i.Name)
                                .Select(x => x.Session!)
                                .Distinct()
                                .Aggregate(i, (left, session) => left.Without(session))
                        ),
                ],
            };

    /// <summary>Makes one router be what it shall be, if it is not, and if it may be tried.</summary>
    private async Task DriveAsync(SideRuntime side, bool sweep, CancellationToken cancellation)
    {
        if (side.Wanted is not { } wanted || (side.IsInPlace && !sweep))
            return;
        if (side.UntilRetry(_time) > TimeSpan.Zero)
            return;
        try
        {
            RouterReport now =
                sweep || side.Report is null || side.Failures > 0
                    ? await CallAsync(side, "read", c => side.Driver.ReadAsync(c), cancellation)
                    : side.Report;
            RouterPlan plan = side.Driver.Plan(wanted, now);
            if (!plan.IsEmpty)
            {
                using Activity? activity = RouterTelemetry.Apply(side.Name, plan.Changes.Length, wanted.Instances.Length, _epoch);
                now = await CallAsync(side, "apply", c => side.Driver.ApplyAsync(plan, _epoch, c), cancellation);
                Applied(side.Name, plan.Changes.Length, wanted.Instances.Length);
                plan = side.Driver.Plan(wanted, now);
            }
            if (side.Away is not null)
                Back(side.Name);
            side.Report = now;
            side.ReadAt = _time.GetTimestamp();
            side.IsInPlace = plan.IsEmpty;
            side.Away = null;
            side.AwaySince = null;
            if (plan.IsEmpty)
                side.Failures = 0;
            else
                // The router did not take all of it: that is said per instance, and tried again.
                side.Failed(_time);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            side.Failed(_time);
            side.IsInPlace = false;
            string problem = Problem.Text(e);
            if (side.Away is null)
                IsAway(side.Name, problem);
            side.AwaySince ??= _time.GetUtcNow();
            side.Away = problem;
        }
        _mustTell = true;
    }

    /// <summary>One call of a driver, within its time and within what is left of the lease.</summary>
    private async Task<T> CallAsync<T>(SideRuntime side, string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        if (side.Stuck is { IsCompleted: false })
            throw new TimeoutException("an earlier call has not ended; it is given nothing more until it has");
        side.Stuck = null;
        TimeSpan left = _ownership.Left;
        if (left <= TimeSpan.Zero)
            throw new TimeoutException("the lease of the pair has lapsed");
        TimeSpan within = left < _settings.AnswerWithin ? left : _settings.AnswerWithin;
        var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long began = _time.GetTimestamp();
        Task<T> running = Task.Run(() => call(giveUp.Token), CancellationToken.None);
        try
        {
            return await running.WaitAsync(within, _time, cancellation);
        }
        finally
        {
            RouterTelemetry.Called(side.Name, what, _time.GetElapsedTime(began), running.IsCompletedSuccessfully);
            if (!running.IsCompleted)
            {
                await giveUp.CancelAsync();
                await Task.WhenAny(running, Task.Delay(HeedsWithin, _time, CancellationToken.None));
            }
            if (running.IsCompleted)
                giveUp.Dispose();
            else
                side.Stuck = running.ContinueWith(
                    static t => _ = t.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
        }
    }

    /// <summary>Another node has the pair: routers of this process end.</summary>
    private async Task LetGoAsync(CancellationToken cancellation)
    {
        if (_epoch == 0)
            return;
        foreach (SideRuntime side in _sides)
        {
            Released(side.Name);
            await side.Driver.ReleaseAsync(cancellation).WaitAsync(_settings.AnswerWithin, _time, cancellation);
            side.Forget();
        }
        _epoch = 0;
    }

    /// <summary>Tells every resource for which something is new, and no other.</summary>
    private async Task TellAsync(CancellationToken cancellation)
    {
        if (!_mustTell)
            return;
        DateTimeOffset now = _time.GetUtcNow();
        var news = new List<(PairRow Row, int Side, string Outcome, List<Signal> Signals)>();
        for (int i = 0; i < _sides.Length; i++)
        {
            SideRuntime side = _sides[i];
            // While it is away nothing is known of it that its resources do not know.
            if (side.Away is not null || side.Report is not { } report || side.Wanted is null)
                continue;
            Dictionary<string, InstanceReport> instances = report.Instances.ToDictionary(x => x.Name, StringComparer.Ordinal);
            var outcome = new SideOutcome(side.Member, now, report, side.LeftOut, null);
            foreach (PairRow row in _rows.All)
            {
                if (row.Problem is not null)
                    continue;
                string says = OutcomeOf(row.Row!, row.On(side.Member.Side), side, instances);
                if (row.Told[i] == says)
                    continue;
                news.Add((row, i, says, [.. _types[row.Row!.Type].Signals(outcome, row.Row!)]));
            }
        }
        await Parallel.ForEachAsync(
            news.GroupBy(n => n.Row),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellation },
            async (row, c) =>
            {
                foreach ((_, int side, string says, List<Signal> signals) in row)
                {
                    foreach (Signal signal in signals)
                        if (
                            await _engine.SendAsync(row.Key.Row!.Id, row.Key.Row!.Type, signal, SendContext.Causeway, c)
                            is SendOutcome.Refused refused
                        )
                            Unwanted(row.Key.Row!.Id, refused.Refusal.Message);
                    row.Key.Told[side] = says;
                }
            }
        );
        _mustTell = false;
    }

    /// <summary>What a row can be told of one router, as a text that differs when it does.</summary>
    private static string OutcomeOf(StoredResource row, Compiled compiled, SideRuntime side, Dictionary<string, InstanceReport> instances)
    {
        var problems = compiled
            .Instances.Select(i => i.Name)
            .Concat(compiled.Faults.Keys)
            .Distinct()
            .Select(name =>
                side.LeftOut.GetValueOrDefault(name) ?? (instances.TryGetValue(name, out InstanceReport? found) ? found.Problem : "absent")
            );
        return $"{row.Revision}|{string.Join('|', problems)}";
    }

    /// <summary>Reads the routers when they said that something changed, or it is time, and writes down what is new.</summary>
    private async Task ObserveAsync(CancellationToken cancellation)
    {
        foreach (SideRuntime side in _sides)
        {
            bool due =
                side.ReadAt == 0
                || _time.GetElapsedTime(side.ReadAt) >= ObserveEvery
                || (Volatile.Read(ref side.Dirty) == 1 && _time.GetElapsedTime(side.ReadAt) >= ObserveAtMostEvery);
            if (due && side.Report is not null && side.Away is null)
                try
                {
                    Interlocked.Exchange(ref side.Dirty, 0);
                    RouterReport report = await CallAsync(side, "read", c => side.Driver.ReadAsync(c), cancellation);
                    side.ReadAt = _time.GetTimestamp();
                    side.Report = report;
                    if (side.IsInPlace && side.Wanted is { } wanted && !side.Driver.Plan(wanted, report).IsEmpty)
                    {
                        // It lost something, or somebody changed it: put it back, and tell whose it was.
                        side.IsInPlace = false;
                        _mustTell = true;
                        Drifted(side.Name);
                        await DriveAsync(side, sweep: false, cancellation);
                    }
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    side.Failed(_time);
                    side.IsInPlace = false;
                    side.AwaySince ??= _time.GetUtcNow();
                    side.Away = Problem.Text(e);
                    IsAway(side.Name, side.Away);
                }
            await WriteDownAsync(side, cancellation);
        }
    }

    private async Task WriteDownAsync(SideRuntime side, CancellationToken cancellation)
    {
        if (side.Wanted is not { } wanted)
            return;
        DateTimeOffset now = _time.GetUtcNow();
        var bodies = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var head = new RouterHead(
            side.Name,
            _pair.Name,
            _node,
            _epoch,
            wanted.Fingerprint,
            // A router that was never given anything says no revision, and may be as it should be all the same.
            side.IsInPlace
                ? wanted.Fingerprint
                : side.Report?.Revision ?? "",
            side.Away ?? side.Report?.Problem,
            side.AwaySince,
            side.Faults
        )
        {
            Plan = side.IsInPlace || side.Report is null ? "" : side.Driver.Plan(wanted, side.Report).ToString(),
        };
        bodies.Add(ObservationKeys.Router(side.Name), JsonSerializer.SerializeToUtf8Bytes(head, ObservationJson.Default.RouterHead));
        foreach (InstanceReport instance in side.Away is null ? side.Report?.Instances ?? [] : [])
            bodies.Add(
                ObservationKeys.Instance(side.Name, instance.Name),
                JsonSerializer.SerializeToUtf8Bytes(instance, ObservationJson.Default.InstanceReport)
            );
        bool heartbeat = side.WrittenAt == 0 || _time.GetElapsedTime(side.WrittenAt) >= HeartbeatEvery;
        List<Observation> news =
        [
            .. bodies
                .Where(
                    (b, i) =>
                        (i == 0 && heartbeat) || !side.Written.TryGetValue(b.Key, out var was) || !was.Span.SequenceEqual(b.Value.Span)
                )
                .Select(b => new Observation(b.Key, now, _epoch, head.Applied, b.Value)),
        ];
        if (news.Count > 0)
        {
            // The head with each batch: it says until when everything else is known to be as it is written.
            if (news[0].Key != ObservationKeys.Router(side.Name))
                news.Insert(
                    0,
                    new Observation(ObservationKeys.Router(side.Name), now, _epoch, head.Applied, bodies[ObservationKeys.Router(side.Name)])
                );
            using Activity? activity = RouterTelemetry.Observe(side.Name, news.Count);
            await _engine.Store.PutObservationsAsync(news, cancellation);
            side.WrittenAt = _time.GetTimestamp();
        }
        foreach (string gone in side.Away is null ? side.Written.Keys.Except(bodies.Keys).ToList() : [])
        {
            await _engine.Store.DeleteObservationsAsync(gone, cancellation);
            side.Written.Remove(gone);
        }
        foreach ((string key, ReadOnlyMemory<byte> body) in bodies)
            side.Written[key] = body;
    }

    private string Says()
    {
        string away = string.Join(" and ", _sides.Where(s => s.Away is not null).Select(s => s.Name));
        return $"{_rows.Count} resources on {_pair.Name}{(away.Length == 0 ? "" : $"; {away} away")}";
    }

    private TimeSpan Next()
    {
        TimeSpan next = ObserveEvery;
        foreach (SideRuntime side in _sides)
        {
            if (!side.IsInPlace && side.Failures > 0)
                next = Shorter(next, side.UntilRetry(_time));
            if (Volatile.Read(ref side.Dirty) == 1)
                next = Shorter(next, ObserveAtMostEvery - _time.GetElapsedTime(side.ReadAt));
        }
        return next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(10);

        static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    [LoggerMessage(2001, LogLevel.Debug, "Router {Router} was given {Changes} changed instances of {Instances}")]
    private partial void Applied(string router, int changes, int instances);

    [LoggerMessage(2002, LogLevel.Error, "Router {Router} cannot be driven: {Problem}; its twin is driven on, and it is tried again")]
    private partial void IsAway(string router, string problem);

    [LoggerMessage(2003, LogLevel.Warning, "Router {Router} is not this node's any more")]
    private partial void Released(string router);

    [LoggerMessage(2004, LogLevel.Information, "Router {Router} can be driven again")]
    private partial void Back(string router);

    [LoggerMessage(2005, LogLevel.Warning, "Router {Router} is not what it was made: it is put back")]
    private partial void Drifted(string router);

    [LoggerMessage(2007, LogLevel.Warning, "Not all of {Pair} was ended for a restart, or it could not be written down: {Problem}")]
    private partial void NotSuspended(string pair, string problem);

    [LoggerMessage(2008, LogLevel.Warning, "Router {Router} starts without knowing how it was ended: {Problem}")]
    private partial void NotResumed(string router, string problem);

    [LoggerMessage(2006, LogLevel.Debug, "{Resource} did not want to be told: {Why}")]
    private partial void Unwanted(ResourceId resource, string why);
}
