using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr.Store;

/// <summary>What a run of changes comes to: of several to one object the last counts.</summary>
internal sealed class IrrStep
{
    private readonly RpslParser _parser = new();
    private readonly Dictionary<RpslObjectKey, byte[]?> _last = [];
    private readonly RpslProblems _problems = new();

    /// <summary>Whether only routes and sets change, no route that comes asks to be in a set, and no set that comes lets anybody in who asks.</summary>
    private bool _mayLieOver = true;

    /// <summary>Networks that are kept now: of the others, which are most, nothing changes when they go.</summary>
    private readonly HashSet<AddressRange> _networks;

    private IrrStep(LayeredSegment earlier) => _networks = [.. earlier.Base.Networks.ToArray().Select(n => n.Range)];

    public static IrrStep Of(LayeredSegment earlier, IReadOnlyList<IrrChange> changes)
    {
        var step = new IrrStep(earlier);
        foreach (IrrChange change in changes)
            step.Add(earlier.Meta.Source, change);
        return step;
    }

    private void Add(string source, IrrChange change)
    {
        if (change is IrrChange.Delete delete)
            Last(delete.Key, null);
        if (change is not IrrChange.Put put)
            return;
        if (_parser.Next(put.Text, final: true, out _) != RpslStep.Object || _parser.Class == RpslClass.Other)
            _problems.Count(RpslProblem.OtherClass);
        else if (RpslNetwork.IsPassedOver(_parser.Class, put.Text))
        {
            // It may have carried a certificate until now.
            if (RpslObjectKey.Of(_parser, put.Text.AsSpan(_parser.Start, _parser.Length)) is { } former)
                Last(former, null);
        }
        else if (put.Text.Length > RpslReader.MaxObject)
            _problems.Count(RpslProblem.TooLarge);
        else if (!IsOf(source, put.Text))
            _problems.Count(RpslProblem.ForeignSource, put.Text);
        else if (RpslObjectKey.Of(_parser, put.Text.AsSpan(_parser.Start, _parser.Length)) is not { } key)
            _problems.Count(RpslProblem.BadName, put.Text);
        else
        {
            Last(key, put.Text);
            foreach (RpslAttribute attribute in _parser.AttributeSpan)
                _mayLieOver &= attribute.Key is not (RpslKey.MemberOf or RpslKey.MbrsByRef);
        }
    }

    private void Last(RpslObjectKey key, byte[]? text)
    {
        if (text is null && key is RpslObjectKey.Network network && !_networks.Contains(network.Range) && !_last.ContainsKey(key))
            return;
        _last[key] = text;
        _mayLieOver &= key is RpslObjectKey.Route or RpslObjectKey.Named { Class: RpslClass.AsSet or RpslClass.RouteSet };
    }

    private bool IsOf(string source, byte[] text)
    {
        foreach (RpslAttribute attribute in _parser.AttributeSpan)
            if (attribute.Key == RpslKey.Source)
                return Encoding
                    .Latin1.GetString(RpslTokens.First(text.AsSpan(_parser.Start + attribute.Start, attribute.Length)))
                    .Equals(source, StringComparison.OrdinalIgnoreCase);
        return true;
    }

    /// <summary>A builder of the whole source as it stands after the step.</summary>
    public SegmentBuilder Into(string path, LayeredSegment earlier)
    {
        var again = new List<byte[]>();
        HashSet<RpslObjectKey> gone = [.. _last.Keys];
        if (earlier.Delta is { } delta)
        {
            TextBlockReader reader = delta.OpenText();
            Collect(delta.Routes4.Routes);
            Collect(delta.Routes6.Routes);
            foreach (ref readonly SetRecord set in delta.Sets)
                if (!_last.ContainsKey(KeyOf(delta, set)))
                    again.Add(reader.Read(new TextRef(set.TextPacked)).ToArray());
            foreach (uint index in delta.HiddenSets)
                gone.Add(KeyOf(earlier.Base, earlier.Base.Sets[(int)index]));
            foreach (uint index in delta.Hidden4)
                gone.Add(KeyOf(earlier.Base.Routes4.Routes[(int)index]));
            foreach (uint index in delta.Hidden6)
                gone.Add(KeyOf(earlier.Base.Routes6.Routes[(int)index]));

            void Collect<T>(ReadOnlySpan<T> routes)
                where T : unmanaged, IRouteRecord
            {
                foreach (ref readonly T route in routes)
                    if (!_last.ContainsKey(KeyOf(route)))
                        again.Add(reader.Read(route.Text).ToArray());
            }
        }
        return Add(new SegmentBuilder(path, earlier.Base, gone), earlier, again);
    }

