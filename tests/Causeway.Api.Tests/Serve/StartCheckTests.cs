using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Domain.Topology;
using Causeway.Server;
using Causeway.Server.Check;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary><c>causeway serve --check</c>: says what a start would refuse, and touches nothing.</summary>
public sealed class StartCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-checked-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private string Topology(string text)
    {
        string file = Path.Combine(_folder, "topology.yaml");
        File.WriteAllText(file, text);
        return file;
    }

    private Task<StartReport> CheckAsync(params (Setting Setting, string Value)[] given) =>
        StartCheck.RunAsync(
            s =>
                given.FirstOrDefault(g => g.Setting == s).Value
                ?? (
                    s == Settings.Data ? Data
                    : s == Settings.Listen ? "127.0.0.1:0"
                    : null
                ),
            _ => null,
            Stop
        );

    [Fact]
    public async Task A_first_start_would_go_well_and_nothing_is_made()
    {
        StartReport report = await CheckAsync();
        Assert.Empty(report.Problems);
        Assert.Contains(
            report.Says,
            s => s.Contains("data folder", StringComparison.Ordinal) && s.Contains("not there yet", StringComparison.Ordinal)
        );
        Assert.Contains(report.Says, s => s.StartsWith("store SQLite, ", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/below/it")]
    public async Task A_data_folder_that_is_a_file_or_below_one_is_refused_in_words_by_check_and_start(string below)
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "x", Stop);
        string problem = Assert.Single((await CheckAsync((Settings.Data, file + below))).Problems);
        Assert.Contains($"{file} is a file", problem, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<SettingsException>(() =>
            ServerHost.StartAsync(new ServerSettings { DataFolder = file + below }, Stop)
        );
        Assert.Equal(problem, refused.Message);
    }

    [Fact]
    public void A_mistyped_setting_is_named_with_the_nearest()
    {
        string file = Path.Combine(_folder, "causeway.yaml");
        File.WriteAllText(file, "bgpProt: 1790\n");
        SettingsReader.Read(s => s == Settings.Config ? file : null, _ => null, out IReadOnlyList<string> problems);
        Assert.Contains("did you mean 'bgpPort'?", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_topology_and_files_of_registries_are_judged_at_once()
    {
        string topology = Topology(TopologyFile.BuiltIn.Replace("asn: 64496", "asn: 0", StringComparison.Ordinal) + "colour: red\n");
        StartReport report = await CheckAsync((Settings.Topology, topology), (Settings.BgpPort, "99999"), (Settings.LogLevel, "loud"));
        Assert.Contains(report.Problems, p => p.StartsWith("bgpPort '99999' (--bgp-port) has to be", StringComparison.Ordinal));
        Assert.Contains(report.Problems, p => p.StartsWith("logLevel 'loud'", StringComparison.Ordinal));
        Assert.Contains(
            report.Problems,
            p => p.StartsWith($"{topology}, line ", StringComparison.Ordinal) && p.Contains("has no 'colour'", StringComparison.Ordinal)
        );
        Assert.Contains(
            report.Problems,
            p => p.StartsWith($"{topology}, line ", StringComparison.Ordinal) && p.Contains("asn is 0", StringComparison.Ordinal)
        );
        Assert.Equal(4, report.Problems.Count);

        Topology(TopologyFile.BuiltIn + "registries:\n  vrps: [vrps.json]\n  dumps: [ripe.db.route.gz]\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "vrps.json"), "{}", Stop);
        report = await CheckAsync((Settings.Topology, topology));
        Assert.Contains(Path.Combine(_folder, "ripe.db.route.gz"), Assert.Single(report.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_the_stores_and_a_port_that_is_taken_are_said()
    {
        await using (var serving = new ServerProcess(Serving.Arguments(), Path.Combine(_folder, "data")))
        {
            await serving.StartAsync();
            // The data folder goes with the process: what is looked at is a copy.
            await serving.StopAsync();
            Copy(Data, Path.Combine(_folder, "kept"));
        }
        Copy(Path.Combine(_folder, "kept"), Data);
        Assert.Empty((await CheckAsync()).Problems);
        string key = Path.Combine(Data, "key");
        File.Move(key, key + "-away");
        Assert.Contains(key, Assert.Single((await CheckAsync()).Problems), StringComparison.Ordinal);
        await File.WriteAllTextAsync(key, Convert.ToBase64String(new byte[32]), Stop);
        Assert.Contains("written with another key", Assert.Single((await CheckAsync()).Problems), StringComparison.Ordinal);
        File.Move(key + "-away", key, overwrite: true);

        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        Assert.Contains(
            "cannot be listened on",
            Assert.Single((await CheckAsync((Settings.Listen, $"{taken.LocalEndpoint}"))).Problems),
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(Path.Combine(Data, "causeway.db"), "no database at all, but long enough to be taken for one", Stop);
        File.Delete(Path.Combine(Data, "causeway.db-wal"));
        Assert.Contains("database", Assert.Single((await CheckAsync()).Problems), StringComparison.Ordinal);
    }

    /// <summary>Beside the server that runs, after it was killed (the log is not in the database yet), and after it has stopped.</summary>
    [Fact]
    public async Task A_router_in_use_that_is_renamed_is_refused_with_its_circuits_and_nothing_is_touched()
    {
        await using Serving serving = await Serving.StartAsync();
        await serving.GroupAsync(Stop);
        string circuit = await serving.ProvisionedAsync("kept", Stop);
        string topology = Topology(TopologyFile.BuiltIn.Replace("ams-1-primary", "ams-9-primary", StringComparison.Ordinal));
        string same = Path.Combine(_folder, "same.yaml");
        await File.WriteAllTextAsync(same, TopologyFile.BuiltIn + "# the same\n", Stop);
        string data = serving.Process.Data;

        Assert.Contains("in use by a server that runs", await RefusedAsync(), StringComparison.Ordinal);
        await serving.Process.KillAsync();
        string before = Seen(data);
        Assert.DoesNotContain("in use", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(before, Seen(data));
        await serving.Process.StartAsync();
        await serving.Process.StopAsync();
        before = Seen(data);
        await RefusedAsync();
        (int code, string output, string error) = await CheckedAsync(data, same);
        Assert.True(code == 0, error);
        Assert.EndsWith("It would start.\n", output, StringComparison.Ordinal);
        (code, output, _) = await CheckedAsync(data, topology, "-o", "json");
        Assert.Equal(2, code);
        JsonNode report = JsonNode.Parse(output)!;
        Assert.False(report["wouldStart"]!.GetValue<bool>());
        Assert.Contains(circuit, Assert.Single(report["problems"]!.AsArray())!.GetValue<string>(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, Seen(data));

        async Task<string> RefusedAsync()
        {
            (int code, string output, string error) = await CheckedAsync(data, topology);
            Assert.Equal(2, code);
            // Other tests set variables of their own, which this process inherits and warns of.
            string line = Assert.Single(
                error.TrimEnd().Split('\n'),
                l => !l.StartsWith("causeway: warning: the variable ", StringComparison.Ordinal)
            );
            Assert.StartsWith(
                $"causeway: {topology}: router 'ams-1-primary' of pair 'ams-1' becomes 'ams-9-primary'",
                line,
                StringComparison.Ordinal
            );
            Assert.Contains(circuit, line, StringComparison.OrdinalIgnoreCase);
            return output;
        }
    }

    private static string Seen(string folder) =>
        string.Join(
            '\n',
            new DirectoryInfo(folder)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderBy(f => f.FullName, StringComparer.Ordinal)
                .Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc:O}")
        );

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (string file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    /// <summary>What the program itself says of a start with a topology.</summary>
    private static async Task<(int Code, string Output, string Error)> CheckedAsync(string data, string topology, params string[] more)
    {
        using Process process = Serving.Run([
            "serve",
            "--check",
            "--data",
            data,
            "--listen",
            "127.0.0.1:0",
            "--topology",
            topology,
            .. more,
        ]);
        Task<string> error = process.StandardError.ReadToEndAsync(Stop);
        string output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output, await error);
    }
}
