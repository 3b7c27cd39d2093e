using System.Collections.Immutable;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Storage.Migrations;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// The embedded default: one file, one process. Commits are durable (WAL, synchronous=FULL) and share flushes (<see cref="SqliteWriter"/>); reads run
/// beside them on connections of their own and see every commit that was answered.
/// </summary>
public sealed class SqliteStore : IStore
{
    /// <summary>32 MiB: holds the inner pages and the busy ends of every index at 100,000 circuits.</summary>
    private const int WriterCacheKibibytes = 32 * 1024;

    /// <summary>SQLite gives its log the mode of the file.</summary>
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly SqliteReaders _readers;
    private readonly SqliteWriter _writer;
    private readonly FileLock _lock;
    private readonly SqliteLeases _leases;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposing = new();
    private bool _isMigrated;
    private SqliteCommitter? _committer; // made and used on the writer's thread, once there are tables to prepare statements for

    /// <param name="path">The database file; made when missing, readable by its owner only, its folder too.</param>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    /// <exception cref="IOException">Another process has it open, or the folder cannot be written.</exception>
    /// <param name="time">The store's clock.</param>
    public SqliteStore(string path, TimeProvider time)
    {
        _time = time;
        // Ticks of now are greater than those of any start before, unless the clock was set back: then what was seen before is asked.
        _leases = new SqliteLeases(
            time,
            () => Math.Max(time.GetUtcNow().Ticks, _readers!.Read(0, (db, _) => SqliteObservations.NewestEpoch(db)) + 1)
        );
        _path = path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Routers, leases and what is remembered in memory are one process's, though SQLite itself would serve two.
        _lock = FileLock.Take(path + ".lock", $"The database {path}");
        try
        {
            (_writer, _readers) = Open(path);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    private (SqliteWriter, SqliteReaders) Open(string path)
    {
        if (!File.Exists(path) && !OperatingSystem.IsWindows())
            new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.Write,
                    UnixCreateMode = OwnerOnly,
                }
            ).Dispose();
        return (new SqliteWriter(path, WriterCacheKibibytes, () => EffectsEnqueued?.Invoke()), new SqliteReaders(path));
    }

    public event Action? EffectsEnqueued;

    public event Action<string?>? Announced;

    public bool IsShared => false;

    public ValueTask<DateTimeOffset?> ClockAsync(CancellationToken cancellation) => ValueTask.FromResult<DateTimeOffset?>(null);

    public async Task MigrateAsync(CancellationToken cancellation)
    {
        // Looked at first, so that a start with nothing to do asks nothing of a disk that is full.
        if (_isMigrated || _readers.Read(0, static (db, _) => Version(db)) != Migration.All("Sqlite")[^1].Number)
            await WriteAsync(Migrate, cancellation);
        if (!_isMigrated)
            await TakeLeasesBackAsync();
        _isMigrated = true;
    }

    private static bool Migrate(SqliteDatabase db)
    {
        foreach (Migration step in Migration.After("Sqlite", Version(db)))
        {
            db.Execute(step.Sql);
            db.Execute($"PRAGMA user_version = {step.Number}");
        }
        return true;
    }

    private static long Version(SqliteDatabase db) => db.Prepared("PRAGMA user_version").First(static row => row.Int64(0), 0);

    /// <summary>
    /// Whoever leased an effect before this process opened the file is dead: nobody waits for those leases to run out. Where the disk takes no writes now, it
    /// is done as soon as it does; the start does not wait for that.
    /// </summary>
    private async Task TakeLeasesBackAsync()
    {
        try
        {
            await _writer.WriteAsync(
                static db => db.Prepared("UPDATE effects SET leased_until = 0 WHERE lease IS NOT NULL").Execute() > 0,
                static any => any,
                wakes: true
            );
        }
        catch (StoreUnavailableException)
        {
            _ = Task.Delay(TimeSpan.FromSeconds(1), _time, _disposing.Token)
                .ContinueWith(
                    _ => TakeLeasesBackAsync(),
                    _disposing.Token,
                    TaskContinuationOptions.OnlyOnRanToCompletion,
                    TaskScheduler.Default
                );
        }
    }

