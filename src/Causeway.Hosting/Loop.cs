namespace Causeway.Hosting;

/// <summary>
/// Work that goes on in the background for as long as the process lives, written as one whole turn of it. A <see cref="Supervisor"/> turns it, again and
/// again: after the time that the turn answered, or sooner when somebody calls <see cref="Wake"/>. A turn may throw whatever it likes; it is turned again.
/// </summary>
public abstract class Loop(string name)
{
    private TaskCompletionSource _woken = NewWake();

    /// <summary>Lower-case words, unique in its process, such as <c>effects</c> or <c>routers ams-1</c>; what people see in logs, readiness and status.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// The longest that one turn should take; infinite is for turns that have no end. A turn that is still running then is hung: it is shown as such, and its
    /// token is cancelled.
    /// </summary>
    public virtual TimeSpan Patience => TimeSpan.FromMinutes(1);

    /// <summary>The longest rest after failures in a row. The first rest is 0.2 seconds, and each is twice the one before.</summary>
    public virtual TimeSpan LongestBackOff => TimeSpan.FromSeconds(30);

    /// <summary>Whether this process is of no use to callers while the loop fails or hangs: <c>/readyz</c> then says no.</summary>
    public virtual bool IsNeeded => true;

    /// <summary>When it is stopped among the others.</summary>
    public virtual LoopStage Stage => LoopStage.Upkeep;

    /// <summary>
    /// One whole turn. Never called while another turn of this loop runs.
    /// </summary>
    /// <param name="cancellation">Cancelled when the loop has to stop, and when the turn takes longer than <see cref="Patience"/>.</param>
    /// <exception cref="FatalException">Going on would be wrong: the process has to end. Any other exception is a failed turn.</exception>
    public abstract Task<TurnResult> TurnAsync(CancellationToken cancellation);

    /// <summary>Called once, after the last turn: finishes, or lets go, what the turns have begun.</summary>
    /// <param name="hurry">Cancelled when there is no more time.</param>
    public virtual Task EndAsync(CancellationToken hurry) => Task.CompletedTask;

    /// <summary>
    /// The next turn is due now. From any thread; a wake during a turn is kept for the next. It does not shorten the rest after a failure, so that whoever
    /// is asked often does not hammer at what is broken.
    /// </summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>
    /// Forgets wakes so far, which the turn that begins now answers, and returns the next. Whoever changed something and then called <see cref="Wake"/>
    /// on what is forgotten here did so before the turn looks.
    /// </summary>
    internal Task NextWake()
    {
        TaskCompletionSource next = NewWake();
        Interlocked.Exchange(ref _woken, next);
        return next.Task;
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A process that stops ends its loops stage by stage, in this order, once requests are answered.</summary>
public enum LoopStage
{
    /// <summary>What was asked for: effects, wake-ups. It ends first, because it needs all the rest.</summary>
    Work,

    /// <summary>What drives routers; at its end drivers let go in order, and then leases are given back.</summary>
    Routers,

    /// <summary>Everything else: retention, what looks at the store. It ends last.</summary>
    Upkeep,
}

/// <summary>What a turn came to.</summary>
/// <param name="Says">
/// For people, in a few words and without addresses or secrets, such as <c>3 effects ran</c>; whoever asks for readiness may read it.
/// </param>
/// <param name="Next">When the next turn is due without anybody waking the loop; null is never, zero is at once.</param>
public readonly record struct TurnResult(string Says, TimeSpan? Next);

/// <summary>Thrown by a turn: this process must not go on. It ends with exit code 3 and this message.</summary>
public sealed class FatalException(string message, Exception? inner = null) : Exception(message, inner);
