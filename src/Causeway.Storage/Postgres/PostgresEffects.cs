using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Effects as the runners of all nodes share them: SKIP LOCKED, so that nobody waits for what another is just leasing, and a unique index over what runs, so
/// that of one key one runs whoever is quicker. Everything is judged by the database's clock. The column "node" is the number of the node that runs an effect.
///
/// A due time that was reckoned from the clock has that reading beside it (set_at): when the clock is behind it, the clock was set back, and it is due.
/// </summary>
internal static class PostgresEffects
{
    private const string Columns =
        "e.name, e.kind, e.resource, e.body, e.due, e.generation, e.attempts, e.leased_until, e.problem, e.turn, e.needs, e.awaits, e.trace";

    private const string TurnsIndex = "effects_turns";

    // $1 kinds, $2 how many of each, $3 for how long, $4 after what wait it is abandoned (0: never), $5 the holder.
    private const string Wanted = "unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS w (kind, most, lasts, abandoned)";
    private const string Held = "EXISTS (SELECT FROM leases l WHERE l.name = e.needs AND l.holder = $5 AND l.until > causeway_now())";
    private const string MayRun = $"(e.needs IS NULL OR {Held} OR (w.abandoned > 0 AND e.since <= causeway_now() - w.abandoned))";
    private const string ItsTurn = "NOT EXISTS (SELECT FROM effects r WHERE r.turn = e.turn AND r.lease IS NOT NULL AND r.name <> e.name)";

    private const string LeaseDue = $"""
        WITH clock AS MATERIALIZED (SELECT causeway_now() AS now), heads AS (
            SELECT DISTINCT ON (h.turn) h.name, h.lasts FROM clock, {Wanted} CROSS JOIN LATERAL (
                SELECT one.*, w.lasts FROM (
                    SELECT DISTINCT ON (e.turn) e.turn, e.name, e.due FROM (
                        SELECT * FROM effects WHERE lease IS NULL AND kind = w.kind AND due <= clock.now
                        UNION ALL SELECT * FROM effects WHERE lease IS NULL AND set_at IS NOT NULL AND set_at > clock.now AND due > clock.now AND kind = w.kind
                        UNION ALL SELECT * FROM effects WHERE lease IS NOT NULL AND leased_until <= clock.now AND kind = w.kind
                    ) e WHERE {MayRun} AND {ItsTurn} ORDER BY e.turn, e.due, e.name
                ) one ORDER BY one.due LIMIT w.most
            ) h ORDER BY h.turn, h.due
        ), picked AS (
            SELECT e.name, heads.lasts FROM heads JOIN effects e ON e.name = heads.name
            WHERE e.lease IS NULL OR e.leased_until <= (SELECT now FROM clock) FOR UPDATE OF e SKIP LOCKED
        )
        UPDATE effects e SET lease = gen_random_uuid(), leased_until = causeway_now() + picked.lasts, node = nullif($6, 0),
            leased_generation = coalesce(e.leased_generation, e.generation), attempts = e.attempts + 1
        FROM picked WHERE e.name = picked.name
        RETURNING {Columns}, e.lease, e.leased_generation, causeway_now() - e.since, e.needs IS NULL OR {Held}
        """;

    /// <param name="node">This node's number, by which others see that it lives; 0 for one that nobody can see.</param>
    public static async Task<IReadOnlyList<LeasedEffect>> LeaseAsync(
        NpgsqlDataSource source,
        EffectsWanted wanted,
        int node,
        CancellationToken cancellation
    )
    {
        try
        {
            List<LeasedEffect> leased = await source.RowsAsync(
                LeaseDue,
                static row => new LeasedEffect(
                    Read(row),
                    row.GetInt64(14),
                    row.GetInt32(6),
                    row.GetGuid(13),
                    TimeSpan.FromTicks(row.GetInt64(15)),
                    row.GetBoolean(16)
                ),
                cancellation,
                [.. Parameters(wanted), node]
            );
            leased.Sort((a, b) => a.Effect.Due.CompareTo(b.Effect.Due)); // RETURNING has no order
            return leased;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation && e.ConstraintName == TurnsIndex)
        {
            return []; // another node has just begun one of the same key; its end will wake us
        }
    }

