using Causeway.Hosting;
using Causeway.Routers;

namespace Causeway.Server.Topology;

/// <summary>
/// Follows the topology with the routers that this process drives: pairs that went are let go, their drivers ended and their leases given back; pairs that
/// came are driven. What stays goes on, and is compiled anew.
/// </summary>
internal sealed class RouterSet : Loop
{
    /// <summary>How long a pair has to let go; its drivers may be telling every neighbor.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);

    private readonly RouterFleet _fleet;
    private readonly Supervisor _supervisor;

    public RouterSet(LiveTopology topology, RouterFleet fleet, Supervisor supervisor)
        : base("router set")
    {
        (_fleet, _supervisor) = (fleet, supervisor);
        topology.Changed += Wake;
    }

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        IReadOnlyList<GroupReconciler> leaving = _fleet.Leaving;
        if (leaving.Count > 0)
        {
            IReadOnlyList<Loop> ended = await _supervisor.StopAsync(leaving, EndWithin);
            if (ended.Count < leaving.Count)
                throw new TimeoutException(
                    $"Not let go within {EndWithin.TotalSeconds:0} s: {string.Join(", ", leaving.Except(ended).Select(l => l.Name))}."
                );
        }
        foreach (Loop came in _fleet.Follow())
            _supervisor.Start(came);
        return new TurnResult($"{_fleet.Groups.Count} groups of routers", null);
    }
}
