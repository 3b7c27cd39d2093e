namespace Causeway.Primitives;

/// <summary>
/// Prefixes in order, to ask what overlaps. Of two prefixes that overlap one contains the other, and in the order of <see cref="IpPrefix.CompareTo"/> what a
/// prefix contains follows it at once; so each entry keeps the nearest one that contains it, and every question is one binary search and a walk up of at
/// most as many steps as there are prefix lengths. n prefixes cost n log n, not n².
/// </summary>
public sealed class PrefixOverlaps<T>
{
    private readonly (IpPrefix Prefix, T What)[] _entries;

    /// <summary>By entry: the index of the nearest entry that contains it; -1 for none.</summary>
    private readonly int[] _within;

    public PrefixOverlaps(IEnumerable<(IpPrefix Prefix, T What)> entries)
    {
        // A stable order: of equal prefixes the first given contains the others.
        _entries = [.. entries.OrderBy(e => e.Prefix)];
        _within = new int[_entries.Length];
        for (int i = 0; i < _entries.Length; i++)
        {
            int outer = i - 1;
            while (outer >= 0 && !_entries[outer].Prefix.Contains(_entries[i].Prefix))
                outer = _within[outer];
            _within[i] = outer;
        }
    }

    /// <summary>An entry that overlaps with a prefix; null when none does.</summary>
    public (IpPrefix Prefix, T What)? With(IpPrefix prefix)
    {
        int at = FirstFrom(prefix);
        if (at < _entries.Length && prefix.Contains(_entries[at].Prefix))
            return _entries[at];
        return Up(at - 1, prefix);
    }

    /// <summary>The longest entry that contains a prefix, itself included; null when none does.</summary>
    public (IpPrefix Prefix, T What)? Around(IpPrefix prefix)
    {
        int at = FirstFrom(prefix);
        return at < _entries.Length && _entries[at].Prefix == prefix ? _entries[at] : Up(at - 1, prefix);
    }

    /// <summary>The entries that lie within another one, each with the nearest such; of equal prefixes the later given lies within the earlier.</summary>
    /// <param name="counts">Which pairs count; null for all.</param>
    public IEnumerable<((IpPrefix Prefix, T What) Inner, (IpPrefix Prefix, T What) Outer)> Pairs(Func<T, T, bool>? counts = null)
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            int outer = _within[i];
            while (outer >= 0 && counts?.Invoke(_entries[i].What, _entries[outer].What) == false)
                outer = _within[outer];
            if (outer >= 0)
                yield return (_entries[i], _entries[outer]);
        }
    }

    private (IpPrefix Prefix, T What)? Up(int at, IpPrefix prefix)
    {
        while (at >= 0 && !_entries[at].Prefix.Contains(prefix))
            at = _within[at];
        return at < 0 ? null : _entries[at];
    }

    /// <summary>The index of the first entry that does not come before a prefix.</summary>
    private int FirstFrom(IpPrefix prefix)
    {
        (int low, int high) = (0, _entries.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].Prefix < prefix)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
