using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Workflows;

/// <summary>
/// Theory of operation. Effects are rows. A turn leases those that are due, of the kinds this node knows and has room for, and begins a run of each; a run goes on
/// beside the turns, renews its lease, and completes the effect in the same transaction as the signals it brought back. If the process dies, the lease ends
/// and another run does the effect again. A failure is a stored later due time, never a loop in memory; after the time of its policy an effect is given up: its
/// owner is told, and decides. Nothing that a store or a handler throws ends more than one run or one turn: the <see cref="Supervisor"/> turns it again.
///
/// Between turns it rests until a commit enqueues something, a run ends, or the next due time comes; at most half a minute, so that a clock that was set is
/// noticed. Kinds have room of their own, and of one key one effect runs at a time: what hangs holds up nothing else.
/// </summary>
public sealed partial class EffectRunner : Loop, IDisposable
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    /// <summary>How long a handler may take to heed its cancelled token before it is left to itself.</summary>
    private static readonly TimeSpan Heeding = TimeSpan.FromSeconds(2);

    /// <summary>A process that stops lets what runs come to its end for so long, and then cancels it.</summary>
    private static readonly TimeSpan Finishing = TimeSpan.FromSeconds(2);

    private readonly Engine _engine;
    private readonly FrozenDictionary<string, IEffectHandler> _handlers;
    private readonly TimeProvider _time;
    private readonly ILogger<EffectRunner> _log;
    private readonly string _holder;
    private readonly ConcurrentDictionary<Guid, (string Kind, Task Run)> _running = [];
    private readonly ConcurrentDictionary<string, long> _gaveUp = [];
    private readonly CancellationTokenSource _stopping = new();
    private bool _listening;

    /// <param name="holder">Who leases for this node (<see cref="NodeIdentity.Id"/>): effects that need a lease run where it is held.</param>
    public EffectRunner(
        Engine engine,
        IEnumerable<IEffectHandler> handlers,
        TimeProvider time,
        ILogger<EffectRunner> log,
        string holder = ""
    )
        : base("effects")
    {
        (_engine, _time, _log, _holder) = (engine, time, log, holder);
        _handlers = handlers.ToFrozenDictionary(h => h.Kind);
    }

    public override LoopStage Stage => LoopStage.Work;

    public override TimeSpan Patience => TimeSpan.FromSeconds(45);

    /// <summary>The kinds this node can run; what is stored of others waits for a node that knows them.</summary>
    public IEnumerable<string> Kinds => _handlers.Keys;

    /// <summary>How many effects of each kind this process has given up.</summary>
    public IReadOnlyDictionary<string, long> GaveUp => _gaveUp;

    /// <summary>Begins what is due.</summary>
    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        if (!_listening)
        {
            _engine.Store.EffectsEnqueued += Wake;
            _listening = true;
        }
        EffectsWanted wanted = Wanted();
        if (wanted.Kinds.IsEmpty)
            return new TurnResult(Says(0), LongestRest); // a run that ends wakes
        IReadOnlyList<LeasedEffect> due = await _engine.Store.LeaseEffectsAsync(wanted, cancellation);
        foreach (LeasedEffect effect in due)
            Begin(effect);
        if (due.Count > 0)
            return new TurnResult(Says(due.Count), TimeSpan.Zero);
        TimeSpan? next = await _engine.Store.NextEffectDueAsync(wanted, cancellation);
        return new TurnResult(Says(0), next is { } rest ? TimeSpan.FromTicks(Math.Clamp(rest.Ticks, 0, LongestRest.Ticks)) : LongestRest);
    }

    /// <summary>Lets what runs come to its end, or cancels it and puts it back for another node.</summary>
    public override async Task EndAsync(CancellationToken hurry)
    {
        _engine.Store.EffectsEnqueued -= Wake;
        Task all = Task.WhenAll(_running.Values.Select(r => r.Run));
        using (var soon = CancellationTokenSource.CreateLinkedTokenSource(hurry))
        {
            await Task.WhenAny(all, Task.Delay(Finishing, _time, soon.Token));
            await soon.CancelAsync();
        }
        await _stopping.CancelAsync();
        await all.WaitAsync(hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _engine.Store.EffectsEnqueued -= Wake;
        _stopping.Dispose();
    }

    /// <summary>Runs everything that is due now, one after the other, and returns how many effects ran; for tests and single-step tools.</summary>
    public async Task<int> RunDueAsync(CancellationToken cancellation)
    {
        IReadOnlyList<LeasedEffect> due = await _engine.Store.LeaseEffectsAsync(Wanted(), cancellation);
        foreach (LeasedEffect effect in due)
            await RunAsync(effect);
        return due.Count;
    }

    /// <summary>How long until <see cref="RunDueAsync"/> would find something; null when nothing waits.</summary>
    public ValueTask<TimeSpan?> NextDueAsync(CancellationToken cancellation) => _engine.Store.NextEffectDueAsync(Wanted(), cancellation);

    private EffectsWanted Wanted() =>
        new(
            _holder,
            [
                .. _handlers
                    .Values.Select(h => new KindWanted(
                        h.Kind,
                        h.Policy.Parallel - _running.Values.Count(r => r.Kind == h.Kind),
                        h.Policy.Lease,
                        h.Policy.GiveUpAfter
                    ))
                    .Where(k => k.Most > 0),
            ]
        );

    private string Says(int begun) => $"{begun} begun, {_running.Count} running";

    private void Begin(LeasedEffect leased)
    {
        // Listed before it runs, since it may end before this returns.
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[leased.Lease] = (leased.Effect.Kind, begun.Task);
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await RunAsync(leased);
                }
                finally
                {
                    _running.TryRemove(leased.Lease, out _);
                    begun.SetResult();
                    Wake();
                }
            },
            CancellationToken.None
        );
    }

    /// <summary>One run, from the lease to what the store is told of it. Throws nothing: where even the store cannot be told, the lease runs out.</summary>
    private async Task RunAsync(LeasedEffect leased)
    {
        IEffectHandler handler = _handlers[leased.Effect.Kind];
        using Activity? activity = WorkflowTelemetry.Effect(leased);
        try
        {
            if (!leased.MayRun)
                await GiveUpAsync(leased, handler, $"no node holds '{leased.Effect.Needs}'");
            else
            {
                long began = _time.GetTimestamp();
                EffectOutcome outcome = await OutcomeAsync(leased, handler);
                string? why = (outcome as EffectOutcome.Retry)?.Why;
                WorkflowTelemetry.Ran(activity, handler.Kind, _time.GetElapsedTime(began), outcome.GetType().Name, why);
                await ConcludeAsync(leased, handler, outcome);
            }
        }
#pragma warning disable CA1031 // The store is unwell, or one document is: the lease runs out, and the effect comes back.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Problem.IsOfTheProgram(e))
                Failed(leased.Effect.Name, leased.Attempt, e);
            await TryPutBackAsync(leased, handler, Problem.Text(e));
        }
    }

    private Task ConcludeAsync(LeasedEffect leased, IEffectHandler handler, EffectOutcome outcome) =>
        outcome switch
        {
            EffectOutcome.Done done => CompleteAsync(leased, handler, done.Signals),
            EffectOutcome.Retry retry when _stopping.IsCancellationRequested => PutBackAsync(leased, TimeSpan.Zero, retry.Why),
            EffectOutcome.Retry retry when IsTooLong(leased, handler.Policy) => GiveUpAsync(leased, handler, retry.Why),
            EffectOutcome.Retry retry => PutBackAsync(leased, retry.After ?? handler.Policy.BackOff(leased.Attempt), retry.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static bool IsTooLong(LeasedEffect leased, EffectPolicy policy) =>
        leased.Waited >= policy.GiveUpAfter && leased.Attempt >= policy.FewestAttempts;

    /// <summary>Runs the handler, with its deadline and its heartbeat. What it throws is a retry.</summary>
    private async Task<EffectOutcome> OutcomeAsync(LeasedEffect leased, IEffectHandler handler)
    {
        EffectPolicy policy = handler.Policy;
        CancellationTokenSource run = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var ended = new CancellationTokenSource();
        Task<EffectOutcome> running = Task.Run(() => handler.RunAsync(leased.Effect, run.Token), CancellationToken.None);
        Task lost = BeatAsync(leased, policy, ended.Token);
        Task late = Task.Delay(policy.Deadline, _time, ended.Token);
        Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, _time, run.Token);
        Task first = await Task.WhenAny(running, lost, late, stopped);
        string? cut =
            first == running ? null
            : first == late ? $"did not end within {policy.Deadline.TotalSeconds:0.#} s"
            : first == lost ? "its lease was lost"
            : "the node stops";
        if (cut is not null)
        {
            await run.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // callbacks are others' code
            await Task.WhenAny(running, Task.Delay(Heeding, _time, ended.Token));
        }
        await ended.CancelAsync();
        try
        {
            if (running.IsCompleted)
                return await running;
            LeftToItself(leased.Effect.Name, cut!);
            KeepPlaceOf(leased, running, run);
            return new EffectOutcome.Retry($"{cut}, and does not heed being told so");
        }
#pragma warning disable CA1031 // Whatever a handler throws is its failure, OperationCanceledException of its own time limits included.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (cut is null)
                Failed(leased.Effect.Name, leased.Attempt, e);
            return new EffectOutcome.Retry(cut ?? Problem.Text(e));
        }
        finally
        {
            if (running.IsCompleted)
                run.Dispose();
        }
    }

    /// <summary>A handler that was left to itself still takes its place among its kind, until it ends.</summary>
    private void KeepPlaceOf(LeasedEffect leased, Task running, CancellationTokenSource run)
    {
        var place = Guid.NewGuid();
        Task left = running.ContinueWith(
            _ =>
            {
                _running.TryRemove(place, out (string, Task) _);
                run.Dispose();
                Wake();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        _running[place] = (leased.Effect.Kind, left);
    }

    /// <summary>Renews the lease until cancelled; ends when it is lost. A renewal that fails is followed by the next.</summary>
    private async Task BeatAsync(LeasedEffect leased, EffectPolicy policy, CancellationToken ended)
    {
        while (true)
        {
            await Task.Delay(policy.Heartbeat, _time, ended);
            try
            {
                if (!await _engine.Store.RenewEffectAsync(leased, policy.Lease, ended))
                    return;
            }
#pragma warning disable CA1031 // The store is away: the run goes on, and whether it still counts is decided by the commit.
            catch (Exception e) when (!ended.IsCancellationRequested)
#pragma warning restore CA1031
            {
                CannotRenew(leased.Effect.Name, Problem.Text(e));
            }
        }
    }

    private async Task CompleteAsync(LeasedEffect leased, IEffectHandler handler, ImmutableArray<Addressed> signals)
    {
        if (await DeliverAsync(leased, signals) is not { } refusal)
            return;
        // The world moved on while it ran. Whoever waits for its end has to hear of it all the same.
        Unwanted(leased.Effect.Name, refusal.Message);
        await EndAsync(leased, handler, $"what it brought back was refused: {refusal.Message}");
    }

    private async Task GiveUpAsync(LeasedEffect leased, IEffectHandler handler, string why)
    {
        string said = $"tried {leased.Attempt} times in {Words(leased.Waited)}; last: {why}";
        GivenUp(leased.Effect.Name, said);
        await EndAsync(leased, handler, said);
        WorkflowTelemetry.GaveUp(leased.Effect.Kind);
        _gaveUp.AddOrUpdate(leased.Effect.Kind, 1, (_, n) => n + 1);
    }

    private async Task EndAsync(LeasedEffect leased, IEffectHandler handler, string why)
    {
        if (await DeliverAsync(leased, handler.GiveUp(leased.Effect, why)) is not { } refusal)
            return;
        Unwanted(leased.Effect.Name, refusal.Message);
        await DeliverAsync(leased, []);
    }

    /// <returns>The refusal, when nothing was written.</returns>
    private async Task<Refusal?> DeliverAsync(LeasedEffect leased, ImmutableArray<Addressed> signals) =>
        await _engine.SendAsync(signals, SendContext.Causeway with { Completes = leased }, CancellationToken.None)
            is SendOutcome.Refused refused
            ? refused.Refusal
            : null;

    private async Task TryPutBackAsync(LeasedEffect leased, IEffectHandler handler, string why)
    {
        try
        {
            await PutBackAsync(leased, handler.Policy.BackOff(leased.Attempt), why);
        }
#pragma warning disable CA1031 // The store itself is unwell: the lease runs out and the effect comes back.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CannotConclude(leased.Effect.Name, Problem.Text(e));
        }
    }

    private Task<bool> PutBackAsync(LeasedEffect leased, TimeSpan after, string why) =>
        _engine.Store.RetryEffectAsync(leased, after, why, CancellationToken.None);

    private static string Words(TimeSpan time) =>
        time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s"
        : time.TotalHours < 2 ? $"{time.TotalMinutes:0} min"
        : $"{time.TotalHours:0} h";

    [LoggerMessage(1001, LogLevel.Error, "Effect {Name} failed at attempt {Attempt}; it will be tried again")]
    private partial void Failed(string name, int attempt, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "What effect {Name} brought back was refused: {Why}")]
    private partial void Unwanted(string name, string why);

    [LoggerMessage(1005, LogLevel.Warning, "Effect {Name} is given up: {Why}")]
    private partial void GivenUp(string name, string why);

    [LoggerMessage(1006, LogLevel.Error, "Effect {Name} {Why}, and does not heed it: it is left to itself")]
    private partial void LeftToItself(string name, string why);

    [LoggerMessage(
        1007,
        LogLevel.Warning,
        "The store cannot be told what became of effect {Name} ({Problem}); it comes back when its lease has run out"
    )]
    private partial void CannotConclude(string name, string problem);

    [LoggerMessage(1008, LogLevel.Debug, "The lease of effect {Name} could not be renewed: {Problem}")]
    private partial void CannotRenew(string name, string problem);
}
