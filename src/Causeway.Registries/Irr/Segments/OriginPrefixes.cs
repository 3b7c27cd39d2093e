using System.Runtime.InteropServices;
using Causeway.Primitives;

namespace Causeway.Registries.Irr.Segments;

/// <summary>
/// Gathers the prefixes of many origins at once. Both the wanted origins and each source's list of origins are sorted, so the two are walked side by side
/// with growing strides; asking for each origin in each source by itself costs ten times as much for the large sets of real peers.
/// </summary>
internal static class OriginPrefixes
{
    public static IpPrefix[] V4(ReadOnlySpan<LayeredSegment> sources, ReadOnlySpan<uint> sortedOrigins)
    {
        // Address and length in one number: sorts three times faster than prefixes.
        var keys = new List<ulong>();
        foreach (LayeredSegment source in sources)
        {
            LayeredRoutes<RouteRecord4> routes = source.Routes4;
            Gather(routes.Below, routes, sortedOrigins, keys, Key);
            Gather(routes.Above, default, sortedOrigins, keys, Key);
        }
        Span<ulong> sorted = CollectionsMarshal.AsSpan(keys);
        sorted.Sort();
        int distinct = Distinct(sorted);
        var prefixes = new IpPrefix[distinct];
        for (int i = 0; i < distinct; i++)
            prefixes[i] = IpPrefix.V4((uint)(sorted[i] >> 8), Math.Min((int)(sorted[i] & 0xFF), 32));
        return prefixes;

        static ulong Key(RouteRecord4 route) => ((ulong)route.Address << 8) | route.Length;
    }

    public static IpPrefix[] V6(ReadOnlySpan<LayeredSegment> sources, ReadOnlySpan<uint> sortedOrigins)
    {
        var prefixes = new List<IpPrefix>();
        foreach (LayeredSegment source in sources)
        {
            LayeredRoutes<RouteRecord6> routes = source.Routes6;
            Gather(routes.Below, routes, sortedOrigins, prefixes, r => r.Prefix);
            Gather(routes.Above, default, sortedOrigins, prefixes, r => r.Prefix);
        }
        Span<IpPrefix> sorted = CollectionsMarshal.AsSpan(prefixes);
        sorted.Sort();
        return sorted[..Distinct(sorted)].ToArray();
    }

    /// <param name="over">What hides records of the table, if anything does.</param>
    private static void Gather<T, TKey>(
        RouteTable<T> table,
        LayeredRoutes<T> over,
        ReadOnlySpan<uint> sortedOrigins,
        List<TKey> into,
        Func<T, TKey> key
    )
        where T : unmanaged, IRouteRecord
    {
        int at = 0;
        foreach (uint origin in sortedOrigins)
        {
            at = Seek(table.Origins, at, origin);
            if (at < table.Origins.Length && table.Origins[at].Asn == origin)
                foreach (uint index in table.OfOriginAt(at))
                    if (!over.Hides((int)index))
                        into.Add(key(table.Routes[(int)index]));
        }
    }

    /// <summary>The first position from <paramref name="from"/> on whose origin is not below the wanted one.</summary>
    private static int Seek(ReadOnlySpan<OriginRecord> origins, int from, uint wanted)
    {
        int stride = 1;
        int low = from;
        while (low + stride < origins.Length && origins[low + stride].Asn < wanted)
        {
            low += stride;
            stride *= 2;
        }
        int high = Math.Min(low + stride, origins.Length);
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (origins[middle].Asn < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static int Distinct<T>(Span<T> sorted)
        where T : IEquatable<T>
    {
        int n = 0;
        for (int i = 0; i < sorted.Length; i++)
            if (n == 0 || !sorted[i].Equals(sorted[n - 1]))
                sorted[n++] = sorted[i];
        return n;
    }
}
