using System.Diagnostics;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A peer's BIRD: one address, a session with each of our two routers at the exchange, or with whom it says, configured as its owner would by hand.</summary>
internal sealed class ExchangeBird : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-xbird-").FullName;
    private readonly string _local;
    private readonly int _port;
    private readonly string[] _neighbors;
    private readonly uint _neighborAsn;
    private readonly bool _isRouteServer;
    private Process? _process;
    private Task<string> _log = Task.FromResult("");

    /// <param name="isRouteServer">It is a route server, and its neighbors are members: paths and next hops are as its filter makes them.</param>
    /// <param name="export">Statements of the export filter before it accepts: <c>bgp_path.prepend(64512);</c>.</param>
    public ExchangeBird(
        uint asn,
        string local,
        int port,
        IEnumerable<string> announce,
        string export = "",
        string? key = null,
        bool start = true,
        uint neighborAsn = 64496,
        bool isRouteServer = false,
        params string[] neighbors
    )
    {
        (_local, _port, _neighborAsn, _isRouteServer) = (local, port, neighborAsn, isRouteServer);
        _neighbors = neighbors is [] ? ["127.80.0.1", "127.80.0.2"] : neighbors;
        Configure(asn, announce, export, key);
        if (start)
            Start();
    }

    /// <param name="role">What it states (RFC 9234): <c>peer</c>, <c>customer</c>; null states nothing.</param>
    public void Configure(uint asn, IEnumerable<string> announce, string export = "", string? key = null, string? role = null) =>
        File.WriteAllText(
            Path.Combine(_folder, "bird.conf"),
            $$"""
            router id {{(_local.Contains(':', StringComparison.Ordinal) ? $"198.51.100.{_local.Split(':')[^1]}" : _local)}};
            log stderr all;
            timeformat route iso long us;
            protocol device { }
            protocol static { {{Family}}; {{string.Concat(announce.Select(p => $"route {p} blackhole; "))}} }
            filter announced { if source != RTS_STATIC then reject; {{export}} accept; }
            template bgp ours {
                local {{_local}} port {{_port}} as {{asn}};
                strict bind yes;
                multihop;
                {{(_isRouteServer ? "rs client;" : "")}}
                {{(role is null ? "" : $"local role {role};")}}
                connect retry time 2;
                connect delay time 1;
                error wait time 1, 2;
                {{(key is null ? "" : $"password \"{key}\";")}}
                {{Family}} { import all; export filter announced; };
            }
            {{string.Concat(
                _neighbors.Select((n, i) => $"protocol bgp x{i + 1} from ours {{ neighbor {n} port {_port} as {_neighborAsn}; }}\n")
            )}}
            """
        );

    public void Start()
    {
        _process =
            Process.Start(
                new ProcessStartInfo("/usr/sbin/bird", ["-f", "-c", Path.Combine(_folder, "bird.conf"), "-s", Socket])
                {
                    RedirectStandardError = true,
                }
            ) ?? throw new InvalidOperationException("bird is not installed: apt-get install bird2");
        _log = _process.StandardError.ReadToEndAsync();
    }

    private string Family => _local.Contains(':', StringComparison.Ordinal) ? "ipv6" : "ipv4";

    private string Socket => Path.Combine(_folder, "bird.ctl");

    public Task<string> ReconfigureAsync() => AskAsync("configure");

    public Task<string> RoutesAsync() => AskAsync("show", "route");

    public Task<string> ProtocolAsync() => AskAsync("show", "protocols", "all");

    /// <summary>How many updates it has heard of each of ours: what is not touched counts no further.</summary>
    public async Task<string> UpdatesAsync() =>
        string.Join('\n', (await ProtocolAsync()).Split('\n').Where(l => l.Contains("Import updates:", StringComparison.Ordinal)));

    public async Task<string> AskAsync(params string[] words)
    {
        using Process birdc = Process.Start(
            new ProcessStartInfo("/usr/sbin/birdc", ["-s", Socket, .. words])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        string text = await birdc.StandardOutput.ReadToEndAsync();
        await birdc.WaitForExitAsync();
        return text;
    }

    public async Task StopAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        await _log;
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
