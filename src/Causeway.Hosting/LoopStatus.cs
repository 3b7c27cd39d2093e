namespace Causeway.Hosting;

/// <summary>How a loop is at this moment.</summary>
/// <param name="Since">When it came into its state. Of a failing loop: when the first of its failures in a row began.</param>
/// <param name="Turns">How many turns have ended, well or not.</param>
/// <param name="LastRunAt">When the last turn that has ended began; null before the first.</param>
/// <param name="LastTook">How long that turn took.</param>
/// <param name="Says">What the last good turn said; null before the first.</param>
/// <param name="Failures">Failed turns in a row; 0 after a good one.</param>
/// <param name="LastProblem">The last failure, kept after recovery; null when there never was one.</param>
public sealed record LoopStatus(
    string Name,
    bool IsNeeded,
    LoopState State,
    DateTimeOffset Since,
    long Turns,
    DateTimeOffset? LastRunAt,
    TimeSpan LastTook,
    string? Says,
    int Failures,
    LoopProblem? LastProblem
)
{
    /// <summary>Whether it does its work.</summary>
    public bool IsWell => State is LoopState.Running or LoopState.Waiting;
}

public enum LoopState
{
    /// <summary>A turn runs.</summary>
    Running,

    /// <summary>Between turns, after a good one.</summary>
    Waiting,

    /// <summary>The last turn failed: it rests, or tries again.</summary>
    Failing,

    /// <summary>A turn has run for longer than the loop's patience.</summary>
    Hung,

    /// <summary>Stopped, as was asked for, or because going on would be wrong.</summary>
    Ended,
}

/// <summary>A failed turn.</summary>
/// <param name="Text">The exceptions' messages: for operators, they may name hosts.</param>
/// <param name="InPublic">What kind of failure it was, in words that name nothing: for whoever asks.</param>
public sealed record LoopProblem(DateTimeOffset At, string Text, string InPublic)
{
    internal static LoopProblem Of(DateTimeOffset at, Exception exception) => new(at, Problem.Text(exception), Problem.InPublic(exception));
}
