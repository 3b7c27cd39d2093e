using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>AS_SET and AS_CONFED_SET (RFC 9774): not taken, not kept, not sent.</summary>
public sealed class PathSetTests
{
    private static readonly CompiledPolicy? AcceptAll = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
    private static readonly IpPrefix Prefix = IpPrefix.Parse("198.51.100.0/24");

    private static byte[] Update(byte[] path, byte[]? more = null)
    {
        byte[] block = [0x40, 1, 1, 0, 0x40, 2, (byte)path.Length, .. path, 0x40, 3, 4, 192, 0, 2, 1, .. more ?? []];
        return [0, 0, (byte)(block.Length >> 8), (byte)block.Length, .. block, .. TestRoute.Nlri([Prefix])];
    }

    private static byte[] Segment(byte type, params uint[] asns) => [type, (byte)asns.Length, .. asns.SelectMany(TestRoute.Number)];

    private static byte[] Narrow(byte type, params ushort[] asns) =>
        [type, (byte)asns.Length, .. asns.SelectMany(a => (byte[])[(byte)(a >> 8), (byte)a])];

    [Fact]
    public void A_route_with_a_set_withdraws_the_one_before_it_and_says_why()
    {
        var rib = new Rib();
        RibPeer peer = rib.Add(TestRoute.Peer("peer", 64496, "192.0.2.1", 1), AcceptAll);
        rib.Ingest(peer, Update(Segment(2, 64496)));
        Assert.Equal(1, rib.Reachable(IpFamily.V4));
        IngestResult result = rib.Ingest(peer, Update([.. Segment(2, 64496), .. Segment(1, 64498, 64499)]));
        Assert.True(result is { TreatedAsWithdraw: true, MustReset: false });
        Assert.Contains("AS_PATH", $"{result.Fault}", StringComparison.Ordinal);
        Assert.Contains("RFC 9774", $"{result.Fault}", StringComparison.Ordinal);
        Assert.Equal((0, 0), (rib.Reachable(IpFamily.V4), rib.AttributeSets));
    }

    [Theory]
    [InlineData(1, 2, false)] // AS_SET in AS_PATH
    [InlineData(4, 2, false)] // AS_CONFED_SET
    [InlineData(2, 1, true)] // AS_SET in AS4_PATH alone
    [InlineData(2, 4, true)] // AS_CONFED_SET in AS4_PATH
    public void Through_a_peer_with_2_octet_numbers_too(byte inPath, byte inAs4Path, bool as4)
    {
        var rib = new Rib();
        RibPeer old = rib.Add(TestRoute.Peer("old", 64496, "192.0.2.1", 1) with { FourOctetAsn = false }, AcceptAll);
        byte[] path = [.. Narrow(2, 64496), .. Narrow(inPath, 23456)];
        byte[] wide = Segment(inAs4Path, 4200000001);
        IngestResult result = rib.Ingest(old, Update(path, as4 ? [0xC0, 17, (byte)wide.Length, .. wide] : null));
        Assert.True(result is { TreatedAsWithdraw: true, MustReset: false });
        Assert.Equal(0, rib.Reachable(IpFamily.V4));
    }

    [Fact]
    public void Where_a_lab_wants_sets_they_come_in_and_go_to_those_who_want_them_too_and_to_nobody_else()
    {
        var rib = new Rib();
        RibPeer lab = rib.Add(TestRoute.Peer("lab", 64496, "192.0.2.1", 1) with { AllowAsSets = true }, AcceptAll);
        AdjRibOut strict = rib.AddOut(rib.Add(TestRoute.Peer("strict", 64497, "192.0.2.2", 2), AcceptAll), AcceptAll, () => { });
        AdjRibOut open = rib.AddOut(
            rib.Add(TestRoute.Peer("open", 64498, "192.0.2.3", 3) with { AllowAsSets = true }, AcceptAll),
            AcceptAll,
            () => { }
        );
        byte[] update = Update([.. Segment(2, 64496), .. Segment(1, 64498, 64499)]);
        Assert.False(rib.Ingest(lab, update).TreatedAsWithdraw);
        var toStrict = new OutReceiver();
        toStrict.Take(strict);
        Assert.Empty(toStrict.Routes);
        var toOpen = new OutReceiver();
        toOpen.Take(open);
        Assert.StartsWith("64500 64496 {64498,64499}", Assert.Single(toOpen.Routes).Value, StringComparison.Ordinal);
        // The same octets, known by now, from a peer that may not send them; and confederation sets never.
        Assert.True(rib.Ingest(strict.Peer, update).TreatedAsWithdraw);
        Assert.True(rib.Ingest(lab, Update(Segment(4, 64498))).TreatedAsWithdraw);
        Assert.Equal(1, strict.Peer.V4.RefusedFor(RefuseReason.AsSetInPath));
        // Judged again by another policy it stays what it is, and no refresh would help.
        Assert.Equal(0, rib.SetImport(strict.Peer, CompiledPolicy.Compile(RoutePolicy.DenyAll)));
        Assert.Equal(1, strict.Peer.V4.RefusedFor(RefuseReason.AsSetInPath));
    }

    [Fact]
    public void A_file_of_routes_leaves_those_with_sets_out_and_says_how_many()
    {
        byte[] attributes = [0x40, 1, 1, 0, 0x40, 2, 6, .. Segment(1, 64498), 0x40, 3, 4, 192, 0, 2, 1];
        byte[] body = [0, 0, 0, 0, 24, 198, 51, 100, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)attributes.Length, .. attributes];
        byte[] record = [0, 0, 0, 0, 0, 13, 0, 2, 0, 0, 0, (byte)body.Length, .. body];
        Assert.Equal(new MrtFeedResult(0, 0, 0, 1), MrtFeed.Load(new Rib(), new MemoryStream(record), "ris", new Asn(64999)));
        Assert.Equal(
            new MrtFeedResult(1, 0, 0),
            MrtFeed.Load(new Rib(), new MemoryStream(record), "ris", new Asn(64999), allowAsSets: true)
        );
        // Cut short: said, and not taken for a bad record among good ones.
        MrtFeedResult cut = MrtFeed.Load(new Rib(), new MemoryStream([.. record, .. record[..20]]), "ris", new Asn(64999));
        Assert.Equal((1, 1), (cut.HoldingSets, cut.Malformed));
        Assert.Contains("ends within a record", cut.CutShort, StringComparison.Ordinal);
    }

    [Fact]
    public void An_as4_path_of_a_peer_with_4_octet_numbers_is_discarded_whatever_it_holds()
    {
        // RFC 6793 §4.1.
        var rib = new Rib();
        RibPeer peer = rib.Add(TestRoute.Peer("peer", 64496, "192.0.2.1", 1), AcceptAll);
        Assert.False(rib.Ingest(peer, Update(Segment(2, 64496), [0xC0, 17, 6, .. Segment(1, 64498)])).TreatedAsWithdraw);
        Assert.Equal(1, rib.Reachable(IpFamily.V4));
    }
}
