using System.Globalization;
using Causeway.Client;
using Causeway.Contracts.Observations;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages.Graphs;

/// <summary>How the sessions of a resource were: prefixes, states, flaps and what was refused, for a day, a week or thirty days.</summary>
internal static class SessionGraphs
{
    /// <summary>How far back one may look, days; and how long a step of each is, so that some hundred are seen.</summary>
    public static readonly IReadOnlyList<(int Days, TimeSpan Step)> Ranges =
    [
        (1, TimeSpan.FromMinutes(15)),
        (7, TimeSpan.FromHours(1)),
        (30, TimeSpan.FromHours(6)),
    ];

    /// <summary>Sessions that are drawn on one page.</summary>
    private const int Most = 12;

    /// <param name="read">Of so many days.</param>
    public static Fragment Fragment(Asked asked, Func<int, Task<IReadOnlyList<SessionHistoryBody>>> read)
    {
        (int days, TimeSpan step) = RangeOf(asked);
        return new Fragment(
            "graphs",
            [],
            async () =>
            {
                DateTimeOffset until = asked.Clock.GetUtcNow();
                IReadOnlyList<SessionHistoryBody> sessions = await read(days);
                return Show.All(
                    Show.Heading(asked.Words["portal graphs"]),
                    Show.Of<GraphsView>(
                        (nameof(GraphsView.Words), asked.Words),
                        (nameof(GraphsView.Path), asked.Http.Request.Path.Value),
                        (nameof(GraphsView.Days), days),
                        (nameof(GraphsView.Choices), Ranges.Select(r => r.Days).ToArray()),
                        (nameof(GraphsView.IsFile), asked.Look.Session is not null),
                        (nameof(GraphsView.Empty), asked.Words["portal no samples"]),
                        (
                            nameof(GraphsView.Charts),
                            sessions
                                .Where(s => s.Samples.Count > 0)
                                .Take(Most)
                                .Select(s => ChartOf(asked.Words, s, until, days, step))
                                .ToArray()
                        )
                    )
                );
            }
        )
        {
            Whole = async () => Samples(asked.Words, await read(days)),
            File = $"sessions-{days}d",
        };
    }

    /// <summary>Of several resources, in their order.</summary>
    public static async Task<IReadOnlyList<SessionHistoryBody>> OfAllAsync(
        IEnumerable<Task<IReadOnlyList<Document<SessionHistoryBody>>>> reads
    ) => [.. (await Task.WhenAll(reads)).SelectMany(r => r.Select(s => s.Body))];

    private static (int Days, TimeSpan Step) RangeOf(Asked asked) =>
        int.TryParse(asked.Http.Request.Query["days"], NumberStyles.None, CultureInfo.InvariantCulture, out int days)
        && Ranges.FirstOrDefault(r => r.Days == days) is { Days: > 0 } chosen
            ? chosen
            : Ranges[0];

    /// <summary>What is known of a step: the last of its samples, and all that happened in it.</summary>
    internal sealed record Step(DateTimeOffset At, IReadOnlyList<SessionSampleBody> Samples)
    {
        private SessionSampleBody? Last => Samples is [.., var last] ? last : null;
        private int Up => Samples.Count(s => s.State == "Established");

        public int Flaps => Samples.Sum(s => s.Flaps);
        public int? Received => Last?.PrefixesReceived;
        public int? Accepted => Last?.PrefixesAccepted;
        public int? Announced => Last?.PrefixesAnnounced;
        public int? Refused => Last is null ? null : (Last.PrefixesRefused ?? []).Sum(r => r.Routes);

        public string Reasons => string.Join(", ", (Last?.PrefixesRefused ?? []).Select(r => $"{r.Reason} {r.Name}: {r.Routes}"));

        /// <summary>Up all the time, some of it, or not at all.</summary>
        public string Tone =>
            Samples.Count == 0 ? "plain"
            : Up < Samples.Count ? (Up == 0 ? "bad" : "wait")
            : Flaps > 0 ? "wait"
            : "good";

