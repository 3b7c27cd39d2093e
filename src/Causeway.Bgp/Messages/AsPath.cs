using System.Collections.Immutable;
using System.Text;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>
/// Segment types of AS_PATH (RFC 4271 §4.3, RFC 5065 §3). Only AS_SEQUENCE is of use today: sets are treated as withdrawn (RFC 9774), confederation segments are
/// malformed from an external peer. The others are for labs, and for routers that report what they hold (BMP).
/// </summary>
public enum AsSegmentType : byte
{
    Set = 1,
    Sequence = 2,
    ConfederationSequence = 3,
    ConfederationSet = 4,
}

/// <summary>One segment of an AS_PATH.</summary>
public readonly record struct AsSegment(AsSegmentType Type, ImmutableArray<Asn> Asns);

/// <summary>An AS_PATH with 4-octet ASNs. Immutable; the newest AS stands first.</summary>
public sealed class AsPath : IEquatable<AsPath>
{
    public static readonly AsPath Empty = new([]);

    public AsPath(ImmutableArray<AsSegment> segments) => Segments = segments;

    public ImmutableArray<AsSegment> Segments { get; }

    /// <summary>Length for best path selection: an AS_SET counts one (RFC 4271 §9.1.2.2), a confederation nothing (RFC 5065 §5.3).</summary>
    public int Length =>
        Segments.Sum(s =>
            s.Type switch
            {
                AsSegmentType.Sequence => s.Asns.Length,
                AsSegmentType.Set => 1,
                _ => 0,
            }
        );

    /// <summary>The neighboring AS; null when the path is empty or starts with an AS_SET.</summary>
    public Asn? First => Segments is [{ Type: AsSegmentType.Sequence, Asns: [var first, ..] }, ..] ? first : null;

    /// <summary>The originating AS; null when the path is empty or ends with an AS_SET (RFC 6811 §2).</summary>
    public Asn? Origin => Segments is [.., { Type: AsSegmentType.Sequence, Asns: [.., var last] }] ? last : null;

    public IEnumerable<Asn> All => Segments.SelectMany(s => s.Asns);

    public static AsPath Sequence(params IEnumerable<Asn> asns)
    {
        ImmutableArray<Asn> all = [.. asns];
        return all.IsEmpty ? Empty : new([.. all.Chunk(255).Select(c => new AsSegment(AsSegmentType.Sequence, [.. c]))]);
    }

    public bool Contains(Asn asn)
    {
        foreach (AsSegment segment in Segments)
            if (segment.Asns.AsSpan().Contains(asn))
                return true;
        return false;
    }

    /// <summary>Prepends an ASN (RFC 4271 §5.1.2): into the first sequence while it has room, else into a new one.</summary>
    public AsPath Prepend(Asn asn, int times = 1)
    {
        if (times <= 0)
            return this;
        IEnumerable<Asn> prepended = Enumerable.Repeat(asn, times);
        if (Segments is [{ Type: AsSegmentType.Sequence } first, ..] && first.Asns.Length + times <= 255)
            return new(Segments.SetItem(0, new AsSegment(AsSegmentType.Sequence, [.. prepended, .. first.Asns])));
        return new([.. Sequence(prepended).Segments, .. Segments]);
    }

    public bool Equals(AsPath? other)
    {
        if (other is null || other.Segments.Length != Segments.Length)
            return false;
        for (int i = 0; i < Segments.Length; i++)
            if (Segments[i].Type != other.Segments[i].Type || !Segments[i].Asns.AsSpan().SequenceEqual(other.Segments[i].Asns.AsSpan()))
                return false;
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as AsPath);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Asn asn in All)
            hash.Add(asn);
        return hash.ToHashCode();
    }

    /// <summary>As operators write it: <c>(65001) 64496 64497 {64498,64499}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (AsSegment segment in Segments)
        {
            if (text.Length > 0)
                text.Append(' ');
            string Asns(char between) => string.Join(between, segment.Asns);
            text.Append(
                segment.Type switch
                {
                    AsSegmentType.Set => $"{{{Asns(',')}}}",
                    AsSegmentType.ConfederationSequence => $"({Asns(' ')})",
                    AsSegmentType.ConfederationSet => $"({{{Asns(',')}}})",
                    _ => Asns(' '),
                }
            );
        }
        return text.ToString();
    }
}
