using System.Diagnostics;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;

namespace Causeway.Api.Tests.Edges;

/// <summary>What a server is started with: files that cost too much, folders that others can write, issuers that anybody can answer for, secrets.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-start-").FullName;

    public void Dispose()
    {
        // A server that ran in it has removed it.
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static string Refused(string yaml) =>
        Assert
            .Throws<TopologyException>(() =>
                TopologyFile.Parse(yaml, "topology.yaml", new TopologyDefaults(Guid.NewGuid().ToString(), 1790))
            )
            .Message;

    [Fact]
    public void An_alias_of_itself_is_refused_at_once()
    {
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains("part of", Refused("asn: 64500\nregions: &a [*a, *a, *a, *a]\n"), StringComparison.Ordinal);
        Assert.Contains("part of", Refused("&a\nasn: 64500\nregions: [*a]\n"), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Fact]
    public void Aliases_of_aliases_and_deep_nesting_are_refused()
    {
        string bomb =
            "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(
                Enumerable.Range(1, 12).Select(n => $"b{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 10))}]\n")
            );
        Assert.Contains("more than 200000", Refused(bomb), StringComparison.Ordinal);
        Assert.Contains("deep", Refused("regions: " + new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains(
            "deep",
            Refused(string.Concat(Enumerable.Range(0, 1000).Select(n => new string(' ', n) + "a:\n"))),
            StringComparison.Ordinal
        );
    }

    /// <summary>Ordinary anchors go on working.</summary>
    [Fact]
    public void An_alias_that_saves_typing_is_read()
    {
        string message = Refused(
            "asn: 64500\nregions:\n  - &one {name: West Europe, geopoliticalRegion: Europe}\nlocations: []\nproviders: []\n"
        );
        Assert.Contains("locations is empty", message, StringComparison.Ordinal);
        Assert.Contains(
            "is used 2 times",
            Refused(
                "asn: 64500\nregions:\n  - &one {name: West Europe, geopoliticalRegion: Europe}\n  - *one\nlocations: []\nproviders: []\n"
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_settings_file_has_the_same_bounds()
    {
        string file = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(file, "circuits: &a\n  x: *a\n");
        SettingsException e = Assert.Throws<SettingsException>(() =>
            SettingsReader.Read(s => s == Settings.Config ? file : null, _ => null)
        );
        Assert.Contains("part of", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_data_folder_that_others_can_write_is_refused(UnixFileMode more)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(_folder, owner | more | UnixFileMode.OtherExecute);
        await using var server = new ServerProcess([], data: _folder);
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync());
        Assert.Contains($"chmod 700 {_folder}", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "key")));
        File.SetUnixFileMode(_folder, owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        await server.StartAsync();
    }

    [Theory]
    [InlineData("http://issuer.example=aud", "false", "https address")]
    [InlineData("http://127.0.0.1:9=aud", "false", "https address")]
    [InlineData("http://issuer.example=aud", "true", "https address")]
    [InlineData("https://issuer.example/?x=y=aud", "false", "https address")]
    [InlineData("issuer.example=aud", "false", "https address")]
    [InlineData("http://127.0.0.1:9=aud", "true", null)]
    [InlineData("https://issuer.example/v2.0=aud", "false", null)]
    public void Issuers_are_https(string issuers, string loopback, string? problem)
    {
        Func<ServerSettings> read = () =>
            SettingsReader.Read(
                s =>
                    s == Settings.OidcIssuers ? issuers
                    : s == Settings.OidcLoopbackHttp ? loopback
                    : null,
                _ => null
            );
        if (problem is null)
            Assert.Single(read().OidcIssuers);
        else
            Assert.Contains(problem, Assert.Throws<SettingsException>(() => read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_oid_counts_only_where_it_is_said()
    {
        ServerSettings settings = SettingsReader.Read(
            s =>
                s == Settings.OidcIssuers ? "https://a.example=aud;https://b.example=aud"
                : s == Settings.OidcSubjectClaims ? "https://b.example=oid"
                : null,
            _ => null
        );
        Assert.Equal(["sub", "oid"], settings.OidcIssuers.Select(i => i.SubjectClaim));
        Assert.Throws<SettingsException>(() =>
            SettingsReader.Read(s => s == Settings.OidcSubjectClaims ? "https://c.example=oid" : null, _ => null)
        );
    }

    [Fact]
    public void A_connection_string_and_the_key_may_stand_in_files_and_are_never_shown()
    {
        string file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, "Host=db;Username=x;Password=hidden\n");
        ServerSettings settings = SettingsReader.Read(_ => null, v => v == "CAUSEWAY_DATABASE_FILE" ? file : null);
        Assert.Equal("Host=db;Username=x;Password=hidden", settings.Database);
        string key = Convert.ToBase64String(new byte[32]);
        File.WriteAllText(file, key);
        Assert.Equal(key, SettingsReader.Read(_ => null, v => v == "CAUSEWAY_KEY_FILE" ? file : null).Key);
        SettingsException e = Assert.Throws<SettingsException>(() =>
            SettingsReader.Read(_ => null, v => v == "CAUSEWAY_KEY_FILE" ? Path.Combine(_folder, "absent") : null)
        );
        Assert.Contains("CAUSEWAY_KEY_FILE", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The key of BGP sessions is in no list of processes.</summary>
    [Fact]
    public async Task A_speaker_takes_its_key_from_a_file()
    {
        string file = Path.Combine(_folder, "md5");
        await File.WriteAllTextAsync(file, "Sesame7\n");
        Assert.Equal((0, 0), await RunAsync(file));
        Assert.NotEqual(0, (await RunAsync(Path.Combine(_folder, "absent"))).Code);

        // An address that cannot be listened on ends a good command line, too; what counts is which problem is said.
        async Task<(int Code, int Problems)> RunAsync(string key)
        {
            var info = new ProcessStartInfo(ServerProcess.FindExecutable()) { RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (
                string a in (string[])
                    [
                        "bgp",
                        "run",
                        "--asn",
                        "64500",
                        "--router-id",
                        "10.0.0.1",
                        "--listen",
                        "127.0.0.1:1",
                        "--peer",
                        "127.0.0.2=64501",
                        "--md5-file",
                        key,
                        "--socket",
                        Path.Combine(_folder, "absent", "s.sock"),
                    ]
            )
                info.ArgumentList.Add(a);
            using Process process = Process.Start(info)!;
            string error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            int problems = error.Split('\n').Count(l => l.Contains("--md5-file", StringComparison.Ordinal));
            return (problems, problems);
        }
    }
}
