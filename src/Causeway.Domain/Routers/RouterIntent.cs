using System.Collections.Immutable;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// Everything one router shall be, compiled purely from what is stored. A driver is given the whole of it, never a difference.
/// </summary>
/// <param name="Router">Router name in the topology.</param>
/// <param name="Asn">Our ASN.</param>
/// <param name="Instances">In order of their names, so that equal intents render equally.</param>
public sealed record RouterIntent(string Router, Asn Asn, ImmutableArray<InstanceIntent> Instances);

/// <summary>One routing domain of one circuit on this router: its own VRF.</summary>
/// <param name="Name">Stable and unique on the router: <c>{service key}/AzurePrivatePeering</c>.</param>
/// <param name="STag">Outer VLAN tag of the circuit, 1–4094.</param>
/// <param name="Vlan">Inner VLAN tag (C-tag) of the peering.</param>
/// <param name="Announce">Prefixes announced to the customer: those of linked networks.</param>
/// <param name="Sessions">One for IPv4 and one for IPv6, as configured.</param>
public sealed record InstanceIntent(
    string Name,
    int STag,
    VlanId Vlan,
    ImmutableArray<IpPrefix> Announce,
    ImmutableArray<SessionIntent> Sessions
);

/// <summary>One BGP session.</summary>
/// <param name="Family">Sessions carry the family of their addresses.</param>
/// <param name="Subnet">The /30 or /126: the first usable address is the customer's, the second ours.</param>
/// <param name="Enabled">False holds the session down and keeps the configuration.</param>
/// <param name="Md5Key">Clear text, only ever in memory.</param>
/// <param name="MaxPrefixes">The session goes down above this many received prefixes.</param>
/// <param name="AcceptDefaultRoute">Only private peering does.</param>
/// <param name="Refuse">Prefixes refused from the customer with everything inside them: our own networks and linked networks.</param>
public sealed record SessionIntent(
    IpFamily Family,
    IpPrefix Subnet,
    Asn PeerAsn,
    bool Enabled,
    string? Md5Key,
    int MaxPrefixes,
    bool AcceptDefaultRoute,
    ImmutableArray<IpPrefix> Refuse
)
{
    public IPAddress CustomerAddress => Subnet.AddressAt(1);
    public IPAddress OurAddress => Subnet.AddressAt(2);
}
