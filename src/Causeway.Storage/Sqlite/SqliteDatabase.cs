using System.Runtime.InteropServices;

namespace Causeway.Storage.Sqlite;

/// <summary>One connection to a database file, with its prepared statements. One thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long to wait for another program that holds the file, such as a backup.</summary>
    private const int BusyMilliseconds = 10_000;

    private readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly string _path;

    /// <param name="cacheKibibytes">The most memory its page cache may take.</param>
    public SqliteDatabase(string path, int cacheKibibytes)
    {
        _path = path;
        int code = Native.sqlite3_open_v2(path, out nint handle, Native.OpenReadWrite | Native.OpenCreate | Native.OpenNoMutex, 0);
        Handle = handle;
        if (code != 0)
        {
            SqliteException problem = Problem(code);
            Dispose();
            throw problem;
        }
        _ = Native.sqlite3_busy_timeout(Handle, BusyMilliseconds);
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("PRAGMA temp_store = MEMORY");
        Execute($"PRAGMA cache_size = -{cacheKibibytes}");
    }

    public nint Handle { get; private set; }

    /// <summary>The library's version, such as 3.40.1.</summary>
    public static string LibraryVersion => Marshal.PtrToStringUTF8(Native.sqlite3_libversion()) ?? "";

    public long LastRow => Native.sqlite3_last_insert_rowid(Handle);

    /// <summary>Rows written on this connection so far, rolled back or not.</summary>
    public int TotalChanges => Native.sqlite3_total_changes(Handle);

    /// <summary>False also when an error made SQLite roll everything back by itself.</summary>
    public bool InTransaction => Native.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>A statement of this connection's own, prepared at its first use. <paramref name="sql"/> must be a constant: it is looked up by reference.</summary>
    public Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out Statement? statement))
            _statements.Add(sql, statement = new Statement(this, sql));
        return statement;
    }

    /// <summary>Runs statements without parameters or results.</summary>
    public void Execute(string sql) => Check(Native.sqlite3_exec(Handle, sql, 0, 0, 0), sql);

    /// <summary>Moves what it can from the write-ahead log into the database file.</summary>
    /// <param name="mode">One of <c>Native.Checkpoint*</c>.</param>
    /// <returns>How many frames of the log are in the file now.</returns>
    public int Checkpoint(int mode)
    {
        _ = Native.sqlite3_wal_checkpoint_v2(Handle, 0, mode, out _, out int moved); // busy: the next one moves more
        return moved;
    }

    public void Check(int code, string doing)
    {
        if (code != 0)
            throw Problem(code, doing);
    }

    public SqliteException Problem(int code, string? doing = null)
    {
        string message = Marshal.PtrToStringUTF8(Native.sqlite3_errmsg(Handle)) ?? "unknown";
        return new SqliteException(code, $"SQLite, {_path}: {message} (code {code}){(doing is null ? "" : $", doing: {doing}")}");
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _ = Native.sqlite3_close_v2(Handle);
        Handle = 0;
    }
}
