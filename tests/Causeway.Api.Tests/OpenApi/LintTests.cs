using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Causeway.Api.Tests.OpenApi;

/// <summary>The documents of the repository pass Redocly's linter, which is had from npm.</summary>
public sealed class LintTests
{
    private const string Linter = "@redocly/cli@2.77.0";

    /// <summary>The first run fetches the linter.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_linter_finds_nothing()
    {
        Assert.SkipUnless(Has("npm"), "npm is not installed: the linter cannot be had.");
        string folder = Folder();
        string[] documents = [.. Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileName(f)!).Order()];
        Assert.NotEmpty(documents);
        using var lint = new Process
        {
            StartInfo = new ProcessStartInfo(
                "npm",
                ["exec", "--yes", $"--package={Linter}", "--", "redocly", "lint", "--format=codeframe", "--max-problems=20", .. documents]
            )
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" },
            },
        };
        lint.Start();
        Task<string> says = lint.StandardOutput.ReadToEndAsync();
        Task<string> problems = lint.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(s_patience);
        await lint.WaitForExitAsync(patience.Token);
        string all = await says + await problems;
        Assert.SkipWhen(
            all.Contains("npm error network", StringComparison.Ordinal) || all.Contains("ENOTFOUND", StringComparison.Ordinal),
            "npm cannot reach its registry."
        );
        Assert.True(lint.ExitCode == 0 && !all.Contains("You have", StringComparison.Ordinal), all);
    }

    private static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, program)));

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../openapi"));
}
