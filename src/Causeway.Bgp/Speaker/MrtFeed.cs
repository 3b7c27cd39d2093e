using System.Buffers.Binary;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Mrt;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>What was taken from an MRT file.</summary>
/// <param name="Routes">Routes that can be announced; later ones to the same prefix replace earlier ones.</param>
/// <param name="Passed">Records that hold no route for this: peer tables, state changes, messages other than UPDATE, 2-octet sessions.</param>
/// <param name="Malformed">Records or routes that could not be read.</param>
/// <param name="HoldingSets">Routes with an AS_SET in their path, which are not to be announced (RFC 9774).</param>
/// <param name="CutShort">The file ends within a record: something of it is missing. In words; null when it is whole.</param>
public sealed record MrtFeedResult(int Routes, int Passed, int Malformed, int HoldingSets = 0, string? CutShort = null);

/// <summary>Puts the routes of an MRT file (RFC 6396) into tables as if a peer had announced them, so that a lab has a full table to give.</summary>
public static class MrtFeed
{
    /// <summary>Loads TABLE_DUMP_V2 (the first route of each prefix) and BGP4MP messages of 4-octet sessions. The routes stay until the tables go.</summary>
    /// <param name="tables">Of the instance that is to announce them.</param>
    /// <param name="stream">The file, not compressed.</param>
    /// <param name="name">Under which the routes are shown.</param>
    /// <param name="localAsn">Routes that hold it in their path are refused as loops.</param>
    /// <param name="allowAsSets">Take routes with an AS_SET in their path too.</param>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public static MrtFeedResult Load(Rib tables, Stream stream, string name, Asn localAsn, bool allowAsSets = false)
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
            ExtendedNextHop = true,
            AllowAsSets = allowAsSets,
            LargestMessage = MessageHeader.ExtendedMaximum,
        };
        RibPeer peer = tables.Add(facts, CompiledPolicy.Compile(RoutePolicy.AcceptAll));
        int passed = 0;
        int malformed = 0;
        int holdingSets = 0;
        string? cutShort = null;
        byte[] body = new byte[MessageHeader.ExtendedMaximum];
        foreach (MrtRecord record in MrtReader.Read(stream))
        {
            switch (record)
            {
                case MrtRecord.Rib { Entries: [var first, ..] } rib:
                    Take(body.AsSpan(0, WriteUpdate(body, rib.Prefix, first.Attributes.AsSpan())));
                    break;
                case MrtRecord.Message { FourOctetAsn: true, Bytes: { Length: > MessageHeader.Size } bytes }
                    when bytes[MessageHeader.Size - 1] == (byte)MessageType.Update:
                    // What the header does not count is no part of the message.
                    int length = Math.Max(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan()[16..]), (ushort)MessageHeader.Size);
                    Take(length <= bytes.Length ? bytes.AsSpan()[MessageHeader.Size..length] : []);
                    break;
                case MrtRecord.Malformed wrong:
                    malformed++;
                    cutShort ??= wrong.CutShort ? wrong.Fault : null;
                    break;
                default:
                    passed++;
                    break;
            }
        }
        return new MrtFeedResult(peer.V4.Accepted + peer.V6.Accepted, passed, malformed, holdingSets, cutShort);

        void Take(ReadOnlySpan<byte> update)
        {
            IngestResult result = update.IsEmpty ? new IngestResult() : tables.Ingest(peer, update);
            if (update.IsEmpty || result.MustReset || (result.TreatedAsWithdraw && result.Fault.Kind != AttributeFaultKind.HoldsSet))
                malformed++;
            else if (result.TreatedAsWithdraw)
                holdingSets++;
        }
    }

    /// <summary>
    /// An UPDATE body out of one prefix and a canonical block. The prefix goes into the block's MP_REACH_NLRI if that has a next hop for it, which for IPv4 may be
    /// IPv6 (RFC 8950); else an IPv4 prefix goes with NEXT_HOP.
    /// </summary>
    /// <returns>Its length, or 0 when the block cannot carry the prefix.</returns>
    private static int WriteUpdate(Span<byte> body, IpPrefix prefix, ReadOnlySpan<byte> block)
    {
        var writer = new WireWriter(body);
        writer.U16(0);
        writer.U16(0);
        bool reached = false;
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
            if (reached || !HasNextHop(reader.Value, prefix.Family))
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
        if (prefix.IsV4 && !reached)
            AttributeEncoder.Prefix(ref writer, prefix);
        return (reached || prefix.IsV4) && !writer.Overflowed ? writer.Position : 0;
    }

    /// <param name="reach">Value of MP_REACH_NLRI: AFI, SAFI, length of the next hop, next hop, reserved.</param>
    private static bool HasNextHop(ReadOnlySpan<byte> reach, IpFamily family) =>
        reach.Length >= 5
        && BinaryPrimitives.ReadUInt16BigEndian(reach) == (ushort)family
        && reach.Length == 5 + reach[3]
        && (reach[3] is 16 or 32 || (reach[3] == 4 && family == IpFamily.V4));
}
