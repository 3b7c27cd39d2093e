using System.Text.Json;
using Causeway.Domain.Routers;
using Causeway.Workflows.Storage;

namespace Causeway.Routers;

/// <summary>
/// Writes down how the sessions of one router are, once a quarter-hour, and forgets what is too old. It belongs to the node that drives the router; another that takes
/// over goes on in the same rows.
/// </summary>
internal sealed class HistoryWriter(IStore store, TimeProvider time, string router)
{
    private const int PageSize = 1000;
    private static readonly int Minutes = (int)SessionHistory.Every.TotalMinutes;

    private readonly Dictionary<(string Instance, string Session), int> _flaps = [];
    private RouterReport? _last;
    private readonly HashSet<(string Instance, string Session)> _written = [];
    private long _quarter = -1;

    /// <summary>A router was read.</summary>
    public void Saw(RouterReport report)
    {
        if (_last is { } before && !ReferenceEquals(before, report))
            foreach ((string, string) ended in SessionHistory.Ended(before, report))
                _flaps[ended] = _flaps.GetValueOrDefault(ended) + 1;
        _last = report;
    }

    /// <summary>Nothing is known any more: another node has the router, or had it.</summary>
    public void Forget()
    {
        _flaps.Clear();
        _last = null;
        _written.Clear();
        _quarter = -1;
    }

    /// <summary>Writes the samples of this quarter-hour that are not written: of a session that has just come at once.</summary>
    public async Task WriteAsync(long epoch, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        long quarter = now.UtcTicks / SessionHistory.Every.Ticks;
        if (_last is not { } report)
            return;
        if (quarter != _quarter)
            _written.Clear();
        (string Instance, SessionReport Session)[] due =
        [
            .. from instance in report.Instances
            from session in instance.Sessions
            where !_written.Contains((instance.Name, session.Name))
            select (instance.Name, session),
        ];
        if (due.Length > 0)
            await WriteAsync(due, now, epoch, cancellation);
        if (quarter != _quarter)
            await ForgetOldAsync(DateOnly.FromDateTime(now.UtcDateTime), cancellation);
        _quarter = quarter;
    }

    private async Task WriteAsync(
        (string Instance, SessionReport Session)[] due,
        DateTimeOffset now,
        long epoch,
        CancellationToken cancellation
    )
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        Dictionary<string, IReadOnlyList<SessionSample>> today = await TodayAsync(day, cancellation);
        var rows = new List<Observation>();
        var sampled = new List<(string, string)>();
        foreach ((string instance, SessionReport session) in due)
        {
            string key = SessionHistory.KeyOf(day, router, instance, session.Name);
            IReadOnlyList<SessionSample> samples = today.GetValueOrDefault(key) ?? [];
            // Before a restart it was written already.
            if (samples is [.., var last] && last.Minute / Minutes == (int)now.UtcDateTime.TimeOfDay.TotalMinutes / Minutes)
                continue;
            samples = [.. samples, SessionSample.Of(session, now, _flaps.GetValueOrDefault((instance, session.Name)))];
            rows.Add(
                new Observation(
                    key,
                    now,
                    epoch,
                    "",
                    JsonSerializer.SerializeToUtf8Bytes(samples, SessionHistoryJson.Default.IReadOnlyListSessionSample)
                )
            );
            sampled.Add((instance, session.Name));
        }
        if (rows.Count > 0)
            await store.PutObservationsAsync(rows, cancellation);
        _written.UnionWith(due.Select(d => (d.Instance, d.Session.Name)));
        foreach ((string, string) one in sampled)
            _flaps.Remove(one);
    }

    private async Task<Dictionary<string, IReadOnlyList<SessionSample>>> TodayAsync(DateOnly day, CancellationToken cancellation)
    {
        var today = new Dictionary<string, IReadOnlyList<SessionSample>>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            Page<Observation> page = await store.ObservationsAsync(SessionHistory.OfRouter(day, router), after, PageSize, cancellation);
            foreach (Observation row in page.Items)
                today[row.Key] = SessionHistory.Read(row);
            after = page.After;
        } while (after is not null);
        return today;
    }

    /// <summary>The oldest days stand first; of whichever router, since one that is gone has nobody else.</summary>
    private async Task ForgetOldAsync(DateOnly today, CancellationToken cancellation)
    {
        while (
            (await store.ObservationsAsync(SessionHistory.Root, null, 1, cancellation)).Items is [var oldest, ..]
            && SessionHistory.DayOf(oldest.Key) is { } day
            && day < today.AddDays(-SessionHistory.KeptDays)
        )
            await store.DeleteObservationsAsync(SessionHistory.OfDay(day), cancellation);
    }
}
