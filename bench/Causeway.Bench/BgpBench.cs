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
/// same with origin validation; with several feeds and receivers; changed, withdrawn, told to a new peer; a thousand sessions.
/// </summary>
internal sealed class BgpBench : IDisposable
{
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
            Description = "IPv4 routes; a fifth as many IPv6 ones, and of the members of the route server.",
            DefaultValueFactory = _ => 1_000_000,
        };
        var rounds = new Option<int>("--rounds") { Description = "How often each measurement is made.", DefaultValueFactory = _ => 1 };
        var sessions = new Option<int>("--sessions")
        {
            Description = "Sessions that come up at once, and members of the route server.",
            DefaultValueFactory = _ => 1000,
        };
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
            int count = family == IpFamily.V4 ? _options.Routes : _options.Routes / 5;
            if (_options.Does(name) || _options.Does($"{name}-validation"))
                await PackedAsync(family, name, count, cancel);
            if (_options.DoesAny([$"short-{name}", $"short-{name}-validation", .. family == IpFamily.V4 ? BgpBenchOptions.ShortParts : []]))
                await ShortAsync(family, name, count, cancel);
        }
        if (_options.Does("route-server"))
            await RouteServerAsync(_options.Sessions, Math.Max(_options.Sessions, _options.Routes / 5), cancel);
        if (_options.Does("sessions"))
            await EachAsync(
                "sessions",
                $"{_options.Sessions:N0} sessions to Established, and a minute in which they do nothing",
                ["CPU of that minute, s"],
                d => SessionsAsync(d, cancel)
            );
    }

    /// <summary>Routes of the same path together, 12.5 to an UPDATE.</summary>
    private async Task PackedAsync(IpFamily family, string name, int count, CancellationToken cancel)
    {
        _output.Progress($"making {count:N0} {name} routes");
        BgpStream stream = BgpStream.Make(family, count, count * 8 / 100, new Asn(BgpBenchPlan.FeederAsn), BgpBenchPlan.NextHop(family));
        string routes = Describe(stream, name);
        if (_options.Does(name))
        {
            bool send = family == IpFamily.V4 && _options.Does("send");
            await EachAsync(
                name,
                routes,
                send ? ["to a new peer, s"] : [],
                async d =>
                {
                    await using BgpBenchRun run = await StartAsync(d, null, 1, 0, cancel);
                    BgpFigures figures = await LoadAsync(run, [stream], count);
                    return send ? figures with { More = [("to a new peer, s", await run.TellNewPeerAsync(count))] } : figures;
                }
            );
        }
        if (_options.Does($"{name}-validation"))
            await ValidatedAsync($"{name}-validation", routes, stream, cancel);
    }

    /// <summary>A few routes to an UPDATE, and what happens to them after they came.</summary>
    private async Task ShortAsync(IpFamily family, string name, int count, CancellationToken cancel)
    {
        _output.Progress($"making {count:N0} {name} routes");
        BgpStream stream = Make(1);
        string routes = Describe(stream, name);
        if (_options.Does($"short-{name}"))
            await EachAsync(
                $"short-{name}",
                $"{routes}; then all are withdrawn",
                ["memory with them, MB", "withdrawn in, s", "memory after, MB"],
                async d =>
                {
                    await using BgpBenchRun run = await StartAsync(d, null, 1, 0, cancel);
                    BgpFigures figures = await LoadAsync(run, [stream], count);
                    double full = await run.MemoryAtRestAsync();
                    (double withdrawn, _) = await run.SendAsync([stream.Withdrawals], 0, 0);
                    return figures with
                    {
                        More =
                        [
                            ("memory with them, MB", full),
                            ("withdrawn in, s", withdrawn),
                            ("memory after, MB", await run.MemoryAtRestAsync()),
                        ],
                    };
                }
            );
        if (_options.Does($"short-{name}-validation"))
            await ValidatedAsync($"short-{name}-validation", routes, stream, cancel);
        if (family == IpFamily.V6)
            return;
        if (_options.Does("receivers"))
            await EachAsync(
                "receivers",
                $"{routes}; three peers are told meanwhile, time to the last route at the last of them",
                [],
                async d =>
                {
                    await using BgpBenchRun run = await StartAsync(d, null, 1, 3, cancel);
                    return await LoadAsync(run, [stream], count);
                }
            );
        if (_options.Does("late"))
            await EachAsync(
                "late",
                $"{routes}; then a peer comes, and then another",
                ["to the first, s", "to the second, s"],
                async d =>
                {
                    await using BgpBenchRun run = await StartAsync(d, null, 1, 0, cancel);
                    BgpFigures figures = await LoadAsync(run, [stream], count);
                    return figures with
                    {
                        More =
                        [
                            ("to the first, s", await run.TellNewPeerAsync(count)),
                            ("to the second, s", await run.TellNewPeerAsync(count)),
                        ],
                    };
                }
            );
        if (_options.Does("churn"))
        {
            BgpStream others = Make(2);
            await EachAsync(
                "churn",
                $"{routes}, all of them again with other attributes; time and CPU until a peer has been told",
                [],
                async d =>
                {
                    await using BgpBenchRun run = await StartAsync(d, null, 1, 1, cancel);
                    await run.SendAsync([stream.Messages], count, count);
                    await run.SettleAsync();
                    return await LoadAsync(run, [others], count);
                }
            );
        }
        if (_options.Does("feeds"))
        {
            BgpStream[] streams = [stream, .. Enumerable.Range(3, BgpBenchPlan.Feeders.Count - 1).Select(Make)];
            await EachAsync(
                "feeds",
                $"{routes} from each of {streams.Length} peers at once, the paths of each its own",
                [],
                async d =>
                {
                    await using BgpBenchRun run = await StartAsync(d, null, streams.Length, 0, cancel);
                    return await LoadAsync(run, streams, count * streams.Length);
                }
            );
        }

        BgpStream Make(int seed) =>
            BgpStream.MakeShort(
                family,
                count,
                count * 8 / 100,
                count * 24 / 100,
                new Asn(BgpBenchPlan.FeederAsn),
                BgpBenchPlan.NextHop(family),
                seed
            );
    }

    private static string Describe(BgpStream stream, string name) =>
        $"{stream.Prefixes.Length:N0} {name} routes on {stream.Prefixes.Length * 8 / 100:N0} AS paths ({stream.Updates:N0} UPDATEs, {stream.Messages.Length:N0} bytes)";

    private async Task ValidatedAsync(string part, string routes, BgpStream stream, CancellationToken cancel)
    {
        var vrps = VrpTable.Build(stream.MakeVrps(stream.Prefixes.Length / 2));
        int accepted = stream.Prefixes.Where((p, i) => vrps.Validate(p, stream.Origins[i]) != OriginValidity.Invalid).Count();
        await EachAsync(
            part,
            $"{routes}; origin validation against {vrps.Count:N0} VRPs refuses {stream.Prefixes.Length - accepted:N0} of them",
            [],
            async d =>
            {
                await using BgpBenchRun run = await StartAsync(d, vrps, 1, 0, cancel);
                return await LoadAsync(run, [stream], accepted);
            }
        );
    }

    /// <summary>Measures one thing with each daemon, in turn within a round, so that what else the machine does falls on all alike.</summary>
    private async Task EachAsync(string part, string title, string[] more, Func<BgpDaemon, Task<BgpFigures>> measure)
    {
        _output.Part(part, title, more);
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

    private Task<BgpBenchRun> StartAsync(BgpDaemon daemon, VrpTable? vrps, int feeds, int sinks, CancellationToken cancel)
    {
        BgpBenchCache? cache = vrps is not null && daemon.NeedsCache ? new BgpBenchCache(vrps) : null;
        return BgpBenchRun.StartAsync(daemon, Plan(0, vrps, cache?.EndPoint), cache, _output, feeds, sinks, cancel);
    }

    /// <param name="expected">Routes accepted in the end.</param>
    private static async Task<BgpFigures> LoadAsync(BgpBenchRun run, BgpStream[] streams, int expected)
    {
        (double seconds, double cpu) = await run.SendAsync(
            [.. streams.Select(s => (ReadOnlyMemory<byte>)s.Messages)],
            expected,
            streams[0].Prefixes.Length
        );
        return new BgpFigures(seconds, cpu, run.Process.PeakMegabytes);
    }

    private BgpBenchPlan Plan(int sessions, VrpTable? vrps, System.Net.IPEndPoint? cache, int members = 0)
    {
        string folder = Path.Combine(_folder, (++_folders).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        return new BgpBenchPlan(_port++, folder, sessions, members, vrps, cache);
    }

    /// <summary>The members of an exchange, who all begin at once.</summary>
    private async Task RouteServerAsync(int members, int routes, CancellationToken cancel)
    {
        byte[][] shares = BgpStream.MakeShares(routes, routes * 8 / 100, Plan(0, null, null, members).Shares);
        await EachAsync(
            "route-server",
            $"a route server's {members:N0} members announce {routes:N0} IPv4 routes on {routes * 8 / 100:N0} AS paths, to the last route at the last of them",
            [],
            async d =>
            {
                await using BgpBenchRun run = await BgpBenchRun.StartAsync(
                    d,
                    Plan(0, null, null, members),
                    null,
                    _output,
                    members,
                    0,
                    cancel
                );
                (double seconds, double cpu) = await run.ExchangeAsync(shares, i => routes - ShareOf(i));
                return new BgpFigures(seconds, cpu, run.Process.PeakMegabytes);
            }
        );

        int ShareOf(int member) => (int)((long)routes * (member + 1) / members) - (int)((long)routes * member / members);
    }

    private async Task<BgpFigures> SessionsAsync(BgpDaemon daemon, CancellationToken cancel)
    {
        BgpBenchPlan plan = Plan(_options.Sessions, null, null);
        await using BgpBenchRun run = await BgpBenchRun.StartAsync(daemon, plan, null, _output, 1, 0, cancel);
        double cpu = run.Process.CpuSeconds;
        var watch = Stopwatch.StartNew();
        var opened = new BgpFeed[_options.Sessions];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
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
                        () => run.Process.Runs,
                        token
                    );
                    _output.Count(Interlocked.Increment(ref up), _options.Sessions);
                }
            );
            var figures = new BgpFigures(watch.Elapsed.TotalSeconds, run.Process.CpuSeconds - cpu, run.Process.PeakMegabytes);
            _ = opened.Select(feed => feed.IdleAsync(over.Token)).ToArray();
            await run.SettleAsync();
            cpu = run.Process.CpuSeconds;
            await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, cancel);
            return figures with { More = [("CPU of that minute, s", run.Process.CpuSeconds - cpu)] };
        }
        finally
        {
            await over.CancelAsync();
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
    /// <summary>What is done with short UPDATEs besides loading them.</summary>
    public static readonly string[] ShortParts = ["receivers", "late", "churn", "feeds"];

    public static readonly string[] AllParts =
    [
        "ipv4",
        "send",
        "ipv4-validation",
        "short-ipv4",
        "short-ipv4-validation",
        .. ShortParts,
        "ipv6",
        "ipv6-validation",
        "short-ipv6",
        "short-ipv6-validation",
        "route-server",
        "sessions",
    ];

    public bool Wants(string daemon) => Only.Length == 0 || Only.Contains(daemon, StringComparer.OrdinalIgnoreCase);

    public bool Does(string part) => Parts.Length == 0 || Parts.Contains(part, StringComparer.OrdinalIgnoreCase);

    public bool DoesAny(IEnumerable<string> parts) => parts.Any(Does);

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
