using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>What a Microsoft or public peering has to declare, each rule with the right form in its words.</summary>
public static class PublicRules
{
    public static IEnumerable<Refusal> Check(Peering peering, Circuit circuit, NetworkTopology topology)
    {
        if (IsShort(peering.PeerAsn))
            yield return Documentation(peering.PeerAsn, "properties.peerASN");
        foreach ((IpFamily family, PeeringFamily configured) in peering.Families)
        {
            string at = $"properties.{(family == IpFamily.V4 ? "" : "ipv6PeeringConfig.")}microsoftPeeringConfig";
            if (configured.Public is not { } config)
            {
                yield return Refusal.Invalid(
                    "MicrosoftPeeringConfigNotSpecified",
                    $"Microsoft Peering Config is not specified for Express Route Bgp Peering {circuit.Id.Child("peerings", peering.Type.ToString()).Text}.",
                    at
                );
                continue;
            }
            if (config.CustomerAsn is { } customer && CheckCustomer(customer, topology.Asn, $"{at}.customerASN") is { } asn)
                yield return asn;
            if (config.Prefixes.IsEmpty)
                yield return Refusal.Invalid(
                    "InvalidParameter",
                    $"'{at}.advertisedPublicPrefixes' is empty: list the public prefixes that you will announce; no other is accepted.",
                    $"{at}.advertisedPublicPrefixes"
                );
            for (int i = 0; i < config.Prefixes.Length; i++)
                if (Unfit(config.Prefixes[i].Prefix, topology) is { } why)
                    yield return Refusal.Invalid(
                        "InvalidAdvertisedPublicPrefix",
                        $"{config.Prefixes[i].Text} {why}",
                        $"{at}.advertisedPublicPrefixes[{i}]"
                    );
        }
    }

    /// <summary>Why a prefix cannot be declared, as the rest of a sentence; null when it can.</summary>
    public static string? Unfit(IpPrefix prefix, NetworkTopology topology)
    {
        if (prefix.IsDefaultRoute)
            return "is the default route, which is taken over private peering only: list the prefixes that are yours.";
        if (AddressSpaces.Bogons.FirstOrDefault(b => b.Overlaps(prefix)) is { Family: not 0 } bogon)
            return $"lies in {bogon}, which is no destination on the Internet (RFC 6890): list public prefixes.";
        // Unique local space is taken as Azure takes it, and never proven.
        if (AddressSpaces.Private.FirstOrDefault(b => b.IsV4 && b.Overlaps(prefix)) is { Family: not 0 } space)
            return $"lies in {space}, which is private: only public prefixes can be announced here; private ones belong to AzurePrivatePeering.";
        if (OwnSpace(topology).FirstOrDefault(o => o.Overlaps(prefix)) is { Family: not 0 } own)
            return $"overlaps with {own}, which is ours: list the prefixes that are yours.";
        return null;
    }

    /// <summary>Why a prefix that may be declared, as Azure takes it, is never proven, as the rest of a sentence; null where that is for the registries to say.</summary>
    public static string? Unprovable(IpPrefix prefix, NetworkTopology topology) =>
        AddressSpaces.Private.Any(p => p.Overlaps(prefix))
            ? "is unique-local space (RFC 4193), which belongs to nobody on the Internet: announce public prefixes."
        : AddressSpaces.Outside(AddressSpaces.PublicOf(topology.Asn)).FirstOrDefault(b => b.Overlaps(prefix)) is { Family: not 0 } block
            ? $"lies in {block}, which is set aside and routed by nobody on the Internet (RFC 6890, RFC 4291): announce public prefixes."
        : null;

    /// <summary>What is never a customer's: our own prefixes, and those of our services.</summary>
    public static IEnumerable<IpPrefix> OwnSpace(NetworkTopology topology) =>
        topology.OwnPrefixes.Concat(topology.Services.SelectMany(s => s.Prefixes)).Distinct();

    private static Refusal? CheckCustomer(Asn asn, Asn ours, string at)
    {
        string? why =
            asn == ours ? "is our own: name the one that your prefixes are registered to"
            : asn.IsReserved ? "identifies no network (RFC 7607, RFC 7300): name the one that your prefixes are registered to"
            : asn.IsPrivate ? "is private: the customer's AS number is the public one that the prefixes are registered to"
            : null;
        return why is not null ? Refusal.Invalid("InvalidParameter", $"AS number {asn} {why}.", at)
            : IsShort(asn) ? Documentation(asn, at)
            : null;
    }

    /// <summary>Of the numbers for documentation (RFC 5398) Azure refuses the 2-octet ones.</summary>
    private static bool IsShort(Asn asn) => asn is { IsDocumentation: true, Value: <= ushort.MaxValue };

    private static Refusal Documentation(Asn asn, string at) =>
        Refusal.Invalid(
            "InvalidParameter",
            $"AS number {asn} is for documentation (RFC 5398: 64496 to 64511) and peers with nobody: use your own.",
            at
        );
}
