using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What was seen last, by key.</summary>
internal static class PostgresObservations
{
    private const string Columns = "key, at, epoch, revision, body";

    public static async Task PutAsync(NpgsqlDataSource source, IReadOnlyList<Observation> observations, CancellationToken cancellation)
    {
        // One row per key, and rows in one order whoever writes them: a set has no order, and two writers must not wait for each other.
        Observation[] o =
        [
            .. observations.GroupBy(x => x.Key, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(x => x.Key, StringComparer.Ordinal),
        ];
        if (o.Length == 0)
            return;
        await source.ExecuteAsync(
            """
            INSERT INTO observations AS o (key, at, epoch, revision, body)
            SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[])
            ON CONFLICT (key) DO UPDATE SET at = excluded.at, epoch = excluded.epoch, revision = excluded.revision, body = excluded.body
            WHERE (o.epoch, o.at) <= (excluded.epoch, excluded.at)
            """,
            cancellation,
            o.Select(x => x.Key).ToArray(),
            o.Select(x => x.At.UtcTicks).ToArray(),
            o.Select(x => x.Epoch).ToArray(),
            o.Select(x => x.Revision).ToArray(),
            o.Select(x => x.Body.ToArray()).ToArray()
        );
    }

    public static Task<Observation?> GetAsync(NpgsqlDataSource source, string key, CancellationToken cancellation) =>
        source.FirstAsync($"SELECT {Columns} FROM observations WHERE key = $1", Read, cancellation, key);

    public static async Task<Page<Observation>> ListAsync(
        NpgsqlDataSource source,
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    ) =>
        KeyRange.Page(
            await source.RowsAsync(
                $"SELECT {Columns} FROM observations WHERE key >= $1 AND key > $2 AND key < $3 ORDER BY key LIMIT $4",
                Read,
                cancellation,
                prefix,
                after ?? "",
                prefix + KeyRange.Last,
                most + 1
            ),
            most,
            o => o.Key
        );

    public static Task<int> DeleteAsync(NpgsqlDataSource source, string prefix, CancellationToken cancellation) =>
        source.ExecuteAsync("DELETE FROM observations WHERE key >= $1 AND key < $2", cancellation, prefix, prefix + KeyRange.Last);

    private static Observation Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.Time(1), row.GetInt64(2), row.GetString(3), row.Bytes(4));
}
