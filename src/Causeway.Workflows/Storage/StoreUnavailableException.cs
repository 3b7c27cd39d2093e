using System.Data.Common;
using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>Why a store cannot do its work just now. Each is for the operator to mend, or mends itself; none is a mistake of the caller.</summary>
public enum StoreProblem
{
    /// <summary>The database server cannot be reached, or is starting or stopping. Whether a write happened may be unknown.</summary>
    Unreachable,

    /// <summary>It takes no writes: a standby, a failover that is not finished, a disk mounted read-only. Reads may go on.</summary>
    ReadOnly,

    /// <summary>There is no room on its disk. Reads go on.</summary>
    Full,

    /// <summary>Others hold what it needs, and did not let go in time: another program's lock on the file, too many connections, contended rows.</summary>
    Busy,

    /// <summary>Its disk or memory fails.</summary>
    Failing,
}

/// <summary>
/// The store cannot do it now; the same may succeed a moment later. What was to be written is not stored, except where <see cref="StoreProblem.Unreachable"/>
/// leaves that open; as every write may be repeated, its repetition settles it.
/// </summary>
/// <param name="message">For those who use the service: what is wrong and what goes on meanwhile; no address, no path, no credential.</param>
/// <param name="inner">The engine's own error, for the log.</param>
public sealed class StoreUnavailableException(StoreProblem problem, string message, Exception? inner = null)
    : DbException(message, inner),
        IUnavailable
{
    public StoreProblem Problem { get; } = problem;

    /// <summary>Stable, for error bodies: <c>StoreFull</c>.</summary>
    public string Code => $"Store{Problem}";

    public override bool IsTransient => true;

    /// <summary>How long to wait before asking again is worth it.</summary>
    public TimeSpan? RetryAfter => TimeSpan.FromSeconds(Problem is StoreProblem.Full or StoreProblem.Failing ? 15 : 5);

    /// <param name="inner">What happened.</param>
    public static StoreUnavailableException Of(StoreProblem problem, Exception? inner = null) =>
        new(
            problem,
            problem switch
            {
                StoreProblem.Unreachable => "The database cannot be reached just now.",
                StoreProblem.ReadOnly =>
                    "The database takes no writes just now: it is read-only (a standby, a failover under way, or its disk).",
                StoreProblem.Full => "The database takes no writes just now: there is no room on its disk.",
                StoreProblem.Busy => "The database is busy: others hold what this needs.",
                _ => "The database's disk or memory fails.",
            },
            inner
        );
}
