using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>Whatever stands in an UPDATE, the tables answer and stay whole: when the peer is gone, nothing of it is left.</summary>
public sealed class IngestNoiseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_updates_never_throw_and_leave_nothing_behind(int seed)
    {
        var random = new Random(seed);
        var rib = new Rib(refusedKept: 50);
        RibPeer[] peers =
        [
            rib.Add(TestRoute.Peer("a", 64496, "192.0.2.1", 1), CompiledPolicy.Compile(RoutePolicy.AcceptAll)),
            rib.Add(TestRoute.Peer("b", 64500, "192.0.2.2", 2) with { AddPathV4 = true }, CompiledPolicy.Compile(RoutePolicy.AcceptAll)),
            rib.Add(TestRoute.Peer("c", 64498, "192.0.2.3", 3) with { FourOctetAsn = false }, null),
        ];
        AdjRibOut adjacency = rib.AddOut(peers[0], CompiledPolicy.Compile(RoutePolicy.AcceptAll), () => { });
        var buffer = new byte[65536];
        int resets = 0,
            withdrawn = 0;
        for (int i = 0; i < 60_000; i++)
        {
            byte[] update = RandomUpdate(random);
            for (int flips = random.Next(4); flips > 0; flips--)
                update[random.Next(update.Length)] = (byte)random.Next(256);
            if (random.Next(8) == 0)
                update = update[..random.Next(update.Length)];
            IngestResult result = rib.Ingest(peers[random.Next(3)], update);
            resets += result.MustReset ? 1 : 0;
            withdrawn += result.TreatedAsWithdraw ? 1 : 0;
            if (i % 50 == 0)
                adjacency.Write(buffer, out _);
        }
        Assert.True(resets > 1000 && withdrawn > 1000, $"{resets} resets, {withdrawn} treated as withdraw");
        Assert.All(peers, p => Assert.Equal((p.V4.Received, p.V6.Received), (p.V4.Accepted + p.V4.Refused, p.V6.Accepted + p.V6.Refused)));
        rib.RemoveOut(adjacency);
        foreach (RibPeer peer in peers)
            rib.Remove(peer);
        Assert.Equal((0, 0, 0), (rib.RouteCount(IpFamily.V4), rib.RouteCount(IpFamily.V6), rib.AttributeSets));
    }

    private static byte[] RandomUpdate(Random random)
    {
        bool v4 = random.Next(2) == 0;
        IpPrefix[] prefixes =
        [
            .. Enumerable
                .Range(0, random.Next(1, 6))
                .Select(_ =>
                    v4
                        ? IpPrefix.V4((uint)random.Next(1 << 20) << 11, random.Next(8, 25))
                        : IpPrefix.V6((UInt128)random.Next(4096) << 84, 48)
                ),
        ];
        return random.Next(4) == 0
            ? TestRoute.Withdraw(prefixes)
            : new TestRoute { Path = [64496, (uint)random.Next(1, 50)], Communities = [(uint)random.Next(5)] }.Announce(prefixes);
    }
}
