using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Testing;

namespace Causeway.Api.Tests.Demo;

/// <summary>The demo as its user runs it, read by a machine.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData("en", 17905, "orders the circuit")]
    [InlineData("sv", 17906, "beställer kretsen")]
    [InlineData("nl", 17907, "bestelt het circuit")]
    public async Task The_whole_story_is_told_and_ends_well(string language, int bgpPort, string beginning)
    {
        var info = new ProcessStartInfo(
            ServerProcess.FindExecutable(),
            ["demo", "--exit", "--json", "--port", "0", "--bgp-port", $"{bgpPort}", "--lang", language]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process demo = Process.Start(info)!;
        Task<string> errors = demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(demo.ExitCode == 0, $"exit {demo.ExitCode}\n{output}\n{await errors}");

        JsonNode[] events = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.StartsWith(beginning, events[0]["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 12), events.Where(e => Is(e, "step")).Select(e => e["step"]!.GetValue<int>()));
        Assert.Equal(
            ["ServiceProviderNotProvisioned", "ConflictError"],
            events.Where(e => Is(e, "refused")).Select(e => e["facts"]!["value1"]!.ToString())
        );
        // Both of the customer's prefixes at both edges; both networks at the customer from both edges.
        Assert.Equal(4, events.Count(e => e["facts"]!["event"]!.ToString() == "learned"));
        Assert.Equal(4, events.Count(e => e["facts"]!["event"]!.ToString() == "announced"));
        Assert.Contains(events, e => Is(e, "bill"));
    }

    /// <summary>A pipe has no width, and each step shows what came of it.</summary>
    [Fact]
    public async Task In_a_pipe_lines_are_as_long_as_their_text_and_no_step_is_without_a_result()
    {
        var info = new ProcessStartInfo(
            ServerProcess.FindExecutable(),
            ["demo", "--exit", "--port", "0", "--bgp-port", "17908", "--lang", "en"]
        )
        {
            RedirectStandardOutput = true,
        };
        using Process demo = Process.Start(info)!;
        string output = await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 250));
        Assert.DoesNotContain('\e', output);
        string[] steps = Regex.Split(output, @"(?m)^ +\d+  ")[1..];
        Assert.Equal(12, steps.Length);
        Assert.All(steps, step => Assert.Matches(@"(?m)^\d\d:\d\d:\d\d", step));
    }

    private static bool Is(JsonNode happened, string kind) => happened["kind"]!.ToString() == kind;
}
