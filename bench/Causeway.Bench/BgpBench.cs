using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Causeway.Cli.Kit;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>
/// BGP beside the daemons that people trust, with the same streams in the same run: time from the first byte to all routes in the table, CPU, memory; the
/// same with origin validation; a full table to a new peer; a thousand sessions.
/// </summary>
internal sealed class BgpBench : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly BgpBenchOptions _options;
    private readonly BgpBenchOutput _output;
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-bench-").FullName;
    private readonly List<BgpDaemon> _daemons;
    private int _port = 21790;
    private int _folders;

    private BgpBench(BgpBenchOptions options)
    {
        _options = options;
        BgpDaemon[] wanted = [.. BgpDaemon.All().Where(d => options.Wants(d.Name))];
        _daemons = [.. wanted.Where(d => d.Version is not null)];
        _output = new BgpBenchOutput(options.Json, _daemons, [.. wanted.Where(d => d.Version is null).Select(d => d.Name)]);
        // Daemons that give up root must still reach their files.
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
    }

    /// <summary><c>bench bgp</c>.</summary>
    public static Command Command(string help)
    {
        var only = new Option<string?>("--only") { Description = $"Only these: {string.Join(",", BgpDaemon.Names)}." };
        var parts = new Option<string?>("--parts")
        {
            Description = $"Only these measurements: {string.Join(",", BgpBenchOptions.AllParts)}.",
        };
        var routes = new Option<int>("--routes")
        {
            Description = "IPv4 routes; a fifth as many IPv6 ones.",
            DefaultValueFactory = _ => 1_000_000,
        };
        var rounds = new Option<int>("--rounds") { Description = "How often each measurement is made.", DefaultValueFactory = _ => 1 };
        var sessions = new Option<int>("--sessions") { Description = "Sessions that come up at once.", DefaultValueFactory = _ => 1000 };
        var keep = new Option<bool>("--keep")
        {
            Description = "Leave the daemons' configurations and logs in the folder that is named at the end.",
        };
        var output = new Option<string>("--output")
        {
            Description = "'text' (tables in Markdown) or 'json'.",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("bgp", help) { only, parts, routes, rounds, sessions, keep, output };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var options = new BgpBenchOptions(
                    Words(parsed.GetValue(only)),
                    Words(parsed.GetValue(parts)),
                    parsed.GetValue(routes),
                    parsed.GetValue(rounds),
                    parsed.GetValue(sessions),
                    parsed.GetValue(keep),
                    parsed.GetValue(output) == "json"
                );
                List<string> problems = options.Problems();
                foreach (string problem in problems)
                    await Console.Error.WriteLineAsync($"causeway: {problem}");
                if (problems.Count > 0)
                    return (int)ExitCode.Usage;
                // A terminal that is closed ends it as Ctrl-C does.
                using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(
                    PosixSignal.SIGHUP,
                    signal =>
                    {
                        signal.Cancel = true;
                        end.Cancel();
                    }
                );
                return await BgpBenchNetwork.RunAsync(
                    [.. parsed.Tokens.Select(t => t.Value)],
                    token => RunAsync(options, token),
                    end.Token
                );
            }
        );
        return command;

        static string[] Words(string? text) =>
            text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }

    private static async Task<int> RunAsync(BgpBenchOptions options, CancellationToken cancel)
    {
        using var bench = new BgpBench(options);
        try
        {
            await bench.MeasureAsync(cancel);
            bench._output.Finish(complete: true);
            return (int)ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            bench._output.Finish(complete: false);
            return (int)ExitCode.Interrupted;
        }
    }

    private async Task MeasureAsync(CancellationToken cancel)
    {
        _output.Start();
        foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            string name = family == IpFamily.V4 ? "ipv4" : "ipv6";
            if (!_options.Does(name) && !_options.Does($"{name}-validation"))
                continue;
            int count = family == IpFamily.V4 ? _options.Routes : _options.Routes / 5;
            _output.Progress($"making {count:N0} {name} routes");
            BgpStream stream = BgpStream.Make(
                family,
                count,
                count * 8 / 100,
                new Asn(BgpBenchPlan.FeederAsn),
                BgpBenchPlan.NextHop(family)
            );
            string routes =
                $"{count:N0} {name} routes on {count * 8 / 100:N0} AS paths ({stream.Updates:N0} UPDATEs, {stream.Messages.Length:N0} bytes)";
            if (_options.Does(name))
                await EachAsync(
                    name,
                    routes,
                    d => LoadAsync(d, stream, null, count, family == IpFamily.V4 && _options.Does("send"), cancel)
                );
            if (!_options.Does($"{name}-validation"))
                continue;
            var vrps = VrpTable.Build(stream.MakeVrps(count / 2));
            int accepted = stream.Prefixes.Where((p, i) => vrps.Validate(p, stream.Origins[i]) != OriginValidity.Invalid).Count();
            await EachAsync(
                $"{name}-validation",
                $"{routes}; origin validation against {vrps.Count:N0} VRPs refuses {count - accepted:N0} of them",
                d => LoadAsync(d, stream, vrps, accepted, false, cancel)
            );
        }
        if (_options.Does("sessions"))
            await EachAsync("sessions", $"{_options.Sessions:N0} sessions to Established", d => SessionsAsync(d, cancel));
    }

    /// <summary>Measures one thing with each daemon, in turn within a round, so that what else the machine does falls on all alike.</summary>
    private async Task EachAsync(string part, string title, Func<BgpDaemon, Task<BgpFigures>> measure)
    {
        _output.Part(part, title);
        for (int round = 1; round <= _options.Rounds; round++)
            foreach (BgpDaemon daemon in _daemons)
            {
                _output.Progress($"{part}: {daemon.Name}, round {round} of {_options.Rounds}");
                try
                {
                    _output.Row(new BgpBenchRow(daemon.Name, round, await measure(daemon), null));
                }
                catch (Exception e) when (e is IOException or TimeoutException or SocketException)
                {
                    _output.Row(new BgpBenchRow(daemon.Name, round, null, e.Message));
                }
            }
    }

    private BgpBenchPlan Plan(int sessions, VrpTable? vrps, System.Net.IPEndPoint? cache)
    {
        string folder = Path.Combine(_folder, (++_folders).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        return new BgpBenchPlan(_port++, folder, sessions, vrps, cache);
    }

    private async Task<BgpFigures> LoadAsync(
        BgpDaemon daemon,
        BgpStream stream,
        VrpTable? vrps,
        int expected,
        bool send,
        CancellationToken cancel
    )
    {
        await using BgpBenchCache? cache = vrps is not null && daemon.NeedsCache ? new BgpBenchCache(vrps) : null;
        BgpBenchPlan plan = Plan(0, vrps, cache?.EndPoint);
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
        try
        {
            await Settle(daemon, plan, process, cancel);

            double cpu = process.CpuSeconds;
            var watch = Stopwatch.StartNew();
            Task sending = feed.SendAsync(stream.Messages, cancel);
            double seconds = await WaitForAsync(daemon, plan, process, expected, watch, cancel);
            await sending;
            double used = process.CpuSeconds - cpu;
            double peak = process.PeakMegabytes;
            // A daemon whose policy did not work has more than it should: its time would be of something else.
            if (await daemon.AcceptedAsync(plan, cancel) is var has && has != expected)
                throw new IOException($"it accepts {has:N0} routes where {expected:N0} are right");
            return new BgpFigures(seconds, used, peak, send ? await SendAsync(plan, process, expected, cancel) : null);
        }
        finally
        {
            await over.CancelAsync();
            await idle;
        }
    }

    /// <summary>A new peer comes, and is told everything.</summary>
    private static async Task<double> SendAsync(BgpBenchPlan plan, BgpProcess process, int expected, CancellationToken cancel)
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
        try
        {
            await sink.CountAsync(expected, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"the new peer was told {sink.RoutesSeen:N0} of {expected:N0} routes in {Patience.TotalSeconds:0} s"
            );
        }
        return watch.Elapsed.TotalSeconds;
    }

    private async Task<double> WaitForAsync(
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
            _output.Count(last, expected);
        }
        throw new TimeoutException($"{last:N0} of {expected:N0} routes after {Patience.TotalSeconds:0} s");
    }

    /// <summary>Waits until the daemon has finished its own start: it holds its VRPs, and uses no CPU for half a second.</summary>
    private static async Task Settle(BgpDaemon daemon, BgpBenchPlan plan, BgpProcess process, CancellationToken cancel)
    {
        double before = -1;
        bool holds = false;
        for (int i = 0; i < 240; i++)
        {
            if (!process.Runs)
                throw new IOException("it ended while starting");
            holds = holds || plan.Vrps is null || await daemon.HoldsVrpsAsync(plan, cancel);
            double now = process.CpuSeconds;
            if (holds && now - before < 0.015)
                return;
            before = now;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancel);
        }
        throw new TimeoutException(holds ? "it is never idle" : "it never had its VRPs");
    }

    private async Task<BgpFigures> SessionsAsync(BgpDaemon daemon, CancellationToken cancel)
    {
        BgpBenchPlan plan = Plan(_options.Sessions, null, null);
        using BgpProcess process = daemon.Start(plan);
        using (await BgpFeed.EstablishAsync(BgpBenchPlan.Feeder, plan.EndPoint, BgpBenchPlan.FeederAsn, () => process.Runs, cancel)) { }
        await Settle(daemon, plan, process, cancel);
        double cpu = process.CpuSeconds;
        var watch = Stopwatch.StartNew();
        var opened = new BgpFeed[_options.Sessions];
        int up = 0;
        try
        {
            // As many at a time as a listen queue is sure to hold.
            await Parallel.ForAsync(
                0,
                _options.Sessions,
                new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancel },
                async (i, token) =>
                {
                    opened[i] = await BgpFeed.EstablishAsync(
                        BgpBenchPlan.Session(i),
                        plan.EndPoint,
                        BgpBenchPlan.SessionAsn,
                        () => process.Runs,
                        token
                    );
                    _output.Count(Interlocked.Increment(ref up), _options.Sessions);
                }
            );
            return new BgpFigures(watch.Elapsed.TotalSeconds, process.CpuSeconds - cpu, process.PeakMegabytes, null);
        }
        finally
        {
            foreach (BgpFeed? feed in opened)
                feed?.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (BgpDaemon daemon in _daemons)
            daemon.CleanUp();
        if (_options.Keep)
            Console.Error.WriteLine($"kept {_folder}");
        else
            Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What was asked for on the command line. Empty lists mean everything.</summary>
internal sealed record BgpBenchOptions(string[] Only, string[] Parts, int Routes, int Rounds, int Sessions, bool Keep, bool Json)
{
    public static readonly string[] AllParts = ["ipv4", "send", "ipv4-validation", "ipv6", "ipv6-validation", "sessions"];

    public bool Wants(string daemon) => Only.Length == 0 || Only.Contains(daemon, StringComparer.OrdinalIgnoreCase);

    public bool Does(string part) => Parts.Length == 0 || Parts.Contains(part, StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that is wrong with it.</summary>
    public List<string> Problems()
    {
        var problems = new List<string>();
        foreach (string name in Only.Except(BgpDaemon.Names, StringComparer.OrdinalIgnoreCase))
            problems.Add($"--only: there is no '{name}'; the daemons are {string.Join(", ", BgpDaemon.Names)}.");
        foreach (string part in Parts.Except(AllParts, StringComparer.OrdinalIgnoreCase))
            problems.Add($"--parts: there is no '{part}'; the parts are {string.Join(", ", AllParts)}.");
        if (Parts.Length > 0 && Does("send") && !Does("ipv4"))
            problems.Add("--parts: 'send' tells a new peer what 'ipv4' brought: name both.");
        if (Routes is < 1000 or > 10_000_000)
            problems.Add($"--routes {Routes}: 1,000 to 10,000,000.");
        if (Rounds is < 1 or > 100)
            problems.Add($"--rounds {Rounds}: 1 to 100.");
        if (Sessions is < 1 or > 60_000)
            problems.Add($"--sessions {Sessions}: 1 to 60,000.");
        return problems;
    }
}
