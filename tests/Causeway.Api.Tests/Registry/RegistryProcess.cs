using System.Diagnostics;
using System.Net;
using System.Text;
using Causeway.Api.Tests.Cli;
using Causeway.Testing;

namespace Causeway.Api.Tests.Registry;

/// <summary><c>causeway registry run</c> as its user starts it, and the other verbs beside it, each a process of its own.</summary>
internal sealed class RegistryProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RegistryProcess(string[] arguments)
    {
        _process = new Process { StartInfo = Info(["registry", "run", .. arguments]) };
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Where it serves, from what it says: <c>whois</c> or <c>rtr</c>.</summary>
    public IPEndPoint EndPoint(string what)
    {
        string[] words = Output.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return IPEndPoint.Parse(words[Array.IndexOf(words, what) + 2]);
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<RegistryProcess> StartAsync(params string[] arguments)
    {
        var process = new RegistryProcess(arguments);
        await Eventually.Get(
            () => process.Output,
            o =>
                o.Contains(" ready", StringComparison.Ordinal)
                || o.Contains("\"ready\"}", StringComparison.Ordinal)
                || process._process.HasExited,
            "registry run is ready"
        );
        Assert.False(process._process.HasExited, process.Output);
        return process;
    }

    /// <summary>Any command line, run to its end.</summary>
    public static async Task<CliRun> RunAsync(params string[] arguments)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Process process = Process.Start(Info(arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CliRun(process.ExitCode, output, await error);
    }

    private static ProcessStartInfo Info(string[] arguments) =>
        new(ServerProcess.FindExecutable(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private void Add(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    /// <summary>SIGKILL: what it kept must stand without a goodbye.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
