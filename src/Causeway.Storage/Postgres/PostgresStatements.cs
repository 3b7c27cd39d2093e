namespace Causeway.Storage.Postgres;

/// <summary>
/// The statements of a commit. All are set-wise: each takes its rows as arrays, however many there are. Those that depend on something call
/// <c>causeway_refuse</c> when it does not hold, which raises <see cref="Refused"/> with the statement's number (its last parameter) and the rows at fault.
/// </summary>
internal static class PostgresStatements
{
    /// <summary>The SQLSTATE of <c>causeway_refuse</c>.</summary>
    public const string Refused = "CW001";
    public const string EffectsChannel = "causeway_effects";
    public const string AnnouncementsChannel = "causeway_announcements";

    // First of all, and in one order: who waits for a quota holds nothing that others wait for. Then what the holder before has created is seen.
    public const string LockQuotas = """
        SELECT pg_advisory_xact_lock(quota) FROM (SELECT DISTINCT hashtextextended(q, 0) AS quota FROM unnest($1::text[]) q ORDER BY quota) quotas
        """;

    // Second: every row that is there already and that the commit needs, in the order of keys, whichever statement needs it.
    public const string LockResources = "SELECT causeway_lock($1::text[], $2::smallint[])";
    public const string LockClaims = """
        SELECT FROM claims WHERE key = ANY ($1::text[]) ORDER BY key FOR UPDATE
        """;

