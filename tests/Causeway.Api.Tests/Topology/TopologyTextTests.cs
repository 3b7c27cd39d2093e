using Causeway.Domain.Topology;
using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Topology;

/// <summary>A topology's text that has not the form of one: the library's own sentences name types of this program.</summary>
public sealed class TopologyTextTests
{
    [Theory]
    [InlineData("asn: 64500\nregons: []\n", "line 2: the topology has no 'regons'; its keys are asn, ")]
    [InlineData(
        "asn: 64500\nlocations:\n  - name: x\n    pairs:\n      - primry: x\n",
        "line 5: 'locations.pairs' has no 'primry'; its keys are "
    )]
    [InlineData("asn: [1]\n", "line 1: 'asn' has to be a whole number.")]
    [InlineData("asn: 64500\nregions: x\n", "line 2: 'regions' is 'x' and has to be a list.")]
    [InlineData("asn: many\n", "line 1: 'asn' is 'many' and has to be a whole number.")]
    public void What_is_written_wrongly_is_told_in_words_of_the_file(string yaml, string says)
    {
        string message = Assert
            .Throws<TopologyException>(() => TopologyFile.Parse(yaml, "topology.yaml", new TopologyDefaults("", 179)))
            .Message;
        Assert.Contains($"topology.yaml cannot be used:\n  - {says}", message, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b(System|Causeway)\.\w", message);
    }

    [Fact]
    public void What_customers_may_ask_about_is_read_and_its_problems_are_said_at_once()
    {
        string topology =
            TopologyFile.BuiltIn
            + """
                supportClassifications:
                  - { service: internetpeering, name: port-move, displayName: Another port }
                """;
        Assert.Equal(
            new SupportClassificationOffer("internetPeering", "port-move", "Another port"),
            Assert.Single(TopologyFile.Parse(Without(topology), "topology.yaml", s_defaults).SupportClassifications)
        );
        string message = Assert
            .Throws<TopologyException>(() =>
                TopologyFile.Parse(
                    Without(TopologyFile.BuiltIn)
                        + """
                        supportClassifications:
                          - { service: expressroute, name: other, displayName: Taken }
                          - { service: telephones, name: "two words" }
                        """,
                    "topology.yaml",
                    s_defaults
                )
            )
            .Message;
        Assert.Contains("supportClassifications 'other': expressRoute has one of that name already", message, StringComparison.Ordinal);
        Assert.Contains("'telephones' is none: write one of expressRoute, internetPeering", message, StringComparison.Ordinal);
        Assert.Contains("letters, digits and hyphens", message, StringComparison.Ordinal);
        Assert.Contains("has no displayName", message, StringComparison.Ordinal);

        // The built-in one has some of its own.
        static string Without(string yaml) =>
            System.Text.RegularExpressions.Regex.Replace(
                yaml,
                @"^supportClassifications:\n(  - .*expressRoute, name: demarcation.*\n)",
                "",
                System.Text.RegularExpressions.RegexOptions.Multiline
            );
    }

    private static readonly TopologyDefaults s_defaults = new("33333333-3333-3333-3333-333333333333", 179) { Drivers = ["embedded"] };
}
