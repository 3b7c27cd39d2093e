using System.Diagnostics;

namespace Causeway.Api.Tests.Road;

/// <summary>A customer's BIRD, configured as its owner would by hand: addresses, ASNs and port of the peering, and nothing about Causeway.</summary>
internal sealed class Bird : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-bird-").FullName;
    private readonly Process _process;
    private readonly Task<string> _log;

    public Bird(
        string asn,
        string local,
        string remote,
        int port,
        string remoteAsn,
        string announce,
        string? password,
        bool gracefulRestart = false,
        string export = "where source = RTS_STATIC"
    )
    {
        bool isV4 = !local.Contains(':', StringComparison.Ordinal);
        string family = isV4 ? "ipv4" : "ipv6";
        File.WriteAllText(
            Path.Combine(_folder, "bird.conf"),
            $$"""
            router id {{(isV4 ? local : "192.0.2.200")}};
            log stderr all;
            timeformat route iso long us;
            protocol device { }
            protocol static { {{family}}; route {{announce}} blackhole; }
            protocol bgp edge {
                local {{local}} port {{port}} as {{asn}};
                neighbor {{remote}} port {{port}} as {{remoteAsn}};
                # Both routers are on this machine: listen on this address only, and look for no interface.
                strict bind yes;
                multihop;
                connect retry time 2;
                connect delay time 1;
                error wait time 1, 2;
                {{(password is null ? "" : $"password \"{password}\";")}}
                {{(gracefulRestart ? "graceful restart on;" : "")}}
                {{family}} { import all; export {{export}}; };
            }
            """
        );
        _process =
            Process.Start(
                new ProcessStartInfo("/usr/sbin/bird", ["-f", "-c", Path.Combine(_folder, "bird.conf"), "-s", Socket])
                {
                    RedirectStandardError = true,
                }
            ) ?? throw new InvalidOperationException("bird is not installed: apt-get install bird2");
        _log = _process.StandardError.ReadToEndAsync();
    }

    private string Socket => Path.Combine(_folder, "bird.ctl");

    public Task<string> RoutesAsync() => AskAsync("show", "route", "all");

    public Task<string> ProtocolAsync() => AskAsync("show", "protocols", "all", "edge");

    private async Task<string> AskAsync(params string[] words)
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

    /// <summary>Once is enough: a test may let it go before its end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(_folder))
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        await _log;
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
