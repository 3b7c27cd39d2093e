using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Domain.Topology;

/// <summary>What there is of Peering Service: who provides it, and where its customers are.</summary>
/// <param name="Community">
/// What providers mark the routes of its customers with (RFC 1997; 8075:8007 at Microsoft); null when no mark is asked for.
/// </param>
public sealed record PeeringServiceOffer(
    uint? Community,
    ImmutableArray<PeeringServiceLocation> Locations,
    ImmutableArray<PeeringServiceProvider> Providers
)
{
    public static readonly PeeringServiceOffer None = new(null, [], []);

    public PeeringServiceLocation? FindLocation(string name) =>
        Locations.FirstOrDefault(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public PeeringServiceProvider? FindProvider(string name) =>
        Providers.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Where customers are.</summary>
/// <param name="Name">A state or province.</param>
/// <param name="Country">Its country's name, as people write it.</param>
/// <param name="Region">Nearest region, for people.</param>
public sealed record PeeringServiceLocation(string Name, string Country, string Region);

/// <summary>A network that carries customers' traffic to us.</summary>
/// <param name="Asn">By which its sessions are known.</param>
/// <param name="Locations">Names of the <see cref="PeeringServiceLocation"/>s that it serves.</param>
/// <param name="PeeringLocations">Names of the <see cref="PeeringLocation"/>s where it meets us.</param>
public sealed record PeeringServiceProvider(string Name, Asn Asn, ImmutableArray<string> Locations, ImmutableArray<string> PeeringLocations)
{
    public bool Serves(string location) => Locations.Contains(location, StringComparer.OrdinalIgnoreCase);

    public bool MeetsUsAt(string location) => PeeringLocations.Contains(location, StringComparer.OrdinalIgnoreCase);
}