    public ValueTask<StoreDescription> DescribeAsync(CancellationToken cancellation) =>
        new(new StoreDescription($"SQLite {SqliteDatabase.LibraryVersion}, {_path}", []));

    public Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation)
    {
        CommitRules.Check(changes);
        cancellation.ThrowIfCancellationRequested();
        Task<CommitOutcome> commit = _writer.WriteAsync(
            db => Committer(db).Apply(changes),
            static outcome => outcome is CommitOutcome.Committed,
            wakes: !changes.Effects.IsEmpty
                || !changes.Completed.IsEmpty
                || !changes.WakeUps.IsEmpty
                || changes.Writes.Any(static w => w is ResourceWrite.Delete) // something may await it
        );
        return changes.Announcements.IsEmpty ? commit : AnnounceAsync(commit, changes.Announcements);
    }

    private async Task<CommitOutcome> AnnounceAsync(Task<CommitOutcome> commit, ImmutableArray<string> announcements)
    {
        CommitOutcome outcome = await commit;
        if (outcome is CommitOutcome.Committed)
            foreach (string announcement in announcements)
                Announced?.Invoke(announcement);
        return outcome;
    }

    public async Task<IReadOnlyList<LeasedEffect>> LeaseEffectsAsync(EffectsWanted wanted, CancellationToken cancellation) =>
        await NextEffectDueAsync(wanted, cancellation) <= TimeSpan.Zero
            ? await WriteAsync(db => Committer(db).Effects.Lease(wanted, _time.GetUtcNow()), cancellation)
            : [];

    public Task<bool> RenewEffectAsync(LeasedEffect effect, TimeSpan leaseFor, CancellationToken cancellation) =>
        WriteAsync(db => Committer(db).Effects.Renew(effect, _time.GetUtcNow() + leaseFor), cancellation);

    public Task<bool> RetryEffectAsync(LeasedEffect effect, TimeSpan after, string why, CancellationToken cancellation) =>
        _writer.WriteAsync(db => Committer(db).Effects.Retry(effect, after, why, _time.GetUtcNow()), static kept => kept, wakes: true);

    public async ValueTask<TimeSpan?> NextEffectDueAsync(EffectsWanted wanted, CancellationToken cancellation)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return await ReadAsync((wanted, _leases.HeldBy(wanted.Holder), now), SqliteEffects.NextDue, cancellation) - now;
    }

    public ValueTask<IReadOnlyList<PendingEffect>> PendingEffectsAsync(ResourceId? resource, int most, CancellationToken cancellation) =>
        ReadAsync((resource, most), static (db, q) => SqliteEffects.Pending(db, q.resource, q.most), cancellation);

    public ValueTask<StoredResource?> GetAsync(ResourceId id, CancellationToken cancellation) =>
        ReadAsync(id, SqliteQueries.Get, cancellation);

    public ValueTask<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellation) =>
        ReadAsync(query, SqliteQueries.List, cancellation);

    public ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellation) =>
        ReadAsync(query, SqliteQueries.Count, cancellation);

    public ValueTask<ResourceId?> ClaimOwnerAsync(string key, CancellationToken cancellation) =>
        ReadAsync(key, SqliteQueries.ClaimOwner, cancellation);

    public ValueTask<IReadOnlyList<string>> ClaimsAsync(string keyPrefix, CancellationToken cancellation) =>
        ReadAsync(keyPrefix, SqliteQueries.Claims, cancellation);

    public ValueTask<Operation?> GetOperationAsync(Guid id, CancellationToken cancellation) =>
        ReadAsync(id, SqliteQueries.Operation, cancellation);

    public ValueTask<IReadOnlyList<JournalEntry>> JournalAsync(JournalQuery query, CancellationToken cancellation) =>
        ReadAsync(query, SqliteQueries.Journal, cancellation);

    public ValueTask<IReadOnlyList<JournalEntry>> FactsAsync(FactsQuery query, CancellationToken cancellation) =>
        ReadAsync(query, SqliteQueries.FactsOf, cancellation);

    public Task<int> PruneOperationsAsync(DateTimeOffset finishedBefore, int most, CancellationToken cancellation) =>
        WriteAsync(
            db =>
                db.Prepared("DELETE FROM operations WHERE n IN (SELECT n FROM operations WHERE finished < ?1 ORDER BY finished LIMIT ?2)")
                    .Bind(1, finishedBefore)
                    .Bind(2, most)
                    .Execute(),
            cancellation
        );

    public Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        (Lease? lease, bool isNew) = _leases.Take(name, holder, leaseFor);
        if (isNew)
            EffectsEnqueued?.Invoke();
        return Task.FromResult(lease);
    }

    public ValueTask<IReadOnlyList<Lease>> LeasesAsync(string prefix, CancellationToken cancellation) => new(_leases.All(prefix));

    public Task<bool> ReleaseLeaseAsync(Lease lease, CancellationToken cancellation)
    {
        bool released = _leases.Release(lease);
        if (released)
            EffectsEnqueued?.Invoke();
        return Task.FromResult(released);
    }

    public Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation) =>
        WriteAsync(
            db =>
            {
                SqliteObservations.Put(db, observations);
                return true;
            },
            cancellation
        );

    public ValueTask<Observation?> GetObservationAsync(string key, CancellationToken cancellation) =>
        ReadAsync(key, SqliteObservations.Get, cancellation);

    public ValueTask<Page<Observation>> ObservationsAsync(string prefix, string? after, int most, CancellationToken cancellation) =>
        ReadAsync((prefix, after, KeyRange.PageSize(most)), SqliteObservations.List, cancellation);

    public Task<int> DeleteObservationsAsync(string prefix, CancellationToken cancellation) =>
        WriteAsync(db => SqliteObservations.Delete(db, prefix), cancellation);

    public ValueTask<IReadOnlyList<EffectsOfKind>> EffectsByKindAsync(CancellationToken cancellation) =>
        ReadAsync(0, static (db, _) => SqliteEffects.ByKind(db), cancellation);

    public ValueTask<IReadOnlyList<DueWakeUp>> DueWakeUpsAsync(int most, CancellationToken cancellation) =>
        ReadAsync((_time.GetUtcNow(), most), SqliteWakeUps.Due, cancellation);

    public async ValueTask<TimeSpan?> NextWakeUpAsync(CancellationToken cancellation) =>
        await ReadAsync(0, static (db, _) => SqliteWakeUps.Next(db), cancellation) - _time.GetUtcNow();

    public ValueTask<WakeUpsPending> WakeUpsPendingAsync(CancellationToken cancellation) =>
        ReadAsync(0, static (db, _) => SqliteWakeUps.Pending(db), cancellation);

    public ValueTask<byte[]?> GetSettingAsync(string key, CancellationToken cancellation) => ReadAsync(key, Setting, cancellation);

    public Task<byte[]> GetOrAddSettingAsync(string key, byte[] value, CancellationToken cancellation) =>
        WriteAsync(
            db =>
            {
                db.Prepared("INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING")
                    .Bind(1, key)
                    .Bind(2, value)
                    .Execute();
                return Setting(db, key)!;
            },
            cancellation
        );

    private static byte[]? Setting(SqliteDatabase db, string key) =>
        db.Prepared("SELECT value FROM settings WHERE key = ?1").Bind(1, key).First<byte[]?>(static row => row.Blob(0), null);

    private SqliteCommitter Committer(SqliteDatabase db) => _committer ??= new SqliteCommitter(db, _leases, _time.GetUtcNow);

    private Task<T> WriteAsync<T>(Func<SqliteDatabase, T> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested(); // once queued it will be done: the caller has to know what became of it
        return _writer.WriteAsync(work, static _ => true, wakes: false);
    }

    private ValueTask<T> ReadAsync<T, TArgument>(
        TArgument argument,
        Func<SqliteDatabase, TArgument, T> read,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        return new ValueTask<T>(_readers.Read(argument, read));
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        _readers.Dispose();
        await _writer.DisposeAsync();
        _lock.Dispose();
    }
}
