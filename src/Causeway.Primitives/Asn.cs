using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Causeway.Primitives;

/// <summary>An autonomous system number: 0 to 4294967295 (RFC 6793). Written as a plain number (asplain, RFC 5396).</summary>
public readonly record struct Asn(uint Value) : IComparable<Asn>, ISpanParsable<Asn>
{
    /// <summary>AS_TRANS, which stands for any 4-octet ASN towards a 2-octet speaker (RFC 6793 §9).</summary>
    public static readonly Asn Trans = new(23456);

    /// <summary>True for 64512–65534 and 4200000000–4294967294 (RFC 6996).</summary>
    public bool IsPrivate => Value is (>= 64512 and <= 65534) or (>= 4200000000 and <= 4294967294);

    /// <summary>True for 64496–64511 and 65536–65551 (RFC 5398).</summary>
    public bool IsDocumentation => Value is (>= 64496 and <= 64511) or (>= 65536 and <= 65551);

    /// <summary>True for numbers that never identify a network: 0, AS_TRANS, 65535, 4294967295 (RFC 7607, 6793, 7300).</summary>
    public bool IsReserved => Value is 0 or 23456 or 65535 or uint.MaxValue;

    /// <summary>Accepts <c>64496</c>, <c>AS64496</c> (any case) and asdot <c>1.10</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Asn result)
    {
        result = default;
        if (s.StartsWith("AS", StringComparison.OrdinalIgnoreCase))
            s = s[2..];
        int dot = s.IndexOf('.');
        if (dot >= 0)
        {
            if (
                !ushort.TryParse(s[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out ushort high)
                || !ushort.TryParse(s[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort low)
            )
                return false;
            result = new Asn(((uint)high << 16) | low);
            return true;
        }
        if (!uint.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out uint value))
            return false;
        result = new Asn(value);
        return true;
    }

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Asn result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(string? s, out Asn result) => TryParse(s.AsSpan(), null, out result);

    /// <exception cref="FormatException">The text is not an ASN.</exception>
    public static Asn Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out Asn asn)
            ? asn
            : throw new FormatException($"'{s}' is not an AS number: write a number from 0 to 4294967295, with or without 'AS'.");

    public static Asn Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    public int CompareTo(Asn other) => Value.CompareTo(other.Value);

    public static bool operator <(Asn left, Asn right) => left.Value < right.Value;

    public static bool operator >(Asn left, Asn right) => left.Value > right.Value;

    public static bool operator <=(Asn left, Asn right) => left.Value <= right.Value;

    public static bool operator >=(Asn left, Asn right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
