using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Primitives;

/// <summary>The address family of a prefix. Values are the AFI numbers of RFC 4760.</summary>
public enum IpFamily : byte
{
    V4 = 1,
    V6 = 2,
}

/// <summary>
/// An IPv4 or IPv6 prefix without host bits, in CIDR notation (RFC 4632, RFC 5952). The address bits stand left-aligned in 128 bits for both
/// families, so that one mask, one comparison and one trie serve both.
/// </summary>
public readonly struct IpPrefix : IEquatable<IpPrefix>, IComparable<IpPrefix>, ISpanParsable<IpPrefix>
{
    private readonly UInt128 _bits;
    private readonly byte _length;
    private readonly IpFamily _family;

    private IpPrefix(IpFamily family, UInt128 bits, byte length)
    {
        _family = family;
        _bits = bits;
        _length = length;
    }

    /// <summary>The family; the default value of this struct is not a prefix and has family 0.</summary>
    public IpFamily Family => _family;

    /// <summary>Prefix length in bits: 0–32 or 0–128.</summary>
    public byte Length => _length;

    /// <summary>The address bits, most significant first, left-aligned: an IPv4 address occupies the upper 32 bits.</summary>
    public UInt128 Bits => _bits;

    public bool IsV4 => _family == IpFamily.V4;

    /// <summary>The number of bits of an address of this family: 32 or 128.</summary>
    public int MaxLength => _family == IpFamily.V4 ? 32 : 128;

    /// <summary>The IPv4 address as a number; meaningful only for IPv4.</summary>
    public uint V4Bits => (uint)(_bits >> 96);

    public bool IsDefaultRoute => _length == 0 && _family != 0;

    /// <summary>The network address.</summary>
    public IPAddress Address => AddressAt(0);

    /// <summary>Makes a prefix, clearing host bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length exceeds the family's.</exception>
    public static IpPrefix FromBits(IpFamily family, UInt128 leftAligned, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, family == IpFamily.V4 ? 32u : 128u);
        return new IpPrefix(family, leftAligned & Mask(length), (byte)length);
    }

    public static IpPrefix V4(uint address, int length) => FromBits(IpFamily.V4, (UInt128)address << 96, length);

    public static IpPrefix V6(UInt128 address, int length) => FromBits(IpFamily.V6, address, length);

    /// <summary>The prefix of a given length that contains an address.</summary>
    public static IpPrefix Of(IPAddress address, int length) => FromBits(FamilyOf(address), BitsOf(address), length);

    /// <summary>The /32 or /128 of an address.</summary>
    public static IpPrefix Host(IPAddress address) => Of(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    /// <summary>The left-aligned bits of an address. IPv4-mapped IPv6 addresses stay IPv6.</summary>
    public static UInt128 BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return written == 4 ? (UInt128)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 96 : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IpFamily FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? IpFamily.V4 : IpFamily.V6;

    private static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);

    /// <summary>The address at an offset from the network address: 1 is the first usable of a /30.</summary>
    public IPAddress AddressAt(uint offset)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_family == IpFamily.V4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, V4Bits + offset);
            return new IPAddress(bytes[..4]);
        }
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits + offset);
        return new IPAddress(bytes);
    }

    /// <summary>True when <paramref name="other"/> is this prefix or lies inside it.</summary>
    public bool Contains(in IpPrefix other) =>
        other._family == _family && other._length >= _length && (other._bits & Mask(_length)) == _bits;

    public bool Contains(IPAddress address) => FamilyOf(address) == _family && (BitsOf(address) & Mask(_length)) == _bits;

    public bool Overlaps(in IpPrefix other) => Contains(other) || other.Contains(this);

    /// <summary>
    /// Parses CIDR notation. Host bits make it fail, as does a missing length; see <see cref="TryParseLoose"/> for what a person may have meant.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IpPrefix result) =>
        TryParseLoose(s, out result, out bool hostBits) && !hostBits;

    /// <summary>As <see cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out IpPrefix)"/>, but clears host bits and says that it did, so that an error can name the right form.</summary>
    public static bool TryParseLoose(ReadOnlySpan<char> s, out IpPrefix result, out bool hadHostBits)
    {
        result = default;
        hadHostBits = false;
        int slash = s.IndexOf('/');
        if (
            slash <= 0
            || (s.Length > slash + 2 && s[slash + 1] == '0')
            || !byte.TryParse(s[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out byte length)
        )
            return false;
        ReadOnlySpan<char> text = s[..slash];
        // IPAddress accepts "10.1" and "0x0a.0.0.1" and "fe80::1%eth0"; a prefix is none of these.
        bool v6 = text.Contains(':');
        if (v6 ? text.Contains('%') || text.Contains('[') : !IsDottedQuad(text))
            return false;
        // "::ffff:192.0.2.0/24" means a prefix of IPv4 to whoever writes it, and would be ::/24.
        if (v6 && text.Contains('.') && length < 96)
            return false;
        if (!IPAddress.TryParse(text, out IPAddress? address) || length > (v6 ? 128 : 32))
            return false;
        UInt128 bits = BitsOf(address);
        result = new IpPrefix(v6 ? IpFamily.V6 : IpFamily.V4, bits & Mask(length), length);
        hadHostBits = bits != result._bits;
        return true;
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        int dots = 0,
            digits = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '.')
            {
                if (digits == 0)
                    return false;
                dots++;
                digits = 0;
            }
            else if (!char.IsAsciiDigit(c) || ++digits > 3 || (digits == 2 && text[i - 1] == '0'))
                return false;
        }
        return dots == 3 && digits > 0;
    }

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IpPrefix result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(string? s, out IpPrefix result) => TryParse(s.AsSpan(), null, out result);

    /// <exception cref="FormatException">The text is not a prefix; the message gives the right form.</exception>
    public static IpPrefix Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null)
    {
        if (!TryParseLoose(s, out IpPrefix prefix, out bool hostBits))
            throw new FormatException($"'{s}' is not a prefix: write an address and a length, such as 192.0.2.0/24 or 2001:db8::/32.");
        return hostBits ? throw new FormatException($"'{s}' has host bits set: use {prefix}.") : prefix;
    }

    public static IpPrefix Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    public bool Equals(IpPrefix other) => _bits == other._bits && _length == other._length && _family == other._family;

    public override bool Equals(object? obj) => obj is IpPrefix other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_bits, _length, _family);

    /// <summary>Order: IPv4 before IPv6, then by address, then shorter first.</summary>
    public int CompareTo(IpPrefix other)
    {
        int c = _family.CompareTo(other._family);
        if (c == 0)
            c = _bits.CompareTo(other._bits);
        return c == 0 ? _length.CompareTo(other._length) : c;
    }

    public static bool operator ==(IpPrefix left, IpPrefix right) => left.Equals(right);

    public static bool operator !=(IpPrefix left, IpPrefix right) => !left.Equals(right);

    public static bool operator <(IpPrefix left, IpPrefix right) => left.CompareTo(right) < 0;

    public static bool operator >(IpPrefix left, IpPrefix right) => left.CompareTo(right) > 0;

    public static bool operator <=(IpPrefix left, IpPrefix right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IpPrefix left, IpPrefix right) => left.CompareTo(right) >= 0;

    public override string ToString() => _family == 0 ? "" : $"{Address}/{_length}";
}
