using Causeway.Primitives;

namespace Causeway.Registries.Serving.Rtr;

/// <summary>What makes one set of VRPs into another.</summary>
public sealed record VrpDelta(IReadOnlyList<Vrp> Announced, IReadOnlyList<Vrp> Withdrawn)
{
    public bool IsEmpty => Announced.Count == 0 && Withdrawn.Count == 0;

    public int Count => Announced.Count + Withdrawn.Count;

    /// <summary>Both tables enumerate in the same order, so one walk over both finds every difference.</summary>
    public static VrpDelta Between(VrpTable before, VrpTable after)
    {
        var announced = new List<Vrp>();
        var withdrawn = new List<Vrp>();
        if (ReferenceEquals(before, after))
            return new VrpDelta(announced, withdrawn);
        using IEnumerator<Vrp> old = before.All.GetEnumerator(),
            now = after.All.GetEnumerator();
        bool hasOld = old.MoveNext(),
            hasNow = now.MoveNext();
        while (hasOld || hasNow)
        {
            int order =
                !hasOld ? 1
                : !hasNow ? -1
                : Compare(old.Current, now.Current);
            if (order < 0)
                withdrawn.Add(old.Current);
            else if (order > 0)
                announced.Add(now.Current);
            if (order <= 0)
                hasOld = old.MoveNext();
            if (order >= 0)
                hasNow = now.MoveNext();
        }
        return new VrpDelta(announced, withdrawn);
    }

    /// <summary>
    /// One delta with the effect of several in a row: what was announced and withdrawn again on the way is in neither list (RFC 8210 §5.6 wants at most one
    /// PDU per VRP in an answer).
    /// </summary>
    public static VrpDelta Combine(IEnumerable<VrpDelta> deltas)
    {
        var net = new Dictionary<Vrp, int>();
        void Count(Vrp vrp, int by)
        {
            int sum = net.GetValueOrDefault(vrp) + by;
            if (sum == 0)
                net.Remove(vrp);
            else
                net[vrp] = sum;
        }
        foreach (VrpDelta delta in deltas)
        {
            foreach (Vrp vrp in delta.Withdrawn)
                Count(vrp, -1);
            foreach (Vrp vrp in delta.Announced)
                Count(vrp, +1);
        }
        return new VrpDelta([.. net.Where(n => n.Value > 0).Select(n => n.Key)], [.. net.Where(n => n.Value < 0).Select(n => n.Key)]);
    }

    private static int Compare(in Vrp a, in Vrp b)
    {
        int c = a.Prefix.CompareTo(b.Prefix);
        if (c == 0)
            c = a.MaxLength.CompareTo(b.MaxLength);
        return c == 0 ? a.Asn.CompareTo(b.Asn) : c;
    }
}
