using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Bmp;

/// <summary>Reads BMP version 3 (RFC 7854, 8671, 9069). No bytes make it throw: what cannot be read is answered with what is wrong.</summary>
public static class BmpParser
{
    /// <summary>Octets of the common header: version, length, type.</summary>
    public const int HeaderLength = 6;

    /// <summary>Longest message that is taken. The largest ones hold two OPENs, or a mirrored BGP message of 65,535 octets or a few.</summary>
    public const int LongestMessage = 1 << 20;

    private const int PeerHeaderLength = 42;

    /// <summary>Looks whether a whole message has arrived.</summary>
    /// <param name="length">Its length with the header; 0 when more octets are needed.</param>
    /// <returns>Null, or why the stream cannot be BMP.</returns>
    public static string? Frame(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.IsEmpty)
            return null;
        if (bytes[0] != 3)
            return $"BMP version {bytes[0]}; only version 3 is known";
        if (bytes.Length < HeaderLength)
            return null;
        uint claimed = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (claimed is < HeaderLength or > LongestMessage)
            return $"a BMP message of {claimed} octets; it must be {HeaderLength} to {LongestMessage}";
        if (claimed <= bytes.Length)
            length = (int)claimed;
        return null;
    }

    /// <summary>
    /// Reads one whole message. A Peer Up or Peer Down that is not whole is read as far as it goes, with a fault beside it: what it says of the session holds, and
    /// to go on believing the routes of a session that is over would be worse.
    /// </summary>
    /// <returns>Null with no fault for a type that is not known, which a station passes over (RFC 7854 §4.1).</returns>
    public static BmpMessage? Parse(ReadOnlySpan<byte> message, out string? fault)
    {
        fault = null;
        if (Frame(message, out int length) is { } wrong || length != message.Length)
        {
            fault = "not one whole BMP message";
            return null;
        }
        byte type = message[5];
        var reader = new WireReader(message[HeaderLength..]);
        BmpMessage? parsed = null;
        if (type is 4 or 5)
            parsed = type == 4 ? Initiation(ref reader) : Termination(ref reader);
        else if (type <= 6)
        {
            if (PeerHeader(ref reader) is not { } peer)
            {
                fault = $"BMP message of type {type}: the peer header is malformed";
                return null;
            }
            parsed = type switch
            {
                0 => RouteMonitoring(peer, ref reader),
                1 => Statistics(peer, ref reader),
                2 => PeerDown(peer, ref reader, out fault),
                3 => PeerUp(peer, ref reader, out fault),
                _ => RouteMirroring(peer, ref reader),
            };
        }
        else
            return null;
        if (parsed is BmpMessage.PeerDown or BmpMessage.PeerUp)
            return parsed;
        if (parsed is null || reader.Failed)
        {
            fault = $"BMP message of type {type}: fields do not fit its {message.Length} octets";
            return null;
        }
        return parsed;
    }

    private static BmpPeerHeader? PeerHeader(ref WireReader reader)
    {
        if (reader.Remaining < PeerHeaderLength)
            return null;
        byte type = reader.U8(),
            flags = reader.U8();
        ulong distinguisher = reader.U64();
        ReadOnlySpan<byte> address = reader.Take(16);
        var asn = new Asn(reader.U32());
        uint id = reader.U32();
        long seconds = reader.U32(),
            micros = Math.Min(reader.U32(), 999_999);
        // Flags: V 0x80 (IPv6), L 0x40 (after policy), A 0x20 (2-octet ASNs), O 0x10 (Adj-RIB-Out, RFC 8671). For Loc-RIB only F 0x80 has a meaning (RFC 9069 §4.2).
        bool local = type == 3;
        BmpTable table =
            local ? BmpTable.LocRib
            : (flags & 0x10) != 0 ? ((flags & 0x40) != 0 ? BmpTable.AdjRibOutAfterPolicy : BmpTable.AdjRibOut)
            : (flags & 0x40) != 0 ? BmpTable.AdjRibInAfterPolicy
            : BmpTable.AdjRibIn;
        return new BmpPeerHeader(
            type,
            table,
            distinguisher,
            Address(address, !local && (flags & 0x80) != 0),
            asn,
            id,
            DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds(micros),
            local || (flags & 0x20) == 0,
            local && (flags & 0x80) != 0
        );
    }

    // An IPv4 address stands in the last four octets.
    private static IPAddress Address(ReadOnlySpan<byte> bytes, bool v6) => new(v6 ? bytes : bytes[12..]);

    private static BmpMessage.Initiation Initiation(ref WireReader reader)
    {
        string name = "",
            description = "";
        var notes = ImmutableArray.CreateBuilder<string>();
        while (!reader.AtEnd && !reader.Failed)
        {
            ushort type = reader.U16();
            string text = Encoding.UTF8.GetString(reader.Take(reader.U16()));
            if (type == 2)
                name = text;
            else if (type == 1)
                description = text;
            else if (type == 0)
                notes.Add(text);
        }
        return new(name, description, notes.ToImmutable());
    }

    private static BmpMessage.Termination Termination(ref WireReader reader)
    {
        ushort? reason = null;
        var notes = ImmutableArray.CreateBuilder<string>();
        while (!reader.AtEnd && !reader.Failed)
        {
            ushort type = reader.U16();
            ReadOnlySpan<byte> value = reader.Take(reader.U16());
            if (type == 0)
                notes.Add(Encoding.UTF8.GetString(value));
            else if (type == 1 && value.Length == 2)
                reason = BinaryPrimitives.ReadUInt16BigEndian(value);
        }
        return new(reason, notes.ToImmutable());
    }

    /// <summary>Takes a BGP message off the front.</summary>
    /// <returns>Its body; empty when it is none of the wanted type.</returns>
    private static ReadOnlySpan<byte> BgpMessage(ref WireReader reader, MessageType wanted)
    {
        ReadOnlySpan<byte> header = reader.Take(MessageHeader.Size);
        if (header.IsEmpty)
            return [];
        int length = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) - MessageHeader.Size;
        ReadOnlySpan<byte> body = length < 0 ? [] : reader.Take(length);
        return header[18] == (byte)wanted ? body : [];
    }

    private static BmpMessage.PeerUp PeerUp(BmpPeerHeader peer, ref WireReader reader, out string? fault)
    {
        ReadOnlySpan<byte> address = reader.Take(16);
        ushort localPort = reader.U16(),
            remotePort = reader.U16();
        ReadOnlySpan<byte> sent = BgpMessage(ref reader, MessageType.Open);
        ReadOnlySpan<byte> received = BgpMessage(ref reader, MessageType.Open);
        OpenMessage.TryParse(sent, out OpenMessage? ours);
        OpenMessage.TryParse(received, out OpenMessage? theirs);
        string table = "";
        while (!reader.AtEnd && !reader.Failed)
        {
            ushort type = reader.U16();
            ReadOnlySpan<byte> value = reader.Take(reader.U16());
            if (type == 3)
                table = Encoding.UTF8.GetString(value);
        }
        fault =
            reader.Failed ? "Peer Up is cut off"
            : sent.IsEmpty || received.IsEmpty ? "Peer Up without its two OPENs"
            : null;
        bool v6 = peer.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        IPAddress local = address.IsEmpty ? IPAddress.None : Address(address, v6);
        return new(peer, local, localPort, remotePort, ours, theirs, table);
    }

    private static BmpMessage.PeerDown PeerDown(BmpPeerHeader peer, ref WireReader reader, out string? fault)
    {
        byte reason = reader.U8();
        fault = reader.Failed ? "Peer Down without a reason" : null;
        if (reason is not (1 or 3))
            return new(peer, reason, null);
        ReadOnlySpan<byte> body = BgpMessage(ref reader, MessageType.Notification);
        if (body.Length < 2)
            fault = $"Peer Down with reason {reason}, but without the NOTIFICATION that belongs to it";
        return new(peer, reason, body.Length >= 2 ? Notification.Parse(body) : null);
    }

    private static BmpMessage.RouteMonitoring? RouteMonitoring(BmpPeerHeader peer, ref WireReader reader)
    {
        ReadOnlySpan<byte> body = BgpMessage(ref reader, MessageType.Update);
        return body.IsEmpty ? null : new(peer, [.. body]);
    }

    private static BmpMessage.Statistics Statistics(BmpPeerHeader peer, ref WireReader reader)
    {
        uint count = reader.U32();
        var values = ImmutableDictionary.CreateBuilder<ushort, ulong>();
        for (uint i = 0; i < count && !reader.AtEnd && !reader.Failed; i++)
        {
            ushort type = reader.U16();
            ReadOnlySpan<byte> value = reader.Take(reader.U16());
            if (value.Length == 4)
                values[type] = BinaryPrimitives.ReadUInt32BigEndian(value);
            else if (value.Length == 8)
                values[type] = BinaryPrimitives.ReadUInt64BigEndian(value);
        }
        return new(peer, values.ToImmutable());
    }

    private static BmpMessage.RouteMirroring RouteMirroring(BmpPeerHeader peer, ref WireReader reader)
    {
        var messages = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        ushort? information = null;
        while (!reader.AtEnd && !reader.Failed)
        {
            ushort type = reader.U16();
            ReadOnlySpan<byte> value = reader.Take(reader.U16());
            if (type == 0)
                messages.Add([.. value]);
            else if (type == 1 && value.Length == 2)
                information = BinaryPrimitives.ReadUInt16BigEndian(value);
        }
        return new(peer, messages.ToImmutable(), information);
    }
}
