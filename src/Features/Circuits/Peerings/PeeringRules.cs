using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>What a peering has to be to work, each rule with the right form in its words.</summary>
public static class PeeringRules
{
    public const int LongestKey = 25;

    /// <summary>Numbers that the platform keeps for itself on private peering.</summary>
    private static readonly (uint From, uint To) KeptAsns = (65515, 65520);

    /// <summary>Multicast, reserved and unspecified space carries no session.</summary>
    private static readonly IpPrefix[] NotForSessions =
    [
        IpPrefix.Parse("0.0.0.0/8"),
        IpPrefix.Parse("224.0.0.0/3"),
        IpPrefix.Parse("ff00::/8"),
        IpPrefix.Parse("::/96"),
    ];

    /// <summary>The MD5 key as typed: at most 25 letters and digits. Null when it is well.</summary>
    public static Refusal? CheckKey(string key, string target)
    {
        if (key.Length > LongestKey)
            return Refusal.Invalid(
                "InvalidSharedKey",
                $"The specified bgp shared key length was not valid. The maximum length supported is {LongestKey}.",
                target
            );
        return key.All(char.IsAsciiLetterOrDigit)
            ? null
            : Refusal.Invalid("InvalidSharedKey", $"'{target}' may hold letters (A-Z, a-z) and digits only.", target);
    }

    /// <summary>Whether a session between two routers can use a subnet at all, of a peering as of Global Reach; null when it can.</summary>
    public static Refusal? Unusable(IpPrefix subnet, string target)
    {
        foreach (IpPrefix range in NotForSessions)
            if (range.Overlaps(subnet))
                return Refusal.Invalid(
                    "InvalidAddressPrefixFormat",
                    $"'{target}' is {subnet}, in {range}, which no session can use: give a subnet of unicast addresses.",
                    target
                );
        return null;
    }

    /// <summary>All problems of a peering in its circuit.</summary>
    public static IEnumerable<Refusal> Check(Peering peering, Circuit circuit, NetworkTopology topology)
    {
        const string At = "properties.";
        if (peering.V4 is null && peering.V6 is null)
            yield return Refusal.Invalid(
                peering.Type == PeeringType.AzurePrivatePeering
                    ? "ExpressRoutePrivatePeeringConfigIncomplete"
                    : "ExpressRouteMicrosoftPeeringConfigIncomplete",
                $"{peering.Type} needs primaryPeerAddressPrefix and secondaryPeerAddressPrefix, two /30, or both in ipv6PeeringConfig, two /126.",
                At + "primaryPeerAddressPrefix"
            );
        if (CheckAsn(peering.PeerAsn, topology.Asn) is { } asn)
            yield return asn;
        if (peering.Type != PeeringType.AzurePrivatePeering)
            foreach (Refusal problem in PublicRules.Check(peering, circuit, topology))
                yield return problem;
        Peering? sameVlan = circuit.Peerings.FirstOrDefault(p => p.Type != peering.Type && p.Vlan == peering.Vlan);
        if (sameVlan is not null)
            yield return Refusal.Conflict(
                "VlanIdInUse",
                $"VLAN {peering.Vlan} is used by {sameVlan.Type} of this circuit: each peering needs a VLAN of its own.",
                At + "vlanId"
            );
        foreach ((IpFamily family, PeeringFamily configured) in peering.Families)
        foreach (Refusal problem in CheckFamily(family, configured, peering, circuit))
            yield return problem;
    }

    /// <summary>Whether a new routing domain can be had at all; null when it can.</summary>
    public static Refusal? Offered(PeeringType type, CircuitPolicy policy) =>
        type == PeeringType.AzurePublicPeering && policy.PublicPeering == PublicPeering.Refuse
            ? Refusal.Invalid(
                "OperationNotAllowed",
                "AzurePublicPeering is retired and cannot be created: use MicrosoftPeering.",
                "properties.peeringType"
            )
            : null;

    private static Refusal? CheckAsn(Asn asn, Asn ours)
    {
        string? why =
            asn == ours ? "is our own: BGP here is external, use your own AS number"
            : asn.IsReserved ? "identifies no network (RFC 7607, RFC 7300)"
            : asn.Value >= KeptAsns.From && asn.Value <= KeptAsns.To ? $"is reserved ({KeptAsns.From} to {KeptAsns.To})"
            : null;
        return why is null ? null : Refusal.Invalid("InvalidParameter", $"AS number {asn} {why}.", "properties.peerASN");
    }

    private static IEnumerable<Refusal> CheckFamily(IpFamily family, PeeringFamily configured, Peering peering, Circuit circuit)
    {
        string at = family == IpFamily.V4 ? "properties." : "properties.ipv6PeeringConfig.";
        int length = family == IpFamily.V4 ? 30 : 126;
        foreach (Side side in Sides.Both)
        {
            IpPrefix subnet = configured.On(side);
            string target = $"{at}{(side == Side.Primary ? "primary" : "secondary")}PeerAddressPrefix";
            if (subnet.Length != length || subnet.Family != family)
                yield return Refusal.Invalid(
                    "InvalidAddressPrefixFormat",
                    $"'{target}' is {subnet}: an {(family == IpFamily.V4 ? "IPv4 /30" : "IPv6 /126")} is needed, whose first usable address is yours and whose second is ours.",
                    target
                );
            else if (Unusable(subnet, target) is { } unusable)
                yield return unusable;
            foreach (LinkedNetwork link in circuit.Links)
            foreach (IpPrefix taken in link.Prefixes)
                if (taken.Overlaps(subnet))
                    yield return Refusal.Conflict(
                        "SubnetOverlapsWithExistingAddressSpaceException",
                        $"'{target}' {subnet} overlaps with {taken} of linked network {link.Network.Name}: use a subnet outside of it.",
                        target
                    );
            foreach (Peering other in circuit.Peerings.Where(p => p.Type != peering.Type))
            foreach ((_, PeeringFamily f) in other.Families)
                if (f.Primary.Overlaps(subnet) || f.Secondary.Overlaps(subnet))
                    yield return Refusal.Conflict(
                        "SubnetOverlapsWithExistingAddressSpaceException",
                        $"'{target}' {subnet} overlaps with a subnet of {other.Type}.",
                        target
                    );
        }
        if (configured.Primary.Overlaps(configured.Secondary))
            yield return Refusal.Invalid(
                "InvalidAddressPrefixFormat",
                $"The primary and the secondary subnet overlap ({configured.Primary}, {configured.Secondary}): they are two different ones.",
                $"{at}secondaryPeerAddressPrefix"
            );
    }
}
