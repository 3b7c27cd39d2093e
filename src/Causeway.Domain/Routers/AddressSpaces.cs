using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>Blocks that mean the same to every router.</summary>
public static class AddressSpaces
{
    /// <summary>
    /// Prefixes that are never a destination (RFC 6890). RFC 1918 and unique-local space are not among them: on private peering they are what
    /// customers announce.
    /// </summary>
    public static readonly ImmutableArray<IpPrefix> Bogons =
    [
        IpPrefix.Parse("0.0.0.0/8"),
        IpPrefix.Parse("127.0.0.0/8"),
        IpPrefix.Parse("169.254.0.0/16"),
        IpPrefix.Parse("224.0.0.0/4"),
        IpPrefix.Parse("240.0.0.0/4"),
        IpPrefix.Parse("::/8"),
        IpPrefix.Parse("100::/64"),
        IpPrefix.Parse("fe80::/10"),
        IpPrefix.Parse("fec0::/10"),
        IpPrefix.Parse("ff00::/8"),
    ];

    /// <summary>What is used, but not on the Internet (RFC 1918, RFC 6598, RFC 4193).</summary>
    public static readonly ImmutableArray<IpPrefix> Private =
    [
        IpPrefix.Parse("10.0.0.0/8"),
        IpPrefix.Parse("172.16.0.0/12"),
        IpPrefix.Parse("192.168.0.0/16"),
        IpPrefix.Parse("100.64.0.0/10"),
        IpPrefix.Parse("fc00::/7"),
    ];

    /// <summary>
    /// What is set aside for something else than a network's own addresses (IANA's special-purpose registries: RFC 6890, 2544, 2928, 7526, 3701, 3056), and what nobody
    /// was ever given: of IPv6 only 2000::/3 is (RFC 4291 §2.4). No router on the Internet takes it, whatever a registry says.
    /// </summary>
    public static readonly ImmutableArray<IpPrefix> Special =
    [
        IpPrefix.Parse("192.0.0.0/24"),
        IpPrefix.Parse("192.88.99.0/24"),
        IpPrefix.Parse("198.18.0.0/15"),
        IpPrefix.Parse("::/3"),
        IpPrefix.Parse("2001::/23"),
        IpPrefix.Parse("2002::/16"),
        IpPrefix.Parse("3ffe::/16"),
        IpPrefix.Parse("4000::/2"),
        IpPrefix.Parse("8000::/1"),
    ];

    /// <summary>For examples and laboratories (RFC 5737, RFC 3849, RFC 9637).</summary>
    public static readonly ImmutableArray<IpPrefix> Documentation =
    [
        IpPrefix.Parse("192.0.2.0/24"),
        IpPrefix.Parse("198.51.100.0/24"),
        IpPrefix.Parse("203.0.113.0/24"),
        IpPrefix.Parse("2001:db8::/32"),
        IpPrefix.Parse("3fff::/20"),
    ];

    /// <summary>The Internet, as a network of this number sees it: one whose own number is for documentation (RFC 5398) is a laboratory, where prefixes for documentation are public.</summary>
    public static AddressSpace PublicOf(Asn ours) => ours.IsDocumentation ? AddressSpace.Laboratory : AddressSpace.Public;

    /// <summary>What is no destination in a space.</summary>
    public static ImmutableArray<IpPrefix> Outside(AddressSpace space) =>
        space switch
        {
            AddressSpace.Private => Bogons,
            AddressSpace.Laboratory => s_outsideLaboratory,
            _ => s_outsidePublic,
        };

    private static readonly ImmutableArray<IpPrefix> s_outsideLaboratory = [.. Bogons, .. Private, .. Special],
        s_outsidePublic = [.. s_outsideLaboratory, .. Documentation];
}
