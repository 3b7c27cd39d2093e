using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using Causeway.Primitives;

namespace Causeway.Registries.Irr.Rpsl;

/// <summary>Numbers, prefixes and names in ASCII bytes, without a detour by strings.</summary>
internal static class RpslValue
{
    /// <summary>The longest name of a set or maintainer that is taken; real ones stay under 80.</summary>
    public const int MaxName = 255;

    /// <summary><c>AS64496</c> or asdot <c>AS1.10</c>, any case. The letters are required: a bare number in a members list is a typing error.</summary>
    public static bool TryAsn(ReadOnlySpan<byte> text, out uint asn)
    {
        asn = 0;
        if (text.Length is < 3 or > 13 || (text[0] | 0x20) != 'a' || (text[1] | 0x20) != 's')
            return false;
        text = text[2..];
        int dot = text.IndexOf((byte)'.');
        if (dot < 0)
            return TryNumber(text, out asn);
        if (!TryNumber(text[..dot], out uint high) || !TryNumber(text[(dot + 1)..], out uint low) || high > 65535 || low > 65535)
            return false;
        asn = (high << 16) | low;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out uint value)
    {
        value = 0;
        if (digits.Length is 0 or > 10)
            return false;
        ulong n = 0;
        foreach (byte b in digits)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
                return false;
            n = n * 10 + digit;
        }
        value = (uint)n;
        return n <= uint.MaxValue;
    }

    /// <summary>CIDR notation. Host bits are cleared and reported.</summary>
    public static bool TryPrefix(ReadOnlySpan<byte> text, out IpPrefix prefix, out bool hostBits)
    {
        prefix = default;
        hostBits = false;
        int slash = text.LastIndexOf((byte)'/');
        if (slash <= 0)
            return false;
        ReadOnlySpan<byte> digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || !TryNumber(digits, out uint length))
            return false;
        text = text[..slash];
        if (text.IndexOf((byte)':') < 0)
        {
            if (length > 32 || !TryV4(text, out uint address))
                return false;
            prefix = IpPrefix.V4(address, (int)length);
            hostBits = prefix.V4Bits != address;
            return true;
        }
        if (length > 128 || !TryV6(text, out UInt128 bits))
            return false;
        prefix = IpPrefix.V6(bits, (int)length);
        hostBits = prefix.Bits != bits;
        return true;
    }

    public static bool TryV4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        if (text.Length is < 7 or > 15)
            return false;
        uint octet = 0;
        int digits = 0,
            dots = 0;
        foreach (byte b in text)
        {
            uint digit = (uint)(b - '0');
            if (digit <= 9)
            {
                if (digits > 0 && octet == 0)
                    return false; // Leading zeros read as octal elsewhere.
                octet = octet * 10 + digit;
                if (++digits > 3 || octet > 255)
                    return false;
            }
            else if (b == '.' && digits > 0 && dots < 3)
            {
                address = (address << 8) | octet;
                octet = 0;
                digits = 0;
                dots++;
            }
            else
                return false;
        }
        address = (address << 8) | octet;
        return dots == 3 && digits > 0;
    }

    public static bool TryV6(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        bits = default;
        // IPAddress accepts brackets and scopes; a prefix has neither.
        if (text.Length is < 2 or > 45 || text.IndexOfAny((byte)'%', (byte)'[') >= 0)
            return false;
        if (!IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>
    /// Copies a name in upper case and says whether it is one: letters, digits and "-_:." only, hierarchical names included (RFC 2622 §5). Names compare
    /// without regard to case everywhere, so they are kept in upper case.
    /// </summary>
    public static bool TryUpperName(ReadOnlySpan<byte> text, Span<byte> upper)
    {
        if (text.Length is 0 or > MaxName)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            if (b is >= (byte)'a' and <= (byte)'z')
                b -= 0x20;
            else if (!(b is >= (byte)'A' and <= (byte)'Z' or >= (byte)'-' and <= (byte)':' or (byte)'_') || b == '/')
                return false;
            upper[i] = b;
        }
        return true;
    }

    /// <summary>Writes a prefix as text; returns the length. 43 bytes are enough for any.</summary>
    public static int Format(in IpPrefix prefix, Span<byte> destination)
    {
        int n;
        if (prefix.IsV4)
        {
            uint bits = prefix.V4Bits;
            n = 0;
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                Utf8Formatter.TryFormat((byte)(bits >> shift), destination[n..], out int written);
                n += written;
                destination[n++] = shift > 0 ? (byte)'.' : (byte)'/';
            }
        }
        else
        {
            prefix.Address.TryFormat(destination, out n);
            destination[n++] = (byte)'/';
        }
        Utf8Formatter.TryFormat(prefix.Length, destination[n..], out int lengthDigits);
        return n + lengthDigits;
    }
}
