using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>
/// Finds the parts of an UPDATE and checks everything that decides between "treat as withdraw" and "session reset": both need every prefix, so a prefix
/// field that cannot be read ends the session (RFC 7606 §3 (j), §5.3, §7.11, §7.12), while faults of attributes do not.
/// </summary>
public static class UpdateParser
{
    /// <param name="body">The message without its header.</param>
    /// <returns>Null, or the NOTIFICATION with which the session ends.</returns>
    public static Notification? Parse(ReadOnlySpan<byte> body, UpdateCodec codec, out UpdateView view)
    {
        view = default;
        var reader = new WireReader(body);
        ReadOnlySpan<byte> withdrawn = reader.Take(reader.U16());
        if (reader.Failed)
            return MalformedList;
        ReadOnlySpan<byte> block = reader.Take(reader.U16());
        if (reader.Failed)
            return MalformedList;
        ReadOnlySpan<byte> announced = reader.Rest;

        int withdrawnCount = NlriReader.Count(withdrawn, IpFamily.V4, codec.AddPathIpv4);
        int announcedCount = NlriReader.Count(announced, IpFamily.V4, codec.AddPathIpv4);
        if (withdrawnCount < 0 || announcedCount < 0)
            return InvalidNetwork;
        view.Withdrawn = new NlriField(withdrawn, IpFamily.V4, codec.AddPathIpv4, withdrawnCount);
        // Without IPv4 negotiated its prefixes are ignored (RFC 4760 §6).
        if (codec.Ipv4)
            view.Announced = new NlriField(announced, IpFamily.V4, codec.AddPathIpv4, announcedCount);
        view.AttributeBlock = block;
        if (FindMultiProtocol(block, codec, ref view) is Notification error)
            return error;

        if (withdrawn.IsEmpty && announced.IsEmpty)
        {
            if (block.IsEmpty)
            {
                view.IsEndOfRib = true;
                view.EndOfRib = IpFamily.V4;
            }
            else if (view.HasMpUnreach && view.MpUnreachAt.Length == block.Length && view.MpWithdrawn.Bytes.IsEmpty)
            {
                view.IsEndOfRib = view.MpWithdrawn.Family != 0;
                view.EndOfRib = view.MpWithdrawn.Family;
            }
        }
        return null;
    }

    private static Notification? FindMultiProtocol(ReadOnlySpan<byte> block, UpdateCodec codec, ref UpdateView view)
    {
        int at = 0;
        while (at < block.Length)
        {
            if (!AttributeHeader.TryRead(block[at..], out AttributeHeader header))
            {
                view.BlockBroken = true;
                return null;
            }
            ReadOnlySpan<byte> value = block.Slice(at + header.HeaderLength, header.ValueLength);
            if (header.Type == AttributeType.MpReach)
            {
                if (view.HasMpReach)
                    return MalformedList;
                view.HasMpReach = true;
                view.MpReachAt = (at, header.TotalLength);
                if (ReadReach(value, codec, ref view) is Notification error)
                    return error;
            }
            else if (header.Type == AttributeType.MpUnreach)
            {
                if (view.HasMpUnreach)
                    return MalformedList;
                view.HasMpUnreach = true;
                view.MpUnreachAt = (at, header.TotalLength);
                if (ReadUnreach(value, codec, ref view) is Notification error)
                    return error;
            }
            at += header.TotalLength;
        }
        return null;
    }

    private static Notification? ReadReach(ReadOnlySpan<byte> value, UpdateCodec codec, ref UpdateView view)
    {
        var reader = new WireReader(value);
        ushort afi = reader.U16();
        byte safi = reader.U8();
        int nextHopLength = reader.U8();
        reader.Take(nextHopLength);
        reader.U8();
        if (reader.Failed)
            return OptionalError(value);
        view.MpReachHead = value[..(4 + nextHopLength)];
        // Families that were not negotiated are ignored (RFC 4760 §6): their prefixes are not even read.
        if (safi != 1 || afi is not (1 or 2) || !codec.Has((IpFamily)afi))
        {
            view.MpAnnounced = default;
            return null;
        }
        var family = (IpFamily)afi;
        // IPv4 over an IPv6 next hop needs RFC 8950, which is read but not offered.
        if (nextHopLength is not (16 or 32) && !(family == IpFamily.V4 && nextHopLength == 4))
            return OptionalError(value);
        int count = NlriReader.Count(reader.Rest, family, codec.AddPath(family));
        if (count < 0)
            return OptionalError(value);
        view.MpAnnounced = new NlriField(reader.Rest, family, codec.AddPath(family), count);
        return null;
    }

    private static Notification? ReadUnreach(ReadOnlySpan<byte> value, UpdateCodec codec, ref UpdateView view)
    {
        var reader = new WireReader(value);
        ushort afi = reader.U16();
        byte safi = reader.U8();
        if (reader.Failed)
            return OptionalError(value);
        if (safi != 1 || afi is not (1 or 2) || !codec.Has((IpFamily)afi))
            return null;
        var family = (IpFamily)afi;
        int count = NlriReader.Count(reader.Rest, family, codec.AddPath(family));
        if (count < 0)
            return OptionalError(value);
        view.MpWithdrawn = new NlriField(reader.Rest, family, codec.AddPath(family), count);
        return null;
    }

    private static Notification MalformedList { get; } = new(NotificationCode.UpdateMessageError, 1, []);

    private static Notification InvalidNetwork { get; } = new(NotificationCode.UpdateMessageError, 10, []);

    /// <summary>3/9 with the start of the attribute at fault; a NOTIFICATION has to fit 4,096 octets.</summary>
    private static Notification OptionalError(ReadOnlySpan<byte> value) =>
        new(NotificationCode.UpdateMessageError, 9, [.. value[..Math.Min(value.Length, 1024)]]);
}
