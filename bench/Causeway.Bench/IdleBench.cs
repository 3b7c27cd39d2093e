using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Cli.Kit;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>
/// <c>bench idle</c>: what circuits cost that do nothing. Each has a session on each router of its pair, in an instance of its own with both families, over
/// real TCP; the customers are away, or up in a process of their own, and nobody has a route.
/// </summary>
internal static class IdleBench
{
    private static readonly Asn Ours = new(64500);
    private static readonly Asn Theirs = new(64501);

    public static Command Command(string help)
    {
        var circuits = new Option<int>("--circuits") { Description = "Circuits, each with two sessions.", DefaultValueFactory = _ => 5000 };
        var speakers = new Option<int>("--speakers") { Description = "Routers: 1 to 60.", DefaultValueFactory = _ => 10 };
        var up = new Option<bool>("--up") { Description = "The customers are there, in a process of their own." };
        var settle = new Option<int>("--settle")
        {
            Description = "Seconds before the measurement, in which retries back off to their longest pause.",
            DefaultValueFactory = _ => 205,
        };
        var seconds = new Option<int>("--seconds")
        {
            Description = "Seconds over which CPU is measured; 110 hold a whole round of retries.",
            DefaultValueFactory = _ => 110,
        };
        var customersOf = new Option<int?>("--customers-of") { Description = "Plays the customers at this port.", Hidden = true };
        var command = new Command("idle", help) { circuits, speakers, up, settle, seconds, customersOf };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var plan = new Plan(parsed.GetValue(circuits), parsed.GetValue(speakers), parsed.GetValue(customersOf) ?? FreePort());
                if (plan.Circuits < 1 || plan.Speakers is < 1 or > 60 || plan.Circuits * 2 / plan.Speakers > 16_000)
                {
                    await Console.Error.WriteLineAsync("causeway: use 1 to 60 speakers with at most 16,000 sessions each.");
                    return (int)ExitCode.Usage;
                }
                try
                {
                    if (parsed.GetValue(customersOf) is not null)
                        await CustomersAsync(plan, cancel);
                    else
                        await MeasureAsync(plan, parsed.GetValue(up), parsed.GetValue(settle), parsed.GetValue(seconds), cancel);
                    return (int)ExitCode.Ok;
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    return (int)ExitCode.Interrupted;
                }
            }
        );
        return command;
    }

    /// <param name="Port">TCP port of both sides, at addresses of their own.</param>
    private sealed record Plan(int Circuits, int Speakers, int Port)
    {
        /// <summary>The sessions of a router, each in a /30 of 127.0.0.0/8: the customer has the first address, we the second.</summary>
        public IEnumerable<(int Number, IPAddress Ours, IPAddress Theirs)> Sessions(int speaker)
        {
            int each = Circuits * 2 / Speakers;
            for (int i = 0; i < each; i++)
                yield return (i, Address(speaker, i, 2), Address(speaker, i, 1));
        }

        private static IPAddress Address(int speaker, int number, int host) =>
            new([127, (byte)(64 + speaker), (byte)(number >> 6), (byte)((number & 63) * 4 + host)]);

        public SpeakerConfiguration Configuration(int speaker, bool customers) =>
            new()
            {
                Asn = customers ? Theirs : Ours,
                RouterId = new IPAddress([192, 0, customers ? (byte)3 : (byte)2, (byte)(1 + speaker)]),
                Listen = customers ? [] : [.. Sessions(speaker).Select(s => new IPEndPoint(s.Ours, Port))],
                Instances =
                [
                    .. Sessions(speaker)
                        .Select(s => new InstanceConfiguration
                        {
                            Name = $"circuit-{s.Number}",
                            Neighbors =
                            [
                                new NeighborConfiguration
                                {
                                    Name = "primary",
                                    PeerAsn = customers ? Ours : Theirs,
                                    LocalAddress = customers ? s.Theirs : s.Ours,
                                    PeerAddress = customers ? s.Ours : s.Theirs,
                                    PeerPort = Port,
                                    Families = [IpFamily.V4, IpFamily.V6],
                                    MaxPrefixV4 = new MaxPrefix(4000),
                                    Import = new RoutePolicy([
                                        new PolicyTerm
                                        {
                                            Prefixes = [PrefixMatch.OrLonger(IpPrefix.Parse("127.0.0.0/8"))],
                                            Accept = false,
                                            Reason = RefuseReason.Bogon,
                                        },
                                        new PolicyTerm { FirstAsn = Theirs, Accept = true },
                                    ]),
                                    Export = new RoutePolicy([
                                        new PolicyTerm
                                        {
                                            Prefixes = [PrefixMatch.Exact(IpPrefix.V4((uint)s.Number << 8, 24))],
                                            Accept = true,
                                        },
                                    ]),
                                },
                            ],
                        }),
                ],
            };
    }

    private static async Task MeasureAsync(Plan plan, bool up, int settle, int seconds, CancellationToken cancel)
    {
        using Process self = Process.GetCurrentProcess();
        long managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        long before = Resident(self);
        var routers = new List<BgpSpeaker>();
        Process? customers = null;
        try
        {
            for (int i = 0; i < plan.Speakers; i++)
            {
                routers.Add(new BgpSpeaker(TimeProvider.System));
                await routers[i].ApplyAsync(plan.Configuration(i, customers: false), cancel);
            }
            if (up)
                customers = Start(plan);
            var watch = Stopwatch.StartNew();
            int sessions = routers.Sum(r => r.Status().Count);
            while (up ? Established(routers) < sessions : watch.Elapsed < TimeSpan.FromSeconds(settle))
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancel);
            GC.Collect();
            self.Refresh();
            TimeSpan cpu = self.TotalProcessorTime;
            watch.Restart();
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancel);
            self.Refresh();
            double percent = (self.TotalProcessorTime - cpu).TotalSeconds / watch.Elapsed.TotalSeconds * 100;
            long resident = Resident(self);
            long managed = GC.GetTotalMemory(forceFullCollection: true);
            Say($"circuits {plan.Circuits:N0}, sessions {sessions:N0} ({Established(routers):N0} established), routers {plan.Speakers}");
            Say(
                $"resident memory {resident / 1e6:N0} MB ({before / 1e6:N0} MB before; {(resident - before) / sessions / 1000.0:N1} kB a session)"
            );
            Say($"managed memory {managed / 1e6:N0} MB ({(managed - managedBefore) / sessions / 1000.0:N1} kB a session)");
            Say($"CPU {percent:N2} % of one core over {seconds} s");
        }
        finally
        {
            customers?.Kill();
            customers?.Dispose();
            foreach (BgpSpeaker router in routers)
                await router.DisposeAsync();
        }
    }

    private static Process Start(Plan plan) =>
        Process.Start(
            new ProcessStartInfo(
                Environment.ProcessPath!,
                [
                    "bench",
                    "idle",
                    .. new[] { ("--circuits", plan.Circuits), ("--speakers", plan.Speakers), ("--customers-of", plan.Port) }.SelectMany(o =>
                        new[] { o.Item1, o.Item2.ToString(CultureInfo.InvariantCulture) }
                    ),
                ]
            )
        )!;

    /// <summary>The other side: calls, and stays.</summary>
    private static async Task CustomersAsync(Plan plan, CancellationToken cancel)
    {
        for (int i = 0; i < plan.Speakers; i++)
            await new BgpSpeaker(TimeProvider.System).ApplyAsync(plan.Configuration(i, customers: true), cancel);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
    }

    private static int Established(List<BgpSpeaker> routers) =>
        routers.Sum(r => r.Status().Count(s => s.State == SessionStateName.Established));

    private static long Resident(Process self)
    {
        self.Refresh();
        return self.WorkingSet64;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
