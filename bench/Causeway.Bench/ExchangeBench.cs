using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Server.Topology;

namespace Causeway.Bench;

/// <summary>
/// <c>causeway bench exchange</c>: an exchange with two routers of ours and many peerings, by the requests of their peers and of the operator: how fast they come, until
/// the routers have their sessions, what reads cost then, what it costs that their peers are away, and what a restart takes. The server is in a process of its own.
/// </summary>
/// <remarks>
/// Arguments: <c>--peerings N</c> (10000, of two sessions each), <c>--clients N</c> (16), <c>--idle SECONDS</c> (60), <c>--folder DIR</c> on the disk to measure. No peer
/// is there: its router's address refuses the connection, as that of a network that has not configured its side yet.
/// </remarks>
internal sealed class ExchangeBench : IDisposable
{
    private const string Version = "2022-10-01";
    private const uint FirstMember = 4_200_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(20);
    private readonly int _peerings;
    private readonly int _clients;
    private readonly BenchClient _peer;
    private readonly BenchClient _operator;
    private readonly string _subscription;

    private ExchangeBench(AccessFile access, int peerings, int clients)
    {
        (_peerings, _clients) = (peerings, clients);
        (_peer, _operator) = (new BenchClient(access), new BenchClient(access, "operator"));
        _subscription = $"/subscriptions/{access.Subscriptions["customer"]}";
    }

