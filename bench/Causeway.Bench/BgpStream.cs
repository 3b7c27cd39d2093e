using System.Buffers.Binary;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>
/// A full table as a transit provider would send it, the same on every machine: distinct prefixes with the length distribution of the default-free zone, spread over about
/// 80,000 AS paths with a long tail, packed into UPDATEs of at most 4096 bytes.
/// </summary>
internal sealed class BgpStream
{
    // Share of each length among 10,000 routes, after public snapshots of the default-free zone.
    private static readonly (int Length, int Share)[] V4Lengths =
    [
        (24, 6100),
        (23, 950),
        (22, 1080),
        (21, 500),
        (20, 430),
        (19, 240),
        (18, 140),
        (17, 85),
        (16, 135),
        (15, 20),
        (14, 12),
        (13, 6),
        (12, 2),
    ];
    private static readonly (int Length, int Share)[] V6Lengths =
    [
        (48, 4800),
        (32, 1200),
        (44, 900),
        (40, 900),
        (36, 600),
        (46, 400),
        (47, 300),
        (29, 250),
        (33, 300),
        (42, 150),
        (38, 100),
        (45, 100),
    ];

    /// <summary>Whole messages, one after the other.</summary>
    public required byte[] Messages { get; init; }

    public required IpPrefix[] Prefixes { get; init; }

    /// <summary>The origin of each prefix.</summary>
    public required Asn[] Origins { get; init; }

    public required int Updates { get; init; }

    /// <summary>Withdrawals of all of them, as many to a message as fit.</summary>
    public required byte[] Withdrawals { get; init; }

    /// <summary>A table whose routes come a few at a time in random order, as from a router that has run for long: what a path carries is spread over the stream.</summary>
    /// <param name="seed">Another one gives other paths to the same prefixes.</param>
    /// <inheritdoc cref="Make"/>
    public static BgpStream MakeShort(IpFamily family, int routes, int paths, int updates, Asn peer, IPAddress nextHop, int seed = 1)
    {
        IpPrefix[] prefixes = MakePrefixes(new Random(1), family, routes);
        var random = new Random(seed);
        (byte[] Block, Asn Origin)[] attributes =
        [
            .. Enumerable
                .Range(0, paths)
                .Select(_ =>
                {
                    uint[] path = MakePath(random, peer);
                    byte[] block = Attributes(random, path.Length, [.. path.SelectMany(Number)], family == IpFamily.V4 ? nextHop : null);
                    return (block, new Asn(path[^1]));
                }),
        ];
        // Each path at least once, the others with a density that falls.
        int[] pathOf = [.. Enumerable.Range(0, updates).Select(i => i < paths ? i : (int)(paths * Math.Pow(random.NextDouble(), 3)))];
        random.Shuffle(pathOf);
        var origins = new Asn[routes];
        var messages = new MemoryStream(routes * 24);
        for (int at = 0, update = 0; update < updates; update++)
        {
            int left = updates - update - 1;
            double mean = (double)(routes - at) / (left + 1);
            int size =
                left == 0 ? routes - at : Math.Clamp(1 + (int)Math.Round(random.NextDouble() * 2 * (mean - 1)), 1, routes - at - left);
            (byte[] block, Asn origin) = attributes[pathOf[update]];
            origins.AsSpan(at, size).Fill(origin);
            Pack(messages, block, [.. Enumerable.Range(at, size)], prefixes, family, nextHop);
            at += size;
        }
        return new BgpStream
        {
            Messages = messages.ToArray(),
            Withdrawals = MakeWithdrawals(prefixes, family),
            Prefixes = prefixes,
            Origins = origins,
            Updates = updates,
        };
    }

