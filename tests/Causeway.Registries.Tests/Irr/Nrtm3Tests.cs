using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Nrtm;

namespace Causeway.Registries.Tests.Irr;

public sealed class Nrtm3Tests : IAsyncDisposable
{
    private readonly IrrFixture _fixture = new();
    private readonly FakeNrtm3Server _server = new();

    public Nrtm3Tests()
    {
        string rpsl = "";
        for (int i = 0; i < 10; i++)
            rpsl += $"route: 10.{i}.0.0/16\norigin: AS{100 + i}\nmnt-by: M\nsource: TEST\n\n";
        rpsl +=
            "as-set: AS-TEST\nmembers: AS100, AS101\nmbrs-by-ref: M\nsource: TEST\n\naut-num: AS105\nmember-of: AS-TEST\nmnt-by: M\nsource: TEST\n\n";
        string path = Path.Combine(_fixture.Folder, "test.db");
        File.WriteAllText(path, rpsl);
        File.WriteAllText(Path.Combine(_fixture.Folder, "TEST.CURRENTSERIAL"), "1000\n");
        _fixture.Load(IrrDump.File(path));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _fixture.Dispose();
    }

    private Task<NrtmOutcome> RunAsync() =>
        new Nrtm3Client(
            _fixture.Store,
            TimeProvider.System,
            new Nrtm3Options
            {
                Host = "127.0.0.1",
                Port = _server.Port,
                Timeout = TimeSpan.FromSeconds(20),
            }
        ).RunAsync("test", TestContext.Current.CancellationToken);

    private const string Changes = """
        % a remark
        %START Version: 3 TEST 1001-1005

        ADD 1001

        route:  192.0.2.0/24
        origin: AS64496
        mnt-by: M
        source: TEST

        DEL 1002

        route:  10.0.0.0/16
        origin: AS100
        source: TEST

        ADD 1003

        as-set:  AS-TEST
        members: AS100, AS102
        mbrs-by-ref: M
        source:  TEST

        ADD 1005

        person: Nobody of interest
        source: TEST

        %END TEST

        """;

