using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Prefixes;

/// <summary>
/// A VRP table laid out for validating routes as fast as they come in.
/// </summary>
/// <remarks>
/// IPv4 VRPs stand in one array of 8-byte entries, grouped by the first 16 bits of the address; a directory of 65,537 positions tells where each group begins.
/// A VRP shorter than /16 stands in every group that it covers. A group is mostly one or two cache lines, which the ingest asks for ahead of time
/// (<see cref="Prefetch"/>), and is looked through from end to end. Routes shorter than /16, groups that somebody filled with very many ROAs, and IPv6 go to
/// the <see cref="VrpTable"/> itself.
/// </remarks>
internal sealed class OriginIndex
{
    /// <summary>Beyond this a search in the table is faster than looking through a group.</summary>
    private const int LargestGroup = 64;

    private const int GroupBits = 16;

    // Entry: ASN in bits 0–31, the second half of the address in 32–47, length - 16 in 48–52, maximum length - 15 (0: never) in 53–57.
    private readonly ulong[] _entries;
    private readonly int[] _directory = new int[(1 << GroupBits) + 1];

    private static readonly ConditionalWeakTable<VrpTable, OriginIndex> Made = [];

    /// <summary>The index of a table, made once for all instances that validate against it.</summary>
    public static OriginIndex Of(VrpTable vrps) => Made.GetValue(vrps, static v => new OriginIndex(v));

    // Weakly, by the index before: a chain of all that ever were would otherwise hang on the last.
    private readonly ConditionalWeakTable<OriginIndex, VrpTable> _changes = [];

    public VrpTable Vrps { get; }

    /// <summary>
    /// What came or went since another index, found once for all instances that go from that one to this: a route that none of it covers is what it was.
    /// </summary>
    public VrpTable ChangedSince(OriginIndex before) => _changes.GetValue(before, was => VrpTable.Difference(was.Vrps, Vrps));

    public OriginIndex(VrpTable vrps)
    {
        Vrps = vrps;
        // Two passes over the table in order: how large each group is, then the entries, each group at its place.
        foreach (Vrp vrp in vrps.All)
            if (vrp.Prefix.IsV4)
                for (int group = First(vrp), end = End(vrp); group < end; group++)
                    _directory[group + 1]++;
        for (int group = 0; group < 1 << GroupBits; group++)
            _directory[group + 1] += _directory[group];
        _entries = new ulong[_directory[1 << GroupBits]];
        var at = (int[])_directory.Clone();
        foreach (Vrp vrp in vrps.All)
            if (vrp.Prefix.IsV4)
                for (int group = First(vrp), end = End(vrp); group < end; group++)
                    _entries[at[group]++] = Entry(vrp);
    }

    private static int First(in Vrp vrp) => (int)(vrp.Prefix.V4Bits >> GroupBits);

    private static int End(in Vrp vrp) => First(vrp) + (vrp.Prefix.Length >= GroupBits ? 1 : 1 << (GroupBits - vrp.Prefix.Length));

    private static ulong Entry(in Vrp vrp)
    {
        uint half = vrp.Prefix.Length > GroupBits ? vrp.Prefix.V4Bits & 0xFFFF : 0;
        int length = Math.Max(vrp.Prefix.Length - GroupBits, 0);
        int maximum = Math.Max(vrp.MaxLength - GroupBits + 1, 0);
        return vrp.Asn.Value | (ulong)half << 32 | (ulong)length << 48 | (ulong)maximum << 53;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(V4Key key)
    {
        int at = _directory[(int)(key.Packed >> 24)];
        if (Sse.IsSupported && at < _entries.Length)
        {
            void* entry = Unsafe.AsPointer(ref _entries[at]);
            Sse.Prefetch0(entry);
            Sse.Prefetch0((byte*)entry + 64);
        }
    }

    [MethodImpl(Jit.Hot)]
    public RouteValidity Validate(V4Key key, uint origin)
    {
        int group = (int)(key.Packed >> 24);
        int first = _directory[group];
        int count = _directory[group + 1] - first;
        int length = key.Length - GroupBits;
        if (length < 0 || count > LargestGroup)
            return Ask(key.ToPrefix(), origin);
        uint half = (uint)(key.Packed >> 8) & 0xFFFF;
        ReadOnlySpan<ulong> entries = _entries.AsSpan(first, count);
        bool covered = false;
        int at = 0;
        if (Avx2.IsSupported)
            for (; at + 4 <= entries.Length; at += 4)
            for (uint found = CoveringOfFour(entries.Slice(at, 4), half, length); found != 0; found &= found - 1)
            {
                covered = true;
                if (Permits(entries[at + BitOperations.TrailingZeroCount(found)], length, origin))
                    return RouteValidity.Valid;
            }
        for (; at < entries.Length; at++)
        {
            int entryLength = (int)(entries[at] >> 48) & 31;
            if (entryLength > length || (((uint)(entries[at] >> 32) & 0xFFFF) ^ half) >> (GroupBits - entryLength) != 0)
                continue;
            covered = true;
            if (Permits(entries[at], length, origin))
                return RouteValidity.Valid;
        }
        return covered ? RouteValidity.Invalid : RouteValidity.NotFound;
    }

    // AS 0 makes no route valid (RFC 6483 §4).
    private static bool Permits(ulong entry, int length, uint origin) =>
        (uint)entry == origin && length < (int)(entry >> 53) && origin != 0;

    /// <summary>The same look at four entries at once: bit by bit, those that cover the route.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CoveringOfFour(ReadOnlySpan<ulong> entries, uint half, int length)
    {
        Vector256<ulong> four = Vector256.Create(entries);
        Vector256<ulong> lengths = (four >>> 48) & Vector256.Create(31ul);
        Vector256<ulong> differing = ((four >>> 32) ^ Vector256.Create((ulong)half)) & Vector256.Create(0xFFFFul);
        Vector256<ulong> inside = Vector256.Equals(
            Avx2.ShiftRightLogicalVariable(differing, Vector256.Create((ulong)GroupBits) - lengths),
            Vector256<ulong>.Zero
        );
        Vector256<long> longer = Vector256.GreaterThan(lengths.AsInt64(), Vector256.Create((long)length));
        return Vector256.AndNot(inside, longer.AsUInt64()).ExtractMostSignificantBits();
    }

    public RouteValidity Ask(in IpPrefix prefix, uint origin) => (RouteValidity)(Vrps.Validate(prefix, new Asn(origin)) + 1);
}

/// <summary>Origin validity of a stored route; unknown until a policy asks.</summary>
internal enum RouteValidity : byte
{
    Unknown = 0,
    Valid = 1,
    NotFound = 2,
    Invalid = 3,
}
