using System.Text.Json.Nodes;
using Causeway.Api.Tests.Cli;
using Causeway.Api.Tests.Networks;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Edges;

/// <summary>What others wrote reaches the terminal as text, in every form of output; what was stored before names were checked included.</summary>
[Collection(nameof(SavedContext))]
public sealed class TerminalTests : IClassFixture<SqliteApi>, IDisposable
{
    private const string Hostile = "\u001b[2J\u001b]0;owned\u0007 a\r\nDeleted: everything\u202edesrever\u2066\u009b31m\u200f";

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-cli-").FullName;
    private readonly SqliteApi _api;

    public TerminalTests(SqliteApi api)
    {
        _api = api;
        Environment.SetEnvironmentVariable("CAUSEWAY_CONTEXT", Path.Combine(_folder, "context.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_that_a_server_says_is_a_command_to_the_terminal()
    {
        using NetworkRoad road = await NetworkRoad.StartAsync(_api);
        string key = (await road.OrderAsync("office"))["properties"]!["serviceKey"]!.ToString();
        // Past the API, which takes no such notes any more.
        Engine engine = _api.Server.Services.GetRequiredService<Engine>();
        var id = ResourceId.Parse(road.Circuit("office"));
        var ticket = new Ticket(Guid.NewGuid(), id, "test", "test");
        await engine.SendAsync(
            id,
            Circuit.ResourceType,
            new ProviderWrites(TimeProvider.System.GetUtcNow(), null, Hostile, ticket),
            SendContext.Causeway,
            CancellationToken.None
        );
        string group = road.Group().Split('/')[^1];
        foreach (
            string verb in (string[])
                [
                    "circuit show office",
                    "circuit list",
                    "circuit explain office",
                    "circuit journal office",
                    "provider orders",
                    "circuit show absent",
                ]
        )
        foreach (string form in (string[])["table", "json", "yaml"])
        {
            CliRun run = await CliRun.Of([.. verb.Split(' '), "-o", form, "--access", _api.Server.AccessFile, "--group", group]);
            string all = run.Out + run.Error;
            string? harmful = all.FirstOrDefault(c => PlainText.IsHarmful(c) && c is not ('\n' or '\t')) is var c and not '\0'
                ? $"{verb} -o {form} writes U+{(int)c:x4}:\n{PlainText.Escape(all)}"
                : null;
            Assert.True(harmful is null, harmful);
            Assert.DoesNotContain("\nDeleted: everything", all, StringComparison.Ordinal);
            if (form == "json" && run.Code == 0 && verb == "circuit show office")
                Assert.Equal(Hostile, JsonNode.Parse(run.Out)!["properties"]!["serviceProviderNotes"]!.GetValue<string>());
        }
        Assert.NotEmpty(key);
    }

    [Fact]
    public async Task A_provider_cannot_write_such_notes_and_may_write_several_lines()
    {
        using NetworkRoad road = await NetworkRoad.StartAsync(_api);
        string key = (await road.OrderAsync("noted"))["properties"]!["serviceKey"]!.ToString();
        string order =
            $"/subscriptions/{_api.ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}?api-version=2024-01-01";
        (await _api.Provider.Put(order, Notes(Hostile))).Is(400);
        (await _api.Provider.Put(order, Notes("rack 7\nport 12\tleft"))).Is(200);

        static string Notes(string text) =>
            new JsonObject { ["properties"] = new JsonObject { ["serviceProviderNotes"] = text } }.ToJsonString();
    }
}
