using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Primitives;

/// <summary>One VRP of one family, and the next VRP (index, or -1) that covers it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct VrpNode<TBits>(TBits bits, byte length, byte maxLength, uint asn)
    where TBits : unmanaged, IBinaryInteger<TBits>
{
    public readonly TBits Bits = bits;
    public readonly uint Asn = asn;
    public int Parent = -1;
    public readonly byte Length = length;
    public readonly byte MaxLength = maxLength;
}

/// <summary>
/// The VRPs of one address family; <typeparamref name="TBits"/> is the address, left-aligned (uint or UInt128).
/// </summary>
/// <remarks>
/// Theory of operation. VRPs lie in one array, sorted by address, then shorter first. In that order every prefix stands before all it contains, so each VRP
/// can point to the nearest earlier one that covers it (its parent; VRPs of the same prefix are chained likewise). The VRPs that cover a route are then one
/// chain: the last VRP not after the route in the order, going up until one contains the route (the earlier ones on the chain are its siblings' branches);
/// from there on, all do.
///
/// That last VRP is found by a directory over the upper 16 bits, each entry of which splits its own range by as many further bits as it has VRPs for
/// (log2 of half their number, at most 16), which leaves two or three VRPs to look at, mostly in one cache line; a binary search does the rest where they
/// crowd.
/// </remarks>
internal sealed class VrpFamilyTable<TBits>
    where TBits : unmanaged, IBinaryInteger<TBits>
{
    private static readonly int Width = Unsafe.SizeOf<TBits>() * 8;

    private readonly VrpNode<TBits>[] _nodes;
    private readonly Bucket[] _buckets = new Bucket[1 << 16];
    private readonly int[] _starts;

    /// <summary>Of one value of the upper 16 bits: where its slots begin in <see cref="_starts"/>, and how far the lower 16 bits are shifted to a slot.</summary>
    private readonly struct Bucket(int offset, int shift)
    {
        // Packed, so that the whole directory of a family stays in the second-level cache.
        private readonly uint _packed = ((uint)offset << 5) | (uint)shift;

        public int Offset => (int)(_packed >> 5);

        public int Shift => (int)(_packed & 31);
    }

    public VrpFamilyTable(List<VrpNode<TBits>> vrps)
    {
        _nodes = Distinct(vrps);
        LinkParents(_nodes);
        _starts = BuildDirectory(_nodes, _buckets);
    }

    public int Count => _nodes.Length;

    public ref readonly VrpNode<TBits> this[int index] => ref _nodes[index];

    public long SizeInBytes =>
        ((long)_nodes.Length * Unsafe.SizeOf<VrpNode<TBits>>()) + ((long)_buckets.Length * Unsafe.SizeOf<Bucket>()) + (_starts.Length * 4L);

    public OriginValidity Validate(TBits bits, int length, uint origin)
    {
        VrpNode<TBits>[] nodes = _nodes;
        int at = Deepest(bits, length);
        if ((uint)at >= (uint)nodes.Length)
            return OriginValidity.NotFound;
        if (origin == 0)
            return OriginValidity.Invalid;
        do
        {
            ref readonly VrpNode<TBits> node = ref nodes[at];
            if (node.Asn == origin && length <= node.MaxLength)
                return OriginValidity.Valid;
            at = node.Parent;
        } while ((uint)at < (uint)nodes.Length);
        return OriginValidity.Invalid;
    }

    /// <summary>Brings the nodes that a route needs closer, without waiting for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(TBits bits)
    {
        int before = _starts[Slot(bits)] - 1;
        if (Sse.IsSupported && (uint)before < (uint)_nodes.Length)
            Sse.Prefetch0(Unsafe.AsPointer(ref _nodes[before]));
    }

    /// <summary>Where the first node stands in <see cref="_starts"/> that may come after a route.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(TBits bits)
    {
        uint key = Key(bits);
        Bucket bucket = _buckets[key >> 16];
        return bucket.Offset + (int)((key & 0xFFFF) >> bucket.Shift);
    }

    /// <summary>The longest VRP that covers a prefix, or -1; the others are its parents.</summary>
    public int Deepest(TBits bits, int length)
    {
        VrpNode<TBits>[] nodes = _nodes;
        int slot = Slot(bits);
        int low = _starts[slot],
            high = _starts[slot + 1];
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            ref readonly VrpNode<TBits> node = ref nodes[middle];
            if (node.Bits < bits || (node.Bits == bits && node.Length <= length))
                low = middle + 1;
            else
                high = middle;
        }
        int at = low - 1;
        while ((uint)at < (uint)nodes.Length)
        {
            ref readonly VrpNode<TBits> node = ref nodes[at];
            if (Covers(node.Bits, node.Length, bits))
                return at;
            at = node.Parent;
        }
        return -1;
    }

    /// <summary>The place of one VRP, or -1: VRPs of one prefix stand together at the end of its chain.</summary>
    public int IndexOf(TBits bits, int length, byte maxLength, uint asn)
    {
        for (int at = Deepest(bits, length); at >= 0 && _nodes[at].Length == length; at = _nodes[at].Parent)
            if (_nodes[at].MaxLength == maxLength && _nodes[at].Asn == asn)
                return at;
        return -1;
    }

    /// <summary>Adds what only one of two tables holds: both are in order, and walked once side by side.</summary>
    public static void Difference(VrpFamilyTable<TBits> one, VrpFamilyTable<TBits> other, List<VrpNode<TBits>> into)
    {
        VrpNode<TBits>[] a = one._nodes,
            b = other._nodes;
        int i = 0,
            j = 0;
        while (i < a.Length || j < b.Length)
        {
            int order =
                i == a.Length ? 1
                : j == b.Length ? -1
                : default(Order).Compare(a[i], b[j]);
            if (order != 0)
            {
                VrpNode<TBits> only = order < 0 ? a[i] : b[j];
                into.Add(new VrpNode<TBits>(only.Bits, only.Length, only.MaxLength, only.Asn));
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
    }

    private static bool Covers(TBits prefix, int length, TBits address) =>
        int.CreateTruncating(TBits.LeadingZeroCount(prefix ^ address)) >= length;

    /// <summary>The upper 32 bits.</summary>
    private static uint Key(TBits bits) => uint.CreateTruncating(bits >>> (Width - 32));

    private static VrpNode<TBits>[] Distinct(List<VrpNode<TBits>> vrps)
    {
        Span<VrpNode<TBits>> all = CollectionsMarshal.AsSpan(vrps);
        all.Sort(default(Order));
        int kept = 0;
        for (int i = 0; i < all.Length; i++)
            if (i == 0 || default(Order).Compare(all[kept - 1], all[i]) != 0)
                all[kept++] = all[i];
        return all[..kept].ToArray();
    }

    private static void LinkParents(VrpNode<TBits>[] nodes)
    {
        for (int i = 1; i < nodes.Length; i++)
        {
            int parent = i - 1;
            while (parent >= 0 && !Covers(nodes[parent].Bits, nodes[parent].Length, nodes[i].Bits))
                parent = nodes[parent].Parent;
            nodes[i].Parent = parent;
        }
    }

    private static int[] BuildDirectory(VrpNode<TBits>[] nodes, Bucket[] buckets)
    {
        var starts = new List<int>(buckets.Length + (2 * nodes.Length));
        int next = 0;
        for (int top = 0; top < buckets.Length; top++)
        {
            int end = next;
            while (end < nodes.Length && Key(nodes[end].Bits) >> 16 == top)
                end++;
            int bits = Math.Min(16, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (end - next) / 2))));
            buckets[top] = new Bucket(starts.Count, 16 - bits);
            for (uint slot = 0; slot < 1u << bits; slot++)
            {
                while (next < end && (Key(nodes[next].Bits) & 0xFFFF) >> (16 - bits) < slot)
                    next++;
                starts.Add(next);
            }
            next = end;
        }
        starts.Add(nodes.Length);
        return [.. starts];
    }

    private readonly struct Order : IComparer<VrpNode<TBits>>
    {
        public int Compare(VrpNode<TBits> x, VrpNode<TBits> y)
        {
            int c = x.Bits.CompareTo(y.Bits);
            if (c == 0)
                c = x.Length.CompareTo(y.Length);
            if (c == 0)
                c = x.MaxLength.CompareTo(y.MaxLength);
            return c == 0 ? x.Asn.CompareTo(y.Asn) : c;
        }
    }
}
