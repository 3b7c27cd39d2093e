using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Domain.InternetPeering;

/// <summary>What a person who decides on a peer would want to be shown: unusual, and a reason for nothing by itself. Pure.</summary>
public static class Oddities
{
    /// <summary>So many times what the record says is more than growth.</summary>
    private const int Beyond = 5;

    /// <param name="record">In PeeringDB; null without one.</param>
    /// <param name="filter">What is proven; null while the registries say nothing.</param>
    /// <param name="others">Other subscriptions that say that the ASN is theirs.</param>
    public static IEnumerable<string> Of(Asn asn, string? calledItself, NetworkRecord? record, PeerFilter? filter, int others)
    {
        if (others > 0)
            yield return $"AS{asn} is said to be theirs by {others} other subscription{(others == 1 ? "" : "s")} too";
        if (record is not null && calledItself is not null && !Alike(record.Name, calledItself) && calledItself != $"AS{asn}")
            yield return $"it calls itself '{calledItself}', and PeeringDB calls AS{asn} '{record.Name}'";
        if (record is { AsSet: null })
            yield return $"its record names no as-set: only what AS{asn} originates itself is proven";
        if (filter is null)
            yield break;
        if (filter.IsTooLarge)
            yield return $"{filter.AsSet} holds more than any peer is believed to announce, and proves nothing";
        else if (filter.V4.Length + filter.V6.Length == 0)
            yield return $"nothing is registered for {filter.AsSet}: no connection would become Active";
        if (filter.Missing.Length > 0)
            yield return $"{filter.Missing.Length} members of {filter.AsSet} are in no registry: {string.Join(", ", filter.Missing.Take(5))}";
        if (filter.Invalid > 0)
            yield return $"{filter.Invalid} of its registered prefixes are forbidden by ROAs, and left out";
        if (record is not null)
            foreach (
                (string family, int says, int has) in new[]
                {
                    ("IPv4", record.Prefixes4, filter.V4.Length),
                    ("IPv6", record.Prefixes6, filter.V6.Length),
                }
            )
                if (says > 0 && has > Beyond * says)
                    yield return $"its record says {says} {family} prefixes, and {has} are registered";
    }

    /// <summary>One contains the other, in letters and digits.</summary>
    private static bool Alike(string a, string b)
    {
        (string x, string y) = (Plain(a), Plain(b));
        return x.Length > 0 && y.Length > 0 && (x.Contains(y, StringComparison.Ordinal) || y.Contains(x, StringComparison.Ordinal));

        static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }
}
