using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Rpki;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.Rpki;

public sealed class SlurmTests
{
    // The shape of RFC 8416 appendix A.1.
    private const string Example = """
        { "slurmVersion": 1,
          "validationOutputFilters": {
            "prefixFilters": [
              { "prefix": "192.0.2.0/24", "comment": "All VRPs encompassed by prefix" },
              { "asn": 64496, "comment": "All VRPs matching ASN" },
              { "prefix": "198.51.100.0/24", "asn": 64497, "comment": "All VRPs encompassed by prefix, matching ASN" } ],
            "bgpsecFilters": [] },
          "locallyAddedAssertions": {
            "prefixAssertions": [
              { "asn": 64496, "prefix": "198.51.100.0/24", "comment": "My other important route" },
              { "asn": 64496, "prefix": "2001:db8::/32", "maxPrefixLength": 48, "comment": "My de-aggregated route" } ],
            "bgpsecAssertions": [] } }
        """;

    private static (Slurm? Slurm, IReadOnlyList<Refusal> Problems) Read(string json) => Slurm.Read(Encoding.UTF8.GetBytes(json));

    private static Vrp Vrp(string prefix, byte maxLength, uint asn) => new(IpPrefix.Parse(prefix), maxLength, new Asn(asn));

    [Fact]
    public void Filters_then_asserts()
    {
        Slurm slurm = Read(Example).Slurm!;
        Vrp[] after =
        [
            .. slurm.Apply([
                Vrp("192.0.2.0/24", 24, 64499),
                Vrp("192.0.2.128/25", 25, 64499),
                Vrp("192.0.0.0/16", 24, 64499),
                Vrp("203.0.113.0/24", 24, 64496),
                Vrp("198.51.100.0/25", 25, 64497),
                Vrp("198.51.100.0/25", 25, 64498),
            ]),
        ];
        Assert.Equal(
            [
                Vrp("192.0.0.0/16", 24, 64499),
                Vrp("198.51.100.0/25", 25, 64498),
                // Asserted, although the second filter takes every VRP of AS64496 away.
                Vrp("198.51.100.0/24", 24, 64496),
                Vrp("2001:db8::/32", 48, 64496),
            ],
            after
        );
    }

    [Fact]
    public void Every_deviation_is_told_at_its_place()
    {
        IReadOnlyList<Refusal> problems = Read(
            """
            { "slurmVersion": 2, "extra": 1,
              "validationOutputFilters": { "prefixFilters": [ {}, { "prefix": "192.0.2.1/24" } ] },
              "locallyAddedAssertions": { "prefixAssertions": [ { "prefix": "192.0.2.0/24", "asn": "AS1" },
                { "prefix": "192.0.2.0/24", "asn": 1, "maxPrefixLength": 23 }, { "asn": 1 } ], "bgpsecAssertions": [] } }
            """
        ).Problems;
        string[] targets = [.. problems.Select(p => p.Target!)];
        Assert.Contains("$.slurmVersion", targets);
        Assert.Contains(problems, p => p.Message.Contains("'extra'"));
        Assert.Contains(problems, p => p.Target == "$.validationOutputFilters" && p.Message.Contains("lacks 'bgpsecFilters'"));
        Assert.Contains("$.validationOutputFilters.prefixFilters[0]", targets);
        Assert.Contains(problems, p => p.Message.Contains("use \"192.0.2.0/24\""));
        Assert.Contains("$.locallyAddedAssertions.prefixAssertions[0].asn", targets);
        Assert.Contains("$.locallyAddedAssertions.prefixAssertions[1].maxPrefixLength", targets);
        Assert.Contains(problems, p => p.Target == "$.locallyAddedAssertions.prefixAssertions[2]" && p.Message.Contains("lacks 'prefix'"));
    }

    [Fact]
    public void Noise_never_throws()
    {
        Gen<string> damaged = Gen.Sized(_ =>
            from at in Gen.Choose(0, Example.Length - 1)
            from length in Gen.Choose(0, 12)
            from insert in Gen.Elements("", "{", "}", "[", "\"", "null", "1e99", "\\ud800", "\"asn\":")
            select Example[..at] + insert + Example[Math.Min(Example.Length, at + length)..]
        );
        Prop.ForAll(
                damaged.ToArbitrary(),
                json =>
                {
                    (Slurm? slurm, IReadOnlyList<Refusal> problems) = Read(json);
                    return (slurm is null) == (problems.Count > 0);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }
}
