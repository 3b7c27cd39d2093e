using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Prefixes;

namespace Causeway.Bgp.Mrt;

/// <summary>Writes MRT records (RFC 6396). AS numbers are always written in four octets. Not safe for several threads at once.</summary>
public sealed class MrtWriter(Stream stream)
{
    private readonly ArrayBufferWriter<byte> _body = new(1024);

    /// <summary>Writes a record. With a fraction of a second in its time, BGP4MP records are written as BGP4MP_ET.</summary>
    /// <exception cref="ArgumentException">A count or length exceeds its field, or the record is one that cannot be written: <see cref="MrtRecord.Malformed"/>.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    public void Write(MrtRecord record)
    {
        _body.ResetWrittenCount();
        switch (record)
        {
            case MrtRecord.PeerIndexTable peers:
                Peers(peers);
                Finish(record.At, MrtType.TableDumpV2, MrtType.PeerIndexTable);
                break;
            case MrtRecord.Rib rib:
                bool addPath = rib.Entries.Any(e => e.PathId != 0);
                Rib(rib, addPath);
                Finish(
                    record.At,
                    MrtType.TableDumpV2,
                    (rib.Prefix.IsV4, addPath) switch
                    {
                        (true, false) => MrtType.RibIpv4Unicast,
                        (false, false) => MrtType.RibIpv6Unicast,
                        (true, true) => MrtType.RibIpv4UnicastAddPath,
                        (false, true) => MrtType.RibIpv6UnicastAddPath,
                    }
                );
                break;
            case MrtRecord.Message message:
                Session(message.Session, message.FourOctetAsn);
                _body.Write(message.Bytes.AsSpan());
                Finish(record.At, Bgp4Mp(record.At), message.FourOctetAsn ? MrtType.MessageAs4 : MrtType.Message);
                break;
            case MrtRecord.StateChange change:
                Session(change.Session, true);
                U16(change.From);
                U16(change.To);
                Finish(record.At, Bgp4Mp(record.At), MrtType.StateChangeAs4);
                break;
            case MrtRecord.Other other:
                _body.Write(other.Bytes.AsSpan());
                Finish(record.At, other.Type, other.Subtype);
                break;
            default:
                throw new ArgumentException($"A {record.GetType().Name} record cannot be written.", nameof(record));
        }
    }

    /// <summary>Writes the routes of a routing instance: the peer table, then a record per prefix. Refused routes are left out, as RIB records hold what was selected from.</summary>
    /// <returns>RIB records written.</returns>
    public int WriteTables(Tables.Rib tables, IPAddress collectorId, DateTimeOffset at)
    {
        RibPeer[] peers = [.. tables.Peers];
        var numbers = peers.Select((p, i) => (p.Name, Number: (ushort)i)).ToDictionary(p => p.Name, p => p.Number);
        Write(
            new MrtRecord.PeerIndexTable(
                at,
                collectorId,
                "",
                [.. peers.Select(p => new MrtPeer(RouterId(p.Facts.PeerRouterId), p.Facts.PeerAddress, p.Facts.PeerAsn))]
            )
        );
        uint sequence = 0;
        string? next = null;
        do
        {
            RoutePage page = tables.Routes(new RouteQuery { Accepted = true, Limit = 10_000 }, next);
            foreach (IGrouping<Primitives.IpPrefix, RouteView> prefix in page.Routes.GroupBy(r => r.Prefix))
            {
                List<MrtRibEntry> entries =
                [
                    .. prefix
                        .Where(r => r.Attributes is not null && numbers.ContainsKey(r.Peer))
                        .Select(r => new MrtRibEntry(numbers[r.Peer], r.Since ?? at, r.PathId, r.Attributes!.Raw)),
                ];
                if (entries.Count > 0)
                    Write(new MrtRecord.Rib(at, sequence++, prefix.Key, [.. entries]));
            }
            next = page.Next;
        } while (next is not null);
        return (int)sequence;
    }

    private static IPAddress RouterId(uint id)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return new IPAddress(bytes);
    }

    private static ushort Bgp4Mp(DateTimeOffset at) => Microseconds(at) == 0 ? MrtType.Bgp4Mp : MrtType.Bgp4MpExtended;

    private static uint Microseconds(DateTimeOffset at) => (uint)(at.UtcTicks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);

    private void Peers(MrtRecord.PeerIndexTable table)
    {
        _body.Write(table.CollectorId.GetAddressBytes());
        byte[] view = Encoding.UTF8.GetBytes(table.ViewName);
        U16(view.Length);
        _body.Write(view);
        U16(table.Peers.Length);
        foreach (MrtPeer peer in table.Peers)
        {
            bool v6 = peer.Address.AddressFamily == AddressFamily.InterNetworkV6;
            _body.Write([(byte)(2 | (v6 ? 1 : 0))]);
            _body.Write(peer.RouterId.GetAddressBytes());
            _body.Write(peer.Address.GetAddressBytes());
            U32(peer.Asn.Value);
        }
    }

    private void Rib(MrtRecord.Rib rib, bool addPath)
    {
        U32(rib.Sequence);
        Span<byte> nlri = stackalloc byte[17];
        int length = rib.Prefix.IsV4 ? V4Key.From(rib.Prefix).Write(nlri) : V6Key.From(rib.Prefix).Write(nlri);
        _body.Write(nlri[..length]);
        U16(rib.Entries.Length);
        foreach (MrtRibEntry entry in rib.Entries)
        {
            U16(entry.Peer);
            U32((uint)entry.OriginatedAt.ToUnixTimeSeconds());
            if (addPath)
                U32(entry.PathId);
            ReadOnlySpan<byte> attributes = MrtAttributes.ToShort(entry.Attributes.AsSpan()).AsSpan();
            U16(attributes.Length);
            _body.Write(attributes);
        }
    }

    private void Session(MrtSession session, bool as4)
    {
        if (as4)
        {
            U32(session.PeerAsn.Value);
            U32(session.LocalAsn.Value);
        }
        else
        {
            U16(Narrow(session.PeerAsn));
            U16(Narrow(session.LocalAsn));
        }
        U16(session.Interface);
        U16(session.PeerAddress.AddressFamily == AddressFamily.InterNetworkV6 ? 2 : 1);
        _body.Write(session.PeerAddress.GetAddressBytes());
        _body.Write(session.LocalAddress.GetAddressBytes());
    }

    private static int Narrow(Primitives.Asn asn) => asn.Value > ushort.MaxValue ? (int)Primitives.Asn.Trans.Value : (int)asn.Value;

    private void U16(int value)
    {
        if ((uint)value > ushort.MaxValue)
            throw new ArgumentException($"{value} does not fit a field of two octets.");
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        _body.Write(bytes);
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _body.Write(bytes);
    }

    private void Finish(DateTimeOffset at, ushort type, ushort subtype)
    {
        bool extended = type == MrtType.Bgp4MpExtended;
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)at.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], subtype);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], (uint)(_body.WrittenCount + (extended ? 4 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], Microseconds(at));
        stream.Write(header[..(extended ? 16 : 12)]);
        stream.Write(_body.WrittenSpan);
    }
}
