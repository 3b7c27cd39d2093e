using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Causeway.Language;
using Causeway.Testing;

namespace Causeway.Api.Tests.Cli;

/// <summary>The commands of README and docs/how-to: each is one that the program takes, and the roads are walked as printed.</summary>
public sealed partial class PrintedCommandsTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public void Every_printed_command_is_one_that_the_program_takes()
    {
        var problems = new List<string>();
        int commands = 0;
        foreach (string page in Pages())
        foreach (string line in Blocks(page).SelectMany(b => b))
        foreach (Match match in Commands().Matches(line))
        {
            string[] arguments =
            [
                .. CommandLineParser.SplitCommandLine(match.Groups["arguments"].Value.Replace("\\`", "`", StringComparison.Ordinal)),
            ];
            // The launcher's own, and the name that az gives a cloud.
            if (arguments is [] or ["test" or "bench", ..] || arguments[0].StartsWith('-'))
                continue;
            commands++;
            ParseResultOf(arguments, out string[] errors);
            problems.AddRange(errors.Select(e => $"{Path.GetFileName(page)}: {match.Value.Trim()}: {e}"));
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.InRange(commands, 60, int.MaxValue);

        static void ParseResultOf(string[] arguments, out string[] errors) =>
            errors = [.. Everything.In(Words.English).For(arguments).Parse(arguments).Errors.Select(e => e.Message)];
    }

    /// <summary>The road of the README, and that of the command line's page from login to bill.</summary>
    [Theory]
    [InlineData("README.md", "group create road")]
    [InlineData("docs/how-to/command-line.md", "login --access|provider list|KEY=$(")]
    [InlineData("docs/how-to/operate.md", "operator status")]
    [InlineData("docs/how-to/observe.md", "principal create prometheus")]
    public async Task A_road_is_walked_as_printed(string page, string begins)
    {
        string folder = Directory.CreateTempSubdirectory("causeway-printed-").FullName;
        await using var server = new ServerProcess(["--bgp-port", FreePort()], data: Path.Combine(folder, "data"));
        await server.StartAsync();
        File.CreateSymbolicLink(Path.Combine(folder, "causeway"), ServerProcess.FindExecutable());
        foreach (string with in begins.Split('|'))
        {
            string[] block = Assert.Single(Blocks(Path.Combine(Root, page)), b => b.Any(l => l.Contains(with, StringComparison.Ordinal)));
            // What a reader fills in: the key that the line before has shown.
            string script = string.Join(
                '\n',
                block.Select(l =>
                    l.Replace(
                        "SERVICE-KEY",
                        "$(causeway circuit show office --query properties.serviceKey -o tsv)",
                        StringComparison.Ordinal
                    )
                )
            );
            if (with.StartsWith("KEY", StringComparison.Ordinal))
                script = script.Replace("circuit create office", "circuit create second", StringComparison.Ordinal);
            var info = new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", script])
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            info.Environment["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
            info.Environment["CAUSEWAY_CONTEXT"] = Path.Combine(folder, "context.json");
            info.Environment["LANG"] = "C";
            using Process process = Process.Start(info)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(Stop);
            string error = await process.StandardError.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            string said = await output;
            Assert.True(process.ExitCode == 0, $"{page} ended with {process.ExitCode}:\n{script}\n{error}\n{said}");
        }
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<string> Pages() =>
        [Path.Combine(Root, "README.md"), .. Directory.GetFiles(Path.Combine(Root, "docs", "how-to"), "*.md")];

    /// <summary>Indented blocks, with continued lines as one.</summary>
    private static IEnumerable<string[]> Blocks(string page)
    {
        var block = new List<string>();
        string joined = File.ReadAllText(page).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (string line in joined.Split('\n').Append(""))
            if (line.StartsWith("    ", StringComparison.Ordinal))
                block.Add(line[4..]);
            else if (block.Count > 0)
            {
                yield return [.. block];
                block.Clear();
            }
    }

    /// <summary>Up to a comment, a pipe, an ampersand or the end of a substitution, as the shell would; those in quotes belong to it.</summary>
    [GeneratedRegex("""(^|[\s(])(\./)?causeway (?<arguments>("[^"]*"|[^"#|&;<>)\n])*)""")]
    private static partial Regex Commands();

    private static string FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return $"{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}";
    }

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                return d.FullName;
        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }
}
