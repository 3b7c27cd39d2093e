using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Server.Topology;

/// <summary>Reads the topology's <c>peeringServices</c>: every problem in it is collected.</summary>
internal sealed class PeeringServicesReader(
    TopologyProblems problems,
    ImmutableArray<Region> regions,
    ImmutableArray<PeeringLocation> peeringLocations
)
{
    public PeeringServiceOffer Read(PeeringServicesEntry e)
    {
        uint? community = null;
        if (e.Community is { } text)
            if (AnnouncedService.TryParse(text, out uint parsed))
                community = parsed;
            else
                problems.Add(
                    "peeringServices.community",
                    $"peeringServices: community '{text}' is none (RFC 1997): write two numbers up to 65535 in quotes, such as \"64496:8007\"."
                );
        ImmutableArray<PeeringServiceLocation> locations = [.. e.Locations.Select(Location)];
        problems.Unique("peeringServices locations", e.Locations.Select(l => (l.Name, new TopologyPlace(l, "", "name"))));
        ImmutableArray<PeeringServiceProvider> providers = [.. e.Providers.Select(p => Provider(p, locations))];
        problems.Unique("peeringServices providers", e.Providers.Select(p => (p.Name, new TopologyPlace(p, "", "name"))));
        return new PeeringServiceOffer(community, locations, providers);
    }

    private PeeringServiceLocation Location(PeeringServiceLocationEntry l)
    {
        var at = new TopologyPlace(l, "");
        if (string.IsNullOrWhiteSpace(l.Name))
            problems.Add(at, "peeringServices locations: an entry has no name: give the state or province.");
        if (string.IsNullOrWhiteSpace(l.Country))
            problems.Add(at, "country", $"peeringServices location '{l.Name}' has no country: give its name.");
        Region? region = regions.FirstOrDefault(r => r.Name == Region.Normalise(l.Region));
        if (region is null)
            problems.Add(at, "region", $"peeringServices location '{l.Name}': region '{l.Region}' is not in regions.");
        return new PeeringServiceLocation(l.Name, l.Country, region?.DisplayName ?? l.Region);
    }

    private PeeringServiceProvider Provider(PeeringServiceProviderEntry p, ImmutableArray<PeeringServiceLocation> locations)
    {
        var where = new TopologyPlace(p, $"peeringServices provider '{p.Name}'");
        if (string.IsNullOrWhiteSpace(p.Name))
            problems.Add(where, "peeringServices providers: an entry has no name.");
        if (p.Asn == 0)
            problems.Add(where, "asn", $"{where} has no asn: its sessions are known by it.");
        else if (new Asn(p.Asn).IsReserved)
            problems.Add(where, "asn", $"{where}: asn is {p.Asn}, which {TopologyProblems.NoNetwork}.");
        return new PeeringServiceProvider(
            p.Name,
            new Asn(p.Asn),
            Of(p.Locations, "peeringServices.locations", locations.Select(l => l.Name), where.At("locations")),
            Of(p.PeeringLocations, "locations", peeringLocations.Select(l => l.Name), where.At("peeringLocations"))
        );
    }

    /// <summary>Names as the list that they are in spells them.</summary>
    private ImmutableArray<string> Of(List<string> names, string list, IEnumerable<string> known, TopologyPlace where)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        foreach ((int index, string name) in names.Index())
            if (known.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } spelt)
                found.Add(spelt);
            else
                problems.Add(where with { Key = $"{where.Key}[{index}]" }, $"{where}: '{name}' is not in {list}.");
        return found.ToImmutable();
    }
}
