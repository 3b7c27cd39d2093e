using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Domain.Networks;

/// <summary>What an address space and its subnets must be. Every rule reports, so that one answer holds all problems.</summary>
public static class NetworkRules
{
    /// <summary>Smallest IPv4 subnet: five addresses of each are the platform's.</summary>
    public const int LongestV4Subnet = 29;

    /// <summary>IPv6 subnets are exactly this long.</summary>
    public const int V6Subnet = 64;

    private static readonly ImmutableArray<(IpPrefix Prefix, string What)> Unusable =
    [
        (IpPrefix.Parse("0.0.0.0/8"), "this network"),
        (IpPrefix.Parse("127.0.0.0/8"), "loopback"),
        (IpPrefix.Parse("169.254.0.0/16"), "link-local"),
        (IpPrefix.Parse("224.0.0.0/4"), "multicast"),
        (IpPrefix.Parse("255.255.255.255/32"), "broadcast"),
        (IpPrefix.Parse("168.63.129.16/32"), "the platform's own address"),
        (IpPrefix.Parse("::/128"), "unspecified"),
        (IpPrefix.Parse("::1/128"), "loopback"),
        (IpPrefix.Parse("fe80::/10"), "link-local"),
        (IpPrefix.Parse("ff00::/8"), "multicast"),
    ];

    /// <summary>More problems than this are not worth reading, and a body of a megabyte could hold many.</summary>
    private const int MostProblems = 50;

    /// <summary>Prefixes of a network that a message names before it only counts the rest.</summary>
    private const int MostNamed = 5;

    /// <summary>Every problem, up to fifty. Costs n log n of all prefixes.</summary>
    public static IReadOnlyList<Refusal> Check(string network, ImmutableArray<IpPrefix> space, ImmutableArray<Subnet> subnets) =>
        [.. CheckSpace(space).Concat(CheckSubnets(network, space, subnets)).Take(MostProblems)];

    private static IEnumerable<Refusal> CheckSpace(ImmutableArray<IpPrefix> space)
    {
        const string target = "properties.addressSpace.addressPrefixes";
        if (space.IsEmpty)
            yield return Refusal.Invalid(
                "InvalidAddressSpace",
                "A virtual network needs at least one address prefix, such as 10.0.0.0/16.",
                target
            );
        var overlaps = Later(new PrefixOverlaps<int>(space.Select((p, i) => (p, i))).Pairs());
        for (int i = 0; i < space.Length; i++)
        {
            IpPrefix prefix = space[i];
            string at = $"{target}[{i}]";
            if (prefix.IsDefaultRoute)
                yield return Refusal.Invalid(
                    "InvalidAddressSpace",
                    $"{prefix} is everything: give the prefix that the network occupies.",
                    at
                );
            else if (Unusable.FirstOrDefault(u => u.Prefix.Overlaps(prefix)) is { What: { } what } bad)
                yield return Refusal.Invalid("InvalidAddressSpace", $"{prefix} cannot be used: {bad.Prefix} is {what}.", at);
            else if (prefix.Length > (prefix.IsV4 ? LongestV4Subnet : V6Subnet))
                yield return Refusal.Invalid(
                    "InvalidAddressSpace",
                    $"{prefix} is too small: an IPv4 prefix may be /{LongestV4Subnet} at most, an IPv6 prefix /{V6Subnet}.",
                    at
                );
            foreach ((IpPrefix mine, IpPrefix other, _) in overlaps[i])
                yield return Refusal.Invalid("AddressSpacePrefixesOverlap", $"{mine} overlaps {other} in the same address space.", at);
        }
    }

    /// <summary>The overlapping pairs by the one of each that was given later.</summary>
    private static ILookup<int, (IpPrefix Mine, IpPrefix Other, int Earlier)> Later(
        IEnumerable<((IpPrefix Prefix, int What) Inner, (IpPrefix Prefix, int What) Outer)> pairs
    ) =>
        pairs
            .Select(p => p.Inner.What < p.Outer.What ? (First: p.Inner, Second: p.Outer) : (First: p.Outer, Second: p.Inner))
            .ToLookup(p => p.Second.What, p => (p.Second.Prefix, p.First.Prefix, p.First.What));

    private static IEnumerable<Refusal> CheckSubnets(string network, ImmutableArray<IpPrefix> space, ImmutableArray<Subnet> subnets)
    {
        var whole = new PrefixOverlaps<int>(space.Select((p, i) => (p, i)));
        string has = string.Join(", ", space.Take(MostNamed)) + (space.Length > MostNamed ? $" and {space.Length - MostNamed} more" : "");
        var overlaps = Later(
            new PrefixOverlaps<int>(subnets.SelectMany((s, i) => s.Prefixes.Select(p => (p, i)))).Pairs(static (a, b) => a != b)
        );
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < subnets.Length; i++)
        {
            string target = $"properties.subnets[{i}]";
            string at = $"{target}.properties.addressPrefix";
            foreach (Refusal problem in CheckSubnet(network, whole, has, subnets[i], at))
                yield return problem;
            if (!names.Add(subnets[i].Name))
                yield return Refusal.Invalid("InvalidSubnet", $"Two subnets are named '{subnets[i].Name}'.", $"{target}.name");
            foreach ((IpPrefix mine, IpPrefix other, int earlier) in overlaps[i])
                yield return Refusal.Invalid(
                    "NetcfgSubnetRangesOverlap",
                    $"Subnet '{subnets[i].Name}' is not valid because its IP address range {mine} overlaps with that of an existing subnet in virtual network '{network}' ('{subnets[earlier].Name}', {other}).",
                    at
                );
        }
    }

    private static IEnumerable<Refusal> CheckSubnet(string network, PrefixOverlaps<int> whole, string has, Subnet subnet, string at)
    {
        if (subnet.Prefixes.IsEmpty)
            yield return Refusal.Invalid(
                "InvalidSubnet",
                $"Subnet '{subnet.Name}' has no address prefix: give one, such as 10.0.0.0/24.",
                at
            );
        if (subnet.Prefixes.Count(p => p.IsV4) > 1 || subnet.Prefixes.Count(p => !p.IsV4) > 1)
            yield return Refusal.Invalid("InvalidSubnet", $"Subnet '{subnet.Name}' may have one IPv4 and one IPv6 prefix, not more.", at);
        foreach (IpPrefix prefix in subnet.Prefixes)
        {
            if (whole.Around(prefix) is null)
                yield return Refusal.Invalid(
                    "NetcfgInvalidSubnet",
                    $"Subnet '{subnet.Name}' is not valid because its IP address range {prefix} is outside the IP address range of virtual network '{network}' ({has}).",
                    at
                );
            if (prefix.IsV4 && prefix.Length > LongestV4Subnet)
                yield return Refusal.Invalid(
                    "NetcfgInvalidSubnet",
                    $"Subnet '{subnet.Name}' is too small: {prefix} has to be /{LongestV4Subnet} or larger"
                        + (subnet.IsGatewaySubnet ? ", and /27 or larger is advised for a gateway." : "."),
                    at
                );
            if (!prefix.IsV4 && prefix.Length != V6Subnet)
                yield return Refusal.Invalid(
                    "NetcfgInvalidSubnet",
                    $"Subnet '{subnet.Name}': an IPv6 subnet is a /{V6Subnet}, not {prefix}.",
                    at
                );
        }
    }
}
