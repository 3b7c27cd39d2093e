using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using Causeway.Registries.Tests.Irr;
using Causeway.Registries.Tests.Rpki;

namespace Causeway.Registries.Tests.Filters;

/// <summary>The generated text, and what the routers' own parsers say of it.</summary>
public sealed class FilterTextTests
{
    private const string Rpsl = """
        route: 192.0.2.0/24
        origin: AS64496
        source: TEST

        route: 198.51.100.0/25
        origin: AS64496
        source: TEST

        route: 198.51.100.128/25
        origin: AS64497
        source: TEST

        route6: 2001:db8::/32
        origin: AS64497
        source: TEST

        as-set: AS-EX
        members: AS64496, AS64497, AS-GONE
        source: TEST

        as-set: AS-NONE
        members: AS65551
        source: TEST

        """;

    private static readonly IrrDatabase Database = IrrFixture.Of(Rpsl);

    private static PrefixFilter Filter(params string[] objects)
    {
        (PrefixFilter? filter, Refusal? refusal) = PrefixFilter.Build(
            Database,
            new PrefixFilterRequest { Objects = objects, Name = "EX-IN" }
        );
        Assert.Null(refusal);
        return filter!;
    }

    [Fact]
    public void Frr() =>
        Assert.Equal(
            """
            no ip prefix-list EX-IN
            ip prefix-list EX-IN seq 5 permit 192.0.2.0/24
            ip prefix-list EX-IN seq 10 permit 198.51.100.0/24 ge 25 le 25
            no ipv6 prefix-list EX-IN
            ipv6 prefix-list EX-IN seq 5 permit 2001:db8::/32

            """,
            FilterText.Render(Filter("AS-EX"), FilterFormat.Frr)
        );

    [Fact]
    public void Bird() =>
        Assert.Equal(
            """
            define EX_IN_V4 = [
                192.0.2.0/24,
                198.51.100.0/24{25,25}
            ];
            define EX_IN_V6 = [
                2001:db8::/32
            ];

            """,
            FilterText.Render(Filter("AS-EX"), FilterFormat.Bird)
        );

    [Fact]
    public void GoBgp() =>
        Assert.Equal(
            """
            [[defined-sets.prefix-sets]]
              prefix-set-name = "EX-IN-v4"
              [[defined-sets.prefix-sets.prefix-list]]
                ip-prefix = "192.0.2.0/24"
              [[defined-sets.prefix-sets.prefix-list]]
                ip-prefix = "198.51.100.0/24"
                masklength-range = "25..25"
            [[defined-sets.prefix-sets]]
              prefix-set-name = "EX-IN-v6"
              [[defined-sets.prefix-sets.prefix-list]]
                ip-prefix = "2001:db8::/32"

            """,
            FilterText.Render(Filter("AS-EX"), FilterFormat.GoBgp)
        );

    [Fact]
    public void Json()
    {
        using JsonDocument json = JsonDocument.Parse(FilterText.Render(Filter("AS-EX", "203.0.113.0/24"), FilterFormat.Json));
        JsonElement v4 = json.RootElement.GetProperty("ipv4");
        Assert.Equal(3, v4.GetArrayLength());
        Assert.True(v4[0].GetProperty("exact").GetBoolean());
        Assert.Equal(25, v4[1].GetProperty("greater-equal").GetInt32());
        Assert.Equal("AS-GONE", json.RootElement.GetProperty("missing")[0].GetString());
    }

    [Fact]
    public void Wrong_requests_are_refused_with_everything_that_is_wrong()
    {
        (PrefixFilter? filter, Refusal? refusal) = PrefixFilter.Build(
            Database,
            new PrefixFilterRequest
            {
                Objects = ["192.0.2.1/24"],
                Name = "a b; rm",
                MoreSpecificFrom = 24,
            }
        );
        Assert.Null(filter);
        Assert.Equal(["InvalidFilterName", "MoreSpecificRange", "InvalidPrefix"], refusal!.Details.Select(d => d.Code));
        Assert.Equal("NoFilterObjects", PrefixFilter.Build(Database, new PrefixFilterRequest { Objects = [] }).Refusal!.Code);
    }

    [Theory]
    [InlineData("AS-EX")]
    [InlineData("AS-NONE")]
    public async Task Bird_itself_accepts_it(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/bird"), "BIRD is not installed");
        string text = FilterText.Render(Filter(name), FilterFormat.Bird);
        string config =
            $"router id 192.0.2.1;\nprotocol device {{ }}\n{text}\nfilter four {{ if net ~ EX_IN_V4 then accept; reject; }}\nfilter six {{ if net ~ EX_IN_V6 then accept; reject; }}\n";
        await CheckAsync(config, "/usr/sbin/bird", path => ["-p", "-c", path]);
    }

    [Theory]
    [InlineData("AS-EX")]
    [InlineData("AS-NONE")]
    public async Task Frr_itself_accepts_it(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/vtysh"), "FRR is not installed");
        await CheckAsync(FilterText.Render(Filter(name), FilterFormat.Frr), "/usr/bin/vtysh", path => ["-C", "-f", path]);
    }

    [Theory]
    [InlineData("AS-EX")]
    [InlineData("AS-NONE")]
    public async Task GoBgp_itself_accepts_it_and_has_the_same_entries(string name)
    {
        Daemon.Require("/usr/bin/gobgpd", "gobgpd");
        PrefixFilter filter = Filter(name);
        string port = Daemon.FreePort().ToString(CultureInfo.InvariantCulture);
        string path = Path.Combine(Directory.CreateTempSubdirectory("causeway-gobgp-").FullName, "gobgp.toml");
        try
        {
            await File.WriteAllTextAsync(
                path,
                $"[global.config]\n  as = 64500\n  router-id = \"192.0.2.1\"\n  port = -1\n{FilterText.Render(filter, FilterFormat.GoBgp)}",
                TestContext.Current.CancellationToken
            );
            await using var gobgpd = Daemon.Start("/usr/bin/gobgpd", "-f", path, "--api-hosts", $"127.0.0.1:{port}");
            string answer = await gobgpd.UntilAsync(
                () => Daemon.RunAsync("/usr/bin/gobgp", "-p", port, "policy", "prefix", "-j"),
                a => a.StartsWith('[') && a.Contains("EX-IN-v6", StringComparison.Ordinal),
                "GoBGP has read its prefix sets"
            );
            using JsonDocument sets = JsonDocument.Parse(answer);
            Assert.Equal(filter.V4.Select(Text), Entries("EX-IN-v4"));
            Assert.Equal(filter.V6.Select(Text), Entries("EX-IN-v6"));

            IEnumerable<string> Entries(string set) =>
                sets.RootElement.EnumerateArray().Single(s => s.GetProperty("name").GetString() == set) is var found
                && found.TryGetProperty("prefixes", out JsonElement prefixes)
                    ? prefixes
                        .EnumerateArray()
                        .Select(p =>
                            $"{p.GetProperty("ip_prefix").GetString()} {p.GetProperty("mask_length_min").GetInt32()}-{p.GetProperty("mask_length_max").GetInt32()}"
                        )
                    : [];
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }

        static string Text(PrefixSpan entry) => $"{entry.Prefix} {entry.Low}-{entry.High}";
    }

    private static async Task CheckAsync(string config, string program, Func<string, string[]> arguments)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, config, TestContext.Current.CancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(
                    path,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                );
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments(path)) { RedirectStandardError = true, RedirectStandardOutput = true }
            )!;
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"{program}: {output}{await error}\n{config}");
            Assert.DoesNotContain("Unknown command", output + await error);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
