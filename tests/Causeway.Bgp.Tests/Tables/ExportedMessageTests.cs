using System.Buffers.Binary;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>UPDATEs as another speaker sees them, octet by octet: flags, order and size.</summary>
public sealed class ExportedMessageTests
{
    private static readonly CompiledPolicy? AcceptAll = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
    private static readonly IpPrefix V4 = IpPrefix.Parse("198.51.100.0/24");
    private static readonly IpPrefix V6 = IpPrefix.Parse("2001:db8:77::/48");

    private readonly record struct Attribute(byte Flags, byte Type, int Length);

    /// <summary>The one UPDATE with routes that is written for a route of these octets; null when there is none.</summary>
    private static byte[]? Exported(byte[] update, Func<PeerFacts, PeerFacts>? to = null)
    {
        var rib = new Rib();
        RibPeer from = rib.Add(TestRoute.Peer("from", 64496, "192.0.2.1", 1), AcceptAll);
        PeerFacts facts = TestRoute.Peer("to", 64497, "192.0.2.2", 2) with { NextHopV6 = IPAddress.Parse("2001:db8::1") };
        AdjRibOut adjacency = rib.AddOut(rib.Add(to?.Invoke(facts) ?? facts, AcceptAll), AcceptAll, () => { });
        IngestResult result = rib.Ingest(from, update);
        Assert.False(result.MustReset || result.TreatedAsWithdraw, $"{result}");
        byte[] buffer = new byte[1 << 17];
        ReadOnlySpan<byte> left = buffer.AsSpan(0, adjacency.Write(buffer, out _));
        byte[]? found = null;
        while (!left.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(left[16..]);
            // End-of-RIB has 23 octets, for IPv6 29.
            if (length > 29)
                found = left[..length].ToArray();
            left = left[length..];
        }
        return found;
    }