        public string State => Samples.Count == 0 ? "" : string.Join(" → ", Samples.Select(s => s.State).Distinct());
    }

    internal static IReadOnlyList<Step> StepsOf(SessionHistoryBody session, DateTimeOffset until, int days, TimeSpan step)
    {
        var end = new DateTimeOffset((until.UtcTicks / step.Ticks + 1) * step.Ticks, TimeSpan.Zero);
        DateTimeOffset from = end - TimeSpan.FromDays(days);
        ILookup<long, SessionSampleBody> samples = session.Samples.ToLookup(s => (s.At - from).Ticks / step.Ticks);
        return
        [
            .. Enumerable
                .Range(0, (int)(TimeSpan.FromDays(days) / step))
                .Select(i => new Step(from + i * step, [.. samples[i].Where(s => s.At >= from)])),
        ];
    }

    internal static Chart ChartOf(Language.Words words, SessionHistoryBody session, DateTimeOffset until, int days, TimeSpan step)
    {
        IReadOnlyList<Step> steps = StepsOf(session, until, days, step);
        string title = $"{SessionRow.LinkOf(words, session.Of)} {session.Family} {session.Neighbor} ({session.Router})";
        return Chart.Of(
            title,
            steps[0].At,
            step,
            [
                Line("received", s => s.Received),
                Line("accepted", s => s.Accepted),
                Line("announced", s => s.Announced),
                Line("refused", s => s.Refused),
            ],
            [.. steps.Select(s => (s.Tone, s.Samples.Count == 0 ? words["portal not measured"] : s.State))],
            [.. steps.Select((s, i) => (Index: i, s.Flaps)).Where(s => s.Flaps > 0).Select(s => (s.Index, words["portal flaps", s.Flaps]))],
            Table.Of(
                words,
                title,
                words["portal no samples"],
                steps.Where(s => s.Samples.Count > 0).Reverse(),
                ("from", s => Cell.Time(s.At)),
                ("state", s => Cell.Session(words, s.State)),
                ("received", s => Cell.Number(s.Received)),
                ("accepted", s => Cell.Number(s.Accepted)),
                ("announced", s => Cell.Number(s.Announced)),
                ("refused", s => Cell.Number(s.Refused)),
                ("flaps", s => Cell.Number(s.Flaps)),
                ("reason", s => Cell.Of(s.Reasons))
            )
        ) with
        {
            Unit = words["portal unit routes"],
        };

        Chart.Series Line(string column, Func<Step, int?> take) =>
            new(words[$"column {column}"], [.. steps.Select(s => (decimal?)take(s))]);
    }

    /// <summary>Every sample as it was measured.</summary>
    private static Table Samples(Language.Words words, IReadOnlyList<SessionHistoryBody> sessions) =>
        Table.Of(
            words,
            words["portal graphs"],
            words["portal no samples"],
            sessions.SelectMany(s => s.Samples.Select(sample => (Session: s, Sample: sample))),
            ("when", s => Cell.Time(s.Sample.At)),
            ("session", s => Cell.Of(SessionRow.LinkOf(words, s.Session.Of))),
            ("router", s => Cell.Of(s.Session.Router)),
            ("neighbor", s => Cell.Code(s.Session.Neighbor)),
            ("state", s => Cell.Session(words, s.Sample.State)),
            ("receivedRoutes", s => Cell.Number(s.Sample.PrefixesReceived)),
            ("acceptedRoutes", s => Cell.Number(s.Sample.PrefixesAccepted)),
            ("announcedRoutes", s => Cell.Number(s.Sample.PrefixesAnnounced)),
            ("refusedRoutes", s => Cell.Number((s.Sample.PrefixesRefused ?? []).Sum(r => r.Routes))),
            ("flaps", s => Cell.Number(s.Sample.Flaps)),
            ("reason", s => Cell.Of(string.Join(", ", (s.Sample.PrefixesRefused ?? []).Select(r => $"{r.Reason} {r.Name}: {r.Routes}"))))
        );
}
