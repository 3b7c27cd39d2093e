namespace Causeway.Bgp.Tests.Interop;

/// <summary>OpenBGPD, the portable edition.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class OpenBgpdDaemon(LabPlan plan) : Daemon(plan)
{
    private string Socket => Path.Combine(Folder, "bgpd.sock");

    public override string? Lacks(Feature feature) =>
        feature switch
        {
            Feature.RouteRefreshByUs => "n/a: 7.7 counts the request and sends nothing",
            Feature.ExtendedMessages => "n/a: 7.7 does not offer the capability",
            Feature.GracefulRestart or Feature.DaemonReboots => "n/a: 7.7 offers End-of-RIB only, and keeps nothing",
            _ => null,
        };

    public override bool HasTwoPaths => false;

    public override bool LetsBothOpen => false;

    protected override (string, string[]) Prepare()
    {
        string communities = "community 64999:17 ext-community rt 64999:18 large-community 4200000002:3:5";
        string more = Plan.With switch
        {
            Feature.TtlSecurity => "ttl-security yes",
            Feature.Roles => "announce policy provider enforce",
            Feature.AddPath => "announce add-path send all",
            Feature.RouteServerClient => "enforce neighbor-as no",
            _ => "",
        };
        string second =
            Plan.With == Feature.AddPath ? $"neighbor {Plan.SecondSource} {{\nremote-as {LabPlan.SecondAsn}\npassive\nmultihop 64\n}}" : "";
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
                port {{Plan.PortForDaemon}}
                local-address {{Plan.DaemonAddress}}
                multihop 64
                announce IPv4 unicast
                announce IPv6 unicast
                {{more}}
                {{(Plan.DaemonPassive ? "passive" : "")}}
                {{(Plan.Md5Key is null ? "" : $"tcp md5sig password \"{Plan.Md5Key}\"")}}
            }
            {{second}}
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
