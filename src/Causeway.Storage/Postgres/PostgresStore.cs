using System.Collections.Concurrent;
using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Storage.Migrations;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// For more than one machine: any number of Causeway nodes on one PostgreSQL (14 or newer). Writes and reads go to the primary; with several hosts in
/// the connection string, to whichever of them is the primary now.
/// </summary>
public sealed class PostgresStore : IStore
{
    /// <summary>Any number that nothing else on the database uses for an advisory lock: "causeway" on a telephone keypad.</summary>
    private const long MigrationLock = 22873929;

    private readonly StoreAddress.Postgres _address;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _sessions;
    private readonly PostgresWriter _writer;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Lease> _taken = []; // leases this node was given, so that a new one is told from a renewed one
    private PostgresNode? _node;

    /// <summary>
    /// Every statement here is written to go along an index, with few rows; a planner that looks at the statistics of a table that was empty a moment
    /// ago must not decide otherwise, nor compile machine code.
    /// </summary>
    internal const string PlannerOptions =
        "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan";

    /// <param name="connectionString">Npgsql's keywords; several hosts separated by commas.</param>
    public PostgresStore(string connectionString, TimeProvider time)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "causeway",
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            KeepAlive = 15, // seconds; finds dead connections of the listener, which only waits
        };
        settings.Options = $"{settings.Options} {PlannerOptions}".TrimStart();
        _address = new StoreAddress.Postgres(settings);
        if (_address.Hosts.Count > 1)
        {
            settings.TargetSessionAttributes ??= "read-write";
            // Seconds for which a server counts as what it was seen to be: a failover is to be noticed before clients lose patience.
            if (!settings.ShouldSerialize("Host Recheck Seconds"))
                settings.HostRecheckSeconds = 2;
        }
        _source = NpgsqlDataSource.Create(settings);
        _sessions = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false });
        _writer = new PostgresWriter(_source, time);
        _time = time;
    }

    /// <summary>0 before it has joined.</summary>
    private int Number => _node?.Number ?? 0;

    public event Action? EffectsEnqueued;

    public event Action<string?>? Announced;

    public bool IsShared => true;

    public async ValueTask<DateTimeOffset?> ClockAsync(CancellationToken cancellation) =>
        await _source.FirstAsync(
            "SELECT clock_timestamp()",
            static row => (DateTimeOffset?)new DateTimeOffset(row.GetDateTime(0)),
            cancellation
        );

    /// <exception cref="StoreUnavailableException">The server is away, or takes no writes: a standby, a failover under way.</exception>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        try
        {
            await MigrateSchemaAsync(cancellation);
            _node ??= await PostgresNode.JoinAsync(
                _sessions,
                _time,
                new NodeEvents(() => EffectsEnqueued?.Invoke(), announcement => Announced?.Invoke(announcement), _source.Clear),
                cancellation
            );
        }
        catch (Exception e) when (PostgresProblems.Kind(e) is { } problem)
        {
            throw StoreUnavailableException.Of(problem, e);
        }
    }

    /// <summary>The number of the last migration that the database has, 0 for none at all, and of the last that it needs; changes nothing.</summary>
    /// <exception cref="InvalidDataException">The database is newer than this program.</exception>
    public async Task<(int Has, int Needs)> SchemaAsync(CancellationToken cancellation)
    {
        bool any = await _source.FirstAsync(
            "SELECT to_regclass('causeway_schema') IS NOT NULL",
            static row => row.GetBoolean(0),
            cancellation
        );
        int has = any
            ? await _source.FirstAsync("SELECT coalesce(max(version), 0) FROM causeway_schema", static row => row.GetInt32(0), cancellation)
            : 0;
        _ = Migration.After("Postgres", has);
        return (has, Migration.All("Postgres")[^1].Number);
    }

    private async Task MigrateSchemaAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})", cancellation);
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS causeway_schema (version integer NOT NULL)", cancellation);
        await using var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM causeway_schema", connection);
        int version = (int)(await read.ExecuteScalarAsync(cancellation))!;
        foreach (Migration step in Migration.After("Postgres", version))
        {
            await ExecuteAsync(connection, step.Sql, cancellation);
            await ExecuteAsync(connection, $"INSERT INTO causeway_schema VALUES ({step.Number})", cancellation);
        }
        await transaction.CommitAsync(cancellation);
    }

    public async ValueTask<StoreDescription> DescribeAsync(CancellationToken cancellation)
    {
        (string version, string commits, bool flushes, string standbys, long following) = await _source.FirstAsync(
            """
            SELECT current_setting('server_version'), current_setting('synchronous_commit'), current_setting('fsync')::boolean,
                current_setting('synchronous_standby_names'), (SELECT count(*) FROM pg_stat_replication)
            """,
            static row => (row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetString(3), row.GetInt64(4)),
            cancellation
        );
        var warnings = new List<string>();
        if (commits == "off" || !flushes)
            warnings.Add(
                $"PostgreSQL answers before its disk has it ({(flushes ? "synchronous_commit" : "fsync")} is off): a crash can lose what was acknowledged."
            );
        if (_address.Hosts.Count > 1 && following == 0)
            warnings.Add(
                "Several hosts are named, and no standby follows the primary now: a failover would lose what was acknowledged since the standby stopped, or all of it."
            );
        else if (_address.Hosts.Count > 1 && (standbys.Length == 0 || commits is "off" or "local"))
            warnings.Add(
                "Several hosts are named, and replication is asynchronous: a failover can lose the last writes that were acknowledged. Set synchronous_standby_names, and leave synchronous_commit on."
            );
        return new StoreDescription(
            _address.ToString().Replace("PostgreSQL,", $"PostgreSQL {version},", StringComparison.Ordinal),
            warnings
        );
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation)
    {
        CommitRules.Check(changes);
        cancellation.ThrowIfCancellationRequested(); // once queued it will be done: the caller has to know what became of it
        Task<CommitOutcome> commit = _writer.CommitAsync(changes);
        return changes.Announcements.IsEmpty ? commit : AnnounceAsync(commit, changes.Announcements);
    }

    /// <summary>This node hears of it again by notification, but its caller may not be answered before it has heard.</summary>
    private async Task<CommitOutcome> AnnounceAsync(Task<CommitOutcome> commit, ImmutableArray<string> announcements)
    {
        CommitOutcome outcome = await commit;
        if (outcome is CommitOutcome.Committed)
            foreach (string announcement in announcements)
                Announced?.Invoke(announcement);
        return outcome;
    }

    public Task<IReadOnlyList<LeasedEffect>> LeaseEffectsAsync(EffectsWanted wanted, CancellationToken cancellation) =>
        PostgresEffects.LeaseAsync(_source, wanted, Number, cancellation);

    public Task<bool> RenewEffectAsync(LeasedEffect effect, TimeSpan leaseFor, CancellationToken cancellation) =>
        PostgresEffects.RenewAsync(_source, effect, leaseFor, cancellation);

    public async Task<bool> RetryEffectAsync(LeasedEffect effect, TimeSpan after, string why, CancellationToken cancellation)
    {
        bool kept = await PostgresEffects.RetryAsync(_source, effect, after, why, cancellation);
        if (kept)
            EffectsEnqueued?.Invoke();
        return kept;
    }

    public ValueTask<TimeSpan?> NextEffectDueAsync(EffectsWanted wanted, CancellationToken cancellation) =>
        new(PostgresEffects.NextDueAsync(_source, wanted, cancellation));

    public ValueTask<IReadOnlyList<PendingEffect>> PendingEffectsAsync(ResourceId? resource, int most, CancellationToken cancellation) =>
        new(PostgresEffects.PendingAsync(_source, resource, most, cancellation));

    public ValueTask<StoredResource?> GetAsync(ResourceId id, CancellationToken cancellation) =>
        new(PostgresQueries.GetAsync(_source, id, cancellation));

    public ValueTask<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellation) =>
        new(PostgresQueries.ListAsync(_source, query, cancellation));

    public ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellation) =>
        new(PostgresQueries.CountAsync(_source, query, cancellation));

    public ValueTask<ResourceId?> ClaimOwnerAsync(string key, CancellationToken cancellation) =>
        new(PostgresQueries.ClaimOwnerAsync(_source, key, cancellation));

    public ValueTask<IReadOnlyList<string>> ClaimsAsync(string keyPrefix, CancellationToken cancellation) =>
        new(PostgresQueries.ClaimsAsync(_source, keyPrefix, cancellation));

    public ValueTask<Operation?> GetOperationAsync(Guid id, CancellationToken cancellation) =>
        new(PostgresQueries.OperationAsync(_source, id, cancellation));

    public ValueTask<IReadOnlyList<JournalEntry>> JournalAsync(JournalQuery query, CancellationToken cancellation) =>
        new(PostgresQueries.JournalAsync(_source, query, cancellation));

    public ValueTask<IReadOnlyList<JournalEntry>> FactsAsync(FactsQuery query, CancellationToken cancellation) =>
        new(PostgresQueries.FactsAsync(_source, query, cancellation));

    public Task<int> PruneOperationsAsync(DateTimeOffset finishedBefore, int most, CancellationToken cancellation) =>
        _source.ExecuteAsync(
            """
            DELETE FROM operations WHERE id IN
                (SELECT id FROM operations WHERE finished < $1 ORDER BY finished LIMIT $2 FOR UPDATE SKIP LOCKED)
            """,
            cancellation,
            finishedBefore.UtcTicks,
            most
        );

    public async Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation)
    {
        Lease? lease = await PostgresLeases.TakeAsync(_source, name, holder, leaseFor, Number, cancellation);
        if (lease is not null && _taken.GetValueOrDefault(name) != lease)
        {
            _taken[name] = lease;
            EffectsEnqueued?.Invoke();
        }
        return lease;
    }

    public ValueTask<IReadOnlyList<Lease>> LeasesAsync(string prefix, CancellationToken cancellation) =>
        new(PostgresLeases.ListAsync(_source, prefix, cancellation));

    public Task<bool> ReleaseLeaseAsync(Lease lease, CancellationToken cancellation) =>
        PostgresLeases.ReleaseAsync(_source, lease, cancellation);

    public Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation) =>
        PostgresObservations.PutAsync(_source, observations, cancellation);

    public ValueTask<Observation?> GetObservationAsync(string key, CancellationToken cancellation) =>
        new(PostgresObservations.GetAsync(_source, key, cancellation));

    public ValueTask<Page<Observation>> ObservationsAsync(string prefix, string? after, int most, CancellationToken cancellation) =>
        new(PostgresObservations.ListAsync(_source, prefix, after, KeyRange.PageSize(most), cancellation));

    public Task<int> DeleteObservationsAsync(string prefix, CancellationToken cancellation) =>
        PostgresObservations.DeleteAsync(_source, prefix, cancellation);

    public ValueTask<IReadOnlyList<EffectsOfKind>> EffectsByKindAsync(CancellationToken cancellation) =>
        new(PostgresEffects.ByKindAsync(_source, cancellation));

    public ValueTask<IReadOnlyList<DueWakeUp>> DueWakeUpsAsync(int most, CancellationToken cancellation) =>
        new(PostgresWakeUps.DueAsync(_source, most, cancellation));

    public ValueTask<TimeSpan?> NextWakeUpAsync(CancellationToken cancellation) => new(PostgresWakeUps.NextAsync(_source, cancellation));

    public ValueTask<WakeUpsPending> WakeUpsPendingAsync(CancellationToken cancellation) =>
        new(PostgresWakeUps.PendingAsync(_source, cancellation));

    public ValueTask<byte[]?> GetSettingAsync(string key, CancellationToken cancellation) =>
        new(_source.FirstAsync("SELECT value FROM settings WHERE key = $1", static row => row.Bytes(0), cancellation, key));

    public async Task<byte[]> GetOrAddSettingAsync(string key, byte[] value, CancellationToken cancellation)
    {
        await _source.ExecuteAsync(
            "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
            cancellation,
            key,
            value
        );
        return (await GetSettingAsync(key, cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _node, null) is { } node)
            await node.DisposeAsync();
        await _writer.DisposeAsync();
        await _sessions.DisposeAsync();
        await _source.DisposeAsync();
    }
}
