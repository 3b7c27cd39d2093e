namespace Causeway.Bgp.Tests.Interop;

/// <summary>BIRD 2.</summary>
public sealed class BirdDaemon(LabPlan plan) : Daemon(plan)
{
    private string Socket => Path.Combine(Folder, "bird.ctl");

    protected override (string, string[]) Prepare()
    {
        string password = Plan.Md5Key is null ? "" : $"password \"{Plan.Md5Key}\";";
        string communities = """
            bgp_community.add((64999,17));
                bgp_ext_community.add((rt,64999,18));
                bgp_large_community.add((4200000002,3,5));
            """;
        string more = Plan.With switch
        {
            Feature.TtlSecurity => "ttl security on;",
            Feature.Roles => "local role provider;",
            Feature.ExtendedMessages => "enable extended messages on;",
            Feature.GracefulRestart => "graceful restart on;",
            _ => "",
        };
        (string second, string paths) =
            Plan.With == Feature.AddPath
                ? ($"protocol static again {{ ipv4 {{ preference 90; }}; route {LabPlan.DaemonV4} unreachable; }}", "add paths tx;")
                : ("", "");
        string file = Write(
            "bird.conf",
            $$"""
            router id {{Plan.DaemonAddress}};
            log stderr all;
            protocol device { }
            protocol static four { ipv4; route {{LabPlan.DaemonV4}} blackhole; }
            protocol static six { ipv6; route {{LabPlan.DaemonV6}} blackhole; }
            {{second}}
            filter announce {
                if source != RTS_STATIC then reject;
                {{communities}}
                accept;
            }
            protocol bgp causeway {
                local {{Plan.DaemonAddress}} port {{Plan.DaemonPort}} as {{LabPlan.DaemonAsn}};
                neighbor {{Plan.OurAddress}} port {{Plan.PortForDaemon}} as {{LabPlan.OurAsn}};
                multihop;
                passive {{(Plan.DaemonPassive ? "on" : "off")}};
                connect delay time 1;
                connect retry time 2;
                error wait time 1, 2;
                {{password}}
                {{more}}
                ipv4 { {{paths}} import all; export filter announce; next hop self; };
                ipv6 { import all; export filter announce; next hop address 2001:db8::2; };
            }
            """
        );
        return ("bird", ["-f", "-c", file, "-s", Socket, "-P", Path.Combine(Folder, "bird.pid")]);
    }

    public override Task<string> RoutesFromUs() => Bird("show", "route", "protocol", "causeway", "all");

    public override async Task ShutDownSession(string reason) => await Bird("disable", "causeway", $"\"{reason}\"");

    public override async Task AskForRefresh() => await Bird("reload", "in", "causeway");

    public override async Task<string> LastError() => await Bird("show", "protocols", "all", "causeway") + Output;

    private Task<string> Bird(params string[] command) => Run("birdc", ["-s", Socket, .. command]);
}
