namespace Causeway.Bgp.Tests.Interop;

/// <summary>GoBGP 3.</summary>
public sealed class GoBgpDaemon(LabPlan plan) : Daemon(plan)
{
    public override string? Lacks(Feature feature) =>
        feature switch
        {
            Feature.RouteRefreshByDaemon => "n/a: softresetin reads its own Adj-RIB-In again, it never asks",
            Feature.Roles => "n/a: 3.10 has no roles",
            Feature.ExtendedMessages => "n/a: 3.10 does not offer the capability",
            _ => null,
        };

    public override bool LetsBothOpen => false;

    protected override (string, string[]) Prepare()
    {
        string kept = Plan.With is Feature.GracefulRestart or Feature.OurGracefulRestart
            ? "[neighbors.afi-safis.mp-graceful-restart.config]\nenabled = true"
            : "";
        string file = Write(
            "gobgpd.toml",
            $"""
            [global.config]
              as = {LabPlan.DaemonAsn}
              router-id = "{Plan.DaemonAddress}"
              port = {Plan.DaemonPort}
              local-address-list = ["{Plan.DaemonAddress}"]
            [[neighbors]]
              [neighbors.config]
                peer-as = {LabPlan.OurAsn}
                neighbor-address = "{Plan.OurAddress}"
                {(Plan.Md5Key is null ? "" : $"auth-password = \"{Plan.Md5Key}\"")}
              [neighbors.timers.config]
                connect-retry = 5
                idle-hold-time-after-reset = 1
              [neighbors.transport.config]
                remote-port = {Plan.PortForDaemon}
                local-address = "{Plan.DaemonAddress}"
                passive-mode = {(Plan.DaemonPassive ? "true" : "false")}
              {(Plan.With == Feature.TtlSecurity
                    ? "[neighbors.ttl-security.config]\nenabled = true\nttl-min = 255"
                    : "[neighbors.ebgp-multihop.config]\nenabled = true\nmultihop-ttl = 64")}
              {(Plan.With is Feature.GracefulRestart or Feature.OurGracefulRestart ? "[neighbors.graceful-restart.config]\nenabled = true\nrestart-time = 60" : "")}
              [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                  afi-safi-name = "ipv4-unicast"
                {(Plan.With == Feature.AddPath ? "[neighbors.afi-safis.add-paths.config]\nsend-max = 4" : "")}
                {kept}
              [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                  afi-safi-name = "ipv6-unicast"
                {kept}
            """
        );
        return ("gobgpd", ["-f", file, "--api-hosts", $"127.0.0.1:{Plan.ControlPort}", "--pprof-disable", "-l", "debug"]);
    }

    protected override async Task AfterStart()
    {
        await Causeway.Testing.Eventually.Get(
            () => GoBgp("global"),
            s => s.Contains(LabPlan.DaemonAsn.ToString(), StringComparison.Ordinal),
            "gobgpd answers"
        );
        string[] communities = ["community", "64999:17", "rt", "64999:18", "large-community", "4200000002:3:5"];
        await GoBgp(["global", "rib", "add", $"{LabPlan.DaemonV4}", .. communities]);
        if (Plan.With == Feature.AddPath)
            await GoBgp(["global", "rib", "add", $"{LabPlan.DaemonV4}", "identifier", "7", .. communities]);
        await GoBgp(["global", "rib", "add", "-a", "ipv6", $"{LabPlan.DaemonV6}", "nexthop", "2001:db8::2", .. communities]);
    }

    public override async Task<string> RoutesFromUs() =>
        await GoBgp("neighbor", $"{Plan.OurAddress}", "adj-in", "-a", "ipv4")
        + await GoBgp("neighbor", $"{Plan.OurAddress}", "adj-in", "-a", "ipv6");

    public override async Task<string> BestRoutes() =>
        await GoBgp("global", "rib", "-a", "ipv4") + await GoBgp("global", "rib", "-a", "ipv6");

    public override async Task ShutDownSession(string reason) =>
        await GoBgp("neighbor", $"{Plan.OurAddress}", "shutdown", "--reason", reason);

    public override async Task AskForRefresh() => await GoBgp("neighbor", $"{Plan.OurAddress}", "softresetin");

    private Task<string> GoBgp(params string[] command) => Run("gobgp", ["-p", $"{Plan.ControlPort}", .. command]);
}
