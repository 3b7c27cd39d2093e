namespace Causeway.Bgp.Messages;

/// <summary>The header of one path attribute (RFC 4271 §4.3): flags, type, and a length of one or two octets.</summary>
public readonly record struct AttributeHeader(AttributeFlags Flags, AttributeType Type, int HeaderLength, int ValueLength)
{
    public int TotalLength => HeaderLength + ValueLength;

    /// <summary>False when the header or the value does not fit in what is left.</summary>
    public static bool TryRead(ReadOnlySpan<byte> rest, out AttributeHeader header)
    {
        header = default;
        if (rest.Length < 3)
            return false;
        var flags = (AttributeFlags)rest[0];
        bool extended = (flags & AttributeFlags.ExtendedLength) != 0;
        if (extended && rest.Length < 4)
            return false;
        int length = extended ? (rest[2] << 8) | rest[3] : rest[2];
        header = new AttributeHeader(flags, (AttributeType)rest[1], extended ? 4 : 3, length);
        return header.TotalLength <= rest.Length;
    }
}
