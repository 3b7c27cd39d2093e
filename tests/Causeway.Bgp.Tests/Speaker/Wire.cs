using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Speaker;

/// <summary>Messages as octets, for tests that play the peer.</summary>
internal static class Wire
{
    public static byte[] Open(uint asn, ushort holdTime, IPAddress routerId, params IpFamily[] families)
    {
        IEnumerable<Capability> capabilities = (families.Length == 0 ? [IpFamily.V4] : families).Select(Capability.MultiProtocol.Unicast);
        return Open(
            OpenMessage.Create(
                new Asn(asn),
                holdTime,
                (uint)(IpPrefix.BitsOf(routerId) >> 96),
                [.. capabilities, new Capability.RouteRefresh()]
            )
        );
    }

    public static byte[] Open(OpenMessage open)
    {
        var writer = new WireWriter(new byte[MessageHeader.StandardMaximum]);
        open.Write(ref writer);
        return writer.Written.ToArray();
    }

    public static byte[] Keepalive() => Message(MessageType.Keepalive, []);

    public static byte[] Message(MessageType type, ReadOnlySpan<byte> body)
    {
        var writer = new WireWriter(new byte[MessageHeader.Size + body.Length]);
        MessageHeader.Begin(ref writer, type);
        writer.Bytes(body);
        MessageHeader.Finish(ref writer, 0);
        return writer.Written.ToArray();
    }

    public static byte[] Notify(Notification notification)
    {
        var writer = new WireWriter(new byte[MessageHeader.StandardMaximum]);
        notification.Write(ref writer);
        return writer.Written.ToArray();
    }

    public static byte[] Refresh(IpFamily family, RefreshKind kind)
    {
        var writer = new WireWriter(new byte[MessageHeader.StandardMaximum]);
        new RouteRefreshMessage((ushort)family, kind, 1).Write(ref writer);
        return writer.Written.ToArray();
    }

    /// <summary>Announces prefixes of one family with the same attributes.</summary>
    public static byte[] Announce(PathAttributes attributes, params IpPrefix[] prefixes) =>
        Announce(attributes, new UpdateCodec(), prefixes);

    public static byte[] Announce(PathAttributes attributes, UpdateCodec codec, params IpPrefix[] prefixes) =>
        Announce(attributes, codec, null, prefixes);

    /// <summary>Announces with a path identifier before each prefix (RFC 7911 §3).</summary>
    public static byte[] Announce(PathAttributes attributes, uint pathId, params IpPrefix[] prefixes) =>
        Announce(attributes, new UpdateCodec(), pathId, prefixes);

    public static byte[] Announce(PathAttributes attributes, UpdateCodec codec, uint? pathId, IpPrefix[] prefixes)
    {
        var writer = new WireWriter(new byte[MessageHeader.ExtendedMaximum]);
        MessageHeader.Begin(ref writer, MessageType.Update);
        writer.U16(0);
        int lengthAt = writer.Position;
        writer.U16(0);
        bool classic = prefixes[0].IsV4;
        if (!classic)
        {
            int reach = AttributeEncoder.BeginMpReach(ref writer, IpFamily.V6, attributes);
            foreach (IpPrefix prefix in prefixes)
                Prefix(ref writer, pathId, prefix);
            AttributeEncoder.FinishMp(ref writer, reach);
        }
        AttributeEncoder.Write(ref writer, attributes, codec, classic);
        writer.PatchU16(lengthAt, writer.Position - lengthAt - 2);
        if (classic)
            foreach (IpPrefix prefix in prefixes)
                Prefix(ref writer, pathId, prefix);
        MessageHeader.Finish(ref writer, 0);
        return writer.Overflowed ? throw new InvalidOperationException("Too much for one UPDATE.") : writer.Written.ToArray();
    }

    /// <summary>Withdraws one path of an IPv4 prefix (RFC 7911 §3).</summary>
    public static byte[] Withdraw(uint pathId, IpPrefix prefix)
    {
        var writer = new WireWriter(new byte[MessageHeader.StandardMaximum]);
        MessageHeader.Begin(ref writer, MessageType.Update);
        int lengthAt = writer.Position;
        writer.U16(0);
        Prefix(ref writer, pathId, prefix);
        writer.PatchU16(lengthAt, writer.Position - lengthAt - 2);
        writer.U16(0);
        MessageHeader.Finish(ref writer, 0);
        return writer.Written.ToArray();
    }

    private static void Prefix(ref WireWriter writer, uint? pathId, IpPrefix prefix)
    {
        if (pathId is uint id)
            writer.U32(id);
        AttributeEncoder.Prefix(ref writer, prefix);
    }
}
