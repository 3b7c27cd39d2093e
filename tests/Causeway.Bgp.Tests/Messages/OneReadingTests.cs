using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Messages;

/// <summary>The tables work on octets, tools on objects: whatever an UPDATE says, both come to the same verdict, the same routes and the same attributes.</summary>
public sealed class OneReadingTests
{
    [Theory]
    [InlineData(true, false, false, 1)]
    [InlineData(true, true, false, 2)]
    [InlineData(true, false, true, 3)]
    [InlineData(false, false, false, 4)]
    [InlineData(false, true, true, 5)]
    public void Tables_and_objects_agree_on_any_update(bool fourOctet, bool isInternal, bool addPath, int seed)
    {
        var codec = new UpdateCodec
        {
            FourOctetAsn = fourOctet,
            Internal = isInternal,
            AddPathIpv4 = addPath,
            AddPathIpv6 = addPath,
            AllowAsSets = seed % 2 == 0,
        };
        var facts = new PeerFacts
        {
            Name = "peer",
            PeerAsn = new Asn(65000),
            LocalAsn = new Asn(isInternal ? 65000u : 64500u),
            PeerAddress = IPAddress.Parse("192.0.2.9"),
            LocalAddress = IPAddress.Parse("192.0.2.8"),
            PeerRouterId = 9,
            FourOctetAsn = fourOctet,
            V6 = true,
            AddPathV4 = addPath,
            AddPathV6 = addPath,
            AllowAsSets = seed % 2 == 0,
        };
        var rib = new Rib();
        RibPeer peer = rib.Add(facts, CompiledPolicy.Compile(RoutePolicy.AcceptAll));
        var seen = new Dictionary<UpdateHandling, int>();
        for (int i = 0; i < 20_000; i++)
        {
            var random = new Random((seed * 1_000_003) + i);
            byte[] body = Body(random, codec);
            string message = $"seed {seed}, message {i}: {Convert.ToHexString(body)}";
            IngestResult result = rib.Ingest(peer, body);
            if (UpdateParser.Parse(body, codec, out UpdateView view) is { } reset)
            {
                Assert.True(reset == result.Reset, message);
                continue;
            }
            DecodedAttributes decoded = AttributeDecoder.Decode(view, codec);
            seen[decoded.Handling] = seen.GetValueOrDefault(decoded.Handling) + 1;
            Assert.True(decoded.Error == result.Reset, $"{decoded.Error} is not {result.Reset}, {message}");
            bool routes = view.Announced.Count + view.MpAnnounced.Count > 0;
            Assert.True(!routes || result.TreatedAsWithdraw == (decoded.Handling == UpdateHandling.TreatAsWithdraw), message);
            Assert.True(view.EndOfRib == result.EndOfRib || result.MustReset, message);
            // A prefix that is announced twice, by both fields, has the attributes of the second.
            if (!routes || result.MustReset || (view.Announced.Count > 0 && view.MpAnnounced.Count > 0))
                continue;
            foreach (Nlri nlri in view.Announced.Count > 0 ? view.Announced : view.MpAnnounced)
            {
                RouteView found = rib.Routes(new RouteQuery { Exactly = nlri.Prefix }).Routes.Single(r => r.PathId == nlri.PathId);
                Assert.True(
                    (found.Reason is RefuseReason.MalformedAttributes or RefuseReason.AsSetInPath) == (decoded.Attributes is null),
                    message
                );
                Assert.True(found.Reason == RefuseReason.AsSetInPath == (decoded.Fault.Kind == AttributeFaultKind.HoldsSet), message);
                if (decoded.Attributes is { } attributes)
                    Assert.True(Text(attributes) == Text(found.ReceivedAttributes ?? found.Attributes!), message);
            }
        }
        Assert.All(
            Enum.GetValues<UpdateHandling>(),
            h => Assert.True(seen.GetValueOrDefault(h) > 20, $"{h} came only {seen.GetValueOrDefault(h)} times")
        );
        rib.Remove(peer);
        Assert.Equal((0, 0, 0), (rib.RouteCount(IpFamily.V4), rib.RouteCount(IpFamily.V6), rib.AttributeSets));
    }

    private static string Text(PathAttributes a) =>
        $"{a.AsPath}|{(byte)a.Origin}|{a.NextHop}|{a.Med}|{a.LocalPreference}|{string.Join(' ', a.Communities)}"
        + $"|{string.Join(' ', a.ExtendedCommunities.Select(c => c.Value))}|{string.Join(' ', a.LargeCommunities)}";

    private static string Text(RouteAttributes a) =>
        $"{a.AsPath}|{a.Origin}|{a.NextHop}|{a.Med}|{a.LocalPreference}|{string.Join(' ', a.Communities)}"
        + $"|{string.Join(' ', a.ExtendedCommunities)}|{string.Join(' ', a.LargeCommunities)}";

    /// <summary>An UPDATE of attributes in any order, mostly right, then perhaps damaged a little.</summary>
    private static byte[] Body(Random random, UpdateCodec codec)
    {
        IpFamily family = random.Next(2) == 0 ? IpFamily.V4 : IpFamily.V6;
        bool addPath = codec.AddPath(family);
        IpPrefix[] prefixes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Samples.Prefix(random, family)).Distinct()];
        PathAttributes attributes = Samples.Attributes(random, family, random.Next(2) == 0);
        byte[] body = addPath
            ? Wire.Announce(attributes, codec, 7, prefixes)[MessageHeader.Size..]
            : Wire.Announce(attributes, codec, prefixes)[MessageHeader.Size..];
        if (random.Next(6) == 0)
        {
            // Without the prefixes at the end, nothing may be announced.
            int end = 4 + (body[2] << 8) + body[3];
            body = body[..end];
        }
        else if (random.Next(6) == 0)
            body = Append(body, Extra(random));
        for (int flips = Math.Max(0, random.Next(-3, 3)); flips > 0; flips--)
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(20) == 0 ? body[..random.Next(body.Length)] : body;
    }

    private static byte[] Extra(Random random) =>
        random.Next(8) switch
        {
            0 => [0x40, 6, 1, 0],
            1 => [0x40, 200, 2, 1, 2],
            2 => [0x80, 201, 2, 1, 2],
            3 => [0x80, 15, 3, 0, 2, 1],
            4 => [0xC0, 17, 12, 3, 1, 0, 0, 0, 9, 2, 1, 0, 0, 0, 8],
            5 => [0xC0, 18, 8, 0, 0, 0, 0, 1, 2, 3, 4],
            6 => [0x40, 3, 4, 1, 2, 3, 4],
            _ => [0xC0, 32, 24, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3],
        };

    private static byte[] Append(byte[] body, byte[] attribute)
    {
        int length = (body[2] << 8) + body[3] + attribute.Length;
        int end = 4 + (body[2] << 8) + body[3];
        return [0, 0, (byte)(length >> 8), (byte)length, .. body[4..end], .. attribute, .. body[end..]];
    }
}
