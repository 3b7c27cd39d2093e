using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Domain.InternetPeering;

/// <summary>Routes that the registries prove no more, and that are accepted until their grace is over. Packed as <see cref="FilterText"/> has them.</summary>
public sealed record EndingProof(DateTimeOffset Until, string V4, string V6, int Count);

/// <summary>
/// What was proven goes on for a while when its proof goes: registries have bad days, and a peer that is told can mend its objects. What a ROA forbids has no such
/// grace. Pure, and the same for the same facts, however often it is asked.
/// </summary>
internal static class FilterGrace
{
    /// <param name="stands">What is accepted now.</param>
    /// <param name="ending">What of it goes on without a proof.</param>
    /// <param name="found">What is proven now.</param>
    /// <param name="forbidden">What of <paramref name="stands"/> ROAs forbid.</param>
    /// <returns>What is accepted from now on, and what of it goes on without a proof.</returns>
    public static (ProvenFilter Filter, ImmutableArray<EndingProof> Ending) Of(
        ProvenFilter? stands,
        ImmutableArray<EndingProof> ending,
        PeerFilter found,
        EquatableArray<PrefixMatch> forbidden,
        DateTimeOffset at,
        TimeSpan grace
    )
    {
        var now = ProvenFilter.Of(found, at);
        if (stands is null || (stands.V4, stands.V6) == (now.V4, now.V6) || (grace <= TimeSpan.Zero && ending.IsEmpty))
            return (now, []);
        HashSet<PrefixMatch> proven = [.. found.V4, .. found.V6],
            taken = [.. forbidden];
        var until = new Dictionary<PrefixMatch, DateTimeOffset>();
        foreach (EndingProof group in ending)
        foreach (PrefixMatch match in FilterText.Unpack(IpFamily.V4, group.V4).Concat(FilterText.Unpack(IpFamily.V6, group.V6)))
            until[match] = group.Until;
        var goesOn = new Dictionary<PrefixMatch, DateTimeOffset>();
        foreach (PrefixMatch match in stands.Of(IpFamily.V4).Concat(stands.Of(IpFamily.V6)))
            if (!proven.Contains(match) && !taken.Contains(match))
            {
                DateTimeOffset ends = until.TryGetValue(match, out DateTimeOffset known) ? known : at + grace;
                if (ends > at)
                    goesOn[match] = ends;
            }
        if (goesOn.Count == 0)
            return (now, []);
        PrefixMatch[] v4 = [.. found.V4, .. goesOn.Keys.Where(m => m.Prefix.Family == IpFamily.V4)],
            v6 = [.. found.V6, .. goesOn.Keys.Where(m => m.Prefix.Family == IpFamily.V6)];
        return (
            now with
            {
                V4 = FilterText.Pack(v4),
                V6 = FilterText.Pack(v6),
                Count4 = v4.Length,
                Count6 = v6.Length,
            },
            [
                .. goesOn
                    .GroupBy(g => g.Value, g => g.Key)
                    .OrderBy(g => g.Key)
                    .Select(g => new EndingProof(
                        g.Key,
                        FilterText.Pack([.. g.Where(m => m.Prefix.Family == IpFamily.V4)]),
                        FilterText.Pack([.. g.Where(m => m.Prefix.Family == IpFamily.V6)]),
                        g.Count()
                    )),
            ]
        );
    }
}
