using Causeway.Bgp.Policy;
using Causeway.Lab.Bgp;
using Causeway.Primitives;

namespace Causeway.Api.Tests.Lab;

public sealed class PolicyFileTests : IDisposable
{
    private const string Whole = """
        - validity: invalid
          accept: false
          reason: RpkiInvalid
        - prefixes: [10.0.0.0/8 ge 16 le 24, 192.0.2.0/24]
          origins: [64500]
          firstAsn: 64501
          pathContains: [64502]
          pathLongerThan: 3
          communities: [64500:7]
          upstreamPath: valid
          downstreamPath: unknown
          nextHopIn: 192.0.2.0/24
          nextHopBeyond: 192.0.2.0/30
          accept: true
          localPreference: 200
          med: 5
          addCommunities: [64500:8, 64500:9]
          prepend: 2
        """;

    private const string Damage = "[]{}:-,&*#|>'\"%@ \n\t0aä";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private (RoutePolicy? Policy, List<string> Problems) Read(string yaml)
    {
        File.WriteAllText(_file, yaml);
        var problems = new List<string>();
        return (PolicyFile.Read("--import", _file, problems), problems);
    }

    [Fact]
    public void Every_part_of_a_term_is_read()
    {
        (RoutePolicy? policy, List<string> problems) = Read(Whole);
        Assert.Empty(problems);
        PolicyTerm[] terms = [.. policy!.Terms];
        Assert.Equal((false, RefuseReason.RpkiInvalid), (terms[0].Accept, terms[0].Reason));
        PolicyTerm term = terms[1];
        Assert.Equal(
            ["10.0.0.0/8 16-24", "192.0.2.0/24 24-24"],
            term.Prefixes!.Value.Select(p => $"{p.Prefix} {p.MinLength}-{p.MaxLength}")
        );
        Assert.Equal(
            (64501u, 3, 200u, 5u, 2),
            (term.FirstAsn!.Value.Value, term.PathLongerThan, term.SetLocalPreference, term.SetMed, term.Prepend)
        );
        Assert.Equal((PathValidity.Valid, PathValidity.Unknown), (term.UpstreamPath, term.DownstreamPath));
        Assert.Equal([(64500u << 16) | 7], term.Communities!.Value);
        Assert.Equal([(64500u << 16) | 8, (64500u << 16) | 9], term.AddCommunities);
        Assert.True(term.Accept);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_each_with_its_line()
    {
        (RoutePolicy? policy, List<string> problems) = Read(
            """
            - prefixes: [10.0.0.1/8, ten]
              accept: perhaps
            - acept: true
            - validity: maybe
              accept: true
              prepend: 51
            - upstreamPath: notFound
              accept: true
            """
        );
        Assert.Null(policy);
        foreach (
            (int line, string part) in new[]
            {
                (1, "10.0.0.1/8"),
                (1, "ten"),
                (2, "perhaps"),
                (3, "'acept'"),
                (4, "maybe"),
                (6, "51"),
                (7, "valid, invalid or unknown"),
            }
        )
            Assert.Contains(
                problems,
                p => p.Contains($"line {line}:", StringComparison.Ordinal) && p.Contains(part, StringComparison.Ordinal)
            );
    }

    [Fact]
    public void More_communities_than_a_message_has_room_for_are_a_problem()
    {
        string many = string.Join(", ", Enumerable.Range(0, PolicyTerm.MostAddedCommunities + 1).Select(i => $"64500:{i}"));
        (RoutePolicy? policy, List<string> problems) = Read($"- accept: true\n  addCommunities: [{many}]");
        Assert.Null(policy);
        Assert.Contains($"{PolicyTerm.MostAddedCommunities} is the most", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- [")]
    [InlineData("accept: true")]
    [InlineData("- accept: true\n\taccept: false")]
    [InlineData("- &a [*a]")]
    [InlineData("%")]
    public void What_is_no_policy_is_a_problem_and_no_exception(string yaml)
    {
        (RoutePolicy? policy, List<string> problems) = Read(yaml);
        Assert.Null(policy);
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void Whatever_stands_in_the_file_it_is_a_policy_or_problems()
    {
#pragma warning disable CA5394 // The same damage each time.
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            char[] text = Whole.ToCharArray();
            for (int hits = random.Next(1, 6); hits > 0; hits--)
                text[random.Next(text.Length)] = Damage[random.Next(Damage.Length)];
#pragma warning restore CA5394
            (RoutePolicy? policy, List<string> problems) = Read(new string(text));
            Assert.Equal(policy is null, problems.Count > 0);
        }
    }
}
