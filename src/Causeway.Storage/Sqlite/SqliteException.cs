using System.Data.Common;

namespace Causeway.Storage.Sqlite;

/// <summary>SQLite could not do it: disk full, file damaged, locked by another program.</summary>
/// <param name="code">SQLite's result code, see sqlite.org/rescode.html.</param>
public sealed class SqliteException(int code, string message) : DbException(message)
{
    public int Code { get; } = code;
}
