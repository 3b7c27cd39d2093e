using System.Diagnostics.CodeAnalysis;

namespace Causeway.Registries;

/// <summary>What a background loop did last, for whoever watches it.</summary>
/// <param name="Name">Which loop, such as <c>dumps</c>, <c>nrtm RADB</c> or <c>rtr:192.0.2.1:323</c>.</param>
/// <param name="LastRun">When its last turn ended; null before the first.</param>
/// <param name="Problem">Why the last turn failed, for people; null when it did not.</param>
/// <param name="Since">Since when it has been like that: since the first of the failures in a row, or since it goes well.</param>
public sealed record LoopStatus(string Name, DateTimeOffset? LastRun, string? Problem, DateTimeOffset Since);

/// <summary>
/// Repeats a turn until cancelled. Whatever a turn throws is its result and not the loop's end: also an <see cref="OperationCanceledException"/> that is not
/// ours, such as a library's own time limit.
/// </summary>
internal sealed class GuardedLoop(string name, TimeProvider clock)
{
    /// <summary>At least so long after an exception: what fails at once must not spin.</summary>
    private static readonly TimeSpan AfterException = TimeSpan.FromSeconds(1);

    private LoopStatus _status = new(name, null, null, clock.GetUtcNow());

    public LoopStatus Status => Volatile.Read(ref _status);

    /// <summary>Raised after each turn that threw.</summary>
    public event Action<Exception>? Threw;

    /// <param name="turn">Returns what went wrong without being an exception; null when nothing did.</param>
    /// <param name="pause">How long to wait after a turn; asked each time.</param>
    /// <param name="cancellation">The only end.</param>
    [SuppressMessage("Design", "CA1031", Justification = "The edge of a background loop.")]
    public async Task RunAsync(Func<CancellationToken, Task<string?>> turn, Func<TimeSpan> pause, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                Note(await turn(cancellation));
                wait = pause();
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Note(e.Message);
                Tell(e);
                TimeSpan usual = pause();
                wait = usual > AfterException ? usual : AfterException;
            }
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Note(string? problem)
    {
        DateTimeOffset now = clock.GetUtcNow();
        LoopStatus before = Status;
        bool same = problem is null == (before.Problem is null);
        Volatile.Write(ref _status, new LoopStatus(name, now, problem, same ? before.Since : now));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Who listens must not end the loop either.")]
    private void Tell(Exception e)
    {
        try
        {
            Threw?.Invoke(e);
        }
        catch (Exception)
        {
            // It is in the status all the same.
        }
    }
}
