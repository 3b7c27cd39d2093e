using Causeway.Primitives;

namespace Causeway.Registries.Irr;

/// <summary>Limits and wishes for following sets.</summary>
public sealed record ExpansionOptions
{
    /// <summary>How many levels of sets are opened: 1 opens only the set itself. 0 for no limit.</summary>
    public int MaxDepth { get; init; }

    /// <summary>Sets that are not opened (names in any case). The set asked for is opened even so.</summary>
    public IReadOnlyCollection<string> Excluded { get; init; } = [];

    /// <summary>Ends the work with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The most sets that are opened; what lies beyond is reported in <see cref="AsSetExpansion.LimitReached"/>. Real registries hold about 40,000.</summary>
    public int MaxSets { get; init; } = 200_000;
}

/// <summary>What an as-set comes to.</summary>
public sealed record AsSetExpansion
{
    /// <summary>The name asked for, in upper case.</summary>
    public required string Name { get; init; }

    /// <summary>False when no source has the set itself; everything else is then empty.</summary>
    public bool Found { get; init; }

    /// <summary>The AS numbers, in order, each once.</summary>
    public IReadOnlyList<Asn> Asns { get; init; } = [];

    /// <summary>The sets that were opened, as <c>SOURCE::NAME</c>, in the order met.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>Members that are sets which no source has: the rest is unaffected.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>True when a set contains itself, directly or through others. Harmless, but worth telling its maintainer.</summary>
    public bool HasLoop { get; init; }

    /// <summary>Levels of sets that were opened.</summary>
    public int Depth { get; init; }

    /// <summary>True when <see cref="ExpansionOptions.MaxDepth"/> or <see cref="ExpansionOptions.MaxSets"/> kept a set closed.</summary>
    public bool LimitReached { get; init; }
}

/// <summary>A prefix with the lengths that are meant inside it: the prefix itself when both equal its length.</summary>
public readonly record struct PrefixSpan(IpPrefix Prefix, byte Low, byte High)
{
    public PrefixSpan(IpPrefix prefix)
        : this(prefix, prefix.Length, prefix.Length) { }

    public bool IsExact => Low == Prefix.Length && High == Prefix.Length;

    public override string ToString() =>
        IsExact ? Prefix.ToString()
        : Low == High ? $"{Prefix}^{Low}"
        : $"{Prefix}^{Low}-{High}";
}

/// <summary>What a route-set comes to.</summary>
public sealed record RouteSetExpansion
{
    public required string Name { get; init; }

    public bool Found { get; init; }

    /// <summary>The prefixes, in order, each once.</summary>
    public IReadOnlyList<PrefixSpan> Prefixes { get; init; } = [];

    public IReadOnlyList<string> Sets { get; init; } = [];

    public IReadOnlyList<string> Missing { get; init; } = [];

    public bool LimitReached { get; init; }
}
