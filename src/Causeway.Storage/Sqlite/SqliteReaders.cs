using System.Collections.Concurrent;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Reading connections, lent one at a time to a caller that reads at once on its own thread: in WAL mode readers never wait for the writer, and a
/// read takes microseconds, less than handing it to another thread. As many as callers need at one moment; a few are kept.
/// </summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private const int MostKept = 8;
    private const int CacheKibibytes = 2048;

    private readonly ConcurrentStack<SqliteDatabase> _idle = [];
    private volatile bool _disposed;

    public T Read<T, TArgument>(TArgument argument, Func<SqliteDatabase, TArgument, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryPop(out SqliteDatabase? db))
            db = Open();
        try
        {
            db.Take();
            return read(db, argument);
        }
        catch (SqliteException e)
        {
            throw SqliteProblems.Of(e);
        }
        finally
        {
            db.Give();
            if (_disposed || _idle.Count >= MostKept)
                db.Dispose();
            else
                _idle.Push(db);
        }
    }

    private SqliteDatabase Open()
    {
        try
        {
            return new SqliteDatabase(path, CacheKibibytes);
        }
        catch (SqliteException e)
        {
            throw SqliteProblems.Of(e);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryPop(out SqliteDatabase? db))
            db.Dispose();
    }
}
