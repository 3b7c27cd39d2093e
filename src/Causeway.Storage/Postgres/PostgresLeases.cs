using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Named leases of all nodes, judged by the database's clock.
///
/// Theory of operation. A lease is free when nobody has it, when it ran out, or when its node's session has been gone for a second (<see cref="PostgresNode"/>
/// ends it then). After an outage of the database every lease has run out, and whoever is back first would take what its owner, alive all the time, comes
/// back for a moment later: so a node takes nothing from another before its own session has lived for a second, nor, within the time of one lease, from a
/// node whose session is as new as its own: that one is back and renews.
/// </summary>
internal static class PostgresLeases
{
    private const string Second = "10000000";

    private const string Take = $"""
        INSERT INTO leases AS l (name, holder, until, epoch, node) VALUES ($1, $2, causeway_now() + $3, 1, nullif($4, 0))
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = causeway_now() + $3, node = excluded.node,
            epoch = CASE WHEN l.holder = excluded.holder THEN l.epoch ELSE l.epoch + 1 END
        WHERE l.holder IN (excluded.holder, '') OR (l.until <= causeway_now()
            AND coalesce(causeway_session_age(excluded.node), 0) >= {Second} AND coalesce(causeway_session_age(l.node), $3) >= $3)
        RETURNING epoch
        """;

    public static async Task<Lease?> TakeAsync(
        NpgsqlDataSource source,
        string name,
        string holder,
        TimeSpan leaseFor,
        int node,
        CancellationToken cancellation
    ) =>
        await source.FirstAsync(Take, static row => row.GetInt64(0), cancellation, name, holder, leaseFor.Ticks, node) is > 0 and var epoch
            ? new Lease(name, holder, epoch)
            : null;

    public static async Task<IReadOnlyList<Lease>> ListAsync(NpgsqlDataSource source, string prefix, CancellationToken cancellation) =>
        await source.RowsAsync(
            "SELECT name, holder, epoch FROM leases WHERE name >= $1 AND name < $2 AND until > causeway_now() ORDER BY name",
            static row => new Lease(row.GetString(0), row.GetString(1), row.GetInt64(2)),
            cancellation,
            prefix,
            prefix + KeyRange.Last
        );

    public static Task<bool> ReleaseAsync(NpgsqlDataSource source, Lease lease, CancellationToken cancellation) =>
        source.FirstAsync(
            $"""
            WITH freed AS (
                UPDATE leases SET holder = '', until = 0, node = NULL WHERE name = $1 AND holder = $2 AND epoch = $3 RETURNING 1
            ) SELECT pg_notify('{PostgresStatements.EffectsChannel}', '') FROM freed
            """,
            static _ => true,
            cancellation,
            lease.Name,
            lease.Holder,
            lease.Epoch
        );
}
