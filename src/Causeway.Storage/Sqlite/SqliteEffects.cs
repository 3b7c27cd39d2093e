using System.Text.Json;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Effects on the writer's connection. One row per name: what waits has no lease; what runs has one, and beside it the generation that is being
/// run, so that asking again meanwhile (a newer generation) is seen when it ends.
///
/// A due time that was reckoned from the clock ("at once", "again in five minutes") has that reading beside it (set_at). When the clock is behind that reading,
/// it was set back, and the due time means nothing any more: it is due.
/// </summary>
internal sealed class SqliteEffects(SqliteDatabase db, SqliteLeases leases)
{
    private const string Columns =
        "name, kind, resource, body, due, generation, attempts, leased_until, problem, turn, needs, awaits, since, trace";

    // ?1 kind, ?2 now, ?3 the leases that are held, as a JSON array, ?4 since when what waits is abandoned.
    private const string MayRun = "(needs IS NULL OR needs IN (SELECT value FROM json_each(?3)) OR since <= ?4)";
    private const string ItsTurn =
        "NOT EXISTS (SELECT 1 FROM effects r WHERE r.turn = e.turn AND r.lease IS NOT NULL AND r.name <> e.name)";
    private const string IsDue = "FROM effects e INDEXED BY effects_waiting WHERE lease IS NULL AND kind = ?1 AND due <= ?2";
    private const string ClockSetBack =
        "FROM effects e INDEXED BY effects_set WHERE lease IS NULL AND set_at IS NOT NULL AND set_at > ?2 AND due > ?2 AND kind = ?1";
    private const string RanOut = "FROM effects e INDEXED BY effects_running WHERE lease IS NOT NULL AND leased_until <= ?2 AND kind = ?1";

    // Asked for while a run of the present generation goes on: the due time of that run no longer counts. A rest after a failure stands. Otherwise the
    // earlier wins.
    private const string Counts = "leased_generation = generation OR (excluded.due < due AND (attempts = 0 OR lease IS NOT NULL))";
    private readonly Statement _ask = db.Prepared(
        $"""
        INSERT INTO effects (name, kind, key, resource, body, due, generation, attempts, turn, needs, awaits, since, set_at, trace)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0, ?7, ?8, ?9, ?6, ?10, ?11)
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, key = excluded.key, resource = excluded.resource, body = excluded.body,
            needs = excluded.needs, awaits = excluded.awaits, trace = excluded.trace, generation = generation + 1,
            due = CASE WHEN {Counts} THEN excluded.due ELSE due END, set_at = CASE WHEN {Counts} THEN excluded.set_at ELSE set_at END
        """
    );
    private readonly Statement _complete = db.Prepared("DELETE FROM effects WHERE name = ?1 AND lease = ?2 AND generation = ?3");
    private readonly Statement _putBack = db.Prepared(
        """
        UPDATE effects SET lease = NULL, leased_until = NULL, leased_generation = NULL, problem = NULL, attempts = 0, since = due
        WHERE name = ?1 AND lease = ?2
        """
    );
    private readonly Statement _retry = db.Prepared(
        """
        UPDATE effects SET due = CASE WHEN awaits IS NOT NULL AND leased_generation < generation THEN ?3 ELSE ?3 + ?4 END, set_at = ?3, problem = ?5,
            lease = NULL, leased_until = NULL, leased_generation = NULL WHERE name = ?1 AND lease = ?2
        """
    );
    private readonly Statement _renew = db.Prepared("UPDATE effects SET leased_until = ?3 WHERE name = ?1 AND lease = ?2");
    private readonly Statement _due = db.Prepared(
        $"""
        SELECT {Columns}, leased_generation FROM (
            SELECT *, row_number() OVER (PARTITION BY turn ORDER BY due, name) AS nth FROM (
                SELECT * {IsDue} UNION ALL SELECT * {ClockSetBack} UNION ALL SELECT * {RanOut}
            ) e WHERE {MayRun} AND {ItsTurn}
        ) WHERE nth = 1 ORDER BY due LIMIT ?5
        """
    );
    private readonly Statement _lease = db.Prepared(
        """
        UPDATE effects SET lease = ?2, leased_until = ?3, leased_generation = coalesce(leased_generation, generation), attempts = attempts + 1
        WHERE name = ?1
        """
    );
    private readonly Statement _hasten = db.Prepared(
        "UPDATE effects SET generation = generation + 1, due = ?2, set_at = ?2 WHERE awaits IS NOT NULL AND awaits = ?1"
    );

