using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;
using Causeway.Workflows.Storage;

namespace Causeway.Storage;

/// <summary>Opens the store that a setting names.</summary>
public static class StoreFactory
{
    /// <summary>What <see cref="StoreAddress.Parse"/> understands. Call <see cref="IStore.MigrateAsync"/> before use.</summary>
    /// <exception cref="StoreAddressException">It is neither a path nor an address that can be understood.</exception>
    public static IStore Open(string connectionStringOrPath, TimeProvider time) => Open(StoreAddress.Parse(connectionStringOrPath), time);

    public static IStore Open(StoreAddress address, TimeProvider time) =>
        address switch
        {
            StoreAddress.Postgres postgres => new PostgresStore(postgres.Settings.ConnectionString, time),
            StoreAddress.Sqlite sqlite => new SqliteStore(sqlite.Path, time),
            _ => throw new ArgumentOutOfRangeException(nameof(address), address, "SQLite and PostgreSQL are the stores there are."),
        };
}
