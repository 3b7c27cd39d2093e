using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace Causeway.Bench;

/// <summary>
/// A network for the benchmark alone: some daemons refuse neighbors in 127.0.0.0/8, so as root everything runs in a network namespace of its own, whose loopback
/// interface holds 198.18.0.0/15 (RFC 2544). Without root it runs on 127.0.0.0/8, and those daemons are reported as not measured.
/// The process outside holds the standard input of the one inside: when it closes, however the outer one ended, the inner one stops and cleans up. The
/// namespace goes with its last process.
/// </summary>
internal static class BgpBenchNetwork
{
    private const string Inside = "CAUSEWAY_BENCH_NAMESPACE";

    private const string Script = """
        ip link set lo up && ip address add 198.18.0.1/15 dev lo && ip -6 address add 2001:db8::1/64 dev lo nodad && exec "$0" "$@"
        """;

    private static bool IsInside => Environment.GetEnvironmentVariable(Inside) == "1";

    public static IPAddress Host(int high, int low) => new(IsInside ? [198, 18, (byte)high, (byte)low] : [127, 0, (byte)high, (byte)low]);

    /// <summary>Runs the benchmark inside the namespace, by this program started again, or here when there can be none.</summary>
    public static async Task<int> RunAsync(string[] args, Func<CancellationToken, Task<int>> run, CancellationToken cancel)
    {
        if (IsInside)
        {
            using var held = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _ = Console
                .OpenStandardInput()
                .ReadAsync(new byte[1], CancellationToken.None)
                .AsTask()
                .ContinueWith(_ => held.Cancel(), TaskScheduler.Default);
            return await run(held.Token);
        }
        if (Environment.UserName != "root")
            return await run(cancel);
        var start = new ProcessStartInfo("unshare", ["--net", "sh", "-c", Script, Environment.ProcessPath!, .. args])
        {
            RedirectStandardInput = true,
        };
        start.Environment[Inside] = "1";
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            return await run(cancel);
        }
        using (process)
        using (cancel.Register(() => process!.StandardInput.Close()))
        {
            await process!.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
    }
}
