using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Causeway.Api.Tests.Road;

/// <summary>ExaBGP: a speaker that sends whatever it is told to, path and next hop included, as no honest router would.</summary>
internal sealed class ExaBgp : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-exabgp-").FullName;
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly string _neighbors;

    /// <param name="routes">As its configuration has them: <c>193.0.0.0/21 next-hop self as-path [ 3333 ]</c>.</param>
    public ExaBgp(uint asn, string local, int port, IEnumerable<string> routes, params string[] remotes)
    {
        _neighbors = string.Concat(
            remotes.Select(remote =>
                $$"""
                    neighbor {{remote}} {
                        router-id {{(local.Contains(':', StringComparison.Ordinal) ? "192.0.2.201" : local)}};
                        local-address {{local}};
                        local-as {{asn.ToString(CultureInfo.InvariantCulture)}};
                        peer-as 64496;
                        connect {{port.ToString(CultureInfo.InvariantCulture)}};
                        group-updates false;
                        family { {{(local.Contains(':', StringComparison.Ordinal) ? "ipv6" : "ipv4")}} unicast; }
                        static { ROUTES }
                    }

                    """
            )
        );
        Write(routes);
        var start = new ProcessStartInfo("/usr/sbin/exabgp", [Configuration])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["exabgp_daemon_user"] = "root";
        start.Environment["exabgp_api_cli"] = "false";
        start.Environment["exabgp_log_level"] = "ERR";
        _process = Process.Start(start) ?? throw new InvalidOperationException("exabgp is not installed: apt-get install exabgp");
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private string Configuration => Path.Combine(_folder, "exabgp.conf");

    /// <summary>Everything that it wrote, for a test that fails.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Sends these routes instead; the session stays.</summary>
    public async Task AnnounceAsync(IEnumerable<string> routes)
    {
        Write(routes);
        using Process kill = Process.Start("/bin/kill", ["-USR1", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Write(IEnumerable<string> routes) =>
        File.WriteAllText(
            Configuration,
            _neighbors.Replace("ROUTES", string.Concat(routes.Select(r => $"route {r};\n        ")), StringComparison.Ordinal)
        );

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
