using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Registries.Irr;
using Causeway.Registries.Serving.Whois;
using Causeway.Registries.Tests.Irr;

namespace Causeway.Registries.Tests.Serving.Whois;

/// <summary>Answers byte for byte as IRRd 4 documents them.</summary>
public sealed class WhoisSessionTests
{
    private const string Rpsl = """
        route:  192.0.2.0/24
        origin: AS64496
        mnt-by: M-ONE
        source: ALPHA

        route:  192.0.2.0/24
        origin: AS64497
        mnt-by: M-TWO, M-ONE
        source: BETA

        route:  192.0.0.0/16
        origin: AS64498
        source: ALPHA

        route:  192.0.2.128/25
        origin: AS64496
        source: ALPHA

        route6: 2001:db8::/32
        origin: AS64496
        source: ALPHA

        as-set:  AS-EX
        descr:   an example
        members: AS64496,
                 AS-OTHER
        source:  ALPHA

        as-set:  AS-OTHER
        members: AS64498
        mnt-by:  M-ONE
        source:  BETA

        route-set: RS-EX
        members:   192.0.2.0/24^25-26, AS64498
        source:    ALPHA

        aut-num: AS64496
        as-name: EXAMPLE
        source:  ALPHA

        """;

    private static readonly IrrDatabase Database = IrrFixture.Of(Rpsl, "ALPHA", "BETA");

