using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Segments;

/// <summary>Reads one member of a set as it is written, and the range operators of RFC 2622 §2.</summary>
internal static class SetMember
{
    /// <summary>
    /// Accepts <c>AS64496</c>, <c>AS-NAME</c>, <c>AS64496:AS-NAME</c>, <c>SOURCE::AS-NAME</c>; in route-sets also prefixes, and a range operator
    /// (<c>^-</c>, <c>^+</c>, <c>^n</c>, <c>^n-m</c>) after any of these.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> token, RpslClass setClass, NamePool names, Span<byte> scratch, out MemberRecord member)
    {
        member = default;
        if (token.Length > RpslValue.MaxName)
            return false;
        int caret = token.IndexOf((byte)'^');
        ReadOnlySpan<byte> subject = caret < 0 ? token : token[..caret];
        if (caret >= 0 && (setClass != RpslClass.RouteSet || !PrefixRange.TryParse(token[caret..], out _)))
            return false;
        if (caret < 0 && RpslValue.TryAsn(subject, out uint asn))
        {
            member = new MemberRecord { Kind = MemberKind.Asn, Value = asn };
            return true;
        }
        if (subject.IndexOf((byte)'/') >= 0)
        {
            if (setClass != RpslClass.RouteSet || !RpslValue.TryPrefix(subject, out IpPrefix prefix, out bool hostBits) || hostBits)
                return false;
            int n = RpslValue.Format(prefix, scratch);
            token[subject.Length..].CopyTo(scratch[n..]);
            member = new MemberRecord { Kind = MemberKind.Prefix, Value = names.Add(scratch[..(n + token.Length - subject.Length)]) };
            return true;
        }
        if (!IsSetName(subject) || !RpslValue.TryUpperName(subject, scratch))
            return false;
        token[subject.Length..].CopyTo(scratch[subject.Length..]);
        member = new MemberRecord { Kind = MemberKind.Set, Value = names.Add(scratch[..token.Length]) };
        return true;
    }

    /// <summary>
    /// Object names joined by colons (RFC 2622 §2, §5), or AS numbers among them, after <c>SOURCE::</c> if wanted: <c>AS64500.</c> is a typing error and not a set
    /// called that, and no whois client could do anything with it.
    /// </summary>
    private static bool IsSetName(ReadOnlySpan<byte> text)
    {
        int scope = text.IndexOf("::"u8);
        if (scope >= 0 && !IsObjectName(text[..scope]))
            return false;
        if (scope >= 0)
            text = text[(scope + 2)..];
        while (true)
        {
            int colon = text.IndexOf((byte)':');
            if (!IsObjectName(colon < 0 ? text : text[..colon]))
                return false;
            if (colon < 0)
                return true;
            text = text[(colon + 1)..];
        }
    }

    private static bool IsObjectName(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter((char)text[0]))
            return false;
        foreach (byte b in text)
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'-' or (byte)'_'))
                return false;
        return true;
    }
}

/// <summary>A range operator: from a prefix of length l to prefixes of lengths <see cref="Low"/> to <see cref="High"/> inside it (RFC 2622 §2).</summary>
/// <param name="Low">-1: from l itself (<c>^+</c>); -2: from l + 1 (<c>^-</c>).</param>
/// <param name="High">-1: to the longest of the family.</param>
internal readonly record struct PrefixRange(int Low, int High)
{
    public static readonly PrefixRange Exact = new(-3, -3);

    public bool IsExact => Low == -3;

    public static bool TryParse(ReadOnlySpan<byte> text, out PrefixRange range)
    {
        range = Exact;
        if (text.Length < 2 || text[0] != '^')
            return false;
        text = text[1..];
        if (text.SequenceEqual("+"u8))
        {
            range = new PrefixRange(-1, -1);
            return true;
        }
        if (text.SequenceEqual("-"u8))
        {
            range = new PrefixRange(-2, -1);
            return true;
        }
        int dash = text.IndexOf((byte)'-');
        ReadOnlySpan<byte> low = dash < 0 ? text : text[..dash];
        ReadOnlySpan<byte> high = dash < 0 ? text : text[(dash + 1)..];
        if (!TryLength(low, out int from) || !TryLength(high, out int to) || from > to)
            return false;
        range = new PrefixRange(from, to);
        return true;
    }

    /// <summary>The lengths meant for a prefix; false when there are none.</summary>
    public bool Of(in IpPrefix prefix, out int low, out int high)
    {
        low = Low switch
        {
            -3 or -1 => prefix.Length,
            -2 => prefix.Length + 1,
            _ => Math.Max(Low, prefix.Length),
        };
        high = High switch
        {
            -3 => prefix.Length,
            -1 => prefix.MaxLength,
            _ => Math.Min(High, prefix.MaxLength),
        };
        return low <= high;
    }

    private static bool TryLength(ReadOnlySpan<byte> digits, out int length)
    {
        length = 0;
        if (digits.Length is 0 or > 3)
            return false;
        foreach (byte b in digits)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            length = length * 10 + (b - '0');
        }
        return length <= 128;
    }

    public override string ToString() =>
        this switch
        {
            { IsExact: true } => "",
            { Low: -1 } => "^+",
            { Low: -2 } => "^-",
            _ when Low == High => $"^{Low}",
            _ => $"^{Low}-{High}",
        };
}
