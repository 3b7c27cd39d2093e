using System.Buffers.Binary;

namespace Causeway.Bgp.Messages;

/// <summary>Message types (RFC 4271 §4.1, RFC 2918).</summary>
public enum MessageType : byte
{
    Open = 1,
    Update = 2,
    Notification = 3,
    Keepalive = 4,
    RouteRefresh = 5,
}

/// <summary>The 19-octet header that frames every message (RFC 4271 §4.1): 16 octets of ones, length, type.</summary>
public static class MessageHeader
{
    /// <summary>Octets of the header, and of the shortest message.</summary>
    public const int Size = 19;

    /// <summary>Longest message in octets unless RFC 8654 was negotiated.</summary>
    public const int StandardMaximum = 4096;

    /// <summary>Longest message in octets with RFC 8654; OPEN and KEEPALIVE never grow.</summary>
    public const int ExtendedMaximum = 65535;

    /// <summary>
    /// Checks a header as RFC 4271 §6.1 says. <paramref name="header"/> holds at least <see cref="Size"/> octets.
    /// </summary>
    /// <returns>Null when the header is right; else the NOTIFICATION to send.</returns>
    public static Notification? Check(ReadOnlySpan<byte> header, bool extended, out MessageType type, out int length)
    {
        length = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        type = (MessageType)header[18];
        if (header[..16].ContainsAnyExcept((byte)0xFF))
            return new Notification(NotificationCode.MessageHeaderError, 1, []);
        if (type is < MessageType.Open or > MessageType.RouteRefresh)
            return new Notification(NotificationCode.MessageHeaderError, 3, [header[18]]);
        int minimum = type switch
        {
            MessageType.Open => 29,
            MessageType.Update => 23,
            MessageType.Notification => 21,
            MessageType.RouteRefresh => 23,
            _ => Size,
        };
        int maximum = extended && type is not (MessageType.Open or MessageType.Keepalive) ? ExtendedMaximum : StandardMaximum;
        bool lengthRight = length >= minimum && length <= maximum && (type != MessageType.Keepalive || length == Size);
        return lengthRight ? null : new Notification(NotificationCode.MessageHeaderError, 2, [.. header.Slice(16, 2)]);
    }

    /// <summary>Starts a message; <see cref="Finish"/> fills the length in.</summary>
    internal static void Begin(ref WireWriter writer, MessageType type)
    {
        Span<byte> marker = writer.Reserve(16);
        marker.Fill(0xFF);
        writer.U16(0);
        writer.U8((byte)type);
    }

    internal static void Finish(ref WireWriter writer, int start) => writer.PatchU16(start + 16, writer.Position - start);
}
