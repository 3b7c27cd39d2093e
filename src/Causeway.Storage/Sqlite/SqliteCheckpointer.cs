using System.Runtime.InteropServices;
using Causeway.Workflows.Storage;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Moves the write-ahead log into the database file without stopping the writer for long.
///
/// Theory of operation. SQLite starts its log from the beginning only when all of it has been moved at the moment a write begins. Moving all of it
/// on the writer's thread would stop every commit for as long as the disk takes (50 ms and more). So, once the log is long, a thread of its own
/// moves it while the writer goes on, again and again until little is left; then the writer moves that little itself, and its next
/// transaction starts the log anew. If a reader is in the way at that moment, the log simply stays long and the next group tries again.
///
/// Our own readers are in the way for microseconds. Another program that keeps a reading transaction open is for as long as it likes, and every commit makes
/// the log longer: at <see cref="LongestLog"/> writers are refused until it lets go, before the log has filled the disk for everybody. A log that was long
/// is cut when it starts anew, and at the next start of the server.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    /// <summary>Pages of 4 KiB: 64 MiB of log. Longer, and starting after a crash takes longer; shorter, and busy pages are moved more often.</summary>
    private const int LongLog = 16_384;

    /// <summary>1 GiB of log.</summary>
    public const int LongestLog = 262_144;

    /// <summary>So few frames take the writer a few milliseconds.</summary>
    private const int Little = 512;
    private const int MostPasses = 5;
    private const int PageBytes = 4096;

    /// <summary>Milliseconds that our own readers get to finish when the log has to be emptied.</summary>
    private const int ReadersFinish = 100;

    private readonly SqliteDatabase _writing;
    private readonly SqliteDatabase _own;
    private readonly GCHandle _self;
    private readonly Thread _thread;
    private readonly int _mostFrames;
    private readonly SemaphoreSlim _start = new(0);
    private int _frames;
    private volatile bool _busy;
    private volatile bool _littleLeft;
    private volatile bool _disposed;

    /// <param name="writing">The writer's connection, on whose commits the length of the log is heard.</param>
    public unsafe SqliteCheckpointer(SqliteDatabase writing, string path, int mostFrames)
    {
        (_writing, _mostFrames) = (writing, mostFrames);
        writing.Execute($"PRAGMA journal_size_limit = {2L * LongLog * PageBytes}"); // how long the file stays when the log starts anew
        if (new FileInfo(path + "-wal") is { Exists: true } log)
            _frames = (int)(log.Length / PageBytes); // of a process that was killed
        _own = new SqliteDatabase(path, cacheKibibytes: 256);
        _self = GCHandle.Alloc(this);
        _ = Native.sqlite3_wal_hook(writing.Handle.DangerousGetHandle(), &OnCommit, GCHandle.ToIntPtr(_self));
        _thread = new Thread(Run) { Name = "causeway-sqlite-checkpoint", IsBackground = true };
        _thread.Start();
    }

    [UnmanagedCallersOnly]
    private static unsafe int OnCommit(nint self, nint db, byte* schema, int frames)
    {
        ((SqliteCheckpointer)GCHandle.FromIntPtr(self).Target!)._frames = frames;
        return 0;
    }

    /// <summary>Called on the writer's thread before a transaction.</summary>
    /// <exception cref="StoreUnavailableException">The log is as long as it may be, and another program still reads what is in it.</exception>
    public void BeforeCommit()
    {
        if (_frames < _mostFrames)
            return;
        _writing.WaitForOthers(ReadersFinish);
        bool emptied = _writing.TryEmptyLog();
        _writing.WaitForOthers(SqliteDatabase.BusyMilliseconds);
        if (!emptied)
            throw new StoreUnavailableException(
                StoreProblem.Busy,
                "The database takes no writes just now: another program has been reading it for so long that its log has become as long as it may be."
            );
        _frames = 0;
    }

    /// <summary>Called on the writer's thread between transactions.</summary>
    public void AfterCommit()
    {
        if (_frames < LongLog || _busy)
            return;
        if (_littleLeft)
        {
            _littleLeft = false;
            _writing.Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
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
            _own.Take();
            int before = 0;
            for (int pass = 0; pass < MostPasses; pass++)
            {
                int moved = _own.Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
                if (moved - before < Little)
                    break;
                before = moved;
            }
            _own.Give();
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
