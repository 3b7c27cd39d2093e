using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Bench;

/// <summary>
/// The registries as anybody runs them: <c>causeway registry run</c> in a process of its own, on all dumps and VRPs at once, serving whois and RTR; what it
/// needs of time and memory at each step is what the system says of that process, and of nothing else.
/// </summary>
internal static class RegistryServedBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(string work, string[] dumps, string largeSet, int vrps)
    {
        string vrpFile = Path.Combine(work, "vrps.json");
        if (!File.Exists(vrpFile))
            WriteVrps(vrpFile, RpkiBenchData.Vrps(vrps));
        string data = Path.Combine(work, "served");
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        string[] arguments = ["--dump", .. dumps, "--vrps", vrpFile, "--whois", "127.0.0.1:0", "--rtr", "127.0.0.1:0", "--data", data];
        using (var cold = new Served(arguments))
        {
            await cold.ReadyAsync();
            Line($"cold start: ready after {cold.Seconds:N1} s; {cold.Memory()}");
            await AskAsync(cold, largeSet);
            await RtrAsync(cold);
            Line($"after all of this: {cold.Memory()}");
        }
        using var warm = new Served(arguments);
        await warm.ReadyAsync();
        Line($"start from the snapshot: ready after {warm.Seconds:N2} s; {warm.Memory()}");
    }

    private static async Task AskAsync(Served served, string largeSet)
    {
        if (!File.Exists("/usr/bin/bgpq4"))
        {
            Line("bgpq4: not measured, it is not installed");
            return;
        }
        foreach (string[] flags in new[] { new[] { "-4", "-j" }, ["-4", "-A", "-j"], ["-6", "-A", "-j"], ["-4", "-j", "-L", "10"] })
        {
            int entries = 0;
            double best = double.MaxValue;
            for (int round = 0; round < 3; round++)
            {
                var watch = Stopwatch.StartNew();
                using Process process = Process.Start(
                    new ProcessStartInfo("/usr/bin/bgpq4", ["-h", served.Whois.ToString(), "-p", .. flags, largeSet])
                    {
                        RedirectStandardOutput = true,
                    }
                )!;
                entries = 0;
                while (await process.StandardOutput.ReadLineAsync() is { } line)
                    if (line.Contains("\"prefix\"", StringComparison.Ordinal))
                        entries++;
                await process.WaitForExitAsync();
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            }
            Line($"bgpq4 {string.Join(' ', flags)}: {best:N0} ms, {entries:N0} entries; {served.Memory()}");
        }
    }

    private static async Task RtrAsync(Served served)
    {
        var client = RtrClient.Tcp(served.Rtr.Address.ToString(), served.Rtr.Port, TimeProvider.System);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Changed += () =>
        {
            if (client.Current.Table is not null)
                arrived.TrySetResult();
        };
        await using var supervisor = new Supervisor(TimeProvider.System, NullLogger<Supervisor>.Instance);
        var watch = Stopwatch.StartNew();
        supervisor.Start(client.Loop);
        await arrived.Task.WaitAsync(Patience, TimeProvider.System);
        Line($"RTR: {client.Current.Table!.Count:N0} VRPs to a router in {watch.Elapsed.TotalMilliseconds:N0} ms; {served.Memory()}");
    }

    private static void WriteVrps(string path, Vrp[] vrps)
    {
        using var json = new StreamWriter(path);
        json.Write("{\n  \"metadata\": { \"generated\": 1767225600 },\n  \"roas\": [\n");
        for (int i = 0; i < vrps.Length; i++)
            json.Write(
                $"    {{ \"asn\": \"AS{vrps[i].Asn}\", \"prefix\": \"{vrps[i].Prefix}\", \"maxLength\": {vrps[i].MaxLength}, \"ta\": \"ripe\" }}{(i + 1 < vrps.Length ? "," : "")}\n"
            );
        json.Write("  ]\n}\n");
    }

    private static void Line(string text) => Console.WriteLine($"{"registry run", -16} {text}");

    /// <summary>The process, and what it says of itself.</summary>
    private sealed class Served : IDisposable
    {
        private readonly Process _process;
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public Served(string[] arguments) =>
            _process = Scratch.Start(
                new ProcessStartInfo(Product.Executable, ["registry", "run", "--output", "json", .. arguments])
                {
                    RedirectStandardOutput = true,
                }
            )!;

        public IPEndPoint Whois { get; private set; } = null!;

        public IPEndPoint Rtr { get; private set; } = null!;

        /// <summary>From the start of the process to its being ready.</summary>
        public double Seconds { get; private set; }

        public async Task ReadyAsync()
        {
            while (true)
            {
                string line =
                    await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System)
                    ?? throw new InvalidOperationException("'registry run' ended before it was ready.");
                JsonNode said = JsonNode.Parse(line)!;
                if ((string?)said["event"] == "serving")
                    (Whois, Rtr) = (IPEndPoint.Parse((string)said["whois"]!), IPEndPoint.Parse((string)said["rtr"]!));
                if ((string?)said["event"] != "ready")
                    continue;
                Seconds = _watch.Elapsed.TotalSeconds;
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        public string Memory() => ProcessMemory.Of(_process.Id);

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}

/// <summary>What the system says of a process's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident, of that its own and file pages (mapped snapshots, the system's to take back), and the peak since the start or the last reset.</summary>
    public static string Of(int process)
    {
        string path = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status";
        var values = new Dictionary<string, long>();
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
            if (
                line.EndsWith(" kB", StringComparison.Ordinal)
                && line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var name, var kilobytes, _]
            )
                values[name] = long.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024;
        return values.Count == 0
            ? "memory not measured on this system"
            : $"{values.GetValueOrDefault("VmRSS"):N0} MB resident ({values.GetValueOrDefault("RssAnon"):N0} own, {values.GetValueOrDefault("RssFile"):N0} mapped files), peak {values.GetValueOrDefault("VmHWM"):N0} MB";
    }
}
