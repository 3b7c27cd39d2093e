using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Mrt;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>What was taken from an MRT file.</summary>
/// <param name="Routes">Routes that can be announced; later ones to the same prefix replace earlier ones.</param>
/// <param name="Passed">Records that hold no route for this: peer tables, state changes, messages other than UPDATE, 2-octet sessions.</param>
/// <param name="Malformed">Records or routes that could not be read.</param>
public sealed record MrtFeedResult(int Routes, int Passed, int Malformed);

/// <summary>Puts the routes of an MRT file (RFC 6396) into tables as if a peer had announced them, so that a lab has a full table to give.</summary>
public static class MrtFeed
{
    /// <summary>Loads TABLE_DUMP_V2 (the first route of each prefix) and BGP4MP messages of 4-octet sessions. The routes stay until the tables go.</summary>
    /// <param name="tables">Of the instance that is to announce them.</param>
    /// <param name="stream">The file, not compressed.</param>
    /// <param name="name">Under which the routes are shown.</param>
    /// <param name="localAsn">Routes that hold it in their path are refused as loops.</param>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public static MrtFeedResult Load(Rib tables, Stream stream, string name, Asn localAsn)
    {
        var facts = new PeerFacts
        {
            Name = name,
            // No session has AS 0, so the routes count as external to every neighbor.
            PeerAsn = new Asn(0),
            LocalAsn = localAsn,
            PeerAddress = IPAddress.Loopback,
            LocalAddress = IPAddress.Loopback,
            PeerRouterId = 0,
            V6 = true,
            LargestMessage = MessageHeader.ExtendedMaximum,
        };
        RibPeer peer = tables.Add(facts, CompiledPolicy.Compile(RoutePolicy.AcceptAll));
        int passed = 0;
        int malformed = 0;
        byte[] body = new byte[MessageHeader.ExtendedMaximum];
        foreach (MrtRecord record in MrtReader.Read(stream))
        {
            switch (record)
            {
                case MrtRecord.Rib { Entries: [var first, ..] } rib:
                    int length = WriteUpdate(body, rib.Prefix, first.Attributes.AsSpan());
                    if (length == 0 || tables.Ingest(peer, body.AsSpan(0, length)) is { MustReset: true } or { TreatedAsWithdraw: true })
                        malformed++;
                    break;
                case MrtRecord.Message { FourOctetAsn: true, Bytes: { Length: > MessageHeader.Size } bytes }
                    when bytes[MessageHeader.Size - 1] == (byte)MessageType.Update:
                    if (tables.Ingest(peer, bytes.AsSpan()[MessageHeader.Size..]) is { MustReset: true } or { TreatedAsWithdraw: true })
                        malformed++;
                    break;
                case MrtRecord.Malformed:
                    malformed++;
                    break;
                default:
                    passed++;
                    break;
            }
        }
        return new MrtFeedResult(peer.V4.Accepted + peer.V6.Accepted, passed, malformed);
    }

    /// <summary>An UPDATE body out of one prefix and a canonical block; an IPv6 prefix goes into the block's MP_REACH_NLRI.</summary>
    /// <returns>Its length, or 0 when the block cannot carry the prefix.</returns>
    private static int WriteUpdate(Span<byte> body, IpPrefix prefix, ReadOnlySpan<byte> block)
    {
        var writer = new WireWriter(body);
        writer.U16(0);
        writer.U16(0);
        bool reached = prefix.IsV4;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (reader.Type != AttributeType.MpReach)
            {
                int at = writer.Position;
                writer.Bytes(reader.Whole);
                // BIRD 2 writes some attributes into its dumps without their flags; from a peer that would be a fault (RFC 7606 §3 (c)).
                if (AttributeRule.For(reader.Type) is { } rule)
                    writer.PatchU8(at, (int)(reader.Flags & (AttributeFlags.ExtendedLength | AttributeFlags.Partial) | rule.Flags));
                continue;
            }
            if (prefix.IsV4)
                continue;
            writer.U8((byte)(AttributeFlags.Optional | AttributeFlags.ExtendedLength));
            writer.U8((byte)AttributeType.MpReach);
            writer.U16(reader.Value.Length + AttributeEncoder.SizeOf(prefix));
            writer.Bytes(reader.Value);
            AttributeEncoder.Prefix(ref writer, prefix);
            reached = true;
        }
        if (reader.Malformed)
            return 0;
        writer.PatchU16(2, writer.Position - 4);
        if (prefix.IsV4)
            AttributeEncoder.Prefix(ref writer, prefix);
        return reached && !writer.Overflowed ? writer.Position : 0;
    }
}
