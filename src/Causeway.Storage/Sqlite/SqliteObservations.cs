using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>What was seen last, by key.</summary>
internal static class SqliteObservations
{
    private const string Columns = "key, at, epoch, revision, body";

    /// <summary>On the writer's connection.</summary>
    public static void Put(SqliteDatabase db, IReadOnlyList<Observation> observations)
    {
        Statement put = db.Prepared(
            """
            INSERT INTO observations (key, at, epoch, revision, body) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (key) DO UPDATE SET at = excluded.at, epoch = excluded.epoch, revision = excluded.revision, body = excluded.body
            WHERE (epoch, at) <= (excluded.epoch, excluded.at)
            """
        );
        foreach (Observation o in observations)
            put.Bind(1, o.Key).Bind(2, o.At).Bind(3, o.Epoch).Bind(4, o.Revision).Bind(5, o.Body.Span).Execute();
    }

    public static Observation? Get(SqliteDatabase db, string key) =>
        db.Prepared($"SELECT {Columns} FROM observations WHERE key = ?1").Bind(1, key).First<Observation?>(Read, null);

    public static Page<Observation> List(SqliteDatabase db, (string Prefix, string? After, int Most) of)
    {
        List<Observation> rows = db.Prepared(
                $"SELECT {Columns} FROM observations WHERE key >= ?1 AND key > ?2 AND key < ?3 ORDER BY key LIMIT ?4"
            )
            .Bind(1, of.Prefix)
            .Bind(2, of.After ?? "")
            .Bind(3, of.Prefix + KeyRange.Last)
            .Bind(4, of.Most + 1)
            .Rows(Read);
        return KeyRange.Page(rows, of.Most, o => o.Key);
    }

    /// <summary>On the writer's connection.</summary>
    public static int Delete(SqliteDatabase db, string prefix) =>
        db.Prepared("DELETE FROM observations WHERE key >= ?1 AND key < ?2").Bind(1, prefix).Bind(2, prefix + KeyRange.Last).Execute();

    /// <summary>The newest epoch that anything stored was seen under; 0 when nothing is.</summary>
    public static long NewestEpoch(SqliteDatabase db) =>
        db.Prepared("SELECT coalesce(max(epoch), 0) FROM observations").First(static row => row.Int64(0), 0);

    private static Observation Read(Statement row) => new(row.Text(0), row.Time(1), row.Int64(2), row.Text(3), row.Blob(4));
}
