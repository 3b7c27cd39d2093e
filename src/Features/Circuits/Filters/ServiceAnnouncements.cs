using System.Collections.Immutable;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>
/// What of our services a peering announces to its customer: over public peering all of them; over Microsoft peering those that the family's route filter
/// lets through, and without a filter none, except in legacy mode, from before there were filters, where it is all of them. A service that is not for the
/// circuit's subscription, or not for that of its filter, is never announced. Pure: a topology that changes is another intent.
/// </summary>
public static class ServiceAnnouncements
{
    public static ImmutableArray<AnnouncedPrefix> Of(NetworkTopology topology, ResourceId circuit, Peering peering) =>
        [.. peering.Families.SelectMany(f => For(topology, f.Family, Announced(circuit, peering.Type, f.Configured)))];

    /// <summary>Whether a family of a peering announces a service.</summary>
    private static Func<AnnouncedService, bool> Announced(ResourceId circuit, PeeringType type, PeeringFamily family)
    {
        bool everything =
            type == PeeringType.AzurePublicPeering || (type == PeeringType.MicrosoftPeering && family.Public is { LegacyMode: not 0 });
        if (everything)
            return s => s.IsFor(circuit.Subscription!);
        return type == PeeringType.MicrosoftPeering && family.Filter is { } filter
            ? s => filter.Communities.Contains(s.Community) && s.IsFor(circuit.Subscription!) && s.IsFor(filter.Id.Subscription!)
            : _ => false;
    }

    /// <summary>The prefixes of some services, each with the communities of all of these that have it.</summary>
    private static IEnumerable<AnnouncedPrefix> For(NetworkTopology topology, IpFamily family, Func<AnnouncedService, bool> which) =>
        from service in topology.Services
        where which(service)
        from prefix in service.Prefixes
        where prefix.Family == family
        group service.Community by prefix into announced
        select new AnnouncedPrefix(announced.Key, [.. announced.Distinct().Order()]);
}
