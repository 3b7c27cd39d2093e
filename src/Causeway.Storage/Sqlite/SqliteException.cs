using System.Data.Common;

namespace Causeway.Storage.Sqlite;

/// <summary>SQLite could not do it: disk full, file damaged, locked by another program.</summary>
/// <param name="code">SQLite's result code, see sqlite.org/rescode.html.</param>
public sealed class SqliteException(int code, string message) : DbException(message)
{
    public int Code { get; } = code;

    /// <summary>True for what the operator can mend while Causeway runs: busy, read-only, an error of the disk, no room on it.</summary>
    public override bool IsTransient => (Code & 0xFF) is 5 or 6 or 8 or 10 or 13;
}
