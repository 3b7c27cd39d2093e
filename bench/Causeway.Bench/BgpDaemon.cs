using System.Diagnostics;
using System.Globalization;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>What a daemon is configured with for one measurement. It listens on one address as AS 65000 and waits for its neighbors.</summary>
/// <param name="Sessions">Further neighbors of AS 65003, which announce nothing.</param>
/// <param name="Vrps">Null imports everything; else invalid routes are refused on import.</param>
/// <param name="Members">It is a route server, and these are its only neighbors, each of an AS of its own; 0 when it is none.</param>
/// <param name="Cache">An RTR cache that serves <paramref name="Vrps"/>, for a daemon that <see cref="BgpDaemon.NeedsCache"/>.</param>
internal sealed record BgpBenchPlan(int Port, string Folder, int Sessions, int Members, VrpTable? Vrps, IPEndPoint? Cache)
{
    public const uint Asn = 65000;
    public const uint FeederAsn = 65001;
    public const uint SinkAsn = 65002;
    public const uint SessionAsn = 65003;
    public const uint FirstMemberAsn = 300_000;
    public static IPAddress Address { get; } = BgpBenchNetwork.Host(0, 1);

    /// <summary>Those who announce, and those who are only told.</summary>
    public static IReadOnlyList<IPAddress> Feeders { get; } = [.. Enumerable.Range(2, 4).Select(i => BgpBenchNetwork.Host(0, i))];
    public static IReadOnlyList<IPAddress> Sinks { get; } = [.. Enumerable.Range(10, 4).Select(i => BgpBenchNetwork.Host(0, i))];

    /// <summary>Next hop of the routes that are fed.</summary>
    public static IPAddress NextHop(IpFamily family) => family == IpFamily.V4 ? Feeders[0] : IPAddress.Parse("2001:db8::2");

    public IPEndPoint EndPoint => new(Address, Port);

    public static IPAddress Session(int number) => BgpBenchNetwork.Host(1 + number / 250, 1 + number % 250);

    public bool IsRouteServer => Members > 0;

    /// <summary>The members of the route server.</summary>
    public IReadOnlyList<(IPAddress Address, uint Asn)> Shares =>
        [.. Enumerable.Range(0, Members).Select(i => (Session(i), FirstMemberAsn + (uint)i))];

    /// <summary>Those who announce.</summary>
    public (IPAddress Address, uint Asn) Feed(int number) => IsRouteServer ? Shares[number] : (Feeders[number], FeederAsn);

    public IEnumerable<(IPAddress Address, uint Asn)> Neighbors =>
        IsRouteServer
            ? Shares
            :
            [
                .. Feeders.Select(f => (f, FeederAsn)),
                .. Sinks.Select(s => (s, SinkAsn)),
                .. Enumerable.Range(0, Sessions).Select(i => (Session(i), SessionAsn)),
            ];

    public string File(string name) => Path.Combine(Folder, name);
}

/// <summary>A daemon under measurement: how to start it and how to ask it for its progress.</summary>
internal abstract class BgpDaemon(string name)
{
    public static readonly string[] Names = ["Causeway", "BIRD", "OpenBGPD", "FRR", "GoBGP"];

    /// <summary>All of them, each asked for its version.</summary>
    public static BgpDaemon[] All() => [new CausewayDaemon(), new BirdDaemon(), new OpenBgpDaemon(), new FrrDaemon(), new GoBgpDaemon()];

    public string Name => name;

    /// <summary>Null when it is not on this machine.</summary>
    public abstract string? Version { get; }

    /// <summary>True when its configuration cannot hold VRPs, so that it takes them from an RTR cache.</summary>
    public virtual bool NeedsCache => false;

    /// <summary>Whether it has the VRPs of its plan; one that reads them before it starts always has.</summary>
    public virtual Task<bool> HoldsVrpsAsync(BgpBenchPlan plan, CancellationToken cancel) => Task.FromResult(true);

    /// <summary>How often asking for progress does not disturb the measurement.</summary>
    public virtual TimeSpan Pace => TimeSpan.FromMilliseconds(100);

    protected abstract ProcessStartInfo Configure(BgpBenchPlan plan);

    /// <summary>Routes accepted from all feeders so far.</summary>
    public abstract Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel);

    /// <summary>Takes away what the daemon needed outside the folder of its plan.</summary>
    public virtual void CleanUp() { }

    public BgpProcess Start(BgpBenchPlan plan)
    {
        Directory.CreateDirectory(plan.Folder);
        ProcessStartInfo start = Configure(plan);
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        Process process = Process.Start(start) ?? throw new IOException($"{start.FileName} did not start");
        var log = new StreamWriter(plan.File($"{name}.log")) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new BgpProcess(process);

        void Write(string? line)
        {
            lock (log)
                log.WriteLine(line);
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed, or null when it is absent or failed.</returns>
    protected static async Task<string?> RunAsync(string program, string[] arguments, CancellationToken cancel)
    {
        try
        {
            using Process? process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            );
            if (process is null)
                return null;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
            string output = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0 ? output + await errors : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    protected static string? Ask(string program, params string[] arguments) =>
        RunAsync(program, arguments, CancellationToken.None).GetAwaiter().GetResult()?.Trim().Split('\n')[0];
}

/// <summary>A running daemon with its children, and what the kernel says of them.</summary>
internal sealed class BgpProcess(Process process) : IDisposable
{
    public bool Runs => !process.HasExited;

    /// <summary>Seconds of CPU so far, all processes together.</summary>
    public double CpuSeconds => Family().Sum(Cpu);

    /// <summary>Resident memory now in MB, all processes together.</summary>
    public double ResidentMegabytes => Family().Sum(p => StatusKilobytes(p, "VmRSS:")) / 1024.0;

    /// <summary>Highest resident memory so far in MB, all processes together.</summary>
    public double PeakMegabytes => Family().Sum(p => StatusKilobytes(p, "VmHWM:")) / 1024.0;

    private IEnumerable<int> Family()
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
            if (
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && Stat(pid) is { } stat
            )
                parents[pid] = int.Parse(stat[1], CultureInfo.InvariantCulture);
        return parents.Keys.Where(Descends);

        bool Descends(int pid)
        {
            for (; pid > 1; pid = parents.GetValueOrDefault(pid))
                if (pid == process.Id)
                    return true;
            return false;
        }
    }

    /// <summary>Fields of /proc/PID/stat after the name: state first.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // utime and stime, in ticks of 10 ms.
    private static double Cpu(int pid) =>
        Stat(pid) is { } stat
            ? (long.Parse(stat[11], CultureInfo.InvariantCulture) + long.Parse(stat[12], CultureInfo.InvariantCulture)) / 100.0
            : 0;

    private static long StatusKilobytes(int pid, string field)
    {
        try
        {
            foreach (string line in File.ReadLines($"/proc/{pid}/status"))
                if (line.StartsWith(field, StringComparison.Ordinal))
                    return long.Parse(
                        line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                        CultureInfo.InvariantCulture
                    );
        }
        catch (IOException)
        {
            // It ended meanwhile.
        }
        return 0;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit(10_000);
        process.Dispose();
    }
}
