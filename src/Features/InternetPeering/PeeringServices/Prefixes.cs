using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>Sets of prefixes.</summary>
public static class Prefixes
{
    /// <summary>The fewest prefixes that hold exactly the same addresses, ascending.</summary>
    public static IReadOnlyList<IpPrefix> Consolidated(IEnumerable<IpPrefix> prefixes)
    {
        var kept = new List<IpPrefix>();
        // Ascending, a prefix comes before what lies inside it, and halves of one come beside each other.
        foreach (IpPrefix prefix in prefixes.Order())
        {
            if (kept.Count > 0 && kept[^1].Contains(prefix))
                continue;
            kept.Add(prefix);
            while (kept.Count > 1 && Whole(kept[^2], kept[^1]) is { } whole)
            {
                kept.RemoveRange(kept.Count - 2, 2);
                kept.Add(whole);
            }
        }
        return kept;
    }

    /// <summary>The prefix of which these are the halves; null when they are not.</summary>
    private static IpPrefix? Whole(IpPrefix low, IpPrefix high)
    {
        if (low.Length != high.Length || low.Length == 0 || low.Family != high.Family)
            return null;
        var whole = IpPrefix.Of(low.Address, low.Length - 1);
        return low != high && whole.Contains(low) && whole.Contains(high) ? whole : null;
    }
}
