using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Rpki;

/// <summary>A foreign program run for a test in a folder of its own, and ended with it.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Daemon(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Log(e.Data);
        process.ErrorDataReceived += (_, e) => Log(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static Daemon Start(string program, params string[] arguments) => new(Launch(program, arguments));

    /// <summary>Runs a program to its end; its output, whatever its exit code.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Launch(program, arguments);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            return await process.StandardOutput.ReadToEndAsync(deadline.Token) + await errors;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Skips the test when a program is not installed.</summary>
    public static void Require(string path, string package) =>
        Assert.SkipUnless(File.Exists(path), $"{path} is not here: install {package}");

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>What the program has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Asks again until the answer holds; a failure shows the last answer and the program's own output.</summary>
    public async Task<string> UntilAsync(Func<Task<string>> ask, Func<string, bool> holds, string what) =>
        (await Eventually.Get(async () => (Answer: await ask(), Log: Output), seen => holds(seen.Answer), what)).Answer;

    private static Process Launch(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private void Log(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
