using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>A customer's router, whatever make it is of, that announces prefixes over one session, configured as its owner would by hand.</summary>
internal sealed class CustomerRouter : IAsyncDisposable
{
    /// <summary>The makes, as theories name them.</summary>
    public static TheoryData<string> Makes => ["bird", "frr", "gobgp"];

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-customer-").FullName;
    private readonly StringBuilder _output = new();
    private Bird? _bird;
    private Process? _process;

    private CustomerRouter() { }

    /// <param name="make">One of <see cref="Makes"/>.</param>
    /// <param name="remote">Our router's address; of GoBGP also several, with commas.</param>
    /// <param name="origin">An ASN that it says the routes come from; its own unless given.</param>
    public static async Task<CustomerRouter> StartAsync(
        string make,
        uint asn,
        string local,
        string remote,
        int port,
        IReadOnlyList<string> prefixes,
        uint? origin = null
    )
    {
        var router = new CustomerRouter();
        try
        {
            switch (make)
            {
                case "bird":
                    string export = origin is null ? "where source = RTS_STATIC" : $"filter {{ bgp_path.prepend({origin}); accept; }}";
                    string routes = string.Join(" blackhole; route ", prefixes);
                    router._bird = new Bird(Number(asn), local, remote, port, "64496", routes, null, export: export);
                    break;
                case "frr":
                    router.Frr(asn, local, remote, port, prefixes, origin);
                    break;
                case "gobgp":
                    await router.GoBgpAsync(asn, local, remote, port, prefixes, origin);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(make), make, "No such make.");
            }
            return router;
        }
        catch
        {
            await router.DisposeAsync();
            throw;
        }
    }

    private void Frr(uint asn, string local, string remote, int port, IReadOnlyList<string> prefixes, uint? origin)
    {
        string us = $"neighbor {remote}";
        string config = Write(
            "bgpd.conf",
            $"""
            hostname customer
            router bgp {asn}
             bgp router-id {local}
             no bgp ebgp-requires-policy
             no bgp network import-check
             no bgp default ipv4-unicast
             {us} remote-as 64496
             {us} port {port}
             {us} update-source {local}
             {us} disable-connected-check
             {us} ebgp-multihop 64
             {us} timers connect 2
             address-family ipv4 unicast
              {string.Join("\n  ", prefixes.Select(p => $"network {p}"))}
              {us} activate
              {us} route-map OUT out
             exit-address-family
            exit
            route-map OUT permit 10
            {(origin is null ? "" : $" set as-path prepend {origin}")}
            exit
            """
        );
        string[] arguments = ["-f", config, "-p", Number(port), "-l", local, "-n", "-S", "-Z", "-P", "0"];
        Run("/usr/lib/frr/bgpd", [.. arguments, "-i", Path.Combine(_folder, "bgpd.pid"), "--vty_socket", _folder, "--log", "stdout"]);
    }

    private async Task GoBgpAsync(uint asn, string local, string remote, int port, IReadOnlyList<string> prefixes, uint? origin)
    {
        string Neighbor(string address) =>
            $"""
                [[neighbors]]
                  [neighbors.config]
                    peer-as = 64496
                    neighbor-address = "{address}"
                  [neighbors.timers.config]
                    connect-retry = 5
                    idle-hold-time-after-reset = 1
                  [neighbors.transport.config]
                    remote-port = {port}
                    local-address = "{local}"
                  [neighbors.ebgp-multihop.config]
                    enabled = true
                    multihop-ttl = 64
                  [[neighbors.afi-safis]]
                    [neighbors.afi-safis.config]
                      afi-safi-name = "ipv4-unicast"

                """;

        string config = Write(
            "gobgpd.toml",
            $"""
            [global.config]
              as = {asn}
              router-id = "{local}"
              port = {port}
              local-address-list = ["{local}"]
            {string.Concat(remote.Split(',').Select(Neighbor))}
            """
        );
        int control = FreePort();
        Run("/usr/bin/gobgpd", ["-f", config, "--api-hosts", $"127.0.0.1:{control}", "--pprof-disable"]);
        await Eventually.Get(
            () => AskAsync("/usr/bin/gobgp", "-p", Number(control), "global"),
            s => s.Contains(Number(asn), StringComparison.Ordinal),
            "gobgpd answers"
        );
        foreach (string prefix in prefixes)
            await AskAsync(
                "/usr/bin/gobgp",
                ["-p", Number(control), "global", "rib", "add", prefix, .. origin is null ? (string[])[] : ["aspath", Number(origin.Value)]]
            );
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private string Write(string file, string text)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    private void Run(string program, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    private static async Task<string> AskAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bird is not null)
            await _bird.DisposeAsync();
        if (_process is not null)
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
