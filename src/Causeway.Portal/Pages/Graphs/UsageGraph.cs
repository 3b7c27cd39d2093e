using Causeway.Client;
using Causeway.Client.Usage;
using Causeway.Contracts.Usage;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages.Graphs;

/// <summary>Hours that each meter ran, day by day, for thirty days.</summary>
internal static class UsageGraph
{
    private const int Days = 30;

    /// <summary>So many lines can be told apart; of more meters those that ran least are one.</summary>
    public const int Most = 8;

    public static Fragment Fragment(Asked asked)
    {
        DateTimeOffset until = asked.Clock.GetUtcNow();
        var last = DateOnly.FromDateTime(until.UtcDateTime);
        DateOnly first = last.AddDays(1 - Days);
        return new Fragment(
            "graphs",
            [],
            async () =>
            {
                Meter[] meters = await ReadAsync();
                return Show.All(
                    Show.Of<GraphsView>(
                        (nameof(GraphsView.Words), asked.Words),
                        (nameof(GraphsView.Path), asked.Http.Request.Path.Value),
                        (nameof(GraphsView.Days), Days),
                        (nameof(GraphsView.Choices), Array.Empty<int>()),
                        (nameof(GraphsView.IsFile), asked.Look.Session is not null),
                        (nameof(GraphsView.Empty), asked.Words["portal no usage"]),
                        (nameof(GraphsView.Charts), meters.Length == 0 ? [] : new[] { ChartOf(asked.Words, first, meters) })
                    )
                );
            }
        )
        {
            Whole = async () => Numbers(asked.Words, first, await ReadAsync()),
            File = $"usage-by-meter-{first:yyyy-MM-dd}-to-{last:yyyy-MM-dd}",
        };

        async Task<Meter[]> ReadAsync() =>
            MetersOf(
                (
                    await Lists.OfAllAsync<Document<UsageRecordBody>>(
                        asked,
                        s => asked.Client.Usage.RecordsAsync(s.SubscriptionId, $"{first:yyyy-MM-dd}", null, asked.Cancellation)
                    )
                ).Select(r => r.Body.Properties),
                first
            );
    }

    /// <param name="Hours">Of each day.</param>
    internal sealed record Meter(string Name, IReadOnlyList<decimal> Hours);

    internal static Meter[] MetersOf(IEnumerable<UsageProperties> records, DateOnly first)
    {
        var start = new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return
        [
            .. records
                .GroupBy(r => r.MeterName)
                .Select(g => new Meter(g.Key, [.. Enumerable.Range(0, Days).Select(d => g.Sum(r => HoursOn(r, start.AddDays(d))))]))
                .OrderByDescending(m => m.Hours.Sum())
                .ThenBy(m => m.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>How much of a record falls into a day.</summary>
    private static decimal HoursOn(UsageProperties record, DateTimeOffset day)
    {
        DateTimeOffset from = record.UsageStart > day ? record.UsageStart : day;
        DateTimeOffset to = record.UsageEnd < day.AddDays(1) ? record.UsageEnd : day.AddDays(1);
        return to > from ? (decimal)(to - from).Ticks / TimeSpan.TicksPerHour : 0;
    }

    private static Chart ChartOf(Language.Words words, DateOnly first, Meter[] meters) =>
        Chart.Of(
            words["portal usage graph"],
            new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
            TimeSpan.FromDays(1),
            [.. Drawn(words, meters).Select(m => new Chart.Series(m.Name, [.. m.Hours.Select(h => (decimal?)h)]))],
            [],
            [],
            Numbers(words, first, meters)
        ) with
        {
            Unit = words["portal unit hours"],
        };

    /// <summary>Every meter, or so many that can be told apart: what is left over is drawn as one.</summary>
    internal static IReadOnlyList<Meter> Drawn(Language.Words words, Meter[] meters) =>
        meters.Length <= Most
            ? meters
            :
            [
                .. meters.Take(Most - 1),
                new Meter(
                    words["portal other meters", meters.Length - Most + 1],
                    [.. Enumerable.Range(0, Days).Select(d => meters.Skip(Most - 1).Sum(m => m.Hours[d]))]
                ),
            ];

    private static Table Numbers(Language.Words words, DateOnly first, Meter[] meters) =>
        Table.Of(
            words,
            words["portal usage graph"],
            words["portal no usage"],
            from day in Enumerable.Range(0, Days).Reverse()
            from meter in meters
            where meter.Hours[day] > 0
            select (Day: first.AddDays(day), meter.Name, Hours: meter.Hours[day]),
            ("day", r => new Cell($"{r.Day:yyyy-MM-dd}", CellKind.Time)),
            ("meter", r => Cell.Of(r.Name)),
            ("hours", r => Cell.Amount(words, r.Hours))
        );
}
