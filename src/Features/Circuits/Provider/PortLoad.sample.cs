using Causeway.Domain.Circuits;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Circuits;

/// <summary>The ports of a pair; nobody can PUT them, and every story of a circuit that lands tells of them.</summary>
internal sealed class PortLoadSample : Sample<PortLoad>
{
    private static readonly string s_pair = CircuitStates.Topology.PeeringLocations[0].Pairs[0].Name;
    private static readonly long s_all = PortLoad.CapacityOf(CircuitStates.Topology.PeeringLocations[0].Pairs[0]);

    public override Workflow<PortLoad> Workflow { get; } = new PortLoadWorkflow(() => CircuitStates.Topology);

    public override IReadOnlyList<(string Name, PortLoad? State)> States { get; } =
    [
        ("absent", null),
        ("empty", new PortLoad(s_pair, 0, 0)),
        ("nearly full", new PortLoad(s_pair, s_all - 100, 7)),
        ("more than full", new PortLoad(s_pair, s_all + 1000, 9)),
        ("of a pair that is gone", new PortLoad("gone", s_all, 7)),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Take 100", new ChangePortLoad(At, s_pair, 100, 1)),
        ("Take 101", new ChangePortLoad(At, s_pair, 101, 1)),
        ("Upgrade by 200", new ChangePortLoad(At, s_pair, 200, 0)),
        ("Give back 100", new ChangePortLoad(At, s_pair, -100, -1)),
        ("Count", new CountPortLoad(At, s_pair, 500, 2)),
    ];

    public override string Describe(PortLoad resource) => $"{resource.Pair} {resource.Mbps} Mbps, {resource.Circuits} circuits";
}
