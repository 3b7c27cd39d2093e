using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>Reads over resources, operations and the journal, each on a reading connection.</summary>
internal static class SqliteQueries
{
    private const string ResourceColumns =
        "r.id, r.type, r.location, r.tags, r.revision, r.etag, r.state, r.created, r.changed, r.body, r.trace";

    // The shapes of a resource query: which index gives the keys in order. ?1 and ?2 bound the key, ?3 the number, ?4 the type, ?5 the label.
    private const string OfAny = "FROM resources r WHERE r.key > ?1 AND r.key < ?2 ORDER BY r.key LIMIT ?3";
    private const string OfType =
        "FROM resources r INDEXED BY resources_by_type WHERE r.type = ?4 AND r.key > ?1 AND r.key < ?2 ORDER BY r.key LIMIT ?3";
    private const string OfLabel = """
        FROM labels l CROSS JOIN resources r ON r.n = l.resource
        WHERE l.label = ?5 AND l.key > ?1 AND l.key < ?2 AND (?4 IS NULL OR r.type = ?4) ORDER BY l.key LIMIT ?3
        """;
    private const string CountOfLabel = "FROM labels l WHERE l.label = ?5 AND l.key > ?1 AND l.key < ?2 AND ?4 IS NULL LIMIT ?3";

    public static StoredResource? Get(SqliteDatabase db, ResourceId id) =>
        db.Prepared($"SELECT {ResourceColumns} FROM resources r WHERE r.key = ?1").Bind(1, id.Key).First<StoredResource?>(Resource, null);

    public static Page<StoredResource> List(SqliteDatabase db, ResourceQuery query)
    {
        string sql = (query.Label, query.Type) switch
        {
            (null, null) => $"SELECT {ResourceColumns} {OfAny}",
            (null, _) => $"SELECT {ResourceColumns} {OfType}",
            _ => $"SELECT {ResourceColumns} {OfLabel}",
        };
        List<StoredResource> rows = Bind(db.Prepared(sql), query, query.Most + 1).Rows(Resource);
        if (rows.Count <= query.Most)
            return new Page<StoredResource>(rows, null);
        rows.RemoveAt(query.Most);
        return new Page<StoredResource>(rows, rows[^1].Id.Key);
    }

    public static long Count(SqliteDatabase db, ResourceQuery query)
    {
        string sql = (query.Label, query.Type) switch
        {
            (null, null) => $"SELECT count(*) FROM (SELECT 1 {OfAny})",
            (null, _) => $"SELECT count(*) FROM (SELECT 1 {OfType})",
            (_, null) => $"SELECT count(*) FROM (SELECT 1 {CountOfLabel})",
            _ => $"SELECT count(*) FROM (SELECT 1 {OfLabel})",
        };
        return Bind(db.Prepared(sql), query, query.CountUpTo).First(static row => row.Int64(0), 0);
    }

    private static Statement Bind(Statement statement, ResourceQuery query, long most)
    {
        (string low, string high) = KeyRange.Of(query);
        statement.Bind(1, low).Bind(2, high).Bind(3, most);
        if (query.Type is not null || query.Label is not null)
            statement.Bind(4, query.Type);
        return query.Label is null ? statement : statement.Bind(5, query.Label);
    }

    private static StoredResource Resource(Statement row) =>
        new()
        {
            Id = ResourceId.Parse(row.Text(0)),
            Type = row.Text(1),
            Location = row.Text(2),
            Tags = RowText.Tags(row.TextOrNull(3)),
            Revision = row.Int64(4),
            ETag = row.Guid(5),
            State = row.Text(6),
            Created = row.Time(7),
            Changed = row.Time(8),
            Body = row.Blob(9),
            Trace = row.TextOrNull(10),
        };

    public static ResourceId? ClaimOwner(SqliteDatabase db, string key) =>
        db.Prepared("SELECT r.id FROM claims c JOIN resources r ON r.n = c.owner WHERE c.key = ?1")
            .Bind(1, key)
            .First<ResourceId?>(static row => ResourceId.Parse(row.Text(0)), null);

