using Microsoft.Extensions.Logging;

namespace Causeway.Hosting;

/// <summary>
/// Theory of operation. The supervisor owns the loop around every <see cref="Loop"/>: take the wakes, run one whole turn, note what came of it, rest,
/// again. The guard is around the whole turn, so nothing that a store, driver or library throws ends it: an <see cref="OperationCanceledException"/> that
/// is not our own stop is a failure like any other. Failures rest for 0.2 seconds, doubled each time up to the loop's longest back-off, with jitter; they
/// are logged once per distinct problem and then once a minute with a count, and so is the recovery. A turn that is longer than the loop's patience is
/// hung: shown, logged, its token cancelled; when it then ends, it has failed and is turned again, and when it does not, it stays hung for all to see.
/// Only <see cref="FatalException"/> ends a loop, and with it the process (<see cref="Fatal"/>).
/// All waiting is on the monotonic clock: setting the wall clock neither delays nor hastens a turn.
/// </summary>
public sealed partial class Supervisor(TimeProvider time, ILogger<Supervisor> log) : IAsyncDisposable
{
    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromSeconds(0.2);

    /// <summary>After so long a turn that has no end is doing well.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly List<Turning> _loops = [];
    private readonly TaskCompletionSource<string> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends, with the reason, when a loop cannot go on and the process has to end. It never fails and is never cancelled.</summary>
    public Task<string> Fatal => _fatal.Task;

    /// <summary>Every loop that was started and not taken out by <see cref="StopAsync(IEnumerable{Loop}, TimeSpan)"/>, in the order of their start.</summary>
    public IReadOnlyList<LoopStatus> Status
    {
        get
        {
            lock (_lock)
                return [.. _loops.Select(l => l.Status)];
        }
    }

    /// <summary>Begins to turn a loop.</summary>
    /// <exception cref="InvalidOperationException">There is one of that name.</exception>
    public void Start(Loop loop)
    {
        lock (_lock)
        {
            if (_loops.Any(l => l.Loop.Name == loop.Name))
                throw new InvalidOperationException($"A loop '{loop.Name}' is turned already.");
            var turning = new Turning(this, loop);
            _loops.Add(turning);
            turning.Start();
        }
    }

    /// <summary>Failing loops try again now: what they may have failed of is well again.</summary>
    public void RetryNow()
    {
        lock (_lock)
            foreach (Turning turning in _loops)
                turning.RetryNow();
    }

    /// <summary>Ends some loops, all at once: no further turn, the present one's token cancelled, then <see cref="Loop.EndAsync"/>.</summary>
    /// <param name="within">How long they have; what has not ended then is named in the log and left to itself.</param>
    /// <returns>The loops that ended; they are in <see cref="Status"/> no longer.</returns>
    public async Task<IReadOnlyList<Loop>> StopAsync(IEnumerable<Loop> loops, TimeSpan within)
    {
        HashSet<Loop> which = [.. loops];
        Turning[] ending;
        lock (_lock)
            ending = [.. _loops.Where(l => which.Contains(l.Loop))];
        using var hurry = new CancellationTokenSource();
        Task ended = Task.WhenAll(ending.Select(l => l.StopAsync(hurry.Token)));
        using (var inTime = new CancellationTokenSource())
        {
            await Task.WhenAny(ended, Task.Delay(within, _time, inTime.Token));
            await inTime.CancelAsync();
        }
        if (!ended.IsCompleted)
        {
            await CancelAsync(hurry);
            // What heeds the hurry needs a moment to say so; what does not heed it never will.
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None));
        }
        lock (_lock)
        {
            _loops.RemoveAll(l => which.Contains(l.Loop) && l.HasEnded);
            foreach (Turning left in ending.Where(l => !l.HasEnded))
                DidNotEnd(left.Loop.Name, within);
        }
        return [.. ending.Where(l => l.HasEnded).Select(l => l.Loop)];
    }

    /// <summary>Ends every loop, stage by stage; see <see cref="StopAsync(IEnumerable{Loop}, TimeSpan)"/>.</summary>
    /// <param name="within">How long each stage has.</param>
    public async Task StopAllAsync(TimeSpan within)
    {
        foreach (LoopStage stage in Enum.GetValues<LoopStage>())
        {
            Loop[] loops;
            lock (_lock)
                loops = [.. _loops.Select(l => l.Loop).Where(l => l.Stage == stage)];
            if (loops.Length > 0)
                await StopAsync(loops, within);
        }
    }

    public async ValueTask DisposeAsync() => await StopAllAsync(TimeSpan.FromSeconds(10));

    /// <summary>Callbacks of a token are others' code: what they throw is logged.</summary>
    private async Task CancelAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync();
        }
