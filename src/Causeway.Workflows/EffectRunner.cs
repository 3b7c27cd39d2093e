using System.Collections.Frozen;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Workflows;

/// <summary>
/// Theory of operation. Effects are rows. The runner leases those that are due, runs each under its lease, and completes it in the same transaction
/// as the signals it brought back. If the process dies, the lease runs out and another run does the effect again. A failure is a stored later due time,
/// never a loop in memory. The runner sleeps until a commit enqueues something or the next due time comes.
/// </summary>
public sealed partial class EffectRunner(
    Engine engine,
    IEnumerable<IEffectHandler> handlers,
    TimeProvider time,
    ILogger<EffectRunner> log,
    int parallel = 32
) : IDisposable
{
    /// <summary>Longer than any handler takes; short, because it is how long an effect rests when the process that ran it was killed.</summary>
    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private readonly FrozenDictionary<string, IEffectHandler> _handlers = handlers.ToFrozenDictionary(h => h.Kind);
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Runs effects until cancelled, then waits for those under way.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        engine.Store.EffectsEnqueued += Wake;
        var running = new List<Task>();
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                running.RemoveAll(t => t.IsCompleted);
                int room = parallel - running.Count;
                IReadOnlyList<LeasedEffect> due = await LeaseAsync(room, stopping);
                foreach (LeasedEffect effect in due)
                    running.Add(Task.Run(() => RunOneAsync(effect, stopping), CancellationToken.None));
                if (due.Count == 0 || due.Count == room)
                    await SleepAsync(running, atCapacity: running.Count >= parallel, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping: fall through and let what runs come to its end.
        }
        finally
        {
            engine.Store.EffectsEnqueued -= Wake;
            await Task.WhenAll(running);
        }
    }

    private async Task<IReadOnlyList<LeasedEffect>> LeaseAsync(int room, CancellationToken stopping) =>
        room <= 0 ? [] : await engine.Store.LeaseEffectsAsync(room, time.GetUtcNow(), LeaseFor, stopping);

    /// <summary>Runs everything that is due now, once, and returns how many effects ran; for tests and single-step tools.</summary>
    public async Task<int> RunDueAsync(CancellationToken cancellation)
    {
        IReadOnlyList<LeasedEffect> due = await engine.Store.LeaseEffectsAsync(parallel, time.GetUtcNow(), LeaseFor, cancellation);
        foreach (LeasedEffect effect in due)
            await RunOneAsync(effect, cancellation);
        return due.Count;
    }

    public void Dispose() => _wake.Dispose();

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already awake.
        }
    }

    private async Task SleepAsync(List<Task> running, bool atCapacity, CancellationToken stopping)
    {
        if (atCapacity)
        {
            await Task.WhenAny(running).WaitAsync(stopping);
            return;
        }
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? next = await engine.Store.NextEffectDueAsync(stopping);
        TimeSpan sleep = next is null ? LongestSleep : TimeSpan.FromTicks(Math.Clamp((next.Value - now).Ticks, 0, LongestSleep.Ticks));
        if (sleep == TimeSpan.Zero)
            return;
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task wait = _wake.WaitAsync(woken.Token);
        Task timer = Task.Delay(sleep, time, woken.Token);
        await Task.WhenAny(wait, timer);
        await woken.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private async Task RunOneAsync(LeasedEffect leased, CancellationToken stopping)
    {
        try
        {
            if (!_handlers.TryGetValue(leased.Effect.Kind, out IEffectHandler? handler))
            {
                // A newer version wrote it, or an older one: keep it, say so, harm nobody.
                UnknownKind(leased.Effect.Name, leased.Effect.Kind);
                await RetryAsync(leased, $"no handler for '{leased.Effect.Kind}' in this version", TimeSpan.FromHours(1));
                return;
            }

            EffectOutcome outcome;
            using (var lease = CancellationTokenSource.CreateLinkedTokenSource(stopping))
            {
                using ITimer expiry = time.CreateTimer(_ => lease.Cancel(), null, LeaseFor - LeaseMargin, Timeout.InfiniteTimeSpan);
                outcome = await handler.RunAsync(leased.Effect, lease.Token);
            }
            switch (outcome)
            {
                case EffectOutcome.Retry retry:
                    await RetryAsync(leased, retry.Why, retry.After ?? BackOff(leased.Attempt));
                    break;
                case EffectOutcome.Elsewhere elsewhere:
                    await engine.Store.DeclineEffectAsync(leased, time.GetUtcNow(), elsewhere.Why, CancellationToken.None);
                    break;
                case EffectOutcome.Done done:
                    await CompleteAsync(leased, done);
                    break;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The lease runs out by itself; the next run does the effect again.
        }
        catch (Exception e)
        {
            Failed(leased.Effect.Name, leased.Attempt, e);
            await TryRetryAsync(leased, Problem(e));
        }
    }

    private async Task CompleteAsync(LeasedEffect leased, EffectOutcome.Done done)
    {
        SendContext context = SendContext.Causeway with { Completes = leased };
        SendOutcome outcome = await engine.SendAsync(done.Signals, context, CancellationToken.None);
        if (outcome is SendOutcome.Refused refused)
        {
            // The world moved on while the effect ran (resource gone). What it brought back is of no use; the effect is done all the same.
            Unwanted(leased.Effect.Name, refused.Refusal.Message);
            await engine.SendAsync([], context, CancellationToken.None);
        }
    }

    private async Task TryRetryAsync(LeasedEffect leased, string why)
    {
        try
        {
            await RetryAsync(leased, why, BackOff(leased.Attempt));
        }
        catch (Exception e)
        {
            // The store itself is unwell: the lease runs out and the effect comes back.
            Failed(leased.Effect.Name, leased.Attempt, e);
        }
    }

    private Task<bool> RetryAsync(LeasedEffect leased, string why, TimeSpan after) =>
        engine.Store.RetryEffectAsync(leased, time.GetUtcNow() + after, why, CancellationToken.None);

    /// <summary>0.2 s doubled per attempt, up to five minutes, jittered by a quarter so that retries do not march in step.</summary>
    private static TimeSpan BackOff(int attempt)
    {
        double seconds = Math.Min(LongestBackOff.TotalSeconds, 0.2 * Math.Pow(2, Math.Min(attempt - 1, 20)));
#pragma warning disable CA5394 // Jitter needs no cryptography.
        return TimeSpan.FromSeconds(seconds * (0.75 + Random.Shared.NextDouble() / 4));
#pragma warning restore CA5394
    }

    private static string Problem(Exception e)
    {
        var parts = new List<string>();
        for (Exception? x = e; x is not null; x = x.InnerException)
            parts.Add(x.Message);
        return string.Join(" <- ", parts);
    }

    [LoggerMessage(1001, LogLevel.Error, "Effect {Name} failed at attempt {Attempt}; it will be tried again")]
    private partial void Failed(string name, int attempt, Exception exception);

    [LoggerMessage(1002, LogLevel.Warning, "Effect {Name} has kind {Kind}, which this version does not know; it is parked")]
    private partial void UnknownKind(string name, string kind);

    [LoggerMessage(1003, LogLevel.Debug, "What effect {Name} brought back is no longer wanted: {Why}")]
    private partial void Unwanted(string name, string why);
}
