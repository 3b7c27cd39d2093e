using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Mrt;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Speaker;

public class MrtFeedTests
{
    [Fact]
    public void A_table_written_and_loaded_is_the_same_table()
    {
        var from = new Rib();
        RibPeer peer = from.Add(
            new PeerFacts
            {
                Name = "peer",
                PeerAsn = new Asn(64501),
                LocalAsn = new Asn(64500),
                PeerAddress = IPAddress.Parse("192.0.2.2"),
                LocalAddress = IPAddress.Parse("192.0.2.1"),
                PeerRouterId = 2,
                V6 = true,
            },
            CompiledPolicy.Compile(RoutePolicy.AcceptAll)
        );
        var attributes = new PathAttributes
        {
            AsPath = AsPath.Sequence(new Asn(64501), new Asn(4_200_000_009)),
            NextHop = IPAddress.Parse("192.0.2.2"),
            Communities = [Community.Of(64501, 7)],
        };
        from.Ingest(
            peer,
            Wire.Announce(attributes, IpPrefix.Parse("198.51.100.0/24"), IpPrefix.Parse("203.0.113.0/25")).AsSpan(MessageHeader.Size)
        );
        PathAttributes six = attributes with { NextHop = IPAddress.Parse("2001:db8::2") };
        from.Ingest(peer, Wire.Announce(six, IpPrefix.Parse("2001:db8:9::/48")).AsSpan(MessageHeader.Size));
        using var file = new MemoryStream();
        new MrtWriter(file).WriteTables(from, IPAddress.Parse("192.0.2.1"), DateTimeOffset.UnixEpoch);

        file.Position = 0;
        var to = new Rib();
        MrtFeedResult loaded = MrtFeed.Load(to, file, "file", new Asn(64999));
        Assert.Equal((3, 0), (loaded.Routes, loaded.Malformed));
        Assert.Equal(Describe(from), Describe(to));
    }

    [Fact]
    public void A_dump_of_bird_is_loaded_though_it_leaves_flags_out()
    {
        // RIB_IPV4_UNICAST as BIRD 2.0.12 wrote it: NEXT_HOP and LOCAL_PREF have flags 0.
        byte[] record = Convert.FromHexString(
            "6b017d6b000d00020000002d0000000018c63364000100016b017d6b001b4001010040020602010000fbf50003047f32000100050400000064"
        );
        var tables = new Rib();
        Assert.Equal(new MrtFeedResult(1, 0, 0), MrtFeed.Load(tables, new MemoryStream(record), "bird", new Asn(64999)));
        Assert.Equal("198.51.100.0/24 64501 127.50.0.1 ", Assert.Single(Describe(tables)));
    }

    [Theory]
    // MP_REACH_NLRI as RFC 6396 §4.3.4 shortens it: length and next hop. IPv6 (RFC 8950), with a link-local one beside it, IPv4.
    [InlineData("800E11 10 20010DB8000000000000000000000007", "2001:db8::7")]
    [InlineData("800E21 20 20010DB8000000000000000000000007 FE800000000000000000000000000007", "2001:db8::7")]
    [InlineData("800E05 04 C0000207", "192.0.2.7")]
    // As collectors write it: whole, with and without the prefix, and without the reserved octet.
    [InlineData("800E15 0001 01 10 20010DB8000000000000000000000007 00", "2001:db8::7")]
    [InlineData("800E19 0001 01 10 20010DB8000000000000000000000007 00 18 C63364", "2001:db8::7")]
    [InlineData("900E0014 0001 01 10 20010DB8000000000000000000000007", "2001:db8::7")]
    [InlineData("800E09 0001 01 04 C0000207 00", "192.0.2.7")]
    // Beside a NEXT_HOP, which then has no meaning (RFC 4760 §3); and one that is of no use beside a NEXT_HOP that is.
    [InlineData("400304 C0000209 800E11 10 20010DB8000000000000000000000007", "2001:db8::7")]
    [InlineData("400304 C0000209 800E01 00", "192.0.2.9")]
    public void An_ipv4_route_of_a_dump_may_have_its_next_hop_in_mp_reach(string nextHop, string expected)
    {
        byte[] attributes = Convert.FromHexString(("40010100 4002060201 0000FBF5" + nextHop).Replace(" ", "", StringComparison.Ordinal));
        byte[] body =
        [
            0,
            0,
            0,
            0,
            24,
            198,
            51,
            100,
            0,
            1,
            0,
            0,
            0x6B,
            1,
            0x7D,
            0x6B,
            (byte)(attributes.Length >> 8),
            (byte)attributes.Length,
            .. attributes,
        ];
        byte[] record = [0x6B, 1, 0x7D, 0x6B, 0, 13, 0, 2, 0, 0, 0, (byte)body.Length, .. body];
        var tables = new Rib();
        MrtFeedResult loaded = MrtFeed.Load(tables, new MemoryStream(record), "ris", new Asn(64999));
        Assert.Equal((1, 0), (loaded.Routes, loaded.Malformed));
        Assert.Equal($"198.51.100.0/24 64501 {expected} ", Assert.Single(Describe(tables)));

        // And it goes out again in the form of the specification.
        using var file = new MemoryStream();
        new MrtWriter(file).WriteTables(tables, IPAddress.Parse("192.0.2.1"), DateTimeOffset.UnixEpoch);
        file.Position = 0;
        var again = new Rib();
        Assert.Equal(1, MrtFeed.Load(again, file, "again", new Asn(64999)).Routes);
        Assert.Equal(Describe(tables), Describe(again));
    }

