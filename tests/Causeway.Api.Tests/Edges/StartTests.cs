using System.Diagnostics;
using System.Security.Cryptography;
using Causeway.Domain.Circuits;
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
    public void Everything_wrong_with_a_topology_is_said_at_once_with_its_line_and_in_its_own_words()
    {
        string message = Refused(
            """
            asn: 64500
            colour: red
            regions:
              - { name: West Europe, geopoliticalRegion: Europe, flag: blue }
            locations:
              - name: Amsterdam
                region: West Europe
                pairs:
                  - name: ams
                    portGbps: 10
                    primary: { name: a, driver: embeded, routerId: 192.0.2.1, port: A, settings: { anything: goes } }
                    secondary: { name: b, routerId: 192.0.2.1, port: B }
            providers:
              - { name: NordNet, locations: [Amsterdam], bandwidthsMbps: [75, 1000, 40000] }
            prices:
              currency: EUR
              perHour: { MetredData 1Gbps: 1, Standard 1000Mbps: 1, Standard 1Gbps: 1 }
            """
        );
        foreach (
            string part in (string[])
                [
                    "line 2: the topology has no 'colour'",
                    "line 4: 'regions' has no 'flag'; its keys are name, geopoliticalRegion",
                    "there is no driver 'embeded'; give one of embedded",
                    "routerId 192.0.2.1 is that of 'a' and 'b'",
                    "bandwidthsMbps has 75; circuits have 50, 100,",
                    "bandwidthsMbps has 40000, and the largest port at 'Amsterdam' carries 10000 Mbps",
                    "nothing is metered as 'MetredData 1Gbps'",
                    "nothing is metered as 'Standard 1000Mbps'",
                ]
        )
            Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Equal(8, message.Split("\n  - ").Length - 1);
        Assert.DoesNotContain("Causeway.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_another_kind_are_said_together_by_their_keys()
    {
        string message = Refused(
            "asn: many\nregions: Europe\nlocations:\n  - name: A\n    pairs:\n      - { name: p, portGbps: ten, primary: x }\nproviders: []\n"
        );
        Assert.Contains("line 1: 'asn' is 'many' and has to be a whole number", message, StringComparison.Ordinal);
        Assert.Contains("line 2: 'regions' is 'Europe' and has to be a list", message, StringComparison.Ordinal);
        Assert.Contains("line 6: 'locations.pairs.portGbps' is 'ten' and has to be a whole number", message, StringComparison.Ordinal);
        Assert.Contains("line 6: 'locations.pairs.primary' is 'x' and has to be a mapping", message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_was_accepted_once_is_worked_with()
    {
        string old = TopologyFile.BuiltIn.Replace("[50, 100,", "[75, 100,", StringComparison.Ordinal) + "colour: red\n";
        var defaults = new TopologyDefaults(Guid.NewGuid().ToString(), 1790);
        Assert.Throws<TopologyException>(() => TopologyFile.Parse(old, "new.yaml", defaults));
        Assert.NotEmpty(TopologyFile.ParseStored(old, "stored", defaults).PeeringLocations);
    }

    [Fact]
    public void Certificates_that_cannot_be_used_are_said_with_every_other_setting()
    {
        (string one, string key) = OwnCertificate.Write(_folder, "one", "localhost");
        (_, string other) = OwnCertificate.Write(_folder, "two", "localhost");
        string junk = Path.Combine(_folder, "junk.pem");
        File.WriteAllText(junk, "no certificate\n");
        Assert.NotNull(Read((Settings.TlsCertificate, one), (Settings.TlsKey, key), (Settings.TlsCa, one)).Tls);
        SettingsException e = Assert.Throws<SettingsException>(() =>
            Read(
                (Settings.TlsCertificate, one),
                (Settings.TlsKey, other),
                (Settings.TlsCa, junk),
                (Settings.TlsNames, "good.example;not a name"),
                (Settings.ClientCertificates, $"{Guid.NewGuid()}={junk}"),
                (Settings.Listen, "127.0.0.1:99999")
            )
        );
        foreach (
            string part in (string[])
                ["certificate of another key", "tls.ca", "'not a name'", "clientCertificates", "holds no certificate in PEM", "listen"]
        )
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.Equal(5, e.Message.Split("\n  - ").Length - 1);
        Assert.Contains(
            "32 bytes in base64",
            Assert.Throws<SettingsException>(() => SettingsReader.Read(_ => null, v => v == "CAUSEWAY_KEY" ? "c2hvcnQ=" : null)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<SettingsException>(() => Read((Settings.TlsCa, one)));
        // The certificate's key is elliptic: what the library calls no key is one of another kind, or one that is protected.
        using var rsa = RSA.Create(2048);
        var protection = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1);
        foreach (
            (string text, string says) in new[]
            {
                (rsa.ExportPkcs8PrivateKeyPem(), "certificate of another key"),
                (rsa.ExportRSAPrivateKeyPem(), "certificate of another key"),
                (rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", protection), "a passphrase protects"),
                ("no key", "holds no private key in PEM"),
            }
        )
        {
            File.WriteAllText(other, text);
            string message = Assert.Throws<SettingsException>(() => Read((Settings.TlsCertificate, one), (Settings.TlsKey, other))).Message;
            Assert.Contains(says, message, StringComparison.Ordinal);
        }

        static ServerSettings Read(params (Setting Setting, string Value)[] given) =>
            SettingsReader.Read(s => given.FirstOrDefault(g => g.Setting == s).Value, _ => null);
    }

    [Fact]
    public void Whether_new_public_peerings_may_be_made_is_a_setting()
    {
        Assert.Equal(PublicPeering.Allow, Read(null));
        Assert.Equal(PublicPeering.Refuse, Read("refuse"));
        string wrong = Assert.Throws<SettingsException>(() => Read("maybe")).Message;
        Assert.Contains("maybe", wrong, StringComparison.Ordinal);
        Assert.Contains("refuse", wrong, StringComparison.OrdinalIgnoreCase);

        static PublicPeering Read(string? text) =>
            SettingsReader.Read(s => s == Settings.PublicPeering ? text : null, _ => null).Circuits.PublicPeering;
    }

    [Theory]
    [InlineData("demo --exit --port 70000", "70000")]
    [InlineData("demo --exit --bgp-port 0 --port 0", "--bgp-port")]
    [InlineData("serve --data {0} --listen 203.0.113.77:1", "listen")]
    [InlineData("serve --data {0} --bgp-port 70000 --listen 127.0.0.1:0", "bgpPort")]
    public async Task What_cannot_be_started_is_said_in_a_line_and_ends_with_2(string line, string names)
    {
        var info = new ProcessStartInfo(ServerProcess.FindExecutable(), line.Replace("{0}", _folder, StringComparison.Ordinal).Split(' '))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(info)!;
        // One that starts all the same is ended, and fails below.
        using var ender = new Timer(_ => process.Kill(), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 2, $"{process.ExitCode}: {error}{await output}");
        Assert.Contains(names, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.InRange(error.Trim().Split('\n').Length, 1, 2);
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
