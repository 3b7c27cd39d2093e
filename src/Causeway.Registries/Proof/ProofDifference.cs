using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Proof;

/// <summary>Which prefixes are proven otherwise, or by other sources, in one view than in another.</summary>
/// <remarks>
/// A proof of a prefix rests on objects of the prefix itself and of blocks around it, and on nothing else but which
/// sources speak. So a route object, a network with a certificate or a VRP that came, went or changed touches its own prefix and what lies inside it;
/// a source that began or ceased to speak touches everything. Sources whose data is the same are not looked at; of the
/// others both states, which are in order, are walked once side by side: however they were refreshed, by a dump, a
/// mirror or a cache, the answer is the same.
/// </remarks>
internal static class ProofDifference
{
    /// <summary>Beyond so many blocks, asking anew about everything costs less than being told.</summary>
    public const int Most = 16_384;

    /// <returns>The blocks, one perhaps inside another; null when it is everything.</returns>
    public static IReadOnlyCollection<IpPrefix>? Between(RegistryView before, RegistryView after)
    {
        if (!Voices(before).SetEquals(Voices(after)))
            return null;
        var touched = new HashSet<IpPrefix>();
        bool isBounded = Routes(before.Irr, after.Irr, touched) && Vrps(before.Rpki, after.Rpki, touched);
        GC.KeepAlive(before);
        GC.KeepAlive(after);
        return isBounded ? touched : null;
    }

    /// <summary>The sources that have said all they have to say, as evidence cites them.</summary>
    private static HashSet<string> Voices(RegistryView view)
    {
        HashSet<string> voices =
        [
            .. view.Irr.Sources.Where(s => s.Stale?.Kind != IrrStaleKind.Incomplete).Select(s => s.Name),
            .. view.Rpki.Sources.Select(s => s.Name),
        ];
        if (!ReferenceEquals(view.Rpki.Slurm, Slurm.None))
            voices.Add(RpkiView.LocalException);
        // A source that is loaded in part proves, too.
        voices.UnionWith(view.Irr.Sources.Select(s => $"{s.Name} in part"));
        return voices;
    }

    private static bool Routes(IrrDatabase before, IrrDatabase after, HashSet<IpPrefix> touched)
    {
        foreach (IrrSource source in after.Sources)
        {
            LayeredSegment was = before.Segments[before.IndexOf(source.Name)],
                now = after.Segments[after.IndexOf(source.Name)];
            if (ReferenceEquals(was, now))
                continue;
            bool isBounded =
                was.Base == now.Base
                    ? Deltas(was.Routes4, now.Routes4, touched) && Deltas(was.Routes6, now.Routes6, touched)
                    : Walk(was.Routes4.Walk(), now.Routes4.Walk(), touched) && Walk(was.Routes6.Walk(), now.Routes6.Walk(), touched);
            if (!isBounded)
                return false;
            Networks(was.Base, now.Base, touched);
        }
        return touched.Count <= Most;
    }

    /// <summary>Networks with a certificate are few; one that came, went or changed touches the smallest block that holds it.</summary>
    private static void Networks(IrrSegment before, IrrSegment after, HashSet<IpPrefix> touched)
    {
        HashSet<(AddressRange Range, int, uint)> differ = [.. before.Networks.ToArray().Select(Told)];
        differ.SymmetricExceptWith(after.Networks.ToArray().Select(Told));
        touched.UnionWith(differ.Select(d => d.Range.Block));

        static (AddressRange Range, int, uint) Told(NetworkRecord n) => (n.Range, new TextRef(n.TextPacked).Length, n.TextDigest);
    }

    /// <summary>Over one base: what came into or went from the delta, and what is hidden, or not hidden any more.</summary>
    private static bool Deltas<T>(LayeredRoutes<T> before, LayeredRoutes<T> after, HashSet<IpPrefix> touched)
        where T : unmanaged, IRouteRecord
    {
        foreach (uint index in after.Hidden)
            if (!before.Hides((int)index))
                touched.Add(after.Below.Routes[(int)index].Prefix);
        foreach (uint index in before.Hidden)
            if (!after.Hides((int)index))
                touched.Add(before.Below.Routes[(int)index].Prefix);
        return Walk(new RouteWalk<T>(new(before.Above, default, default)), new RouteWalk<T>(new(after.Above, default, default)), touched);
    }

    /// <summary>Both are in order of prefix, then of origin.</summary>
    private static bool Walk<T>(RouteWalk<T> before, RouteWalk<T> after, HashSet<IpPrefix> touched)
        where T : unmanaged, IRouteRecord
    {
        bool hasBefore = before.Next(),
            hasAfter = after.Next();
        while (hasBefore || hasAfter)
        {
            int order =
                !hasBefore ? 1
                : !hasAfter ? -1
                : Order(before.Current, after.Current);
            if (order != 0 || !IsTheSame(before.Current, after.Current))
                touched.Add(order > 0 ? after.Current.Prefix : before.Current.Prefix);
            if (touched.Count > Most)
                return false;
            if (order <= 0)
                hasBefore = before.Next();
            if (order >= 0)
                hasAfter = after.Next();
        }
        return true;
    }

    private static int Order<T>(in T a, in T b)
        where T : unmanaged, IRouteRecord
    {
        int order = a.CompareTo(b.Prefix);
        return order != 0 ? order : a.Origin.CompareTo(b.Origin);
    }

    /// <summary>Whether the text is the same as well: who signs with what stands in it rests on it.</summary>
    private static bool IsTheSame<T>(in T a, in T b)
        where T : unmanaged, IRouteRecord => a.Text.Length == b.Text.Length && a.TextDigest == b.TextDigest;

    private static bool Vrps(RpkiView before, RpkiView after, HashSet<IpPrefix> touched)
    {
        // Source by source, and not only what they say together: a proof names those that it rests on.
        foreach (RpkiSource now in after.Sources)
            if (!Walk(before.Sources.First(s => s.Name == now.Name).Table, now.Table, touched))
                return false;
        return ReferenceEquals(before.Slurm, after.Slurm) || Walk(before.Table, after.Table, touched);
    }

    private static bool Walk(VrpTable before, VrpTable after, HashSet<IpPrefix> touched)
    {
        var changed = VrpTable.Difference(before, after);
        if (changed.Count > Most)
            return false;
        touched.UnionWith(changed.All.Select(v => v.Prefix));
        return touched.Count <= Most;
    }
}
