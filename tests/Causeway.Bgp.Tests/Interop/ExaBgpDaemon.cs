namespace Causeway.Bgp.Tests.Interop;

/// <summary>ExaBGP 4: announces what its configuration says, and hands what it hears to a program, here a file.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ExaBgpDaemon(LabPlan plan) : Daemon(plan)
{
    private string Heard => Path.Combine(Folder, "heard.json");
    private string Commands => Path.Combine(Folder, "commands");

    protected override IEnumerable<KeyValuePair<string, string>> Environment =>
        [
            new("exabgp.daemon.user", "root"),
            new("exabgp.tcp.bind", $"{Plan.DaemonAddress}"),
            new("exabgp.tcp.port", $"{Plan.DaemonPort}"),
            new("exabgp.log.level", "DEBUG"),
            new("exabgp.api.cli", "false"),
            new("exabgp.api.ack", "false"),
        ];

    public override string? Lacks(Feature feature) =>
        feature switch
        {
            Feature.RouteRefreshByUs => "n/a: 4.2 fails in answering when both sides do enhanced refresh (TypeError in new_update)",
            Feature.ReasonFromUs => "n/a: 4.2 fails in decoding a shutdown reason (TypeError in Notification)",
            Feature.Roles => "n/a: 4.2 has no roles",
            Feature.OurGracefulRestart => "n/a: it has no table, and keeps nothing",
            Feature.ReasonFromDaemon => "n/a: its teardown command carries a code, no words",
            _ => null,
        };

    public override bool HasTable => false;

    /// <summary>4.2 compares identifiers only when its own connection is in OpenConfirm; before that it drops it for any that comes in.</summary>
    public override bool LetsBothOpen => false;

    protected override (string, string[]) Prepare()
    {
        Write("commands", "");
        string script = Write("listen.sh", $"#!/bin/sh\ntail -n +1 -f {Commands} &\nexec cat >> {Heard}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string capability = Plan.With switch
        {
            Feature.ExtendedMessages => "extended-message enable;",
            Feature.AddPath => "add-path send;",
            Feature.GracefulRestart => "graceful-restart 60;",
            _ => "",
        };
        string hops = Plan.With == Feature.TtlSecurity ? "outgoing-ttl 255; incoming-ttl 255;" : "";
        string communities = "community [64999:17] extended-community [target:64999:18] large-community [4200000002:3:5]";
        string file = Write(
            "exabgp.conf",
            $$"""
            process listener {
                run {{script}};
                encoder json;
            }
            neighbor {{Plan.OurAddress}} {
                router-id {{Plan.DaemonAddress}};
                local-address {{Plan.DaemonAddress}};
                local-as {{LabPlan.DaemonAsn}};
                peer-as {{LabPlan.OurAsn}};
                {{(Plan.DaemonPassive ? "passive true;" : $"connect {Plan.PortForDaemon};")}}
                {{(Plan.Md5Key is null ? "" : $"md5-password \"{Plan.Md5Key}\"; md5-base64 false;")}}
                {{hops}}
                capability { route-refresh enable; asn4 enable; {{capability}} }
                family { ipv4 unicast; ipv6 unicast; }
                api { processes [listener]; neighbor-changes; receive { parsed; update; notification; refresh; } }
                static {
                    route {{LabPlan.DaemonV4}} next-hop {{Plan.DaemonAddress}} {{communities}} {{(
                Plan.With == Feature.AddPath ? "path-information 0.0.0.1" : ""
            )}};
                    {{(
                Plan.With == Feature.AddPath ? $"route {LabPlan.DaemonV4} next-hop {Plan.OurAddress} path-information 0.0.0.7;" : ""
            )}}
                    route {{LabPlan.DaemonV6}} next-hop 2001:db8::2 {{communities}};
                }
            }
            """
        );
        return ("exabgp", ["-e", "/dev/null", file]);
    }

    public override Task<string> RoutesFromUs() => Task.FromResult(File.Exists(Heard) ? File.ReadAllText(Heard) : "");

    public override Task ShutDownSession(string reason) => Command($"neighbor {Plan.OurAddress} teardown 2");

    public override Task AskForRefresh() => Command($"neighbor {Plan.OurAddress} announce route-refresh ipv4 unicast");

    public override async Task<string> LastError() => await RoutesFromUs() + Output;

    private Task Command(string command) => File.AppendAllTextAsync(Commands, command + "\n");
}
