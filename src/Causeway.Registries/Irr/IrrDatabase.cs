using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;
using Causeway.Registries.Irr.Store;

namespace Causeway.Registries.Irr;

/// <summary>
/// All sources at one moment, in order of preference: an immutable view over mapped snapshot files, safe for concurrent use. A refresh makes a new one and
/// swaps it whole (<see cref="IrrStore.Current"/>); whoever holds an old one may go on with it.
/// </summary>
/// <remarks>Public methods end with KeepAlive, since the files stay mapped only as long as this object (or a result) is reachable.</remarks>
public sealed class IrrDatabase
{
    /// <summary>No sources at all.</summary>
    public static readonly IrrDatabase Empty = new([], []);

    private readonly LayeredSegment[] _segments;
    private readonly IrrSource[] _sources;

    internal IrrDatabase(LayeredSegment[] segments, IrrSource[] sources)
    {
        _segments = segments;
        _sources = sources;
    }

    /// <summary>The sources in order of preference: where several have an object of the same name, the first one's counts.</summary>
    public IReadOnlyList<IrrSource> Sources => _sources;

    internal ReadOnlySpan<LayeredSegment> Segments => _segments;

    /// <summary>The same data, seen through these sources only and in this order of preference. Unknown names are left out.</summary>
    public IrrDatabase Restrict(IEnumerable<string> sources)
    {
        int[] chosen = [.. sources.Select(IndexOf).Where(i => i >= 0).Distinct()];
        return new IrrDatabase([.. chosen.Select(i => _segments[i])], [.. chosen.Select(i => _sources[i])]);
    }

    /// <summary>The state of a source by name, in any case; null when it is not loaded.</summary>
    public IrrSource? Source(string name) => IndexOf(name) is >= 0 and int i ? _sources[i] : null;

