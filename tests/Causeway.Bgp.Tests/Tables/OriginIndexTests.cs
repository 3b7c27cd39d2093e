using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

public sealed class OriginIndexTests
{
    [Theory]
    [InlineData(1, 300)]
    [InlineData(2, 3_000)]
    [InlineData(3, 30_000)]
    public void It_answers_as_the_VRP_table_does(int seed, int count)
    {
        var random = new Random(seed);
        // A small part of the address space, so that VRPs overlap; from 30,000 on some groups are searched in the table instead.
        IpPrefix Prefix() =>
            IpPrefix.V4(0xC0000000u | (uint)random.Next(1 << 22) << 2, random.Next(5) == 0 ? random.Next(1, 33) : random.Next(14, 27));
        VrpTable table = VrpTable.Build(
            Enumerable
                .Range(0, count)
                .Select(_ => Prefix())
                .Select(p => new Vrp(p, (byte)random.Next(p.Length, 33), new Asn((uint)random.Next(0, 6))))
        );
        var index = new OriginIndex(table);
        var seen = new int[4];
        for (int i = 0; i < 20_000; i++)
        {
            IpPrefix prefix = Prefix();
            uint origin = (uint)random.Next(0, 7);
            var expected = (RouteValidity)(table.Validate(prefix, new Asn(origin)) + 1);
            Assert.Equal((prefix, origin, expected), (prefix, origin, index.Validate(V4Key.From(prefix), origin)));
            seen[(int)expected]++;
        }
        // NotFound fades out as VRPs get denser; the other two must have been met.
        Assert.True(seen[(int)RouteValidity.Valid] > 100 && seen[(int)RouteValidity.Invalid] > 100, string.Join(' ', seen));
    }
}
