using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Domain.Networks;

/// <summary>The rules of peerings between networks (Azure's: one peering for each pair, no address in both).</summary>
public static class NetworkPeerings
{
    /// <summary>What speaks against a peering; null when nothing does.</summary>
    public static Refusal? With(VirtualNetwork network, PutNetworkPeering put) =>
        network.FindPeering(put.Peering.Name) is { } standing && standing.Remote != put.Peering.Remote
            ? Refusal.Invalid(
                "ChangingRemoteVirtualNetworkNotAllowed",
                $"Peering {standing.Name} is with {standing.Remote}: delete it, and make one with {put.Peering.Remote}.",
                "properties.remoteVirtualNetwork"
            )
            : Check(Put(network, put)).FirstOrDefault();

    /// <summary>The network with the peering.</summary>
    public static VirtualNetwork Put(VirtualNetwork network, PutNetworkPeering put)
    {
        NetworkPeering next = Standing(network, put.Peering, put.Sync);
        int at = network.Peerings.IndexOf(network.FindPeering(next.Name)!);
        return network with { Peerings = at < 0 ? network.Peerings.Add(next) : network.Peerings.SetItem(at, next) };
    }

    /// <summary>A peering as wanted, with what stays of the one there is: its guid, and unless it is to look anew, what it knows of the other network.</summary>
    public static NetworkPeering Standing(VirtualNetwork network, NetworkPeering wanted, bool sync) =>
        network.FindPeering(wanted.Name) is { } standing && standing.Remote == wanted.Remote
            ? wanted with
            {
                Name = standing.Name,
                ResourceGuid = standing.ResourceGuid,
                RemoteSpace = sync ? wanted.RemoteSpace : standing.RemoteSpace,
            }
            : wanted;

    /// <summary>Every problem of a network's peerings.</summary>
    public static IEnumerable<Refusal> Check(VirtualNetwork network)
    {
        foreach (NetworkPeering peering in network.Peerings)
        {
            if (peering.Remote == network.Id)
                yield return Refusal.Invalid(
                    "VirtualNetworkCannotPeerWithItself",
                    $"Peering {peering.Name} is with the network itself: name another one.",
                    "properties.remoteVirtualNetwork"
                );
            else if (
                network.Peerings.FirstOrDefault(p => p != peering && p.Remote == peering.Remote) is { } other
                && IsFirst(network, other, peering)
            )
                yield return Refusal.Conflict(
                    "AnotherPeeringAlreadyReferencesRemoteVnet",
                    $"Peering {other.Name} is with {peering.Remote} already: two networks have one peering with each other.",
                    "properties.remoteVirtualNetwork"
                );
            if (Overlap(network.AddressSpace, peering.RemoteSpace) is { } both)
                yield return Refusal.Invalid(
                    "VnetAddressSpacesOverlap",
                    $"Cannot create or update peering {network.Id.Child("virtualNetworkPeerings", peering.Name)}. Virtual networks {network.Id} and {peering.Remote} cannot be peered because their address spaces overlap: {both}.",
                    "properties.remoteVirtualNetwork"
                );
        }
    }

    private static bool IsFirst(VirtualNetwork network, NetworkPeering a, NetworkPeering b) =>
        network.Peerings.IndexOf(a) < network.Peerings.IndexOf(b);

    private static IpPrefix? Overlap(ImmutableArray<IpPrefix> ours, ImmutableArray<IpPrefix> theirs)
    {
        foreach (IpPrefix a in ours)
        foreach (IpPrefix b in theirs)
            if (a.Contains(b) || b.Contains(a))
                return a.Length > b.Length ? a : b;
        return null;
    }
}
