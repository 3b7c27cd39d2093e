using System.Data.Common;

namespace Causeway.Storage.Sqlite;

/// <summary>SQLite could not do it: disk full, file damaged, locked by another program. What passes again reaches callers as a <c>StoreUnavailableException</c>.</summary>
/// <param name="code">SQLite's result code, see sqlite.org/rescode.html.</param>
/// <param name="systemError">The operating system's errno of the last operation on a file; 0 when there was none.</param>
public sealed class SqliteException(int code, string message, int systemError = 0) : DbException(message)
{
    public int Code { get; } = code;

    public int SystemError { get; } = systemError;
}
