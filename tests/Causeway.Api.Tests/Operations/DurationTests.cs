using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Testing;

namespace Causeway.Api.Tests.Operations;

/// <summary>How long such a thing usually takes here is said where somebody waits, once there were enough cases; from the journal and nothing else.</summary>
public sealed class DurationTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Fact]
    public async Task What_usually_passes_until_the_provider_acts_is_said_from_the_third_case_on()
    {
        var circuits = new CircuitServer(api);
        string waits = await circuits.CircuitAsync();
        for (int cases = 1; cases <= 3; cases++)
        {
            Assert.Null(await UsualAsync());
            await circuits.ProvisionedAsync();
        }
        JsonNode said = (
            await Eventually.Get<JsonNode?>(UsualAsync, f => f is not null, "what is usual is known", TimeSpan.FromSeconds(60))
        )!;
        Assert.Equal("info", said["level"]!.ToString());
        Assert.Equal(("NotProvisioned", "3"), ($"{said["valuesByName"]!["state"]}", $"{said["valuesByName"]!["cases"]}"));
        Assert.Matches(@"^(< 1 s|\d+ s|\d+ min( \d+ s)?)$", said["valuesByName"]!["usual"]!.ToString());

        async Task<JsonNode?> UsualAsync() =>
            (await circuits.GetAsync($"{waits}/explain")).Json["findings"]!
                .AsArray()
                .FirstOrDefault(f => $"{f!["code"]}" == "UsuallyTakes");
    }
}
