using Causeway.Testing;

namespace Causeway.Api.Tests.Kill;

[Collection(nameof(Alone))]
public sealed class PostgresKillTests(PostgresServer server) : KillTests
{
    protected override async Task<IReadOnlyList<string>> StoreAsync() => ["--database", await server.NewDatabaseAsync()];

    [Fact]
    public Task Fifty_kills_lose_nothing_that_was_answered() => AnsweredWritesSurviveAsync(17904);
}
