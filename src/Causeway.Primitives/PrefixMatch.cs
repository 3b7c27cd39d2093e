namespace Causeway.Primitives;

/// <summary>A prefix with a range of lengths, as <c>10.0.0.0/8 ge 16 le 24</c>. Both default to the prefix's own length (exact match).</summary>
public readonly record struct PrefixMatch(IpPrefix Prefix, byte MinLength, byte MaxLength)
{
    public static PrefixMatch Exact(IpPrefix prefix) => new(prefix, prefix.Length, prefix.Length);

    public static PrefixMatch OrLonger(IpPrefix prefix) => new(prefix, prefix.Length, (byte)prefix.MaxLength);

    /// <summary>As routers write it: <c>10.0.0.0/8 ge 16 le 24</c>; what is the prefix's own length is left out.</summary>
    public override string ToString() =>
        $"{Prefix}{(MinLength > Prefix.Length ? $" ge {MinLength}" : "")}{(MaxLength > Prefix.Length ? $" le {MaxLength}" : "")}";
}