    private static byte[] MakeWithdrawals(IpPrefix[] prefixes, IpFamily family)
    {
        var shuffled = (IpPrefix[])prefixes.Clone();
        new Random(3).Shuffle(shuffled);
        var messages = new MemoryStream();
        foreach (IpPrefix[] some in shuffled.Chunk(200))
        {
            byte[] nlri = [.. some.SelectMany(p => (byte[])[p.Length, .. p.Address.GetAddressBytes().AsSpan(0, (p.Length + 7) / 8)])];
            byte[] body =
                family == IpFamily.V4
                    ? [.. Short(nlri.Length), .. nlri, 0, 0]
                    : [0, 0, .. Short(nlri.Length + 7), 0x90, 15, .. Short(nlri.Length + 3), 0, 2, 1, .. nlri];
            messages.Write([.. Enumerable.Repeat((byte)0xFF, 16), .. Short(19 + body.Length), 2, .. body]);
        }
        return messages.ToArray();

        static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];
    }

    /// <param name="peer">The ASN that all paths begin with.</param>
    public static BgpStream Make(IpFamily family, int routes, int paths, Asn peer, IPAddress nextHop, int seed = 1)
    {
        var random = new Random(seed);
        IpPrefix[] prefixes = MakePrefixes(random, family, routes);
        var origins = new Asn[routes];
        List<int>[] byPath = Spread(random, routes, paths);
        var messages = new MemoryStream(routes * (family == IpFamily.V4 ? 12 : 24));
        int updates = 0;
        var distinct = new HashSet<string>();
        foreach (List<int> members in byPath)
        {
            byte[] path;
            uint[] asns;
            do
            {
                asns = MakePath(random, peer);
                path = [.. asns.SelectMany(Number)];
            } while (!distinct.Add(Convert.ToHexString(path)));
            foreach (int member in members)
                origins[member] = new Asn(asns[^1]);
            byte[] attributes = Attributes(random, asns.Length, path, family == IpFamily.V4 ? nextHop : null);
            updates += Pack(messages, attributes, members, prefixes, family, nextHop);
        }
        return new BgpStream
        {
            Messages = messages.ToArray(),
            Withdrawals = MakeWithdrawals(prefixes, family),
            Prefixes = prefixes,
            Origins = origins,
            Updates = updates,
        };
    }

    /// <summary>The members of an exchange, each with its share of so many IPv4 routes, none with another's: what each sends.</summary>
    /// <param name="paths">AS paths of all members together.</param>
    public static byte[][] MakeShares(int routes, int paths, IReadOnlyList<(IPAddress Address, uint Asn)> members)
    {
        IpPrefix[] prefixes = MakePrefixes(new Random(1), IpFamily.V4, routes);
        return
        [
            .. members.Select(
                (member, i) =>
                {
                    var random = new Random(i);
                    int first = (int)((long)routes * i / members.Count),
                        end = (int)((long)routes * (i + 1) / members.Count);
                    var messages = new MemoryStream();
                    foreach (List<int> some in Spread(random, end - first, Math.Clamp(paths / members.Count, 1, end - first)))
                    {
                        uint[] path = MakePath(random, new Asn(member.Asn));
                        byte[] attributes = Attributes(random, path.Length, [.. path.SelectMany(Number)], member.Address);
                        Pack(messages, attributes, [.. some.Select(r => first + r)], prefixes, IpFamily.V4, member.Address);
                    }
                    return messages.ToArray();
                }
            ),
        ];
    }

    private static IpPrefix[] MakePrefixes(Random random, IpFamily family, int count)
    {
        (int Length, int Share)[] lengths = family == IpFamily.V4 ? V4Lengths : V6Lengths;
        int total = lengths.Sum(l => l.Share);
        var found = new HashSet<IpPrefix>(count);
        while (found.Count < count)
        {
            int pick = random.Next(total),
                at = 0;
            while (pick >= lengths[at].Share)
                pick -= lengths[at++].Share;
            // 1.0.0.0–223.255.255.255 without 10/8 and 127/8; 2000::/3.
            uint high = (uint)random.NextInt64(1L << 32);
            if (family == IpFamily.V4 && (high >> 24 is 0 or 10 or 127 or >= 224))
                continue;
            found.Add(
                family == IpFamily.V4
                    ? IpPrefix.V4(high, lengths[at].Length)
                    : IpPrefix.V6((UInt128)(0x20000000 | high >> 5) << 96 | (UInt128)random.NextInt64() << 33, lengths[at].Length)
            );
        }
        return [.. found];
    }

    /// <summary>Each path gets a route; the others go to paths with a density that falls, so that a few paths carry very many.</summary>
    private static List<int>[] Spread(Random random, int routes, int paths)
    {
        var byPath = new List<int>[paths];
        for (int i = 0; i < paths; i++)
            byPath[i] = [i];
        for (int i = paths; i < routes; i++)
        {
            double u = random.NextDouble();
            byPath[(int)(paths * u * u * u)].Add(i);
        }
        random.Shuffle(byPath);
        return byPath;
    }

    /// <summary>Three to nine ASNs, mostly four or five; many of them wide, as in life.</summary>
    private static uint[] MakePath(Random random, Asn peer)
    {
        int length = 2 + Math.Min(7, (int)(1 + random.NextDouble() * 2.2 + random.NextDouble() * 2.2));
        var path = new uint[length];
        path[0] = peer.Value;
        for (int i = 1; i < length; i++)
            path[i] = (uint)(random.Next(3) == 0 ? random.Next(131072, 273000) : random.Next(1000, 64000));
        return path;
    }

    private static byte[] Attributes(Random random, int pathLength, byte[] path, IPAddress? nextHop)
    {
        int communities = random.Next(0, 5);
        return
        [
            0x40,
            1,
            1,
            (byte)(random.Next(20) == 0 ? 2 : 0),
            0x40,
            2,
            (byte)(2 + path.Length),
            2,
            (byte)pathLength,
            .. path,
            .. nextHop is null ? [] : (byte[])[0x40, 3, 4, .. nextHop.GetAddressBytes()],
            .. communities == 0
                ? []
                : (byte[])
                    [
                        0xC0,
                        8,
                        (byte)(4 * communities),
                        .. Enumerable.Range(0, communities).SelectMany(_ => Number((uint)random.Next(1 << 30))),
                    ],
        ];
    }

    private static int Pack(MemoryStream to, byte[] attributes, List<int> members, IpPrefix[] prefixes, IpFamily family, IPAddress nextHop)
    {
        int updates = 0;
        Span<byte> nlri = stackalloc byte[4096];
        Span<byte> address = stackalloc byte[16];
        for (int at = 0; at < members.Count; updates++)
        {
            int room = 4096 - 19 - 4 - attributes.Length - (family == IpFamily.V6 ? 25 : 0);
            int used = 0;
            for (; at < members.Count; at++)
            {
                IpPrefix prefix = prefixes[members[at]];
                int bytes = (prefix.Length + 7) / 8;
                if (used + 1 + bytes > room)
                    break;
                nlri[used] = prefix.Length;
                BinaryPrimitives.WriteUInt128BigEndian(address, prefix.Bits);
                address[..bytes].CopyTo(nlri[(used + 1)..]);
                used += 1 + bytes;
            }
            Message(to, attributes, nlri[..used], family, nextHop);
        }
        return updates;
    }

    private static void Message(MemoryStream to, byte[] attributes, ReadOnlySpan<byte> nlri, IpFamily family, IPAddress nextHop)
    {
        ReadOnlySpan<byte> reach = [];
        if (family == IpFamily.V6)
        {
            int length = 5 + 16 + nlri.Length;
            reach = (byte[])
                [0x90, 14, (byte)(length >> 8), (byte)length, 0, 2, 1, 16, .. nextHop.MapToIPv6().GetAddressBytes(), 0, .. nlri];
            nlri = [];
        }
        int block = reach.Length + attributes.Length;
        int total = 19 + 4 + block + nlri.Length;
        Span<byte> header = stackalloc byte[23];
        header[..16].Fill(0xFF);
        BinaryPrimitives.WriteUInt16BigEndian(header[16..], (ushort)total);
        header[18] = 2;
        header[19] = header[20] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[21..], (ushort)block);
        to.Write(header);
        to.Write(reach);
        to.Write(attributes);
        to.Write(nlri);
    }

    private static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>
    /// VRPs for some of the longer routes, so that few cover the routes of others: 98 % name the true origin, 2 % another one, so that those routes are invalid.
    /// </summary>
    public IReadOnlyList<Vrp> MakeVrps(int count, int seed = 2)
    {
        var random = new Random(seed);
        int[] chosen = [.. Enumerable.Range(0, Prefixes.Length).Where(i => !Prefixes[i].IsV4 || Prefixes[i].Length >= 22)];
        random.Shuffle(chosen);
        return
        [
            .. chosen
                .Take(count)
                .Select(
                    (route, i) =>
                        new Vrp(Prefixes[route], Prefixes[route].Length, i % 50 == 0 ? new Asn(Origins[route].Value + 1) : Origins[route])
                ),
        ];
    }
}
