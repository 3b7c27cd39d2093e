using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Primitives.Tests;

/// <summary>Every answer is that of looking at all pairs.</summary>
public sealed class PrefixOverlapsTests
{
    private static readonly Gen<IpPrefix> Some = Gen.Two(Gen.Choose(0, 255))
        .SelectMany(bits => Gen.Choose(0, 12), (bits, length) => IpPrefix.V4((uint)((bits.Item1 << 24) | (bits.Item2 << 20)), length));

    [Fact]
    public void It_answers_as_looking_at_all_pairs_does() =>
        Prop.ForAll(
                Arb.From(Some.ArrayOf(40)),
                Arb.From(Some),
                (all, asked) =>
                {
                    var index = new PrefixOverlaps<int>(all.Select((p, i) => (p, i)));
                    bool with = index.With(asked) is { } w ? w.Prefix.Overlaps(asked) : !all.Any(p => p.Overlaps(asked));
                    var around = all.Where(p => p.Contains(asked)).ToArray();
                    bool longest = index.Around(asked) is { } a
                        ? a.Prefix.Contains(asked) && a.Prefix.Length == around.Max(p => p.Length)
                        : around.Length == 0;
                    // Each prefix that lies in another (or equals an earlier one) is told once.
                    int inside = all.Where((p, i) => all.Where((q, j) => i != j && q.Contains(p) && (q != p || j < i)).Any()).Count();
                    var pairs = index.Pairs().ToArray();
                    return with && longest && pairs.Length == inside && pairs.All(p => p.Outer.Prefix.Contains(p.Inner.Prefix));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Pairs_that_do_not_count_leave_the_ones_around_them()
    {
        IpPrefix[] all = [IpPrefix.Parse("10.0.0.0/8"), IpPrefix.Parse("10.0.0.0/16"), IpPrefix.Parse("10.0.0.0/24")];
        var index = new PrefixOverlaps<string>([(all[0], "a"), (all[1], "b"), (all[2], "b")]);
        Assert.Equal(
            ["10.0.0.0/16 in 10.0.0.0/8", "10.0.0.0/24 in 10.0.0.0/8"],
            index.Pairs((x, y) => x != y).Select(p => $"{p.Inner.Prefix} in {p.Outer.Prefix}")
        );
    }
}