    private static WhoisSession NewSession(int maxAnswer = 1 << 20) =>
        new(
            () => Database,
            new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), MaxAnswer = maxAnswer },
            new WhoisPending(long.MaxValue),
            TimeProvider.System
        );

    private static string Ask(WhoisSession session, string query)
    {
        using WhoisReply reply = session.Answer(Encoding.UTF8.GetBytes(query));
        return Encoding.UTF8.GetString(reply.ToArray());
    }

    private static string Ask(params string[] queries)
    {
        using WhoisSession session = NewSession();
        // Not Select and Last, which would ask the last one only.
        string answer = "";
        foreach (string query in queries)
            answer = Ask(session, query);
        return answer;
    }

    private static string A(string content) => $"A{Encoding.UTF8.GetByteCount(content) + 1}\n{content}\nC\n";

    [Theory]
    [InlineData("!gAS64496", "192.0.2.0/24 192.0.2.128/25")]
    [InlineData("!gas64496", "192.0.2.0/24 192.0.2.128/25")]
    [InlineData("!6AS64496", "2001:db8::/32")]
    [InlineData("!iAS-EX", "AS-OTHER AS64496")]
    [InlineData("!iAS-EX,1", "AS64496 AS64498")]
    [InlineData("!ias-ex,1", "AS64496 AS64498")]
    [InlineData("!iRS-EX,1", "192.0.0.0/16 192.0.2.0/24^25-26")]
    [InlineData("!iRS-EX", "192.0.2.0/24^25-26 AS64498")]
    [InlineData("!aAS-EX", "192.0.0.0/16 192.0.2.0/24 192.0.2.128/25 2001:db8::/32")]
    [InlineData("!a4AS-EX", "192.0.0.0/16 192.0.2.0/24 192.0.2.128/25")]
    [InlineData("!a6AS-EX", "2001:db8::/32")]
    [InlineData("!r192.0.2.0/24,o", "AS64496 AS64497")]
    [InlineData("!s-lc", "ALPHA,BETA")]
    [InlineData("!jALPHA,NONE", "ALPHA:N:-\nNONE:X:Database unknown")]
    [InlineData("!maut-num,AS64496", "aut-num: AS64496\nas-name: EXAMPLE\nsource:  ALPHA\n")]
    [InlineData("!mroute,192.0.2.0/24-AS64497", "route:  192.0.2.0/24\norigin: AS64497\nmnt-by: M-TWO, M-ONE\nsource: BETA\n")]
    [InlineData("!mroute6,2001:db8::/32AS64496", "route6: 2001:db8::/32\norigin: AS64496\nsource: ALPHA\n")]
    [InlineData("-V client-1.0 !gAS64496", "192.0.2.0/24 192.0.2.128/25")]
    public void Irrd_queries_with_an_answer(string query, string content) => Assert.Equal(A(content), Ask(query));

    [Theory]
    [InlineData("!!", "")]
    [InlineData("!t60", "C\n")]
    [InlineData("!nclient", "C\n")]
    [InlineData("!sBETA", "C\n")]
    [InlineData("!s-*", "C\n")]
    [InlineData("!fno-rpki-filter", "C\n")]
    [InlineData("!gAS1", "D\n")]
    [InlineData("!iAS-NONE", "D\n")]
    [InlineData("!aAS-NONE,", "D\n")]
    [InlineData("!r203.0.113.0/24", "D\n")]
    [InlineData("!maut-num,AS1", "D\n")]
    [InlineData("!mperson,X", "D\n")]
    [InlineData("!a", "F Missing required set name for A query\n")]
    [InlineData("!a4", "F Missing required set name for A query\n")]
    [InlineData("!g", "F Missing parameter for g query\n")]
    [InlineData("!gASX", "F Invalid AS number ASX: must be a number, with or without 'AS'\n")]
    [InlineData("!t0", "F Invalid value for timeout: 0\n")]
    [InlineData("!t1001", "F Invalid value for timeout: 1001\n")]
    [InlineData("!sGAMMA", "F One or more selected sources are unavailable.\n")]
    [InlineData("!r192.0.2.1/24", "F Invalid input for route search: 192.0.2.1/24\n")]
    [InlineData("!r192.0.2.0/24,z", "F Invalid route search option: z\n")]
    [InlineData("!maut-num", "F Invalid argument for object lookup: aut-num\n")]
    [InlineData("!", "F Missing IRRD command\n")]
    [InlineData("!x", "F Unrecognised command: x\n")]
    public void Irrd_queries_without_an_answer(string query, string reply) => Assert.Equal(reply, Ask(query));

    [Fact]
    public void Route_searches_go_up_and_down()
    {
        Assert.Equal(A("route:  192.0.0.0/16\norigin: AS64498\nsource: ALPHA\n"), Ask("!r192.0.2.0/24,l"));
        Assert.Contains("192.0.0.0/16", Ask("!r192.0.2.0/24,L"));
        Assert.Contains("AS64497", Ask("!r192.0.2.0/24,L"));
        string inside = Ask("!r192.0.2.0/24,M");
        Assert.Contains("192.0.2.128/25", inside);
        Assert.DoesNotContain("192.0.2.0/24", inside);
        Assert.Contains("192.0.2.128/25", Ask("!r192.0.2.200,l"));
    }

    [Fact]
    public void Sources_and_exclusions_persist()
    {
        WhoisSession session = NewSession();
        Ask(session, "!sBETA");
        Assert.Equal(A("BETA"), Ask(session, "!s-lc"));
        Assert.Equal("D\n", Ask(session, "!iAS-EX"));
        Assert.Equal(A("192.0.2.0/24"), Ask(session, "!gAS64497"));
        Ask(session, "!sALPHA,BETA");
        Ask(session, "!eAS-OTHER");
        Assert.Equal(A("AS-OTHER"), Ask(session, "!e-lc"));
        Assert.Equal(A("AS64496"), Ask(session, "!iAS-EX,1"));
        Assert.Equal(A("AS64498"), Ask(session, "!iAS-OTHER,1"));
    }

    [Fact]
    public void Status_is_json()
    {
        string reply = Ask("!J-*");
        using JsonDocument json = JsonDocument.Parse(reply[(reply.IndexOf('\n') + 1)..^3]);
        Assert.Equal("regular", json.RootElement.GetProperty("ALPHA").GetProperty("source_type").GetString());
        Assert.Equal(7, json.RootElement.GetProperty("ALPHA").GetProperty("objects").GetInt32());
    }

    [Fact]
    public void Ripe_style_queries_give_objects()
    {
        const string Nothing = "%  No entries found for the selected source(s).\n\n\n";
        Assert.Equal("route:  192.0.2.0/24\norigin: AS64497\nmnt-by: M-TWO, M-ONE\nsource: BETA\n\n\n", Ask("-s BETA -x 192.0.2.0/24"));
        Assert.Equal("as-set:  AS-EX\nmembers: AS64496,\n         AS-OTHER\n\n\n", Ask("-K AS-EX"));
        Assert.Equal("route:  192.0.2.0/24\norigin: AS64497\n\n\n", Ask("-K -s BETA -x 192.0.2.0/24"));
        Assert.Equal(Nothing, Ask("-i origin AS1"));
        Assert.Equal(Nothing, Ask("AS-NONE"));
        Assert.Equal(Nothing, Ask("-T route AS-EX"));
        string byOrigin = Ask("-i origin AS64496");
        Assert.Equal(3, byOrigin.Split("origin: AS64496").Length - 1);
        Assert.Equal(2, Ask("-T route -i origin AS64496").Split("origin: AS64496").Length - 1);
        Assert.Contains("EXAMPLE", Ask("as64496"));
        Assert.Contains("AS-OTHER", Ask("-i mnt-by M-ONE"));
        Assert.Contains("192.0.0.0/16", Ask("-r -L 192.0.2.0/25"));
        Assert.Equal("%% ERROR: Missing argument for flag/search: i\n\n\n", Ask("-i origin"));
        Assert.Equal("%% ERROR: Unrecognised flag/search: Z\n\n\n", Ask("-Z"));
        Assert.Equal("%% ERROR: Access denied\n\n\n", Ask("-g ALPHA:3:1-LAST"));
    }

    [Fact]
    public void An_answer_beyond_the_limit_is_refused_and_the_next_is_given()
    {
        WhoisSession session = NewSession(maxAnswer: 60);
        Assert.StartsWith("F The answer exceeds 60 bytes", Ask(session, "!r192.0.2.0/24,L"));
        Assert.Equal(A("2001:db8::/32"), Ask(session, "!6AS64496"));
    }

    [Fact]
    public void Noise_never_throws_and_always_gets_a_reply()
    {
        var random = new Random(FuzzSeed.Of(5));
        string[] words =
        [
            "!",
            "!!",
            "!a",
            "!g",
            "!6",
            "!i",
            "!r",
            "!m",
            "!s",
            "!j",
            "!J",
            "!e",
            "!o",
            "!t",
            "!q",
            "-i",
            "-s",
            "-T",
            "-K",
            "-k",
            "-x",
            "-L",
            "-M",
            "-l",
            "-V",
            "-q",
            "-g",
            "-t",
            "-a",
            " ",
            ",",
            "AS64496",
            "AS-EX",
            "RS-EX",
            "192.0.2.0/24",
            "::/0",
            "0.0.0.0/0",
            "/",
            "^",
            "ALPHA",
            "origin",
            "mnt-by",
            "route",
            "sources",
            "\0",
            "\u00e5",
            "99999999999999999999",
            "AS1.2",
            "1.2.3",
            ",1",
            ",o",
            "-lc",
            "-*",
        ];
        for (int i = 0; i < 20_000; i++)
        {
            WhoisSession session = NewSession();
            string query = string.Concat(
                Enumerable.Range(0, random.Next(1, 6)).Select(_ => words[random.Next(words.Length)] + (random.Next(2) == 0 ? " " : ""))
            );
            string reply = Ask(session, query);
            if (!query.TrimStart().StartsWith('!') && !query.Contains('!'))
                Assert.EndsWith("\n\n\n", reply);
            else if (reply.Length > 0)
                Assert.True(
                    reply[^1] == '\n' && "ACDF%r".Contains(reply[0]) || reply.EndsWith("\n\n\n", StringComparison.Ordinal),
                    $"{query} -> {reply}"
                );
        }
        var bytes = new byte[200];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            if (i % 2 == 0)
                bytes[0] = (byte)'!';
            using WhoisReply reply = NewSession().Answer(bytes.AsSpan(0, random.Next(bytes.Length)));
            Assert.True(reply.Length < 1 << 20);
        }
    }

    [Fact]
    public void Answers_that_nobody_reads_leave_room_for_others()
    {
        var rpsl = new StringBuilder();
        for (int i = 0; i < 1000; i++)
            rpsl.Append($"route: 10.{i >> 8}.{i & 255}.0/24\norigin: AS1\ndescr: {new string('x', 200)}\nsource: TEST\n\n");
        IrrDatabase database = IrrFixture.Of(rpsl.ToString());
        var pending = new WhoisPending(300_000);
        using var session = new WhoisSession(
            () => database,
            new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            pending,
            TimeProvider.System
        );
        using (WhoisReply unread = session.Answer("-i origin AS1"u8))
        {
            Assert.InRange(unread.Length, 250_000, 300_000);
            long held = pending.Bytes;
            Assert.Contains("try again later", Ask(session, "-i origin AS1"));
            Assert.StartsWith("F Too many answers", Ask(session, "!r10.0.0.0/8,M"));
            Assert.Equal(held, pending.Bytes);
            Assert.StartsWith("A", Ask(session, "!r10.0.0.0/24,o"));
        }
        Assert.Equal(0, pending.Bytes);
        Assert.Equal(1000, Ask(session, "-i origin AS1").Split("origin: AS1").Length - 1);
        Assert.Equal(0, pending.Bytes);
    }

    [Theory]
    [InlineData("-rT aut-num -s ALPHA AS64496")]
    [InlineData("-rBT aut-num -s ALPHA AS64496")]
    [InlineData("-T aut-num -r -s ALPHA AS64496")]
    public void Flags_may_be_written_together(string query) =>
        Assert.Equal("aut-num: AS64496\nas-name: EXAMPLE\nsource:  ALPHA\n\n\n", Ask(query));

    [Fact]
    public void A_choice_of_sources_can_be_taken_back()
    {
        Assert.Equal(A("BETA"), Ask("!sBETA", "!s-lc"));
        Assert.Equal(A("ALPHA,BETA"), Ask("!sBETA", "!s-*", "!s-lc"));
    }
}
