using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// The one writer of a SQLite file, with group commit.
///
/// Theory of operation. A disk flush costs about as much as several writes, and SQLite allows one writer at a time anyway. So a single thread
/// owns the writing connection; everybody else puts work into a queue and waits. The thread takes all that waits, runs it in one transaction, and
/// COMMITs, which with synchronous=FULL returns when the log is on disk. Only then are the pieces answered. While the disk works the next group
/// gathers, so that groups grow with load by themselves.
///
/// A refused piece must leave nothing behind and must not disturb its neighbours. A SAVEPOINT around each piece does that, but costs a fifth of the
/// throughput (SQLite keeps a copy of every page touched), and most refusals come before anything was written. So a group first runs without;
/// when a piece has to take back what it wrote, the group is rolled back and run once more with savepoints. Work may therefore run twice.
///
/// When COMMIT fails, nothing of the group is stored and every piece of it gets the error. Whatever happens to a group, the thread goes on with the next:
/// a full disk or another program's lock fails those who write meanwhile, and nobody afterwards.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>Most pieces in one transaction; bounds how long the first of them waits.</summary>
    private const int MostInGroup = 512;

    private readonly SqliteDatabase _db;
    private readonly SqliteCheckpointer _checkpointer;
    private readonly Action _wake;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private List<Piece> _queue = [];
    private bool _closing;

    /// <param name="path">The database file.</param>
    /// <param name="mostLogFrames">The log is never longer (see <see cref="SqliteCheckpointer"/>): 4 KiB each.</param>
    /// <param name="wake">Called on the thread pool after a group in which something asked for it.</param>
    public SqliteWriter(string path, int cacheKibibytes, Action wake, int mostLogFrames = SqliteCheckpointer.LongestLog)
    {
        _db = new SqliteDatabase(path, cacheKibibytes);
        try
        {
            _checkpointer = new SqliteCheckpointer(_db, path, mostLogFrames);
        }
        catch
        {
            _db.Dispose();
            throw;
        }
        _wake = wake;
        _thread = new Thread(Run) { Name = "causeway-sqlite-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues work for the next group; the task ends when it is durable.</summary>
    /// <param name="work">Runs on the writer's thread.</param>
    /// <param name="keep">False rolls back what this piece wrote; its result is answered all the same.</param>
    /// <param name="wakes">Whether effects may have become due by it.</param>
    public Task<T> WriteAsync<T>(Func<SqliteDatabase, T> work, Func<T, bool> keep, bool wakes)
    {
        var piece = new Piece<T>(work, keep, wakes);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _queue.Add(piece);
            if (_queue.Count == 1)
                Monitor.Pulse(_gate);
        }
        return piece.Task;
    }

    private void Run()
    {
        try
        {
            _db.Take();
            var group = new List<Piece>();
            while (Take(ref group))
                for (int start = 0; start < group.Count; start += MostInGroup)
                    Commit(group.GetRange(start, Math.Min(MostInGroup, group.Count - start)));
            _db.Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
        }
        finally
        {
            _checkpointer.Dispose();
            _db.Give();
            _db.Dispose();
            _ended.SetResult();
        }
    }

    private bool Take(ref List<Piece> group)
    {
        group.Clear();
        lock (_gate)
        {
            while (_queue.Count == 0 && !_closing)
                Monitor.Wait(_gate);
            (group, _queue) = (_queue, group);
            return group.Count > 0;
        }
    }

    private void Commit(List<Piece> group)
    {
        try
        {
            if (_db.InTransaction) // rolling back failed the last time
                _db.Execute("ROLLBACK");
            _checkpointer.BeforeCommit();
            if (!TryRun(group, savepoints: false))
                TryRun(group, savepoints: true);
        }
        catch (Exception e) // whatever it is, those who wait must hear of it, and the writer must go on
        {
            try
            {
                if (_db.InTransaction)
                    _db.Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // Tried again before the next group; what was written is not committed either way.
            }
            foreach (Piece piece in group)
                piece.Fail(e);
            return;
        }
        bool wakes = false;
        foreach (Piece piece in group)
            wakes |= piece.Answer();
        if (wakes)
            ThreadPool.UnsafeQueueUserWorkItem(static wake => wake(), _wake, preferLocal: false);
        _checkpointer.AfterCommit();
    }

    /// <summary>False, with everything rolled back, when without savepoints a piece has something to take back.</summary>
    private bool TryRun(List<Piece> group, bool savepoints)
    {
        _db.Prepared("BEGIN IMMEDIATE").Execute();
        foreach (Piece piece in group)
        {
            if (savepoints)
                _db.Prepared("SAVEPOINT piece").Execute();
            int before = _db.TotalChanges;
            bool kept = piece.TryRun(_db);
            if (!_db.InTransaction)
                throw piece.Problem ?? new InvalidOperationException("The transaction ended under the writer."); // disk full and the like
            if (savepoints && !kept)
                _db.Prepared("ROLLBACK TO piece").Execute();
            if (savepoints)
                _db.Prepared("RELEASE piece").Execute();
            else if (!kept && (piece.Problem is not null || _db.TotalChanges != before))
            {
                _db.Prepared("ROLLBACK").Execute();
                return false;
            }
        }
        _db.Prepared("COMMIT").Execute();
        return true;
    }

    /// <summary>Ends when everything queued is durable and the log is in the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        await _ended.Task;
    }

    private abstract class Piece
    {
        /// <summary>A mistake in this piece's work; the others of its group go on.</summary>
        public Exception? Problem { get; protected set; }

        /// <summary>False when what it wrote is to be rolled back.</summary>
        public abstract bool TryRun(SqliteDatabase db);

        /// <summary>Returns whether it wakes the runners.</summary>
        public abstract bool Answer();

        public abstract void Fail(Exception problem);
    }

    private sealed class Piece<T>(Func<SqliteDatabase, T> work, Func<T, bool> keep, bool wakes) : Piece
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private bool _kept;

        public Task<T> Task => _answer.Task;

        public override bool TryRun(SqliteDatabase db)
        {
            try
            {
                Problem = null;
                _result = work(db);
                return _kept = keep(_result);
            }
            catch (Exception e)
            {
                Problem = e;
                return _kept = false;
            }
        }

        public override bool Answer()
        {
            if (Problem is null)
                _answer.SetResult(_result!);
            else
                _answer.SetException(SqliteProblems.Of(Problem));
            return wakes && _kept;
        }

        public override void Fail(Exception problem) => _answer.TrySetException(SqliteProblems.Of(problem));
    }
}