#pragma warning disable CA1031 // Whatever it is, it must not end the supervisor.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CancellationThrew(e);
        }
    }

    [LoggerMessage(5001, LogLevel.Error, "Loop {Name} failed: {Problem}{Folded}; it is tried again")]
    private partial void Failed(string name, string problem, string folded, Exception? exception);

    [LoggerMessage(5002, LogLevel.Warning, "Loop {Name} is well again after {Failures} failures in {Elapsed}")]
    private partial void Recovered(string name, int failures, TimeSpan elapsed);

    [LoggerMessage(5003, LogLevel.Error, "Loop {Name} hangs: a turn has been running for {Patience}; it is asked to give up")]
    private partial void Hangs(string name, TimeSpan patience);

    [LoggerMessage(5004, LogLevel.Critical, "Loop {Name} cannot go on: {Problem}")]
    private partial void CannotGoOn(string name, string problem, Exception exception);

    [LoggerMessage(5005, LogLevel.Error, "Loop {Name} did not end within {Within}; it is left to itself")]
    private partial void DidNotEnd(string name, TimeSpan within);

    [LoggerMessage(5006, LogLevel.Error, "Loop {Name} failed at its end: {Problem}")]
    private partial void EndFailed(string name, string problem, Exception? exception);

    [LoggerMessage(5007, LogLevel.Error, "What waited for the end of a turn failed")]
    private partial void CancellationThrew(Exception exception);

    /// <summary>One loop, being turned.</summary>
#pragma warning disable CA1001 // What holds no timer and no handle needs no disposing, and a loop that is left to itself still looks at it.
    private sealed class Turning
