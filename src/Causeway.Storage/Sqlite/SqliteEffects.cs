using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Effects on the writer's connection. One row per name: what waits has no lease; what runs has one, and beside it the generation that is being
/// run, so that asking again meanwhile (a newer generation) is seen when it ends.
/// </summary>
internal sealed class SqliteEffects(SqliteDatabase db)
{
    private const string Columns = "name, kind, resource, body, due, generation, attempts, leased_until, problem";

    // Asked for while a run of the present generation goes on: the due time of that run no longer counts. Otherwise the earlier wins.
    private readonly Statement _ask = db.Prepared(
        """
        INSERT INTO effects (name, kind, key, resource, body, due, generation, attempts, turn, needs, since)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0, ?7, ?8, ?6)
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, key = excluded.key, resource = excluded.resource, body = excluded.body,
            needs = excluded.needs,
            due = CASE WHEN leased_generation = generation THEN excluded.due ELSE min(due, excluded.due) END,
            generation = generation + 1, attempts = 0
        """
    );
    private readonly Statement _complete = db.Prepared("DELETE FROM effects WHERE name = ?1 AND lease = ?2 AND generation = ?3");
    private readonly Statement _putBack = db.Prepared(
        "UPDATE effects SET lease = NULL, leased_until = NULL, leased_generation = NULL, problem = NULL WHERE name = ?1 AND lease = ?2"
    );
    private readonly Statement _retry = db.Prepared(
        """
        UPDATE effects SET due = CASE WHEN leased_generation = generation THEN ?3 ELSE min(due, ?3) END, problem = ?4,
            lease = NULL, leased_until = NULL, leased_generation = NULL WHERE name = ?1 AND lease = ?2
        """
    );
    private readonly Statement _due = db.Prepared(
        $"""
        SELECT {Columns} FROM (
            SELECT * FROM (SELECT * FROM effects WHERE lease IS NULL AND due <= ?1 ORDER BY due LIMIT ?2)
            UNION ALL
            SELECT * FROM (SELECT * FROM effects WHERE lease IS NOT NULL AND leased_until <= ?1 ORDER BY due LIMIT ?2)
        ) ORDER BY due LIMIT ?2
        """
    );
    private readonly Statement _lease = db.Prepared(
        "UPDATE effects SET lease = ?2, leased_until = ?3, leased_generation = generation, attempts = attempts + 1 WHERE name = ?1"
    );

    public void Ask(Effect e) =>
        _ask.Bind(1, e.Name)
            .Bind(2, e.Kind)
            .Bind(3, e.Resource.Key)
            .Bind(4, e.Resource.Text)
            .Bind(5, e.Body.Span)
            .Bind(6, e.Due)
            .Bind(7, e.Key)
            .Bind(8, e.Needs)
            .Execute();

    /// <summary>False when the lease is no longer the caller's.</summary>
    public bool Complete(LeasedEffect e) =>
        _complete.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, e.Generation).Execute() == 1
        || _putBack.Bind(1, e.Effect.Name).Bind(2, e.Lease).Execute() == 1;

    public bool Retry(LeasedEffect e, DateTimeOffset due, string why) =>
        _retry.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, due).Bind(4, why).Execute() == 1;

    public List<LeasedEffect> Lease(int most, DateTimeOffset now, TimeSpan leaseFor)
    {
        DateTimeOffset until = now + leaseFor;
        List<LeasedEffect> leased = _due.Bind(1, now)
            .Bind(2, most)
            .Rows(row => new LeasedEffect(Read(row), row.Int64(5), (int)row.Int64(6) + 1, Guid.NewGuid(), until));
        foreach (LeasedEffect e in leased)
            _lease.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, until).Execute();
        return leased;
    }

    /// <summary>Whether leasing would find anything, on a reading connection: an idle runner that looks must not cost a disk flush.</summary>
    public static bool AnyDue(SqliteDatabase reader, DateTimeOffset now) => NextDue(reader) <= now;

    private static Effect Read(Statement row) => new(row.Text(0), row.Text(1), ResourceId.Parse(row.Text(2)), row.Blob(3), row.Time(4));

    /// <summary>The earliest instant at which one is due or a lease runs out, on a reading connection.</summary>
    public static DateTimeOffset? NextDue(SqliteDatabase reader) =>
        reader
            .Prepared(
                """
                SELECT min(at) FROM (
                    SELECT min(due) AS at FROM effects WHERE lease IS NULL
                    UNION ALL SELECT min(leased_until) FROM effects WHERE lease IS NOT NULL
                )
                """
            )
            .First(static row => row.TimeOrNull(0), null);

    public static IReadOnlyList<EffectsOfKind> ByKind(SqliteDatabase reader) =>
        reader
            .Prepared(
                """
                SELECT kind, count(*) - count(lease), count(lease), min(due) FILTER (WHERE lease IS NULL),
                    (SELECT problem FROM effects p WHERE p.kind = e.kind AND problem IS NOT NULL ORDER BY since, name LIMIT 1)
                FROM effects e GROUP BY kind ORDER BY kind
                """
            )
            .Rows(static row => new EffectsOfKind(row.Text(0), row.Int64(1), row.Int64(2), row.TimeOrNull(3), row.TextOrNull(4)));

    public static IReadOnlyList<PendingEffect> Pending(SqliteDatabase reader, ResourceId? resource, int most) =>
        reader
            .Prepared($"SELECT {Columns} FROM effects WHERE ?1 IS NULL OR key = ?1 ORDER BY due, name LIMIT ?2")
            .Bind(1, resource?.Key)
            .Bind(2, most)
            .Rows(static row => new PendingEffect(Read(row), (int)row.Int64(6), row.TimeOrNull(7), row.TextOrNull(8)));
}