    /// <summary>
    /// A builder of a segment over the one that is there, which stands for the source after the step; null when the step is none for that
    /// (<see cref="LayeredSegment"/>).
    /// </summary>
    /// <param name="most">Most records in it, and hidden by it.</param>
    public SegmentBuilder? Over(string path, LayeredSegment earlier, int most)
    {
        if (!_mayLieOver)
            return null;
        LayeredRoutes<RouteRecord4> routes4 = earlier.Routes4;
        LayeredRoutes<RouteRecord6> routes6 = earlier.Routes6;
        ReadOnlySpan<uint> sets = earlier.Delta is null ? [] : earlier.Delta.HiddenSets;
        int before =
            routes4.Hidden.Length
            + routes6.Hidden.Length
            + sets.Length
            + routes4.Above.Routes.Length
            + routes6.Above.Routes.Length
            + (earlier.Delta?.Sets.Length ?? 0);
        if (before + _last.Count > most)
            return null;
        var hidden4 = new SortedSet<uint>(routes4.Hidden.ToArray());
        var hidden6 = new SortedSet<uint>(routes6.Hidden.ToArray());
        var hiddenSets = new SortedSet<uint>(sets.ToArray());
        var texts = new HashSet<ulong>();
        foreach (RpslObjectKey key in _last.Keys)
            if (key is RpslObjectKey.Route { Prefix.IsV4: true } route4)
                Hide(routes4.Below, route4, hidden4, texts);
            else if (key is RpslObjectKey.Route route6)
                Hide(routes6.Below, route6, hidden6, texts);
            else if (key is RpslObjectKey.Named set)
            {
                int index = earlier.Base.FindSet(Encoding.ASCII.GetBytes(set.Name), set.Class);
                if (index >= 0)
                    hiddenSets.Add((uint)index);
            }
        // Who asked to be in a set below would go on asking.
        if (texts.Count > 0)
            foreach (ref readonly ClaimRecord claim in earlier.Base.Claims)
                if (texts.Contains(claim.TextPacked))
                    return null;
        (uint[], uint[], uint[]) hidden = ([.. hidden4], [.. hidden6], [.. hiddenSets]);
        SegmentBuilder builder = earlier.Delta is { } delta
            ? new SegmentBuilder(path, delta, _last.Keys) { Hidden = hidden }
            : new SegmentBuilder(path, earlier.Meta.Source) { Hidden = hidden };
        return Add(builder, earlier, []);
    }

    private static void Hide<T>(RouteTable<T> below, RpslObjectKey.Route route, SortedSet<uint> hidden, HashSet<ulong> texts)
        where T : unmanaged, IRouteRecord
    {
        int index = below.Find(route.Prefix, route.Origin.Value);
        if (index >= 0 && hidden.Add((uint)index))
            texts.Add(below.Routes[index].Text.Packed);
    }

    private static RpslObjectKey.Route KeyOf<T>(in T route)
        where T : unmanaged, IRouteRecord => new(route.Prefix, new Asn(route.Origin));

    private static RpslObjectKey.Named KeyOf(IrrSegment segment, in SetRecord set) => new(set.Class, segment.NameText(set.Name));

    private SegmentBuilder Add(SegmentBuilder builder, LayeredSegment earlier, IEnumerable<byte[]> again)
    {
        builder.Problems.Add(RpslProblems.Restore(earlier.Meta.Problems.Select(p => (p.Problem, p.Count, p.Examples))));
        builder.Problems.Add(_problems);
        foreach (byte[] text in again.Concat(_last.Values.OfType<byte[]>()))
            if (_parser.Next(text, final: true, out _) == RpslStep.Object)
                builder.Add(_parser, text.AsSpan(_parser.Start, _parser.Length), builder.Problems);
        return builder;
    }
}
