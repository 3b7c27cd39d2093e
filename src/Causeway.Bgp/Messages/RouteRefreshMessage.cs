namespace Causeway.Bgp.Messages;

/// <summary>What a ROUTE-REFRESH says (RFC 7313 §3.2).</summary>
public enum RefreshKind : byte
{
    /// <summary>Please send everything again (RFC 2918).</summary>
    Request = 0,

    /// <summary>BoRR: what follows is everything.</summary>
    Begin = 1,

    /// <summary>EoRR: that was everything.</summary>
    End = 2,
}

/// <summary>A ROUTE-REFRESH (RFC 2918, RFC 7313).</summary>
public readonly record struct RouteRefreshMessage(ushort Afi, RefreshKind Kind, byte Safi)
{
    /// <summary>
    /// Parses a body. Four octets, no more (outbound route filters are not negotiated). An unknown kind is to be ignored (RFC 7313 §5), which
    /// the caller sees by <see cref="Kind"/>; a wrong length with kind 1 or 2 is an error of code 7 with the whole message as its data, as far as a NOTIFICATION
    /// holds it, any other length a header error.
    /// </summary>
    public static Notification? TryParse(ReadOnlySpan<byte> body, bool enhanced, out RouteRefreshMessage message)
    {
        message = default;
        var reader = new WireReader(body);
        message = new(reader.U16(), (RefreshKind)reader.U8(), reader.U8());
        if (!reader.Failed && reader.AtEnd)
            return null;
        var whole = new WireWriter(new byte[MessageHeader.Size + body.Length]);
        MessageHeader.Begin(ref whole, MessageType.RouteRefresh);
        whole.Bytes(body);
        MessageHeader.Finish(ref whole, 0);
        return enhanced && message.Kind is RefreshKind.Begin or RefreshKind.End
            ? new Notification(
                NotificationCode.RouteRefreshMessageError,
                1,
                [.. whole.Written[..Math.Min(whole.Position, Notification.MostData)]]
            )
            : new Notification(NotificationCode.MessageHeaderError, 2, [.. whole.Written.Slice(16, 2)]);
    }

    internal bool Write(ref WireWriter writer)
    {
        int start = writer.Position;
        MessageHeader.Begin(ref writer, MessageType.RouteRefresh);
        writer.U16(Afi);
        writer.U8((byte)Kind);
        writer.U8(Safi);
        MessageHeader.Finish(ref writer, start);
        return !writer.Overflowed;
    }
}