    // Before the writes, since a resource that goes takes its wake-ups along.
    public const string AnswerWakeUps = """
        WITH met AS (
            DELETE FROM wake_ups u USING unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS w (key, name, due, i)
            WHERE u.key = w.key AND u.name = w.name AND u.due = w.due RETURNING w.i
        )
        SELECT causeway_refuse($4::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string InsertResources = """
        WITH met AS (
            INSERT INTO resources (key, id, type, location, tags, revision, etag, state, created, changed, body, trace)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::text[], $9::bigint[],
                $10::bigint[], $11::bytea[], $12::text[])
                AS w (key, id, type, location, tags, revision, etag, state, created, changed, body, trace)
            ORDER BY w.key COLLATE "C" ON CONFLICT (key) DO NOTHING RETURNING key
        )
        SELECT causeway_refuse($13::integer, ARRAY(SELECT i FROM unnest($1) WITH ORDINALITY w (key, i) WHERE w.key NOT IN (SELECT key FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string UpdateResources = """
        WITH met AS (
            UPDATE resources r SET id = w.id, type = w.type, location = w.location, tags = w.tags, revision = w.revision, etag = w.etag,
                state = w.state, created = w.created, changed = w.changed, body = w.body, trace = w.trace
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::text[], $9::bigint[],
                $10::bigint[], $11::bytea[], $12::text[])
                WITH ORDINALITY AS w (key, id, type, location, tags, revision, etag, state, created, changed, body, trace, i)
            WHERE r.key = w.key AND r.revision = w.revision - 1 RETURNING w.i
        )
        SELECT causeway_refuse($13::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string CheckResources = """
        WITH met AS (
            SELECT w.i FROM resources r JOIN unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS w (key, revision, i)
                ON r.key = w.key AND r.revision = w.revision FOR SHARE OF r
        )
        SELECT causeway_refuse($3::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string DeleteResources = """
        WITH met AS (
            DELETE FROM resources r USING unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS w (key, revision, i)
            WHERE r.key = w.key AND r.revision = w.revision RETURNING r.n, r.key, w.i
        ), free AS (DELETE FROM claims USING met WHERE owner = met.n), bare AS (DELETE FROM labels USING met WHERE resource = met.n),
        quiet AS (DELETE FROM wake_ups u USING met WHERE u.key = met.key)
        SELECT causeway_refuse($3::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string CompleteEffects = """
        WITH met AS (
            SELECT e.name, e.generation = w.generation AS done, w.i
            FROM effects e JOIN unnest($1::text[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS w (name, lease, generation, i)
                ON e.name = w.name AND e.lease = w.lease
            FOR UPDATE OF e
        ), gone AS (DELETE FROM effects e USING met WHERE e.name = met.name AND met.done),
        back AS (
            UPDATE effects e SET lease = NULL, leased_until = NULL, leased_generation = NULL, problem = NULL, attempts = 0, since = e.due
            FROM met WHERE e.name = met.name AND NOT met.done
        )
        SELECT causeway_refuse($4::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string ReleaseClaims = """
        DELETE FROM claims c USING unnest($1::text[], $2::text[]) AS w (key, owner) JOIN resources r ON r.key = w.owner
        WHERE c.key = w.key AND c.owner = r.n
        """;

    // The owner's row is locked against deletion, so that no claim outlives it. A claim the owner has already is written again, unchanged.
    public const string TakeClaims = """
        WITH wanted AS (
            SELECT w.key, r.n FROM unnest($1::text[], $2::text[]) AS w (key, owner) JOIN resources r ON r.key = w.owner FOR KEY SHARE OF r
        ), met AS (
            INSERT INTO claims (key, owner) SELECT key, n FROM wanted ORDER BY key
            ON CONFLICT (key) DO UPDATE SET owner = claims.owner WHERE claims.owner = excluded.owner RETURNING key
        )
        SELECT causeway_refuse($3::integer, ARRAY(SELECT i FROM unnest($1) WITH ORDINALITY w (key, i) WHERE w.key NOT IN (SELECT key FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;
    public const string RemoveLabels =
        "DELETE FROM labels l USING unnest($1::text[], $2::text[]) AS w (label, key) WHERE l.label = w.label AND l.key = w.key";
    public const string AddLabels = """
        WITH met AS (
            SELECT w.label, r.key, r.n, w.i FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (label, key, i) JOIN resources r ON r.key = w.key
            FOR KEY SHARE OF r
        ), added AS (INSERT INTO labels (label, key, resource) SELECT label, key, n FROM met ORDER BY key COLLATE "C", label ON CONFLICT (label, key) DO NOTHING)
        SELECT causeway_refuse($3::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;

    public const string RemoveWakeUps =
        "DELETE FROM wake_ups u USING unnest($1::text[], $2::text[]) AS w (key, name) WHERE u.key = w.key AND u.name = w.name";
    public const string SetWakeUps = """
        WITH wanted AS (
            SELECT w.key, w.name, w.due, w.i FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS w (key, name, due, i)
                JOIN resources r ON r.key = w.key FOR KEY SHARE OF r
        ), met AS (SELECT i FROM wanted), added AS (
            INSERT INTO wake_ups (key, name, due) SELECT key, name, due FROM wanted ORDER BY key, name
            ON CONFLICT (key, name) DO UPDATE SET due = excluded.due
        )
        SELECT causeway_refuse($4::integer, ARRAY(SELECT i FROM generate_series(1::bigint, cardinality($1)) i WHERE i NOT IN (SELECT i FROM met)))
        WHERE (SELECT count(*) FROM met) <> cardinality($1)
        """;

    // A resource went: what awaits that is tried at once.
    public const string HastenEffects = $"""
        WITH hastened AS (
            UPDATE effects SET generation = generation + 1, due = causeway_now(), set_at = causeway_now() WHERE awaits = ANY ($1) RETURNING 1
        ) SELECT pg_notify('{EffectsChannel}', '') FROM hastened LIMIT 1
        """;

    // Due 0 is: at once. Asked for while a run of the present generation goes on: the due time of that run no longer counts. A rest after a failure stands.
    // Otherwise the earlier wins.
    private const string Counts =
        "e.leased_generation = e.generation OR (excluded.due < e.due AND (e.attempts = 0 OR e.lease IS NOT NULL))";
    public const string AskEffects = $"""
        INSERT INTO effects AS e (name, kind, key, resource, body, turn, needs, awaits, trace, due, since, set_at, generation, attempts)
        SELECT w.name, w.kind, w.key, w.resource, w.body, w.turn, w.needs, w.awaits, w.trace, t.due, t.due, CASE WHEN w.due = 0 THEN t.due END, 1, 0
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[])
            AS w (name, kind, key, resource, body, due, turn, needs, awaits, trace)
        CROSS JOIN LATERAL (SELECT CASE WHEN w.due = 0 THEN causeway_now() ELSE w.due END AS due) t
        ORDER BY w.name
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, key = excluded.key, resource = excluded.resource, body = excluded.body,
            needs = excluded.needs, awaits = excluded.awaits, trace = excluded.trace, generation = e.generation + 1,
            due = CASE WHEN {Counts} THEN excluded.due ELSE e.due END, set_at = CASE WHEN {Counts} THEN excluded.set_at ELSE e.set_at END
        """;
    public const string Notify = $"SELECT pg_notify('{EffectsChannel}', '')";
    public const string Announce = $"SELECT pg_notify('{AnnouncementsChannel}', a) FROM unnest($1::text[]) a";
    public const string StartOperations = """
        INSERT INTO operations (id, resource, kind, caller, status, started, finished, error, result)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::bigint[], $7::bigint[], $8::text[], $9::bytea[])
        ON CONFLICT (id) DO NOTHING
        """;
    public const string FinishOperations = """
        UPDATE operations o SET status = w.status, finished = w.finished, error = w.error, result = w.result
        FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::text[], $5::bytea[]) AS w (id, status, finished, error, result)
        WHERE o.id = w.id AND o.status = 0
        """;

    // Last, because it locks the head until the commit is done.
    public const string AppendJournal = """
        WITH head AS (UPDATE journal_head SET position = position + cardinality($1) RETURNING position - cardinality($1) AS before)
        INSERT INTO journal (position, at, actor, key, resource, type, signal, from_state, to_state, why, revision, facts, correlation, differences)
        SELECT head.before + w.i, w.at, w.actor, w.key, w.resource, w.type, w.signal, w.from_state, w.to_state, w.why, w.revision, w.facts, w.correlation,
            w.differences
        FROM head, unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[],
            $11::bytea[], $12::text[], $13::text[]) WITH ORDINALITY
            AS w (at, actor, key, resource, type, signal, from_state, to_state, why, revision, facts, correlation, differences, i)
        """;
}