    public void Ask(Effect e, DateTimeOffset now)
    {
        bool atOnce = e.Due == default;
        _ask.Bind(1, e.Name)
            .Bind(2, e.Kind)
            .Bind(3, e.Resource.Key)
            .Bind(4, e.Resource.Text)
            .Bind(5, e.Body.Span)
            .Bind(6, atOnce ? now : e.Due)
            .Bind(7, e.Key)
            .Bind(8, e.Needs)
            .Bind(9, e.Awaits?.Key)
            .Bind(10, atOnce ? now : null)
            .Bind(11, e.Trace)
            .Execute();
    }

    /// <summary>False when the lease is no longer the caller's.</summary>
    public bool Complete(LeasedEffect e) =>
        _complete.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, e.Generation).Execute() == 1
        || _putBack.Bind(1, e.Effect.Name).Bind(2, e.Lease).Execute() == 1;

    public bool Retry(LeasedEffect e, TimeSpan after, string why, DateTimeOffset now) =>
        _retry.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, now).Bind(4, after.Ticks).Bind(5, why).Execute() == 1;

    public bool Renew(LeasedEffect e, DateTimeOffset until) => _renew.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, until).Execute() == 1;

    /// <summary>A resource goes: what awaits that is tried at once.</summary>
    public void Hasten(ResourceId gone, DateTimeOffset now)
    {
        foreach (string above in KeyRange.Above(gone))
            _hasten.Bind(1, above).Bind(2, now).Execute();
    }

    public List<LeasedEffect> Lease(EffectsWanted wanted, DateTimeOffset now)
    {
        HashSet<string> held = leases.HeldBy(wanted.Holder);
        var all = new List<LeasedEffect>();
        foreach (KindWanted kind in wanted.Kinds)
        {
            List<LeasedEffect> leased = Bind(_due, kind, held, now)
                .Bind(5, kind.Most)
                .Rows(row => new LeasedEffect(
                    Read(row),
                    row.Int64OrNull(14) ?? row.Int64(5),
                    (int)row.Int64(6) + 1,
                    Guid.NewGuid(),
                    now - row.Time(12),
                    row.TextOrNull(10) is not { } needs || held.Contains(needs)
                ));
            foreach (LeasedEffect e in leased)
                _lease.Bind(1, e.Effect.Name).Bind(2, e.Lease).Bind(3, now + kind.LeaseFor).Execute();
            all.AddRange(leased);
        }
        return all;
    }

    private static Statement Bind(Statement statement, KindWanted kind, HashSet<string> held, DateTimeOffset now) =>
        statement
            .Bind(1, kind.Kind)
            .Bind(2, now)
            .Bind(3, JsonSerializer.Serialize(held, RowJson.Default.HashSetString))
            .Bind(4, kind.Abandoned is { } wait ? now.UtcTicks - wait.Ticks : -1);

    private static Effect Read(Statement row)
    {
        return new Effect(row.Text(0), row.Text(1), ResourceId.Parse(row.Text(2)), row.Blob(3), row.Time(4))
        {
            Key = row.Text(9),
            Needs = row.TextOrNull(10),
            Awaits = row.TextOrNull(11) is { } awaits ? ResourceId.Parse(awaits) : null,
            Trace = row.TextOrNull(13),
        };
    }

    /// <summary>The earliest instant at which leasing would find something, on a reading connection: an idle runner that looks must not cost a disk flush.</summary>
    public static DateTimeOffset? NextDue(SqliteDatabase reader, (EffectsWanted Wanted, HashSet<string> Held, DateTimeOffset Now) of)
    {
        Statement next = reader.Prepared(
            $"""
            SELECT min(at) FROM (
                SELECT due AS at FROM (
                    SELECT due FROM effects e INDEXED BY effects_waiting WHERE lease IS NULL AND kind = ?1 AND {MayRun} AND {ItsTurn} ORDER BY due LIMIT 1
                )
                UNION ALL SELECT ?2 WHERE EXISTS (SELECT 1 {ClockSetBack} AND {MayRun} AND {ItsTurn})
                UNION ALL SELECT min(leased_until) FROM effects e WHERE lease IS NOT NULL AND kind = ?1 AND {MayRun}
            )
            """
        );
        DateTimeOffset? earliest = null;
        foreach (KindWanted kind in of.Wanted.Kinds)
            if (Bind(next, kind, of.Held, of.Now).First(static row => row.TimeOrNull(0), null) is { } at && !(earliest <= at))
                earliest = at;
        return earliest;
    }

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
