using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What resources wait for, read; what commits change of it is in <see cref="PostgresStatements"/>.</summary>
internal static class PostgresWakeUps
{
    public static async Task<IReadOnlyList<DueWakeUp>> DueAsync(NpgsqlDataSource source, int most, CancellationToken cancellation) =>
        await source.RowsAsync(
            """
            SELECT r.id, r.type, w.name, w.due FROM (SELECT * FROM wake_ups WHERE due <= causeway_now() ORDER BY due LIMIT $1) w
            JOIN resources r ON r.key = w.key ORDER BY w.due
            """,
            static row => new DueWakeUp(ResourceId.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), row.Time(3)),
            cancellation,
            most
        );

    public static Task<TimeSpan?> NextAsync(NpgsqlDataSource source, CancellationToken cancellation) =>
        source.FirstAsync(
            "SELECT min(due) - causeway_now() FROM wake_ups",
            static row => row.IsDBNull(0) ? (TimeSpan?)null : TimeSpan.FromTicks(row.GetInt64(0)),
            cancellation
        );

    public static async Task<WakeUpsPending> PendingAsync(NpgsqlDataSource source, CancellationToken cancellation) =>
        (
            await source.FirstAsync(
                "SELECT count(*), min(due) FROM wake_ups",
                static row => new WakeUpsPending(row.GetInt64(0), row.TimeOrNull(1)),
                cancellation
            )
        )!;
}
