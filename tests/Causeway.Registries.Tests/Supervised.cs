using Causeway.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Registries.Tests;

/// <summary>Supervisors as the registries' loops have them in the process.</summary>
internal static class Supervised
{
    /// <summary>One that turns nothing yet.</summary>
    public static Supervisor New(TimeProvider? time = null) => new(time ?? TimeProvider.System, NullLogger<Supervisor>.Instance);

    /// <summary>Turns loops until it is disposed.</summary>
    public static Supervisor Run(IEnumerable<Loop> loops, TimeProvider? time = null)
    {
        Supervisor supervisor = New(time);
        foreach (Loop loop in loops)
            supervisor.Start(loop);
        return supervisor;
    }

    /// <summary>How a loop is.</summary>
    public static LoopStatus Of(this Supervisor supervisor, string loop) => supervisor.Status.Single(s => s.Name == loop);
}
