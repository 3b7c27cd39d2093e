using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>BIRD 2. Asked over its control socket.</summary>
internal sealed partial class BirdDaemon() : BgpDaemon("BIRD")
{
    public override string? Version { get; } = Ask("bird", "--version")?.Replace("BIRD version ", "", StringComparison.Ordinal);

    public override TimeSpan Pace => TimeSpan.FromMilliseconds(20);

    protected override ProcessStartInfo Configure(BgpBenchPlan plan)
    {
        var text = new StringBuilder();
        text.Append("log stderr all;\nrouter id 192.0.2.1;\nprotocol device {}\n");
        if (plan.IsRouteServer)
            text.Append("ipv4 table master4 sorted;\nipv6 table master6 sorted;\n");
        foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            string n = family == IpFamily.V4 ? "4" : "6";
            text.Append(CultureInfo.InvariantCulture, $"roa{n} table r{n};\nprotocol static {{ roa{n} {{ table r{n}; }};\n");
            foreach (Vrp vrp in plan.Vrps?.All.Where(v => v.Prefix.Family == family) ?? [])
                text.Append(CultureInfo.InvariantCulture, $"route {vrp.Prefix} max {vrp.MaxLength} as {vrp.Asn};\n");
            text.Append(
                CultureInfo.InvariantCulture,
                $"}}\nfilter checked{n} {{ if (roa_check(r{n}, net, bgp_path.last) = ROA_INVALID) then reject; accept; }}\n"
            );
        }
        string import = plan.Vrps is null ? "import all" : "import filter checked";
        (string import4, string import6) = plan.Vrps is null ? (import, import) : ($"{import}4", $"{import}6");
        int number = 0;
        foreach ((System.Net.IPAddress address, uint asn) in plan.Neighbors)
        {
            string export = asn == BgpBenchPlan.SinkAsn || plan.IsRouteServer ? "export all" : "export none";
            // A route server looks for the next best where the best is the member's own, as people configure it.
            (string client, string secondary) = plan.IsRouteServer ? (" rs client;", " secondary;") : ("", "");
            text.Append(
                CultureInfo.InvariantCulture,
                $"protocol bgp p{number++} {{ local {BgpBenchPlan.Address} port {plan.Port} as 65000; neighbor {address} as {asn}; passive; hold time 240;{client} "
                    + $"ipv4 {{ {import4}; {export};{secondary} }}; ipv6 {{ {import6}; {export};{secondary} }}; }}\n"
            );
        }
        File.WriteAllText(plan.File("bird.conf"), text.ToString());
        return new ProcessStartInfo("bird", ["-f", "-c", plan.File("bird.conf"), "-s", plan.File("bird.ctl"), "-P", plan.File("bird.pid")]);
    }

    public override async Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(plan.File("bird.ctl")), cancel);
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await reader.ReadLineAsync(cancel);
        await stream.WriteAsync("show protocols all \"p*\"\n"u8.ToArray(), cancel);
        int routes = 0;
        while (await reader.ReadLineAsync(cancel) is { } line && !line.StartsWith("0000", StringComparison.Ordinal))
            if (Imported().Match(line) is { Success: true } match)
                routes += int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return routes;
    }

    [GeneratedRegex(@"Routes:\s+(\d+) imported")]
    private static partial Regex Imported();
}

/// <summary>GoBGP. Asked with its command line client, which takes long with a full table: not too often.</summary>
internal sealed partial class GoBgpDaemon() : BgpDaemon("GoBGP")
{
    public override string? Version { get; } = Ask("gobgpd", "--version")?.Replace("gobgpd version ", "", StringComparison.Ordinal);

    public override bool NeedsCache => true;

    public override TimeSpan Pace => TimeSpan.FromMilliseconds(300);

