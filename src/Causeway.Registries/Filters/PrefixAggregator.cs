using Causeway.Primitives;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Filters;

/*
 * Theory of operation
 *
 * A filter means a set of prefixes. Each entry "P ge a le b" stands for all prefixes inside P of lengths a to b. Take the binary tree of prefixes and give
 * each node a set of lengths, one bit per length: bit l at node P says that every prefix of length l inside P is meant. Then
 *
 *   going down: a bit that an ancestor has is superfluous below it;
 *   going up:   a bit that both halves of P have belongs to P instead.
 *
 * After one pass of each, no bit can be taken away or moved up, whatever the order of the input: two inputs that mean the same give the same output. Runs
 * of neighbouring bits become entries. Only nodes that hold bits exist, level by level in sorted lists, so the cost is that of sorting.
 */

/// <summary>Finds the shortest equivalent list of prefix filter entries, never wider nor narrower than its input.</summary>
internal static class PrefixAggregator
{
    private record struct Node(UInt128 Bits, UInt128 Lengths);

    /// <summary>The entries of one family, in order of prefix.</summary>
    public static IReadOnlyList<PrefixSpan> Aggregate(IEnumerable<PrefixSpan> spans, IpFamily family)
    {
        int longest = family == IpFamily.V4 ? 32 : 128;
        List<Node>[] levels = Superfluous(spans, family, longest, out bool defaultRoute);
        for (int length = longest; length > 0; length--)
            levels[length - 1] = Merge(levels[length - 1], Raise(levels[length], length));
        return Entries(levels, family, defaultRoute);
    }

    /// <summary>Bit l − 1 stands for length l; the default route, of length 0, is handled apart.</summary>
    private static UInt128 Run(int low, int high)
    {
        UInt128 upTo = high == 128 ? UInt128.MaxValue : (UInt128.One << high) - 1;
        return upTo & ~((UInt128.One << (low - 1)) - 1);
    }

    private static List<Node>[] Superfluous(IEnumerable<PrefixSpan> spans, IpFamily family, int longest, out bool defaultRoute)
    {
        defaultRoute = false;
        var levels = new List<Node>[longest + 1];
        // Usually they come as an array in order and of one family: checking is cheaper than sorting, and tens of megabytes cheaper than a copy.
        if (spans is not PrefixSpan[] sorted || !IsInOrder(sorted) || sorted.Any(s => s.Prefix.Family != family))
        {
            sorted = [.. spans.Where(s => s.Prefix.Family == family)];
            Array.Sort(sorted, static (a, b) => a.Prefix.CompareTo(b.Prefix));
        }
        var counts = new int[longest + 1];
        foreach (ref readonly PrefixSpan span in sorted.AsSpan())
            counts[span.Prefix.Length]++;
        for (int i = 0; i <= longest; i++)
            levels[i] = new List<Node>(counts[i]);
        var chain = new Stack<(IpPrefix Prefix, UInt128 Lengths)>();
        for (int i = 0; i < sorted.Length; )
        {
            IpPrefix prefix = sorted[i].Prefix;
            UInt128 own = 0;
            for (; i < sorted.Length && sorted[i].Prefix == prefix; i++)
            {
                PrefixSpan span = sorted[i];
                defaultRoute |= span.Low == 0;
                if (span.High > 0)
                    own |= Run(Math.Max(span.Low, (byte)1), span.High);
            }
            while (chain.TryPeek(out (IpPrefix Prefix, UInt128 Lengths) top) && !top.Prefix.Contains(prefix))
                chain.Pop();
            UInt128 inherited = chain.TryPeek(out (IpPrefix Prefix, UInt128 Lengths) parent) ? parent.Lengths : 0;
            chain.Push((prefix, inherited | own));
            own &= ~inherited;
            if (own != 0)
                levels[prefix.Length].Add(new Node(prefix.Bits, own));
        }
        return levels;
    }

