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
/// Theory of operation. One loop drives one group of routers (a pair, or those of an exchange), and nothing else does. It is turned when a commit announces something new for the group, when a
/// driver says that something changed, and by its own sweep. A turn reads the rows that want something on the group, compiles the whole intent of each router,
/// gives it to them one after the other, tells every resource whose state that changes, and writes down what the routers are. A turn of a sweep is
/// the same turn, and reads the routers before: what somebody changed on them by hand, or what one lost, is a difference like any other.
///
/// Never two routers at once: the turn is the only place that calls Apply, and it awaits each. A router that throws, or does not answer within its time, is
/// away: that is noted, and tried again with a back-off of its own, and does not keep the others waiting. A call that does not even heed its cancellation is
/// left to itself, and its router is given nothing more until it has ended.
///
/// It acts only while it holds the lease of the group. Without an answer of the store it does nothing, and the sessions stay as they are. Once the store says
/// that another node has the group, the drivers let go.
///
/// A process that stops suspends its routers, and writes down for the next one, here or elsewhere, what it left behind (<see cref="RouterRestart"/>), before it
/// gives the lease back. Neither writing nor reading that ever stands in the way: without it routers start as after a crash.
/// </summary>
public sealed partial class GroupReconciler : Loop, IAsyncDisposable
{
    private static readonly TimeSpan ObserveEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ObserveAtMostEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StoreAnswersWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HeedsWithin = TimeSpan.FromSeconds(1);

    private readonly RouterGroup _group;
    private readonly RouterRuntime[] _routers;
    private readonly Ownership _ownership;
    private readonly GroupRows _rows;
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

    internal GroupReconciler(
        RouterGroup group,
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
        : base($"routers {group.Name}")
    {
        (_group, _ownership, _types, _engine, _topology, _settings) = (group, ownership, types, engine, topology, settings);
        (_time, _log, _node) = (time, log, node);
        Asn = topology().Asn;
        Announcement = IOnRouters.Announcement(group.Name);
        _rows = new GroupRows(engine.Store, group, types, reveal, time);
        _routers =
        [
            .. drivers.Select(
                (driver, i) =>
                    new RouterRuntime(new GroupMember(group, i), driver, new HistoryWriter(engine.Store, time, group.Routers[i].Name))
            ),
        ];
        foreach (RouterRuntime router in _routers)
            router.Driver.Changed += () =>
            {
                Interlocked.Exchange(ref router.Dirty, 1);
                Wake();
            };
        ownership.Changed += Wake;
    }

    public override LoopStage Stage => LoopStage.Routers;

    /// <summary>Routers that all use up their time, and what the store needs.</summary>
    public override TimeSpan Patience => 2 * _routers.Length * (_settings.AnswerWithin + HeedsWithin) + TimeSpan.FromSeconds(30);

    /// <summary>What commits announce that have something new for the group.</summary>
    internal string Announcement { get; }

    public Ownership Ownership => _ownership;

    /// <summary>The group as it was when its drivers were made.</summary>
    internal RouterGroup Group => _group;

    /// <summary>Our ASN when its drivers were made.</summary>
    internal Asn Asn { get; }

    internal IEnumerable<RouterRuntime> Routers => _routers;

    /// <summary>True when a topology has the group as its drivers were made.</summary>
    internal bool IsIn(NetworkTopology topology) =>
        Asn == topology.Asn && topology.FindGroup(_group.Name) is { } now && now.DrivesAs(_group);

    /// <summary>There is something new for the group.</summary>
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
            foreach (RouterRuntime router in _routers)
            {
                router.Forget();
                await ResumeAsync(router, cancellation);
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
        using Activity? activity = sweep || asked ? RouterTelemetry.Reconcile(_group.Name, _rows.NewTraces) : null;
        if (sweep)
            _sweptAt = Math.Max(1, _time.GetTimestamp());
        // Who is well goes first, so that a change does not wait for who is not.
        foreach (RouterRuntime router in _routers.OrderBy(s => s.Failures > 0))
            await DriveAsync(router, sweep, cancellation);
        await ObserveAsync(cancellation);
        await TellAsync(cancellation);
        return new TurnResult(Says(), Next());
    }

    /// <summary>Ends the drivers, and only then gives the group to others.</summary>
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
        foreach (RouterRuntime router in _routers)
            await router.Driver.DisposeAsync();
    }

