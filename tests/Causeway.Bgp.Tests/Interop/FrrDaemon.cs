namespace Causeway.Bgp.Tests.Interop;

/// <summary>FRR's bgpd alone, without zebra.</summary>
public sealed class FrrDaemon(LabPlan plan) : Daemon(plan)
{
    public override bool HasTwoPaths => false;

    protected override (string, string[]) Prepare()
    {
        string us = $"neighbor {Plan.OurAddress}";
        string communities = """
             set community 64999:17
             set extcommunity rt 64999:18
             set large-community 4200000002:3:5
            """;
        string more = Plan.With switch
        {
            Feature.Roles => $"{us} local-role provider",
            Feature.GracefulRestart => "bgp graceful-restart",
            Feature.RouteServerClient => "no bgp enforce-first-as",
            Feature.AddPath =>
                $"bgp disable-ebgp-connected-route-check\n neighbor {Plan.SecondSource} remote-as {LabPlan.SecondAsn}\n neighbor {Plan.SecondSource} passive",
            _ => "",
        };
        string hops = Plan.With == Feature.TtlSecurity ? "ttl-security hops 1" : "ebgp-multihop 64";
        string paths = Plan.With == Feature.AddPath ? $"{us} addpath-tx-all-paths\n  neighbor {Plan.SecondSource} activate" : "";
        string file = Write(
            "bgpd.conf",
            $"""
            hostname lab
            log stdout debugging
            debug bgp neighbor-events
            router bgp {LabPlan.DaemonAsn}
             bgp router-id {Plan.DaemonAddress}
             no bgp ebgp-requires-policy
             no bgp network import-check
             no bgp default ipv4-unicast
             {us} remote-as {LabPlan.OurAsn}
             {us} port {Plan.PortForDaemon}
             {us} update-source {Plan.DaemonAddress}
             {us} disable-connected-check
             {us} {hops}
             {more}
             {us} timers connect 2
             {(Plan.Md5Key is null ? "" : $"{us} password {Plan.Md5Key}")}
             {(Plan.DaemonPassive ? $"{us} passive" : "")}
             address-family ipv4 unicast
              network {LabPlan.DaemonV4}
              {us} activate
              {paths}
              {us} send-community all
              {us} route-map OUT4 out
             exit-address-family
             address-family ipv6 unicast
              network {LabPlan.DaemonV6}
              {us} activate
              {us} send-community all
              {us} route-map OUT6 out
             exit-address-family
            exit
            route-map OUT4 permit 10
            {communities}
            exit
            route-map OUT6 permit 10
            {communities}
             set ipv6 next-hop global 2001:db8::2
            exit
            """
        );
        string[] arguments = ["-f", file, "-p", $"{Plan.DaemonPort}", "-l", $"{Plan.DaemonAddress}", "-n", "-S", "-Z", "-P", "0"];
        return ("/usr/lib/frr/bgpd", [.. arguments, "-i", Path.Combine(Folder, "bgpd.pid"), "--vty_socket", Folder, "--log", "stdout"]);
    }

    public override async Task<string> RoutesFromUs() =>
        await Vtysh($"show bgp ipv4 unicast {LabPlan.OurV4}", $"show bgp ipv4 unicast {LabPlan.Relayed}")
        + await Vtysh($"show bgp ipv6 unicast {LabPlan.OurV6}");

    public override Task ShutDownSession(string reason) =>
        Vtysh("configure terminal", $"router bgp {LabPlan.DaemonAsn}", $"neighbor {Plan.OurAddress} shutdown message {reason}");

    public override Task AskForRefresh() => Vtysh($"clear bgp {Plan.OurAddress} soft in");

    public override async Task<string> LastError() => await Vtysh($"show bgp neighbors {Plan.OurAddress}") + Output;

    private Task<string> Vtysh(params string[] commands) =>
        Run("vtysh", ["--vty_socket", Folder, "-d", "bgpd", .. commands.SelectMany(c => new[] { "-c", c })]);
}