    protected override ProcessStartInfo Configure(BgpBenchPlan plan)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"[global.config]\nas = 65000\nrouter-id = \"192.0.2.1\"\nport = {plan.Port}\nlocal-address-list = [\"{BgpBenchPlan.Address}\"]\n"
        );
        if (plan.Cache is { } cache)
            text.Append(
                CultureInfo.InvariantCulture,
                $"""
                [global.apply-policy.config]
                import-policy-list = ["checked"]
                default-import-policy = "accept-route"
                [[rpki-servers]]
                [rpki-servers.config]
                address = "{cache.Address}"
                port = {cache.Port}
                [[policy-definitions]]
                name = "checked"
                [[policy-definitions.statements]]
                [policy-definitions.statements.conditions.bgp-conditions]
                rpki-validation-result = "invalid"
                [policy-definitions.statements.actions]
                route-disposition = "reject-route"

                """
            );
        foreach ((System.Net.IPAddress address, uint asn) in plan.Neighbors)
            text.Append(
                CultureInfo.InvariantCulture,
                $"""

                [[neighbors]]
                [neighbors.config]
                neighbor-address = "{address}"
                peer-as = {asn}
                [neighbors.transport.config]
                passive-mode = true
                [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                afi-safi-name = "ipv4-unicast"
                [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                afi-safi-name = "ipv6-unicast"

                """
            );
        File.WriteAllText(plan.File("gobgp.toml"), text.ToString());
        return new ProcessStartInfo("gobgpd", ["-f", plan.File("gobgp.toml"), "--api-hosts", Api(plan), "--pprof-disable", "-l", "error"]);
    }

    private static string Api(BgpBenchPlan plan) => $"127.0.0.1:{plan.Port + 1000}";

    private static Task<string?> AskAsync(BgpBenchPlan plan, CancellationToken cancel, params string[] question) =>
        RunAsync("gobgp", ["-u", "127.0.0.1", "-p", $"{plan.Port + 1000}", .. question], cancel);

    public override async Task<bool> HoldsVrpsAsync(BgpBenchPlan plan, CancellationToken cancel) =>
        await AskAsync(plan, cancel, "rpki", "server", $"{plan.Cache!.Address}") is { } text && EndOfData().IsMatch(text);

    public override async Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel)
    {
        int routes = 0;
        foreach (string family in (string[])["ipv4", "ipv6"])
        {
            string? text = await AskAsync(plan, cancel, "global", "rib", "summary", "-a", family);
            if (text is not null && Paths().Match(text) is { Success: true } match)
                routes += int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }
        return routes;
    }

    [GeneratedRegex(@"Path:\s*(\d+)")]
    private static partial Regex Paths();

    [GeneratedRegex(@"EndOfData:\s*[1-9]")]
    private static partial Regex EndOfData();
}

/// <summary>FRR's bgpd alone, without zebra.</summary>
internal sealed class FrrDaemon() : BgpDaemon("FRR")
{
    private const string Program = "/usr/lib/frr/bgpd";

    public override string? Version { get; } = Ask(Program, "--version")?.Replace("bgpd version ", "", StringComparison.Ordinal);

    public override bool NeedsCache => true;

    protected override ProcessStartInfo Configure(BgpBenchPlan plan)
    {
        var text = new StringBuilder();
        if (plan.Cache is { } cache)
            text.Append(
                CultureInfo.InvariantCulture,
                $"""
                rpki
                 rpki cache {cache.Address} {cache.Port} preference 1
                exit
                route-map checked deny 10
                 match rpki invalid
                exit
                route-map checked permit 20
                exit

                """
            );
        text.Append("router bgp 65000\n bgp router-id 192.0.2.1\n no bgp ebgp-requires-policy\n no bgp network import-check\n");
        foreach ((System.Net.IPAddress address, uint asn) in plan.Neighbors)
            text.Append(CultureInfo.InvariantCulture, $" neighbor {address} remote-as {asn}\n neighbor {address} passive\n");
        foreach (string family in (string[])["ipv4", "ipv6"])
        {
            text.Append(CultureInfo.InvariantCulture, $" address-family {family} unicast\n");
            foreach ((System.Net.IPAddress address, uint _) in plan.Neighbors)
            {
                text.Append(CultureInfo.InvariantCulture, $"  neighbor {address} activate\n");
                if (plan.Cache is not null)
                    text.Append(CultureInfo.InvariantCulture, $"  neighbor {address} route-map checked in\n");
            }
            text.Append(" exit-address-family\n");
        }
        text.Append("exit\n");
        File.WriteAllText(plan.File("frr.conf"), text.ToString());
        string[] arguments =
        [
            "-f",
            plan.File("frr.conf"),
            "-i",
            plan.File("frr.pid"),
            "-Z",
            "-n",
            "-S",
            "-l",
            BgpBenchPlan.Address.ToString(),
            "-p",
            plan.Port.ToString(CultureInfo.InvariantCulture),
            "-P",
            "0",
            "--vty_socket",
            plan.Folder,
            "--log",
            "stdout",
            "--log-level",
            "warnings",
            .. plan.Cache is null ? [] : (string[])["-M", "rpki"],
        ];
        return new ProcessStartInfo(Program, arguments);
    }

    private static Task<string?> AskAsync(BgpBenchPlan plan, string question, CancellationToken cancel) =>
        RunAsync("vtysh", ["--vty_socket", plan.Folder, "-d", "bgpd", "-c", question], cancel);

