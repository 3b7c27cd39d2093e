namespace Causeway.Api.Tests.Kill;

[Collection(nameof(Alone))]
public sealed class SqliteKillTests : KillTests
{
    protected override Task<IReadOnlyList<string>> StoreAsync() => Task.FromResult<IReadOnlyList<string>>([]);

    [Fact]
    public Task Fifty_kills_lose_nothing_that_was_answered() => AnsweredWritesSurviveAsync(17903);
}
