using Causeway.Domain.Topology;
using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Topology;

/// <summary>The services of a topology: what is wrong with them is told in words, all of it at once.</summary>
public sealed class ServicesTests
{
    private static readonly TopologyDefaults s_defaults = new(Guid.NewGuid().ToString(), 1790);

    private static string With(string entry) => $"{TopologyFile.BuiltIn}\n  - {entry}\n";

    [Fact]
    public void The_built_in_topology_has_services_of_each_kind_and_none_overlaps_another()
    {
        NetworkTopology topology = TopologyFile.Default(s_defaults);
        foreach (string name in new[] { "Exchange", "SharePoint", "CRM Online", "Storage", "SQL" })
            Assert.Contains(topology.Services, s => s.Name == name);
        Assert.Contains(topology.Services, s => s.Region == "West Europe");
        var all = topology.Services.SelectMany(s => s.Prefixes).ToList();
        Assert.Empty(from a in all from b in all where a != b && a.Overlaps(b) select $"{a} {b}");
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Theory]
    [InlineData("""{ community: "12076:1", prefixes: [198.18.0.0/24] }""", "services, entry 10 has no name")]
    [InlineData(
        """{ name: X, region: Mars, community: "12076:1", prefixes: [198.18.0.0/24] }""",
        "service 'X': region 'Mars' is neither in regions nor Global."
    )]
    [InlineData("""{ name: X, prefixes: [198.18.0.0/24] }""", "service 'X': community '' is none (RFC 1997)")]
    [InlineData(
        """{ name: X, community: "12076:70000", prefixes: [198.18.0.0/24] }""",
        "service 'X': community '12076:70000' is none (RFC 1997)"
    )]
    [InlineData(
        """{ name: X, community: "65535:65281", prefixes: [198.18.0.0/24] }""",
        "service 'X': community 65535:65281 is reserved (RFC 1997)"
    )]
    [InlineData("""{ name: X, community: "12076:1" }""", "service 'X' has no prefixes")]
    [InlineData(
        """{ name: X, community: "12076:1", prefixes: [198.18.0.1/24] }""",
        "service 'X', prefixes: '198.18.0.1/24' has host bits set; use 198.18.0.0/24."
    )]
    [InlineData("""{ name: X, community: "12076:1", prefixes: [nowhere] }""", "service 'X', prefixes: 'nowhere' is not a prefix.")]
    [InlineData("""{ name: X, community: "12076:1", prefixes: [0.0.0.0/0] }""", "service 'X': prefix 0.0.0.0/0 is the default route")]
    [InlineData(
        """{ name: X, community: "12076:1", prefixes: [10.0.0.0/8] }""",
        "service 'X': prefix 10.0.0.0/8 lies in 10.0.0.0/8, which is not routed between networks"
    )]
    [InlineData(
        """{ name: X, community: "12076:1", prefixes: [198.18.0.0/24], subscriptions: [me] }""",
        "service 'X': subscription 'me' is not a GUID."
    )]
    [InlineData("""{ name: exchange, community: "12076:5010", prefixes: [198.18.0.0/24] }""", "with community 12076:5010 is there 2 times")]
    public void What_is_wrong_with_a_service_is_told_in_words(string entry, string says) =>
        Assert.Contains(
            says,
            Assert.Throws<TopologyException>(() => TopologyFile.Parse(With(entry), "topology.yaml", s_defaults)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_service_that_changes_is_told_line_by_line()
    {
        NetworkTopology before = TopologyFile.Default(s_defaults);
        NetworkTopology after = TopologyFile.Parse(
            With("""{ name: Bing, group: Search, community: "12076:6000", prefixes: [198.18.0.0/24] }"""),
            "topology.yaml",
            s_defaults
        );
        Assert.Equal(
            ["+ services/Bing/12076:6000: group Search", "+ services/Bing/12076:6000/prefixes/198.18.0.0/24"],
            TopologyChange.Between(before, after).Select(c => c.Says)
        );
    }
}
