using System.Collections.Immutable;
using System.Net;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>Peerings stand on the exchange or building where they are: its name, its LANs, our routers and addresses there, and our ASN.</summary>
public sealed class InternetPeeringsOnTopology : IOnTopology
{
    public ImmutableArray<TopologyUse> Pulled(NetworkTopology before, NetworkTopology after)
    {
        var pulled = ImmutableArray.CreateBuilder<TopologyUse>();
        foreach (Exchange was in before.Exchanges)
            if (Says(before, was, after) is { } what)
                pulled.Add(
                    new TopologyUse(Peering.ResourceType, Peering.SiteLabel(was.Name), what, "Deprovision them first, or let it stay.")
                );
        foreach (Facility was in before.Facilities)
            if (Says(was, after) is { } what)
                pulled.Add(
                    new TopologyUse(Peering.ResourceType, Peering.SiteLabel(was.Site), what, "Deprovision them first, or let it stay.")
                );
        return pulled.ToImmutable();
    }

    /// <summary>What cables there end on, and would not any more; null when they do.</summary>
    private static string? Says(Facility was, NetworkTopology after) =>
        after.FindFacility(was.Name) is not { } now ? $"facility '{was.Name}' goes"
        : was.Routers.FirstOrDefault(r => !now.Routers.Contains(r, StringComparer.OrdinalIgnoreCase)) is { } router
            ? $"router '{router}' of facility '{was.Name}' goes"
        : null;

    /// <summary>What every peer there has configured, and would be otherwise; null when nothing is. A further router pulls nothing away.</summary>
    private static string? Says(NetworkTopology before, Exchange was, NetworkTopology after)
    {
        if (after.FindExchange(was.Name) is not { } now)
            return $"exchange '{was.Name}' goes";
        if (before.Asn != after.Asn)
            return $"the AS number changes from {before.Asn} to {after.Asn}, which is configured on the other side of every session";
        if (was.RouteServer != now.RouteServer)
            return was.RouteServer is null
                    ? $"exchange '{was.Name}' becomes a route server's, which is another AS on the other side of every session"
                : now.RouteServer is null ? $"the route server of exchange '{was.Name}' goes"
                : $"the AS number of the route server of exchange '{was.Name}' changes from {was.RouteServer} to {now.RouteServer}, which is configured on the other side of every session";
        foreach (IpPrefix lan in was.Lans)
            if (!now.Lans.Contains(lan))
                return $"the LAN {lan} of exchange '{was.Name}' goes";
        foreach (ExchangeRouter router in was.Routers)
        foreach (IPAddress address in router.Addresses)
            if (!now.Routers.Any(r => r.Addresses.Contains(address)))
                return $"the address {address} of exchange '{was.Name}' goes";
        return null;
    }
}