    public static async Task<int> RunAsync(string[] args)
    {
        int peerings = Arguments.Number(args, "--peerings", 10_000),
            clients = Arguments.Number(args, "--clients", 16),
            idle = Arguments.Number(args, "--idle", 60);
        string folder = Path.Combine(
            Arguments.Value(args, "--folder") ?? Directory.GetCurrentDirectory(),
            $"bench-exchange-{Environment.ProcessId}"
        );
        Scratch.Folder(folder);
        try
        {
            string topology = Path.Combine(folder, "topology.yaml");
            await File.WriteAllTextAsync(
                topology,
                TopologyFile.BuiltIn.Replace(
                    "\nexchanges:\n",
                    "\nexchanges:\n  - name: Bench-IX\n    location: Amsterdam\n    peeringDbIxId: 9001\n    lans: [127.96.0.0/16]\n    routers:\n"
                        + "      - { name: bench-x1, driver: embedded, routerId: 192.0.2.117, addresses: [127.96.255.1] }\n"
                        + "      - { name: bench-x2, driver: embedded, routerId: 192.0.2.118, addresses: [127.96.255.2] }\n",
                    StringComparison.Ordinal
                )
            );
            string[] settings = ["--topology", topology];
            string data = Path.Combine(folder, "data");
            await using (BenchServer server = await BenchServer.StartAsync(data, null, settings))
            {
                using var bench = new ExchangeBench(server.Access, peerings, clients);
                await bench.FillAsync(server);
                await bench.ReadAsync();
                await bench.ChangeAsync();
                await IdleAsync(server, TimeSpan.FromSeconds(idle));
            }
            await using BenchServer again = await BenchServer.StartAsync(data, null, settings);
            using var after = new ExchangeBench(again.Access, peerings, clients);
            await after.RestartedAsync(again);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>From nothing to sessions on both routers, each step by its own requests.</summary>
    private async Task FillAsync(BenchServer server)
    {
        await _peer.PutGroupAsync();
        await AllAsync("ASNs registered", i => _peer.SendAsync(HttpMethod.Put, $"{AsnOf(i)}?api-version={Version}", AsnBody(i)));
        await AllAsync("ASNs approved", i => _operator.SendAsync(HttpMethod.Post, $"{AsnOf(i)}/approve?api-version={Version}", null));
        await AllAsync("peerings asked for", i => _peer.SendAsync(HttpMethod.Put, $"{PathOf(i)}?api-version={Version}", Body(i, 100)));
        await AllAsync("peerings approved", i => _operator.SendAsync(HttpMethod.Post, $"{PathOf(i)}/approve?api-version={Version}", null));
        long began = Stopwatch.GetTimestamp();
        await AllAsync("peers ready", i => _peer.SendAsync(HttpMethod.Post, $"{PathOf(i)}/notifyReady?api-version={Version}", null));
        long said = Stopwatch.GetTimestamp();
        await OnRoutersAsync();
        Line(
            "on the routers",
            $"{_peerings * 2:N0} sessions {Stopwatch.GetElapsedTime(said).TotalSeconds:N1} s after the last peer was ready, {Stopwatch.GetElapsedTime(began).TotalSeconds:N1} s after the first; {server.MemoryMegabytes:N0} MB, {server.ProcessorTime.TotalSeconds:N0} s of CPU since the start"
        );
    }

    /// <summary>Every connection is Validating: its sessions were read back from both routers.</summary>
    private Task OnRoutersAsync() =>
        UntilAsync(async () =>
        {
            int there = 0;
            await foreach (JsonNode peering in AllPeeringsAsync())
                if ($"{peering["properties"]!["exchange"]!["connections"]![0]!["connectionState"]}" == "Validating")
                    there++;
            return (there == _peerings, $"{there:N0} of {_peerings:N0} connections are Validating");
        });

    private async Task ReadAsync()
    {
        var random = new Random(1);
        double[] get = await Latencies.OfAsync(
            1000,
            () => _peer.SendAsync(HttpMethod.Get, $"{PathOf(random.Next(_peerings))}?api-version={Version}", null)
        );
        double[] checks = await Latencies.OfAsync(
            300,
            () => _peer.SendAsync(HttpMethod.Get, $"{PathOf(random.Next(_peerings))}/checks?api-version={Version}", null)
        );
        long began = Stopwatch.GetTimestamp();
        int all = 0;
        await foreach (JsonNode _ in AllPeeringsAsync())
            all++;
        Line(
            "reads",
            $"GET of one {Spread(get)} ms; its checks {Spread(checks)} ms; all {all:N0} by pages, each with the state of its sessions, {Stopwatch.GetElapsedTime(began).TotalSeconds:N2} s"
        );
    }

    /// <summary>One peering has another limit: until both routers were read to have it.</summary>
    private async Task ChangeAsync()
    {
        var times = new List<double>();
        for (int round = 0; round < 10; round++)
        {
            int which = round * (_peerings / 10);
            long began = Stopwatch.GetTimestamp();
            await _peer.SendAsync(HttpMethod.Put, $"{PathOf(which)}?api-version={Version}", Body(which, 200 + round));
            await UntilAsync(async () =>
            {
                JsonNode peering = JsonNode.Parse(await _peer.SendAsync(HttpMethod.Get, $"{PathOf(which)}?api-version={Version}", null))!;
                string state = $"{peering["properties"]!["exchange"]!["connections"]![0]!["connectionState"]}";
                return (state == "Validating", $"its connection is {state}");
            });
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        Line("one changes", $"{Spread([.. times.Order()])} ms from the PUT until both routers were read to have it");
    }

    /// <summary>What it costs that no peer is there.</summary>
    private static async Task IdleAsync(BenchServer server, TimeSpan span)
    {
        TimeSpan before = server.ProcessorTime;
        await Task.Delay(span, TimeProvider.System);
        Line(
            "peers away",
            $"{(server.ProcessorTime - before).TotalSeconds * 60 / span.TotalSeconds:N1} s of CPU a minute; {server.MemoryMegabytes:N0} MB"
        );
    }

    private async Task RestartedAsync(BenchServer server)
    {
        long began = Stopwatch.GetTimestamp();
        await UntilAsync(async () =>
        {
            int seen = 0;
            await foreach (JsonNode peering in AllPeeringsAsync())
                if (
                    $"{peering["properties"]!["exchange"]!["connections"]![0]!["bgpSession"]!["sessionStateV4"]}"
                    is not ("None" or "PendingUpdate" or "PendingAdd")
                )
                    seen++;
            return (seen == _peerings, $"{seen:N0} of {_peerings:N0} peerings show their sessions");
        });
        Line(
            "restart",
            $"ready in {server.StartUp.TotalMilliseconds:N0} ms, all sessions on the routers {(server.StartUp + Stopwatch.GetElapsedTime(began)).TotalSeconds:N1} s after the start; {server.MemoryMegabytes:N0} MB"
        );
    }

    private async Task AllAsync(string what, Func<int, Task> act)
    {
        int next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, _clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        int i;
                        while ((i = Interlocked.Increment(ref next)) < _peerings)
                            await act(i);
                    })
                )
        );
        Line(
            what,
            $"{_peerings:N0} in {watch.Elapsed.TotalSeconds:N1} s, {_peerings / watch.Elapsed.TotalSeconds:N0} a second, {_clients} clients"
        );
    }

    private async IAsyncEnumerable<JsonNode> AllPeeringsAsync()
    {
        string? page = $"{_subscription}/providers/Microsoft.Peering/peerings?api-version={Version}";
        while (page is not null)
        {
            JsonNode answer = JsonNode.Parse(await _peer.SendAsync(HttpMethod.Get, page, null))!;
            foreach (JsonNode? peering in answer["value"]!.AsArray())
                yield return peering!;
            page = answer["nextLink"]?.ToString();
        }
    }

    private static async Task UntilAsync(Func<Task<(bool IsSo, string Seen)>> look)
    {
        long since = Stopwatch.GetTimestamp();
        while (true)
        {
            (bool isSo, string seen) = await look();
            if (isSo)
                return;
            if (Stopwatch.GetElapsedTime(since) > s_patience)
                throw new TimeoutException($"After {s_patience.TotalMinutes:N0} minutes {seen}.");
            // The look itself takes the server's time.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static string Spread(double[] sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {sorted.At(0.5):N1}, p99 {sorted.At(0.99):N1}, most {sorted[^1]:N1}");

    private string AsnOf(int i) => $"{_subscription}/providers/Microsoft.Peering/peerAsns/AS{FirstMember + i}";

    private string PathOf(int i) => $"{_subscription}/resourceGroups/bench/providers/Microsoft.Peering/peerings/as{FirstMember + i}";

    private static byte[] AsnBody(int i) =>
        Encoding.UTF8.GetBytes(
            $$$"""{"properties":{"peerAsn":{{{FirstMember + i}}},"peerName":"Member {{{i}}}","peerContactDetail":[{"role":"Noc","email":"noc@member{{{i}}}.example"}]}}"""
        );

    private byte[] Body(int i, int most) =>
        Encoding.UTF8.GetBytes(
            $$$$"""{"location":"westeurope","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"Amsterdam","exchange":{"peerAsn":{"id":"{{{{AsnOf(i)}}}}"},"connections":[{"peeringDBFacilityId":9001,"connectionIdentifier":"c1","bgpSession":{"peerSessionIPv4Address":"127.96.{{{{i / 250}}}}.{{{{1 + i % 250}}}}","maxPrefixesAdvertisedV4":{{{{most}}}}}}]}}}"""
        );

    private static void Line(string what, FormattableString says) =>
        Console.WriteLine($"{what, -18} {says.ToString(CultureInfo.InvariantCulture)}");

    public void Dispose()
    {
        _peer.Dispose();
        _operator.Dispose();
    }
}
