using Causeway.Bgp.Messages;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Messages;

/// <summary>What is written is read back as it was, for every message and every attribute.</summary>
public class RoundTripTests
{
    private const int Runs = 2000;

    public static TheoryData<bool, bool, IpFamily> Codecs
    {
        get
        {
            var data = new TheoryData<bool, bool, IpFamily>();
            foreach (bool four in new[] { true, false })
            foreach (bool inner in new[] { true, false })
            foreach (IpFamily family in Enum.GetValues<IpFamily>())
                data.Add(four, inner, family);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Attributes_survive_the_wire(bool fourOctet, bool isInternal, IpFamily family)
    {
        var codec = new UpdateCodec
        {
            FourOctetAsn = fourOctet,
            Internal = isInternal,
            MaximumMessage = MessageHeader.ExtendedMaximum,
            AllowAsSets = true,
        };
        for (int seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            PathAttributes attributes = Samples.Attributes(random, family, isInternal);
            IpPrefix[] prefixes = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Samples.Prefix(random, family))];
            byte[] message = Wire.Announce(attributes, codec, prefixes);

            Assert.Null(MessageHeader.Check(message, true, out MessageType type, out int length));
            Assert.Equal((MessageType.Update, message.Length), (type, length));
            Assert.Null(UpdateParser.Parse(message.AsSpan(MessageHeader.Size), codec, out UpdateView view));
            var read = new List<IpPrefix>();
            foreach (Nlri nlri in family == IpFamily.V4 ? view.Announced : view.MpAnnounced)
                read.Add(nlri.Prefix);
            Assert.Equal(prefixes, read);
            DecodedAttributes decoded = AttributeDecoder.Decode(view, codec);
            Assert.True(decoded.Handling == UpdateHandling.Accept, $"seed {seed}: {decoded.Fault}");
            Assert.True(attributes == decoded.Attributes, $"seed {seed}:\n{attributes}\n{decoded.Attributes}");
        }
    }

    [Fact]
    public void Opens_survive_the_wire()
    {
        for (int seed = 0; seed < Runs; seed++)
        {
            OpenMessage open = Samples.Open(new Random(seed));
            byte[] message = Wire.Open(open);
            Assert.Null(MessageHeader.Check(message, false, out _, out int length));
            Assert.Equal(message.Length, length);
            Assert.Null(OpenMessage.TryParse(message.AsSpan(MessageHeader.Size), out OpenMessage? read));
            Assert.True(open == read, $"seed {seed}");
        }
    }

    [Fact]
    public void An_open_with_more_than_255_octets_of_capabilities_uses_the_extended_form()
    {
        var open = new OpenMessage(
            64500,
            90,
            1,
            [.. Enumerable.Range(0, 20).Select(n => new Capability.Unknown((byte)(140 + n), [.. new byte[40]]))]
        );
        byte[] message = Wire.Open(open);
        Assert.Equal((255, 255), (message[28], message[29]));
        Assert.Null(OpenMessage.TryParse(message.AsSpan(MessageHeader.Size), out OpenMessage? read));
        Assert.Equal(open, read);
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x05, true)]
    [InlineData(0xFF, true)]
    public void The_extended_form_of_an_open_is_known_by_its_type_whatever_the_length_before_it(byte length, bool right)
    {
        // RFC 9072 §2: 4-octet AS number, in a parameter with a length of two octets.
        byte[] body = [4, 0xFB, 0xF4, 0, 90, 1, 2, 3, 4, length, 255, 0, 9, 2, 0, 6, 65, 4, 0, 0, 0xFB, 0xF4];
        Notification? answer = OpenMessage.TryParse(body, out OpenMessage? open);
        Assert.Equal(right, answer is null);
        if (right)
            Assert.Equal([new Capability.FourOctetAsn(new Asn(64500))], open!.Capabilities);
    }

    [Fact]
    public void Notifications_and_refreshes_survive_the_wire()
    {
        for (int seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            byte[] data = new byte[random.Next(200)];
            random.NextBytes(data);
            var notification = new Notification((NotificationCode)random.Next(256), (byte)random.Next(256), [.. data]);
            Assert.Equal(notification, Notification.Parse(Wire.Notify(notification).AsSpan(MessageHeader.Size)));
            Assert.NotEmpty(notification.ToString());

            byte[] refresh = Wire.Refresh(IpFamily.V6, (RefreshKind)random.Next(3));
            Assert.Null(RouteRefreshMessage.TryParse(refresh.AsSpan(MessageHeader.Size), true, out RouteRefreshMessage read));
            Assert.Equal((2, (RefreshKind)refresh[21], 1), (read.Afi, read.Kind, read.Safi));
        }
    }

    [Fact]
    public void Path_identifiers_are_read_with_add_path()
    {
        byte[] field = [0, 0, 0, 7, 24, 192, 0, 2, 0, 0, 0, 8, 0];
        Assert.Equal(2, NlriReader.Count(field, IpFamily.V4, addPath: true));
        var read = new List<Nlri>();
        foreach (Nlri nlri in new NlriReader(field, IpFamily.V4, addPath: true))
            read.Add(nlri);
        Assert.Equal([new(IpPrefix.Parse("192.0.2.0/24"), 7), new(IpPrefix.Parse("0.0.0.0/0"), 8)], read);
    }

    [Fact]
    public void A_shutdown_reason_is_cut_between_characters()
    {
        string reason = new('ü', 200);
        Notification sent = Notification.Cease(CeaseReason.AdministrativeShutdown, reason);
        Assert.Equal(255, sent.Data.Length);
        Assert.Equal(new string('ü', 127), sent.ShutdownReason);
    }

    [Fact]
    public void Control_characters_of_a_reason_do_not_reach_a_terminal()
    {
        var received = new Notification(NotificationCode.Cease, 2, [.. (byte[])[5, (byte)'a', 27, (byte)'[', 10, (byte)'b']]);
        Assert.Equal("a [ b", received.ShutdownReason);
    }
}
