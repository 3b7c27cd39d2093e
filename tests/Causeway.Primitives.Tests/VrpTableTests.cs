using Causeway.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Primitives.Tests;

public sealed class VrpTableTests
{
    // Few distinct addresses, lengths and ASNs, so that prefixes nest, repeat and match often.
    private static readonly Gen<IpPrefix> Crowded =
        from v4 in Gen.Elements(true, false)
        from high in Gen.Elements<ulong>(
            0ul,
            0x0A00_0000_0000_0000,
            0x0A00_8000_0000_0000,
            0x0A00_8080_0000_0000,
            0x0AFF_FFFF_FFFF_FFFF,
            ulong.MaxValue
        )
        from low in Gen.Elements<ulong>(0ul, 1ul, 1ul << 63, ulong.MaxValue)
        from length in v4 ? Gen.Choose(0, 32) : Gen.OneOf(Gen.Choose(0, 32), Gen.Choose(0, 128))
        select IpPrefix.FromBits(
            v4 ? IpFamily.V4 : IpFamily.V6,
            v4 ? new UInt128(high & 0xFFFFFFFF00000000, 0) : new UInt128(high, low),
            length
        );

    private static readonly Gen<Asn> FewAsns = from n in Gen.Choose(0, 3) select new Asn((uint)n);

    private static readonly Gen<Vrp> AnyVrp =
        from prefix in Crowded
        from maxLength in Gen.Choose(0, prefix.MaxLength)
        from asn in FewAsns
        select new Vrp(prefix, (byte)maxLength, asn);

    private static readonly Gen<(Vrp[] Vrps, IpPrefix Route, Asn Origin)> Question =
        from vrps in AnyVrp.ArrayOf()
        from route in Gen.Frequency(
            (1, Crowded),
            (
                1,
                vrps.Length == 0
                    ? Crowded
                    : from v in Gen.Elements(vrps)
                    from n in Gen.Choose(v.Prefix.Length, v.Prefix.MaxLength)
                    select IpPrefix.FromBits(v.Prefix.Family, v.Prefix.Bits, n)
            )
        )
        from origin in FewAsns
        select (vrps, route, origin);

    /// <summary>RFC 6811 §2 word for word.</summary>
    private static OriginValidity Naive(IEnumerable<Vrp> vrps, IpPrefix route, Asn origin)
    {
        Vrp[] covering = [.. vrps.Where(v => v.Prefix.Contains(route))];
        if (covering.Length == 0)
            return OriginValidity.NotFound;
        return covering.Any(v => origin.Value != 0 && v.Asn == origin && route.Length <= v.MaxLength)
            ? OriginValidity.Valid
            : OriginValidity.Invalid;
    }

    [Fact]
    public void Validity_and_evidence_agree_with_the_definition()
    {
        var seen = new Dictionary<OriginValidity, int>();
        Prop.ForAll(
                Question.ToArbitrary(),
                q =>
                {
                    var table = VrpTable.Build(q.Vrps);
                    OriginValidity validity = table.Validate(q.Route, q.Origin);
                    lock (seen)
                        seen[validity] = seen.GetValueOrDefault(validity) + 1;
                    IReadOnlyList<Vrp> covering = table.Covering(q.Route);
                    return validity == Naive(q.Vrps, q.Route, q.Origin)
                        && covering.ToHashSet().SetEquals(q.Vrps.Where(v => v.Prefix.Contains(q.Route)))
                        && covering.SequenceEqual(covering.OrderBy(v => v.Prefix.Length))
                        && covering.Count == covering.Distinct().Count();
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        // A generator that never reaches one of the outcomes would prove nothing about it.
        Assert.All(
            Enum.GetValues<OriginValidity>(),
            v => Assert.True(seen.GetValueOrDefault(v) > 100, $"{v}: {seen.GetValueOrDefault(v)}")
        );
    }

    [Fact]
    public void Enumerates_each_distinct_vrp_once_in_order() =>
        Prop.ForAll(
                AnyVrp.ArrayOf().ToArbitrary(),
                vrps =>
                {
                    var table = VrpTable.Build(vrps.Concat(vrps.Reverse()));
                    Vrp[] expected = [.. vrps.Distinct().OrderBy(v => v.Prefix).ThenBy(v => v.MaxLength).ThenBy(v => v.Asn)];
                    return table.Count == expected.Length
                        && table.All.SequenceEqual(expected)
                        && expected.Index().All(v => table.IndexOf(v.Item) == v.Index);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Holds_what_it_was_built_from_and_nothing_else() =>
        Prop.ForAll(
                AnyVrp.ArrayOf().ToArbitrary(),
                AnyVrp.ToArbitrary(),
                (vrps, other) => VrpTable.Build(vrps).Contains(other) == vrps.Contains(other)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_large_table_agrees_with_the_definition_by_length()
    {
        // Random over the whole space and dense in places: exercises directory slots of every size.
        var random = new Random(6811);
        var vrps = new List<Vrp>();
        for (int i = 0; i < 200_000; i++)
        {
            bool v4 = random.Next(4) > 0;
            int length = v4 ? random.Next(8, 25) : random.Next(19, 65);
            UInt128 bits = new((ulong)random.NextInt64(), 0);
            if (random.Next(3) == 0)
                bits &= UInt128.MaxValue >> 12;
            var prefix = IpPrefix.FromBits(v4 ? IpFamily.V4 : IpFamily.V6, bits, length);
            vrps.Add(new Vrp(prefix, (byte)random.Next(length, v4 ? 25 : 65), new Asn((uint)random.Next(1, 50))));
        }
        var byPrefix = vrps.ToLookup(v => v.Prefix);
        var table = VrpTable.Build(vrps);
        for (int i = 0; i < 200_000; i++)
        {
            IpPrefix near = vrps[random.Next(vrps.Count)].Prefix;
            var route = IpPrefix.FromBits(
                near.Family,
                near.Bits | ((UInt128)random.Next() << (near.IsV4 ? 96 : 64)),
                random.Next(near.IsV4 ? 33 : 129)
            );
            var origin = new Asn((uint)random.Next(50));
            IEnumerable<Vrp> covering = Enumerable
                .Range(0, route.Length + 1)
                .SelectMany(n => byPrefix[IpPrefix.FromBits(route.Family, route.Bits, n)]);
            Assert.Equal(Naive(covering, route, origin), table.Validate(route, origin));
        }
    }

    [Fact]
    public void What_is_no_prefix_is_neither_held_nor_found()
    {
        Assert.Empty(VrpTable.Build([default]).All);
        var everything = VrpTable.Build([new Vrp(IpPrefix.V4(0, 0), 32, new Asn(1)), new Vrp(IpPrefix.V6(0, 0), 128, new Asn(1))]);
        Assert.Equal(OriginValidity.NotFound, everything.Validate(default, new Asn(1)));
        Assert.Empty(everything.Covering(default));
        Assert.Equal(OriginValidity.Invalid, everything.Validate(IpPrefix.V4(1, 32), default));
        Assert.Equal(OriginValidity.NotFound, VrpTable.Empty.Validate(IpPrefix.V4(1, 32), new Asn(1)));
    }
}
