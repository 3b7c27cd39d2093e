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

    public static IReadOnlyList<Refusal> Check(string network, ImmutableArray<IpPrefix> space, ImmutableArray<Subnet> subnets)
    {
        var problems = new List<Refusal>();
        CheckSpace(space, problems);
        for (int i = 0; i < subnets.Length; i++)
        {
            CheckSubnet(network, space, subnets[i], $"properties.subnets[{i}]", problems);
            for (int j = 0; j < i; j++)
                CheckPair(network, subnets[j], subnets[i], $"properties.subnets[{i}]", problems);
        }
        return problems;
    }

    private static void CheckSpace(ImmutableArray<IpPrefix> space, List<Refusal> problems)
    {
        const string target = "properties.addressSpace.addressPrefixes";
        if (space.IsEmpty)
            problems.Add(
                Refusal.Invalid("InvalidAddressSpace", "A virtual network needs at least one address prefix, such as 10.0.0.0/16.", target)
            );
        for (int i = 0; i < space.Length; i++)
        {
            IpPrefix prefix = space[i];
            string at = $"{target}[{i}]";
            if (prefix.IsDefaultRoute)
                problems.Add(
                    Refusal.Invalid("InvalidAddressSpace", $"{prefix} is everything: give the prefix that the network occupies.", at)
                );
            else if (Unusable.FirstOrDefault(u => u.Prefix.Overlaps(prefix)) is { What: { } what } bad)
                problems.Add(Refusal.Invalid("InvalidAddressSpace", $"{prefix} cannot be used: {bad.Prefix} is {what}.", at));
            else if (prefix.Length > (prefix.IsV4 ? LongestV4Subnet : V6Subnet))
                problems.Add(
                    Refusal.Invalid(
                        "InvalidAddressSpace",
                        $"{prefix} is too small: an IPv4 prefix may be /{LongestV4Subnet} at most, an IPv6 prefix /{V6Subnet}.",
                        at
                    )
                );
            for (int j = 0; j < i; j++)
                if (space[j].Overlaps(prefix))
                    problems.Add(
                        Refusal.Invalid("AddressSpacePrefixesOverlap", $"{prefix} overlaps {space[j]} in the same address space.", at)
                    );
        }
    }

    private static void CheckSubnet(string network, ImmutableArray<IpPrefix> space, Subnet subnet, string target, List<Refusal> problems)
    {
        string at = $"{target}.properties.addressPrefix";
        if (subnet.Prefixes.IsEmpty)
            problems.Add(
                Refusal.Invalid("InvalidSubnet", $"Subnet '{subnet.Name}' has no address prefix: give one, such as 10.0.0.0/24.", at)
            );
        if (subnet.Prefixes.Count(p => p.IsV4) > 1 || subnet.Prefixes.Count(p => !p.IsV4) > 1)
            problems.Add(Refusal.Invalid("InvalidSubnet", $"Subnet '{subnet.Name}' may have one IPv4 and one IPv6 prefix, not more.", at));
        foreach (IpPrefix prefix in subnet.Prefixes)
        {
            if (!space.Any(s => s.Contains(prefix)))
                problems.Add(
                    Refusal.Invalid(
                        "NetcfgInvalidSubnet",
                        $"Subnet '{subnet.Name}' is not valid because its IP address range {prefix} is outside the IP address range of virtual network '{network}' ({string.Join(", ", space)}).",
                        at
                    )
                );
            if (prefix.IsV4 && prefix.Length > LongestV4Subnet)
                problems.Add(
                    Refusal.Invalid(
                        "NetcfgInvalidSubnet",
                        $"Subnet '{subnet.Name}' is too small: {prefix} has to be /{LongestV4Subnet} or larger"
                            + (subnet.IsGatewaySubnet ? ", and /27 or larger is advised for a gateway." : "."),
                        at
                    )
                );
            if (!prefix.IsV4 && prefix.Length != V6Subnet)
                problems.Add(
                    Refusal.Invalid("NetcfgInvalidSubnet", $"Subnet '{subnet.Name}': an IPv6 subnet is a /{V6Subnet}, not {prefix}.", at)
                );
        }
    }

    private static void CheckPair(string network, Subnet first, Subnet second, string target, List<Refusal> problems)
    {
        if (first.Name.Equals(second.Name, StringComparison.OrdinalIgnoreCase))
            problems.Add(Refusal.Invalid("InvalidSubnet", $"Two subnets are named '{second.Name}'.", $"{target}.name"));
        foreach (IpPrefix a in first.Prefixes)
        foreach (IpPrefix b in second.Prefixes)
            if (a.Overlaps(b))
                problems.Add(
                    Refusal.Invalid(
                        "NetcfgSubnetRangesOverlap",
                        $"Subnet '{second.Name}' is not valid because its IP address range {b} overlaps with that of an existing subnet in virtual network '{network}' ('{first.Name}', {a}).",
                        $"{target}.properties.addressPrefix"
                    )
                );
    }
}