    private async Task SuspendAsync(CancellationToken hurry)
    {
        try
        {
            var left = new List<Observation>();
            foreach (RouterRuntime router in _routers)
                if (await router.Driver.SuspendAsync(hurry).WaitAsync(_settings.AnswerWithin, _time, hurry) is { } restart)
                    left.Add(
                        new Observation(
                            ObservationKeys.Restart(router.Name),
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
            NotSuspended(_group.Name, Problem.Text(e));
        }
    }

    private async Task ResumeAsync(RouterRuntime router, CancellationToken cancellation)
    {
        try
        {
            Observation? written = await _engine
                .Store.GetObservationAsync(ObservationKeys.Restart(router.Name), cancellation)
                .AsTask()
                .WaitAsync(StoreAnswersWithin, _time, cancellation);
            if (written is not null && JsonSerializer.Deserialize(written.Body.Span, ObservationJson.Default.RouterRestart) is { } before)
                await router.Driver.ResumeAsync(before, cancellation).WaitAsync(_settings.AnswerWithin, _time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            NotResumed(router.Name, Problem.Text(e));
        }
    }

    private void Compile()
    {
        foreach (RouterRuntime router in _routers)
        {
            (RouterIntent intent, router.Faults, IReadOnlyDictionary<string, string> faults) = _rows.Of(
                router.Member,
                router.Member.Router.Asn ?? _topology().Asn
            );
            router.Maintenance = _rows.Maintenance;
            if (intent.Fingerprint == router.Compiled && router.Wanted is not null && SameFaults(faults, router.CompileFaults))
                continue;
            router.CompileFaults = faults;
            router.Compiled = intent.Fingerprint;
            IReadOnlyList<CapabilityIssue> issues = router.Driver.Check(intent);
            router.Wanted = Without(intent, issues);
            router.LeftOut = issues
                .GroupBy(i => i.Instance)
                .Select(g =>
                    (Instance: g.Key, Says: string.Join("; ", g.Select(i => i.Session is null ? i.Says : $"{i.Session}: {i.Says}")))
                )
                .Concat(faults.Select(f => (Instance: f.Key, Says: f.Value)))
                .GroupBy(f => f.Instance)
                .ToDictionary(g => g.Key, g => string.Join("; ", g.Select(f => f.Says)), StringComparer.Ordinal);
            router.IsInPlace = false;
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
    private async Task DriveAsync(RouterRuntime router, bool sweep, CancellationToken cancellation)
    {
        if (router.Wanted is not { } wanted || (router.IsInPlace && !sweep))
            return;
        if (router.UntilRetry(_time) > TimeSpan.Zero)
            return;
        try
        {
            RouterReport now =
                sweep || router.Report is null || router.Failures > 0
                    ? await CallAsync(router, "read", c => router.Driver.ReadAsync(c), cancellation)
                    : router.Report;
            RouterPlan plan = router.Driver.Plan(wanted, now);
            if (!plan.IsEmpty)
            {
                using Activity? activity = RouterTelemetry.Apply(router.Name, plan.Changes.Length, wanted.Instances.Length, _epoch);
                now = await CallAsync(router, "apply", c => router.Driver.ApplyAsync(plan, _epoch, c), cancellation);
                Applied(router.Name, plan.Changes.Length, wanted.Instances.Length);
                plan = router.Driver.Plan(wanted, now);
            }
            if (router.Away is not null)
                Back(router.Name);
            router.Report = now;
            router.ReadAt = _time.GetTimestamp();
            router.IsInPlace = plan.IsEmpty;
            router.Away = null;
            router.AwaySince = null;
            if (plan.IsEmpty)
                router.Failures = 0;
            else
                // The router did not take all of it: that is said per instance, and tried again.
                router.Failed(_time);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            router.Failed(_time);
            router.IsInPlace = false;
            string problem = Problem.Text(e);
            if (router.Away is null)
                IsAway(router.Name, problem);
            router.AwaySince ??= _time.GetUtcNow();
            router.Away = problem;
        }
        _mustTell = true;
    }

    /// <summary>One call of a driver, within its time and within what is left of the lease.</summary>
    private async Task<T> CallAsync<T>(
        RouterRuntime router,
        string what,
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancellation
    )
    {
        if (router.Stuck is { IsCompleted: false })
            throw new TimeoutException("an earlier call has not ended; it is given nothing more until it has");
        router.Stuck = null;
        TimeSpan left = _ownership.Left;
        if (left <= TimeSpan.Zero)
            throw new TimeoutException("the lease of the group has lapsed");
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
            RouterTelemetry.Called(router.Name, what, _time.GetElapsedTime(began), running.IsCompletedSuccessfully);
            if (!running.IsCompleted)
            {
                await giveUp.CancelAsync();
                await Task.WhenAny(running, Task.Delay(HeedsWithin, _time, CancellationToken.None));
            }
            if (running.IsCompleted)
                giveUp.Dispose();
            else
                router.Stuck = running.ContinueWith(
                    static t => _ = t.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
        }
    }

    /// <summary>Another node has the group: routers of this process end.</summary>
    private async Task LetGoAsync(CancellationToken cancellation)
    {
        if (_epoch == 0)
            return;
        foreach (RouterRuntime router in _routers)
        {
            Released(router.Name);
            await router.Driver.ReleaseAsync(cancellation).WaitAsync(_settings.AnswerWithin, _time, cancellation);
            router.Forget();
        }
        _epoch = 0;
    }

    /// <summary>Tells every resource for which something is new, and no other.</summary>
    private async Task TellAsync(CancellationToken cancellation)
    {
        if (!_mustTell)
            return;
        DateTimeOffset now = _time.GetUtcNow();
        var news = new List<(GroupRow Row, int Index, string Outcome, List<Signal> Signals)>();
        for (int i = 0; i < _routers.Length; i++)
        {
            RouterRuntime router = _routers[i];
            // While it is away nothing is known of it that its resources do not know.
            if (router.Away is not null || router.Report is not { } report || router.Wanted is null)
                continue;
            Dictionary<string, InstanceReport> instances = report.Instances.ToDictionary(x => x.Name, StringComparer.Ordinal);
            var outcome = new SideOutcome(router.Member, now, report, router.LeftOut, null);
            foreach (GroupRow row in _rows.All)
            {
                if (row.Problem is not null)
                    continue;
                string says = OutcomeOf(row.Row!, row.On(router.Member.Index), router, instances);
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
                foreach ((_, int index, string says, List<Signal> signals) in row)
                {
                    foreach (Signal signal in signals)
                        if (
                            await _engine.SendAsync(row.Key.Row!.Id, row.Key.Row!.Type, signal, SendContext.Causeway, c)
                            is SendOutcome.Refused refused
                        )
                            Unwanted(row.Key.Row!.Id, refused.Refusal.Message);
                    row.Key.Told[index] = says;
                }
            }
        );
        _mustTell = false;
    }

    /// <summary>What a row can be told of one router, as a text that differs when it does.</summary>
    private static string OutcomeOf(
        StoredResource row,
        Compiled compiled,
        RouterRuntime router,
        Dictionary<string, InstanceReport> instances
    )
    {
        var problems = compiled
            .Instances.Select(i => i.Name)
            .Concat(compiled.Faults.Keys)
            .Distinct()
            .Select(name =>
                router.LeftOut.GetValueOrDefault(name)
                ?? (instances.TryGetValue(name, out InstanceReport? found) ? found.Problem : "absent")
            );
        return $"{row.Revision}|{string.Join('|', problems)}";
    }

    /// <summary>Reads the routers when they said that something changed, or it is time, and writes down what is new.</summary>
    private async Task ObserveAsync(CancellationToken cancellation)
    {
        foreach (RouterRuntime router in _routers)
        {
            bool due =
                router.ReadAt == 0
                || _time.GetElapsedTime(router.ReadAt) >= ObserveEvery
                || (Volatile.Read(ref router.Dirty) == 1 && _time.GetElapsedTime(router.ReadAt) >= ObserveAtMostEvery);
            if (due && router.Report is not null && router.Away is null)
                try
                {
                    Interlocked.Exchange(ref router.Dirty, 0);
                    RouterReport report = await CallAsync(router, "read", c => router.Driver.ReadAsync(c), cancellation);
                    router.ReadAt = _time.GetTimestamp();
                    router.Report = report;
                    if (router.IsInPlace && router.Wanted is { } wanted && !router.Driver.Plan(wanted, report).IsEmpty)
                    {
                        // It lost something, or somebody changed it: put it back, and tell whose it was.
                        router.IsInPlace = false;
                        _mustTell = true;
                        Drifted(router.Name);
                        await DriveAsync(router, sweep: false, cancellation);
                    }
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    router.Failed(_time);
                    router.IsInPlace = false;
                    router.AwaySince ??= _time.GetUtcNow();
                    router.Away = Problem.Text(e);
                    IsAway(router.Name, router.Away);
                }
            await WriteDownAsync(router, cancellation);
            if (router.Away is null && router.Report is { } read)
            {
                router.History.Saw(read);
                await router.History.WriteAsync(_epoch, cancellation);
            }
        }
    }

    private async Task WriteDownAsync(RouterRuntime router, CancellationToken cancellation)
    {
        if (router.Wanted is not { } wanted)
            return;
        DateTimeOffset now = _time.GetUtcNow();
        var bodies = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var head = new RouterHead(
            router.Name,
            _group.Name,
            _node,
            _epoch,
            wanted.Fingerprint,
            // A router that was never given anything says no revision, and may be as it should be all the same.
            router.IsInPlace
                ? wanted.Fingerprint
                : router.Report?.Revision ?? "",
            router.Away ?? router.Report?.Problem,
            router.AwaySince,
            router.Faults
        )
        {
            Maintenance = router.Maintenance,
            Plan = router.IsInPlace || router.Report is null ? "" : router.Driver.Plan(wanted, router.Report).ToString(),
        };
        bodies.Add(ObservationKeys.Router(router.Name), JsonSerializer.SerializeToUtf8Bytes(head, ObservationJson.Default.RouterHead));
        foreach (InstanceReport instance in router.Away is null ? router.Report?.Instances ?? [] : [])
            bodies.Add(
                ObservationKeys.Instance(router.Name, instance.Name),
                JsonSerializer.SerializeToUtf8Bytes(instance, ObservationJson.Default.InstanceReport)
            );
        bool heartbeat = router.WrittenAt == 0 || _time.GetElapsedTime(router.WrittenAt) >= HeartbeatEvery;
        List<Observation> news =
        [
            .. bodies
                .Where(
                    (b, i) =>
                        (i == 0 && heartbeat) || !router.Written.TryGetValue(b.Key, out var was) || !was.Span.SequenceEqual(b.Value.Span)
                )
                .Select(b => new Observation(b.Key, now, _epoch, head.Applied, b.Value)),
        ];
        if (news.Count > 0)
        {
            // The head with each batch: it says until when everything else is known to be as it is written.
            if (news[0].Key != ObservationKeys.Router(router.Name))
                news.Insert(
                    0,
                    new Observation(
                        ObservationKeys.Router(router.Name),
                        now,
                        _epoch,
                        head.Applied,
                        bodies[ObservationKeys.Router(router.Name)]
                    )
                );
            using Activity? activity = RouterTelemetry.Observe(router.Name, news.Count);
            await _engine.Store.PutObservationsAsync(news, cancellation);
            router.WrittenAt = _time.GetTimestamp();
            HashSet<string> told = [.. news.Select(o => o.Key)];
            _settings.Observed(
                (router.Report?.Instances ?? [])
                    .Where(i => told.Contains(ObservationKeys.Instance(router.Name, i.Name)))
                    .Select(i => ObservedInstance.Of(WrittenOf(router, i.Name), i))
                    .ToList()
            );
        }
        foreach (string gone in router.Away is null ? router.Written.Keys.Except(bodies.Keys).ToList() : [])
        {
            await _engine.Store.DeleteObservationsAsync(gone, cancellation);
            router.Written.Remove(gone);
        }
        foreach ((string key, ReadOnlyMemory<byte> body) in bodies)
            router.Written[key] = body;
    }

    private static InstanceReport? WrittenOf(RouterRuntime router, string instance) =>
        router.Written.TryGetValue(ObservationKeys.Instance(router.Name, instance), out ReadOnlyMemory<byte> body)
            ? JsonSerializer.Deserialize(body.Span, ObservationJson.Default.InstanceReport)
            : null;

    private string Says()
    {
        string away = string.Join(" and ", _routers.Where(s => s.Away is not null).Select(s => s.Name));
        return $"{_rows.Count} resources on {_group.Name}{(away.Length == 0 ? "" : $"; {away} away")}";
    }

    private TimeSpan Next()
    {
        TimeSpan next = ObserveEvery;
        foreach (RouterRuntime router in _routers)
        {
            if (!router.IsInPlace && router.Failures > 0)
                next = Shorter(next, router.UntilRetry(_time));
            if (Volatile.Read(ref router.Dirty) == 1)
                next = Shorter(next, ObserveAtMostEvery - _time.GetElapsedTime(router.ReadAt));
        }
        return next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(10);

        static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    [LoggerMessage(2001, LogLevel.Debug, "Router {Router} was given {Changes} changed instances of {Instances}")]
    private partial void Applied(string router, int changes, int instances);

    [LoggerMessage(2002, LogLevel.Error, "Router {Router} cannot be driven: {Problem}; the others are driven on, and it is tried again")]
    private partial void IsAway(string router, string problem);

    [LoggerMessage(2003, LogLevel.Warning, "Router {Router} is not this node's any more")]
    private partial void Released(string router);

    [LoggerMessage(2004, LogLevel.Information, "Router {Router} can be driven again")]
    private partial void Back(string router);

    [LoggerMessage(2005, LogLevel.Warning, "Router {Router} is not what it was made: it is put back")]
    private partial void Drifted(string router);

    [LoggerMessage(2007, LogLevel.Warning, "Not all of {Group} was ended for a restart, or it could not be written down: {Problem}")]
    private partial void NotSuspended(string group, string problem);

    [LoggerMessage(2008, LogLevel.Warning, "Router {Router} starts without knowing how it was ended: {Problem}")]
    private partial void NotResumed(string router, string problem);

    [LoggerMessage(2006, LogLevel.Debug, "{Resource} did not want to be told: {Why}")]
    private partial void Unwanted(ResourceId resource, string why);
}
