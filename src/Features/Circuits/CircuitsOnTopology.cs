using System.Collections.Immutable;
using Causeway.Domain.Topology;

namespace Causeway.Domain.Circuits;

/// <summary>Circuits stand on the router pair that they landed on, and on the provider and location that they were ordered from.</summary>
public sealed class CircuitsOnTopology : IOnTopology
{
    public ImmutableArray<TopologyUse> Pulled(NetworkTopology before, NetworkTopology after)
    {
        var pulled = ImmutableArray.CreateBuilder<TopologyUse>();
        foreach (RouterPair pair in before.PeeringLocations.SelectMany(l => l.Pairs))
        {
            RouterPair? kept = after.FindPair(pair.Name);
            if (kept is null)
                Pull(pair, $"pair '{pair.Name}' goes");
            else if (before.Asn != after.Asn)
                Pull(
                    pair,
                    $"the AS number changes from {before.Asn} to {after.Asn}, which is configured on the other side of every session"
                );
            else
                foreach (
                    (RouterDefinition was, RouterDefinition now) in new[] { (pair.Primary, kept.Primary), (pair.Secondary, kept.Secondary) }
                )
                    if (!was.Name.Equals(now.Name, StringComparison.OrdinalIgnoreCase))
                        Pull(pair, $"router '{was.Name}' of pair '{pair.Name}' becomes '{now.Name}'");
        }
        foreach (ServiceProvider provider in before.ServiceProviders)
        {
            ServiceProvider? kept = after.FindProvider(provider.Name);
            foreach (string location in provider.PeeringLocations)
            {
                string? gone =
                    kept is null ? $"provider '{provider.Name}' goes"
                    : after.FindLocation(location) is null ? $"location '{location}' goes"
                    : !kept.PeeringLocations.Contains(location, StringComparer.OrdinalIgnoreCase)
                        ? $"provider '{provider.Name}' is at '{location}' no more"
                    : null;
                if (gone is not null)
                    pulled.Add(
                        new TopologyUse(
                            Circuit.ResourceType,
                            Circuit.OrderLabel(provider.Name, location),
                            gone,
                            "Their owners have to delete them first, or the name has to stay."
                        )
                    );
            }
        }
        return pulled.ToImmutable();

        void Pull(RouterPair pair, string what) =>
            pulled.Add(
                new TopologyUse(
                    Circuit.ResourceType,
                    Circuit.EdgeLabel(pair.Name),
                    what,
                    "Their provider has to deprovision them first (and provision them anew on another pair), or it has to stay."
                )
            );
    }
}
