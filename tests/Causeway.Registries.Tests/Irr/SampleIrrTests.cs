using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Sample;

namespace Causeway.Registries.Tests.Irr;

public sealed class SampleIrrTests
{
    [Fact]
    public void The_sample_loads_without_a_fault_and_holds_documentation_numbers_only()
    {
        using var fixture = new IrrFixture();
        IrrLoadReport report = fixture.Load(SampleIrr.Dump);
        Assert.Empty(report.Failures);
        Assert.All(fixture.Database.Sources, s => Assert.Empty(s.Problems));
        IpPrefix[] allowed =
        [
            .. new[] { "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32" }.Select(p => IpPrefix.Parse(p)),
        ];
        IrrRoute[] routes = [.. fixture.Database.Inside(IpPrefix.Parse("0.0.0.0/0")), .. fixture.Database.Inside(IpPrefix.Parse("::/0"))];
        Assert.Equal(7, routes.Length);
        Assert.All(routes, r => Assert.True(r.Origin.IsDocumentation && allowed.Any(a => a.Contains(r.Prefix)), r.ToString()));
        Assert.Equal([64496u, 64497u, 64499u], fixture.Database.ExpandAsSet("AS64496:AS-CUSTOMERS").Asns.Select(a => a.Value));
        Assert.Empty(fixture.Database.ExpandAsSet("AS64496:AS-CUSTOMERS").Missing);
    }
}
