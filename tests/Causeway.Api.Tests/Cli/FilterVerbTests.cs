using Causeway.Testing;

namespace Causeway.Api.Tests.Cli;

/// <summary>Services and route filters, typed.</summary>
[Collection(nameof(SavedContext))]
public sealed class FilterVerbTests : IClassFixture<SqliteApi>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-filter-").FullName;
    private readonly string _access;
    private readonly string _group = $"rg-{Guid.NewGuid():N}";

    public FilterVerbTests(SqliteApi api)
    {
        _access = api.Server.AccessFile;
        // The user's own context must neither be read nor written by tests.
        Environment.SetEnvironmentVariable("CAUSEWAY_CONTEXT", Path.Combine(_folder, "context.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Line(string line, params string[] more) => [.. line.Split(' '), .. more, "--access", _access, "--group", _group];

    private Task<string> Ok(string line, params string[] more) => CliRun.Ok(Line(line, more));

    [Fact]
    public async Task A_filter_is_made_changed_by_the_names_of_services_and_deleted()
    {
        await Ok($"group create {_group}");
        string services = await Ok("service list");
        foreach (string shown in new[] { "Exchange", "12076:5010 Global", "12076:52002 West Europe", "198.51.100.0/27" })
            Assert.Contains(shown, services, StringComparison.Ordinal);

        const string Communities = "properties.rules[].properties.communities[]";
        string[] query = ["-o", "json", "--query", Communities];
        Assert.Equal(
            """["12076:5010","12076:5020"]""",
            Plain(await Ok("filter create office", ["--service", "exchange", "12076:5020", .. query]))
        );
        Assert.Equal(
            """["12076:5010","12076:5020","12076:52002"]""",
            Plain(await Ok("filter allow office", ["--service", "Storage West Europe", .. query]))
        );
        Assert.Equal("""["12076:5020"]""", Plain(await Ok("filter deny office", ["--service", "Exchange", "Storage", .. query])));
        CliRun unknown = await CliRun.Of(Line("filter allow office", "--service", "Nothing"));
        Assert.Contains("causeway service list", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("12076:5020", await Ok("filter show office"), StringComparison.Ordinal);
        Assert.Equal("[]", Plain(await Ok("filter deny office", ["--service", "SharePoint", .. query])));
        Assert.Contains("office", await Ok("filter list"), StringComparison.Ordinal);
        await Ok("filter delete office");
        Assert.DoesNotContain("office", await Ok("filter list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_attached_to_a_circuit_and_detached()
    {
        await Ok($"group create {_group}");
        string key = System.Text.Json.Nodes.JsonNode.Parse(
            await Ok("circuit create c1 --provider Equinix --peering-location Amsterdam --bandwidth 200 -o json")
        )!["properties"]!["serviceKey"]!.ToString();
        await Ok($"provider provision complete {key}");
        string file = Path.Combine(_folder, "peering.json");
        await File.WriteAllTextAsync(
            file,
            """
            {"properties":{"peeringType":"MicrosoftPeering","peerASN":65010,"vlanId":200,"primaryPeerAddressPrefix":"127.68.0.0/30",
            "secondaryPeerAddressPrefix":"127.68.0.4/30","microsoftPeeringConfig":{"advertisedPublicPrefixes":["11.68.0.0/24"]}}}
            """
        );
        await Ok("resource put expressRouteCircuits/peerings c1/MicrosoftPeering", "--file", file);
        await Ok("filter create office --service Exchange");
        Assert.Contains("office", await Ok("filter attach office --circuit c1"), StringComparison.Ordinal);
        CliRun refused = await CliRun.Of(Line("filter delete office"));
        Assert.Contains("InUseRouteFilterCannotBeDeleted", refused.Error, StringComparison.Ordinal);
        Assert.Contains("causeway filter detach --circuit", refused.Error, StringComparison.Ordinal);
        Assert.Contains("c1", await Ok("filter show office"), StringComparison.Ordinal);
        Assert.DoesNotContain("office", await Ok("filter detach --circuit c1"), StringComparison.Ordinal);
        await Ok("filter delete office");
    }

    private static string Plain(string json) => json.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
}
