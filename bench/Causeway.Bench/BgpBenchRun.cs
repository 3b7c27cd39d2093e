using System.Diagnostics;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>One daemon under measurement, with those who feed it and those whom it tells. Ends all of them.</summary>
internal sealed class BgpBenchRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>After which memory that a daemon gives back has gone back.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly BgpDaemon _daemon;
    private readonly BgpBenchPlan _plan;
    private readonly BgpBenchCache? _cache;
    private readonly BgpBenchOutput _output;
    private readonly CancellationToken _cancel;
    private readonly List<BgpFeed> _sinks = [];
    private readonly List<BgpFeed> _feeds = [];
    private readonly CancellationTokenSource _over;
    private readonly List<Task> _idle = [];

    private BgpBenchRun(BgpDaemon daemon, BgpBenchPlan plan, BgpBenchCache? cache, BgpBenchOutput output, CancellationToken cancel)
    {
        (_daemon, _plan, _cache, _output, _cancel) = (daemon, plan, cache, output, cancel);
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Process = daemon.Start(plan);
    }

    public BgpProcess Process { get; }

    /// <summary>Starts a daemon and its sessions, and waits until it has finished its own start.</summary>
    /// <param name="cache">Ended with the run.</param>
    public static async Task<BgpBenchRun> StartAsync(
        BgpDaemon daemon,
        BgpBenchPlan plan,
        BgpBenchCache? cache,
        BgpBenchOutput output,
        int feeds,
        int sinks,
        CancellationToken cancel
    )
    {
        var run = new BgpBenchRun(daemon, plan, cache, output, cancel);
        try
        {
            for (int i = 0; i < feeds; i++)
            {
                (System.Net.IPAddress address, uint asn) = plan.Feed(i);
                BgpFeed feed = await run.EstablishAsync(address, asn);
                run._feeds.Add(feed);
                run._idle.Add(feed.IdleAsync(run._over.Token));
            }
            for (int i = 0; i < sinks; i++)
                await run.AddSinkAsync();
            await run.SettleAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    private Task<BgpFeed> EstablishAsync(System.Net.IPAddress from, uint asn) =>
        BgpFeed.EstablishAsync(from, _plan.EndPoint, asn, () => Process.Runs, _cancel);

    /// <summary>Another peer that is told everything.</summary>
    public async Task<BgpFeed> AddSinkAsync()
    {
        BgpFeed sink = await EstablishAsync(BgpBenchPlan.Sinks[_sinks.Count], BgpBenchPlan.SinkAsn);
        _sinks.Add(sink);
        return sink;
    }

    /// <summary>Waits until the daemon holds its VRPs, and uses no CPU for half a second.</summary>
    public async Task SettleAsync()
    {
        double before = -1;
        bool holds = false;
        for (int i = 0; i < 240; i++)
        {
            if (!Process.Runs)
                throw new IOException("it ended while starting");
            holds = holds || _plan.Vrps is null || await _daemon.HoldsVrpsAsync(_plan, _cancel);
            double now = Process.CpuSeconds;
            if (holds && now - before < 0.015)
                return;
            before = now;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, _cancel);
        }
        throw new TimeoutException(holds ? "it is never idle" : "it never had its VRPs");
    }

    /// <summary>Sends a stream on each feed at once, and waits until the daemon has accepted what is right and told it to all sinks.</summary>
    /// <param name="expected">Routes accepted in the end, of all feeds; 0 when everything is withdrawn.</param>
    /// <param name="told">Announcements that each sink gets on the way.</param>
    public async Task<(double Seconds, double Cpu)> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> streams, int expected, int told)
    {
        double cpu = Process.CpuSeconds;
        var watch = Stopwatch.StartNew();
        Task[] counting = [.. _sinks.Select(s => ToldAsync(s, s.RoutesSeen + told))];
        Task[] sending = [.. streams.Select((stream, i) => _feeds[i].SendAsync(stream, _cancel))];
        // What a sink was told says more than what the daemon answers, and costs it nothing.
        double seconds;
        if (_sinks.Count > 0 && told > 0)
        {
            await Task.WhenAll(counting);
            seconds = watch.Elapsed.TotalSeconds;
            await WaitForAsync(expected, watch);
        }
        else
            seconds = await WaitForAsync(expected, watch);
        await Task.WhenAll(sending);
        double used = Process.CpuSeconds - cpu;
        // A daemon whose policy did not work has more than it should: its time would be of something else.
        if (await _daemon.AcceptedAsync(_plan, _cancel) is var has && has != expected)
            throw new IOException($"it accepts {has:N0} routes where {expected:N0} are right");
        return (seconds, used);
    }

    /// <summary>Sends a stream on each feed at once, and waits until each feed has been told of the routes of all others.</summary>
    /// <param name="told">Announcements that a feed gets, by its number.</param>
    public async Task<(double Seconds, double Cpu)> ExchangeAsync(IReadOnlyList<byte[]> streams, Func<int, int> told)
    {
        double cpu = Process.CpuSeconds;
        var watch = Stopwatch.StartNew();
        Task[] sending = [.. streams.Select((stream, i) => _feeds[i].SendAsync(stream, _cancel))];
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _cancel);
            int ready = _feeds.Where((f, i) => f.RoutesSeen >= told(i)).Count();
            if (ready == _feeds.Count)
                break;
            if (!Process.Runs)
                throw new IOException($"it ended when {ready:N0} members had everything");
            if (watch.Elapsed > Patience)
                throw new TimeoutException(
                    $"{ready:N0} of {_feeds.Count:N0} members have everything after {Patience.TotalSeconds:0} s; {_feeds.Sum(f => (long)f.RoutesSeen):N0} routes were told"
                );
            _output.Count(ready, _feeds.Count);
        }
        await Task.WhenAll(sending);
        return (watch.Elapsed.TotalSeconds, Process.CpuSeconds - cpu);
    }

    /// <summary>A new peer comes, and is told everything.</summary>
    public async Task<double> TellNewPeerAsync(int expected)
    {
        BgpFeed sink = await AddSinkAsync();
        var watch = Stopwatch.StartNew();
        await ToldAsync(sink, expected);
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Resident memory in MB, after what goes back has gone back.</summary>
    public async Task<double> MemoryAtRestAsync()
    {
        await SettleAsync();
        await Task.Delay(Rest, TimeProvider.System, _cancel);
        return Process.ResidentMegabytes;
    }

    private async Task ToldAsync(BgpFeed sink, int routes)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        patience.CancelAfter(Patience);
        try
        {
            await sink.CountAsync(routes, patience.Token);
        }
        catch (OperationCanceledException) when (!_cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"a peer was told {sink.RoutesSeen:N0} of {routes:N0} routes in {Patience.TotalSeconds:0} s");
        }
    }

    private async Task<double> WaitForAsync(int expected, Stopwatch watch)
    {
        int last = -1;
        while (watch.Elapsed < Patience)
        {
            await Task.Delay(_daemon.Pace, TimeProvider.System, _cancel);
            if (!Process.Runs)
                throw new IOException($"it ended at {last:N0} routes");
            // The moment before asking: an answer of "all" was true then, give or take one pace.
            double asked = watch.Elapsed.TotalSeconds;
            last = await _daemon.AcceptedAsync(_plan, _cancel);
            if (expected == 0 ? last == 0 : last >= expected)
                return _daemon.Pace.TotalMilliseconds > 50 ? asked : watch.Elapsed.TotalSeconds;
            _output.Count(last, expected);
        }
        throw new TimeoutException($"{last:N0} routes instead of {expected:N0} after {Patience.TotalSeconds:0} s");
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_idle);
        foreach (BgpFeed one in _feeds.Concat(_sinks))
            one.Dispose();
        Process.Dispose();
        _over.Dispose();
        if (_cache is not null)
            await _cache.DisposeAsync();
    }
}