    /// <summary>Until it says so it validates nothing, although it may have them: it looks every three seconds.</summary>
    public override async Task<bool> HoldsVrpsAsync(BgpBenchPlan plan, CancellationToken cancel) =>
        await AskAsync(plan, "show rpki cache-connection", cancel) is { } text && text.Contains("Connected", StringComparison.Ordinal);

    public override async Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel)
    {
        string? text = await AskAsync(plan, "show bgp summary json", cancel);
        if (text is null || text.IndexOf('{', StringComparison.Ordinal) is var start && start < 0)
            return 0;
        using JsonDocument document = JsonDocument.Parse(text[start..(text.LastIndexOf('}') + 1)]);
        int routes = 0;
        foreach (JsonProperty family in document.RootElement.EnumerateObject())
            if (family.Value.ValueKind == JsonValueKind.Object && family.Value.TryGetProperty("peers", out JsonElement peers))
                foreach (JsonProperty peer in peers.EnumerateObject())
                    routes += peer.Value.TryGetProperty("pfxRcd", out JsonElement count) ? count.GetInt32() : 0;
        return routes;
    }
}

/// <summary>OpenBGPD, three processes.</summary>
internal sealed class OpenBgpDaemon() : BgpDaemon("OpenBGPD")
{
    private const string Confinement = "/run/openbgpd";

    private bool _made;

    public override string? Version { get; } = Ask("bgpctl", "-V")?.Replace("OpenBGPD ", "", StringComparison.Ordinal);

    protected override ProcessStartInfo Configure(BgpBenchPlan plan)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"AS 65000\nrouter-id 192.0.2.1\nlisten on {BgpBenchPlan.Address} port {plan.Port}\nfib-update no\nholdtime 240\nsocket \"{plan.File("bgpd.sock")}\"\n"
        );
        if (plan.IsRouteServer)
            text.Append("rde evaluate all\n");
        if (plan.Vrps is { } vrps)
        {
            text.Append("roa-set {\n");
            foreach (Vrp vrp in vrps.All)
                text.Append(CultureInfo.InvariantCulture, $"{vrp.Prefix} maxlen {vrp.MaxLength} source-as {vrp.Asn}\n");
            text.Append("}\n");
        }
        foreach ((System.Net.IPAddress address, uint asn) in plan.Neighbors)
            text.Append(
                CultureInfo.InvariantCulture,
                $"neighbor {address} {{\n remote-as {asn}\n passive\n announce IPv4 unicast\n announce IPv6 unicast\n{(plan.IsRouteServer ? " transparent-as yes\n" : asn == BgpBenchPlan.SinkAsn ? "" : " export none\n")}}}\n"
            );
        text.Append("allow from any\nallow to any\n");
        if (plan.Vrps is not null)
            text.Append("deny from any ovs invalid\n");
        File.WriteAllText(plan.File("bgpd.conf"), text.ToString());
        // Debian's unit makes the folder that it confines itself to.
        _made |= !Directory.Exists(Confinement);
        Directory.CreateDirectory(Confinement);
        File.SetUnixFileMode(plan.File("bgpd.conf"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new ProcessStartInfo("bgpd", ["-d", "-f", plan.File("bgpd.conf")]);
    }

    public override void CleanUp()
    {
        if (_made)
            Directory.Delete(Confinement, recursive: true);
    }

    /// <summary>It counts what it received, refused or not, once as received, once more if accepted, and once for each peer that is told.</summary>
    public override async Task<int> AcceptedAsync(BgpBenchPlan plan, CancellationToken cancel)
    {
        using JsonDocument? memory = await AskAsync(plan, cancel, "show", "rib", "memory");
        using JsonDocument? neighbor = await AskAsync(plan, cancel, "show", "neighbor");
        if (memory is null || neighbor is null)
            return 0;
        int held = memory.RootElement.GetProperty("memory").GetProperty("prefix").GetProperty("count").GetInt32();
        return held
            - neighbor
                .RootElement.GetProperty("neighbors")
                .EnumerateArray()
                .Select(n => n.GetProperty("stats").GetProperty("prefixes"))
                .Sum(p => p.GetProperty("received").GetInt32() + p.GetProperty("sent").GetInt32());
    }

    private static async Task<JsonDocument?> AskAsync(BgpBenchPlan plan, CancellationToken cancel, params string[] question) =>
        await RunAsync("bgpctl", ["-s", plan.File("bgpd.sock"), "-j", .. question], cancel) is { } text
        && text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start
            ? JsonDocument.Parse(text[start..(text.LastIndexOf('}') + 1)])
            : null;
}
