using Causeway.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Causeway.Storage.Tests;

public sealed class SqliteConformance : StoreConformance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-sqlite-").FullName;

    protected override Task<string> NewDatabaseAsync() => Task.FromResult(Path.Combine(_folder, "causeway.db"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed partial class PostgresConformance(PostgresServer server) : StoreConformance
{
    protected override Task<string> NewDatabaseAsync() => server.NewDatabaseAsync();
}
