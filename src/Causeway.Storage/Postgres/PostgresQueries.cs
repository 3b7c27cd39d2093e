using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Reads over resources, claims, operations and the journal.</summary>
internal static class PostgresQueries
{
    private const string ResourceColumns =
        "r.id, r.type, r.location, r.tags, r.revision, r.etag, r.state, r.created, r.changed, r.body, r.trace";

    // The shapes of a resource query: which index gives the keys in order. $1 and $2 bound the key, $3 the number; then the type, the label.
    private const string OfAny = "FROM resources r WHERE r.key > $1 AND r.key < $2 ORDER BY r.key LIMIT $3";
    private const string OfType = "FROM resources r WHERE lower(r.type) = $4 AND r.key > $1 AND r.key < $2 ORDER BY r.key LIMIT $3";
    private const string OfLabel =
        "FROM labels l JOIN resources r ON r.n = l.resource WHERE l.label = $4 AND l.key > $1 AND l.key < $2 ORDER BY l.key LIMIT $3";
    private const string OfLabelAndType = """
        FROM labels l JOIN resources r ON r.n = l.resource
        WHERE l.label = $5 AND lower(r.type) = $4 AND l.key > $1 AND l.key < $2 ORDER BY l.key LIMIT $3
        """;

    private const string GetResource = $"SELECT {ResourceColumns} FROM resources r WHERE r.key = $1";

    public static Task<StoredResource?> GetAsync(NpgsqlDataSource source, ResourceId id, CancellationToken cancellation) =>
        source.FirstAsync(GetResource, Resource, cancellation, id.Key);

    public static async Task<Page<StoredResource>> ListAsync(NpgsqlDataSource source, ResourceQuery query, CancellationToken cancellation)
    {
        List<StoredResource> rows = await source.RowsAsync(
            $"SELECT {ResourceColumns} {Shape(query)}",
            Resource,
            cancellation,
            Parameters(query, query.Most + 1)
        );
        if (rows.Count <= query.Most)
            return new Page<StoredResource>(rows, null);
        rows.RemoveAt(query.Most);
        return new Page<StoredResource>(rows, rows[^1].Id.Key);
    }

    public static Task<long> CountAsync(NpgsqlDataSource source, ResourceQuery query, CancellationToken cancellation) =>
        source.FirstAsync(
            $"SELECT count(*) FROM (SELECT 1 {Shape(query)}) counted",
            static row => row.GetInt64(0),
            cancellation,
            Parameters(query, query.CountUpTo)
        );

    /// <summary>A statement that raises a refusal unless fewer match than the quota says; with <see cref="Parameters"/>, and its own number in the commit last.</summary>
    public static string FewerThan(Quota quota)
    {
        int last = 3 + (quota.Of.Type is null ? 0 : 1) + (quota.Of.Label is null ? 0 : 1) + 1;
        return $"SELECT causeway_refuse(${last}::integer, '{{1}}') WHERE (SELECT count(*) FROM (SELECT 1 {Shape(quota.Of)}) counted) >= $3";
    }

    private static string Shape(ResourceQuery query) =>
        (query.Label, query.Type) switch
        {
            (null, null) => OfAny,
            (null, _) => OfType,
            (_, null) => OfLabel,
            _ => OfLabelAndType,
        };

    public static object[] Parameters(ResourceQuery query, long most)
    {
        (string low, string high) = KeyRange.Of(query);
        object?[] all = [low, high, most, query.Type?.ToLowerInvariant(), query.Label];
        return [.. all.OfType<object>()];
    }

    private static StoredResource Resource(NpgsqlDataReader row) =>
        new()
        {
            Id = ResourceId.Parse(row.GetString(0)),
            Type = row.GetString(1),
            Location = row.GetString(2),
            Tags = RowText.Tags(row.TextOrNull(3)),
            Revision = row.GetInt64(4),
            ETag = row.GetGuid(5),
            State = row.GetString(6),
            Created = row.Time(7),
            Changed = row.Time(8),
            Body = row.Bytes(9),
            Trace = row.TextOrNull(10),
        };

    public static Task<ResourceId?> ClaimOwnerAsync(NpgsqlDataSource source, string key, CancellationToken cancellation) =>
        source.FirstAsync(
            "SELECT r.id FROM claims c JOIN resources r ON r.n = c.owner WHERE c.key = $1",
            static row => ResourceId.Parse(row.GetString(0)),
            cancellation,
            key
        );

