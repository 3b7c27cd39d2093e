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
    private readonly CancellationTokenSource _stop = new();
    private readonly ScriptedCache _cache = new();
    private readonly RtrClient _client;
    private readonly Task _running;

    public RtrClientTests()
    {
        _client = new RtrClient(_cache.ConnectAsync, _clock);
        _running = _client.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

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
        Assert.Equal(new RtrPdu.SerialQuery(1, 7, 10), await _cache.ExpectAsync<RtrPdu.SerialQuery>());
        await _cache.SendAsync(new RtrPdu.CacheResponse(1, 7), Withdraw(A), Announce(C), End(11));
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
        Assert.Equal(1, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
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
    public async Task Tries_version_0_when_a_cache_hangs_up_on_version_1()
    {
        await _cache.AcceptAsync();
        await _cache.ExpectAsync<RtrPdu.ResetQuery>();
        await _cache.CloseAsync();
        await AfterRetryAsync();
        Assert.Equal(0, (await _cache.ExpectAsync<RtrPdu.ResetQuery>()).Version);
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
    public async Task Data_expires_only_after_the_expire_interval_and_that_is_signalled()
    {
        int changes = 0;
        await SynchronizedAsync();
        _cache.Down = true;
        await _cache.CloseAsync();
        await Eventually_(s => !s.Connected, "disconnected");
        _client.Changed += () =>
        {
            if (!_client.Current.IsCurrent(_clock.GetUtcNow()))
                Interlocked.Increment(ref changes);
        };
        Assert.True(_client.Current.IsCurrent(_clock.GetUtcNow()));
        DateTimeOffset synchronized = _client.Current.AsOf!.Value;
        await Eventually.True(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return Volatile.Read(ref changes) > 0;
            },
            "expiry signalled"
        );
        Assert.True(_clock.GetUtcNow() - synchronized >= TimeSpan.FromSeconds(5000));
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
