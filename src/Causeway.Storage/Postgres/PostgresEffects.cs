using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Effects as the runners of all nodes share them: SKIP LOCKED, so that nobody waits for what another is just leasing. The column "node" is the number of
/// the node that runs an effect, or, negative, of the one that has declined it.
/// </summary>
internal static class PostgresEffects
{
    private const string Columns =
        "e.name, e.kind, e.resource, e.body, e.due, e.generation, e.attempts, e.leased_until, e.problem, e.lease";

    /// <summary>In ticks.</summary>
    private const string Second = "10000000";

    private const string LeaseDue = $"""
        WITH waiting AS (
            SELECT name, due FROM effects WHERE lease IS NULL AND due <= $1 AND (node IS DISTINCT FROM -$4 OR due <= $1 - {Second})
            ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
        ), expired AS (
            SELECT name, due FROM effects WHERE lease IS NOT NULL AND leased_until <= $1 ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
        ), picked AS (
            SELECT name FROM (SELECT * FROM waiting UNION ALL SELECT * FROM expired) due ORDER BY due LIMIT $2
        )
        UPDATE effects e SET lease = gen_random_uuid(), leased_until = $3, node = nullif($4, 0), leased_generation = e.generation, attempts = e.attempts + 1
        FROM picked WHERE e.name = picked.name RETURNING {Columns}
        """;

    /// <param name="node">This node's number, by which others see that it lives; 0 for one that nobody can see.</param>
    public static async Task<IReadOnlyList<LeasedEffect>> LeaseAsync(
        NpgsqlDataSource source,
        int most,
        DateTimeOffset now,
        TimeSpan leaseFor,
        int node,
        CancellationToken cancellation
    )
    {
        List<LeasedEffect> leased = await source.RowsAsync(
            LeaseDue,
            static row => new LeasedEffect(Read(row), row.GetInt64(5), row.GetInt32(6), row.GetGuid(9), row.Time(7)),
            cancellation,
            now.UtcTicks,
            most,
            (now + leaseFor).UtcTicks,
            node
        );
        leased.Sort((a, b) => a.Effect.Due.CompareTo(b.Effect.Due)); // RETURNING has no order
        return leased;
    }

    /// <param name="declining">The number of the node that declines it; 0 when any may try again.</param>
    public static Task<bool> PutBackAsync(
        NpgsqlDataSource source,
        LeasedEffect effect,
        DateTimeOffset due,
        string why,
        int declining,
        CancellationToken cancellation
    ) =>
        source.FirstAsync(
            $"""
            WITH put AS (
                UPDATE effects SET due = CASE WHEN leased_generation = generation THEN $3 ELSE least(due, $3) END, problem = $4, node = nullif(-$5, 0),
                    lease = NULL, leased_until = NULL, leased_generation = NULL WHERE name = $1 AND lease = $2 RETURNING 1
            ) SELECT pg_notify('{PostgresStatements.EffectsChannel}', '') FROM put
            """,
            static _ => true,
            cancellation,
            effect.Effect.Name,
            effect.Lease,
            due.UtcTicks,
            why,
            declining
        );

    public static Task<DateTimeOffset?> NextDueAsync(NpgsqlDataSource source, int node, CancellationToken cancellation) =>
        source.FirstAsync(
            $"""
            SELECT least(
                (SELECT min(due) FROM effects WHERE lease IS NULL AND node IS DISTINCT FROM -$1),
                (SELECT min(due) + {Second} FROM effects WHERE lease IS NULL AND node = -$1),
                (SELECT min(leased_until) FROM effects WHERE lease IS NOT NULL)
            )
            """,
            static row => row.TimeOrNull(0),
            cancellation,
            node
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

    private static Effect Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), ResourceId.Parse(row.GetString(2)), row.Bytes(3), row.Time(4));
}
