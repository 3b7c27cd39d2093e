using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// This node's own session: by it the other nodes see that this one lives, and on it this one hears what they did.
///
/// Theory of operation. A node takes a number, and holds an advisory lock of that number for as long as its session lives; PostgreSQL drops the lock with
/// the session, whatever ended the process. Leased effects carry the number. Every node looks, four times a second, for running effects whose node holds
/// no lock, and when a node has been missing for a second, its leases end at once, as if their time had run out: those of effects and the named ones. A second, because a session may break
/// under a node that lives on (the server was restarted, a primary changed): it is back before that. If it is not, an effect may run on two nodes, which
/// handlers have to bear anyway, and only the one with the newer lease completes it.
///
/// A broken session is made anew under the same number (after a failover, with the new primary). As notifications may have been missed meanwhile, every new
/// session counts as one of each kind.
/// </summary>
internal sealed class PostgresNode : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>The first half of the locks' keys, so that nothing else on the database means the same ones: "cway" in ASCII.</summary>
    private const string LockClass = "1668768121";

    private const string IsAlive = $"""
        EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = {LockClass} AND l.objid = e.node::oid AND l.objsubid = 2
            AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """;
    private const string FindMissing = $"""
        SELECT e.node FROM (
            SELECT node FROM effects WHERE lease IS NOT NULL AND leased_until > 0 AND node IS NOT NULL
            UNION SELECT node FROM leases WHERE until > 0 AND node IS NOT NULL
        ) e WHERE NOT {IsAlive}
        """;
    private const string EndLeases = $"""
        WITH ended AS (
            UPDATE effects e SET leased_until = 0 WHERE e.lease IS NOT NULL AND e.leased_until > 0 AND e.node = ANY ($1) AND NOT {IsAlive} RETURNING 1
        ), freed AS (
            UPDATE leases e SET until = 0 WHERE e.until > 0 AND e.node = ANY ($1) AND NOT {IsAlive} RETURNING 1
        ) SELECT pg_notify('{PostgresStatements.EffectsChannel}', '') FROM (SELECT FROM ended UNION ALL SELECT FROM freed) gone LIMIT 1
        """;

    private readonly NpgsqlDataSource _sessions;
    private readonly TimeProvider _time;
    private readonly NodeEvents _events;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    private PostgresNode(NpgsqlDataSource sessions, TimeProvider time, NodeEvents events, int number, NpgsqlConnection session)
    {
        (_sessions, _time, _events, Number) = (sessions, time, events, number);
        _running = Task.Run(() => RunAsync(session));
    }

    public int Number { get; }

    /// <summary>Takes a number; from here on the node lives in the eyes of the others.</summary>
    /// <param name="sessions">Without a pool: a session that is closed has to be gone, and its lock with it.</param>
    public static async Task<PostgresNode> JoinAsync(
        NpgsqlDataSource sessions,
        TimeProvider time,
        NodeEvents events,
        CancellationToken cancellation
    )
    {
        NpgsqlConnection session = await sessions.OpenConnectionAsync(cancellation);
        try
        {
            await using var take = new NpgsqlCommand("SELECT nextval('causeway_nodes')::integer", session);
            int number = (int)(await take.ExecuteScalarAsync(cancellation))!;
            await EnterAsync(session, number, cancellation);
            return new PostgresNode(sessions, time, events, number, session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>When the server has not noticed yet that this node's session before is gone, this waits until it has.</summary>
    private static async Task EnterAsync(NpgsqlConnection session, int number, CancellationToken cancellation)
    {
        await using var enter = new NpgsqlCommand(
            $"SELECT pg_advisory_lock({LockClass}, {number}); LISTEN {PostgresStatements.EffectsChannel}; LISTEN {PostgresStatements.AnnouncementsChannel}",
            session
        );
        await enter.ExecuteNonQueryAsync(cancellation);
    }

    private async Task RunAsync(NpgsqlConnection? session)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                if (session is null)
                {
                    session = await _sessions.OpenConnectionAsync(_ending.Token);
                    await EnterAsync(session, Number, _ending.Token);
                }
                await LiveAsync(session);
            }
            catch (Exception) when (_ending.IsCancellationRequested) { }
            catch (Exception) when (!_ending.IsCancellationRequested)
            {
                // The server is away, or the connection broke in a way of its own: a node that is deaf is worse than any of them, so it always comes back.
                // Whoever commits meanwhile is told by an exception of their own.
                _events.Broken();
                await Task.Delay(BetweenTries, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                if (session is not null)
                    await session.DisposeAsync();
                session = null;
            }
        }
    }

    private async Task LiveAsync(NpgsqlConnection session)
    {
        session.Notification += (_, said) =>
        {
            if (said.Channel == PostgresStatements.AnnouncementsChannel)
                _events.Announced(said.Payload);
            else
                _events.Enqueued();
        };
        _events.Enqueued();
        _events.Announced(null);
        Dictionary<int, long> missingSince = [];
        while (true)
        {
            await HearAsync(session);
            List<int> missing = await FindMissingAsync(session);
            missingSince = missing.ToDictionary(n => n, n => missingSince.GetValueOrDefault(n, _time.GetTimestamp()));
            int[] dead = [.. missing.Where(n => _time.GetElapsedTime(missingSince[n]) >= Grace)];
            if (dead.Length == 0)
                continue;
            await using var end = new NpgsqlCommand(EndLeases, session) { Parameters = { new() { Value = dead } } };
            await end.ExecuteNonQueryAsync(_ending.Token);
        }
    }

    /// <summary>Hears notifications until it is time to look.</summary>
    private async Task HearAsync(NpgsqlConnection session)
    {
        long began = _time.GetTimestamp();
        for (
            TimeSpan left = BetweenLooks;
            left > TimeSpan.Zero && await session.WaitAsync(left, _ending.Token);
            left = BetweenLooks - _time.GetElapsedTime(began)
        ) { }
    }

    private async Task<List<int>> FindMissingAsync(NpgsqlConnection session)
    {
        await using var find = new NpgsqlCommand(FindMissing, session);
        await using NpgsqlDataReader reader = await find.ExecuteReaderAsync(_ending.Token);
        var missing = new List<int>();
        while (await reader.ReadAsync(_ending.Token))
            missing.Add(reader.GetInt32(0));
        return missing;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }
}

/// <param name="Enqueued">Some node has enqueued effects, or may have.</param>
/// <param name="Announced">What some node announced; null when some may have been missed.</param>
/// <param name="Broken">The session broke; other connections may be dead too.</param>
internal sealed record NodeEvents(Action Enqueued, Action<string?> Announced, Action Broken);
