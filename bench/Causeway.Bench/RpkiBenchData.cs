using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>
/// VRPs and routes of the size and shape of the public RPKI, from a fixed seed: holders with an allocation each, VRPs crowded inside it, mostly IPv4 /24s
/// and IPv6 /48s, a maximum length on a quarter of them.
/// </summary>
internal static class RpkiBenchData
{
    // Shares in percent of prefix lengths, after what the RIRs' repositories hold.
    private static readonly (int Length, int Share)[] V4Lengths =
    [
        (24, 62),
        (23, 8),
        (22, 11),
        (21, 5),
        (20, 5),
        (19, 4),
        (18, 2),
        (17, 1),
        (16, 2),
    ];
    private static readonly (int Length, int Share)[] V6Lengths =
    [
        (48, 58),
        (32, 17),
        (44, 6),
        (40, 6),
        (36, 4),
        (29, 5),
        (47, 2),
        (46, 2),
    ];

    // 2001::/16, 2400::/12, 2600::/12, 2800::/12, 2a00::/12, 2c00::/12 by their use.
    private static readonly ushort[] V6Blocks = [0x2001, 0x2400, 0x2600, 0x2600, 0x2800, 0x2a00, 0x2a00, 0x2c00];

    /// <summary>Distinct VRPs, four in five IPv4.</summary>
    public static Vrp[] Vrps(int count)
    {
        var random = new Random(6811);
        var made = new HashSet<Vrp>(count);
        while (made.Count < count)
        {
            bool v4 = random.Next(5) > 0;
            var holder = new Asn((uint)random.Next(1, 400_000));
            IpPrefix allocation = Allocation(random, v4);
            // Most holders are small; a few have thousands.
            int records = 1 + (int)(3 / (0.0005 + random.NextDouble()) / 2);
            for (int i = 0; i < records && made.Count < count; i++)
            {
                int length = Math.Max(allocation.Length, Pick(random, v4 ? V4Lengths : V6Lengths));
                IpPrefix prefix = Inside(random, allocation, length);
                int longest = v4 ? 24 : 48;
                int maxLength = length < longest && random.Next(4) == 0 ? random.Next(length + 1, longest + 1) : length;
                made.Add(new Vrp(prefix, (byte)maxLength, random.Next(20) == 0 ? new Asn((uint)random.Next(1, 400_000)) : holder));
            }
        }
        return [.. made];
    }

    /// <summary>Routes as a full table has them: a good half of them covered and right, some wrong, the rest not covered by construction (or by chance).</summary>
    public static (IpPrefix Prefix, Asn Origin)[] Routes(Vrp[] vrps, int count)
    {
        var random = new Random(8210);
        var routes = new (IpPrefix, Asn)[count];
        for (int i = 0; i < count; i++)
        {
            Vrp vrp = vrps[random.Next(vrps.Length)];
            routes[i] = random.Next(100) switch
            {
                < 55 => (Inside(random, vrp.Prefix, random.Next(vrp.Prefix.Length, vrp.MaxLength + 1)), vrp.Asn),
                < 58 => (vrp.Prefix, new Asn((uint)random.Next(1, 400_000))),
                < 60 when vrp.MaxLength + 1 < vrp.Prefix.MaxLength => (Inside(random, vrp.Prefix, vrp.MaxLength + 1), vrp.Asn),
                _ => (Anywhere(random), new Asn((uint)random.Next(1, 400_000))),
            };
        }
        return routes;
    }

    private static IpPrefix Anywhere(Random random)
    {
        bool v4 = random.Next(5) > 0;
        IpPrefix allocation = Allocation(random, v4);
        return Inside(random, allocation, Math.Max(allocation.Length, Pick(random, v4 ? V4Lengths : V6Lengths)));
    }

    private static IpPrefix Allocation(Random random, bool v4) =>
        v4
            ? IpPrefix.V4(((uint)random.Next(1, 224) << 24) | (uint)random.Next(1 << 24), random.Next(14, 23))
            : IpPrefix.V6(
                ((UInt128)V6Blocks[random.Next(V6Blocks.Length)] << 112) | ((UInt128)(uint)random.Next(1 << 28) << 88),
                random.Next(28, 33)
            );

    private static IpPrefix Inside(Random random, IpPrefix block, int length)
    {
        var noise = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        return IpPrefix.FromBits(block.Family, block.Bits | (noise << 1 >> block.Length), length);
    }

    private static int Pick(Random random, (int Length, int Share)[] shares)
    {
        int at = random.Next(shares.Sum(s => s.Share));
        foreach ((int length, int share) in shares)
            if ((at -= share) < 0)
                return length;
        return shares[0].Length;
    }
}