#pragma warning restore CA1001
    {
        private readonly Supervisor _supervisor;
        private readonly TimeProvider _time;
        private readonly Repeats _repeats;
        private readonly CancellationTokenSource _stopping = new();
        private readonly TaskCompletionSource<CancellationToken> _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _retry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task _running = Task.CompletedTask;
        private volatile LoopStatus _status;

        /// <summary>Timestamp of the begin of the present turn; 0 between turns.</summary>
        private long _turnBegan;

        /// <summary>Timestamp of the end of the last turn, from which its rest counts.</summary>
        private long _turnEnded;

        public Turning(Supervisor supervisor, Loop loop)
        {
            (_supervisor, _time, Loop) = (supervisor, supervisor._time, loop);
            _repeats = new Repeats(_time);
            _status = new(loop.Name, loop.IsNeeded, LoopState.Running, _time.GetUtcNow(), 0, null, TimeSpan.Zero, null, 0, null);
        }

        public Loop Loop { get; }

        private bool IsEndless => Loop.Patience == Timeout.InfiniteTimeSpan;

        public bool HasEnded => _running.IsCompleted;

        public LoopStatus Status
        {
            get
            {
                LoopStatus status = _status;
                long began = Volatile.Read(ref _turnBegan);
                if (began == 0 || IsEndless || _time.GetElapsedTime(began) is var elapsed && elapsed < Loop.Patience)
                    return status;
                return status with { State = LoopState.Hung, Since = _time.GetUtcNow() - (elapsed - Loop.Patience) };
            }
        }

        public void Start() => _running = Task.Run(RunAsync);

        public void RetryNow() => Volatile.Read(ref _retry).TrySetResult();

        private Task NextRetry()
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _retry, next);
            return next.Task;
        }

        public async Task StopAsync(CancellationToken hurry)
        {
            _hurry.TrySetResult(hurry);
            await _supervisor.CancelAsync(_stopping);
            await _running;
        }

        private async Task RunAsync()
        {
            try
            {
                while (!_stopping.IsCancellationRequested)
                {
                    Task woken = Loop.NextWake(),
                        retry = NextRetry();
                    if (await TurnAsync() is not { } rest)
                        break;
                    await RestAsync(rest, _status.Failures == 0 ? woken : retry);
                }
                if (_stopping.IsCancellationRequested)
                    await EndAsync();
            }
#pragma warning disable CA1031 // A fault of the supervisor itself: nobody is left who could turn this loop.
            catch (Exception e)
#pragma warning restore CA1031
            {
                End(e);
            }
            _status = _status with { State = LoopState.Ended, Since = _time.GetUtcNow() };
        }

        /// <returns>How long to rest; null when there is nothing more to do.</returns>
        private async Task<TimeSpan?> TurnAsync()
        {
            DateTimeOffset at = _time.GetUtcNow();
            long began = _time.GetTimestamp();
            Volatile.Write(ref _turnBegan, began);
            if (_status.Failures == 0)
                _status = _status with { State = LoopState.Running, Since = at };
            try
            {
                TurnResult result = await WithinPatienceAsync();
                Succeeded(at, began, result);
                return result.Next ?? Timeout.InfiniteTimeSpan;
            }
            catch (FatalException e)
            {
                End(e);
                return null;
            }
#pragma warning disable CA1031 // The whole point: nothing that a turn throws ends its loop.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (_stopping.IsCancellationRequested)
                    return null;
                bool hung = !IsEndless && _time.GetElapsedTime(began) >= Loop.Patience;
                return Failed(at, began, hung ? new TimeoutException($"a turn took longer than {Loop.Patience}", e) : e);
            }
            finally
            {
                Volatile.Write(ref _turnBegan, 0);
            }
        }

        private async Task<TurnResult> WithinPatienceAsync()
        {
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            CancellationToken token = giveUp.Token;
            using var ended = new CancellationTokenSource();
            Task patience = Task.Delay(Loop.Patience, _time, ended.Token),
                settled = IsEndless ? Task.Delay(Settled, _time, ended.Token) : patience;
            Task<TurnResult> turn = Task.Run(() => Loop.TurnAsync(token), CancellationToken.None);
            await Task.WhenAny(turn, settled);
            if (IsEndless && !turn.IsCompleted)
            {
                Recover(_status with { State = LoopState.Running, Since = _time.GetUtcNow(), Failures = 0 });
                await Task.WhenAny(turn, patience);
            }
            await ended.CancelAsync();
            if (!turn.IsCompleted)
            {
                _supervisor.Hangs(Loop.Name, Loop.Patience);
                await _supervisor.CancelAsync(giveUp);
            }
            return await turn;
        }

        private void Succeeded(DateTimeOffset at, long began, TurnResult result)
        {
            _turnEnded = _time.GetTimestamp();
            Recover(
                _status with
                {
                    State = LoopState.Waiting,
                    Since = _time.GetUtcNow(),
                    Turns = _status.Turns + 1,
                    LastRunAt = at,
                    LastTook = _time.GetElapsedTime(began, _turnEnded),
                    Says = result.Says,
                    Failures = 0,
                }
            );
        }

        private void Recover(LoopStatus now)
        {
            LoopStatus before = _status;
            _status = now;
            if (before.Failures == 0)
                return;
            _repeats.Over();
            _supervisor.Recovered(Loop.Name, before.Failures, _time.GetUtcNow() - before.Since);
        }

        private TimeSpan Failed(DateTimeOffset at, long began, Exception e)
        {
            _turnEnded = _time.GetTimestamp();
            LoopStatus before = _status;
            var problem = LoopProblem.Of(_time.GetUtcNow(), e);
            _status = before with
            {
                State = LoopState.Failing,
                Since = before.Failures == 0 ? at : before.Since,
                Turns = before.Turns + 1,
                LastRunAt = at,
                LastTook = _time.GetElapsedTime(began, _turnEnded),
                Failures = before.Failures + 1,
                LastProblem = problem,
            };
            if (_repeats.Tell(problem.Text, out long untold))
                _supervisor.Failed(
                    Loop.Name,
                    problem.Text,
                    untold == 0 ? "" : $" (and {untold} times in between)",
                    Problem.IsOfTheProgram(e) ? e : null
                );
            return BackOff(before.Failures);
        }

        /// <summary>Doubled per failure and jittered by a quarter, so that loops that failed of one thing do not march in step.</summary>
        private TimeSpan BackOff(int failuresBefore)
        {
            double most = Loop.LongestBackOff.TotalSeconds;
            double seconds = Math.Min(most, ShortestBackOff.TotalSeconds * Math.Pow(2, Math.Min(failuresBefore, 20)));
#pragma warning disable CA5394 // Jitter needs no cryptography.
            return TimeSpan.FromSeconds(seconds * (0.75 + Random.Shared.NextDouble() / 4));
#pragma warning restore CA5394
        }

        private async Task RestAsync(TimeSpan rest, Task sooner)
        {
            if (rest != Timeout.InfiniteTimeSpan)
            {
                rest -= _time.GetElapsedTime(_turnEnded);
                if (rest <= TimeSpan.Zero)
                    return;
            }
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            await Task.WhenAny(sooner, Task.Delay(rest, _time, over.Token));
            await over.CancelAsync();
        }

        private async Task EndAsync()
        {
            CancellationToken hurry = await _hurry.Task;
            try
            {
                await Loop.EndAsync(hurry);
            }
#pragma warning disable CA1031 // It ends all the same.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _supervisor.EndFailed(Loop.Name, Problem.Text(e), Problem.IsOfTheProgram(e) ? e : null);
            }
        }

        private void End(Exception e)
        {
            _status = _status with
            {
                State = LoopState.Ended,
                Since = _time.GetUtcNow(),
                LastProblem = LoopProblem.Of(_time.GetUtcNow(), e),
            };
            _supervisor.CannotGoOn(Loop.Name, Problem.Text(e), e);
            _supervisor._fatal.TrySetResult($"{Loop.Name} cannot go on: {Problem.Text(e)}");
        }
    }
}