    private static List<Attribute> Attributes(byte[] message)
    {
        var all = new List<Attribute>();
        var reader = new AttributeReader(message.AsSpan(23, BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(21))));
        while (reader.Next())
            all.Add(new Attribute((byte)reader.Flags, (byte)reader.Type, reader.Value.Length));
        Assert.False(reader.Malformed);
        return all;
    }

    private static byte[] Body(IpPrefix prefix, params byte[][] attributes)
    {
        byte[] block = [.. attributes.SelectMany(a => a)];
        byte[] nlri = TestRoute.Nlri([prefix]);
        if (!prefix.IsV4)
        {
            byte[] reach = [0, 2, 1, 16, .. IPAddress.Parse("2001:db8::9").GetAddressBytes(), 0, .. nlri];
            block = [0x80, 14, (byte)reach.Length, .. reach, .. block];
            nlri = [];
        }
        return [0, 0, (byte)(block.Length >> 8), (byte)block.Length, .. block, .. nlri];
    }

    private static byte[][] Mandatory(IpPrefix prefix) =>
        prefix.IsV4
            ?
            [
                [0x40, 1, 1, 0],
                [0x40, 2, 6, 2, 1, .. TestRoute.Number(64496)],
                [0x40, 3, 4, 192, 0, 2, 1],
            ]
            :
            [
                [0x40, 1, 1, 0],
                [0x40, 2, 6, 2, 1, .. TestRoute.Number(64496)],
            ];

    private static byte[] Unknown(int length) => [0xD0, 200, (byte)(length >> 8), (byte)length, .. new byte[length]];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_low_bits_of_flags_are_ignored_and_sent_as_zero_and_partial_stays_where_it_was_set(bool v4)
    {
        IpPrefix prefix = v4 ? V4 : V6;
        byte[] message = Exported(
            Body(
                prefix,
                [
                    .. Mandatory(prefix).Select(a => (byte[])[(byte)(a[0] | 0x2F & ~0x10), .. a[1..]]),
                    [0x6A, 6, 0],
                    [0xE1, 7, 8, .. TestRoute.Number(64499), 192, 0, 2, 1],
                    [0xEF & ~0x10, 8, 4, .. TestRoute.Number(64496u << 16)],
                    [0xE2, 16, 8, 0, 2, 0, 1, 0, 0, 0, 1],
                    [0xE5, 32, 12, .. TestRoute.Number(64496), .. new byte[8]],
                    [0xE3, 35, 4, .. TestRoute.Number(64496)],
                    [0xC5, 200, 2, 1, 2],
                    [0xC0, 201, 2, 1, 2],
                ]
            )
        )!;
        byte[] flags = [.. Attributes(message).Where(a => a.Type != 14).Select(a => a.Flags)];
        byte[] wellKnown = v4 ? [0x40, 0x40, 0x40] : [0x40, 0x40];
        // ORIGIN and AS_PATH and NEXT_HOP, ATOMIC_AGGREGATE; then what somebody before us had marked as partial, and what nobody here knows.
        Assert.Equal(Convert.ToHexString([.. wellKnown, 0x40, 0xE0, 0xE0, 0xE0, 0xE0, 0xE0, 0xE0, 0xE0]), Convert.ToHexString(flags));
    }

    [Fact]
    public void Low_bits_of_flags_make_no_other_route_of_it()
    {
        var rib = new Rib();
        RibPeer peer = rib.Add(TestRoute.Peer("from", 64496, "192.0.2.1", 1), AcceptAll);
        rib.Ingest(peer, Body(V4, Mandatory(V4)));
        rib.Ingest(peer, Body(V4, [.. Mandatory(V4).Select(a => (byte[])[(byte)(a[0] | 7), .. a[1..]])]));
        Assert.Equal(1, rib.AttributeSets);
        Assert.Equal(1, peer.V4.Accepted);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Attributes_are_in_order_of_their_type_and_their_lengths_no_longer_than_need_be(bool v4, bool fourOctet)
    {
        IpPrefix prefix = v4 ? V4 : V6;
        // As a peer may send them: the other way round. AS 4200000001 needs AS4_PATH and AS4_AGGREGATOR towards an old speaker.
        byte[][] received =
        [
            [0xC0, 201, 1, 1],
            [0xC0, 32, 12, .. TestRoute.Number(64496), .. new byte[8]],
            [0xC0, 16, 8, 0, 2, 0, 1, 0, 0, 0, 1],
            [0xC0, 8, 4, .. TestRoute.Number(64496u << 16)],
            [0xC0, 7, 8, .. TestRoute.Number(4200000001), 192, 0, 2, 1],
            [0x40, 6, 0],
            [0x40, 2, 10, 2, 2, .. TestRoute.Number(64496), .. TestRoute.Number(4200000001)],
            .. Mandatory(prefix).Where(a => a[1] != 2),
            Unknown(300),
        ];
        byte[] message = Exported(Body(prefix, received), p => p with { FourOctetAsn = fourOctet })!;
        List<Attribute> sent = Attributes(message);
        byte[] types = [.. sent.Select(a => a.Type)];
        // MP_REACH_NLRI comes first (RFC 7606 §5.1), the rest ascends (RFC 4271 §5, appendix F.4).
        byte[] first = v4 ? [] : [14],
            nextHop = v4 ? [3] : [],
            as4 = fourOctet ? [] : [17, 18];
        Assert.Equal([.. first, 1, 2, .. nextHop, 6, 7, 8, 16, .. as4, 32, 200, 201], types);
        // RFC 4271 §4.3: the extended length may be used only above 255 octets.
        Assert.All(sent, a => Assert.Equal(a.Length > 255, (a.Flags & 0x10) != 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_route_is_sent_when_its_message_has_up_to_4096_octets_and_not_beyond(bool v4)
    {
        IpPrefix prefix = v4 ? V4 : V6;
        // Header and lengths 23, ORIGIN 4, AS_PATH of two ASNs 13, NEXT_HOP 7 and a /24 4, or MP_REACH_NLRI 24 and a /48 7, and the header of the unknown 4.
        int beside = 23 + 4 + 13 + 4 + (v4 ? 7 + 4 : 24 + 7);
        for (int size = 4060; size <= 4100; size++)
        {
            byte[]? message = Exported(Body(prefix, [.. Mandatory(prefix), Unknown(size - beside)]));
            Assert.Equal(size <= 4096, message is not null);
            if (message is not null)
                Assert.Equal(size, message.Length);
        }
    }

    [Fact]
    public void Of_routes_with_the_same_attributes_those_that_fit_are_sent_and_the_longer_are_not()
    {
        var rib = new Rib();
        RibPeer from = rib.Add(TestRoute.Peer("from", 64496, "192.0.2.1", 1), AcceptAll);
        AdjRibOut adjacency = rib.AddOut(rib.Add(TestRoute.Peer("to", 64497, "192.0.2.2", 2), AcceptAll), AcceptAll, () => { });
        IpPrefix wide = IpPrefix.Parse("0.0.0.0/0"),
            middle = IpPrefix.Parse("10.0.0.0/8"),
            narrow = IpPrefix.Parse("192.0.2.128/32");
        // A message of 4,096 octets with a /8 of two octets.
        byte[] heavy = Unknown(4096 - (23 + 4 + 13 + 7 + 4 + 2));
        foreach (IpPrefix prefix in (IpPrefix[])[narrow, wide, middle])
            rib.Ingest(from, Body(prefix, [.. Mandatory(prefix), heavy]));
        var receiver = new OutReceiver();
        receiver.Take(adjacency);
        Assert.Equal([wide, middle], receiver.Routes.Keys.Order());
    }
}
