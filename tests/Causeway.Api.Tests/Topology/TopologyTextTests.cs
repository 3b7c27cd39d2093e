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
}
