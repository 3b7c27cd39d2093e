using Causeway.Domain.Circuits;
using Causeway.Testing.Workflows;
using static Causeway.Domain.Tests.Circuits.CircuitSample;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>The table of a pair's ports.</summary>
public sealed class PortLoadTableTests
{
    [Fact]
    public void The_ports_of_a_pair_decide_as_their_table_says()
    {
        string pair = Topology.PeeringLocations[0].Pairs[0].Name;
        long all = PortLoad.CapacityOf(Topology.PeeringLocations[0].Pairs[0]);
        WorkflowTable.Verify(
            new PortLoadWorkflow(() => Topology),
            [
                ("absent", null),
                ("empty", new PortLoad(pair, 0, 0)),
                ("nearly full", new PortLoad(pair, all - 100, 7)),
                ("more than full", new PortLoad(pair, all + 1000, 9)),
                ("of a pair that is gone", new PortLoad("gone", all, 7)),
            ],
            [
                ("Take 100", new ChangePortLoad(At, pair, 100, 1)),
                ("Take 101", new ChangePortLoad(At, pair, 101, 1)),
                ("Upgrade by 200", new ChangePortLoad(At, pair, 200, 0)),
                ("Give back 100", new ChangePortLoad(At, pair, -100, -1)),
                ("Count", new CountPortLoad(At, pair, 500, 2)),
            ],
            l => $"{l.Pair} {l.Mbps} Mbps, {l.Circuits} circuits"
        );
    }
}
