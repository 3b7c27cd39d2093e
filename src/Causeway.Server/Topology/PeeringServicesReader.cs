using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Server.Topology;

/// <summary>Reads the topology's <c>peeringServices</c>: every problem in it is collected.</summary>
internal sealed class PeeringServicesReader(
    List<string> problems,
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
                    $"peeringServices: community '{text}' is none (RFC 1997): write two numbers up to 65535 in quotes, such as \"64496:8007\"."
                );
        ImmutableArray<PeeringServiceLocation> locations = [.. e.Locations.Select(Location)];
        Unique("locations", locations.Select(l => l.Name));
        ImmutableArray<PeeringServiceProvider> providers = [.. e.Providers.Select(p => Provider(p, locations))];
        Unique("providers", providers.Select(p => p.Name));
        return new PeeringServiceOffer(community, locations, providers);
    }

    private PeeringServiceLocation Location(PeeringServiceLocationEntry l)
    {
        if (string.IsNullOrWhiteSpace(l.Name))
            problems.Add("peeringServices locations: an entry has no name: give the state or province.");
        if (string.IsNullOrWhiteSpace(l.Country))
            problems.Add($"peeringServices location '{l.Name}' has no country: give its name.");
        Region? region = regions.FirstOrDefault(r => r.Name == Region.Normalise(l.Region));
        if (region is null)
            problems.Add($"peeringServices location '{l.Name}': region '{l.Region}' is not in regions.");
        return new PeeringServiceLocation(l.Name, l.Country, region?.DisplayName ?? l.Region);
    }

    private PeeringServiceProvider Provider(PeeringServiceProviderEntry p, ImmutableArray<PeeringServiceLocation> locations)
    {
        if (string.IsNullOrWhiteSpace(p.Name))
            problems.Add("peeringServices providers: an entry has no name.");
        string where = $"peeringServices provider '{p.Name}'";
        if (p.Asn == 0)
            problems.Add($"{where} has no asn: its sessions are known by it.");
        return new PeeringServiceProvider(
            p.Name,
            new Asn(p.Asn),
            Of(p.Locations, "peeringServices.locations", locations.Select(l => l.Name), where),
            Of(p.PeeringLocations, "locations", peeringLocations.Select(l => l.Name), where)
        );
    }

    /// <summary>Names as the list that they are in spells them.</summary>
    private ImmutableArray<string> Of(List<string> names, string list, IEnumerable<string> known, string where)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (string name in names)
            if (known.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } spelt)
                found.Add(spelt);
            else
                problems.Add($"{where}: '{name}' is not in {list}.");
        return found.ToImmutable();
    }

    private void Unique(string what, IEnumerable<string> names)
    {
        foreach (IGrouping<string, string> twice in names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            problems.Add($"peeringServices {what}: the name '{twice.Key}' is used {twice.Count()} times.");
    }
}
