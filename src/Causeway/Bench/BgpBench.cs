using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>
/// BGP beside the daemons that people trust, with the same streams in the same run: time from the first byte to all routes in the table, CPU, memory; the
/// same with origin validation; a full table to a new peer; a thousand sessions.
/// </summary>
public static class BgpBench
{
    private const string Usage = """
        causeway bench bgp [--only NAME,...] [--routes N] [--rounds N] [--sessions N] [--skip load,validation,ipv6,send,sessions] [--keep]
          NAME: Causeway, BIRD, GoBGP, FRR, OpenBGPD; those that are not on this machine are reported as absent.
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public static async Task<int> RunAsync(string[] args)
    {
        if (BgpBenchOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 64;
        }
        if (await BgpBenchNetwork.EnterAsync(args) is { } code)
            return code;
        using var cancel = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            cancel.Cancel();
        };
        await new Run(options).GoAsync(cancel.Token);
        return 0;
    }

    private sealed class Run(BgpBenchOptions options)
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("causeway-bench-").FullName;
        private int _port = 21790;
        private int _folders;

        public async Task GoAsync(CancellationToken cancel)
        {
            Console.WriteLine($"Machine: {Machine()}");
            BgpDaemon[] all = [new CausewayDaemon(), new BirdDaemon(), new OpenBgpDaemon(), new FrrDaemon(), new GoBgpDaemon()];
            foreach (BgpDaemon absent in all.Where(d => d.Version is null))
                Console.WriteLine($"{absent.Name}: absent on this machine");
            List<BgpDaemon> daemons = [.. all.Where(d => d.Version is not null && options.Wants(d.Name))];
            Console.WriteLine($"Versions: {string.Join(", ", daemons.Select(d => $"{d.Name} {d.Version}"))}");

            BgpStream v4 = BgpStream.Make(
                IpFamily.V4,
                options.Routes,
                options.Routes * 8 / 100,
                new Asn(BgpBenchPlan.FeederAsn),
                BgpBenchPlan.Feeder
            );
            Console.WriteLine(
                $"IPv4: {options.Routes:N0} routes, {options.Routes * 8 / 100:N0} AS paths, {v4.Updates:N0} UPDATEs, {v4.Messages.Length:N0} bytes"
            );
            if (options.Does("load"))
                await TableAsync("IPv4 ingest", daemons, d => LoadAsync(d, v4, null, options.Routes, options.Does("send"), cancel));
            if (options.Does("validation"))
            {
                IReadOnlyList<Vrp> vrps = v4.MakeVrps(options.Routes / 2);
                VrpTable table = VrpTable.Build(vrps);
                int valid = v4.Prefixes.Where((p, i) => table.Validate(p, v4.Origins[i]) != OriginValidity.Invalid).Count();
                Console.WriteLine($"Validation: {vrps.Count:N0} VRPs; {options.Routes - valid:N0} of the routes are invalid and refused");
                await TableAsync(
                    "IPv4 ingest with origin validation",
                    daemons.Where(d => d.HoldsVrps),
                    d => LoadAsync(d, v4, vrps, valid, false, cancel)
                );
            }
            if (options.Does("ipv6"))
            {
                int count = options.Routes / 5;
                BgpStream v6 = BgpStream.Make(IpFamily.V6, count, count * 8 / 100, new Asn(BgpBenchPlan.FeederAsn), BgpBenchPlan.FeederV6);
                Console.WriteLine($"IPv6: {count:N0} routes, {v6.Updates:N0} UPDATEs, {v6.Messages.Length:N0} bytes");
                await TableAsync("IPv6 ingest", daemons, d => LoadAsync(d, v6, null, count, false, cancel));
            }
            if (options.Does("sessions"))
                await TableAsync($"{options.Sessions:N0} sessions to Established", daemons, d => SessionsAsync(d, cancel));
            if (!options.Keep)
                Directory.Delete(_folder, recursive: true);
        }

        /// <summary>Measures one thing with each daemon and prints a line for each as it comes.</summary>
        private async Task TableAsync(string title, IEnumerable<BgpDaemon> daemons, Func<BgpDaemon, Task<string[]>> measure)
        {
            Console.WriteLine($"\n### {title}\n");
            bool first = true;
            foreach (BgpDaemon daemon in daemons)
                for (int round = 0; round < options.Rounds; round++)
                {
                    string[] cells;
                    try
                    {
                        cells = await measure(daemon);
                    }
                    catch (Exception e) when (e is IOException or TimeoutException or System.Net.Sockets.SocketException)
                    {
                        cells = [$"not measured: {e.Message}"];
                    }
                    if (first)
                    {
                        string[] heads = [.. cells.Select(c => c[(c.LastIndexOf('|') + 1)..].Trim())];
                        Console.WriteLine($"| daemon | {string.Join(" | ", heads)} |");
                        Console.WriteLine($"|---|{string.Concat(heads.Select(_ => "---:|"))}");
                        first = false;
                    }
                    Console.WriteLine($"| {daemon.Name} | {string.Join(" | ", cells.Select(c => c.Split('|')[0].Trim()))} |");
                }
        }

        private BgpBenchPlan Plan(int sessions, IReadOnlyList<Vrp>? vrps)
        {
            string folder = Path.Combine(_folder, (++_folders).ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(folder);
            // Daemons that give up root must still reach their files.
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
            return new BgpBenchPlan(_port++, folder, sessions, vrps);
        }

        private async Task<string[]> LoadAsync(
            BgpDaemon daemon,
            BgpStream stream,
            IReadOnlyList<Vrp>? vrps,
            int expected,
            bool send,
            CancellationToken cancel
        )
        {
            BgpBenchPlan plan = Plan(0, vrps);
            using BgpProcess process = daemon.Start(plan);
            using BgpFeed feed = await BgpFeed.EstablishAsync(
                BgpBenchPlan.Feeder,
                plan.EndPoint,
                BgpBenchPlan.FeederAsn,
                () => process.Runs,
                cancel
            );
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task idle = feed.IdleAsync(over.Token);
            await Settle(process, cancel);

            double cpu = process.CpuSeconds;
            var watch = Stopwatch.StartNew();
            Task sending = feed.SendAsync(stream.Messages, cancel);
            double seconds = await WaitForAsync(daemon, plan, process, expected, watch, cancel);
            await sending;
            double used = process.CpuSeconds - cpu;
            double peak = process.PeakMegabytes;
            List<string> cells = [$"{seconds:0.00}|time, s", $"{used:0.00}|CPU, s", $"{peak:0}|peak memory, MB"];
            if (send)
                cells.Add($"{await SendAsync(daemon, plan, process, expected, cancel)}|to a new peer, s");
            await over.CancelAsync();
            await idle;
            return [.. cells];
        }

        /// <summary>A new peer comes, and is told everything.</summary>
        private static async Task<string> SendAsync(
            BgpDaemon daemon,
            BgpBenchPlan plan,
            BgpProcess process,
            int expected,
            CancellationToken cancel
        )
        {
            try
            {
                using BgpFeed sink = await BgpFeed.EstablishAsync(
                    BgpBenchPlan.Sink,
                    plan.EndPoint,
                    BgpBenchPlan.SinkAsn,
                    () => process.Runs,
                    cancel
                );
                var watch = Stopwatch.StartNew();
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(Patience);
                await sink.CountAsync(expected, patience.Token);
                return watch.Elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
            }
            catch (Exception e)
                when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException
                    && !cancel.IsCancellationRequested
                )
            {
                return $"no ({daemon.Name}: {e.Message})";
            }
        }

        private static async Task<double> WaitForAsync(
            BgpDaemon daemon,
            BgpBenchPlan plan,
            BgpProcess process,
            int expected,
            Stopwatch watch,
            CancellationToken cancel
        )
        {
            int last = 0;
            while (watch.Elapsed < Patience)
            {
                await Task.Delay(daemon.Pace, TimeProvider.System, cancel);
                if (!process.Runs)
                    throw new IOException($"it ended after {last:N0} routes");
                // The moment before asking: an answer of "all" was true then, give or take one pace.
                double asked = watch.Elapsed.TotalSeconds;
                last = await daemon.AcceptedAsync(plan, cancel);
                if (last >= expected)
                    return daemon.Pace.TotalMilliseconds > 50 ? asked : watch.Elapsed.TotalSeconds;
            }
            throw new TimeoutException($"{last:N0} of {expected:N0} routes after {Patience.TotalSeconds:0} s");
        }

        /// <summary>Waits until the daemon has finished its own start: no CPU for half a second.</summary>
        private static async Task Settle(BgpProcess process, CancellationToken cancel)
        {
            double before = -1;
            for (int i = 0; i < 120 && process.CpuSeconds is var now && now - before > 0.015; i++)
            {
                before = now;
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancel);
            }
        }

        private async Task<string[]> SessionsAsync(BgpDaemon daemon, CancellationToken cancel)
        {
            BgpBenchPlan plan = Plan(options.Sessions, null);
            using BgpProcess process = daemon.Start(plan);
            using (await BgpFeed.EstablishAsync(BgpBenchPlan.Feeder, plan.EndPoint, BgpBenchPlan.FeederAsn, () => process.Runs, cancel)) { }
            await Settle(process, cancel);
            double cpu = process.CpuSeconds;
            var watch = Stopwatch.StartNew();
            var opened = new BgpFeed[options.Sessions];
            try
            {
                // As many at a time as a listen queue is sure to hold.
                await Parallel.ForAsync(
                    0,
                    options.Sessions,
                    new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancel },
                    async (i, token) =>
                        opened[i] = await BgpFeed.EstablishAsync(
                            BgpBenchPlan.Session(i),
                            plan.EndPoint,
                            BgpBenchPlan.SessionAsn,
                            () => process.Runs,
                            token
                        )
                );
                return
                [
                    $"{watch.Elapsed.TotalSeconds:0.00}|time, s",
                    $"{process.CpuSeconds - cpu:0.00}|CPU, s",
                    $"{process.PeakMegabytes:0}|peak memory, MB",
                ];
            }
            finally
            {
                foreach (BgpFeed? feed in opened)
                    feed?.Dispose();
            }
        }
    }

    private static string Machine()
    {
        string model =
            File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? "unknown processor";
        return $"{Environment.ProcessorCount} cores, {model}, {Environment.OSVersion.VersionString}, .NET {Environment.Version}";
    }
}

/// <summary>What was asked for on the command line.</summary>
internal sealed record BgpBenchOptions(string[] Only, int Routes, int Rounds, int Sessions, string[] Skip, bool Keep)
{
    public bool Wants(string daemon) => Only.Length == 0 || Only.Contains(daemon, StringComparer.OrdinalIgnoreCase);

    public bool Does(string part) => !Skip.Contains(part, StringComparer.OrdinalIgnoreCase);

    /// <returns>Null when the command line makes no sense.</returns>
    public static BgpBenchOptions? Parse(string[] args)
    {
        var options = new BgpBenchOptions([], 1_000_000, 1, 1000, [], false);
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--only":
                    options = options with { Only = value.Split(',') };
                    break;
                case "--skip":
                    options = options with { Skip = value.Split(',') };
                    break;
                case "--routes" when Number(value) is { } n and >= 1000:
                    options = options with { Routes = n };
                    break;
                case "--rounds" when Number(value) is { } n and > 0:
                    options = options with { Rounds = n };
                    break;
                case "--sessions" when Number(value) is { } n and > 0 and <= 60_000:
                    options = options with { Sessions = n };
                    break;
                case "--keep":
                    options = options with { Keep = true };
                    continue;
                default:
                    return null;
            }
            i++;
        }
        return options;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;
}
