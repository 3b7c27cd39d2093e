using System.Diagnostics;
using System.Text;

namespace Causeway.Testing;

/// <summary>The product's own executable running <c>serve</c> as its user would, on a port of its own and a data folder of its own. Can be killed and started again.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly string _executable;
    private readonly int? _descriptors;
    private readonly IReadOnlyList<string> _arguments;
    private readonly StringBuilder _output = new();
    private Process? _process;

    /// <param name="arguments">Further arguments of <c>serve</c>.</param>
    /// <param name="data">The data folder; a new temporary one unless given.</param>
    /// <param name="listen">Address and port; port 0 lets the system choose one, which is kept over restarts.</param>
    /// <param name="descriptors">How many files and sockets it may have open (ulimit -n); null for what the tests themselves may.</param>
    public ServerProcess(IEnumerable<string> arguments, string? data = null, string listen = "127.0.0.1:0", int? descriptors = null)
    {
        _descriptors = descriptors;
        Data = data ?? Directory.CreateTempSubdirectory("causeway-test-").FullName;
        Listen = listen;
        _arguments = [.. arguments];
        _executable = FindExecutable();
    }

    public string Data { get; }

    /// <summary>Further environment variables of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string Listen { get; private set; }

    /// <summary>From the <c>ready</c> line.</summary>
    public string Endpoint { get; private set; } = "";

    public bool IsRunning => _process is { HasExited: false };

    public int Id => _process?.Id ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Everything the server printed so far, for failure messages.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts and waits for the line <c>ready https://…</c>.</summary>
    /// <returns>Time from start to ready.</returns>
    public async Task<TimeSpan> StartAsync(TimeSpan? within = null)
    {
        var info = new ProcessStartInfo(_descriptors is null ? _executable : "/bin/sh")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (_descriptors is { } most)
            foreach (string a in (string[])["-c", $"ulimit -n {most}; exec \"$0\" \"$@\"", _executable])
                info.ArgumentList.Add(a);
        foreach (string a in (string[])["serve", "--data", Data, "--listen", Listen, .. _arguments])
            info.ArgumentList.Add(a);
        foreach ((string variable, string value) in Environment)
            info.Environment[variable] = value;
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = Stopwatch.StartNew();
        _process = new Process { StartInfo = info, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Line(e.Data);
        _process.ErrorDataReceived += (_, e) => Line(e.Data);
        _process.Exited += (ended, _) =>
        {
            if (ready.Task.IsCompleted)
                return;
            // What it said last may still be on its way.
            ((Process)ended!).WaitForExit();
            ready.TrySetException(new InvalidOperationException($"The server ended before it was ready:\n{Output}"));
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            Endpoint = await ready.Task.WaitAsync(within ?? TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server was not ready in time. It printed:\n{Output}");
        }
        Listen = $"127.0.0.1:{new Uri(Endpoint).Port}";
        return watch.Elapsed;

        void Line(string? line)
        {
            if (line is null)
                return;
            lock (_output)
                _output.AppendLine(line);
            if (line.StartsWith("ready https://", StringComparison.Ordinal))
                ready.TrySetResult(line["ready ".Length..].Trim());
        }
    }

    /// <summary>Sends a signal, such as <c>HUP</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        Process running = _process ?? throw new InvalidOperationException("The server is not running.");
        await running.WaitForExitAsync();
        int code = running.ExitCode;
        running.Dispose();
        _process = null;
        return code;
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } running)
            return;
        running.Kill();
        await running.WaitForExitAsync();
        running.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        try
        {
            Directory.Delete(Data, recursive: true);
        }
        catch (IOException)
        {
            // A file is still held for an instant; the system's temporary folder is cleaned anyway.
        }
    }

    /// <summary>
    /// The executable that <c>CAUSEWAY_EXECUTABLE</c> names: <c>./causeway test</c> gives the published one there. Else the one beside the tests' own build
    /// output, found by walking up to the repository.
    /// </summary>
    public static string FindExecutable()
    {
        if (System.Environment.GetEnvironmentVariable("CAUSEWAY_EXECUTABLE") is { Length: > 0 } given)
            return given;
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            string path = Path.Combine(d.FullName, "artifacts", "bin", "Causeway", "release", "causeway");
            if (File.Exists(path))
                return path;
        }
        throw new FileNotFoundException("The causeway executable is not built: run 'dotnet build -c Release' first.");
    }
}
