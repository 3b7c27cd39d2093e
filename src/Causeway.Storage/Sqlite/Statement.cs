using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// A prepared statement, reused for its connection's life. Bind (parameters count from 1), then <see cref="Execute"/>, or <see cref="Step"/> over
/// the rows (columns count from 0) and <see cref="Reset"/> at the end. One thread at a time.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly sqlite3_stmt _handle;

    public Statement(SqliteDatabase database, string sql)
    {
        _database = database;
        database.Check(sqlite3_prepare_v3(database.Handle, sql, SQLITE_PREPARE_PERSISTENT, out _handle), sql);
    }

    public Statement Bind(int index, long value)
    {
        Bound(sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    public Statement Bind(int index, DateTimeOffset value) => Bind(index, value.UtcTicks);

    public Statement Bind(int index, DateTimeOffset? value) => value is { } at ? Bind(index, at) : BindNull(index);

    public Statement BindNull(int index)
    {
        Bound(sqlite3_bind_null(_handle, index));
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
            return BindNull(index);
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        Span<byte> buffer = most <= 1024 ? stackalloc byte[1024] : rented = ArrayPool<byte>.Shared.Rent(most);
        int length = Encoding.UTF8.GetBytes(value, buffer);
        Bound(sqlite3_bind_text(_handle, index, buffer[..length]));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    /// <summary>Binds a blob; an empty one is stored as empty, not as null.</summary>
    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            Bound(sqlite3_bind_zeroblob(_handle, index, 0));
        else
            Bound(sqlite3_bind_blob(_handle, index, value));
        return this;
    }

    /// <summary>Binds a GUID as 16 bytes, most significant first, so that time-ordered GUIDs are stored next to each other.</summary>
    public Statement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(index, bytes);
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        int code = sqlite3_step(_handle);
        if (code is SQLITE_ROW)
            return true;
        if (code is SQLITE_DONE)
            return false;
        SqliteException problem = _database.Problem(code);
        Reset();
        throw problem;
    }

    /// <summary>Every row, read by <paramref name="read"/>.</summary>
    public List<T> Rows<T>(Func<Statement, T> read)
    {
        var rows = new List<T>();
        try
        {
            while (Step())
                rows.Add(read(this));
            return rows;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>The first row, or <paramref name="otherwise"/> when there is none.</summary>
    public T First<T>(Func<Statement, T> read, T otherwise)
    {
        try
        {
            return Step() ? read(this) : otherwise;
        }
        finally
        {
            Reset();
        }
    }

    public void Reset() => _ = sqlite3_reset(_handle); // repeats the step's error, which was thrown there

    /// <summary>Runs to the end; returns how many rows it changed.</summary>
    public int Execute()
    {
        while (Step()) { }
        Reset();
        return sqlite3_changes(_database.Handle);
    }

    public long Int64(int column) => sqlite3_column_int64(_handle, column);

    public bool IsNull(int column) => sqlite3_column_type(_handle, column) == SQLITE_NULL;

    public DateTimeOffset Time(int column) => new(Int64(column), TimeSpan.Zero);

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public string Text(int column) => Encoding.UTF8.GetString(sqlite3_column_blob(_handle, column));

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => sqlite3_column_blob(_handle, column).ToArray();

    public Guid Guid(int column) => new(sqlite3_column_blob(_handle, column), bigEndian: true);

    private void Bound(int code)
    {
        if (code != 0)
            throw _database.Problem(code);
    }

    public void Dispose() => _handle.Dispose();
}
