using System.Diagnostics;
using Causeway.Client;

namespace Causeway.Bench;

/// <summary>A server in a process of its own.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly Process _process;

    private BenchServer(Process process, AccessFile access, TimeSpan startUp) => (_process, Access, StartUp) = (process, access, startUp);

    public AccessFile Access { get; }

    /// <summary>From the start of the process to its line <c>ready</c>.</summary>
    public TimeSpan StartUp { get; }

    /// <summary>Time on a processor since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident set size.</summary>
    public double MemoryMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<BenchServer> StartAsync(string folder, string? database, params string[] more)
    {
        List<string> arguments =
        [
            "serve",
            "--data",
            folder,
            "--listen",
            "127.0.0.1:0",
            "--bgp-port",
            "17999",
            "--throttle-enabled",
            "false",
            "--circuits-per-subscription",
            "0",
            "--circuits-per-region",
            "0",
            .. more,
        ];
        if (database is not null)
            arguments.AddRange(["--database", database]);
        var watch = Stopwatch.StartNew();
        Process process = Scratch.Start(new ProcessStartInfo(Product.Executable, arguments) { RedirectStandardOutput = true });
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("ready ", StringComparison.Ordinal))
                return new BenchServer(process, AccessFile.Load(Path.Combine(folder, "access.json")), watch.Elapsed);
        throw new InvalidOperationException("The server ended before it was ready.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
