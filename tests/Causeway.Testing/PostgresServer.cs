using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Testing;

/// <summary>
/// A PostgreSQL server of the tests' own, from the binaries that Debian's <c>postgresql</c> installs: a fresh cluster in a temporary folder, a free
/// port on 127.0.0.1, no password. It starts when the first database is asked for, so declaring it costs nothing. Share one per test run:
/// <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "causeway";

    /// <summary>PostgreSQL refuses to run as root; Debian's package makes this account.</summary>
    private const string AccountWhenRoot = "postgres";
    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"causeway-postgres-{Guid.NewGuid():N}"[..36]);
    private int _databases;
    private int _port;

    private string Data => Path.Combine(_folder, "data");
    private string Log => Path.Combine(_folder, "log");

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        await StartOnceAsync();
        string name = $"test{Interlocked.Increment(ref _databases)}";
        await RunAsync("createdb", "-h", "127.0.0.1", "-p", Text(_port), "-U", User, name);
        return $"Host=127.0.0.1;Port={_port};Username={User};Database={name};Include Error Detail=true";
    }

    /// <summary>What the server wrote to its log so far.</summary>
    public string LogText => File.ReadAllText(Log);

    /// <summary>Stops the server as a power cut would, and starts it again on the same port; it recovers from its log.</summary>
    public async Task CrashAndRestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Stops the server as a power cut would.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "stop", "-D", Data, "-m", "immediate", "-w");

    /// <summary>Starts it again on the same port; it recovers from its log.</summary>
    public Task StartAsync() => LaunchAsync();

    /// <summary>On 127.0.0.1; 0 before it has started.</summary>
    public int Port => _port;

    /// <summary>Makes a standby of this server, a copy that follows it and takes reads; both have the same databases.</summary>
    public async Task<PostgresServer> FollowAsync()
    {
        await StartOnceAsync();
        var standby = new PostgresServer { _port = FreePort() };
        Directory.CreateDirectory(standby._folder);
        if (Environment.IsPrivilegedProcess)
            await standby.RunAsync("chown", AccountWhenRoot, standby._folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => standby.Stop();
        string[] from = ["-h", "127.0.0.1", "-p", Text(_port), "-U", User];
        await standby.RunAsync("pg_basebackup", [.. from, "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync"]);
        await standby.LaunchAsync();
        return standby;
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsync("pg_ctl", "promote", "-D", Data, "-w", "-t", "60");

    /// <summary>Runs a statement as the superuser.</summary>
    public Task SqlAsync(string sql, string database = "postgres") =>
        RunAsync("psql", "-h", "127.0.0.1", "-p", Text(_port), "-U", User, "-d", database, "-v", "ON_ERROR_STOP=1", "-c", sql);

    private async Task StartOnceAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_port != 0)
                return;
            Directory.CreateDirectory(_folder);
            if (Environment.IsPrivilegedProcess)
                await RunAsync("chown", AccountWhenRoot, _folder);
            await RunAsync("initdb", "-D", Data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();
            _port = FreePort();
            await LaunchAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private Task LaunchAsync()
    {
        string options =
            $"-c listen_addresses=127.0.0.1 -c port={_port} -c unix_socket_directories={_folder} -c max_connections=300 -c shared_buffers=64MB";
        return RunAsync("pg_ctl", "start", "-D", Data, "-l", Log, "-w", "-t", "60", "-o", options);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs a command to its end, PostgreSQL's own as its account.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said, and the server's log.</exception>
    private async Task RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(command, arguments))!;
        // pg_ctl leaves the server with our pipes open: wait for the command, not for the end of its output.
        Task<string> said = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode == 0)
            return;
        string log = File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "";
        throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {await said}\n{log}");
    }

    private static ProcessStartInfo StartInfo(string command, string[] arguments)
    {
        string file = command == "chown" ? command : Path.Combine(Binaries(), command);
        bool change = Environment.IsPrivilegedProcess && command != "chown";
        string[] line = change ? ["runuser", "-u", AccountWhenRoot, "--", file, .. arguments] : [file, .. arguments];
        return new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
    }

    /// <summary>The newest installed version's folder.</summary>
    private static string Binaries() =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory
            .GetDirectories("/usr/lib/postgresql")
            .Where(d => File.Exists(Path.Combine(d, "bin", "initdb")))
            .MaxBy(d => int.TryParse(Path.GetFileName(d), out int version) ? version : 0)
            is { } newest
            ? Path.Combine(newest, "bin")
            : throw new InvalidOperationException("No PostgreSQL server under /usr/lib/postgresql: install Debian's package 'postgresql'.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Stop()
    {
        if (!Directory.Exists(_folder))
            return;
        using (Process stop = Process.Start(StartInfo("pg_ctl", ["stop", "-D", Data, "-m", "immediate", "-w"]))!)
            stop.WaitForExit();
        Directory.Delete(_folder, recursive: true);
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }
}