    public static IReadOnlyList<string> Claims(SqliteDatabase db, string prefix) =>
        db.Prepared("SELECT key FROM claims WHERE key >= ?1 AND key < ?2 ORDER BY key")
            .Bind(1, prefix)
            .Bind(2, prefix + KeyRange.Last)
            .Rows(static row => row.Text(0));

    public static Operation? Operation(SqliteDatabase db, Guid id) =>
        db.Prepared("SELECT id, resource, kind, caller, status, started, finished, error, result FROM operations WHERE id = ?1")
            .Bind(1, id)
            .First<Operation?>(
                static row => new Operation(
                    row.Guid(0),
                    ResourceId.Parse(row.Text(1)),
                    row.Text(2),
                    row.Text(3),
                    (OperationStatus)row.Int64(4),
                    row.Time(5),
                    row.TimeOrNull(6),
                    RowText.Refusal(row.TextOrNull(7)),
                    row.Blob(8)
                ),
                null
            );

    private const string JournalColumns =
        "SELECT position, at, actor, resource, signal, from_state, to_state, why, revision, facts, correlation, differences FROM journal";

    private const string OfAll = JournalColumns + " WHERE position > ?1 ORDER BY position LIMIT ?2";
    private const string LatestOfAll = JournalColumns + " WHERE position > ?1 ORDER BY position DESC LIMIT ?2";

    // Two legs, each along the index of keys, which ends in the position: the resource's own entries lie in order there.
    private const string Own = JournalColumns + " INDEXED BY journal_by_resource WHERE key = ?3 AND position > ?1";
    private const string Below =
        JournalColumns + " INDEXED BY journal_by_resource WHERE key > ?3 || '/' AND key < ?3 || '0' AND position > ?1";
    private const string OfResource = $"""
        SELECT * FROM ({Own} ORDER BY position LIMIT ?2) UNION ALL SELECT * FROM ({Below} ORDER BY position LIMIT ?2) ORDER BY position LIMIT ?2
        """;
    private const string LatestOfResource = $"""
        SELECT * FROM ({Own} ORDER BY position DESC LIMIT ?2) UNION ALL SELECT * FROM ({Below} ORDER BY position DESC LIMIT ?2)
        ORDER BY position DESC LIMIT ?2
        """;
    private const string Facts = """
        SELECT position, at, actor, resource, signal, from_state, to_state, why, revision, facts, correlation, differences FROM journal INDEXED BY journal_facts
        WHERE (length(facts) > 0 OR to_state = '') AND key >= ?1 AND key < ?2 AND (key > ?1 OR position > ?3)
        ORDER BY key, position LIMIT ?4
        """;

    public static IReadOnlyList<JournalEntry> Journal(SqliteDatabase db, JournalQuery query)
    {
        Statement statement = db.Prepared(JournalSql(query));
        if (query.Resource is not null)
            statement.Bind(3, query.Resource.Key);
        List<JournalEntry> entries = statement.Bind(1, query.AfterPosition).Bind(2, query.Most).Rows(Entry);
        if (query.Latest)
            entries.Reverse();
        return entries;
    }

    internal static string JournalSql(JournalQuery query) =>
        (query.Resource is null, query.Latest) switch
        {
            (true, false) => OfAll,
            (true, true) => LatestOfAll,
            (false, false) => OfResource,
            (false, true) => LatestOfResource,
        };

    public static IReadOnlyList<JournalEntry> FactsOf(SqliteDatabase db, FactsQuery query)
    {
        (string low, string high) = KeyRange.Of(query);
        return db.Prepared(Facts).Bind(1, low).Bind(2, high).Bind(3, query.AfterPosition).Bind(4, query.Most).Rows(Entry);
    }

    private static JournalEntry Entry(Statement row) =>
        new(
            row.Time(1),
            row.Text(2),
            ResourceId.Parse(row.Text(3)),
            row.Text(4),
            row.Text(5),
            row.Text(6),
            row.Text(7),
            row.Int64(8),
            row.Blob(9)
        )
        {
            Position = row.Int64(0),
            CorrelationId = row.TextOrNull(10),
            Differences = RowText.Differences(row.TextOrNull(11)),
        };
}
