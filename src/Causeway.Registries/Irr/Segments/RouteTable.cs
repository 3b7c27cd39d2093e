using Causeway.Primitives;

namespace Causeway.Registries.Irr.Segments;

/// <summary>
/// The routes of one family of one source, in place in the mapped file: sorted by address, length, origin, with an index by origin. A less specific
/// lookup is one binary search and a walk up the chain of parents.
/// </summary>
/// <param name="milestones">Of every <see cref="RouteTable.Stride"/>th route its <see cref="IRouteRecord.Order"/>; empty for none.</param>
internal readonly ref struct RouteTable<T>(
    ReadOnlySpan<T> routes,
    ReadOnlySpan<OriginRecord> origins,
    ReadOnlySpan<uint> byOrigin,
    ReadOnlySpan<ulong> milestones
)
    where T : unmanaged, IRouteRecord
{
    public readonly ReadOnlySpan<T> Routes = routes;
    public readonly ReadOnlySpan<OriginRecord> Origins = origins;
    private readonly ReadOnlySpan<uint> _byOrigin = byOrigin;
    private readonly ReadOnlySpan<ulong> _milestones = milestones;

    /// <summary>The first index whose prefix is not before this one.</summary>
    public int LowerBound(in IpPrefix prefix)
    {
        (int low, int high) = Around(prefix);
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (Routes[middle].CompareTo(prefix) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Where to look: the milestones lie close together and stay in the cache, while each look at a route waits for memory.</summary>
    private (int Low, int High) Around(in IpPrefix prefix)
    {
        ulong wanted = T.OrderOf(prefix);
        int low = 0,
            high = _milestones.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (_milestones[middle] < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        int after = low;
        while (after < _milestones.Length && _milestones[after] == wanted)
            after++;
        return (low == 0 ? 0 : (low - 1) * RouteTable.Stride + 1, after == _milestones.Length ? Routes.Length : after * RouteTable.Stride);
    }

    /// <summary>Indices [start, end) of a prefix.</summary>
    public (int Start, int End) Exact(in IpPrefix prefix)
    {
        int start = LowerBound(prefix);
        int end = start;
        while (end < Routes.Length && Routes[end].CompareTo(prefix) == 0)
            end++;
        return (start, end);
    }

    /// <summary>The place of a prefix and origin, or -1.</summary>
    public int Find(in IpPrefix prefix, uint origin)
    {
        (int start, int end) = Exact(prefix);
        for (int i = start; i < end; i++)
            if (Routes[i].Origin == origin)
                return i;
        return -1;
    }

    /// <summary>The last record of the nearest prefix that properly contains this one; -1 for none.</summary>
    public int NearestCovering(in IpPrefix prefix) => NearestCovering(prefix, LowerBound(prefix));

    /// <param name="prefix">Whose covering records are wanted.</param>
    /// <param name="start">Its <see cref="LowerBound"/>.</param>
    public int NearestCovering(in IpPrefix prefix, int start)
    {
        // The record before in sort order either covers it, or shares with it every covering prefix that exists.
        int index = start - 1;
        while (index >= 0)
        {
            ref readonly T route = ref Routes[index];
            if (route.Prefix.Contains(prefix))
                return index;
            index = ParentOf(index);
        }
        return -1;
    }

    /// <summary>The parent of a record, or -1. A parent always precedes; anything else is damage, and ends the walk.</summary>
    public int ParentOf(int index)
    {
        uint parent = Routes[index].Parent;
        return parent < (uint)index ? (int)parent : -1;
    }

    /// <summary>Indices into the routes, in order of prefix, of one origin.</summary>
    public ReadOnlySpan<uint> OfOrigin(uint asn)
    {
        int low = 0,
            high = Origins.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (Origins[middle].Asn < asn)
                low = middle + 1;
            else
                high = middle;
        }
        return low < Origins.Length && Origins[low].Asn == asn ? OfOriginAt(low) : [];
    }

    /// <summary>As <see cref="OfOrigin"/>, by the position in <see cref="Origins"/>.</summary>
    public ReadOnlySpan<uint> OfOriginAt(int position)
    {
        int start = (int)Origins[position].First;
        int end = position + 1 < Origins.Length ? (int)Origins[position + 1].First : _byOrigin.Length;
        return _byOrigin[start..end];
    }
}

internal static class RouteTable
{
    public const uint None = uint.MaxValue;

    /// <summary>How many routes lie from one milestone to the next.</summary>
    public const int Stride = 32;

    /// <summary>Tables smaller than this are searched as they are.</summary>
    private const int Smallest = 2 * Stride;

    public static ulong[] Milestones<T>(ReadOnlySpan<T> routes)
        where T : unmanaged, IRouteRecord
    {
        if (routes.Length < Smallest)
            return [];
        var milestones = new ulong[(routes.Length + Stride - 1) / Stride];
        for (int i = 0; i < milestones.Length; i++)
            milestones[i] = routes[i * Stride].Order;
        return milestones;
    }
}
