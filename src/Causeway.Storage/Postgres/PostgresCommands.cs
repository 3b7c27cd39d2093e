using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>One statement, its positional parameters, and what to make of its rows.</summary>
internal static class PostgresCommands
{
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlDataSource source,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellation,
        params object?[] parameters
    )
    {
        await using NpgsqlCommand command = Command(source, sql, parameters);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first row, or the default when there is none.</summary>
    public static async Task<T?> FirstAsync<T>(
        this NpgsqlDataSource source,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellation,
        params object?[] parameters
    )
    {
        await using NpgsqlCommand command = Command(source, sql, parameters);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? read(reader) : default;
    }

    /// <summary>How many rows it changed.</summary>
    public static async Task<int> ExecuteAsync(
        this NpgsqlDataSource source,
        string sql,
        CancellationToken cancellation,
        params object?[] parameters
    )
    {
        await using NpgsqlCommand command = Command(source, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

    private static NpgsqlCommand Command(NpgsqlDataSource source, string sql, object?[] parameters)
    {
        NpgsqlCommand command = source.CreateCommand(sql);
        foreach (object? value in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
