using System.Diagnostics;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary>What signals do to the product's processes.</summary>
public sealed class SignalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hangup_does_not_end_the_server_and_a_terminate_ends_it_with_0()
    {
        await using Serving serving = await Serving.StartAsync();
        await serving.Process.SignalAsync("HUP");
        await Eventually.True(() => serving.Lines("SIGHUP") == 1, $"it says what a hangup does\n{serving.Process.Output}");
        Assert.Equal(200, (await serving.ReadyAsync()).Status);
        Assert.Equal(0, await serving.Process.StopAsync());
    }

    [Fact]
    public async Task A_hangup_does_not_end_a_lab_router()
    {
        string socket = Path.Combine(Directory.CreateTempSubdirectory("causeway-hup-").FullName, "s");
        using Process router = Serving.Run(
            "bgp",
            "run",
            "--asn",
            "64500",
            "--router-id",
            "10.0.0.1",
            "--listen",
            "127.0.0.19:17959",
            "--peer",
            "127.0.0.20:17959=64501",
            "--socket",
            socket
        );
        await AliveAfterHangupAsync(router, "ready");
        using Process show = Serving.Run("bgp", "show", "summary", "--socket", socket);
        await show.WaitForExitAsync(Stop);
        Assert.Equal(0, show.ExitCode);
        await EndsWithAsync(router, "TERM", 0);
    }

    [Fact]
    public async Task A_hangup_does_not_end_the_registries()
    {
        string data = Directory.CreateTempSubdirectory("causeway-hup-").FullName;
        using Process registry = Serving.Run("registry", "run", "--data", data, "--whois", "127.0.0.1:0");
        await AliveAfterHangupAsync(registry, "ready;");
        await EndsWithAsync(registry, "TERM", 0);
    }

    [Fact]
    public async Task An_interrupted_demo_says_so_and_ends_with_130()
    {
        using Process demo = Serving.Run("demo", "--exit", "--json", "--port", "0", "--bgp-port", "17958", "--lang", "en");
        string? first = await demo.StandardOutput.ReadLineAsync(Stop);
        Assert.NotNull(first);
        Task<string> rest = demo.StandardOutput.ReadToEndAsync(Stop),
            error = demo.StandardError.ReadToEndAsync(Stop);
        await Serving.SignalAsync(demo, "INT");
        await demo.WaitForExitAsync(Stop);
        Assert.True(demo.ExitCode == 130, $"exit {demo.ExitCode}\n{await rest}\n{await error}");
        Assert.Contains("interrupted", await error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("registry")]
    [InlineData("bgp")]
    public async Task An_interrupted_benchmark_ends_with_130_and_leaves_nothing_behind(string name)
    {
        string temporary = Directory.CreateTempSubdirectory("causeway-int-").FullName;
        var info = new ProcessStartInfo(Benchmarks(), [name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = temporary,
        };
        info.Environment["TMPDIR"] = temporary;
        info.Environment["CAUSEWAY_EXECUTABLE"] = ServerProcess.FindExecutable();
        using Process bench = Process.Start(info)!;
        Task<string> output = bench.StandardOutput.ReadToEndAsync(Stop),
            error = bench.StandardError.ReadToEndAsync(Stop);
        await Eventually.True(
            () => bench.HasExited || Leavings().Any(f => new DirectoryInfo(f).EnumerateFileSystemInfos().Any()),
            "it has begun"
        );
        await Serving.SignalAsync(bench, "INT");
        await bench.WaitForExitAsync(Stop);
        Assert.True(bench.ExitCode == 130, $"exit {bench.ExitCode}\n{await output}\n{await error}");
        Assert.Empty(Leavings());
        Directory.Delete(temporary, recursive: true);

        string[] Leavings() => Directory.GetDirectories(temporary, "*bench-*");
    }

    /// <summary>What <c>./causeway bench</c> starts, from the same build as these tests.</summary>
    private static string Benchmarks()
    {
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Causeway.Bench/release/Causeway.Bench"));
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not there: build Causeway.slnx, which has it.");
    }

    private static async Task AliveAfterHangupAsync(Process process, string ready)
    {
        var said = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        process.OutputDataReceived += (_, e) => said.Enqueue(e.Data);
        process.BeginOutputReadLine();
        await Eventually.True(
            () => said.Any(l => l?.Contains(ready, StringComparison.Ordinal) == true),
            $"it is ready: {string.Join('\n', said)}"
        );
        await Serving.SignalAsync(process, "HUP");
        await Eventually.True(
            () => process.HasExited || said.Any(l => l?.Contains("SIGHUP", StringComparison.Ordinal) == true),
            "it says what a hangup does"
        );
        Assert.False(process.HasExited, string.Join('\n', said));
    }

    private static async Task EndsWithAsync(Process process, string signal, int code)
    {
        await Serving.SignalAsync(process, signal);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(code, process.ExitCode);
    }
}
