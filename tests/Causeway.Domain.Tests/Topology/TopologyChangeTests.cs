using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Samples.Circuits;

namespace Causeway.Domain.Tests.Topology;

/// <summary>What a change of the topology says and pulls.</summary>
public sealed class TopologyChangeTests
{
    [Fact]
    public void A_change_is_told_line_by_line_and_the_same_topology_has_none()
    {
        NetworkTopology before = CircuitStates.Topology;
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
        NetworkTopology before = CircuitStates.Topology;
        Assert.Equal(
            before.PeeringLocations.Sum(l => l.Pairs.Length),
            new CircuitsOnTopology().Pulled(before, before with { Asn = new Primitives.Asn(64999) }).Length
        );
    }
}