    [Fact]
    public async Task Changes_are_applied_in_one_step_and_the_next_run_continues_after_them()
    {
        _server.Answer = _ => Changes;
        var applied = Assert.IsType<NrtmOutcome.Applied>(await RunAsync());
        Assert.Equal((1001, 1005, 4), (applied.From, applied.To, applied.Changes));
        Assert.Single(_fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Empty(_fixture.Database.Exact(IpPrefix.Parse("10.0.0.0/16")));
        Assert.Single(_fixture.Database.Exact(IpPrefix.Parse("10.1.0.0/16")));
        Assert.Equal(["AS100", "AS102", "AS105"], _fixture.Database.FindSet("AS-TEST")!.Members);
        Assert.Equal(1005, _fixture.Database.Source("TEST")!.Serial);

        _fixture.Reopen();
        Assert.Equal(1005, _fixture.Database.Source("TEST")!.Serial);
        Assert.Contains("AS64496", Assert.Single(_fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24"))).Text);
        _server.Answer = _ => "%WARNING:403: there are no newer updates available\n";
        Assert.IsType<NrtmOutcome.UpToDate>(await RunAsync());
        Assert.Equal(["-g TEST:3:1001-LAST", "-g TEST:3:1006-LAST"], _server.Queries);
        Assert.Null(_fixture.Database.Source("TEST")!.Stale);
    }

    [Fact]
    public async Task An_object_that_changes_twice_ends_as_the_last_change_says()
    {
        _server.Answer = _ =>
            "%START Version: 3 TEST 1001-1004\n\nADD 1001\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\nDEL 1002\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\n"
            + "DEL 1003\n\nroute: 10.1.0.0/16\norigin: AS101\nsource: TEST\n\nADD 1004\n\nroute: 10.1.0.0/16\norigin: AS101\ndescr: back\nsource: TEST\n\n%END TEST\n";
        Assert.IsType<NrtmOutcome.Applied>(await RunAsync());
        Assert.Empty(_fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Contains("back", Assert.Single(_fixture.Database.Exact(IpPrefix.Parse("10.1.0.0/16"))).Text);
    }

    [Theory]
    [InlineData("%START Version: 3 TEST 1050-1060\n\nADD 1050\n\n", "changes in between are lost")]
    [InlineData("%ERROR:401: (invalid range: Not within 2000-3000)\n", "cannot continue")]
    public async Task A_gap_or_a_server_that_started_over_asks_for_a_reload(string answer, string expected)
    {
        _server.Answer = _ => answer;
        Assert.Contains(expected, Assert.IsType<NrtmOutcome.NeedsReload>(await RunAsync()).Reason);
        Assert.NotNull(_fixture.Database.Source("TEST")!.Stale);
        Assert.Equal(10, _fixture.Database.Source("TEST")!.Routes4);
    }

    /// <summary>What servers really say, to who stands at serial 1000 and asks from 1001 on.</summary>
    [Theory]
    [InlineData("\n%ERROR:401: invalid range: Not within 1-1000\n\n\n", "UpToDate")] // RIPE: nothing new
    [InlineData("%ERROR:401: (invalid range: Not within 900-1000)\n", "UpToDate")]
    [InlineData("%ERROR:401: invalid range: Not within 1-999\n", "NeedsReload")] // it has started over
    [InlineData("%ERROR:401: invalid range: Not within 2000-3000\n", "NeedsReload")] // what we need is gone
    [InlineData("%ERROR:401: invalid range: Not within 1-2000\n", "Failed")] // it contradicts itself
    [InlineData("%ERROR:401: invalid range\n", "NeedsReload")]
    [InlineData("% Warning: there are no newer updates available\n", "UpToDate")] // IRRd 4
    [InlineData("% Warning (1): there are no newer updates available\n", "UpToDate")] // IRRd 3
    [InlineData("% Warning: there are no updates available\n", "UpToDate")] // IRRd 4, an empty journal
    [InlineData("%% ERROR: Serials 13 - 1001 do not exist\n", "NeedsReload")] // IRRd 4, its newest is 13
    [InlineData("%% ERROR: Serials 1001 - 1500 do not exist\n", "NeedsReload")] // IRRd 4, its oldest is 1500
    [InlineData("%% ERROR: Serials 1000 - 1001 do not exist\n", "UpToDate")]
    [InlineData("%% ERROR: Serials 5 - 6 do not exist\n", "Failed")]
    [InlineData("%% ERROR: No journal kept for this source, unable to serve NRTM queries\n", "Failed")]
    [InlineData("%ERROR:999999999999999999999: 9999999999999999999999-99999999999999999999999 range\n", "NeedsReload Failed")]
    public async Task The_numbers_of_a_refusal_decide_what_it_means(string answer, string expected)
    {
        _server.Answer = _ => answer;
        NrtmOutcome outcome = await RunAsync();
        Assert.Contains(outcome.GetType().Name, expected.Split(' '));
        Assert.Equal(outcome is NrtmOutcome.UpToDate, _fixture.Database.Source("TEST")!.Stale is null);
        Assert.Equal((10, 1000L), (_fixture.Database.Source("TEST")!.Routes4, _fixture.Database.Source("TEST")!.Serial));
    }

    [Fact]
    public async Task A_server_that_gives_so_many_serials_at_once_is_asked_for_so_many()
    {
        _server.Answer = query =>
            query.EndsWith("LAST", StringComparison.Ordinal) ? "%% ERROR: Serial range requested exceeds maximum range of 4\n" : Changes;
        Assert.IsType<NrtmOutcome.Applied>(await RunAsync());
        Assert.Equal(["-g TEST:3:1001-LAST", "-g TEST:3:1001-1005"], _server.Queries);
        Assert.Equal(1005, _fixture.Database.Source("TEST")!.Serial);
    }

    [Theory]
    [InlineData("%START Version: 1 TEST 1001-1005\n\nADD\n\n", "%END TEST\n")]
    [InlineData("%START Version: 2 TEST 1001-1005 FILTERED\n\nADD\n\n", "%END TEST\n")]
    [InlineData("% START Version: 3 test 1001-1005 FILTERED\n\nADD 1002\n\n", "% END TEST\n")]
    public async Task Older_versions_are_understood(string start, string end)
    {
        string del = start.Contains("Version: 3", StringComparison.Ordinal) ? "DEL 1004" : "DEL";
        _server.Answer = _ =>
            $"{start}route: 192.0.2.0/24\norigin: AS64496\nsource: TEST\n\n{del}\n\nroute: 10.0.0.0/16\norigin: AS100\nsource: TEST\n\n{end}";
        Assert.Equal(2, Assert.IsType<NrtmOutcome.Applied>(await RunAsync()).Changes);
        Assert.Single(_fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Empty(_fixture.Database.Exact(IpPrefix.Parse("10.0.0.0/16")));
        Assert.Equal(1005, _fixture.Database.Source("TEST")!.Serial);
    }

    /// <summary>RIPE and RIPE-NONAUTH share their serials, and the server forgets what lies two weeks back.</summary>
    [Theory]
    [InlineData("%START Version: 3 TEST 1001-1007\n\n%END TEST\n")]
    [InlineData("%START Version: 3 TEST 1001-1007\n\nADD 1003\n\nperson: Nobody\nsource: TEST\n\n%END TEST\n")]
    public async Task Serials_without_a_change_move_on_and_write_no_segment(string answer)
    {
        string[] Segments() => Directory.GetFiles(_fixture.Folder, "*.irr");
        string[] before = Segments();
        _server.Answer = _ => answer;
        Assert.Equal(1007, Assert.IsType<NrtmOutcome.UpToDate>(await RunAsync()).Serial);
        Assert.Equal(1007, _fixture.Database.Source("TEST")!.Serial);
        _fixture.Reopen();
        _server.Answer = _ => "%ERROR:401: invalid range: Not within 1005-1007\n";
        Assert.IsType<NrtmOutcome.UpToDate>(await RunAsync());
        Assert.Equal("-g TEST:3:1008-LAST", _server.Queries.Last());
        Assert.Equal(before, Segments());
    }

    [Theory]
    [InlineData("", "without an answer")]
    [InlineData("%START Version: 3 TEST 1001-1003\n\nADD 1001\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\n", "before %END")]
    [InlineData("%START Version: 3 TEST 1001-1003\n\nADD 1001\n\nroute: 192.0.2.0/24\norig", "within an object")]
    [InlineData("%START Version: 3 OTHER 1001-1003\n\n", "not the start")]
    [InlineData("%START Version: 4 TEST 1001-1003\n\n", "not the start")]
    [InlineData("%START Version: 3 TEST\n\n", "expected %START")]
    [InlineData("%START Version: 3 TEST 1001-1003\n\nADD\n\n", "with a serial")]
    [InlineData(
        "%START Version: 1 TEST 1001-1001\n\nADD\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\nADD\n\nroute: 192.0.2.0/25\norigin: AS1\nsource: TEST\n\n",
        "in a range that ends at 1001"
    )]
    [InlineData("%% Access denied for 192.0.2.1\n", "Access denied")]
    [InlineData(
        "%START Version: 3 TEST 1001-1003\n\nADD 1003\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: TEST\n\nADD 1002\n\n",
        "comes after"
    )]
    [InlineData("%START Version: 3 TEST 1001-1003\n\nADD 2000\n\n", "comes after")]
    [InlineData("%START Version: 3 TEST 1001-1003\n\nFROB 1001\n\n", "expected ADD or DEL")]
    [InlineData("%ERROR:402: not authorised to mirror\n", "not authorised")]
    [InlineData("HTTP/1.1 400 Bad Request\n", "expected %START")]
    public async Task A_bad_answer_changes_nothing_and_marks_the_source(string answer, string expected)
    {
        _server.Answer = _ => answer;
        Assert.Contains(expected, Assert.IsType<NrtmOutcome.Failed>(await RunAsync()).Reason);
        IrrSource source = _fixture.Database.Source("TEST")!;
        Assert.Equal((10, 1000L), (source.Routes4, source.Serial));
        Assert.Equal(IrrStaleKind.Failed, source.Stale!.Kind);
    }

    [Fact]
    public async Task A_server_that_is_not_there_marks_the_source_and_a_later_success_clears_it()
    {
        await _server.DisposeAsync();
        Assert.IsType<NrtmOutcome.Failed>(await RunAsync());
        DateTimeOffset since = _fixture.Database.Source("TEST")!.Stale!.Since;
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.IsType<NrtmOutcome.Failed>(await RunAsync());
        Assert.Equal(since, _fixture.Database.Source("TEST")!.Stale!.Since);

        await using var back = new FakeNrtm3Server { Answer = _ => Changes };
        var client = new Nrtm3Client(_fixture.Store, TimeProvider.System, new Nrtm3Options { Host = "127.0.0.1", Port = back.Port });
        Assert.IsType<NrtmOutcome.Applied>(await client.RunAsync("TEST", TestContext.Current.CancellationToken));
        Assert.Null(_fixture.Database.Source("TEST")!.Stale);
    }

    [Fact]
    public async Task A_source_without_a_serial_cannot_be_continued()
    {
        using var fixture = new IrrFixture();
        fixture.Load("route: 192.0.2.0/24\norigin: AS1\nsource: TEST\n");
        var client = new Nrtm3Client(fixture.Store, TimeProvider.System, new Nrtm3Options { Host = "127.0.0.1", Port = _server.Port });
        Assert.IsType<NrtmOutcome.NeedsReload>(await client.RunAsync("TEST", TestContext.Current.CancellationToken));
        Assert.Empty(_server.Queries);
    }
}
