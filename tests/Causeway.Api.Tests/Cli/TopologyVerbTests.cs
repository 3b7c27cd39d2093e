using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Cli;

/// <summary><c>causeway topology plan</c> of what cannot be applied, as it stands on the terminal.</summary>
[Collection(nameof(SavedContext))]
public sealed class TopologyVerbTests : IClassFixture<SqliteApi>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-cli-").FullName;
    private readonly SqliteApi _api;

    public TopologyVerbTests(SqliteApi api)
    {
        _api = api;
        Environment.SetEnvironmentVariable("CAUSEWAY_CONTEXT", Path.Combine(_folder, "context.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Topology(string text)
    {
        string file = Path.Combine(_folder, "topology.yaml");
        File.WriteAllText(file, text);
        return file;
    }

    private Task<CliRun> PlanAsync(string file, params string[] more) =>
        CliRun.Of(["topology", "plan", file, "--as", "operator", "--access", _api.Server.AccessFile, .. more]);

    [Fact]
    public async Task Every_problem_of_a_file_has_a_line_of_its_own()
    {
        string file = Topology("asn: 0\ncolour: red\nregions: []\n");
        CliRun run = await PlanAsync(file);
        Assert.Equal(1, run.Code);
        Assert.DoesNotContain("\\u000a", run.Error, StringComparison.Ordinal);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.Collection(
            lines,
            l => Assert.StartsWith("error: InvalidTopology", l, StringComparison.Ordinal),
            l => Assert.StartsWith($"  - {file}, line 1: asn is 0,", l, StringComparison.Ordinal),
            l => Assert.StartsWith($"  - {file}, line 2: the topology has no 'colour'", l, StringComparison.Ordinal),
            l => Assert.StartsWith($"  - {file}, line 3: regions is empty", l, StringComparison.Ordinal),
            l => Assert.StartsWith($"  - {file}: locations is empty", l, StringComparison.Ordinal)
        );
        JsonNode json = JsonNode.Parse((await PlanAsync(file, "-o", "json")).Error)!;
        Assert.Equal(4, json["error"]!["details"]!.AsArray().Count);
    }

    /// <summary>What a new topology takes from under circuits: one line for each router, and one for each circuit below it.</summary>
    [Fact]
    public async Task A_router_in_use_that_is_renamed_is_a_line_with_its_circuits_below_it()
    {
        var server = new CircuitServer(_api);
        string[] circuits = [await server.ProvisionedAsync(), await server.ProvisionedAsync()];
        string file = Topology(
            TopologyFile
                .BuiltIn.Replace("-1-primary", "-9-primary", StringComparison.Ordinal)
                .Replace("-1-secondary", "-9-secondary", StringComparison.Ordinal)
        );
        CliRun run = await PlanAsync(file);
        Assert.Equal(1, run.Code);
        Assert.DoesNotContain("\\u000a", run.Error, StringComparison.Ordinal);
        string[] lines = run.Error.Split('\n');
        foreach (string side in (string[])["primary", "secondary"])
        {
            int at = Array.FindIndex(
                lines,
                l =>
                    l.EndsWith(
                        $"router 'ams-1-{side}' of pair 'ams-1' becomes 'ams-9-{side}', and resources stand on it:",
                        StringComparison.Ordinal
                    )
            );
            Assert.True(at >= 0, run.Error);
            Assert.Equal(
                circuits.Order(StringComparer.OrdinalIgnoreCase),
                lines[(at + 1)..(at + 3)].Select(l => l.Trim()).Order(StringComparer.OrdinalIgnoreCase),
                StringComparer.OrdinalIgnoreCase
            );
            Assert.All(lines[(at + 1)..(at + 3)], l => Assert.StartsWith("  /", l, StringComparison.Ordinal));
        }
        // Put in force, it is refused in the same words.
        run = await CliRun.Of("topology", "apply", file, "--yes", "--as", "operator", "--access", _api.Server.AccessFile);
        Assert.Equal(1, run.Code);
        Assert.Contains("becomes 'ams-9-primary', and resources stand on it:\n  /", run.Error, StringComparison.Ordinal);
    }
}
