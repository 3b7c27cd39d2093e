using System.Buffers.Binary;

namespace Causeway.Bgp.Messages;

/// <summary>Writes single path attributes (RFC 4271 §4.3) into memory that is large enough, on the way of every route that is announced.</summary>
internal static class AttributeBytes
{
    /// <summary>The flags with which an optional transitive attribute is passed on: "Partial" stays where somebody has set it (RFC 4271 §5).</summary>
    public static byte OptionalTransitive(AttributeFlags received) => (byte)(0xC0 | (byte)(received & AttributeFlags.Partial));

    /// <summary>Writes an attribute.</summary>
    public static int Write(Span<byte> to, byte flags, AttributeType type, ReadOnlySpan<byte> value)
    {
        int header = Header(to, flags, type, value.Length);
        value.CopyTo(to[header..]);
        return header + value.Length;
    }

    /// <summary>Ends an attribute whose value was written with room for the longer of both headers, at [4..].</summary>
    /// <returns>Bytes of the whole attribute.</returns>
    public static int Finish(Span<byte> to, byte flags, AttributeType type, int length)
    {
        int header = Header(to, flags, type, length);
        if (header < 4)
            to.Slice(4, length).CopyTo(to[header..]);
        return header + length;
    }

    /// <summary>Writes the head of an attribute. The extended length is used only above 255 octets (RFC 4271 §4.3).</summary>
    public static int Header(Span<byte> to, byte flags, AttributeType type, int length)
    {
        to[0] = flags;
        to[1] = (byte)type;
        to[2] = (byte)length;
        if (length <= 255)
            return 3;
        to[0] |= (byte)AttributeFlags.ExtendedLength;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)length);
        return 4;
    }
}
