using Causeway.Primitives;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.Filters;

public sealed class PrefixAggregatorTests
{
    private static PrefixSpan Span(string text) =>
        text.Split('^') switch
        {
            [var p] => new PrefixSpan(IpPrefix.Parse(p)),
            [var p, var r] when r.Split('-') is [var low, var high] => new PrefixSpan(IpPrefix.Parse(p), byte.Parse(low), byte.Parse(high)),
            [var p, var r] => new PrefixSpan(IpPrefix.Parse(p), byte.Parse(r), byte.Parse(r)),
            _ => throw new FormatException(text),
        };

    private static string Aggregate(params string[] spans)
    {
        PrefixSpan[] parsed = [.. spans.Select(Span)];
        return string.Join(" ", PrefixAggregator.Aggregate(parsed, parsed[0].Prefix.Family));
    }

    [Fact]
    public void Neighbours_join_covered_entries_go_and_nothing_else_changes()
    {
        Assert.Equal("10.0.0.0/8", Aggregate("10.0.0.0/8", "10.0.0.0/8"));
        Assert.Equal("10.0.0.0/23^24", Aggregate("10.0.0.0/24", "10.0.1.0/24"));
        Assert.Equal("10.0.0.0/23^23-24", Aggregate("10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/23"));
        Assert.Equal("10.0.1.0/24 10.0.2.0/24", Aggregate("10.0.1.0/24", "10.0.2.0/24"));
        Assert.Equal("10.0.0.0/22^24", Aggregate("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"));
        Assert.Equal("10.0.0.0/8^8-24", Aggregate("10.0.0.0/8^8-24", "10.1.0.0/16", "10.2.0.0/16^17-20"));
        Assert.Equal("10.0.0.0/8^8-24 10.1.0.0/16^25-26", Aggregate("10.0.0.0/8^8-24", "10.1.0.0/16^20-26"));
        Assert.Equal("10.0.0.0/8 10.0.0.0/8^10", Aggregate("10.0.0.0/8", "10.0.0.0/9^10", "10.128.0.0/9^10"));
        Assert.Equal("0.0.0.0/0^0-1", Aggregate("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"));
        Assert.Equal("0.0.0.0/0", Aggregate("0.0.0.0/0"));
        Assert.Equal("::/0^0-128", Aggregate("::/0^0-128", "2001:db8::/32"));
        Assert.Equal("2001:db8::/127^128", Aggregate("2001:db8::/128", "2001:db8::1/128"));
    }

    [Fact]
    public void The_result_means_the_same_is_not_longer_and_does_not_depend_on_order() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    // A tree of eight levels below 10.0.0.0/24: small enough to compare prefix by prefix.
                    var spans = new List<PrefixSpan>();
                    for (int i = random.Next(1, 60); i > 0; i--)
                    {
                        int length = random.Next(24, 33);
                        IpPrefix prefix = IpPrefix.V4((10u << 24) | (uint)random.Next(256), length);
                        int low = random.Next(length, 33);
                        spans.Add(
                            random.Next(3) > 0 ? new PrefixSpan(prefix) : new PrefixSpan(prefix, (byte)low, (byte)random.Next(low, 33))
                        );
                    }
                    IReadOnlyList<PrefixSpan> result = PrefixAggregator.Aggregate(spans, IpFamily.V4);
                    Assert.Equal(Meaning(spans), Meaning(result));
                    Assert.True(result.Count <= spans.Distinct().Count(), $"{result.Count} entries from {spans.Count}");
                    Assert.Equal(result, PrefixAggregator.Aggregate(spans.OrderBy(_ => random.Next()), IpFamily.V4));
                    Assert.Equal(result, PrefixAggregator.Aggregate(result, IpFamily.V4));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static SortedSet<IpPrefix> Meaning(IEnumerable<PrefixSpan> spans)
    {
        var meaning = new SortedSet<IpPrefix>();
        foreach (PrefixSpan span in spans)
            for (int length = span.Low; length <= span.High; length++)
            for (uint i = 0; i < 1u << (length - span.Prefix.Length); i++)
                meaning.Add(IpPrefix.V4(span.Prefix.V4Bits + (uint)((ulong)i << (32 - length)), length));
        return meaning;
    }
}
