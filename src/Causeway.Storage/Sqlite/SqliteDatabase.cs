using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// One connection to a database file, with its prepared statements. One thread at a time: who uses it takes it (<see cref="Take"/>) and, where it goes from
/// hand to hand, gives it back; a debug build asserts it.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long to wait for another program that holds the file. Everybody who writes waits with it, so not longer than a client is willing to.</summary>
    public const int BusyMilliseconds = 5_000;

    private readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly string _path;
    private readonly SqliteHandle _handle;
    private int _user; // the thread that has it; 0 is nobody, and then anybody may

    /// <param name="cacheKibibytes">The most memory its page cache may take.</param>
    public SqliteDatabase(string path, int cacheKibibytes)
        : this(path, readOnly: false)
    {
        try
        {
            Execute("PRAGMA journal_mode = WAL");
            Execute("PRAGMA synchronous = FULL");
            Execute("PRAGMA temp_store = MEMORY");
            Execute($"PRAGMA cache_size = -{cacheKibibytes}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private SqliteDatabase(string path, bool readOnly)
    {
        _path = path;
        int mode = readOnly ? Native.OpenReadOnly : Native.OpenReadWrite | Native.OpenCreate;
        int code = Native.sqlite3_open_v2(path, out nint handle, mode | Native.OpenNoMutex, 0);
        _handle = new SqliteHandle(handle);
        if (code != 0)
        {
            SqliteException problem = Problem(code);
            Dispose();
            throw problem;
        }
        _ = Native.sqlite3_extended_result_codes(Handle, 1);
        WaitForOthers(BusyMilliseconds);
    }

    /// <summary>To look at a file that exists; whoever else has it open is not disturbed.</summary>
    public static SqliteDatabase OpenReadOnly(string path) => new(path, readOnly: true);

    public nint Handle
    {
        get
        {
            Debug.Assert(
                _user == 0 || _user == Environment.CurrentManagedThreadId,
                "A connection is used by a thread that has not taken it."
            );
            return _handle.DangerousGetHandle();
        }
    }

    [Conditional("DEBUG")]
    public void Take() =>
        Debug.Assert(Interlocked.CompareExchange(ref _user, Environment.CurrentManagedThreadId, 0) == 0, "A connection is taken twice.");

    [Conditional("DEBUG")]
    public void Give() => Interlocked.Exchange(ref _user, 0);

    /// <summary>How long to wait for others that hold the file before it is an error (busy).</summary>
    public void WaitForOthers(int milliseconds) => _ = Native.sqlite3_busy_timeout(Handle, milliseconds);

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

    /// <summary>Moves all of the log into the file and empties it. False when a reader still needs the log, or the disk refuses.</summary>
    public bool TryEmptyLog() => Native.sqlite3_wal_checkpoint_v2(Handle, 0, Native.CheckpointTruncate, out _, out _) == 0;

    public void Check(int code, string doing)
    {
        if (code != 0)
            throw Problem(code, doing);
    }

    public SqliteException Problem(int code, string? doing = null)
    {
        string message = Marshal.PtrToStringUTF8(Native.sqlite3_errmsg(Handle)) ?? "unknown";
        int system = Handle == 0 ? 0 : Native.sqlite3_system_errno(Handle);
        return new SqliteException(code, $"SQLite, {_path}: {message} (code {code}){(doing is null ? "" : $", doing: {doing}")}", system);
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _handle.Dispose();
    }
}
