using System.Runtime.Versioning;
using Causeway.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Causeway.Storage.Tests;

public sealed class SqliteConformance : StoreConformance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-sqlite-").FullName;

    protected override Task<string> NewDatabaseAsync() => Task.FromResult(Path.Combine(_folder, "causeway.db"));

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_file_and_its_log_are_for_their_owner_only()
    {
        await Commit(Put(Circuit("c")));
        foreach (string file in Directory.GetFiles(_folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

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
