using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Tests.Irr;

public sealed class ExpansionTests
{
    /// <summary>A typing error is no member, for <c>!i</c> as for IRRd.</summary>
    [Theory]
    [InlineData("AS64500.")]
    [InlineData("AS64500.AS64501")]
    [InlineData("AS-A.B")]
    [InlineData("64500")]
    [InlineData("AS64500:")]
    [InlineData(":AS-A")]
    [InlineData("::AS-A")]
    [InlineData("RIPE::")]
    [InlineData("AS64500::AS-A::AS-B")]
    [InlineData("-AS64500")]
    public void What_is_no_name_is_no_member(string member)
    {
        IrrDatabase database = IrrFixture.Of($"as-set: AS-TEST\nmembers: AS64496, {member}, RADB::AS64500:AS-X, AS1.10\nsource: TEST\n");
        Assert.Equal(["AS64496", "RADB::AS64500:AS-X", "AS65546"], database.FindSet("AS-TEST")!.Members);
        Assert.Equal(1, database.Sources[0].Problems.Single(p => p.Problem == RpslProblem.BadMember).Count);
    }

    private static string Set(string name, string members, string source = "TEST") =>
        $"as-set: {name}\nmembers: {members}\nsource: {source}\n\n";

    [Fact]
    public void Loops_and_missing_members_are_named_and_do_not_hurt()
    {
        IrrDatabase db = IrrFixture.Of(
            Set("AS-A", "AS1, AS-B, AS-NOWHERE") + Set("AS-B", "AS2, AS-A, AS-B") + Set("AS-C", "AS3, AS-D") + Set("AS-D", "AS4")
        );
        AsSetExpansion a = db.ExpandAsSet("as-a");
        Assert.Equal([1u, 2u], a.Asns.Select(x => x.Value));
        Assert.Equal(["AS-NOWHERE"], a.Missing);
        Assert.Equal(["TEST::AS-A", "TEST::AS-B"], a.Sets);
        Assert.True(a.HasLoop);
        Assert.False(db.ExpandAsSet("AS-C").HasLoop);
        Assert.Equal(2, db.ExpandAsSet("AS-C").Depth);
        Assert.False(db.ExpandAsSet("AS-NOWHERE").Found);
    }

    [Fact]
    public void A_diamond_is_not_a_loop()
    {
        IrrDatabase db = IrrFixture.Of(Set("AS-A", "AS-B, AS-C") + Set("AS-B", "AS-D") + Set("AS-C", "AS-D") + Set("AS-D", "AS4"));
        Assert.False(db.ExpandAsSet("AS-A").HasLoop);
        Assert.Equal([4u], db.ExpandAsSet("AS-A").Asns.Select(a => a.Value));
    }

    [Fact]
    public void The_preferred_source_wins_and_a_named_source_is_taken_from_there()
    {
        string rpsl =
            Set("AS-X", "AS1", "ALPHA") + Set("AS-X", "AS2, BETA::AS-Y", "BETA") + Set("AS-Y", "AS3", "ALPHA") + Set("AS-Y", "AS4", "BETA");
        IrrDatabase db = IrrFixture.Of(rpsl, "ALPHA", "BETA");
        Assert.Equal([1u], db.ExpandAsSet("AS-X").Asns.Select(a => a.Value));
        Assert.Equal([2u, 4u], db.ExpandAsSet("BETA::AS-X").Asns.Select(a => a.Value));
        Assert.Equal([2u, 4u], IrrFixture.Of(rpsl, "BETA").ExpandAsSet("AS-X").Asns.Select(a => a.Value));
        Assert.Equal([3u], db.ExpandAsSet("AS-Y").Asns.Select(a => a.Value));
        Assert.False(db.ExpandAsSet("GAMMA::AS-X").Found);
    }

