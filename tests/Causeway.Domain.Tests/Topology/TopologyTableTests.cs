using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Tests.Circuits;
using Causeway.Domain.Topology;
using Causeway.Testing.Workflows;

namespace Causeway.Domain.Tests.Topology;

/// <summary>The table of the one topology, and what a change of it says and pulls.</summary>
public sealed class TopologyTableTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_topology_decides_as_its_table_says()
    {
        var built = new InstalledTopology("asn: 64496", "the built-in topology", BuiltIn: true);
        var own = new InstalledTopology("asn: 64497", "own.yaml", BuiltIn: false);
        ImmutableArray<TopologyChange> changes = [new("asn", "64496", "64497"), new("regions/westus", "West US, North America", null)];
        WorkflowTable.Verify(
            new TopologyWorkflow(),
            [("absent", null), ("built-in", built), ("own", own)],
            [
                ("Apply the built-in", new ApplyTopology(At, built, [], [])),
                (
                    "Apply one's own",
                    new ApplyTopology(
                        At,
                        own,
                        changes,
                        [new TopologyUse("T/circuits", "edge/ams-1", "pair 'ams-1' goes", "Deprovision them first.")]
                    )
                ),
            ],
            t => $"{t.Source} {(t.BuiltIn ? "built-in" : "own")}"
        );
    }

    [Fact]
    public void A_change_is_told_line_by_line_and_the_same_topology_has_none()
    {
        NetworkTopology before = CircuitSample.Topology;
        Assert.Empty(TopologyChange.Between(before, before with { Revision = 7 }));
        Assert.Empty(new CircuitsOnTopology().Pulled(before, before));
        PeeringLocation first = before.PeeringLocations[0];
        RouterPair pair = first.Pairs[0];
        NetworkTopology after = before with
        {
            PeeringLocations = before.PeeringLocations.Replace(
                first,
                first with
                {
                    Pairs = first.Pairs.Replace(
                        pair,
                        pair with
                        {
                            Primary = pair.Primary with { Name = "another" },
                            OverprovisionFactor = 2,
                        }
                    ),
                }
            ),
            ServiceProviders = before.ServiceProviders.RemoveAt(0),
        };

        string[] says = [.. TopologyChange.Between(before, after).Select(c => c.Says)];
        Assert.Contains($"~ locations/{first.Name}/pairs/{pair.Name}/primary: {pair.Primary.Name} -> another", says);
        Assert.Contains(says, s => s.StartsWith($"~ locations/{first.Name}/pairs/{pair.Name}: port", StringComparison.Ordinal));
        Assert.Contains(says, s => s.StartsWith($"- providers/{before.ServiceProviders[0].Name}: layer", StringComparison.Ordinal));
        ImmutableArray<TopologyUse> pulled = new CircuitsOnTopology().Pulled(before, after);
        Assert.Contains(pulled, p => p.Label.Equals($"edge/{pair.Name}", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(pulled, p => p.Label.StartsWith($"ordered/{before.ServiceProviders[0].Name}/", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(pulled, p => p.Label.Contains("another", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_AS_number_pulls_every_pair_because_it_is_configured_on_the_other_side()
    {
        NetworkTopology before = CircuitSample.Topology;
        Assert.Equal(
            before.PeeringLocations.Sum(l => l.Pairs.Length),
            new CircuitsOnTopology().Pulled(before, before with { Asn = new Primitives.Asn(64999) }).Length
        );
    }
}
