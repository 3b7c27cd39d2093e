using Causeway.Testing;
using Npgsql;

namespace Causeway.Api.Tests.Edges;

/// <summary>A database that is gone, asked for by somebody who signs in.</summary>
public sealed class DatabaseAwayApi(PostgresServer server) : PostgresApi(server)
{
    public string Database { get; private set; } = "";

    protected override async Task<string?> DatabaseAsync() => Database = (await base.DatabaseAsync())!;
}

public sealed class DatabaseAwayTests(DatabaseAwayApi api) : IClassFixture<DatabaseAwayApi>
{
    [Fact]
    public async Task A_sign_in_is_told_in_the_words_of_OAuth()
    {
        var own = new NpgsqlConnectionStringBuilder(api.Database);
        string name = own.Database!;
        own.Database = "postgres";
        await using var admin = new NpgsqlConnection(own.ConnectionString);
        await admin.OpenAsync();
        await SayAsync($"ALTER DATABASE \"{name}\" WITH ALLOW_CONNECTIONS false");
        await SayAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = Guid.NewGuid().ToString(),
                ["client_secret"] = "x",
            }
        );
        using HttpResponseMessage response = await api.Anonymous.PostAsync("/adfs/oauth2/token", form);
        await SayAsync($"ALTER DATABASE \"{name}\" WITH ALLOW_CONNECTIONS true");
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("temporarily_unavailable", System.Text.Json.Nodes.JsonNode.Parse(text)!["error"]!.ToString());
        Assert.NotNull(response.Headers.RetryAfter);
        foreach (string? secret in (string?[])[name, own.Host, own.Password, own.Username])
            if (!string.IsNullOrEmpty(secret))
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        async Task SayAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, admin);
            await command.ExecuteNonQueryAsync();
        }
    }
}
