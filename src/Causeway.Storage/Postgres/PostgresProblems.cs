using System.Net.Sockets;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What PostgreSQL's and the network's errors mean to those who use the store.</summary>
internal static class PostgresProblems
{
    /// <summary>The error itself when it is none that passes: a mistake of ours.</summary>
    public static Exception Of(Exception e) => Kind(e) is { } problem ? StoreUnavailableException.Of(problem, e) : e;

    /// <summary>Null for what will not pass by itself.</summary>
    public static StoreProblem? Kind(Exception e) =>
        e switch
        {
            PostgresException p => Kind(p),
            NpgsqlException or IOException or SocketException or TimeoutException => StoreProblem.Unreachable,
            _ => null,
        };

    private static StoreProblem? Kind(PostgresException e) =>
        e.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction => StoreProblem.ReadOnly,
            PostgresErrorCodes.DiskFull => StoreProblem.Full,
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
                StoreProblem.Unreachable,
            PostgresErrorCodes.IoError or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.InsufficientResources =>
                StoreProblem.Failing,
            PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled =>
                StoreProblem.Busy,
            _ => e.IsTransient ? StoreProblem.Busy : null,
        };

    /// <summary>The database chose this transaction to give way to another; the same may be done again at once.</summary>
    public static bool GaveWay(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>
    /// After an error that the server answered in order, a connection is as good as before. After any other (it ends, a message that nobody expects) none
    /// that the pool has kept is to be trusted; nor when the server they go to takes no writes: new ones look for the primary again.
    /// </summary>
    public static bool SpoilsConnections(Exception e) =>
        e is not PostgresException p || Kind(p) is StoreProblem.Unreachable or StoreProblem.ReadOnly;
}
