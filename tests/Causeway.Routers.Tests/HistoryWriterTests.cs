using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Routers.Tests;

/// <summary>What is kept of how sessions were.</summary>
public sealed class HistoryWriterTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-history-").FullName;
    private readonly ManualTimeProvider _clock = new();
    private SqliteStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteStore(Path.Combine(_folder, "store.db"), TimeProvider.System);
        await _store.MigrateAsync(TestContext.Current.CancellationToken);
        // A little after midnight, so that a test knows which day it is.
        DateTimeOffset now = _clock.GetUtcNow();
        _clock.Advance(now.Date.AddDays(1).AddMinutes(1) - now.UtcDateTime);
    }

    [Fact]
    public async Task A_session_is_measured_once_a_quarter_hour_whoever_drives_its_router()
    {
        HistoryWriter writer = Writer();
        await SeeAsync(writer, "Established", received: 3);
        await SeeAsync(writer, "Established", received: 4);
        // The next process, in the same quarter.
        writer = Writer();
        await SeeAsync(writer, "Established", received: 5);
        _clock.Advance(SessionHistory.Every);
        await SeeAsync(writer, "Idle", received: 0);
        IReadOnlyList<SessionSample> samples = await SamplesAsync();
        Assert.Equal([3, 0], samples.Select(s => s.Received));
        Assert.Equal([null, "Idle"], samples.Select(s => s.Down));
        Assert.Equal(15, samples[1].Minute - samples[0].Minute);
    }

    [Fact]
    public async Task What_ended_between_two_samples_is_counted_in_the_second()
    {
        HistoryWriter writer = Writer();
        await SeeAsync(writer, "Established");
        await SeeAsync(writer, "Idle");
        await SeeAsync(writer, "Connect");
        _clock.Advance(TimeSpan.FromMinutes(5));
        await SeeAsync(writer, "Established");
        // It went down and came up between two readings.
        _clock.Advance(TimeSpan.FromMinutes(5));
        await SeeAsync(writer, "Established");
        _clock.Advance(TimeSpan.FromMinutes(5));
        await SeeAsync(writer, "Established", since: _clock.GetUtcNow() - TimeSpan.FromMinutes(5));
        _clock.Advance(SessionHistory.Every);
        await SeeAsync(writer, "Established", since: _clock.GetUtcNow() - TimeSpan.FromMinutes(20));
        Assert.Equal([null, 2, null], (await SamplesAsync()).Select(s => s.Flaps));
    }

    [Fact]
    public async Task A_session_that_comes_is_measured_at_once()
    {
        HistoryWriter writer = Writer();
        writer.Saw(new RouterReport("r", "", _clock.GetUtcNow(), []));
        await writer.WriteAsync(1, TestContext.Current.CancellationToken);
        await SeeAsync(writer, "Connect");
        Assert.Single(await SamplesAsync());
    }

    [Fact]
    public async Task Thirty_days_are_kept_of_whichever_router()
    {
        HistoryWriter gone = new(_store, _clock, "gone");
        gone.Saw(Report("Established", 1, _clock.GetUtcNow()));
        await gone.WriteAsync(1, TestContext.Current.CancellationToken);
        HistoryWriter writer = Writer();
        for (int day = 0; day <= SessionHistory.KeptDays; day++)
        {
            await SeeAsync(writer, "Established");
            if (day < SessionHistory.KeptDays)
                _clock.Advance(TimeSpan.FromDays(1));
        }
        Assert.Equal(SessionHistory.KeptDays + 2, await RowsAsync());
        _clock.Advance(TimeSpan.FromDays(1));
        await SeeAsync(writer, "Established");
        Assert.Equal(SessionHistory.KeptDays + 1, await RowsAsync());
    }

    private HistoryWriter Writer() => new(_store, _clock, "R");

    private async Task SeeAsync(HistoryWriter writer, string state, int received = 0, DateTimeOffset? since = null)
    {
        writer.Saw(Report(state, received, since ?? _clock.GetUtcNow().Date.ToUniversalTime()));
        await writer.WriteAsync(1, TestContext.Current.CancellationToken);
    }

    private RouterReport Report(string state, int received, DateTimeOffset since) =>
        new(
            "r",
            "",
            _clock.GetUtcNow(),
            [
                new InstanceReport(
                    "i/x",
                    "",
                    null,
                    [
                        new SessionReport("s", "192.0.2.1", "192.0.2.2", new Asn(65010), SessionMode.Open, state, since)
                        {
                            Received = received,
                        },
                    ]
                ),
            ]
        );

    private async Task<IReadOnlyList<SessionSample>> SamplesAsync() =>
        SessionHistory.Read(
            (
                await _store.GetObservationAsync(
                    SessionHistory.KeyOf(DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime), "r", "i/x", "s"),
                    TestContext.Current.CancellationToken
                )
            )!
        );

    private async Task<int> RowsAsync() =>
        (await _store.ObservationsAsync(SessionHistory.Root, null, 1000, TestContext.Current.CancellationToken)).Items.Count;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