    [Fact]
    public void Depth_and_exclusions_are_respected()
    {
        var rpsl = new StringBuilder();
        for (int i = 0; i < 10_000; i++)
            rpsl.Append(Set($"AS-DEEP{i}", $"AS{i + 1}, AS-DEEP{i + 1}"));
        IrrDatabase db = IrrFixture.Of(rpsl.ToString());
        AsSetExpansion all = db.ExpandAsSet("AS-DEEP0");
        Assert.Equal((10_000, 10_000, false), (all.Asns.Count, all.Depth, all.LimitReached));
        AsSetExpansion three = db.ExpandAsSet("AS-DEEP0", new ExpansionOptions { MaxDepth = 3 });
        Assert.Equal((3, true), (three.Asns.Count, three.LimitReached));
        Assert.Equal(5, db.ExpandAsSet("AS-DEEP0", new ExpansionOptions { Excluded = ["as-deep5"] }).Asns.Count);
        Assert.True(db.ExpandAsSet("AS-DEEP0", new ExpansionOptions { MaxSets = 100 }).LimitReached);
    }

    [Fact]
    public void Members_by_reference_join_when_their_maintainer_is_named()
    {
        IrrDatabase db = IrrFixture.Of(
            "as-set: AS-REF\nmbrs-by-ref: M-GOOD, M-TOO\nmembers: AS1\nsource: TEST\n\nas-set: AS-ANY\nmbrs-by-ref: ANY\nsource: TEST\n\nas-set: AS-CLOSED\nsource: TEST\n\n"
                + "aut-num: AS2\nmember-of: AS-REF, AS-CLOSED\nmnt-by: M-OTHER, M-GOOD\nsource: TEST\n\naut-num: AS3\nmember-of: AS-REF, AS-ANY\nmnt-by: M-BAD\nsource: TEST\n\n"
                + "route-set: RS-REF\nmbrs-by-ref: M-TOO\nsource: TEST\n\nroute: 192.0.2.0/24\norigin: AS1\nmember-of: RS-REF\nmnt-by: M-TOO\nsource: TEST\n"
        );
        Assert.Equal([1u, 2u], db.ExpandAsSet("AS-REF").Asns.Select(a => a.Value));
        Assert.Equal([3u], db.ExpandAsSet("AS-ANY").Asns.Select(a => a.Value));
        Assert.Empty(db.ExpandAsSet("AS-CLOSED").Asns);
        Assert.Equal(["192.0.2.0/24"], db.ExpandRouteSet("RS-REF").Prefixes.Select(p => p.ToString()));
    }

    [Fact]
    public void Route_sets_apply_range_operators()
    {
        IrrDatabase db = IrrFixture.Of(
            "route-set: RS-A\nmembers: 10.0.0.0/16^+, 10.1.0.0/16^-, 10.2.0.0/16^24, 10.3.0.0/16^20-24, 10.4.0.0/16, RS-B^24, AS1, AS2^+\nsource: TEST\n\n"
                + "route-set: RS-B\nmembers: 10.5.0.0/16, 10.6.0.0/25\nmp-members: 2001:db8::/32^48\nsource: TEST\n\n"
                + "route: 10.7.0.0/16\norigin: AS1\nsource: TEST\n\nroute: 10.8.0.0/16\norigin: AS2\nsource: TEST\n"
        );
        Assert.Equal(
            [
                "10.0.0.0/16^16-32",
                "10.1.0.0/16^17-32",
                "10.2.0.0/16^24",
                "10.3.0.0/16^20-24",
                "10.4.0.0/16",
                "10.5.0.0/16^24",
                "10.7.0.0/16",
                "10.8.0.0/16^16-32",
            ],
            db.ExpandRouteSet("RS-A").Prefixes.Select(p => p.ToString())
        );
        Assert.Equal(["10.5.0.0/16", "10.6.0.0/25", "2001:db8::/32^48"], db.ExpandRouteSet("rs-b").Prefixes.Select(p => p.ToString()));
    }
}
