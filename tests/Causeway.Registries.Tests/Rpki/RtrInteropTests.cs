using System.Diagnostics;
using System.Net;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;
using Causeway.Registries.Serving.Rtr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Rpki;

/// <summary>RTR with programs that others wrote: StayRTR as the cache of our client; BIRD, FRR and rtr-tools as routers of our server.</summary>
public sealed class RtrInteropTests : IDisposable
{
    private static readonly Vrp A = new(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64496));
    private static readonly Vrp B = new(IpPrefix.Parse("198.51.100.0/24"), 26, new Asn(64497));
    private static readonly Vrp C = new(IpPrefix.Parse("2001:db8::/32"), 48, new Asn(64498));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-rtr-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static RtrServer Serve(params Vrp[] vrps)
    {
        var server = new RtrServer(
            new IPEndPoint(IPAddress.Loopback, 0),
            new RtrServerOptions { NotifyInterval = TimeSpan.Zero },
            TimeProvider.System,
            Supervised.New()
        );
        server.Publish(VrpTable.Build(vrps));
        return server;
    }

    private Task WriteAsync(params Vrp[] vrps) =>
        File.WriteAllTextAsync(
            PathOf("vrps.json"),
            $$"""{ "metadata": { "generated": 1767225600 }, "roas": [ {{string.Join(
                ",",
                vrps.Select(v => $$"""{ "asn": "AS{{v.Asn}}", "prefix": "{{v.Prefix}}", "maxLength": {{v.MaxLength}}, "ta": "ripe" }""")
            )}} ] }"""
        );

    private async Task<Daemon> StartStayRtrAsync(int port, int protocol)
    {
        string[] arguments =
        [
            "-bind",
            $"127.0.0.1:{port}",
            "-cache",
            PathOf("vrps.json"),
            "-metrics.addr",
            "127.0.0.1:0",
            "-checktime=false",
            "-refresh",
            "1",
            "-rtr.retry",
            "1",
            "-protocol",
            $"{protocol}",
        ];
        var stayrtr = Daemon.Start("/usr/bin/stayrtr", arguments);
        await stayrtr.UntilAsync(() => Task.FromResult(stayrtr.Output), o => o.Contains("StayRTR Server started"), "StayRTR started");
        return stayrtr;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task Our_client_follows_StayRTR(int protocol, int spoken)
    {
        Daemon.Require("/usr/bin/stayrtr", "stayrtr");
        await WriteAsync(A, B);
        int port = Daemon.FreePort();
        await using Daemon stayrtr = await StartStayRtrAsync(port, protocol);
        var client = RtrClient.Tcp("127.0.0.1", port, TimeProvider.System);
        await using Supervisor supervisor = Supervised.Run([client.Loop]);
        RtrCacheState first = await Eventually.Get(() => client.Current, s => s.Table is not null, "synchronized with StayRTR");
        Assert.Equal([A, B], first.Table!.All);
        Assert.Equal(spoken, first.Version);

        await WriteAsync(B, C);
        RtrCacheState second = await Eventually.Get(() => client.Current, s => s.Serial != first.Serial, "notified by StayRTR");
        Assert.Equal([B, C], second.Table!.All);
        Assert.Equal(first.Session, second.Session);
    }

    /// <summary>StayRTR speaks version 2 as its tenth draft has it.</summary>
    [Fact]
    public async Task Our_client_follows_the_ASPAs_of_StayRTR()
    {
        Daemon.Require("/usr/bin/stayrtr", "stayrtr");
        Task AspasAsync(string aspas) =>
            File.WriteAllTextAsync(
                PathOf("vrps.json"),
                $$"""{ "metadata": { "generated": 1767225600 }, "roas": [ { "asn": "AS64496", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe" } ], "provider_authorizations": {{aspas}} }"""
            );
        await AspasAsync(
            """{ "ipv4": [ { "customer_asid": 64500, "providers": [64502, 64501] } ], "ipv6": [ { "customer_asid": 64500, "providers": [64503] } ] }"""
        );
        int port = Daemon.FreePort();
        await using Daemon stayrtr = await StartStayRtrAsync(port, 2);
        var client = RtrClient.Tcp("127.0.0.1", port, TimeProvider.System);
        await using Supervisor supervisor = Supervised.Run([client.Loop]);
        string Says() => $"{client.Current.Problem} {string.Join("; ", client.Current.Aspas.All)}";
        await stayrtr.UntilAsync(
            () => Task.FromResult(Says()),
            s => s == " ASPA AS64500 => AS64501 AS64502 AS64503",
            "the providers of both families"
        );

        await AspasAsync(
            """{ "ipv4": [ { "customer_asid": 64500, "providers": [64501] }, { "customer_asid": 64510, "providers": [0] } ], "ipv6": [] }"""
        );
        await stayrtr.UntilAsync(() => Task.FromResult(Says()), s => s == " ASPA AS64500 => AS64501; ASPA AS64510 => AS0", "what changed");
    }

    /// <summary>It comes back with another session id and other data, and answers the former session's Serial Query with an Error Report.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Our_client_follows_StayRTR_over_its_restarts(int protocol)
    {
        Daemon.Require("/usr/bin/stayrtr", "stayrtr");
        int port = Daemon.FreePort();
        var client = RtrClient.Tcp("127.0.0.1", port, TimeProvider.System);
        await using Supervisor supervisor = Supervised.Run([client.Loop]);
        Vrp[][] lives =
        [
            [A, B],
            [B, C],
            [A, C],
        ];
        foreach (Vrp[] vrps in lives)
        {
            await WriteAsync(vrps);
            await using Daemon stayrtr = await StartStayRtrAsync(port, protocol);
            await stayrtr.UntilAsync(
                () => Task.FromResult($"{client.Current} {string.Join(" ", client.Current.Table?.All ?? [])}"),
                _ => client.Current is { Connected: true, Table: { } table } && table.All.SequenceEqual(vrps),
                "synchronized with the StayRTR of now"
            );
        }
    }

    [Fact]
    public async Task Rtr_tools_client_exports_what_we_serve()
    {
        Daemon.Require("/usr/bin/rtrclient", "rtr-tools");
        await using RtrServer server = Serve(A, B, C);
        string output = PathOf("out.csv");
        await Daemon.RunAsync("/usr/bin/rtrclient", "-e", "-t", "csv", "-o", output, "tcp", "127.0.0.1", $"{server.EndPoint.Port}");
        string[] lines = await File.ReadAllLinesAsync(output);
        Assert.Equal(
            ["192.0.2.0, 24, 24, 64496", "198.51.100.0, 24, 26, 64497", "2001:db8::, 32, 48, 64498"],
            lines.Where(l => !string.IsNullOrWhiteSpace(l)).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>A cache that restarts has another session and other data; rtr-tools' library then starts over.</summary>
    [Fact]
    public async Task Rtr_tools_client_follows_our_server_over_its_restart()
    {
        Daemon.Require("/usr/bin/rtrclient", "rtr-tools");
        int port = Daemon.FreePort();
        RtrServer Start(params Vrp[] vrps)
        {
            var options = new RtrServerOptions { NotifyInterval = TimeSpan.Zero, Intervals = new RtrIntervals(1, 1, 600) };
            var server = new RtrServer(new IPEndPoint(IPAddress.Loopback, port), options, TimeProvider.System, Supervised.New());
            server.Publish(VrpTable.Build(vrps));
            return server;
        }
        RtrServer first = Start(A);
        await using var router = Daemon.Start("/usr/bin/stdbuf", "-oL", "/usr/bin/rtrclient", "-p", "tcp", "127.0.0.1", $"{port}");
        await router.UntilAsync(() => Task.FromResult(router.Output), o => o.Contains("+ 192.0.2.0"), "rtrclient has the first VRP");
        await first.DisposeAsync();
        await using RtrServer second = Start(B);
        await router.UntilAsync(
            () => Task.FromResult(router.Output),
            o => o.Contains("+ 198.51.100.0") && o.Contains("- 192.0.2.0"),
            "rtrclient has the second VRP, and has let go of the first"
        );
    }

    [Fact]
    public async Task Bird_follows_our_server()
    {
        Daemon.Require("/usr/sbin/bird", "bird2");
        await using RtrServer server = Serve(A, C);
        string control = PathOf("bird.ctl");
        await File.WriteAllTextAsync(
            PathOf("bird.conf"),
            $$"""
            router id 192.0.2.1;
            roa4 table r4;
            roa6 table r6;
            protocol device {}
            protocol rpki cache {
              roa4 { table r4; };
              roa6 { table r6; };
              remote 127.0.0.1 port {{server.EndPoint.Port}};
            }
            """
        );
        await using var bird = Daemon.Start("/usr/sbin/bird", "-f", "-c", PathOf("bird.conf"), "-s", control);
        Task<string> Roas() => Daemon.RunAsync("/usr/sbin/birdc", "-s", control, "show", "route", "all");
        string first = await bird.UntilAsync(Roas, o => o.Contains("2001:db8::/32-48 AS64498"), "BIRD has the VRPs");
        Assert.Contains("192.0.2.0/24-24 AS64496", first);
        server.Publish(VrpTable.Build([B, C]));
        string second = await bird.UntilAsync(Roas, o => o.Contains("198.51.100.0/24-26 AS64497"), "BIRD has the new VRP");
        Assert.DoesNotContain("AS64496", second);
        Assert.Contains("2001:db8::/32-48 AS64498", second);
    }

    [Fact]
    public async Task Frr_follows_our_server()
    {
        Daemon.Require("/usr/lib/frr/bgpd", "frr");
        Assert.SkipUnless(
            Directory.Exists("/usr/lib/x86_64-linux-gnu/frr/modules") && File.Exists("/usr/lib/x86_64-linux-gnu/frr/modules/bgpd_rpki.so"),
            "FRR's RPKI module is not here: install frr-rpki-rtrlib"
        );
        Assert.SkipUnless(Environment.UserName == "root", "bgpd changes to its own user, for which it must be started by root");
        await using RtrServer server = Serve(A, C);
        await File.WriteAllTextAsync(
            PathOf("bgpd.conf"),
            $"""
            rpki
             rpki polling_period 3600
             rpki cache 127.0.0.1 {server.EndPoint.Port} preference 1
             exit
            !
            router bgp 64496
            """
        );
        await Daemon.RunAsync("/usr/bin/chown", "-R", "frr:frr", _folder.FullName);
        await using var bgpd = Daemon.Start(
            "/usr/lib/frr/bgpd",
            [
                "-f",
                PathOf("bgpd.conf"),
                "-i",
                PathOf("bgpd.pid"),
                "--vty_socket",
                _folder.FullName,
                "-n",
                "-Z",
                "-p",
                "0",
                "-M",
                "rpki",
                "-l",
                "127.0.0.1",
            ]
        );
        Task<string> Prefixes() => Daemon.RunAsync("/usr/bin/vtysh", "--vty_socket", _folder.FullName, "-c", "show rpki prefix-table");
        string first = await bgpd.UntilAsync(Prefixes, o => o.Contains("64498"), "FRR has the VRPs");
        Assert.Matches(@"192\.0\.2\.0\s+24 -  24\s+64496", first);
        Assert.Matches(@"2001:db8::\s+32 -  48\s+64498", first);
        server.Publish(VrpTable.Build([B, C]));
        string second = await bgpd.UntilAsync(Prefixes, o => o.Contains("64497"), "FRR has the new VRP");
        Assert.DoesNotContain("64496", second);
    }
}
