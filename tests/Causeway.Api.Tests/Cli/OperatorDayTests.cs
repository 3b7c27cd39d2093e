using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Cli;

/// <summary>What operators and providers do every day, typed: who acts next, what happened to what is gone, how full the ports are, everybody's bill.</summary>
[Collection(nameof(SavedContext))]
public sealed class OperatorDayTests : IClassFixture<SqliteApi>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-day-").FullName;
    private readonly string _access;
    private readonly string _group = $"rg-{Guid.NewGuid():N}";

    public OperatorDayTests(SqliteApi api)
    {
        _access = api.Server.AccessFile;
        // The user's own context must neither be read nor written by tests.
        Environment.SetEnvironmentVariable("CAUSEWAY_CONTEXT", Path.Combine(_folder, "context.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Line(string line) => [.. line.Split(' '), "--access", _access, "--group", _group];

    private Task<string> Ok(string line) => CliRun.Ok(Line(line));

    private Task<CliRun> Run(string line) => CliRun.Of(Line(line));

    private async Task<string> OrderAsync(string name, string provider = "Equinix")
    {
        await Ok($"group create {_group}");
        string made = await CliRun.Ok([
            .. Line($"circuit create {name} --peering-location Amsterdam --bandwidth 200 -o json"),
            "--provider",
            provider,
        ]);
        return JsonNode.Parse(made)!["properties"]!["serviceKey"]!.ToString();
    }

    private async Task LinkAsync(string circuit)
    {
        await Ok($"circuit peering create {circuit} --peer-asn 65010 --vlan 100 --primary 127.69.0.0/30 --secondary 127.69.0.4/30");
        await Ok("network vnet create apps --prefix 10.9.0.0/16 --gateway-subnet 10.9.255.0/27");
        await Ok("network gateway create apps-gw --vnet apps");
        await Ok($"network connection create apps-office --gateway apps-gw --circuit {circuit}");
    }

    /// <summary>Nothing of a router is deleted when it carries traffic again.</summary>
    [Fact]
    public async Task A_drained_router_is_brought_back_not_deleted()
    {
        await Ok("operator drain sto-1-primary --anyway");
        string said = await Ok("operator restore sto-1-primary");
        Assert.Contains("sto-1-primary is brought back (Restoring)", said, StringComparison.Ordinal);
        Assert.Contains("sto-1-secondary is not drained.", await Ok("operator restore sto-1-secondary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_network_is_linked_customer_and_provider_are_told_that_the_customer_acts_next()
    {
        string key = await OrderAsync("linked");
        await Ok($"provider provision complete {key}");
        await LinkAsync("linked");
        await Ok($"provider deprovision start {key}");
        CliRun provider = await Run($"provider deprovision complete {key}");
        CliRun customer = await Run("circuit delete linked");
        foreach (CliRun run in (CliRun[])[provider, customer])
        {
            Assert.Contains("CircuitStillLinked", run.Error, StringComparison.Ordinal);
            Assert.Contains("Who acts next: the circuit's owner", run.Error, StringComparison.Ordinal);
            Assert.Contains("Try: causeway network connection list", run.Error, StringComparison.Ordinal);
        }
        string explained = await Ok("circuit explain linked");
        Assert.Contains("Who acts next: the customer", explained, StringComparison.Ordinal);
        Assert.Contains("Try: causeway network connection list", explained, StringComparison.Ordinal);

        // From here on it is the provider, and that is what the customer's delete leads to.
        await Ok("network connection delete apps-office");
        CliRun early = await Run("circuit delete linked");
        Assert.Contains("Try: causeway circuit explain linked", early.Error, StringComparison.Ordinal);
        Assert.Contains($"Try: causeway provider deprovision complete {key}", await Ok("circuit explain linked"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happened_is_told_by_name_also_of_what_is_gone_to_whom_it_concerns()
    {
        string key = await OrderAsync("gone");
        await Ok($"provider provision start {key}");
        await Ok($"provider deprovision complete {key}");
        await Ok("circuit delete gone");
        Assert.Equal(3, (await Run("circuit show gone")).Code);

        string[] lines = (await Ok("circuit journal gone -o csv")).Trim().Split('\n');
        Assert.Equal("when,who,what,state,why,difference", lines[0]);
        Assert.Contains(",customer,PutCircuit,", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.Contains(",provider,ProviderWrites,", StringComparison.Ordinal));
        Assert.Equal(3, (await Run("circuit journal never")).Code);
        Assert.Equal(4, (await Run($"circuit journal {Id("gone")} --as otherCustomer")).Code);

        string name = $"p{Guid.NewGuid():N}";
        await Ok($"principal create {name}");
        await Ok($"principal delete {name}");
        string all = await Ok($"operator journal --resource /providers/Causeway.Identity/principals/{name}");
        Assert.Contains("operator", all, StringComparison.Ordinal);
        Assert.Equal(2, JsonNode.Parse(await Ok($"operator journal --resource {Id("gone")} --latest 2 -o json"))!.AsArray().Count);
        Assert.Equal("[]", (await Ok($"operator journal --resource {Id("gone")} --to 2000-01-01 -o json")).Trim());
        Assert.NotEqual("[]", (await Ok($"operator journal --resource {Id("gone")} --from 2000-01-01 -o json")).Trim());
        Assert.Equal(4, (await Run("operator journal --as customer")).Code);
        Assert.Equal(1, (await Run("operator journal --from yesterday")).Code);
    }

    [Fact]
    public async Task The_operator_sees_how_full_the_ports_are_and_everybodys_bill()
    {
        long before = await UsedAsync();
        string key = await OrderAsync("full");
        await Ok($"provider provision start {key}");
        Assert.Equal(before + 200, await UsedAsync());
        string[] rows = (await Ok("operator capacity -o csv")).Trim().Split('\n');
        Assert.StartsWith(
            "pair,peeringLocation,portMbps,factor,capacityMbps,usedMbps,remainingMbps,circuits,usedSTags,freeSTags",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.Contains(rows, r => r.StartsWith("ams-1,Amsterdam,100000,4,400000,", StringComparison.Ordinal));
        Assert.Equal(4, (await Run("operator capacity --as customer")).Code);

        await CliRun.Ok(Line("group create theirs --as otherCustomer --location westeurope"));
        await CliRun.Ok([
            .. "circuit create theirs --provider Equinix --peering-location Amsterdam --bandwidth 50 --as otherCustomer".Split(' '),
            "--access",
            _access,
            "--group",
            "theirs",
        ]);
        string bill = await Ok("operator bill -o csv");
        Assert.Contains("Standard 200Mbps", bill, StringComparison.Ordinal);
        Assert.Contains("Standard 50Mbps", bill, StringComparison.Ordinal);
        Assert.True(bill.Trim().Split('\n').Skip(1).Select(l => l.Split(',')[0]).Distinct().Count() >= 2, bill);

        async Task<long> UsedAsync() =>
            JsonNode.Parse(await Ok("operator capacity -o json"))!.AsArray().First(l => l!["pair"]!.ToString() == "ams-1")![
                "usedBandwidthInMbps"
            ]!.GetValue<long>();
    }

    [Fact]
    public async Task A_provider_sees_an_order_whole_and_configures_layer_3_itself()
    {
        string key = await OrderAsync("whole", "Telia Carrier");
        await Ok($"provider provision complete {key}");
        JsonNode order = JsonNode.Parse(await Ok("provider orders -o json"))!.AsArray().First(o => o!["name"]!.ToString() == key)!;
        Assert.NotEqual(0, order["properties"]!["sTag"]!.GetValue<int>());
        Assert.NotNull(order["systemData"]!["createdAt"]);
        string shown = await Ok($"provider show {key}");
        foreach (string part in (string[])["whole", "Ordered", "S-tag", "Primary port"])
            Assert.Contains(part, shown, StringComparison.Ordinal);
        Assert.Equal(3, (await Run($"provider show {Guid.NewGuid()}")).Code);

        await Ok($"provider peering create {key} --peer-asn 65011 --vlan 101 --primary 127.71.0.0/30 --secondary 127.71.0.4/30");
        Assert.Contains("65011", await Ok($"provider peering show {key}"), StringComparison.Ordinal);
        Assert.Contains("65011", await Ok("circuit peering show whole"), StringComparison.Ordinal);
        await Ok($"provider peering delete {key}");
        Assert.Equal(3, (await Run("circuit peering show whole")).Code);
    }

    /// <summary>A file with one login of one's own needs neither --as nor --subscription, and a subscription goes by its name.</summary>
    [Fact]
    public async Task Whoever_has_one_login_and_one_subscription_types_neither()
    {
        string name = $"nordnet{Guid.NewGuid():N}";
        await Ok($"subscription create {name}");
        string own = Path.Combine(_folder, "nordnet.json");
        await Ok($"principal create {name} --owner-of {name} --save {own}");
        string context = Path.Combine(_folder, "own-context.json");
        Assert.Equal((0, ""), await ProcessAsync("login", "--access", own, "--group", "fjord"));
        JsonNode saved = JsonNode.Parse(await File.ReadAllTextAsync(context))!;
        Assert.Equal((name, "fjord"), (saved["as"]!.ToString(), saved["group"]!.ToString()));
        Assert.Equal((0, ""), await ProcessAsync("provider", "orders"));
        Assert.Equal((0, ""), await ProcessAsync("provider", "orders", "--subscription", name));

        // Also where the access file says nothing of subscriptions.
        AccessFile access = AccessFile.Load(own);
        (access with { Subscriptions = [] }).Save(own);
        Assert.Equal((0, ""), await ProcessAsync("group", "list"));
        CliRun several = await CliRun.Of("circuit", "list", "--as", "operator", "--access", _access, "--group", "x");
        Assert.Equal(2, several.Code);
        Assert.Contains("--subscription", several.Error, StringComparison.Ordinal);
        Assert.Contains(name, several.Error, StringComparison.Ordinal);

        async Task<(int Code, string Error)> ProcessAsync(params string[] arguments)
        {
            var info = new ProcessStartInfo(ServerProcess.FindExecutable(), arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            info.Environment["CAUSEWAY_CONTEXT"] = context;
            using Process process = Process.Start(info)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            await output;
            return (process.ExitCode, error);
        }
    }

    [Theory]
    [InlineData("circuit explain ", "tabbed")]
    [InlineData("circuit create x --provider ", "\"Telia Carrier\"")]
    [InlineData("circuit create x --provider Equinix --peering-location ", "Stockholm")]
    [InlineData("provider show ", "-")]
    public async Task A_shell_offers_the_names_that_there_are(string typed, string offered)
    {
        string key = await OrderAsync("tabbed");
        string line = $"causeway {typed}";
        string saved = Path.Combine(_folder, "suggest.json");
        await File.WriteAllTextAsync(
            saved,
            new JsonObject { ["access"] = _access, ["group"] = _group }.ToJsonString(),
            TestContext.Current.CancellationToken
        );
        var info = new ProcessStartInfo(ServerProcess.FindExecutable(), [$"[suggest:{line.Length}]", line])
        {
            RedirectStandardOutput = true,
        };
        info.Environment["CAUSEWAY_CONTEXT"] = saved;
        using Process process = Process.Start(info)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains(offered == "-" ? key : offered, output.Split('\n'));
    }

    private string Id(string circuit) => $"{Ids.Circuit(Ids.Group(AccessFile.Load(_access).Subscriptions["customer"], _group), circuit)}";
}