    private static object?[] Parameters(EffectsWanted wanted) =>
        [
            wanted.Kinds.Select(k => k.Kind).ToArray(),
            wanted.Kinds.Select(k => k.Most).ToArray(),
            wanted.Kinds.Select(k => k.LeaseFor.Ticks).ToArray(),
            wanted.Kinds.Select(k => k.Abandoned?.Ticks ?? 0).ToArray(),
            wanted.Holder,
        ];

    public static async Task<bool> RenewAsync(
        NpgsqlDataSource source,
        LeasedEffect effect,
        TimeSpan leaseFor,
        CancellationToken cancellation
    ) =>
        await source.ExecuteAsync(
            "UPDATE effects SET leased_until = causeway_now() + $3 WHERE name = $1 AND lease = $2",
            cancellation,
            effect.Effect.Name,
            effect.Lease,
            leaseFor.Ticks
        ) == 1;

    public static Task<bool> RetryAsync(
        NpgsqlDataSource source,
        LeasedEffect effect,
        TimeSpan after,
        string why,
        CancellationToken cancellation
    ) =>
        source.FirstAsync(
            $"""
            WITH put AS (
                UPDATE effects SET due = CASE WHEN awaits IS NOT NULL AND leased_generation < generation THEN causeway_now() ELSE causeway_now() + $3 END,
                    set_at = causeway_now(), problem = $4, node = NULL, lease = NULL, leased_until = NULL, leased_generation = NULL
                WHERE name = $1 AND lease = $2 RETURNING 1
            ) SELECT pg_notify('{PostgresStatements.EffectsChannel}', '') FROM put
            """,
            static _ => true,
            cancellation,
            effect.Effect.Name,
            effect.Lease,
            after.Ticks,
            why
        );

    public static Task<TimeSpan?> NextDueAsync(NpgsqlDataSource source, EffectsWanted wanted, CancellationToken cancellation) =>
        source.FirstAsync(
            $"""
            SELECT min(x.at) - causeway_now() FROM {Wanted} CROSS JOIN LATERAL (
                (SELECT e.due AS at FROM effects e WHERE e.lease IS NULL AND e.kind = w.kind AND {MayRun} AND {ItsTurn} ORDER BY e.due LIMIT 1)
                UNION ALL (SELECT 0 FROM effects e WHERE e.lease IS NULL AND e.set_at IS NOT NULL AND e.set_at > causeway_now() AND e.kind = w.kind
                    AND {MayRun} AND {ItsTurn} LIMIT 1)
                UNION ALL (SELECT e.leased_until FROM effects e WHERE e.lease IS NOT NULL AND e.kind = w.kind AND {MayRun} ORDER BY e.leased_until LIMIT 1)
            ) x
            """,
            static row => row.IsDBNull(0) ? (TimeSpan?)null : TimeSpan.FromTicks(row.GetInt64(0)),
            cancellation,
            Parameters(wanted)
        );

    public static async Task<IReadOnlyList<PendingEffect>> PendingAsync(
        NpgsqlDataSource source,
        ResourceId? resource,
        int most,
        CancellationToken cancellation
    ) =>
        await source.RowsAsync(
            $"SELECT {Columns} FROM effects e WHERE $1 = '' OR e.key = $1 ORDER BY e.due, e.name LIMIT $2",
            static row => new PendingEffect(Read(row), row.GetInt32(6), row.TimeOrNull(7), row.TextOrNull(8)),
            cancellation,
            resource?.Key ?? "",
            most
        );

    public static async Task<IReadOnlyList<EffectsOfKind>> ByKindAsync(NpgsqlDataSource source, CancellationToken cancellation) =>
        await source.RowsAsync(
            """
            SELECT kind, count(*) - count(lease), count(lease), min(due) FILTER (WHERE lease IS NULL),
                (array_agg(problem ORDER BY since, name) FILTER (WHERE problem IS NOT NULL))[1]
            FROM effects GROUP BY kind ORDER BY kind
            """,
            static row => new EffectsOfKind(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.TimeOrNull(3), row.TextOrNull(4)),
            cancellation
        );

    private static Effect Read(NpgsqlDataReader row)
    {
        return new Effect(row.GetString(0), row.GetString(1), ResourceId.Parse(row.GetString(2)), row.Bytes(3), row.Time(4))
        {
            Key = row.GetString(9),
            Needs = row.TextOrNull(10),
            Awaits = row.TextOrNull(11) is { } awaits ? ResourceId.Parse(awaits) : null,
            Trace = row.TextOrNull(12),
        };
    }
}
