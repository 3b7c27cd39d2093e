namespace Causeway.Domain.Networks;

/// <summary>Limits on networks and links (azure: a.5); an installation may set others.</summary>
public sealed record NetworkLimits
{
    /// <summary>Circuits that land in one peering location and are linked to one network.</summary>
    public int CircuitsPerLocation { get; init; } = 4;

    /// <summary>Prefixes a network may have when it is linked first.</summary>
    public int PrefixesWhenLinked { get; init; } = 200;

    /// <summary>IPv4 prefixes a linked network may grow to.</summary>
    public int V4Prefixes { get; init; } = 1000;

    /// <summary>IPv6 prefixes a linked network may grow to.</summary>
    public int V6Prefixes { get; init; } = 100;

    public int SubnetsPerNetwork { get; init; } = 3000;
}
