using System.Diagnostics;
using System.Globalization;
using Causeway.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Causeway.Drills.Tests;

/// <summary>
/// What every drill shares. A drill puts real servers under a mixed load with sessions up, makes something bad happen, and looks at what is left: it fails
/// when a figure that has to be 0 is not, and prints all of them either way.
/// </summary>
internal static class Drill
{
    /// <summary>How long one drill keeps up its load: short in a test run, longer with <c>./causeway test drills --minutes N</c>.</summary>
    public static TimeSpan Load { get; } =
        double.TryParse(
            Environment.GetEnvironmentVariable("CAUSEWAY_DRILL_MINUTES"),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double minutes
        )
            ? TimeSpan.FromMinutes(minutes)
            : TimeSpan.FromSeconds(20);

    /// <summary>How long an outage lasts within that load.</summary>
    public static TimeSpan Outage { get; } = TimeSpan.FromSeconds(Math.Clamp(Load.TotalSeconds * 0.75, 25, 90));

    /// <summary>After the last bad thing everything has to be at rest within this time.</summary>
    public static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(60);

    public static readonly string[] Unlimited =
    [
        "--circuits-per-subscription",
        "0",
        "--circuits-per-region",
        "0",
        "--throttle-enabled",
        "false",
    ];

    /// <summary>Lets an amount of real time pass: an outage has to last, and nothing that could be waited for says when it has.</summary>
    public static Task LastAsync(TimeSpan time, CancellationToken stop) => Task.Delay(time, TimeProvider.System, stop);

    /// <summary>Sends a signal by number, such as SIGSTOP, to one process.</summary>
    public static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
