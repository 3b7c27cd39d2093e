using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Segments;

/// <summary>One source: a segment, and over it perhaps a small one of the routes and sets that came, changed or went since. Immutable; safe for concurrent use.</summary>
/// <remarks>
/// A mirror brings a handful of objects a minute to sources of more than a million. To write the source's whole segment anew for them takes most of a second,
/// so they go into a segment of their own, the delta, which is written anew at each step and names the records of the segment below that it hides, by their place.
/// Only routes do that ask to be in no set, and only sets that let nobody in by asking (<c>mbrs-by-ref</c>), so that who is in a set can be told from the segment that it
/// stands in: all other objects are always in the base. When the delta has grown, or anything else changes, both
/// become one base again (<see cref="Store.IrrChange"/>). Both files are named by the same manifest, which is replaced whole, so a crash leaves one state or the other.
/// </remarks>
internal sealed class LayeredSegment
{
    public LayeredSegment(IrrSegment @base, IrrSegment? delta = null)
    {
        Base = @base;
        Delta = delta;
        Meta = delta is null
            ? @base.Meta
            : @base.Meta with
            {
                Serial = delta.Meta.Serial,
                LoadedAt = delta.Meta.LoadedAt,
                DataTime = delta.Meta.DataTime,
                Origin = delta.Meta.Origin,
                Problems = delta.Meta.Problems,
                Routes4 = @base.Meta.Routes4 - delta.Hidden4.Length + delta.Meta.Routes4,
                Routes6 = @base.Meta.Routes6 - delta.Hidden6.Length + delta.Meta.Routes6,
                AsSets = @base.Meta.AsSets - HiddenOf(RpslClass.AsSet) + delta.Meta.AsSets,
                RouteSets = @base.Meta.RouteSets - HiddenOf(RpslClass.RouteSet) + delta.Meta.RouteSets,
            };

        int HiddenOf(RpslClass kind)
        {
            int hidden = 0;
            foreach (uint index in delta.HiddenSets)
                if (@base.Sets[(int)index].Class == kind)
                    hidden++;
            return hidden;
        }
    }

    /// <summary>All objects but those that <see cref="Delta"/> hides.</summary>
    public IrrSegment Base { get; }

    /// <summary>Routes and sets of since; null when there are none.</summary>
    public IrrSegment? Delta { get; }

    /// <summary>Of both together.</summary>
    public SegmentMeta Meta { get; }

    /// <summary>Bytes of the files.</summary>
    public long FileLength => Base.FileLength + (Delta?.FileLength ?? 0);

    /// <summary>The file that was written last.</summary>
    public string NewestPath => Delta?.Path ?? Base.Path;

    public LayeredRoutes<RouteRecord4> Routes4 =>
        Delta is null ? new(Base.Routes4, default, default) : new(Base.Routes4, Delta.Routes4, Delta.Hidden4);

    public LayeredRoutes<RouteRecord6> Routes6 =>
        Delta is null ? new(Base.Routes6, default, default) : new(Base.Routes6, Delta.Routes6, Delta.Hidden6);

    /// <summary>Finds a set by its name in upper case and, if given, its class.</summary>
    /// <param name="segment">The segment that it is in.</param>
    /// <returns>Its index in that segment; -1 when there is none.</returns>
    public int FindSet(ReadOnlySpan<byte> upperName, RpslClass? kind, out IrrSegment segment)
    {
        segment = Base;
        if (Delta is null)
            return Base.FindSet(upperName, kind);
        if (Delta.FindSet(upperName, kind) is >= 0 and int above)
        {
            segment = Delta;
            return above;
        }
        return Base.FindSet(upperName, kind, Delta.HiddenSets);
    }

    /// <summary>Whether a set of the base does not count any more.</summary>
    public bool HidesSet(int index) => Delta is not null && Delta.HiddenSets.BinarySearch((uint)index) >= 0;

    /// <inheritdoc cref="IrrSegment.Verify"/>
    public string? Verify() => Base.Verify() ?? Delta?.Verify();
}

/// <summary>The route objects of one family of one source. Both tables are in order of prefix, then of origin, and so is <see cref="Walk"/>.</summary>
/// <param name="below">The base.</param>
/// <param name="above">The delta.</param>
/// <param name="hidden">Places in the base, ascending, of records that do not count any more.</param>
internal readonly ref struct LayeredRoutes<T>(RouteTable<T> below, RouteTable<T> above, ReadOnlySpan<uint> hidden)
    where T : unmanaged, IRouteRecord
{
    public readonly RouteTable<T> Below = below;
    public readonly RouteTable<T> Above = above;
    public readonly ReadOnlySpan<uint> Hidden = hidden;

    /// <summary>Whether a record of the base does not count any more.</summary>
    public bool Hides(int index) => !Hidden.IsEmpty && Hidden.BinarySearch((uint)index) >= 0;

    /// <summary>All that count, in order.</summary>
    public RouteWalk<T> Walk() => new(this);

    /// <summary>How many of these another state does not have: a route object is the same while its prefix and its origin are.</summary>
    /// <param name="isLaidOver">Both lie over one base, so that only what lies over it can differ.</param>
    public int Gone(LayeredRoutes<T> after, bool isLaidOver)
    {
        int gone = 0;
        if (isLaidOver)
        {
            foreach (uint index in after.Hidden)
                if (!Hides((int)index) && !after.Has(Below.Routes[(int)index]))
                    gone++;
            foreach (ref readonly T route in Above.Routes)
                if (!after.Has(route))
                    gone++;
            return gone;
        }
        RouteWalk<T> ours = Walk(),
            theirs = after.Walk();
        bool has = theirs.Next();
        while (ours.Next())
        {
            while (has && RouteWalk<T>.IsBefore(theirs.Current, ours.Current))
                has = theirs.Next();
            if (!has || RouteWalk<T>.IsBefore(ours.Current, theirs.Current))
                gone++;
        }
        return gone;
    }

    private bool Has(in T route) =>
        Above.Find(route.Prefix, route.Origin) >= 0 || (Below.Find(route.Prefix, route.Origin) is >= 0 and int index && !Hides(index));
}

/// <summary>Walks the route objects that count, in order.</summary>
internal ref struct RouteWalk<T>(LayeredRoutes<T> routes)
    where T : unmanaged, IRouteRecord
{
    private readonly LayeredRoutes<T> _routes = routes;
    private int _below;
    private int _above;
    private int _hidden;

    public T Current { get; private set; }

    public bool Next()
    {
        for (; _hidden < _routes.Hidden.Length && _routes.Hidden[_hidden] == _below; _hidden++)
            _below++;
        bool hasBelow = _below < _routes.Below.Routes.Length;
        if (_above < _routes.Above.Routes.Length && (!hasBelow || IsBefore(_routes.Above.Routes[_above], _routes.Below.Routes[_below])))
            Current = _routes.Above.Routes[_above++];
        else if (hasBelow)
            Current = _routes.Below.Routes[_below++];
        else
            return false;
        return true;
    }

    public static bool IsBefore(in T a, in T b)
    {
        int order = a.CompareTo(b.Prefix);
        return order != 0 ? order < 0 : a.Origin < b.Origin;
    }
}
