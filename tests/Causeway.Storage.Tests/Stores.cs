using System.Runtime.Versioning;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Workflows.Storage;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Causeway.Storage.Tests;

public sealed class SqliteConformance : StoreConformance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-sqlite-").FullName;

    protected override Task<string> NewDatabaseAsync() => Task.FromResult(Path.Combine(_folder, "causeway.db"));

    protected override Task<IStore> OtherNodeAsync() => Task.FromResult(Store);

    [Fact]
    public async Task A_second_process_is_refused_and_told_why()
    {
        IOException e = await Assert.ThrowsAsync<IOException>(OpenNodeAsync);
        Assert.Contains(Database, e.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another process", e.Message, StringComparison.Ordinal);
        await Store.DisposeAsync();
        await OpenNodeAsync();
    }

    [Fact]
    public async Task A_start_takes_the_leases_of_the_process_before_back_at_once()
    {
        await Commit(new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] });
        Assert.Single(await Store.LeaseEffectsAsync(Wanted("k"), CancellationToken.None));
        await Store.DisposeAsync();
        IStore again = await OpenNodeAsync();
        LeasedEffect leased = Assert.Single(await again.LeaseEffectsAsync(Wanted("k"), CancellationToken.None));
        Assert.Equal(2, leased.Attempt);
        await again.MigrateAsync(CancellationToken.None); // not a start
        Assert.Empty(await again.LeaseEffectsAsync(Wanted("k"), CancellationToken.None));
    }

    [Fact]
    public async Task A_newer_database_is_refused()
    {
        await Store.DisposeAsync();
        using (var db = new SqliteDatabase(Database, 64))
            db.Execute("PRAGMA user_version = 1000");
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(OpenNodeAsync);
        Assert.Contains("schema 1000", e.Message, StringComparison.Ordinal);
    }

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
