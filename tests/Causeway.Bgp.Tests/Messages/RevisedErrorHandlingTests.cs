using System.Buffers.Binary;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Messages;

/// <summary>RFC 7606 §7, attribute by attribute: one fault in an otherwise right UPDATE, and what becomes of it.</summary>
public class RevisedErrorHandlingTests
{
    private const string Origin = "40 01 01 00";
    private const string Path = "40 02 06 02 01 0000FDE8";
    private const string NextHop = "40 03 04 C0000201";
    private const string Mandatory = $"{Origin} {Path} {NextHop}";

    /// <summary>192.0.2.0/24</summary>
    private const string Prefix = "18 C00002";

    [Theory]
    // §7.1 ORIGIN
    [InlineData("40 01 02 0000", Path, NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData("40 01 01 03", Path, NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData("80 01 01 00", Path, NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData("", Path, NextHop, UpdateHandling.TreatAsWithdraw)]
    // §7.2 AS_PATH: unknown segment, empty segment, overrun, AS 0 (RFC 7607), confederation from outside; empty is right
    [InlineData(Origin, "40 02 06 05 01 0000FDE8", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 02 02 00", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 06 02 02 0000FDE8", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 06 02 01 00000000", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 06 03 01 0000FDE8", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "", NextHop, UpdateHandling.TreatAsWithdraw)]
    // RFC 9774: AS_SET, AS_CONFED_SET
    [InlineData(Origin, "40 02 06 01 01 0000FDE8", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 0C 02 01 0000FDE8 01 01 0000FDE9", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 06 04 01 0000FDE8", NextHop, UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, "40 02 00", NextHop, UpdateHandling.Accept)]
    // §7.3 NEXT_HOP
    [InlineData(Origin, Path, "40 03 03 C00002", UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, Path, "40 03 00", UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, Path, "", UpdateHandling.TreatAsWithdraw)]
    [InlineData(Origin, Path, NextHop, UpdateHandling.Accept)]
    public void Mandatory_attributes(string origin, string path, string nextHop, UpdateHandling expected) =>
        Assert.Equal(expected, Handle($"{origin} {path} {nextHop}"));

    [Theory]
    // §7.4 MULTI_EXIT_DISC
    [InlineData("80 04 04 00000001", UpdateHandling.Accept)]
    [InlineData("80 04 03 000001", UpdateHandling.TreatAsWithdraw)]
    [InlineData("C0 04 04 00000001", UpdateHandling.TreatAsWithdraw)]
    // §7.5 LOCAL_PREF from outside: discarded whatever it is
    [InlineData("40 05 03 000001", UpdateHandling.Accept)]
    // §7.6 ATOMIC_AGGREGATE
    [InlineData("40 06 00", UpdateHandling.Accept)]
    [InlineData("40 06 01 00", UpdateHandling.AttributeDiscard)]
    // §7.7 AGGREGATOR; AS 0 is RFC 7607
    [InlineData("C0 07 08 0000FDE8 C0000201", UpdateHandling.Accept)]
    [InlineData("C0 07 06 FDE8 C0000201", UpdateHandling.AttributeDiscard)]
    [InlineData("C0 07 08 00000000 C0000201", UpdateHandling.AttributeDiscard)]
    // §7.8 COMMUNITIES
    [InlineData("C0 08 08 FDE80001 FDE80002", UpdateHandling.Accept)]
    [InlineData("C0 08 05 FDE8000100", UpdateHandling.TreatAsWithdraw)]
    [InlineData("C0 08 00", UpdateHandling.TreatAsWithdraw)]
    // §7.9, §7.10 ORIGINATOR_ID, CLUSTER_LIST from outside
    [InlineData("80 09 03 000001", UpdateHandling.Accept)]
    [InlineData("80 0A 03 000001", UpdateHandling.Accept)]
    // §7.14 EXTENDED COMMUNITIES
    [InlineData("C0 10 08 0002FDE800000001", UpdateHandling.Accept)]
    [InlineData("C0 10 07 0002FDE8000001", UpdateHandling.TreatAsWithdraw)]
    [InlineData("C0 10 00", UpdateHandling.TreatAsWithdraw)]
    // RFC 8092 §6 LARGE COMMUNITY
    [InlineData("C0 20 0C 0000FDE8 00000001 00000002", UpdateHandling.Accept)]
    [InlineData("C0 20 0B 0000FDE8 00000001 000002", UpdateHandling.TreatAsWithdraw)]
    [InlineData("C0 20 00", UpdateHandling.TreatAsWithdraw)]
    // RFC 9234 §5 ONLY_TO_CUSTOMER
    [InlineData("C0 23 04 0000FDE8", UpdateHandling.Accept)]
    [InlineData("C0 23 02 FDE8", UpdateHandling.TreatAsWithdraw)]
    // Unknown: optional passes, well-known ends the session (RFC 4271 §6.3)
    [InlineData("C0 C8 03 010203", UpdateHandling.Accept)]
    [InlineData("80 C8 03 010203", UpdateHandling.Accept)]
    [InlineData("40 C8 03 010203", UpdateHandling.SessionReset)]
    // §3 (g): the first of two counts
    [InlineData("80 04 04 00000001 80 04 04 00000002", UpdateHandling.AttributeDiscard)]
    // §4: the last attribute overruns the block, or not even its header fits
    [InlineData("C0 08 09 FDE80001", UpdateHandling.TreatAsWithdraw)]
    [InlineData("C0 08", UpdateHandling.TreatAsWithdraw)]
    // §3 (h): the strongest of several decides
    [InlineData("40 06 01 00 C0 08 00 40 C8 00", UpdateHandling.SessionReset)]
    public void Optional_attributes(string extra, UpdateHandling expected) => Assert.Equal(expected, Handle($"{Mandatory} {extra}"));

    [Theory]
    [InlineData("40 05 04 00000064", UpdateHandling.Accept)]
    [InlineData("40 05 03 000064", UpdateHandling.TreatAsWithdraw)]
    [InlineData("80 09 04 01020304", UpdateHandling.Accept)]
    [InlineData("80 09 03 010203", UpdateHandling.TreatAsWithdraw)]
    [InlineData("80 0A 08 01020304 01020305", UpdateHandling.Accept)]
    [InlineData("80 0A 05 0102030401", UpdateHandling.TreatAsWithdraw)]
    public void Attributes_of_internal_peers(string extra, UpdateHandling expected) =>
        Assert.Equal(expected, Handle($"{Mandatory} {extra}", internalPeer: true));

    [Theory]
    // A prefix of 33 bits, a prefix cut off (RFC 7606 §5.3)
    [InlineData("0000 0000 21 C0000201 00", 10)]
    [InlineData("0000 0000 18 C000", 10)]
    [InlineData("0002 18C0 0000", 10)]
    // Lengths that do not fit the message (RFC 4271 §6.3)
    [InlineData("0005 0000", 1)]
    [InlineData("0000 0009 4001", 1)]
    // MP_REACH_NLRI twice (RFC 7606 §3 (g)); MP_UNREACH_NLRI too short (§7.12); next hop of a wrong length (§7.11)
    [InlineData("0000 0010 800F03000201 800F03000201 80040400", 1)]
    [InlineData("0000 0005 800F020002", 9)]
    [InlineData("0000 000D 800E0A 0002 01 04 01020304 00 00", 9)]
    [InlineData("0000 001C 800E19 0002 01 10 20010DB8000000000000000000000001 00 81 20 01 01", 9)]
    public void What_cannot_be_trusted_ends_the_session(string body, byte subcode)
    {
        Notification? answer = UpdateParser.Parse(Hex(body), new UpdateCodec(), out _);
        Assert.NotNull(answer);
        Assert.Equal((NotificationCode.UpdateMessageError, subcode), (answer.Code, answer.Subcode));
        IngestResult result = Ingest(Hex(body), internalPeer: false);
        Assert.Equal(answer, result.Reset);
    }

    [Theory]
    // Alone, after others that are known, and the first of two (RFC 4271 §6.3)
    [InlineData("40 C8 03 010203", "40 C8 03 010203")]
    [InlineData("C0 08 04 FDE80001 50 C8 0002 0102", "50 C8 0002 0102")]
    [InlineData("40 C8 00 40 C9 01 07", "40 C8 00")]
    public void A_well_known_attribute_that_is_not_known_goes_back_to_the_peer(string extra, string data)
    {
        IngestResult result = Ingest(Body($"{Mandatory} {extra}"), internalPeer: false);
        var expected = new Notification(NotificationCode.UpdateMessageError, 2, [.. Hex(data)]);
        Assert.Equal(expected, result.Reset);
        Assert.Equal(expected, Decode($"{Mandatory} {extra}", new UpdateCodec()).Error);
    }

    [Fact]
    public void A_fault_with_no_prefix_to_withdraw_ends_the_session()
    {
        // RFC 7606 §5.2: COMMUNITIES is broken and there is no route at all.
        byte[] block = Hex($"{Mandatory} C0 08 00");
        Expect(UpdateHandling.SessionReset, [0, 0, 0, (byte)block.Length, .. block]);
        // What is withdrawn beside it does not show that all prefixes were found.
        Expect(UpdateHandling.SessionReset, [0, 4, .. Hex(Prefix), 0, (byte)block.Length, .. block]);
        byte[] unreach = Hex("80 0F 07 0002 01 18 20010D");
        Expect(UpdateHandling.SessionReset, [0, 0, 0, (byte)(block.Length + unreach.Length), .. unreach, .. block]);
        // Discarding an attribute is harmless.
        Expect(UpdateHandling.AttributeDiscard, [0, 4, .. Hex(Prefix), 0, 4, .. Hex("40 06 01 00")]);
    }

    [Fact]
    public void The_as_path_of_a_2_octet_peer_is_made_whole()
    {
        // RFC 6793 §4.2.3: AS_PATH 64500 23456 23456, AS4_PATH 4200000001 4200000002.
        string path = "40 02 08 02 03 FBF4 5BA0 5BA0";
        string as4 = "C0 11 0A 02 02 FA56EA01 FA56EA02";
        PathAttributes attributes = Decode($"{Origin} {path} {NextHop} {as4}", new UpdateCodec { FourOctetAsn = false }).Attributes!;
        Assert.Equal("64500 4200000001 4200000002", attributes.AsPath.ToString());
    }

    [Fact]
    public void A_longer_as4_path_than_as_path_is_ignored()
    {
        string as4 = "C0 11 0A 02 02 FA56EA01 FA56EA02";
        DecodedAttributes decoded = Decode($"{Origin} 40 02 04 02 01 FBF4 {NextHop} {as4}", new UpdateCodec { FourOctetAsn = false });
        Assert.Equal("64500", decoded.Attributes!.AsPath.ToString());
    }

    [Fact]
    public void Unknown_transitive_attributes_are_kept_and_marked_partial()
    {
        UnknownAttribute unknown = Assert.Single(Decode($"{Mandatory} C0 C8 02 0102", new UpdateCodec()).Attributes!.Unknown);
        Assert.Equal(AttributeFlags.Optional | AttributeFlags.Transitive | AttributeFlags.Partial, unknown.Flags);
    }

    [Theory]
    [InlineData("0000 0000", IpFamily.V4)]
    [InlineData("0000 0006 800F03 0001 01", IpFamily.V4)]
    [InlineData("0000 0006 800F03 0002 01", IpFamily.V6)]
    public void End_of_rib_is_recognised(string body, IpFamily family)
    {
        Assert.Null(UpdateParser.Parse(Hex(body), new UpdateCodec(), out UpdateView view));
        Assert.Equal(family, view.EndOfRib);
    }

    [Theory]
    // Flags of MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 7606 §3 (c)): the prefixes are there to be withdrawn.
    [InlineData($"{Origin} {Path} C00E1A 0002 01 10 20010DB8000000000000000000000001 00 20 20010DB8", UpdateHandling.TreatAsWithdraw)]
    [InlineData($"{Origin} {Path} 800E1A 0002 01 10 20010DB8000000000000000000000001 00 20 20010DB8", UpdateHandling.Accept)]
    [InlineData("C00F07 0002 01 18 20010D", UpdateHandling.TreatAsWithdraw)]
    // None that is announced: nothing tells where the fault ends.
    [InlineData($"{Origin} C00F07 0002 01 18 20010D", UpdateHandling.SessionReset)]
    // NEXT_HOP has no meaning beside MP_REACH_NLRI (RFC 4760 §3).
    [InlineData($"{Origin} {Path} 40 03 01 00 800E1A 0002 01 10 20010DB8000000000000000000000001 00 20 20010DB8", UpdateHandling.Accept)]
    public void Attributes_that_carry_prefixes(string block, UpdateHandling expected)
    {
        byte[] attributes = Hex(block);
        Expect(expected, [0, 0, 0, (byte)attributes.Length, .. attributes]);
    }

    [Theory]
    [InlineData("C0 12 08 00000000 C0000201")] // AS4_AGGREGATOR of AS 0 (RFC 7607 §2)
    [InlineData("C0 11 06 02 01 00000000")] // AS4_PATH with AS 0
    [InlineData("C0 11 06 05 01 FA56EA01")] // a segment nobody knows
    public void As4_attributes_that_are_malformed_are_discarded(string extra)
    {
        DecodedAttributes decoded = Decode($"{Origin} 40 02 04 02 01 5BA0 {NextHop} C0 07 06 5BA0 C0000201 {extra}", TwoOctets);
        Assert.Equal(UpdateHandling.AttributeDiscard, decoded.Handling);
        Assert.Equal(("23456", Asn.Trans), (decoded.Attributes!.AsPath.ToString(), decoded.Attributes.Aggregator!.Asn));
    }

    [Fact]
    public void Confederation_segments_of_an_as4_path_are_passed_over()
    {
        // RFC 6793 §6: AS4_PATH (64512) 4200000001.
        DecodedAttributes decoded = Decode(
            $"{Origin} 40 02 06 02 02 FBF4 5BA0 {NextHop} C0 11 0C 03 01 0000FC00 02 01 FA56EA01",
            TwoOctets
        );
        Assert.Equal((UpdateHandling.Accept, "64500 4200000001"), (decoded.Handling, decoded.Attributes!.AsPath.ToString()));
    }

    private static UpdateCodec TwoOctets => new() { FourOctetAsn = false };

    private static void Expect(UpdateHandling expected, byte[] body)
    {
        Assert.Null(UpdateParser.Parse(body, new UpdateCodec(), out UpdateView view));
        DecodedAttributes decoded = AttributeDecoder.Decode(view, new UpdateCodec());
        Assert.Equal(expected, decoded.Handling);
        IngestResult result = Ingest(body, internalPeer: false);
        Assert.Equal(decoded.Error, result.Reset);
        Assert.Equal(expected == UpdateHandling.TreatAsWithdraw, result.TreatedAsWithdraw);
    }

    /// <summary>What the decoder says, after the tables were seen to do the same.</summary>
    private static UpdateHandling Handle(string block, bool internalPeer = false)
    {
        UpdateHandling handling = Decode(block, new UpdateCodec { Internal = internalPeer }).Handling;
        IngestResult result = Ingest(Body(block), internalPeer);
        Assert.Equal(handling == UpdateHandling.SessionReset, result.MustReset);
        Assert.Equal(handling == UpdateHandling.TreatAsWithdraw, result.TreatedAsWithdraw);
        return handling;
    }

    private static IngestResult Ingest(byte[] body, bool internalPeer)
    {
        var tables = new Rib();
        var facts = new PeerFacts
        {
            Name = "peer",
            PeerAsn = new Asn(65000),
            LocalAsn = new Asn(internalPeer ? 65000u : 64500u),
            PeerAddress = IPAddress.Parse("192.0.2.9"),
            LocalAddress = IPAddress.Parse("192.0.2.8"),
            PeerRouterId = 9,
            V6 = true,
        };
        return tables.Ingest(tables.Add(facts, CompiledPolicy.Compile(RoutePolicy.AcceptAll)), body);
    }

    private static byte[] Body(string block)
    {
        byte[] attributes = Hex(block);
        byte[] body = [0, 0, 0, 0, .. attributes, .. Hex(Prefix)];
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), (ushort)attributes.Length);
        return body;
    }

    private static DecodedAttributes Decode(string block, UpdateCodec codec)
    {
        Assert.Null(UpdateParser.Parse(Body(block), codec, out UpdateView view));
        return AttributeDecoder.Decode(view, codec);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
