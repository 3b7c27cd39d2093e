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
        Assert.Equal("chapter", events[0]["kind"]!.ToString());
        Assert.StartsWith(beginning, events[1]["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3", "4", "5"], events.Where(e => Is(e, "chapter")).Select(e => e["facts"]!["chapter"]!.ToString()));
        Assert.Equal(Enumerable.Range(1, 26), events.Where(e => Is(e, "step")).Select(e => e["step"]!.GetValue<int>()));
        Assert.Equal(
            ["ServiceProviderNotProvisioned", "ConflictError"],
            events.Where(e => Is(e, "refused")).Select(e => e["facts"]!["value1"]!.ToString()).Take(2)
        );
        // Both of the customer's prefixes at both edges, and the one of each later chapter; both networks at the customer from both edges.
        Assert.Equal(4 + 3 * 2, events.Count(e => e["facts"]!["event"]!.ToString() == "learned"));
        Assert.Equal(4, events.Count(e => e["facts"]!["event"]!.ToString() == "announced"));
        Assert.Contains(events, e => Is(e, "bill"));
        // Under DENY ALL each of two prefixes at each of two routers, and nothing taken or told; then what is proven, and nothing else.
        string[] told = [.. events.Select(e => e["facts"]!["event"]!.ToString())];
        Assert.Equal(4, told.Count(e => e == "exchange-held"));
        Assert.All(
            events.Where(e => e["facts"]!["event"]!.ToString() == "exchange-taken"),
            e => Assert.Equal("193.10.0.0/20", e["facts"]!["value1"]!.ToString())
        );
        Assert.True(Array.LastIndexOf(told, "exchange-held") < Array.IndexOf(told, "exchange-nothing"));
        Assert.True(Array.IndexOf(told, "exchange-nothing") < Array.IndexOf(told, "exchange-taken"));
        Assert.Equal(2, told.Count(e => e == "exchange-told"));
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
        Assert.Equal(26, steps.Length);
        Assert.All(steps, step => Assert.Matches(@"(?m)^\d\d:\d\d:\d\d", step));
    }

    [Fact]
    public async Task A_chapter_is_told_alone_and_nothing_of_a_hijack_is_in_a_table()
    {
        (int code, string output, string errors) = await RunAsync(
            "--chapter",
            "4",
            "--exit",
            "--json",
            "--port",
            "0",
            "--bgp-port",
            "17909"
        );
        Assert.True(code == 0, $"exit {code}\n{output}\n{errors}");
        JsonNode[] events = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal("4", Assert.Single(events, e => Is(e, "chapter"))["facts"]!["chapter"]!.ToString());
        string[] refused = [.. events.Where(e => Is(e, "refused")).Select(e => e["facts"]!["value2"]!.ToString())];
        foreach (string prefix in new[] { "194.9.0.0/20", "193.10.3.0/24", "0.0.0.0/0" })
            Assert.Equal(2, refused.Count(r => r.StartsWith($"{prefix} (", StringComparison.Ordinal)));
        Assert.Equal(
            ["193.10.0.0/20", "193.10.0.0/20"],
            events.Where(e => e["facts"]!["event"]!.ToString() == "learned").Select(e => e["facts"]!["value2"]!.ToString())
        );
    }

    [Fact]
    public async Task Chapters_are_listed_and_one_that_is_not_there_is_refused_with_those_that_are()
    {
        (int code, string output, _) = await RunAsync("--list", "--json");
        Assert.Equal(0, code);
        Assert.Equal([1, 2, 3, 4, 5], JsonNode.Parse(output)!.AsArray().Select(c => c!["chapter"]!.GetValue<int>()));
        (code, _, string errors) = await RunAsync("--chapter", "9");
        Assert.Equal(2, code);
        Assert.Contains("no chapter 9: write 1 to 5", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process demo = Process.Start(
            new ProcessStartInfo(ServerProcess.FindExecutable(), ["demo", .. arguments, "--lang", "en"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> errors = demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (demo.ExitCode, output, await errors);
    }

    private static bool Is(JsonNode happened, string kind) => happened["kind"]!.ToString() == kind;
}
