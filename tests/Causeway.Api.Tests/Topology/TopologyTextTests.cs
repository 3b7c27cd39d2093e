using System.Globalization;
using System.Text.RegularExpressions;
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
        Assert.StartsWith("topology.yaml cannot be used:\n  - ", message, StringComparison.Ordinal);
        Assert.Contains($"\n  - {says}", message, StringComparison.Ordinal);
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

    /// <summary>Something wrong in every part of a topology.</summary>
    private const string Wrong = """
        asn: 23456
        regions:
          - { name: North, geopoliticalRegion: Europe }
          - { name: north, geopoliticalRegion: Europe }
        locations:
          - name: Amsterdam
            region: South
            country: nl
            pairs:
              - name: ams-1
                portGbps: 0
                primary: { name: a, driver: embeded, routerId: 10.0.0.1 }
                secondary:
                  name: b
                  routerId: 10.0.0.1
                  bgpPort: 70000
                  linkSpace:
                    - 10.0.0.0/8
                    - nothing
              - name: ams-2
                primary: { name: c, routerId: 10.0.0.3 }
        providers:
          - name: One
            layer: 4
            locations:
              - Amsterdam
              - Paris
            bandwidthsMbps: [75]
        ownPrefixes:
          - 10.0.0.0/8
          - 10.0.0.1/8
        services:
          - name: Exchange
            community: "0:1"
            prefixes:
              - 0.0.0.0/0
            subscriptions:
              - x
        prices:
          currency: eur
          perHour:
            MetredData 1Gbps: -1
        registries:
          vrps:
            - rtr:/x
          dumps:
            - "http://x"
        exchanges:
          - name: IX
            location: Nowhere
            peeringDbIxId: 0
            lans:
              - 192.0.2.0/24
              - 192.0.2.1/24
            routers:
              - { name: r, routerId: 10.0.0.9, addresses: [192.0.3.1] }
            legacy:
              - asn: 65535
                addresses:
                  - here
            validation:
              drainSeconds: -1
              approveWhen:
                - sometimes
        facilities:
          - name: F
            location: Amsterdam
            peeringDbFacId: 1
            types: [Edge]
            bandwidthsMbps: [1000]
            routers: [nobody]
            linkPrefixes: [10.0.0.0/32]
        mail:
          host: mail
          from: nobody
          tls: perhaps
        webhooks:
          - name: a/b
            url: https://a/
            secret: env:X
        peeringServices:
          community: none
          locations:
            - { name: L, country: NL, region: Elsewhere }
          providers:
            - name: P
              asn: 4294967295
              locations: [L, M]
        supportClassifications:
          - { service: telephones, name: a, displayName: b }
        """;

    /// <summary>A key of the top that is missing stands nowhere; everything else has its line.</summary>
    [Fact]
    public void Every_problem_is_told_at_once_with_the_file_and_the_line_it_is_at()
    {
        TopologyException e = Assert.Throws<TopologyException>(() => TopologyFile.Parse(Wrong, "topology.yaml", s_defaults));
        string[] text = Wrong.Split('\n');
        TestContext.Current.TestOutputHelper?.WriteLine(e.Message);
        Assert.Equal(41, e.Lines.Count);
        foreach (string line in e.Lines)
        {
            Match found = Regex.Match(line, @"^topology\.yaml, line (\d+): ");
            Assert.True(found.Success, line);
            // What is quoted as wrong stands on the very line.
            string at = text[int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) - 1];
            TestContext.Current.TestOutputHelper?.WriteLine($"{line}\n    {at}");
        }
        AssertAt("'23456'|is 23456", "asn: 23456");
        AssertAt("linkSpace 'nothing'", "- nothing");
        AssertAt("secondary is missing", "- name: ams-2");
        AssertAt("location 'Paris'", "- Paris");
        AssertAt("10.0.0.1/8", "- 10.0.0.1/8");
        AssertAt("routerId 10.0.0.1 is that", "routerId: 10.0.0.1");
        AssertAt("'here' is not an address", "- here");
        AssertAt("approveWhen has 'sometimes'", "- sometimes");
        AssertAt("asn is 4294967295", "asn: 4294967295");
        AssertAt("asn is 65535", "- asn: 65535");
        AssertAt("'M' is not in", "locations: [L, M]");
        AssertAt("drainSeconds", "drainSeconds: -1");
        AssertAt("region 'Elsewhere'", "- { name: L, country: NL, region: Elsewhere }");
        Assert.Equal(e.Lines.Count, e.Message.Count(c => c == '\n'));
        int[] lines = [.. e.Lines.Select(l => int.Parse(Regex.Match(l, @"line (\d+)").Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(lines.Order(), lines);

        void AssertAt(string problem, string written)
        {
            string line = Assert.Single(e.Lines, l => Regex.IsMatch(l, problem));
            int number = int.Parse(Regex.Match(line, @"line (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.Equal(written, text[number - 1].Trim());
        }
    }

    [Theory]
    [InlineData("asn: 64500\nregions:\nlocations:\nproviders:\n", "regions is empty")]
    [InlineData("asn: 64500\nlocations:\n  -\n", "line 3: 'locations' has an item without a value")]
    [InlineData("asn: 64500\nproviders:\n  - name: x\n    locations:\n", "bandwidthsMbps needs")]
    [InlineData("asn: 64500\nownPrefixes:\n  -\n", "line 3: 'ownPrefixes' has an item without a value")]
    [InlineData("asn: 64500\nwebhooks:\n  - name:\n    url:\n    secret:\n", "is no name")]
    public void What_has_no_value_is_as_if_it_were_left_out(string yaml, string says)
    {
        TopologyException e = Assert.Throws<TopologyException>(() => TopologyFile.Parse(yaml, "topology.yaml", s_defaults));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever line is missing its value, or is not there, the answer is a list of problems and never a fault of the program.</summary>
    [Fact]
    public void No_gap_in_a_topology_is_a_fault_of_the_program()
    {
        string[] lines = Wrong.Split('\n');
        for (int i = 0; i < lines.Length; i++)
            foreach (string? line in (string?[])[null, Regex.Replace(lines[i], @"^(\s*(?:- )?(?:[\w ]+:)?).*", "$1")])
            {
                string yaml = string.Join('\n', lines.Select((l, n) => n == i ? line : l).OfType<string>());
                Exception? e = Record.Exception(() => TopologyFile.Parse(yaml, "topology.yaml", s_defaults));
                Assert.True(e is TopologyException, $"line {i + 1} as '{line}': {e}");
            }
    }

    /// <summary>RFC 7607, 6793 §9, 7300: they are given, and nobody's; what is not given is missing.</summary>
    [Theory]
    [InlineData("asn: 0\n", "line 1: asn is 0, which is no network's")]
    [InlineData("asn: 23456\n", "line 1: asn is 23456, which is no network's")]
    [InlineData("asn: 65535\n", "line 1: asn is 65535, which is no network's")]
    [InlineData("asn: 4294967295\n", "line 1: asn is 4294967295, which is no network's")]
    [InlineData("regions: []\n", "topology.yaml: asn is missing")]
    public void A_number_that_identifies_no_network_is_not_its_own(string yaml, string says)
    {
        TopologyException e = Assert.Throws<TopologyException>(() => TopologyFile.Parse(yaml, "topology.yaml", s_defaults));
        Assert.Contains(e.Lines, l => l.Contains(says, StringComparison.Ordinal));
    }

    private static readonly TopologyDefaults s_defaults = new("33333333-3333-3333-3333-333333333333", 179) { Drivers = ["embedded"] };
}
