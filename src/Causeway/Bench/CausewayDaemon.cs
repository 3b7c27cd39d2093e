using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>Our own speaker, in a process of its own as the others: this executable, started again as <c>bench bgp --speaker</c>.</summary>
internal sealed class CausewayDaemon() : BgpDaemon("Causeway")
{
    public override string Version => typeof(CausewayDaemon).Assembly.GetName().Version?.ToString(3) ?? "";

    public override bool HoldsVrps => true;

    public override TimeSpan Pace => TimeSpan.FromMilliseconds(20);

    protected override ProcessStartInfo Configure(BgpBenchPlan plan)
    {
        if (plan.Vrps is { } vrps)
            File.WriteAllLines(plan.File("vrps.txt"), vrps.Select(v => $"{v.Prefix} {v.MaxLength} {v.Asn}"));
        string[] arguments =
        [
            "bench",
            "bgp",
            "--speaker",
            plan.Folder,
            plan.Port.ToString(CultureInfo.InvariantCulture),
            plan.Sessions.ToString(CultureInfo.InvariantCulture),
            plan.Vrps is null ? "plain" : "validate",
        ];
        return new ProcessStartInfo(Environment.ProcessPath!, arguments);
    }

    public override async Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(plan.File("causeway.ctl")), cancel);
        using var reader = new StreamReader(new NetworkStream(socket));
        return int.Parse(await reader.ReadToEndAsync(cancel), CultureInfo.InvariantCulture);
    }

    /// <summary>The other process: runs the speaker until it is killed, and answers each connection to its control socket with the number of accepted routes.</summary>
    public static async Task<int> RunSpeakerAsync(string[] arguments)
    {
        var plan = new BgpBenchPlan(
            int.Parse(arguments[1], CultureInfo.InvariantCulture),
            arguments[0],
            int.Parse(arguments[2], CultureInfo.InvariantCulture),
            null
        );
        bool validate = arguments[3] == "validate";
        await using var speaker = new BgpSpeaker(TimeProvider.System);
        if (validate)
            speaker.SetVrps(VrpTable.Build(File.ReadLines(plan.File("vrps.txt")).Select(ReadVrp)));
        await speaker.ApplyAsync(Configuration(plan, validate));

        using var control = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        control.Bind(new UnixDomainSocketEndPoint(plan.File("causeway.ctl")));
        control.Listen();
        while (true)
        {
            using Socket asker = await control.AcceptAsync();
            int accepted = speaker.Status("main", "p0")?.Families.Sum(f => f.Accepted) ?? 0;
            await asker.SendAsync(Encoding.ASCII.GetBytes(accepted.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static Vrp ReadVrp(string line)
    {
        string[] parts = line.Split(' ');
        return new Vrp(IpPrefix.Parse(parts[0]), byte.Parse(parts[1], CultureInfo.InvariantCulture), Asn.Parse(parts[2]));
    }

    private static SpeakerConfiguration Configuration(BgpBenchPlan plan, bool validate)
    {
        RoutePolicy import = validate
            ? new RoutePolicy([
                new PolicyTerm
                {
                    Accept = false,
                    Validity = OriginValidity.Invalid,
                    Reason = RefuseReason.RpkiInvalid,
                },
                new PolicyTerm { Accept = true },
            ])
            : RoutePolicy.AcceptAll;
        return new SpeakerConfiguration
        {
            Asn = new Asn(BgpBenchPlan.Asn),
            RouterId = BgpBenchPlan.Address,
            Listen = [plan.EndPoint],
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = "main",
                    Neighbors =
                    [
                        .. plan.Neighbors.Select(
                            (n, i) =>
                                new NeighborConfiguration
                                {
                                    Name = $"p{i}",
                                    PeerAsn = new Asn(n.Asn),
                                    PeerAddress = n.Address,
                                    LocalAddress = BgpBenchPlan.Address,
                                    Passive = true,
                                    HoldTime = TimeSpan.FromSeconds(240),
                                    Families = [IpFamily.V4, IpFamily.V6],
                                    Import = import,
                                    Export = n.Asn == BgpBenchPlan.SinkAsn ? RoutePolicy.AcceptAll : null,
                                }
                        ),
                    ],
                },
            ],
        };
    }
}