    [Fact]
    public void An_update_of_a_peer_with_ipv6_next_hops_for_ipv4_is_taken_from_a_file()
    {
        // BGP4MP_MESSAGE_AS4 between 192.0.2.2 and 192.0.2.1; octets after the message are no part of it.
        byte[] attributes = Convert.FromHexString(
            "40010100" + "4002060201" + "0000FBF5" + "800E19000101" + "10" + "20010DB8000000000000000000000007" + "0018C63364"
        );
        byte[] update = Wire.Message(MessageType.Update, [0, 0, 0, (byte)attributes.Length, .. attributes]);
        byte[] body = [0, 0, 0xFB, 0xF5, 0, 0, 0xFB, 0xF4, 0, 0, 0, 1, 192, 0, 2, 2, 192, 0, 2, 1, .. update, 0xAA, 0xAA];
        byte[] record = [0x6B, 1, 0x7D, 0x6B, 0, 16, 0, 4, 0, 0, 0, (byte)body.Length, .. body];
        var tables = new Rib();
        MrtFeedResult loaded = MrtFeed.Load(tables, new MemoryStream(record), "ris", new Asn(64999));
        Assert.Equal((1, 0), (loaded.Routes, loaded.Malformed));
        Assert.Equal("198.51.100.0/24 64501 2001:db8::7 ", Assert.Single(Describe(tables)));
    }

    [Fact]
    public void A_file_of_noise_is_counted_and_harms_nothing()
    {
        byte[] noise = new byte[10_000];
        new Random(7).NextBytes(noise);
        var tables = new Rib();
        MrtFeedResult loaded = MrtFeed.Load(tables, new MemoryStream(noise), "noise", new Asn(64999));
        Assert.Equal(0, loaded.Routes);
        Assert.True(loaded.Malformed > 0);
    }

    [Fact]
    public void A_damaged_file_never_throws_and_leaves_whole_tables()
    {
        byte[] reach = [.. Convert.FromHexString("800E1110"), .. IPAddress.Parse("2001:db8::7").GetAddressBytes()];
        byte[] head = Convert.FromHexString("40010100" + "40020602010000FBF5");
        byte[][] routes =
        [
            [.. head, .. reach],
            [.. head, 0x40, 3, 4, 192, 0, 2, 9, .. reach],
            [.. head, 0x80, 14, 9, 0, 1, 1, 4, 192, 0, 2, 7, 0],
            [.. head, 0x40, 3, 4, 192, 0, 2, 9, 0xC5, 200, 2, 1, 2],
        ];
        var random = new Random(13);
        var tables = new Rib(mostAttributeBytes: 1 << 20);
        int taken = 0,
            refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] attributes = [.. routes[random.Next(routes.Length)]];
            for (int hits = random.Next(4); hits > 0; hits--)
                attributes[random.Next(attributes.Length)] = (byte)random.Next(256);
            byte[] body = [0, 0, 0, 0, 24, 11, 22, (byte)round, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)attributes.Length, .. attributes];
            byte[] file = [0, 0, 0, 0, 0, 13, 0, (byte)(random.Next(4) == 0 ? 4 : 2), 0, 0, 0, (byte)body.Length, .. body];
            MrtFeedResult loaded = MrtFeed.Load(
                tables,
                new MemoryStream(random.Next(10) == 0 ? file[..random.Next(file.Length)] : file),
                "noise",
                new Asn(64999),
                allowAsSets: random.Next(2) == 0
            );
            taken += loaded.Routes;
            refused += loaded.Malformed + loaded.HoldingSets;
            foreach (RibPeer peer in tables.Peers)
                tables.Remove(peer);
        }
        Assert.True(taken > 3_000 && refused > 3_000, $"{taken} routes, {refused} refused");
        Assert.Equal((0, 0, 0), (tables.RouteCount(IpFamily.V4), tables.RouteCount(IpFamily.V6), tables.AttributeSets));
    }

    private static string[] Describe(Rib tables) =>
        [
            .. tables
                .Routes(new RouteQuery())
                .Routes.Select(r =>
                    $"{r.Prefix} {r.Attributes!.AsPath} {r.Attributes.NextHop} {string.Join(' ', r.Attributes.Communities.Select(Community.Format))}"
                ),
        ];
}
