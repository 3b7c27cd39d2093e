using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Cli;

namespace Causeway.Api.Tests.Registry;

/// <summary><c>registry ...</c> and <c>prefix check</c> typed by a user: first beside a running server, then from the folder that it left.</summary>
public sealed class RegistryVerbTests : IDisposable
{
    private const string Dump = """
        route: 192.0.2.0/24
        origin: AS64496
        mnt-by: MAINT-A
        source: TEST

        route: 198.51.100.0/24
        origin: AS64496
        mnt-by: MAINT-A
        source: TEST

        route6: 2001:db8::/32
        origin: AS64497
        mnt-by: MAINT-A
        source: TEST

        as-set: AS-EXAMPLE
        members: AS64496, AS-INNER, AS-GONE
        mnt-by: MAINT-A
        source: TEST

        as-set: AS-INNER
        members: AS64497
        mnt-by: MAINT-A
        source: TEST

        """;

    private const string Vrps = """
        {"roas": [
          {"asn": "AS64496", "prefix": "203.0.113.0/24", "maxLength": 24, "ta": "test"},
          {"asn": 64511, "prefix": "198.51.100.0/24", "maxLength": 24, "ta": "test"}
        ]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-registry-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Data => Path.Combine(_folder.FullName, "registries");

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<RegistryProcess> StartAsync(string dump, string vrps) =>
        RegistryProcess.StartAsync(
            "--dump",
            Write("test.db", dump),
            "--vrps",
            Write("vrps.json", vrps),
            "--data",
            Data,
            "--whois",
            "127.0.0.1:0",
            "--rtr",
            "127.0.0.1:0"
        );

    private async Task<CliRun> Ask(int code, string line)
    {
        CliRun run = await RegistryProcess.RunAsync([.. line.Split(' '), "--data", Data]);
        Assert.True(run.Code == code, $"'{line}' ended in {run.Code}, not {code}:\n{run.Error}{run.Out}");
        return run;
    }

    private async Task<JsonNode> Json(int code, string line) => JsonNode.Parse((await Ask(code, $"{line} --output json")).Out)!;

    [Fact]
    public async Task A_running_registry_serves_whois_and_rtr()
    {
        await using RegistryProcess running = await StartAsync(Dump, Vrps);
        Assert.Equal("A29\n192.0.2.0/24 198.51.100.0/24\nC\n", await Whois(running.EndPoint("whois"), "!gAS64496\n"));
        Assert.Equal(["198.51.100.0/24-24 AS64511", "203.0.113.0/24-24 AS64496"], await Rtr(running.EndPoint("rtr")));
        // Questions may be asked beside it.
        Assert.True((bool)(await Json(0, "prefix check 192.0.2.0/24 AS64496"))["proven"]!);
    }

    [Fact]
    public async Task What_happens_is_told_as_json_lines()
    {
        string[] arguments = ["--dump", Write("test.db", Dump), "--data", Data, "--whois", "127.0.0.1:0", "--output", "json"];
        await using RegistryProcess running = await RegistryProcess.StartAsync(arguments);
        JsonNode[] events = [.. running.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
        JsonNode Event(string kind) => events.First(e => e["event"]!.ToString() == kind);
        var whois = IPEndPoint.Parse(Event("serving")["whois"]!.ToString());
        Assert.StartsWith("A29\n", await Whois(whois, "!gAS64496\n"), StringComparison.Ordinal);
        Assert.Equal(5, (int)Event("loaded")["objects"]!);
        Assert.Equal(("TEST", 5), (Event("source")["name"]!.ToString(), (int)Event("source")["records"]!));
    }

    [Fact]
    public async Task Bgpq4_works_on_the_whois_port()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bgpq4"), "bgpq4 is not installed");
        await using RegistryProcess running = await StartAsync(Dump, Vrps);
        using Process bgpq4 = Process.Start(
            new ProcessStartInfo("/usr/bin/bgpq4", ["-h", running.EndPoint("whois").ToString(), "-4", "-j", "AS-EXAMPLE"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        JsonNode list = JsonNode.Parse(await bgpq4.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!["NN"]!;
        Assert.Equal(["192.0.2.0/24", "198.51.100.0/24"], list.AsArray().Select(e => e!["prefix"]!.ToString()));
    }

    [Fact]
    public async Task Questions_are_answered_from_the_folder_without_a_server()
    {
        await (await StartAsync(Dump, Vrps)).DisposeAsync();

        JsonNode registered = await Json(0, "registry check 192.0.2.0/24 64496");
        Assert.Equal("NotFound", registered["rpki"]!.ToString());
        Assert.Contains(registered["evidence"]!.AsArray(), e => e!["source"]!.ToString() == "TEST" && e["kind"]!.ToString() == "route");
        Assert.Equal("Valid", (await Json(0, "registry check 203.0.113.0/24 AS64496"))["rpki"]!.ToString());
        JsonNode invalid = await Json(1, "prefix check 198.51.100.0/24 AS64496");
        Assert.Equal("Invalid", invalid["rpki"]!.ToString());
        Assert.False((bool)invalid["proven"]!);
        Assert.Contains("NOT proven", (await Ask(1, "registry check 10.0.0.0/8 64496")).Out, StringComparison.Ordinal);
        CliRun wrong = await Ask(2, "registry check 192.0.2.1/24 ASX");
        Assert.Contains("192.0.2.0/24", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("'ASX' is not an AS number", wrong.Error, StringComparison.Ordinal);

        JsonNode set = await Json(0, "registry expand AS-EXAMPLE");
        Assert.Equal([64496, 64497], set["asns"]!.AsArray().Select(a => (int)a!));
        Assert.Equal("AS-GONE", Assert.Single(set["missing"]!.AsArray())!.ToString());
        await Ask(1, "registry expand AS-NOWHERE");

        // One rule for both: what check does not let pass, filter leaves out, and says so.
        CliRun filter = await Ask(0, "registry filter AS-EXAMPLE --output json");
        Assert.Equal("true\n", (await Ask(0, "registry filter AS-EXAMPLE --query length(@)>`0` -o tsv")).Out);
        foreach (string prefix in (string[])["192.0.2.0/24", "203.0.113.0/24", "2001:db8::/32"])
            Assert.Contains(prefix, filter.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("198.51.100.0", filter.Out, StringComparison.Ordinal);
        Assert.Contains("left out: 198.51.100.0/24", filter.Error, StringComparison.Ordinal);
        Assert.False((bool)invalid["routePermitted"]!);
        Assert.Equal(120, (int)invalid["reasonNumber"]!);
        Assert.True((bool)registered["routePermitted"]!);
        JsonNode inside = await Json(0, "registry check 192.0.2.0/25 64496");
        Assert.Equal((true, false), ((bool)inside["proven"]!, (bool)inside["routePermitted"]!));
        Assert.Contains("198.51.100.0/24", (await Ask(0, "registry filter AS-EXAMPLE --rpki ignore")).Out, StringComparison.Ordinal);
        Assert.Contains("nobody", (await Ask(1, "registry check 192.0.2.0/24 0")).Out, StringComparison.Ordinal);
        CliRun bird = await Ask(0, "registry filter AS64496 --format bird -4");
        Assert.Contains("192.0.2.0/24", bird.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("2001:db8", bird.Out, StringComparison.Ordinal);
        await Ask(1, "registry filter AS64499");

        JsonArray status = (await Json(0, "registry status")).AsArray();
        Assert.Equal(5, (int)status.Single(s => s!["kind"]!.ToString() == "irr")!["records"]!);
        Assert.Equal(2, (int)status.Single(s => s!["kind"]!.ToString() == "vrp-file")!["records"]!);
    }

    /// <summary>Enough routes for the shrink guard to have an opinion.</summary>
    private static string Routes(int count) =>
        string.Concat(
            Enumerable.Range(0, count).Select(i => $"route: 198.18.{i}.0/24\norigin: AS64496\nmnt-by: MAINT-A\nsource: TEST\n\n")
        );

    private static string Roas(int count) =>
        $$"""{"roas": [{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"asn": 64496, "prefix": "198.18.{{i}}.0/24", "maxLength": 24, "ta": "test"}"""))}}]}""";

    private async Task<JsonNode> Status(int code, string kind) =>
        (await Json(code, "registry status")).AsArray().Single(s => s!["kind"]!.ToString() == kind)!;

    [Fact]
    public async Task What_is_held_back_can_be_accepted_without_a_server()
    {
        await (await StartAsync(Routes(200), Vrps)).DisposeAsync();
        Assert.Contains("Nothing is held back of TEST", (await Ask(1, "registry accept TEST")).Error, StringComparison.Ordinal);
        await (await StartAsync(Routes(120), Vrps)).DisposeAsync();
        JsonNode held = await Status(1, "irr");
        Assert.Equal((200, true), ((int)held["records"]!, (bool)held["holdsBack"]!));
        Assert.Contains($"causeway registry accept TEST --data {Data}", (await Ask(1, "registry status")).Out, StringComparison.Ordinal);
        Assert.Contains("TEST", (await Ask(2, "registry accept NONE")).Error, StringComparison.Ordinal);

        await Ask(0, "registry accept test");
        JsonNode accepted = await Status(0, "irr");
        Assert.Equal((120, false), ((int)accepted["records"]!, (bool)accepted["holdsBack"]!));
        await Ask(1, "registry check 198.18.150.0/24 64496");
    }

    [Fact]
    public async Task What_is_held_back_can_be_accepted_beside_a_running_server()
    {
        await (await StartAsync(Routes(200), Roas(200))).DisposeAsync();
        string vrps = Path.Combine(_folder.FullName, "vrps.json");
        await using (RegistryProcess running = await StartAsync(Routes(120), Roas(120)))
        {
            Assert.Equal(200, (await Rtr(running.EndPoint("rtr"))).Count);
            await Ask(0, "registry accept TEST");
            await Ask(0, $"registry accept {vrps}");
            Assert.Equal(120, (await Rtr(running.EndPoint("rtr"))).Count);
            string routes = await Whois(running.EndPoint("whois"), "!gAS64496\n");
            Assert.Contains("198.18.119.0/24", routes, StringComparison.Ordinal);
            Assert.DoesNotContain("198.18.120.0/24", routes, StringComparison.Ordinal);
            CliRun second = await Ask(2, "registry run");
            Assert.Contains("Another 'registry run' writes", second.Error, StringComparison.Ordinal);
        }
        Assert.Equal(120, (int)(await Status(0, "irr"))["records"]!);
        Assert.Equal(120, (int)(await Status(0, "vrp-file"))["records"]!);
    }

    [Fact]
    public async Task Vrps_held_back_by_a_server_that_has_ended_can_be_accepted()
    {
        await (await StartAsync(Dump, Roas(200))).DisposeAsync();
        await (await StartAsync(Dump, Roas(120))).DisposeAsync();
        Assert.Equal((200, true), ((int)(await Status(1, "vrp-file"))["records"]!, (bool)(await Status(1, "vrp-file"))["holdsBack"]!));
        JsonNode accepted = await Json(0, $"registry accept {Path.Combine(_folder.FullName, "vrps.json")}");
        Assert.Equal((200, 120), ((int)accepted["before"]!, (int)accepted["records"]!));
        Assert.Equal((120, false), ((int)(await Status(0, "vrp-file"))["records"]!, (bool)(await Status(0, "vrp-file"))["holdsBack"]!));
    }

    [Fact]
    public async Task A_damaged_snapshot_is_told_and_not_believed()
    {
        await (await StartAsync(Dump, Vrps)).DisposeAsync();
        string segment = Assert.Single(Directory.GetFiles(Path.Combine(Data, "irr"), "*.irr"));
        await using (FileStream file = File.OpenWrite(segment))
            file.SetLength(file.Length - 100);
        CliRun run = await Ask(1, "registry check 192.0.2.0/24 64496");
        Assert.Contains("cut short", run.Error, StringComparison.Ordinal);
        Assert.Contains("cut short", (await Status(1, "snapshot"))["problem"]!.ToString(), StringComparison.Ordinal);

        await using RegistryProcess running = await StartAsync(Dump, Vrps);
        Assert.Contains("cut short", running.Output, StringComparison.Ordinal);
        await Ask(0, "registry check 192.0.2.0/24 64496");
    }

    [Fact]
    public async Task Help_has_examples_and_exit_codes()
    {
        foreach (
            string verb in (string[])
                [
                    "registry run",
                    "registry check",
                    "registry expand",
                    "registry filter",
                    "registry status",
                    "registry accept",
                    "prefix check",
                ]
        )
        {
            CliRun help = await RegistryProcess.RunAsync([.. verb.Split(' '), "--help"]);
            Assert.Equal(0, help.Code);
            Assert.Contains(
                $"causeway {verb}",
                help.Out[help.Out.IndexOf("Examples:", StringComparison.Ordinal)..],
                StringComparison.Ordinal
            );
            Assert.Contains("Exit codes: 0", help.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error_and_no_empty_registry()
    {
        CliRun run = await Ask(2, "registry check 192.0.2.0/24 64496");
        Assert.Contains($"registry run --data {Data}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_embedded_sample_answers_only_when_asked_to()
    {
        foreach (string group in (string[])["prefix", "registry"])
        {
            string nowhere = Path.Combine(_folder.FullName, "nowhere");
            string[] question = [group, "check", "192.0.2.0/24", "AS64496"];
            CliRun none = await RegistryProcess.RunAsync([.. question, "--data", nowhere]);
            Assert.Equal((2, ""), (none.Code, none.Out));
            Assert.Contains("--sample", none.Error, StringComparison.Ordinal);
            CliRun sample = await RegistryProcess.RunAsync([.. question, "--sample"]);
            Assert.Equal(0, sample.Code);
            Assert.Contains("sample", sample.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_first_load_of_a_dump_that_cannot_be_read_is_no_empty_registry()
    {
        string missing = Path.Combine(_folder.FullName, "missing.db.gz");
        await using (RegistryProcess running = await RegistryProcess.StartAsync("--dump", missing, "--data", Data))
            Assert.Contains($"problem: {missing} cannot be read", running.Output, StringComparison.Ordinal);
        CliRun status = await Ask(1, "registry status");
        Assert.Contains(missing, status.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing is loaded", (await Ask(2, "registry check 192.0.2.0/24 64496")).Error, StringComparison.Ordinal);
        await Ask(2, "registry filter AS64496");
        await Ask(2, "registry expand AS-EXAMPLE");
    }

    [Fact]
    public async Task A_dump_taken_off_the_command_line_is_no_longer_served_and_old_vrps_are_no_longer_ok()
    {
        await (await StartAsync(Dump, Vrps)).DisposeAsync();
        string vrps = Path.Combine(_folder.FullName, "vrps.json");
        File.SetLastWriteTimeUtc(vrps, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-365));
        await using (RegistryProcess running = await RegistryProcess.StartAsync("--vrps", vrps, "--data", Data))
            Assert.Contains("removed TEST", running.Output, StringComparison.Ordinal);
        JsonArray status = (await Json(1, "registry status")).AsArray();
        JsonNode only = Assert.Single(status)!;
        Assert.Contains("no longer current", only["problem"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Note: ", (await Ask(0, "registry check 203.0.113.0/24 64496")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_command_line_is_said_at_once()
    {
        CliRun run = await Ask(2, "registry run --whois nowhere --rtr-cache x --max-loss 3 --max-age 0 --rtr-router r");
        foreach (string option in (string[])["--whois nowhere", "--rtr-cache x", "--max-loss 3", "--max-age 0", "--rtr-router r"])
            Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    private static async Task<string> Whois(IPEndPoint server, string question)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(server, cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(question), cancellation);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadToEndAsync(cancellation);
    }

    /// <summary>A Reset Query and the IPv4 prefixes that answer it (RFC 8210 §5.4, §5.6), with no code of ours between.</summary>
    private static async Task<List<string>> Rtr(IPEndPoint server)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(server, cancellation);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(new byte[] { 1, 2, 0, 0, 0, 0, 0, 8 }, cancellation);
        var prefixes = new List<string>();
        while (true)
        {
            byte[] header = new byte[8];
            await stream.ReadExactlyAsync(header, cancellation);
            byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)) - 8];
            await stream.ReadExactlyAsync(body, cancellation);
            switch (header[1])
            {
                case 4:
                    prefixes.Add(
                        $"{new IPAddress(body.AsSpan(4, 4))}/{body[1]}-{body[2]} AS{BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(8))}"
                    );
                    break;
                case 7:
                    prefixes.Sort(StringComparer.Ordinal);
                    return prefixes;
                case 10:
                    Assert.Fail("The cache answered with an error report.");
                    break;
            }
        }
    }
}
