using System.Diagnostics;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Bgp.Tests.Messages;

/// <summary>
/// Whatever comes from the wire: nothing throws, nothing hangs, and what is refused is refused with a NOTIFICATION of RFC 4271. The mutation fuzzer runs
/// for a second or two here; <c>CAUSEWAY_FUZZ_SECONDS=600</c> makes it run as long as one likes.
/// </summary>
public class NoiseTests
{
    private static readonly UpdateCodec[] Codecs =
    [
        new(),
        new() { FourOctetAsn = false, Internal = true },
        new() { AddPathIpv4 = true, AddPathIpv6 = true },
        new() { AllowAsSets = true },
        new()
        {
            FourOctetAsn = false,
            Internal = true,
            Monitored = true,
            ExtendedNextHop = true,
        },
    ];

    [Fact]
    public void Any_bytes_are_answered()
    {
        Prop.ForAll<byte[]>(ArbMap.Default.ArbFor<byte[]>(), bytes => Feed(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Mutated_messages_are_answered()
    {
        double seconds = double.TryParse(Environment.GetEnvironmentVariable("CAUSEWAY_FUZZ_SECONDS"), out double wanted) ? wanted : 2;
        var watch = Stopwatch.StartNew();
        using var tables = new FuzzedTables();
        int seed = seconds > 10 ? Environment.TickCount : 1;
        long runs = 0;
        for (; watch.Elapsed.TotalSeconds < seconds; seed++, runs++)
        {
            byte[] message = Mutate(new Random(seed));
            try
            {
                Assert.True(Feed(message.AsSpan(Math.Min(MessageHeader.Size, message.Length)).ToArray()));
                tables.Ingest(message.AsSpan(Math.Min(MessageHeader.Size, message.Length)));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed} threw {e}\nmessage {Convert.ToHexString(message)}");
            }
        }
        Assert.True(runs > 100, $"only {runs} messages in {seconds} s: something takes far too long");
    }

    private static byte[] Mutate(Random random)
    {
        IpFamily family = random.Next(2) == 0 ? IpFamily.V4 : IpFamily.V6;
        byte[] message = random.Next(4) switch
        {
            0 => Wire.Open(Samples.Open(random)),
            _ => Wire.Announce(
                Samples.Attributes(random, family),
                [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Samples.Prefix(random, family))]
            ),
        };
        int mutations = random.Next(1, 6);
        for (int i = 0; i < mutations; i++)
        {
            int at = random.Next(MessageHeader.Size, message.Length);
            switch (random.Next(5))
            {
                case 0:
                    message[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    message[at] = (byte)random.Next(256);
                    break;
                case 2:
                    message[at] = random.Next(2) == 0 ? (byte)0 : (byte)255;
                    break;
                case 3:
                    message = message[..Math.Max(MessageHeader.Size + 1, at)];
                    break;
                case 4:
                    int from = random.Next(MessageHeader.Size, message.Length);
                    message = [.. message[..at], .. message[from..Math.Min(message.Length, from + 40)], .. message[at..]];
                    break;
            }
        }
        return message;
    }

    /// <summary>Through every parser. True, or the assertion fails.</summary>
    private static bool Feed(byte[] bytes)
    {
        if (bytes.Length >= MessageHeader.Size)
            MessageHeader.Check(bytes, true, out _, out _);
        Notification? answer = OpenMessage.TryParse(bytes, out OpenMessage? open);
        Assert.True((answer is null) == (open is not null));
        Assert.True(answer is null or { Code: NotificationCode.OpenMessageError });
        Assert.NotNull(Notification.Parse(bytes).ToString());
        RouteRefreshMessage.TryParse(bytes, true, out _);
        foreach (UpdateCodec codec in Codecs)
        {
            Notification? error = UpdateParser.Parse(bytes, codec, out UpdateView view);
            Assert.True(error is null or { Code: NotificationCode.UpdateMessageError, Subcode: >= 1 and <= 11 });
            if (error is not null)
                continue;
            DecodedAttributes decoded = AttributeDecoder.Decode(view, codec);
            Assert.Equal(decoded.Handling is UpdateHandling.Accept or UpdateHandling.AttributeDiscard, decoded.Attributes is not null);
            Assert.Equal(decoded.Handling == UpdateHandling.SessionReset, decoded.Error is not null);
            int count = 0;
            foreach (Nlri _ in view.Announced)
                count++;
            Assert.Equal(view.Announced.Count, count);
        }
        return true;
    }

    /// <summary>Real tables with three kinds of peers, fed with the same noise. A peer that has brought too much starts anew.</summary>
    private sealed class FuzzedTables : IDisposable
    {
        private readonly Rib _rib = new(mostAttributeBytes: 1 << 20);
        private readonly RibPeer[] _peers = new RibPeer[Codecs.Length];

        public FuzzedTables()
        {
            for (int i = 0; i < Codecs.Length; i++)
                _peers[i] = Add(Codecs[i]);
        }

        private RibPeer Add(UpdateCodec codec) =>
            _rib.Add(
                new PeerFacts
                {
                    Name = "noise",
                    PeerAsn = new Asn(64500),
                    LocalAsn = new Asn(codec.Internal ? 64500u : 64501u),
                    PeerAddress = IPAddress.Parse("192.0.2.1"),
                    LocalAddress = IPAddress.Parse("192.0.2.2"),
                    PeerRouterId = 1,
                    FourOctetAsn = codec.FourOctetAsn,
                    V6 = true,
                    AddPathV4 = codec.AddPathIpv4,
                    AddPathV6 = codec.AddPathIpv6,
                    AllowAsSets = codec.AllowAsSets,
                    Monitored = codec.Monitored,
                },
                CompiledPolicy.Compile(RoutePolicy.AcceptAll)
            );

        public void Ingest(ReadOnlySpan<byte> body)
        {
            for (int i = 0; i < _peers.Length; i++)
            {
                Notification? reset = _rib.Ingest(_peers[i], body).Reset;
                if (reset == Notification.Cease(CeaseReason.OutOfResources))
                {
                    _rib.Remove(_peers[i]);
                    _peers[i] = Add(Codecs[i]);
                }
                else
                    Assert.True(reset is null or { Code: NotificationCode.UpdateMessageError }, $"{reset} for {Convert.ToHexString(body)}");
            }
        }

        public void Dispose()
        {
            foreach (RibPeer peer in _peers)
                _rib.Remove(peer);
            Assert.Equal((0, 0, 0), (_rib.RouteCount(IpFamily.V4), _rib.RouteCount(IpFamily.V6), _rib.AttributeSets));
        }
    }
}
