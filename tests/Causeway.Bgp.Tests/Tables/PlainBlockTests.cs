using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

public sealed class PlainBlockTests
{
    /// <summary>A shortcut must never take a block that the validator would treat otherwise; and it must take ordinary ones, or it is none.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_it_takes_the_validator_takes_as_received(int seed)
    {
        var random = new Random(seed);
        var validator = new AttributeValidator();
        PeerFacts external = TestRoute.Peer("e", 64496, "192.0.2.9", 1),
            inside = TestRoute.Peer("i", 64500, "192.0.2.9", 1);
        var canonical = new byte[8192];
        int taken = 0,
            mutatedTaken = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] block = RandomBlock(random);
            bool mutated = random.Next(2) == 0;
            for (int flips = mutated ? random.Next(1, 3) : 0; flips > 0; flips--)
                block[random.Next(block.Length)] ^= (byte)(1 << random.Next(8));
            if (mutated && random.Next(4) == 0)
                block = block[..random.Next(block.Length)];
            PeerFacts peer = random.Next(2) == 0 ? external : inside;
            bool classic = random.Next(2) == 0;
            if (!PlainBlock.IsRight(block, peer, classic))
                continue;
            taken++;
            mutatedTaken += mutated ? 1 : 0;
            AttributeVerdict verdict = validator.Validate(block, peer, classic, canonical, out _);
            Assert.True(verdict == AttributeVerdict.AsReceived, $"{verdict} for {Convert.ToHexString(block)}");
        }
        Assert.True(taken > 20_000 && mutatedTaken > 1_000, $"{taken} taken, {mutatedTaken} of them mutated");
    }

    private static byte[] RandomBlock(Random random)
    {
        var bytes = new List<byte>();
        void Add(byte flags, byte type, byte[] value) => TestRoute.Add(bytes, flags, type, value);
        byte[] Numbers(int count) => [.. Enumerable.Range(0, count).SelectMany(_ => TestRoute.Number((uint)random.Next(0, 1 << 20)))];

        if (random.Next(20) > 0)
            Add(0x40, 1, [(byte)random.Next(3)]);
        int asns = random.Next(1, 5);
        Add(0x40, 2, [(byte)(random.Next(5) == 0 ? 1 : 2), (byte)asns, .. Numbers(asns)]);
        if (random.Next(10) > 0)
            Add(0x40, 3, [192, 0, 2, 1]);
        if (random.Next(3) == 0)
            Add(0x80, 4, Numbers(1));
        if (random.Next(4) == 0)
            Add(0x40, 5, Numbers(1));
        if (random.Next(6) == 0)
            Add(0x40, 6, []);
        if (random.Next(6) == 0)
            Add(0xC0, 7, Numbers(2));
        if (random.Next(3) == 0)
            Add(0xC0, 8, Numbers(random.Next(1, 80)));
        if (random.Next(6) == 0)
            Add(0xC0, 16, Numbers(2));
        if (random.Next(6) == 0)
            Add(0xC0, 32, Numbers(3 * random.Next(1, 3)));
        if (random.Next(8) == 0)
            Add(0xC0, 35, Numbers(1));
        if (random.Next(20) == 0)
            Add(0xC0, (byte)random.Next(36, 256), Numbers(1));
        return [.. bytes];
    }
}
