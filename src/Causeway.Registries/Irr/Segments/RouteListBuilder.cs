using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Segments;

/// <summary>Collects the routes of one family as they come, then sorts them, drops repeated keys (the later wins), links parents and indexes origins.</summary>
internal sealed class RouteListBuilder<T>
    where T : unmanaged, IRouteRecord
{
    // In pieces, since one array that doubles would at times hold three times what is in it, for each of twenty sources.
    private const int PieceBits = 14;
    private const int PieceLength = 1 << PieceBits;

    /// <summary>The largest public source has a tenth of this.</summary>
    private const int MaxRoutes = 1 << 24;

    private readonly List<T[]> _pieces = [];

    public int Count { get; private set; }

    private ref T this[int index] => ref _pieces[index >> PieceBits][index & (PieceLength - 1)];

    public void Add(in T record)
    {
        if (Count == MaxRoutes)
            throw new InvalidDataException($"One source holds more than {MaxRoutes:N0} routes of one family.");
        if (Count == _pieces.Count * PieceLength)
            _pieces.Add(new T[PieceLength]);
        this[Count++] = record;
    }

    /// <summary>Takes the records of an earlier segment, except those of the prefixes and origins named.</summary>
    public void CopyFrom(RouteTable<T> earlier, IEnumerable<RpslObjectKey.Route> except)
    {
        ReadOnlySpan<T> routes = earlier.Routes;
        var dropped = new HashSet<int>();
        foreach (RpslObjectKey.Route key in except)
        {
            (int start, int end) = earlier.Exact(key.Prefix);
            for (int i = start; i < end; i++)
                if (routes[i].Origin == key.Origin.Value)
                    dropped.Add(i);
        }
        for (int i = 0; i < routes.Length; i++)
            if (!dropped.Contains(i))
                Add(routes[i]);
    }

    /// <summary>Moves text references, when the text was rewritten.</summary>
    public void Relocate(Func<TextRef, TextRef> move)
    {
        for (int i = 0; i < Count; i++)
            this[i].Text = move(this[i].Text);
    }

    public IEnumerable<TextRef> Texts()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i].Text;
    }

    /// <summary>Sorts and writes the three sections; returns how many repeated keys were dropped.</summary>
    public int Write(SnapshotWriter writer, uint routesId, uint originsId, uint byOriginId)
    {
        int added = Count;
        T[] sorted = Sort();
        int kept = DropRepeated(sorted);
        Span<T> routes = sorted.AsSpan(0, kept);
        LinkParents(routes);
        writer.Add<T>(routesId, routes);

        var keys = new ulong[kept];
        for (int i = 0; i < kept; i++)
            keys[i] = ((ulong)routes[i].Origin << 32) | (uint)i;
        Array.Sort(keys);
        var byOrigin = new uint[kept];
        var origins = new List<OriginRecord>();
        for (int i = 0; i < kept; i++)
        {
            uint origin = (uint)(keys[i] >> 32);
            if (i == 0 || origin != origins[^1].Asn)
                origins.Add(new OriginRecord { Asn = origin, First = (uint)i });
            byOrigin[i] = (uint)keys[i];
        }
        writer.Add<OriginRecord>(originsId, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(origins));
        writer.Add<uint>(byOriginId, byOrigin);
        Count = 0;
        return added - kept;
    }

    /// <summary>
    /// The records ordered by prefix and then by arrival, and no longer held here. Through plain integer keys: a comparer on the records themselves would cost
    /// four times as much.
    /// </summary>
    private T[] Sort()
    {
        var sorted = new T[Count];
        if (typeof(T) == typeof(RouteRecord4))
        {
            // 32 bits of address, 6 of length, 26 of arrival: more than MaxRoutes.
            var keys = new ulong[Count];
            for (int i = 0; i < keys.Length; i++)
            {
                IpPrefix prefix = this[i].Prefix;
                keys[i] = ((ulong)prefix.V4Bits << 32) | ((ulong)prefix.Length << 26) | (uint)i;
            }
            Array.Sort(keys);
            for (int i = 0; i < keys.Length; i++)
                sorted[i] = this[(int)(keys[i] & 0x3FF_FFFF)];
        }
        else
        {
            var keys = new (UInt128 Bits, ulong LengthAndArrival)[Count];
            for (int i = 0; i < keys.Length; i++)
            {
                IpPrefix prefix = this[i].Prefix;
                keys[i] = (prefix.Bits, ((ulong)prefix.Length << 32) | (uint)i);
            }
            Array.Sort(
                keys,
                static (a, b) =>
                {
                    int c = a.Bits.CompareTo(b.Bits);
                    return c != 0 ? c : a.LengthAndArrival.CompareTo(b.LengthAndArrival);
                }
            );
            for (int i = 0; i < keys.Length; i++)
                sorted[i] = this[(int)(uint)keys[i].LengthAndArrival];
        }
        _pieces.Clear();
        return sorted;
    }

    /// <summary>Within one prefix orders by origin and keeps the last arrival of each; returns the new count.</summary>
    private static int DropRepeated(Span<T> sorted)
    {
        int kept = 0;
        for (int start = 0; start < sorted.Length; )
        {
            IpPrefix prefix = sorted[start].Prefix;
            int end = start + 1;
            while (end < sorted.Length && sorted[end].Prefix == prefix)
                end++;
            if (end - start == 1)
                sorted[kept++] = sorted[start];
            else
            {
                // Insertion sort when few (nearly always), stable so that arrival decides among equal origins.
                Span<T> group = sorted[start..end];
                if (group.Length > 64)
                    SortLargeGroup(group);
                else
                    for (int i = 1; i < group.Length; i++)
                    {
                        T record = group[i];
                        int j = i - 1;
                        for (; j >= 0 && group[j].Origin > record.Origin; j--)
                            group[j + 1] = group[j];
                        group[j + 1] = record;
                    }
                for (int i = 0; i < group.Length; i++)
                    if (i + 1 == group.Length || group[i + 1].Origin != group[i].Origin)
                        sorted[kept++] = group[i];
            }
            start = end;
        }
        return kept;
    }

    private static void SortLargeGroup(Span<T> group)
    {
        T[] ordered = [.. group.ToArray().OrderBy(r => r.Origin)];
        ordered.CopyTo(group);
    }

    private static void LinkParents(Span<T> routes)
    {
        // The chain of prefixes that cover the present one, as indices of their last records.
        Span<int> chain = stackalloc int[130];
        int depth = 0;
        for (int start = 0; start < routes.Length; )
        {
            IpPrefix prefix = routes[start].Prefix;
            while (depth > 0 && !routes[chain[depth - 1]].Prefix.Contains(prefix))
                depth--;
            uint parent = depth > 0 ? (uint)chain[depth - 1] : RouteTable.None;
            int end = start;
            while (end < routes.Length && routes[end].Prefix == prefix)
                routes[end++].Parent = parent;
            chain[depth++] = end - 1;
            start = end;
        }
    }
}
