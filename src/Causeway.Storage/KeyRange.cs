using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage;

/// <summary>
/// What lies below a scope is a range of keys: those that begin with the scope and a slash. '0' is the character after '/', so the range ends before
/// scope + '0'. Keys are compared byte by byte (SQLite BINARY, PostgreSQL COLLATE "C").
/// </summary>
internal static class KeyRange
{
    /// <summary>Greater than every text that begins with what stands before it: no key holds the last code point of Unicode.</summary>
    public const string Last = "\U0010FFFF";

    /// <summary>The keys of what a resource lies below: the resources that enclose it, its group, its subscription.</summary>
    public static IEnumerable<string> Above(ResourceId id)
    {
        for (ResourceId? parent = id.Parent; parent is not null; parent = parent.Parent)
            yield return parent.Key;
        if (id.GroupId is { } group && group != id)
            yield return group.Key;
        if (id.Subscription is { } subscription && ResourceId.OfSubscription(subscription) is var whole && whole != id)
            yield return whole.Key;
    }

    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 1000.</exception>
    public static int PageSize(int most) =>
        most is >= 1 and <= 1000 ? most : throw new ArgumentOutOfRangeException(nameof(most), most, "A page holds 1 to 1000 rows.");

    /// <summary>Of rows that were read with one more than asked for, to see whether there are more.</summary>
    public static Page<T> Page<T>(List<T> rows, int most, Func<T, string> key)
    {
        if (rows.Count <= most)
            return new Page<T>(rows, null);
        rows.RemoveAt(most);
        return new Page<T>(rows, key(rows[^1]));
    }

    /// <summary>Both bounds are exclusive.</summary>
    public static (string Low, string High) Of(ResourceQuery query)
    {
        PageSize(query.Most);
        string low = query.Scope is null ? "" : query.Scope.Key + "/";
        if (query.After is not null && string.CompareOrdinal(query.After, low) > 0)
            low = query.After;
        return (low, query.Scope is null ? Last : query.Scope.Key + "0");
    }

    /// <summary>The first key, inclusive, and the end of the scope, exclusive.</summary>
    public static (string Low, string High) Of(FactsQuery query)
    {
        string low = query.Scope.Key + "/";
        return (string.CompareOrdinal(query.Key, low) > 0 ? query.Key : low, query.Scope.Key + "0");
    }
}
