using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace Causeway.Bench;

/// <summary>
/// A network for the benchmark alone: some daemons refuse neighbors in 127.0.0.0/8, so as root everything runs in a network namespace of its own, whose loopback
/// interface holds 198.18.0.0/15 (RFC 2544). Without root it runs on 127.0.0.0/8, and those daemons are reported as not measured.
/// </summary>
internal static class BgpBenchNetwork
{
    private const string Inside = "CAUSEWAY_BENCH_NAMESPACE";

    private const string Script = """
        ip link set lo up && ip address add 198.18.0.1/15 dev lo && ip -6 address add 2001:db8::1/64 dev lo nodad && exec "$0" "$@"
        """;

    private static bool IsInside => Environment.GetEnvironmentVariable(Inside) == "1";

    public static IPAddress Host(int high, int low) => new(IsInside ? [198, 18, (byte)high, (byte)low] : [127, 0, (byte)high, (byte)low]);

    /// <summary>Runs this program again inside the namespace, when that is possible.</summary>
    /// <returns>Its exit code; null to go on here.</returns>
    public static async Task<int?> EnterAsync(string[] args)
    {
        if (IsInside || Environment.UserName != "root")
            return null;
        try
        {
            var start = new ProcessStartInfo("unshare", ["--net", "sh", "-c", Script, Environment.ProcessPath!, "bench", "bgp", .. args]);
            start.Environment[Inside] = "1";
            using Process? process = Process.Start(start);
            if (process is null)
                return null;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
