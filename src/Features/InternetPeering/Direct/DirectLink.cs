using System.Net;
using System.Text.Json.Serialization;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>The cable of a direct connection: from one of our routers in a building to the peer's. What else a connection is, it is as at an exchange.</summary>
public sealed record DirectLink
{
    /// <summary>Name of a facility, as the topology spells it.</summary>
    public required string Facility { get; init; }

    /// <summary>Name of the router that it ends on, for as long as it lives.</summary>
    public required string Router { get; init; }

    /// <summary>Name of the group that drives that router.</summary>
    public required string Group { get; init; }

    /// <summary>Who gave its addresses.</summary>
    public required SessionAddressProvider AddressProvider { get; init; }

    /// <summary>The addresses of its two ends: /30 or /31; null without IPv4.</summary>
    public IpPrefix? V4 { get; init; }

    /// <summary>/126 or /127; null without IPv6.</summary>
    public IpPrefix? V6 { get; init; }

    /// <summary>As asked for.</summary>
    public required Bandwidth Bandwidth { get; init; }

    /// <summary>As it is there; null before it was. The operator approves the step from one to the other.</summary>
    public Bandwidth? Provisioned { get; init; }

    /// <summary>It carries Peering Service.</summary>
    public bool ForPeeringService { get; init; }

    /// <summary>By which letters and people name it.</summary>
    public required string TrackingId { get; init; }

    /// <summary>It is there with another bandwidth than is asked for.</summary>
    [JsonIgnore]
    public bool IsResized => Provisioned is { } there && there != Bandwidth;

    public IpPrefix? Lan(IpFamily family) => family == IpFamily.V4 ? V4 : V6;

    /// <summary>The place that it makes; null when the topology has its building or its router no more.</summary>
    public Cable? In(NetworkTopology topology, IEnumerable<(IpFamily Family, PeerFamily Peer)> families)
    {
        if (
            topology.FindFacility(Facility) is not { } facility
            || topology.FindRouter(Router) is not { } router
            || topology.GroupOf(Router) is not { } group
        )
            return null;
        var ours = families.Where(f => Lan(f.Family) is not null).Select(f => LinkEnds.Of(Lan(f.Family)!.Value).Other(f.Peer.Peer));
        return new Cable(facility.Name, [.. new[] { V4, V6 }.OfType<IpPrefix>()], [new ExchangeRouter(router, [.. ours])], group)
        {
            Rules = facility.Rules,
        };
    }
}

/// <summary>Who gives the addresses of a cable.</summary>
public enum SessionAddressProvider
{
    /// <summary>We do, from what the topology has for it; the name is Azure's.</summary>
    Microsoft,
    Peer,
}

/// <summary>The two addresses of a cable.</summary>
public readonly record struct LinkEnds(IPAddress First, IPAddress Second)
{
    /// <summary>Whether a prefix is of a cable: /30 and /126, or /31 (RFC 3021) and /127 (RFC 6164).</summary>
    public static bool IsLink(IpPrefix prefix) => prefix.MaxLength - prefix.Length is 1 or 2;

    /// <summary>The usable ends: of a /30 and a /126 the middle two of four addresses.</summary>
    public static LinkEnds Of(IpPrefix prefix) =>
        prefix.MaxLength - prefix.Length == 1
            ? new(prefix.AddressAt(0), prefix.AddressAt(1))
            : new(prefix.AddressAt(1), prefix.AddressAt(2));

    public bool Has(IPAddress address) => address.Equals(First) || address.Equals(Second);

    public IPAddress Other(IPAddress end) => end.Equals(First) ? Second : First;

    /// <summary>All addresses of a cable's prefix, which nobody else may have.</summary>
    public static IEnumerable<IPAddress> All(IpPrefix prefix) =>
        Enumerable.Range(0, 1 << (prefix.MaxLength - prefix.Length)).Select(i => prefix.AddressAt((uint)i));
}
