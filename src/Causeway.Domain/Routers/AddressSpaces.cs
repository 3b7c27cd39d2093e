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
}