    private static bool IsInOrder(PrefixSpan[] spans)
    {
        for (int i = 1; i < spans.Length; i++)
            if (spans[i].Prefix < spans[i - 1].Prefix)
                return false;
        return true;
    }

    /// <summary>Takes what both halves have out of them, and returns it as nodes one level up.</summary>
    private static List<Node> Raise(List<Node> level, int length)
    {
        var raised = new List<Node>();
        UInt128 half = UInt128.One << (128 - length);
        int kept = 0;
        for (int i = 0; i < level.Count; i++)
        {
            Node node = level[i];
            if ((node.Bits & half) == 0 && i + 1 < level.Count && level[i + 1].Bits == (node.Bits | half))
            {
                UInt128 common = node.Lengths & level[i + 1].Lengths;
                if (common != 0)
                {
                    raised.Add(new Node(node.Bits, common));
                    node.Lengths &= ~common;
                    level[i + 1] = level[i + 1] with { Lengths = level[i + 1].Lengths & ~common };
                }
            }
            if (node.Lengths != 0)
                level[kept++] = node;
        }
        level.RemoveRange(kept, level.Count - kept);
        return raised;
    }

    private static List<Node> Merge(List<Node> level, List<Node> raised)
    {
        if (raised.Count == 0)
            return level;
        var merged = new List<Node>(level.Count + raised.Count);
        int i = 0;
        foreach (Node node in raised)
        {
            while (i < level.Count && level[i].Bits < node.Bits)
                merged.Add(level[i++]);
            if (i < level.Count && level[i].Bits == node.Bits)
                merged.Add(node with { Lengths = node.Lengths | level[i++].Lengths });
            else
                merged.Add(node);
        }
        merged.AddRange(level.Skip(i));
        return merged;
    }

    private static List<PrefixSpan> Entries(List<Node>[] levels, IpFamily family, bool defaultRoute)
    {
        var entries = new List<PrefixSpan>(levels.Sum(l => l.Count));
        for (int length = 0; length < levels.Length; length++)
            foreach (Node node in levels[length])
            {
                IpPrefix prefix = IpPrefix.FromBits(family, node.Bits, length);
                UInt128 rest = node.Lengths;
                while (rest != 0)
                {
                    int low = (int)UInt128.TrailingZeroCount(rest) + 1;
                    int run = (int)UInt128.TrailingZeroCount(~(rest >> (low - 1)));
                    int high = low + run - 1;
                    rest &= ~Run(low, high);
                    if (length == 0 && low == 1 && defaultRoute)
                    {
                        low = 0;
                        defaultRoute = false;
                    }
                    entries.Add(new PrefixSpan(prefix, (byte)low, (byte)high));
                }
            }
        if (defaultRoute)
            entries.Add(new PrefixSpan(IpPrefix.FromBits(family, 0, 0)));
        Order(entries, family);
        return entries;
    }

    private static void Order(List<PrefixSpan> entries, IpFamily family)
    {
        if (family == IpFamily.V6)
        {
            entries.Sort(static (a, b) => a.Prefix.CompareTo(b.Prefix) is not 0 and int c ? c : a.Low.CompareTo(b.Low));
            return;
        }
        // An IPv4 entry fits one number that sorts as it should: address, length, lowest, highest.
        var packed = new ulong[entries.Count];
        for (int i = 0; i < packed.Length; i++)
        {
            PrefixSpan entry = entries[i];
            packed[i] = ((ulong)entry.Prefix.V4Bits << 32) | ((ulong)entry.Prefix.Length << 16) | ((ulong)entry.Low << 8) | entry.High;
        }
        Array.Sort(packed);
        for (int i = 0; i < packed.Length; i++)
            entries[i] = new PrefixSpan(
                IpPrefix.V4((uint)(packed[i] >> 32), (byte)(packed[i] >> 16)),
                (byte)(packed[i] >> 8),
                (byte)packed[i]
            );
    }
}
