using System.IO.Compression;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;

namespace Causeway.Registries.Tests.Irr;

public sealed class RpslParsingTests
{
    private const string Plain = """
        % a remark of the server

        route:      192.0.2.0/24
        descr:      Example
        origin:     AS64496
        mnt-by:     MAINT-EXAMPLE
        source:     TEST

        route6:     2001:db8::/32 # with a comment
        origin:     as64497
        mnt-by:     MAINT-A, maint-b
        source:     TEST

        person:     Somebody
        source:     TEST

        as-set:     AS-EXAMPLE
        members:    AS64496, AS64497 # two
                    AS64498
        +           AS-OTHER
        mp-members: AS64499
        source:     TEST

        mntner:     MAINT-EXAMPLE
        auth:       CRYPT-PW abcdefghijk
        auth:       PGPKEY-00000000
        source:     TEST

        """;

    [Fact]
    public void Objects_are_read_with_their_values_and_text()
    {
        IrrDatabase db = IrrFixture.Of(Plain);
        IrrRoute route = Assert.Single(db.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Equal(64496u, route.Origin.Value);
        Assert.Equal(["MAINT-EXAMPLE"], route.Maintainers);
        Assert.StartsWith("route:      192.0.2.0/24\ndescr:", route.Text);
        Assert.EndsWith("source:     TEST", route.Text);
        IrrRoute route6 = Assert.Single(db.ByOrigin(new Asn(64497)));
        Assert.Equal(IpPrefix.Parse("2001:db8::/32"), route6.Prefix);
        Assert.Equal(["MAINT-A", "MAINT-B"], route6.Maintainers);
        Assert.Equal(["AS64496", "AS64497", "AS64498", "AS-OTHER", "AS64499"], db.FindSet("as-example")!.Members);
        IrrSource source = Assert.Single(db.Sources);
        Assert.Equal((1, 1, 1, 1), (source.Routes4, source.Routes6, source.AsSets, source.Mntners));
        Assert.Equal(1, source.Problems.Single(p => p.Problem == RpslProblem.OtherClass).Count);
    }

    [Fact]
    public void Password_hashes_are_not_kept()
    {
        string text = Assert.Single(IrrFixture.Of(Plain).Mntner("maint-example")).Text;
        Assert.DoesNotContain("abcdefghijk", text);
        Assert.Contains("CRYPT-PW DummyValue", text);
        Assert.Contains("PGPKEY-00000000", text);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("mixed")]
    public void Line_endings_do_not_matter(string ending)
    {
        // A lone CR before an empty line that ends in LF would read as one CRLF, rightly.
        string[] lines = Plain.Split('\n');
        string Mixed(string line, int i) =>
            line
            + (
                line.Length == 0
                    ? "\r\n"
                    : (i % 3) switch
                    {
                        0 => "\n",
                        1 => "\r\n",
                        _ => "\r",
                    }
            );
        string text = ending != "mixed" ? Plain.Replace("\n", ending) : string.Concat(lines.Select(Mixed)).Replace("\r\r\n", "\r\n\r\n");
        IrrDatabase db = IrrFixture.Of(text);
        Assert.Single(db.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Single(db.Exact(IpPrefix.Parse("2001:db8::/32")));
        Assert.Equal(5, db.FindSet("AS-EXAMPLE")!.Members.Count);
    }

    [Theory]
    [InlineData("route: 192.0.2.1/24\norigin: AS1\nsource: TEST\n", RpslProblem.HostBits)]
    [InlineData("route: 192.0.2.0\norigin: AS1\nsource: TEST\n", RpslProblem.BadPrefix)]
    [InlineData("route: 192.0.2.0/33\norigin: AS1\nsource: TEST\n", RpslProblem.BadPrefix)]
    [InlineData("route: 2001:db8::/32\norigin: AS1\nsource: TEST\n", RpslProblem.BadPrefix)]
    [InlineData("route6: 192.0.2.0/24\norigin: AS1\nsource: TEST\n", RpslProblem.BadPrefix)]
    [InlineData("route6: 2001:db8::1/32\norigin: AS1\nsource: TEST\n", RpslProblem.HostBits)]
    [InlineData("route:\norigin: AS1\nsource: TEST\n", RpslProblem.BadPrefix)]
    [InlineData("route: 192.0.2.0/24\nsource: TEST\n", RpslProblem.MissingOrigin)]
    [InlineData("route: 192.0.2.0/24\norigin: # none\nsource: TEST\n", RpslProblem.MissingOrigin)]
    [InlineData("route: 192.0.2.0/24\norigin: AS4294967296\nsource: TEST\n", RpslProblem.BadAsn)]
    [InlineData("route: 192.0.2.0/24\norigin: 64496\nsource: TEST\n", RpslProblem.BadAsn)]
    [InlineData("aut-num: ASX\nsource: TEST\n", RpslProblem.BadAsn)]
    [InlineData("as-set: AS64496\nsource: TEST\n", RpslProblem.BadName)]
    [InlineData("as-set: AS-\u00c4\nsource: TEST\n", RpslProblem.BadName)]
    [InlineData("as-set: AS-A\nmembers: 192.0.2.0/24\nsource: TEST\n", RpslProblem.BadMember)]
    [InlineData("route-set: RS-A\nmembers: 192.0.2.0/24^33x\nsource: TEST\n", RpslProblem.BadMember)]
    [InlineData("no attribute at all\nsource: TEST\n", RpslProblem.NotAnAttribute)]
    [InlineData("route: 192.0.2.0/24\norigin: AS1\n", RpslProblem.MissingSource)]
    [InlineData("route: 192.0.2.0/24\norigin: AS1\nsource: not/aname\n", RpslProblem.BadName)]
    [InlineData("as-set: AS-A\nsource: TEST\n\nas-set: as-a\nsource: TEST\n", RpslProblem.Duplicate)]
    [InlineData(
        "route: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n",
        RpslProblem.Duplicate
    )]
    public void Bad_objects_are_counted_by_reason_and_do_not_hurt_the_rest(string bad, RpslProblem reason)
    {
        using var fixture = new IrrFixture();
        fixture.Load(Plain + "\n" + bad + "\n" + "route: 203.0.113.0/24\norigin: AS64500\nsource: TEST\n");
        IrrSource source = fixture.Database.Source("test")!;
        Assert.Contains(source.Problems, p => p.Problem == reason && p.Count == 1);
        Assert.Single(fixture.Database.Exact(IpPrefix.Parse("203.0.113.0/24")));
        Assert.Equal(
            2,
            fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24")).Count
                + (reason == RpslProblem.Duplicate && bad.StartsWith("route", StringComparison.Ordinal) ? 0 : 1)
        );
    }

    [Fact]
    public void Latin_1_and_broken_utf_8_are_kept_as_readable_text_and_counted()
    {
        byte[] latin = Encoding.Latin1.GetBytes("route: 192.0.2.0/24\ndescr: \u00c5ngstr\u00f6m\norigin: AS1\nsource: TEST\n\n");
        byte[] utf8 = Encoding.UTF8.GetBytes("route: 198.51.100.0/24\ndescr: \u00c5ngstr\u00f6m\norigin: AS1\nsource: TEST\n");
        using var fixture = new IrrFixture();
        fixture.Load([.. latin, .. utf8]);
        Assert.Contains("\u00c5ngstr\u00f6m", Assert.Single(fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24"))).Text);
        Assert.Contains("\u00c5ngstr\u00f6m", Assert.Single(fixture.Database.Exact(IpPrefix.Parse("198.51.100.0/24"))).Text);
        Assert.Equal(1, fixture.Database.Sources[0].Problems.Single(p => p.Problem == RpslProblem.NotUtf8).Count);
    }

    [Fact]
    public void A_set_of_a_hundred_thousand_lines_is_read_whole()
    {
        var text = new StringBuilder("as-set: AS-HUGE\n");
        for (int i = 1; i <= 100_000; i++)
            text.Append("members:        AS").Append(i).Append('\n');
        text.Append("source: TEST\n");
        IrrDatabase db = IrrFixture.Of(text.ToString());
        Assert.Equal(100_000, db.FindSet("AS-HUGE")!.Members.Count);
        Assert.Equal(100_000, db.ExpandAsSet("AS-HUGE").Asns.Count);
        Assert.EndsWith("AS100000\nsource: TEST", db.FindSet("AS-HUGE")!.Text);
    }

    [Fact]
    public void An_object_beyond_the_limit_is_skipped_and_the_next_one_is_read()
    {
        var text = new StringBuilder("as-set: AS-TOO-LARGE\n");
        while (text.Length < RpslReader.MaxObject + 100)
            text.Append("remarks: ").Append('x', 10_000).Append('\n');
        text.Append("source: TEST\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n");
        IrrDatabase db = IrrFixture.Of(text.ToString());
        Assert.Null(db.FindSet("AS-TOO-LARGE"));
        Assert.Single(db.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Equal(1, db.Sources[0].Problems.Single(p => p.Problem == RpslProblem.TooLarge).Count);
    }

    [Fact]
    public void Gzip_is_recognised_by_its_content()
    {
        using var fixture = new IrrFixture();
        fixture.Load(Gzip(Plain));
        Assert.Single(fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24")));
    }

    [Fact]
    public void Gzip_members_glued_together_are_one_input_and_are_known_to_be_whole()
    {
        using var fixture = new IrrFixture();
        byte[] two = [.. Gzip(Plain), .. Gzip("\nroute: 203.0.113.0/24\norigin: AS64500\nsource: TEST\n")];
        Assert.Empty(fixture.Load(two).Failures);
        Assert.Equal(2, fixture.Database.Sources[0].Routes4);
        Assert.NotEmpty(fixture.Load(two[..^9]).Failures);
    }

    [Fact]
    public void A_truncated_gzip_does_not_replace_a_whole_copy()
    {
        string many = string.Concat(
            Enumerable
                .Range(0, 20_000)
                .Select(i => $"route: 10.{i / 256}.{i % 256}.0/24\ndescr: {Guid.NewGuid()}\norigin: AS{i + 1}\nsource: TEST\n\n")
        );
        byte[] whole = Gzip(many);
        byte[] cut = whole[..(whole.Length * 9 / 10)];
        using var fixture = new IrrFixture();

        IrrLoadReport first = fixture.Load(cut);
        Assert.NotEmpty(first.Failures);
        IrrStale stale = Assert.IsType<IrrOutcome.Replaced>(Assert.Single(first.Outcomes)).State.Stale!;
        Assert.Equal(IrrStaleKind.Incomplete, stale.Kind);
        Assert.InRange(fixture.Database.Sources[0].Routes4, 10_000, 19_999);

        fixture.Load(whole);
        Assert.Equal(20_000, fixture.Database.Sources[0].Routes4);
        Assert.Null(fixture.Database.Sources[0].Stale);

        fixture.Load(cut);
        Assert.Equal(20_000, fixture.Database.Sources[0].Routes4);
        Assert.Equal(IrrStaleKind.Failed, fixture.Database.Sources[0].Stale!.Kind);
    }

    [Fact]
    public void Damaged_gzip_is_reported()
    {
        byte[] bytes = Gzip(Plain);
        for (int i = 12; i < bytes.Length; i++)
            bytes[i] ^= 0x5a;
        using var fixture = new IrrFixture();
        IrrLoadReport report = fixture.Load(IrrDump.Bytes("damaged", bytes, "TEST"));
        Assert.Contains("damaged", Assert.Single(report.Failures));
    }

    [Fact]
    public void A_missing_file_is_reported_by_name()
    {
        using var fixture = new IrrFixture();
        IrrLoadReport report = fixture.Load(IrrDump.File("/nonexistent/radb.db.gz", "RADB"));
        Assert.Contains("/nonexistent/radb.db.gz", Assert.Single(report.Failures));
        Assert.Equal("RADB", Assert.IsType<IrrOutcome.Absent>(Assert.Single(report.Outcomes)).Source);
    }

    [Fact]
    public void Other_sources_are_refused_when_one_is_named()
    {
        using var fixture = new IrrFixture();
        fixture.Load("route: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\nroute: 198.51.100.0/24\norigin: AS1\nsource: ELSE\n", "TEST");
        Assert.Equal("TEST", Assert.Single(fixture.Database.Sources).Name);
        Assert.Equal(1, fixture.Database.Sources[0].Problems.Single(p => p.Problem == RpslProblem.ForeignSource).Count);
    }

    internal static byte[] Gzip(string text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return memory.ToArray();
    }
}
