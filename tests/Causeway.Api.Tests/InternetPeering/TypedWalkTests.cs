using System.Text.Json.Nodes;
using Causeway.Api.Tests.Cli;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>The walk as people type it, both sides.</summary>
public sealed class TypedWalkTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    [Fact]
    public async Task A_cable_is_typed_too_and_its_letter_is_a_file()
    {
        string[] access = ["--access", Path.Combine(api.DataFolder, "access.json")];
        await Ok("group", "create", "cables", "--location", "westeurope");
        await Ok("peering", "asn", "create", "fabrikam", "--asn", "65545", "--network", "Fabrikam", "--noc", "noc@fabrikam.example");
        await Ok("operator", "approve", JsonNode.Parse(await Ok("peering", "asn", "show", "fabrikam", "-o", "json"))!["id"]!.ToString());
        string[] request = ["peering", "request", "am7", "--group", "cables", "--asn", "fabrikam", "--at", "Amsterdam"];
        await Ok([.. request, "--facility", "1236", "--bandwidth", "10000", "--prefix", "127.82.9.0/31"]);
        Assert.Contains("am7", await Ok("operator", "requests"), StringComparison.Ordinal);
        string shown = await Ok("peering", "show", "am7", "--group", "cables");
        Assert.Contains("127.82.9.1", shown, StringComparison.Ordinal);
        Assert.Contains("0 -> 10000", shown, StringComparison.Ordinal);
        string file = Path.Combine(api.DataFolder, "letter.pdf");
        string[] letter = ["peering", "loa", "am7", "--group", "cables", "--out", file];
        Assert.NotEqual(0, (await CliRun.Of([.. letter, .. access])).Code);
        Assert.False(File.Exists(file));
        await Ok(
            "operator",
            "approve",
            JsonNode.Parse(await Ok("peering", "show", "am7", "--group", "cables", "-o", "json"))!["id"]!.ToString()
        );
        await Ok(letter);
        Assert.StartsWith("%PDF-", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Task<string> Ok(params string[] words) => CliRun.Ok([.. words, .. access]);
    }

    [Fact]
    public async Task Both_sides_type_the_walk()
    {
        api.Register("11.207.0.0/24", 65539);
        await api.KnowsAsync("11.207.0.0/24", 65539);
        string[] access = ["--access", Path.Combine(api.DataFolder, "access.json")];
        await using var bird = new ExchangeBird(65539, "127.80.0.105", api.BgpPort, ["11.207.0.0/24"], key: "agreed-on");
        string key = Path.Combine(api.DataFolder, "key.txt");
        await File.WriteAllTextAsync(key, "agreed-on\n", TestContext.Current.CancellationToken);

        await Ok("group", "create", "typed", "--location", "westeurope");
        await Ok("peering", "asn", "create", "contoso", "--asn", "65539", "--network", "Contoso", "--noc", "noc@contoso.example");
        Assert.Contains("AS65539 Contoso", await Ok("operator", "requests"), StringComparison.Ordinal);
        string asn = JsonNode.Parse(await Ok("peering", "asn", "show", "contoso", "-o", "json"))!["id"]!.ToString();
        Assert.Contains("Approved", await Ok("operator", "approve", asn), StringComparison.Ordinal);
        await Ok([
            "peering",
            "request",
            "amsix",
            "--group",
            "typed",
            "--asn",
            "contoso",
            "--at",
            "Amsterdam",
            "--exchange",
            "26",
            "--address",
            "127.80.0.105",
            "--max-prefixes",
            "20",
            "--md5-key-file",
            key,
        ]);
        Assert.Contains("amsix", await Ok("operator", "requests"), StringComparison.Ordinal);
        string id = JsonNode.Parse(await Ok("peering", "show", "amsix", "--group", "typed", "-o", "json"))!["id"]!.ToString();
        await Ok("operator", "ask", id, "--reason", "Which port is yours?");
        await Ok("peering", "answer", "amsix", "--group", "typed", "--reason", "Port 7.");
        await Ok("operator", "approve", id, "--reason", "Welcome.");
        await Ok("peering", "ready", "amsix", "--group", "typed");
        await Eventually.Get(
            () => Ok("peering", "checks", "amsix", "--group", "typed"),
            text => text.Contains("Active", StringComparison.Ordinal),
            "it is Active",
            TimeSpan.FromSeconds(60)
        );
        await Eventually.Get(
            () => Ok("peering", "routes", "amsix", "--group", "typed"),
            text => text.Contains("11.207.0.0/24", StringComparison.Ordinal),
            "the route is accepted"
        );
        Assert.Contains("Open", await Ok("peering", "sessions", "amsix", "--group", "typed"), StringComparison.Ordinal);
        string said = await Ok("peering", "messages", "amsix", "--group", "typed");
        Assert.Contains("Port 7.", said, StringComparison.Ordinal);
        await Ok("operator", "suspend", id, "--reason", "Maintenance");
        Assert.Contains(
            "DenyAll",
            await Eventually.Get(
                () => Ok("peering", "sessions", "amsix", "--group", "typed"),
                t => !t.Contains("Open", StringComparison.Ordinal),
                "nothing is open"
            ),
            StringComparison.Ordinal
        );
        await Ok("operator", "resume", id);
        await Ok("peering", "leave", "amsix", "--group", "typed");
        await Ok("operator", "deprovision", id);
        await Eventually.Get(
            async () => (await CliRun.Of(["peering", "show", "amsix", "--group", "typed", .. access])).Code,
            code => code == 3,
            "it is gone"
        );

        Task<string> Ok(params string[] words) => CliRun.Ok([.. words, .. access]);
    }
}
