using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;
using Causeway.Workflows.Storage;

namespace Causeway.Storage;

/// <summary>Opens the store that a setting names.</summary>
public static class StoreFactory
{
    /// <summary>
    /// A PostgreSQL connection string (it has a <c>Host=</c> keyword, one host or several, separated by commas), or the path of a SQLite file. Call
    /// <see cref="IStore.MigrateAsync"/> before use.
    /// </summary>
    public static IStore Open(string connectionStringOrPath, TimeProvider time) =>
        IsPostgres(connectionStringOrPath)
            ? new PostgresStore(connectionStringOrPath, time)
            : new SqliteStore(connectionStringOrPath, time);

    private static bool IsPostgres(string text) =>
        text.Split(';').Any(pair => pair.TrimStart().StartsWith("Host", StringComparison.OrdinalIgnoreCase) && pair.Contains('='));
}
