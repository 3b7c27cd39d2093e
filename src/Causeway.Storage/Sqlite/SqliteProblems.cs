using Causeway.Workflows.Storage;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>What SQLite's errors mean to those who use the store.</summary>
internal static class SqliteProblems
{
    /// <summary>The error itself when it is none that passes: a damaged file, a mistake of ours.</summary>
    public static Exception Of(Exception e) =>
        e is SqliteException s && Kind(s) is { } problem ? StoreUnavailableException.Of(problem, e) : e;

    /// <summary>By the result code (sqlite.org/rescode.html) and, for errors of the disk, what the operating system said.</summary>
    private static StoreProblem? Kind(SqliteException e) =>
        (e.Code & 0xFF) switch
        {
            SQLITE_FULL => StoreProblem.Full,
            SQLITE_IOERR or SQLITE_CANTOPEN when e.SystemError is Native.NoSpace or Native.QuotaExceeded => StoreProblem.Full,
            SQLITE_IOERR or SQLITE_CANTOPEN when e.SystemError is Native.ReadOnlyFileSystem => StoreProblem.ReadOnly,
            SQLITE_READONLY => StoreProblem.ReadOnly,
            SQLITE_BUSY or SQLITE_LOCKED => StoreProblem.Busy,
            SQLITE_IOERR or SQLITE_CANTOPEN or SQLITE_NOMEM => StoreProblem.Failing,
            _ => null,
        };
}
