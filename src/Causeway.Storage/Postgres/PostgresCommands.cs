using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// One statement, its positional parameters, and what to make of its rows. A connection that the pool has kept may be dead by now (the server was
/// restarted, a primary changed), or out of step with the server: then all the pool has kept are closed, and the statement is sent once more on a new one.
/// Every statement that comes this way may be repeated without harm.
/// </summary>
internal static class PostgresCommands
{
    public static Task<List<T>> RowsAsync<T>(
        this NpgsqlDataSource source,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellation,
        params object?[] parameters
    ) =>
        source.RunAsync(
            sql,
            parameters,
            async command =>
            {
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellation))
                    rows.Add(read(reader));
                return rows;
            }
        );

    /// <summary>The first row, or the default when there is none.</summary>
    public static Task<T?> FirstAsync<T>(
        this NpgsqlDataSource source,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellation,
        params object?[] parameters
    ) =>
        source.RunAsync(
            sql,
            parameters,
            async command =>
            {
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
                return await reader.ReadAsync(cancellation) ? read(reader) : default;
            }
        );

    /// <summary>How many rows it changed.</summary>
    public static Task<int> ExecuteAsync(
        this NpgsqlDataSource source,
        string sql,
        CancellationToken cancellation,
        params object?[] parameters
    ) => source.RunAsync(sql, parameters, command => command.ExecuteNonQueryAsync(cancellation));

    private static async Task<T> RunAsync<T>(
        this NpgsqlDataSource source,
        string sql,
        object?[] parameters,
        Func<NpgsqlCommand, Task<T>> run
    )
    {
        for (bool again = false; ; again = true)
        {
            try
            {
                await using NpgsqlCommand command = Command(source, sql, parameters);
                return await run(command);
            }
            catch (Exception e) when (e is not (OperationCanceledException or ArgumentException))
            {
                bool spoils = PostgresProblems.SpoilsConnections(e);
                if (spoils)
                    source.Clear();
                if (spoils && !again)
                    continue;
                if (PostgresProblems.Kind(e) is { } problem)
                    throw StoreUnavailableException.Of(problem, e);
                throw;
            }
        }
    }

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

    private static NpgsqlCommand Command(NpgsqlDataSource source, string sql, object?[] parameters)
    {
        NpgsqlCommand command = source.CreateCommand(sql);
        foreach (object? value in parameters)
        {
            if (value is string text && text.Contains('\0'))
                throw new ArgumentException("No text in the database holds a NUL: refuse it where it comes in.", nameof(parameters));
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
        return command;
    }
}
