using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Topology;

/// <summary>A topology's text that has not the form of one: the library's own sentences name types of this program.</summary>
public sealed class TopologyTextTests
{
    [Theory]
    [InlineData("asn: 64500\nregons: []\n", "line 2: 'regons' is not known here.")]
    [InlineData("asn: 64500\nlocations:\n  - name: x\n    pairs:\n      - primry: x\n", "line 5: 'primry' is not known here.")]
    [InlineData("asn: [1]\n", "line 1: this has not the form that belongs here: docs/how-to/topology.md shows it.")]
    [InlineData("asn: 64500\nregions: x\n", "line 2: this has not the form that belongs here: docs/how-to/topology.md shows it.")]
    [InlineData("asn: many\n", "line 1: The input string 'many' was not in a correct format.")]
    public void What_is_written_wrongly_is_told_in_words_of_the_file(string yaml, string says) =>
        Assert.Equal(
            $"topology.yaml, {says}",
            Assert.Throws<TopologyException>(() => TopologyFile.Document(yaml, "topology.yaml")).Message
        );
}
