using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>Our own speaker as anybody would start it: <c>causeway bgp run</c>, in a process of its own, asked over its control socket.</summary>
internal sealed class CausewayDaemon() : BgpDaemon("Causeway")
{
    private const string Policy = """
        - validity: invalid
          accept: false
          reason: RpkiInvalid
        - accept: true

        """;

    public override string Version => typeof(CausewayDaemon).Assembly.GetName().Version?.ToString(3) ?? "";

    public override TimeSpan Pace => TimeSpan.FromMilliseconds(20);

    protected override ProcessStartInfo Configure(BgpBenchPlan plan)
    {
        List<string> arguments =
        [
            "bgp",
            "run",
            "--asn",
            BgpBenchPlan.Asn.ToString(CultureInfo.InvariantCulture),
            "--router-id",
            "192.0.2.1",
            "--listen",
            plan.EndPoint.ToString(),
            "--passive",
            "--hold-time",
            "240",
            "--export",
            "all",
            "--socket",
            plan.File("causeway.ctl"),
        ];
        if (plan.IsRouteServer)
            arguments.Add("--route-server");
        foreach ((System.Net.IPAddress address, uint asn) in plan.Neighbors)
            arguments.AddRange(["--peer", $"{address}={asn}"]);
        if (plan.Vrps is { } vrps)
        {
            File.WriteAllText(plan.File("policy.yaml"), Policy);
            IEnumerable<string> roas = vrps.All.Select(v =>
                $$"""{"asn":"AS{{v.Asn}}","prefix":"{{v.Prefix}}","maxLength":{{v.MaxLength}},"ta":"bench"}"""
            );
            File.WriteAllText(plan.File("vrps.json"), $$"""{"roas":[{{string.Join(",\n", roas)}}]}""");
            arguments.AddRange(["--import", plan.File("policy.yaml"), "--vrps", plan.File("vrps.json")]);
        }
        else
            arguments.AddRange(["--import", "all"]);
        return new ProcessStartInfo(Product.Executable, arguments);
    }

    public override async Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(plan.File("causeway.ctl")), cancel);
        using var stream = new NetworkStream(socket);
        await stream.WriteAsync("{\"show\":\"summary\"}\n"u8.ToArray(), cancel);
        using JsonDocument answer = await JsonDocument.ParseAsync(stream, default, cancel);
        return answer
            .RootElement.GetProperty("peers")
            .EnumerateArray()
            .SelectMany(p => p.GetProperty("families").EnumerateArray())
            .Sum(f => f.GetProperty("accepted").GetInt32());
    }
}
