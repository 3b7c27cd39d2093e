using System.Diagnostics;
using SQLitePCL;
using static SQLitePCL.raw;

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
    private readonly sqlite3 _handle;
    private int _user; // the thread that has it; 0 is nobody, and then anybody may

    /// <summary>Tells SQLitePCLRaw which library to call.</summary>
    static SqliteDatabase() => Batteries_V2.Init();

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
        int mode = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        int code = sqlite3_open_v2(path, out _handle, mode | SQLITE_OPEN_NOMUTEX, null);
        if (code != 0)
        {
            SqliteException problem = Problem(code);
            Dispose();
            throw problem;
        }
        _ = sqlite3_extended_result_codes(Handle, 1);
        WaitForOthers(BusyMilliseconds);
    }

    /// <summary>To look at a file that exists; whoever else has it open is not disturbed.</summary>
    public static SqliteDatabase OpenReadOnly(string path) => new(path, readOnly: true);

    public sqlite3 Handle
    {
        get
        {
            Debug.Assert(
                _user == 0 || _user == Environment.CurrentManagedThreadId,
                "A connection is used by a thread that has not taken it."
            );
            return _handle;
        }
    }

    [Conditional("DEBUG")]
    public void Take() =>
        Debug.Assert(Interlocked.CompareExchange(ref _user, Environment.CurrentManagedThreadId, 0) == 0, "A connection is taken twice.");

    [Conditional("DEBUG")]
    public void Give() => Interlocked.Exchange(ref _user, 0);

    /// <summary>How long to wait for others that hold the file before it is an error (busy).</summary>
    public void WaitForOthers(int milliseconds) => _ = sqlite3_busy_timeout(Handle, milliseconds);

    /// <summary>The library's version, such as 3.53.4.</summary>
    public static string LibraryVersion => sqlite3_libversion().utf8_to_string();

    public long LastRow => sqlite3_last_insert_rowid(Handle);

    /// <summary>Rows written on this connection so far, rolled back or not.</summary>
    public int TotalChanges => sqlite3_total_changes(Handle);

    /// <summary>False also when an error made SQLite roll everything back by itself.</summary>
    public bool InTransaction => sqlite3_get_autocommit(Handle) == 0;

    /// <summary>A statement of this connection's own, prepared at its first use. <paramref name="sql"/> must be a constant: it is looked up by reference.</summary>
    public Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out Statement? statement))
            _statements.Add(sql, statement = new Statement(this, sql));
        return statement;
    }

    /// <summary>Runs statements without parameters or results.</summary>
    public void Execute(string sql) => Check(sqlite3_exec(Handle, sql), sql);

    /// <summary>Moves what it can from the write-ahead log into the database file.</summary>
    /// <param name="mode">One of <c>SQLITE_CHECKPOINT_*</c>.</param>
    /// <returns>How many frames of the log are in the file now.</returns>
    public int Checkpoint(int mode)
    {
        _ = sqlite3_wal_checkpoint_v2(Handle, null, mode, out _, out int moved); // busy: the next one moves more
        return moved;
    }

    /// <summary>Moves all of the log into the file and empties it. False when a reader still needs the log, or the disk refuses.</summary>
    public bool TryEmptyLog() => sqlite3_wal_checkpoint_v2(Handle, null, SQLITE_CHECKPOINT_TRUNCATE, out _, out _) == 0;

    public void Check(int code, string doing)
    {
        if (code != 0)
            throw Problem(code, doing);
    }

    public SqliteException Problem(int code, string? doing = null)
    {
        string message = Handle.IsInvalid ? "out of memory" : sqlite3_errmsg(Handle).utf8_to_string();
        int system = Handle.IsInvalid ? 0 : Native.sqlite3_system_errno(Handle.DangerousGetHandle());
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