    internal int IndexOf(string name) => Array.FindIndex(_sources, s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Routes of exactly this prefix, from all sources.</summary>
    public IReadOnlyList<IrrRoute> Exact(IpPrefix prefix)
    {
        var found = new List<IrrRoute>();
        for (int i = 0; i < _segments.Length; i++)
            if (prefix.IsV4)
                AddExact(_segments[i].Routes4, prefix, i, found);
            else
                AddExact(_segments[i].Routes6, prefix, i, found);
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Routes whose prefix is this one or contains it: what proves, or contradicts, a claim to it. Shortest first within each source.</summary>
    public IReadOnlyList<IrrRoute> Covering(IpPrefix prefix)
    {
        var found = new List<IrrRoute>();
        for (int i = 0; i < _segments.Length; i++)
            if (prefix.IsV4)
                AddCovering(_segments[i].Routes4, prefix, i, found);
            else
                AddCovering(_segments[i].Routes6, prefix, i, found);
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Networks (<c>inetnum</c>, <c>inet6num</c>) that contain a prefix and carry a certificate, the smallest first.</summary>
    public IReadOnlyList<IrrNetwork> Networks(IpPrefix prefix)
    {
        var asked = AddressRange.Of(prefix);
        var found = new List<IrrNetwork>();
        for (int i = 0; i < _segments.Length; i++)
            // Those with a certificate are so few that a walk will do.
            foreach (ref readonly NetworkRecord record in _segments[i].Base.Networks)
                if (record.Range.Contains(asked))
                    found.Add(new IrrNetwork(_sources[i], _segments[i].Base, record.Range, new TextRef(record.TextPacked)));
        GC.KeepAlive(this);
        return [.. found.OrderBy(n => n.Range.Last - n.Range.First)];
    }

    /// <summary>Routes of the nearest less specific prefix of each source, the prefix itself excluded.</summary>
    public IReadOnlyList<IrrRoute> NearestCovering(IpPrefix prefix)
    {
        var found = new List<IrrRoute>();
        for (int i = 0; i < _segments.Length; i++)
            if (prefix.IsV4)
                AddNearest(_segments[i].Routes4, prefix, i, found);
            else
                AddNearest(_segments[i].Routes6, prefix, i, found);
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Routes strictly inside a prefix, in order of prefix within each source, at most <paramref name="limit"/> of them.</summary>
    public IReadOnlyList<IrrRoute> Inside(IpPrefix prefix, int limit = int.MaxValue)
    {
        var found = new List<IrrRoute>();
        for (int i = 0; i < _segments.Length; i++)
            if (prefix.IsV4)
                AddInside(_segments[i].Routes4, prefix, i, found, limit);
            else
                AddInside(_segments[i].Routes6, prefix, i, found, limit);
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Routes of an origin, IPv4 before IPv6, at most <paramref name="limit"/> of them.</summary>
    public IReadOnlyList<IrrRoute> ByOrigin(Asn origin, IpFamily? family = null, int limit = int.MaxValue)
    {
        var found = new List<IrrRoute>();
        for (int i = 0; i < _segments.Length; i++)
        {
            if (family is null or IpFamily.V4)
                AddByOrigin(_segments[i].Routes4, origin, i, found, limit);
            if (family is null or IpFamily.V6)
                AddByOrigin(_segments[i].Routes6, origin, i, found, limit);
        }
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>True when some source has a route of this origin whose prefix is or contains this one. Allocates nothing.</summary>
    public bool IsCovered(IpPrefix prefix, Asn origin)
    {
        bool covered = false;
        foreach (LayeredSegment segment in _segments)
            if (covered = prefix.IsV4 ? IsCovered(segment.Routes4, prefix, origin.Value) : IsCovered(segment.Routes6, prefix, origin.Value))
                break;
        GC.KeepAlive(this);
        return covered;
    }

    /// <summary>The distinct prefixes of one family that any of these origins may announce, in order.</summary>
    public IpPrefix[] PrefixesOf(IEnumerable<Asn> origins, IpFamily family) => PrefixesOf([.. origins.Select(o => o.Value)], family);

    internal IpPrefix[] PrefixesOf(uint[] origins, IpFamily family)
    {
        Array.Sort(origins);
        IpPrefix[] prefixes = family == IpFamily.V4 ? OriginPrefixes.V4(_segments, origins) : OriginPrefixes.V6(_segments, origins);
        GC.KeepAlive(this);
        return prefixes;
    }

    /// <summary>A set by name (<c>AS-EXAMPLE</c>, <c>AS64496:AS-EXAMPLE</c>, <c>SOURCE::AS-EXAMPLE</c>) from the first source that has it.</summary>
    public IrrSet? FindSet(string name, RpslClass? kind = null)
    {
        if (
            name.Length > RpslValue.MaxName
            || !Ascii.IsValid(name)
            || !FindSet(Encoding.ASCII.GetBytes(name.ToUpperInvariant()), kind, out SetId id)
        )
            return null;
        return Set(id);
    }

    internal IrrSet Set(SetId id) => new(_sources[id.Source], id.Segment, id.Record);

    /// <summary>All sets of a name, one per source that has it, in order of preference.</summary>
    public IReadOnlyList<IrrSet> FindSets(string name, RpslClass? kind = null)
    {
        var found = new List<IrrSet>();
        if (name.Length > RpslValue.MaxName || !Ascii.IsValid(name))
            return found;
        byte[] upper = Encoding.ASCII.GetBytes(name.ToUpperInvariant());
        for (int i = 0; i < _segments.Length; i++)
            if (_segments[i].FindSet(upper, kind, out IrrSegment segment) is >= 0 and int index)
                found.Add(Set(new SetId(i, segment, index)));
        GC.KeepAlive(this);
        return found;
    }

    /// <param name="upperName">In upper case, with <c>SOURCE::</c> in front if wanted.</param>
    internal bool FindSet(ReadOnlySpan<byte> upperName, RpslClass? kind, out SetId id)
    {
        id = default;
        int scope = upperName.IndexOf("::"u8);
        if (scope > 0)
        {
            int source = IndexOf(Encoding.ASCII.GetString(upperName[..scope]));
            return source >= 0 && FindSet(source, upperName[(scope + 2)..], kind, out id);
        }
        for (int i = 0; i < _segments.Length; i++)
            if (FindSet(i, upperName, kind, out id))
                return true;
        return false;
    }

    private bool FindSet(int source, ReadOnlySpan<byte> upperName, RpslClass? kind, out SetId id)
    {
        int index = _segments[source].FindSet(upperName, kind, out IrrSegment segment);
        id = new SetId(source, segment, index);
        return index >= 0;
    }

    /// <summary>Follows an as-set down to AS numbers. Loops, missing members and depth never make it fail; the result names them.</summary>
    /// <param name="name">As for <see cref="FindSet(string, RpslClass?)"/>; an AS number expands to itself.</param>
    public AsSetExpansion ExpandAsSet(string name, ExpansionOptions? options = null) =>
        SetExpander.AsSet(this, name, options ?? new ExpansionOptions());

    /// <summary>Follows a route-set down to prefixes, through route-sets, as-sets and AS numbers.</summary>
    public RouteSetExpansion ExpandRouteSet(string name, ExpansionOptions? options = null) =>
        SetExpander.RouteSet(this, name, options ?? new ExpansionOptions());

    /// <summary>The aut-num objects of an AS number, one per source that has it.</summary>
    public IReadOnlyList<IrrObject> AutNum(Asn asn)
    {
        var found = new List<IrrObject>();
        for (int i = 0; i < _segments.Length; i++)
            if (_segments[i].Base.TryAutNum(asn.Value, out KeyedRecord record))
                found.Add(new IrrObject(_sources[i], _segments[i].Base, RpslClass.AutNum, $"AS{asn}", new TextRef(record.TextPacked)));
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>The maintainers of a name, one per source that has it.</summary>
    public IReadOnlyList<IrrObject> Mntner(string name)
    {
        var found = new List<IrrObject>();
        byte[] upper = Encoding.ASCII.GetBytes(name.ToUpperInvariant());
        for (int i = 0; i < _segments.Length; i++)
            if (_segments[i].Base.TryMntner(upper, out KeyedRecord record))
                found.Add(
                    new IrrObject(_sources[i], _segments[i].Base, RpslClass.Mntner, name.ToUpperInvariant(), new TextRef(record.TextPacked))
                );
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Adds a record of one of a source's two tables, unless it does not count any more.</summary>
    private void Add<T>(int source, in LayeredRoutes<T> routes, bool above, int index, List<IrrRoute> found)
        where T : unmanaged, IRouteRecord
    {
        if (!above && routes.Hides(index))
            return;
        ref readonly T route = ref (above ? routes.Above : routes.Below).Routes[index];
        IrrSegment segment = above ? _segments[source].Delta! : _segments[source].Base;
        found.Add(new(_sources[source], segment, route.Prefix, new Asn(route.Origin), route.Maintainers, route.Text));
    }

    private void AddExact<T>(LayeredRoutes<T> routes, IpPrefix prefix, int source, List<IrrRoute> found)
        where T : unmanaged, IRouteRecord
    {
        int before = found.Count;
        foreach (bool above in s_layers)
        {
            (int start, int end) = (above ? routes.Above : routes.Below).Exact(prefix);
            for (int i = start; i < end; i++)
                Add(source, routes, above, i, found);
        }
        Order(found, before, routes);
    }

    private void AddCovering<T>(LayeredRoutes<T> routes, IpPrefix prefix, int source, List<IrrRoute> found)
        where T : unmanaged, IRouteRecord
    {
        int before = found.Count;
        foreach (bool above in s_layers)
        {
            RouteTable<T> table = above ? routes.Above : routes.Below;
            int begin = found.Count;
            int exact = table.LowerBound(prefix);
            int index = table.NearestCovering(prefix, exact);
            while (index >= 0)
            {
                // All origins of one prefix are neighbours; their parent is the same.
                IpPrefix covering = table.Routes[index].Prefix;
                for (int i = index; i >= 0 && table.Routes[i].Prefix == covering; i--)
                    Add(source, routes, above, i, found);
                index = table.ParentOf(index);
            }
            found.Reverse(begin, found.Count - begin);
            for (int i = exact; i < table.Routes.Length && table.Routes[i].CompareTo(prefix) == 0; i++)
                Add(source, routes, above, i, found);
        }
        Order(found, before, routes);
    }

    private void AddNearest<T>(LayeredRoutes<T> routes, IpPrefix prefix, int source, List<IrrRoute> found)
        where T : unmanaged, IRouteRecord
    {
        var around = new List<IrrRoute>();
        AddCovering(routes, prefix, source, around);
        around.RemoveAll(r => r.Prefix == prefix);
        found.AddRange(around.Where(r => r.Prefix == around[^1].Prefix));
    }

    private void AddInside<T>(LayeredRoutes<T> routes, IpPrefix prefix, int source, List<IrrRoute> found, int limit)
        where T : unmanaged, IRouteRecord
    {
        int before = found.Count;
        foreach (bool above in s_layers)
        {
            RouteTable<T> table = above ? routes.Above : routes.Below;
            int begin = found.Count;
            for (
                int i = table.LowerBound(prefix);
                i < table.Routes.Length && before + found.Count - begin < limit && prefix.Contains(table.Routes[i].Prefix);
                i++
            )
                if (table.Routes[i].Prefix != prefix)
                    Add(source, routes, above, i, found);
        }
        Order(found, before, routes, limit);
    }

    private void AddByOrigin<T>(LayeredRoutes<T> routes, Asn origin, int source, List<IrrRoute> found, int limit)
        where T : unmanaged, IRouteRecord
    {
        int before = found.Count;
        foreach (bool above in s_layers)
        {
            int begin = found.Count;
            foreach (uint index in (above ? routes.Above : routes.Below).OfOrigin(origin.Value))
            {
                if (before + found.Count - begin >= limit)
                    break;
                Add(source, routes, above, (int)index, found);
            }
        }
        Order(found, before, routes, limit);
    }

    /// <summary>Base, then delta.</summary>
    private static readonly bool[] s_layers = [false, true];

    /// <summary>Puts what both tables of a source gave in one order: of prefix, then of origin. What one of them gave is in it.</summary>
    private static void Order<T>(List<IrrRoute> found, int from, in LayeredRoutes<T> routes, int limit = int.MaxValue)
        where T : unmanaged, IRouteRecord
    {
        if (routes.Above.Routes.IsEmpty)
            return;
        found.Sort(from, found.Count - from, s_inOrder);
        if (found.Count > limit)
            found.RemoveRange(Math.Max(from, limit), found.Count - Math.Max(from, limit));
    }

    private static readonly Comparer<IrrRoute> s_inOrder = Comparer<IrrRoute>.Create(
        (a, b) => a.Prefix.CompareTo(b.Prefix) is not 0 and int order ? order : a.Origin.CompareTo(b.Origin)
    );

    private static bool IsCovered<T>(LayeredRoutes<T> routes, IpPrefix prefix, uint origin)
        where T : unmanaged, IRouteRecord =>
        IsCovered(routes.Below, routes, prefix, origin) || IsCovered(routes.Above, default, prefix, origin);

    /// <param name="over">What hides records of the table, if anything does.</param>
    private static bool IsCovered<T>(RouteTable<T> table, LayeredRoutes<T> over, IpPrefix prefix, uint origin)
        where T : unmanaged, IRouteRecord
    {
        (int start, int end) = table.Exact(prefix);
        for (int i = start; i < end; i++)
            if (table.Routes[i].Origin == origin && !over.Hides(i))
                return true;
        for (int index = table.NearestCovering(prefix, start); index >= 0; index = table.ParentOf(index))
        {
            IpPrefix covering = table.Routes[index].Prefix;
            for (int i = index; i >= 0 && table.Routes[i].Prefix == covering; i--)
                if (table.Routes[i].Origin == origin && !over.Hides(i))
                    return true;
        }
        return false;
    }
}

/// <summary>A set by position: of which source, in which of its segments, which record.</summary>
internal readonly record struct SetId(int Source, IrrSegment Segment, int Index)
{
    public SetRecord Record => Segment.Sets[Index];
}
