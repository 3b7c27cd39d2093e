namespace Causeway.Primitives;

/// <summary>A prefix with a range of lengths, as <c>10.0.0.0/8 ge 16 le 24</c>. Both default to the prefix's own length (exact match).</summary>
public readonly record struct PrefixMatch(IpPrefix Prefix, byte MinLength, byte MaxLength)
{
    /// <summary>Who may originate it; empty for anybody.</summary>
    public EquatableArray<Asn> Origins { get; init; }

    public static PrefixMatch Exact(IpPrefix prefix) => new(prefix, prefix.Length, prefix.Length);

    public static PrefixMatch OrLonger(IpPrefix prefix) => new(prefix, prefix.Length, (byte)prefix.MaxLength);

    /// <summary>Every prefix of a family longer than this: what a term refuses as <see cref="RefuseReason.TooLong"/>.</summary>
    public static PrefixMatch LongerThan(IpFamily family, byte length)
    {
        IpPrefix all = IpPrefix.FromBits(family, 0, 0);
        return new(all, (byte)(length + 1), (byte)all.MaxLength);
    }

    /// <summary>Everything of a family, whoever originates it.</summary>
    public static PrefixMatch Everything(IpFamily family) => OrLonger(IpPrefix.FromBits(family, 0, 0));

    /// <summary>As routers write it: <c>10.0.0.0/8 ge 16 le 24</c>; what is the prefix's own length is left out.</summary>
    public override string ToString() =>
        $"{Prefix}{(MinLength > Prefix.Length ? $" ge {MinLength}" : "")}{(MaxLength > Prefix.Length ? $" le {MaxLength}" : "")}{(Origins.IsEmpty ? "" : $" from {string.Join(' ', Origins.Select(o => $"AS{o}"))}")}";
}
