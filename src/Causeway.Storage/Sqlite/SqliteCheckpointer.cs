using System.Runtime.InteropServices;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Moves the write-ahead log into the database file without stopping the writer for long.
///
/// Theory of operation. SQLite starts its log from the beginning only when all of it has been moved at the moment a write begins. Moving all of it
/// on the writer's thread would stop every commit for as long as the disk takes (50 ms and more). So, once the log is long, a thread of its own
/// moves it while the writer goes on, again and again until little is left; then the writer moves that little itself, and its next
/// transaction starts the log anew. If a reader is in the way at that moment, the log simply stays long and the next group tries again.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    /// <summary>Pages of 4 KiB: 64 MiB of log. Longer, and starting after a crash takes longer; shorter, and busy pages are moved more often.</summary>
    private const int LongLog = 16_384;

    /// <summary>So few frames take the writer a few milliseconds.</summary>
    private const int Little = 512;
    private const int MostPasses = 5;

    private readonly SqliteDatabase _writing;
    private readonly SqliteDatabase _own;
    private readonly GCHandle _self;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _start = new(0);
    private int _frames;
    private volatile bool _busy;
    private volatile bool _littleLeft;
    private volatile bool _disposed;

    /// <param name="writing">The writer's connection, on whose commits the length of the log is heard.</param>
    public unsafe SqliteCheckpointer(SqliteDatabase writing, string path)
    {
        _writing = writing;
        _own = new SqliteDatabase(path, cacheKibibytes: 256);
        _self = GCHandle.Alloc(this);
        _ = Native.sqlite3_wal_hook(writing.Handle, &OnCommit, GCHandle.ToIntPtr(_self));
        _thread = new Thread(Run) { Name = "causeway-sqlite-checkpoint", IsBackground = true };
        _thread.Start();
    }

    [UnmanagedCallersOnly]
    private static unsafe int OnCommit(nint self, nint db, byte* schema, int frames)
    {
        ((SqliteCheckpointer)GCHandle.FromIntPtr(self).Target!)._frames = frames;
        return 0;
    }

    /// <summary>Called on the writer's thread between transactions.</summary>
    public void AfterCommit()
    {
        if (_frames < LongLog || _busy)
            return;
        if (_littleLeft)
        {
            _littleLeft = false;
            _writing.Checkpoint(Native.CheckpointPassive);
        }
        else
        {
            _busy = true;
            _start.Release();
        }
    }

    private void Run()
    {
        while (true)
        {
            _start.Wait();
            if (_disposed)
                return;
            int before = 0;
            for (int pass = 0; pass < MostPasses; pass++)
            {
                int moved = _own.Checkpoint(Native.CheckpointPassive);
                if (moved - before < Little)
                    break;
                before = moved;
            }
            _littleLeft = true;
            _busy = false;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _start.Release();
        _thread.Join();
        _own.Dispose();
        _start.Dispose();
        _self.Free();
    }
}
