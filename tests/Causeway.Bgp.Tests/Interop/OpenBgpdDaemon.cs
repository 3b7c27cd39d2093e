namespace Causeway.Bgp.Tests.Interop;

/// <summary>OpenBGPD, the portable edition.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OpenBgpdDaemon(LabPlan plan) : Daemon(plan)
{
    private string Socket => Path.Combine(Folder, "bgpd.sock");

    public override string? Lacks(Feature feature) =>
        feature == Feature.RouteRefreshByUs ? "n/a: 7.7 counts the request and sends nothing" : null;

    protected override (string, string[]) Prepare()
    {
        string communities = "community 64999:17 ext-community rt 64999:18 large-community 4200000002:3:5";
        string file = Write(
            "bgpd.conf",
            $$"""
            AS {{LabPlan.DaemonAsn}}
            router-id {{Plan.DaemonAddress}}
            listen on {{Plan.DaemonAddress}} port {{Plan.DaemonPort}}
            fib-update no
            log updates
            socket "{{Socket}}"
            network {{LabPlan.DaemonV4}} set { {{communities}} }
            network {{LabPlan.DaemonV6}} set { {{communities}} }
            neighbor {{Plan.OurAddress}} {
                remote-as {{LabPlan.OurAsn}}
                port {{Plan.OurPort}}
                local-address {{Plan.DaemonAddress}}
                multihop 64
                announce IPv4 unicast
                announce IPv6 unicast
                {{(Plan.DaemonPassive ? "passive" : "")}}
                {{(Plan.Md5Key is null ? "" : $"tcp md5sig password \"{Plan.Md5Key}\"")}}
            }
            allow from any
            allow to any
            match to any prefix {{LabPlan.DaemonV6}} set nexthop 2001:db8::2
            """
        );
        // Its processes change their root to the home of their user, which the package leaves to systemd to make.
        foreach (string line in File.ReadLines("/etc/passwd").Where(l => l.StartsWith("_openbgpd:", StringComparison.Ordinal)))
            Directory.CreateDirectory(line.Split(':')[5], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return ("/usr/sbin/bgpd", ["-d", "-v", "-f", file]);
    }

    public override Task<string> RoutesFromUs() => BgpCtl("show", "rib", "detail", "in", "neighbor", $"{Plan.OurAddress}");

    public override Task ShutDownSession(string reason) => BgpCtl("neighbor", $"{Plan.OurAddress}", "down", reason);

    public override Task AskForRefresh() => BgpCtl("neighbor", $"{Plan.OurAddress}", "refresh");

    public override async Task<string> LastError() => await BgpCtl("show", "neighbor", $"{Plan.OurAddress}") + Output;

    private Task<string> BgpCtl(params string[] command) => Run("bgpctl", ["-s", Socket, .. command]);
}
