using System.Diagnostics;
using System.Text;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>A BGP daemon of someone else, run for one test in a folder of its own.</summary>
public abstract class Daemon : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private Process? _process;

    protected Daemon(LabPlan plan)
    {
        Plan = plan;
        Folder = Directory.CreateTempSubdirectory("cw-lab-").FullName;
    }

    public LabPlan Plan { get; }
    protected string Folder { get; }

    /// <summary>What the daemon has printed; part of every failure text.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Null when the daemon can do it; else why not, which goes into the table.</summary>
    public virtual string? Lacks(Feature feature) => null;

    /// <summary>
    /// False for a daemon that never has two connections to compare: it goes on with the one that it happened to notice first and closes the other, whichever
    /// identifier is higher. Which one that is, is a matter of its own scheduling.
    /// </summary>
    public virtual bool LetsBothOpen => true;

    /// <summary>With <see cref="Feature.AddPath"/> it has two paths of its own to give; else a third party brings the second.</summary>
    public virtual bool HasTwoPaths => true;

    /// <summary>False for a daemon that only tells what it hears, and keeps nothing.</summary>
    public virtual bool HasTable => true;

    /// <summary>Writes the configuration and names the command.</summary>
    protected abstract (string Program, string[] Arguments) Prepare();

    protected virtual IEnumerable<KeyValuePair<string, string>> Environment => [];

    /// <summary>Everything that the daemon knows of the routes it has from us, as its own tools print it.</summary>
    public abstract Task<string> RoutesFromUs();

    /// <summary>The same from its own choice of best routes, also while the session is down.</summary>
    public virtual Task<string> BestRoutes() => RoutesFromUs();

    /// <summary>Tells the daemon to shut the session down, with a reason in words where it can.</summary>
    public abstract Task ShutDownSession(string reason);

    /// <summary>Makes the daemon ask us for all routes again.</summary>
    public abstract Task AskForRefresh();

    /// <summary>What the daemon says about the last error of the session, or its log.</summary>
    public virtual Task<string> LastError() => Task.FromResult(Output);

    /// <summary>What is to be done once the process runs, such as announcing through its API.</summary>
    protected virtual Task AfterStart() => Task.CompletedTask;

    public async Task Start()
    {
        (string program, string[] arguments) = Prepare();
        string path = Find(program);
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach ((string name, string value) in Environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start.");
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await AfterStart();
    }

    /// <summary>Ends the process as a crash does: no NOTIFICATION.</summary>
    public async Task Kill()
    {
        if (_process is null)
            return;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Runs a tool of the daemon and gives what it prints.</summary>
    protected static async Task<string> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }

    protected string Write(string file, string text)
    {
        string path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            lock (_output)
                _output.AppendLine(line);
    }

    /// <summary>A missing daemon fails the test: the table would otherwise claim what nobody has seen.</summary>
    private static string Find(string program)
    {
        IEnumerable<string> folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Concat(["/usr/sbin", "/usr/lib/frr", "/usr/local/sbin"]);
        // FRR's bgpd is not in PATH; OpenBGPD's is: an absolute name is taken as it is.
        return Path.IsPathRooted(program) && File.Exists(program)
            ? program
            : folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException(
                    $"{program} is not installed. The interop lab needs: apt-get install bird2 gobgpd frr openbgpd exabgp."
                );
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
