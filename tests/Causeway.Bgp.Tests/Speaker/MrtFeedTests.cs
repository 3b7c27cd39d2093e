using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Mrt;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
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

    private static string[] Describe(Rib tables) =>
        [
            .. tables
                .Routes(new RouteQuery())
                .Routes.Select(r =>
                    $"{r.Prefix} {r.Attributes!.AsPath} {r.Attributes.NextHop} {string.Join(' ', r.Attributes.Communities.Select(Community.Format))}"
                ),
        ];
}