    public static async Task<IReadOnlyList<string>> ClaimsAsync(NpgsqlDataSource source, string prefix, CancellationToken cancellation) =>
        await source.RowsAsync(
            "SELECT key FROM claims WHERE key >= $1 AND key < $2 ORDER BY key",
            static row => row.GetString(0),
            cancellation,
            prefix,
            prefix + KeyRange.Last
        );

    public static Task<Operation?> OperationAsync(NpgsqlDataSource source, Guid id, CancellationToken cancellation) =>
        source.FirstAsync(
            "SELECT id, resource, kind, caller, status, started, finished, error, result FROM operations WHERE id = $1",
            static row => new Operation(
                row.GetGuid(0),
                ResourceId.Parse(row.GetString(1)),
                row.GetString(2),
                row.GetString(3),
                (OperationStatus)row.GetInt16(4),
                row.Time(5),
                row.TimeOrNull(6),
                RowText.Refusal(row.TextOrNull(7)),
                row.Bytes(8)
            ),
            cancellation,
            id
        );

    private const string JournalColumns =
        "SELECT position, at, actor, resource, signal, from_state, to_state, why, revision, facts, correlation, differences FROM journal";

    private const string OfAll = JournalColumns + " WHERE position > $1 ORDER BY position LIMIT $2";
    private const string LatestOfAll = JournalColumns + " WHERE position > $1 ORDER BY position DESC LIMIT $2";

    // Two legs, so that each goes along the index of keys whatever the planner believes: asked for "this key or those below it, in order of position", it may
    // walk the whole journal in that order. The resource's own entries lie in order there; of what lies below it the positions are found first.
    private const string OfResource = $"""
        WITH below AS MATERIALIZED (SELECT position FROM journal WHERE key > $3 || '/' AND key < $3 || '0' AND position > $1)
        (
            (SELECT * FROM ({JournalColumns} WHERE key = $3 AND position > $1 ORDER BY position LIMIT $2) own)
            UNION ALL ({JournalColumns} WHERE position IN (SELECT position FROM below ORDER BY position LIMIT $2))
        ) ORDER BY position LIMIT $2
        """;
    private const string LatestOfResource = $"""
        WITH below AS MATERIALIZED (SELECT position FROM journal WHERE key > $3 || '/' AND key < $3 || '0' AND position > $1)
        (
            (SELECT * FROM ({JournalColumns} WHERE key = $3 AND position > $1 ORDER BY position DESC LIMIT $2) own)
            UNION ALL ({JournalColumns} WHERE position IN (SELECT position FROM below ORDER BY position DESC LIMIT $2))
        ) ORDER BY position DESC LIMIT $2
        """;
    private const string Facts =
        JournalColumns
        + """
             WHERE (length(facts) > 0 OR to_state = '') AND key >= $1 AND key < $2 AND (key > $1 OR position > $3)
            ORDER BY key, position LIMIT $4
            """;

    public static async Task<IReadOnlyList<JournalEntry>> JournalAsync(
        NpgsqlDataSource source,
        JournalQuery query,
        CancellationToken cancellation
    )
    {
        string sql = JournalSql(query);
        List<JournalEntry> entries = query.Resource is null
            ? await source.RowsAsync(sql, Entry, cancellation, query.AfterPosition, query.Most)
            : await source.RowsAsync(sql, Entry, cancellation, query.AfterPosition, query.Most, query.Resource.Key);
        if (query.Latest)
            entries.Reverse();
        return entries;
    }

    /// <summary>With the position before the first, the most, and the resource's key when there is one.</summary>
    internal static string JournalSql(JournalQuery query) =>
        (query.Resource is null, query.Latest) switch
        {
            (true, false) => OfAll,
            (true, true) => LatestOfAll,
            (false, false) => OfResource,
            (false, true) => LatestOfResource,
        };

    public static async Task<IReadOnlyList<JournalEntry>> FactsAsync(
        NpgsqlDataSource source,
        FactsQuery query,
        CancellationToken cancellation
    )
    {
        (string low, string high) = KeyRange.Of(query);
        return await source.RowsAsync(Facts, Entry, cancellation, low, high, query.AfterPosition, query.Most);
    }

    private static JournalEntry Entry(NpgsqlDataReader row) =>
        new(
            row.Time(1),
            row.GetString(2),
            ResourceId.Parse(row.GetString(3)),
            row.GetString(4),
            row.GetString(5),
            row.GetString(6),
            row.GetString(7),
            row.GetInt64(8),
            row.Bytes(9)
        )
        {
            Position = row.GetInt64(0),
            CorrelationId = row.TextOrNull(10),
            Differences = RowText.Differences(row.TextOrNull(11)),
        };
}
