using System.Runtime.CompilerServices;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>
/// Finds the parts of an UPDATE and checks everything that decides between "treat as withdraw" and "session reset": both need every prefix, so a prefix
/// field that cannot be read ends the session (RFC 7606 §3 (j), §5.3, §7.11, §7.12), while faults of attributes do not. The only reader of UPDATEs: of the
/// tables, of what BMP and MRT bring, and of tools.
/// </summary>
public static class UpdateParser
{
    private const byte Unicast = 1;

    /// <param name="body">The message without its header.</param>
    /// <returns>Null, or the NOTIFICATION with which the session ends.</returns>
    [MethodImpl(Jit.Hot)]
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
        // Without IPv4 negotiated its prefixes are ignored (RFC 4760 §6).
        if (codec.Ipv4)
        {
            view.Withdrawn = new NlriField(withdrawn, IpFamily.V4, codec.AddPathIpv4, withdrawnCount);
            view.Announced = new NlriField(announced, IpFamily.V4, codec.AddPathIpv4, announcedCount);
        }
        view.Reaches = !announced.IsEmpty;
        view.AttributeBlock = block;
        if (block.IsEmpty)
        {
            if (withdrawn.IsEmpty && announced.IsEmpty && codec.Ipv4)
                view.EndOfRib = IpFamily.V4;
            return null;
        }
        return FindMultiProtocol(block, codec, ref view, alone: withdrawn.IsEmpty && announced.IsEmpty);
    }

    [MethodImpl(Jit.Hot)]
    private static Notification? FindMultiProtocol(ReadOnlySpan<byte> block, UpdateCodec codec, ref UpdateView view, bool alone)
    {
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (reader.Type == AttributeType.MpReach)
            {
                if (view.HasMpReach)
                    return MalformedList;
                view.HasMpReach = true;
                if (ReadReach(reader, codec, ref view) is Notification error)
                    return error;
            }
            else if (reader.Type == AttributeType.MpUnreach)
            {
                if (view.HasMpUnreach)
                    return MalformedList;
                view.HasMpUnreach = true;
                if (ReadUnreach(reader, codec, ref view) is Notification error)
                    return error;
            }
            else
            {
                view.HasOthers = true;
                continue;
            }
            if ((reader.Flags & (AttributeFlags.Optional | AttributeFlags.Transitive)) != AttributeFlags.Optional)
                view.MultiProtocolFault = new AttributeFault(AttributeFaultKind.WrongFlags, reader.Type);
        }
        view.HasOthers |= reader.Malformed;
        if (alone && view.HasMpUnreach && !view.HasMpReach && !view.HasOthers && view.MpWithdrawn is { Family: not 0, Count: 0 })
            view.EndOfRib = view.MpWithdrawn.Family;
        return null;
    }

    [MethodImpl(Jit.Hot)]
    private static Notification? ReadReach(in AttributeReader attribute, UpdateCodec codec, ref UpdateView view)
    {
        var reader = new WireReader(attribute.Value);
        ushort afi = reader.U16();
        byte safi = reader.U8();
        int nextHopLength = reader.U8();
        reader.Take(nextHopLength);
        reader.U8();
        if (reader.Failed)
            return OptionalError(attribute);
        view.Reaches |= !reader.Rest.IsEmpty;
        // Families that were not negotiated are ignored (RFC 4760 §6): their prefixes are not even read.
        if (safi != Unicast || afi is not (1 or 2) || !codec.Has((IpFamily)afi))
            return null;
        var family = (IpFamily)afi;
        // RFC 7606 §7.11: with a next hop of the wrong length the prefixes cannot be trusted.
        bool fits = family == IpFamily.V4 ? nextHopLength == 4 : nextHopLength is 16 or 32;
        if (!fits && !(codec.ExtendedNextHop && nextHopLength is 16 or 32))
            return OptionalError(attribute);
        int count = NlriReader.Count(reader.Rest, family, codec.AddPath(family));
        if (count < 0)
            return OptionalError(attribute);
        view.MpReachHead = attribute.Value[..(4 + nextHopLength)];
        view.MpAnnounced = new NlriField(reader.Rest, family, codec.AddPath(family), count);
        return null;
    }

    [MethodImpl(Jit.Hot)]
    private static Notification? ReadUnreach(in AttributeReader attribute, UpdateCodec codec, ref UpdateView view)
    {
        var reader = new WireReader(attribute.Value);
        ushort afi = reader.U16();
        byte safi = reader.U8();
        if (reader.Failed)
            return OptionalError(attribute);
        if (safi != Unicast || afi is not (1 or 2) || !codec.Has((IpFamily)afi))
            return null;
        var family = (IpFamily)afi;
        int count = NlriReader.Count(reader.Rest, family, codec.AddPath(family));
        if (count < 0)
            return OptionalError(attribute);
        view.MpWithdrawn = new NlriField(reader.Rest, family, codec.AddPath(family), count);
        return null;
    }

    private static Notification MalformedList { get; } = new(NotificationCode.UpdateMessageError, 1, []);

    private static Notification InvalidNetwork { get; } = new(NotificationCode.UpdateMessageError, 10, []);

    /// <summary>3/9 carries the attribute at fault (RFC 4271 §6.3).</summary>
    private static Notification OptionalError(in AttributeReader attribute) =>
        new(NotificationCode.UpdateMessageError, 9, AttributeJudge.Start(attribute.Whole));
}
