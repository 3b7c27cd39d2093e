using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Mrt;

/// <summary>From the body of a record to its meaning.</summary>
internal static class MrtDecoder
{
    public static MrtRecord Decode(DateTimeOffset at, ushort type, ushort subtype, ReadOnlySpan<byte> body)
    {
        if (type == MrtType.Bgp4MpExtended)
        {
            if (body.Length < 4)
                return new MrtRecord.Malformed(at, type, subtype, "no microseconds");
            at = at.AddMicroseconds(Math.Min(BinaryPrimitives.ReadUInt32BigEndian(body), 999_999u));
            body = body[4..];
        }
        var reader = new WireReader(body);
        MrtRecord? record = (type, subtype) switch
        {
            (MrtType.TableDumpV2, MrtType.PeerIndexTable) => Peers(at, ref reader),
            (MrtType.TableDumpV2, MrtType.RibIpv4Unicast) => Rib(at, ref reader, IpFamily.V4, false),
            (MrtType.TableDumpV2, MrtType.RibIpv6Unicast) => Rib(at, ref reader, IpFamily.V6, false),
            (MrtType.TableDumpV2, MrtType.RibIpv4UnicastAddPath) => Rib(at, ref reader, IpFamily.V4, true),
            (MrtType.TableDumpV2, MrtType.RibIpv6UnicastAddPath) => Rib(at, ref reader, IpFamily.V6, true),
            (MrtType.Bgp4Mp or MrtType.Bgp4MpExtended, MrtType.Message or MrtType.MessageLocal) => Message(at, ref reader, false),
            (MrtType.Bgp4Mp or MrtType.Bgp4MpExtended, MrtType.MessageAs4 or MrtType.MessageAs4Local) => Message(at, ref reader, true),
            (MrtType.Bgp4Mp or MrtType.Bgp4MpExtended, MrtType.StateChange) => StateChange(at, ref reader, false),
            (MrtType.Bgp4Mp or MrtType.Bgp4MpExtended, MrtType.StateChangeAs4) => StateChange(at, ref reader, true),
            _ => new MrtRecord.Other(at, type, subtype, [.. body]),
        };
        return record is null || reader.Failed
            ? new MrtRecord.Malformed(at, type, subtype, "fields do not fit the record's length")
            : record;
    }

    private static MrtRecord.PeerIndexTable? Peers(DateTimeOffset at, ref WireReader reader)
    {
        IPAddress collector = Address(ref reader, false);
        string view = Encoding.UTF8.GetString(reader.Take(reader.U16()));
        int count = reader.U16();
        var peers = ImmutableArray.CreateBuilder<MrtPeer>();
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            // Bit 0: the address is IPv6; bit 1: the ASN has four octets (§4.3.1).
            byte kind = reader.U8();
            IPAddress id = Address(ref reader, false);
            IPAddress address = Address(ref reader, (kind & 1) != 0);
            peers.Add(new MrtPeer(id, address, new Asn((kind & 2) != 0 ? reader.U32() : reader.U16())));
        }
        return reader.Failed ? null : new MrtRecord.PeerIndexTable(at, collector, view, peers.ToImmutable());
    }

    private static MrtRecord.Rib? Rib(DateTimeOffset at, ref WireReader reader, IpFamily family, bool addPath)
    {
        uint sequence = reader.U32();
        var nlri = new NlriReader(reader.Rest, family, addPath: false);
        if (!nlri.MoveNext())
            return null;
        IpPrefix prefix = nlri.Current.Prefix;
        reader.Take(AttributeEncoder.SizeOf(prefix));
        int count = reader.U16();
        var entries = ImmutableArray.CreateBuilder<MrtRibEntry>();
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            ushort peer = reader.U16();
            DateTimeOffset originated = DateTimeOffset.FromUnixTimeSeconds(reader.U32());
            uint pathId = addPath ? reader.U32() : 0;
            ReadOnlySpan<byte> attributes = reader.Take(reader.U16());
            entries.Add(new MrtRibEntry(peer, originated, pathId, MrtAttributes.ToCanonical(attributes, family)));
        }
        return reader.Failed ? null : new MrtRecord.Rib(at, sequence, prefix, entries.ToImmutable());
    }

    private static MrtSession? Session(ref WireReader reader, bool as4)
    {
        var peer = new Asn(as4 ? reader.U32() : reader.U16());
        var local = new Asn(as4 ? reader.U32() : reader.U16());
        ushort index = reader.U16();
        ushort family = reader.U16();
        if (family is not (1 or 2))
            return null;
        IPAddress peerAddress = Address(ref reader, family == 2);
        return new MrtSession(peer, local, index, peerAddress, Address(ref reader, family == 2));
    }

    private static MrtRecord.Message? Message(DateTimeOffset at, ref WireReader reader, bool as4) =>
        Session(ref reader, as4) is { } session ? new MrtRecord.Message(at, session, as4, [.. reader.Rest]) : null;

    private static MrtRecord.StateChange? StateChange(DateTimeOffset at, ref WireReader reader, bool as4) =>
        Session(ref reader, as4) is { } session ? new MrtRecord.StateChange(at, session, reader.U16(), reader.U16()) : null;

    private static IPAddress Address(ref WireReader reader, bool v6)
    {
        ReadOnlySpan<byte> bytes = reader.Take(v6 ? 16 : 4);
        return bytes.IsEmpty ? IPAddress.None : new IPAddress(bytes);
    }
}
