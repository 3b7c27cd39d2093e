using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Rpki;

public sealed class RtrClientTests : IAsyncDisposable
{
    private static readonly Vrp A = new(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64496));
    private static readonly Vrp B = new(IpPrefix.Parse("198.51.100.0/24"), 25, new Asn(64497));
    private static readonly Vrp C = new(IpPrefix.Parse("2001:db8::/32"), 48, new Asn(64498));

    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedCache _cache = new();
    private readonly RtrClient _client;
    private readonly Supervisor _supervisor;

    public RtrClientTests()
    {
        _client = new RtrClient(_cache.ConnectAsync, _clock);
        _supervisor = Supervised.Run([_client.Loop], _clock);
    }

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    private Task<RtrCacheState> Eventually_(Func<RtrCacheState, bool> holds, string what) =>
        Eventually.Get(() => _client.Current, holds, what);

    private static RtrPdu.Prefix Announce(Vrp vrp, byte version = 1) => new(version, true, vrp);

    private static RtrPdu.Prefix Withdraw(Vrp vrp) => new(1, false, vrp);

    private static RtrPdu.EndOfData End(uint serial, ushort session = 7, byte version = 1) =>
        new(version, session, serial, version == 0 ? RtrIntervals.Default : new RtrIntervals(1000, 100, 5000));

    /// <summary>A session in which the client holds A and B at serial 10.</summary>
    private async Task SynchronizedAsync()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(A), Announce(B), End(10));
        await Eventually_(s => s.Serial == 10, "synchronized");
    }

    private void Holds(params Vrp[] vrps) => Assert.Equal(vrps.OrderBy(v => v.Prefix), _client.Current.Table!.All);

    [Fact]
    public async Task Takes_everything_then_the_changes_it_is_notified_of()
    {
        await SynchronizedAsync();
        Holds(A, B);
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 11));
        Assert.Equal(new RtrPdu.SerialQuery(1, 7, 10), await _cache.ExpectAsync<RtrPdu.SerialQuery>());
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Withdraw(A), Announce(C), new RtrPdu.CacheResponse(1, 7));
        // A second Cache Response belongs nowhere: the broken answer changes nothing.
        Assert.Equal(RtrError.CorruptData, (await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Code);
        Holds(A, B);
        RtrCacheState lost = await Eventually_(s => !s.Connected, "disconnected");
        Assert.Contains("CacheResponse", lost.Problem);

        await AfterRetryAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(B), Announce(C), End(11));
        RtrCacheState now = await Eventually_(s => s.Serial == 11, "serial 11");
        Holds(B, C);
        Assert.True(now.Connected);
        Assert.Null(now.Problem);
    }

    [Fact]
    public async Task A_cache_reset_is_followed_by_a_reset_query_and_the_data_stays_meanwhile()
    {
        await SynchronizedAsync();
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 99));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await _cache.SendAsync(new RtrPdu.CacheReset(1));
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        Holds(A, B);
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(C), End(99));
        await Eventually_(s => s.Serial == 99, "serial 99");
        Holds(C);
    }

    [Fact]
    public async Task A_notify_of_another_session_makes_it_start_over()
    {
        await SynchronizedAsync();
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 8, 1));
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 8), Announce(C), End(1, session: 8));
        await Eventually_(s => s.Session == 8, "session 8");
        Holds(C);
    }

    [Fact]
    public async Task An_answer_of_another_session_ends_this_one_and_the_next_starts_over()
    {
        await SynchronizedAsync();
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 11));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 9));
        Assert.Equal(RtrError.CorruptData, (await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Code);
        await AfterRetryAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        Holds(A, B);
    }

    [Fact]
    public async Task An_announcement_of_what_is_there_is_reported_as_duplicate()
    {
        await SynchronizedAsync();
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 11));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(A));
        Assert.Equal(RtrError.DuplicateAnnouncement, (await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Code);
    }

    [Fact]
    public async Task A_withdrawal_of_what_is_not_there_is_reported()
    {
        await SynchronizedAsync();
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 11));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Withdraw(A), Withdraw(A));
        Assert.Equal(RtrError.WithdrawalOfUnknown, (await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Code);
        Holds(A, B);
    }

    [Fact]
    public async Task Falls_back_to_version_0_when_the_cache_says_that_it_must()
    {
        await _cache.AcceptAsync();
        Assert.Equal(2, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
        await _cache.SendAsync(new RtrPdu.ErrorReport(0, RtrError.UnsupportedVersion, ReadOnlyMemory<byte>.Empty, "version 0 only"));
        await _cache.AcceptAsync(); // at once, not after the retry interval
        Assert.Equal(0, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
        await _cache.SendAsync(new RtrPdu.CacheResponse(0, 7), Announce(A, version: 0), End(10, version: 0));
        RtrCacheState now = await Eventually_(s => s.Serial == 10, "synchronized");
        Assert.Equal(0, now.Version);
        Assert.Equal(RtrIntervals.Default, now.Intervals);
    }

    [Fact]
    public async Task Follows_a_cache_that_answers_version_1_in_version_0()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(0, 7), Announce(A, version: 0), End(10, version: 0));
        Assert.Equal(0, (await Eventually_(s => s.Serial == 10, "synchronized")).Version);
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 11));
        Assert.Equal(RtrError.UnexpectedVersion, (await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Code);
    }

    [Fact]
    public async Task A_cache_that_hangs_up_without_a_word_twice_is_asked_in_the_next_lower_version()
    {
        await _cache.AcceptAsync();
        Assert.Equal(2, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
        foreach (byte next in new byte[] { 2, 1, 1, 0, 0, 2, 2, 1 })
        {
            await _cache.CloseAsync();
            await AfterRetryAsync();
            Assert.Equal(next, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
        }
        // What it then understands is what is spoken from there on, also when it hangs up once.
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(A), End(10));
        await Eventually_(s => s.Serial == 10, "synchronized");
        await _cache.CloseAsync();
        await AfterRetryAsync();
        Assert.Equal(1, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
    }

    [Fact]
    public async Task A_cache_that_reports_our_own_version_as_unsupported_is_followed_down_at_once()
    {
        foreach (byte version in new byte[] { 2, 1 })
        {
            await _cache.AcceptAsync();
            Assert.Equal(version, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
            await _cache.SendAsync(new RtrPdu.ErrorReport(version, RtrError.UnsupportedVersion, ReadOnlyMemory<byte>.Empty, ""));
        }
        await _cache.AcceptAsync();
        Assert.Equal(0, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
    }

    [Fact]
    public async Task ASPAs_are_taken_replaced_and_withdrawn_in_version_2()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        var end = new RtrPdu.EndOfData(2, 7, 10, RtrIntervals.Default);
        await _cache.SendAsync(new RtrPdu.CacheResponse(2, 7), Aspa(64500, 64502, 64501), Aspa(64510, 64501), end);
        await Eventually_(s => s.Serial == 10, "synchronized");
        Assert.Equal(["ASPA AS64500 => AS64501 AS64502", "ASPA AS64510 => AS64501"], Aspas());
        await _cache.SendAsync(new RtrPdu.SerialNotify(2, 7, 11));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await _cache.SendAsync(
            new RtrPdu.CacheResponse(2, 7),
            Aspa(64500, 64503),
            new RtrPdu.Aspa(2, false, new Asn(64510), []),
            end with
            {
                Serial = 11,
            }
        );
        await Eventually_(s => s.Serial == 11, "changed");
        Assert.Equal(["ASPA AS64500 => AS64503"], Aspas());
        // An answer that breaks off changes nothing.
        await _cache.SendAsync(new RtrPdu.SerialNotify(2, 7, 12));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(2, 7), Aspa(64500, 64504), new RtrPdu.Aspa(2, true, new Asn(64511), []));
        Assert.Equal(RtrError.AspaProviderList, (await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Code);
        Assert.Equal(["ASPA AS64500 => AS64503"], Aspas());

        static RtrPdu Aspa(uint customer, params uint[] providers) =>
            new RtrPdu.Aspa(2, true, new Asn(customer), [.. providers.Order().Select(p => new Asn(p))]);

        IEnumerable<string> Aspas() => _client.Current.Aspas.All.Select(a => a.ToString());
    }

    [Fact]
    public async Task Session_and_serial_of_one_version_are_never_used_in_another()
    {
        await SynchronizedAsync();
        await _cache.CloseAsync();
        await AfterRetryAsync();
        Assert.Equal(1, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
        await _cache.SendAsync(new RtrPdu.ErrorReport(0, RtrError.UnsupportedVersion, ReadOnlyMemory<byte>.Empty, "version 0 only"));
        await _cache.AcceptAsync();
        Assert.Equal(0, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
        Holds(A, B);
        // It was upgraded, and says so.
        await _cache.SendAsync(new RtrPdu.ErrorReport(1, RtrError.UnsupportedVersion, ReadOnlyMemory<byte>.Empty, "version 1 only"));
        // Led in a circle: not followed at once a second time.
        await AfterRetryAsync();
        Assert.Equal(1, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
    }

    [Fact]
    public async Task A_notify_before_the_first_answer_settles_no_version()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.SerialNotify(0, 3, 3), new RtrPdu.SerialNotify(2, 4, 4));
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(A), End(10));
        Assert.Equal(1, (await Eventually_(s => s.Serial == 10, "synchronized")).Version);
    }

    /// <summary>Whatever a cache answers to a question about changes, the next question is about everything, and what is held stays until it is answered.</summary>
    [Theory]
    [InlineData("error")]
    [InlineData("no data")]
    [InlineData("closed")]
    [InlineData("closed within the answer")]
    [InlineData("another session")]
    [InlineData("serial going back")]
    [InlineData("unknown withdrawn")]
    [InlineData("garbage")]
    [InlineData("silence")]
    public async Task A_refused_question_about_changes_is_never_repeated(string answer)
    {
        await SynchronizedAsync();
        await _cache.SendAsync(new RtrPdu.SerialNotify(1, 7, 11));
        await _cache.ExpectAsync<RtrPdu.SerialQuery>();
        switch (answer)
        {
            case "error":
                await _cache.SendAsync(new RtrPdu.ErrorReport(1, RtrError.CorruptData, ReadOnlyMemory<byte>.Empty, ""));
                break;
            case "no data":
                await _cache.SendAsync(new RtrPdu.ErrorReport(1, RtrError.NoDataAvailable, ReadOnlyMemory<byte>.Empty, ""));
                break;
            case "closed":
                await _cache.CloseAsync();
                break;
            case "closed within the answer":
                await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Withdraw(A));
                await _cache.CloseAsync();
                break;
            case "another session":
                await _cache.SendAsync(new RtrPdu.CacheResponse(1, 9));
                break;
            case "serial going back":
                await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), End(3));
                break;
            case "unknown withdrawn":
                await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Withdraw(C));
                break;
            case "garbage":
                await _cache.SendRawAsync("474554202F20485454502F312E310D0A");
                break;
        }
        await AfterRetryAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        Holds(A, B);
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 9), Announce(C), End(2, session: 9));
        await Eventually_(s => s is { Session: 9, Serial: 2, Problem: null }, "the new session");
        Holds(C);
    }

    /// <summary>A maximum length below the prefix's own, and an End of Data in the same segment behind it (RFC 8210 §5.11).</summary>
    [Theory]
    [InlineData("0104000000000014" + "01191800C00002000000FBF0", "0104000000000014" + "01191800C00002000000FBF0")]
    [InlineData("0104000000000040" + "0118", "0104000000000040" + "0118")]
    [InlineData("01040000FFFFFFFF" + "0118", "01040000FFFFFFFF")]
    [InlineData("0103000700000008", "0103000700000008")] // a second Cache Response
    [InlineData("0104000000000014" + "00181800C00002000000FBF0", "0104000000000014" + "00181800C00002000000FBF0")] // withdrawn in a whole answer
    public async Task An_error_report_quotes_the_pdu_in_error_and_nothing_behind_it(string wrong, string quoted)
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        bool whole = wrong.Length == quoted.Length && wrong != "0104000000000040" + "0118";
        await _cache.SendRawAsync(
            "0103000700000008" + wrong + (whole ? "0107000700000018" + "00000007" + "00000E10" + "00000258" + "00001C20" : "")
        );
        Assert.Equal(quoted, Convert.ToHexString((await _cache.ExpectAsync<RtrPdu.ErrorReport>()).Erroneous.Span));
    }

    [Fact]
    public async Task An_error_report_is_never_answered_by_another_even_when_it_is_none()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendRawAsync("010A000000000010" + "0000000900000000");
        await Eventually_(s => s.Problem!.Contains("contradicts itself"), "the session ended");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _cache.ExpectAsync<RtrPdu.ErrorReport>());
    }

    /// <summary>Caches do this (StayRTR 0.5, RTRTR 0.2); an error would be answered by the same again.</summary>
    [Fact]
    public async Task What_a_whole_answer_announces_twice_counts_once()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(A), Announce(B), Announce(A), End(10));
        Assert.Equal(1, (await Eventually_(s => s.Serial == 10, "synchronized")).Repeated);
        Holds(A, B);
    }

    [Fact]
    public async Task A_cache_that_goes_on_and_on_is_given_up()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7));
        uint n = 0;
        await Eventually.True(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(20));
                _cache.TrySend(Announce(new Vrp(IpPrefix.V4(n++ << 8, 24), 24, new Asn(1))));
                return _client.Current.Problem!.Contains("no whole answer within 15 min");
            },
            "given up"
        );
        Assert.Null(_client.Current.Table);
    }

    [Fact]
    public async Task What_a_listener_or_a_connection_throws_does_not_end_the_client()
    {
        await SynchronizedAsync();
        bool thrown = false;
        _client.Changed += () =>
        {
            if (!thrown)
            {
                thrown = true;
                throw new InvalidOperationException("a listener's own fault");
            }
        };
        _cache.Fault = new FormatException("no such host form");
        await _cache.CloseAsync();
        await WhileAdvancing(Eventually.True(() => _cache.Faults > 2, "connected again and again"));
        Assert.Contains("no such host form", _client.Current.Problem);
        _cache.Fault = null;
        await AfterRetryAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        Assert.True(thrown);
    }

    [Fact]
    public async Task Asks_again_after_the_refresh_interval()
    {
        await SynchronizedAsync();
        DateTimeOffset synchronized = _clock.GetUtcNow();
        Task<RtrPdu.SerialQuery> query = _cache.ExpectAsync<RtrPdu.SerialQuery>();
        await WhileAdvancing(query);
        Assert.True(_clock.GetUtcNow() - synchronized >= TimeSpan.FromSeconds(1000), "asked before the interval was over");
    }

    [Fact]
    public async Task Data_expires_only_after_the_expire_interval_and_is_kept_all_the_same()
    {
        await SynchronizedAsync();
        _cache.Down = true;
        await _cache.CloseAsync();
        await Eventually_(s => !s.Connected, "disconnected");
        DateTimeOffset synchronized = _client.Current.AsOf!.Value;
        Assert.True(_client.Current.IsCurrent(synchronized.AddSeconds(4999)));
        Assert.False(_client.Current.IsCurrent(synchronized.AddSeconds(5000)));
        await Eventually.True(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return !_client.Current.IsCurrent(_clock.GetUtcNow());
            },
            "expired"
        );
        Holds(A, B); // What to do with expired data is for the one who unites the sources.
        Assert.True(_cache.Refused >= 10, $"retried {_cache.Refused} times in 5000 s at a retry interval of 100 s");
    }

    [Fact]
    public async Task A_cache_without_data_yet_is_asked_again_later()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.ErrorReport(1, RtrError.NoDataAvailable, ReadOnlyMemory<byte>.Empty, "still validating"));
        RtrCacheState now = await Eventually_(s => s.Problem!.Contains("NoData"), "told");
        Assert.Contains("still validating", now.Problem);
        await AfterRetryAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
    }

    [Fact]
    public async Task A_cache_that_stops_in_the_middle_of_an_answer_is_given_up()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Announce(A));
        await WhileAdvancing(Eventually_(s => s.Problem!.Contains("no answer"), "given up"));
        Assert.Null(_client.Current.Table);
    }

    private async Task AfterRetryAsync() => await WhileAdvancing(_cache.AcceptAsync());

    /// <summary>Moves the clock second by second until something has happened: a timer that is set late is met as well.</summary>
    private Task WhileAdvancing(Task happens) =>
        Eventually.True(
            () =>
            {
                if (!happens.IsCompleted)
                    _clock.Advance(TimeSpan.FromSeconds(20));
                return happens.IsCompletedSuccessfully || (happens.IsFaulted ? throw happens.Exception : false);
            },
            "what the clock should bring about"
        );
}
