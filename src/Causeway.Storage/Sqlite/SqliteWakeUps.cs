using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>What resources wait for: one row per resource and name.</summary>
internal sealed class SqliteWakeUps(SqliteDatabase db)
{
    private readonly Statement _set = db.Prepared(
        "INSERT INTO wake_ups (key, name, due) VALUES (?1, ?2, ?3) ON CONFLICT (key, name) DO UPDATE SET due = excluded.due"
    );
    private readonly Statement _remove = db.Prepared("DELETE FROM wake_ups WHERE key = ?1 AND name = ?2");
    private readonly Statement _answer = db.Prepared("DELETE FROM wake_ups WHERE key = ?1 AND name = ?2 AND due = ?3");
    private readonly Statement _removeAll = db.Prepared("DELETE FROM wake_ups WHERE key = ?1");

    public void Set(WakeUpChange.Set change) => _set.Bind(1, change.Resource.Key).Bind(2, change.Name).Bind(3, change.Due).Execute();

    public void Remove(WakeUpChange change) => _remove.Bind(1, change.Resource.Key).Bind(2, change.Name).Execute();

    public void RemoveAll(ResourceId resource) => _removeAll.Bind(1, resource.Key).Execute();

    /// <summary>False when it no longer stands for that time.</summary>
    public bool Answer(DueWakeUp woken) => _answer.Bind(1, woken.Resource.Key).Bind(2, woken.Name).Bind(3, woken.Due).Execute() == 1;

    public static IReadOnlyList<DueWakeUp> Due(SqliteDatabase reader, (DateTimeOffset Now, int Most) of) =>
        reader
            .Prepared(
                """
                SELECT r.id, r.type, w.name, w.due FROM wake_ups w CROSS JOIN resources r ON r.key = w.key
                WHERE w.due <= ?1 ORDER BY w.due LIMIT ?2
                """
            )
            .Bind(1, of.Now)
            .Bind(2, of.Most)
            .Rows(static row => new DueWakeUp(ResourceId.Parse(row.Text(0)), row.Text(1), row.Text(2), row.Time(3)));

    public static DateTimeOffset? Next(SqliteDatabase reader) =>
        reader.Prepared("SELECT min(due) FROM wake_ups").First(static row => row.TimeOrNull(0), null);

    public static WakeUpsPending Pending(SqliteDatabase reader) =>
        reader
            .Prepared("SELECT count(*), min(due) FROM wake_ups")
            .First(static row => new WakeUpsPending(row.Int64(0), row.TimeOrNull(1)), new WakeUpsPending(0, null));
}
