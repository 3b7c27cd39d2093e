using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Causeway.Testing;

namespace Causeway.Api.Tests.Lab;

/// <summary>One <c>causeway bgp</c> of the built executable, as an engineer runs it.</summary>
internal sealed class BgpProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    private BgpProcess(string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(ServerProcess.FindExecutable(), ["bgp", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Output => [.. _output];
    public IReadOnlyList<string> Errors => [.. _errors];

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    /// <summary>Starts one that runs until it is disposed of.</summary>
    /// <returns>The process and its line that begins with <c>ready</c>, on either output.</returns>
    public static async Task<(BgpProcess Process, string Ready)> Start(params string[] arguments)
    {
        var process = new BgpProcess(arguments);
        string said = await Eventually.Get(
            process.Said,
            s => IsReady(s) is not null || process._process.HasExited,
            $"bgp {arguments[0]} is ready"
        );
        return (process, IsReady(said) ?? throw new InvalidOperationException(said));

        static string? IsReady(string said) => said.Split('\n').FirstOrDefault(l => l.StartsWith("ready", StringComparison.Ordinal));
    }

    /// <summary>All that it said, and where each of its threads waits: what there is to see of one that does not start.</summary>
    private string Said()
    {
        IEnumerable<string> threads = [];
        try
        {
            threads = Directory
                .GetDirectories($"/proc/{_process.Id}/task")
                .Select(t =>
                    $"{File.ReadAllText($"{t}/comm").Trim()} {File.ReadAllText($"{t}/wchan")} {File.ReadAllText($"{t}/stat").Split(' ')[2]}"
                );
            threads = [.. threads];
        }
        catch (Exception e) when (e is IOException or InvalidOperationException) { }
        return string.Join('\n', [.. _output, .. _errors, .. threads]);
    }

    /// <summary>Runs one to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        await using var process = new BgpProcess(arguments);
        await process._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process._process.ExitCode, string.Join('\n', process._output), string.Join('\n', process._errors));
    }

    public static int FreePort(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process.Dispose();
    }
}
