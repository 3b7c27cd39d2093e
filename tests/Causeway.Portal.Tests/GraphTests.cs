using Causeway.Contracts.Observations;
using Causeway.Contracts.Usage;
using Causeway.Portal.Pages;
using Causeway.Portal.Pages.Graphs;

namespace Causeway.Portal.Tests;

/// <summary>Graphs, without a server: what was measured is drawn where it was, and nothing else is.</summary>
public sealed class GraphTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(11, 20)]
    [InlineData(401, 1000)]
    public void The_top_of_a_graph_is_a_round_number(int most, int top) => Assert.Equal(top, Chart.Ceiling(most));

    [Fact]
    public void Where_nothing_was_measured_there_is_a_gap()
    {
        Chart chart = ChartOf(
            Sample(-60, "Established", 1),
            Sample(-45, "Established", 2),
            // The router was away for half an hour.
            Sample(0, "Idle", null)
        );
        string received = chart.Lines[0].Path;
        Assert.Equal(1, received.Count(c => c == 'M'));
        Assert.Equal(["plain", "good", "plain", "bad"], chart.Strip.Select(b => b.Tone));
        Assert.Equal(Chart.Left, chart.Strip[0].X);
        Assert.Equal(Chart.Width - Chart.Right, chart.Strip[^1].X + chart.Strip[^1].Width);
        Assert.Equal(3, chart.Numbers.Rows.Count);
        Assert.Empty(chart.Numbers.Rows[0][2].Text);
    }

    [Fact]
    public void A_step_says_the_worst_and_counts_what_ended_in_it()
    {
        IReadOnlyList<SessionGraphs.Step> steps = SessionGraphs.StepsOf(
            Session(
                Sample(-50, "Established", 1) with
                {
                    Flaps = 1,
                },
                Sample(-35, "Idle", null),
                Sample(-20, "Established", 3) with
                {
                    Flaps = 2,
                }
            ),
            s_noon,
            days: 7,
            TimeSpan.FromHours(1)
        );
        Assert.Equal(168, steps.Count);
        SessionGraphs.Step step = Assert.Single(steps, s => s.Samples.Count > 0);
        Assert.Equal(("wait", 3, 3), (step.Tone, step.Flaps, step.Received));
    }

    [Fact]
    public void What_a_meter_ran_is_shared_among_the_days()
    {
        UsageGraph.Meter[] meters = UsageGraph.MetersOf(
            [
                Ran("big", new(2026, 3, 1, 18, 0, 0, TimeSpan.Zero), new(2026, 3, 3, 6, 0, 0, TimeSpan.Zero)),
                Ran("small", new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 2, 1, 30, 0, TimeSpan.Zero)),
            ],
            new DateOnly(2026, 3, 1)
        );
        Assert.Equal(["big", "small"], meters.Select(m => m.Name));
        Assert.Equal([6m, 24m, 6m, 0m], meters[0].Hours.Take(4));
        Assert.Equal([0m, 1.5m, 0m], meters[1].Hours.Take(3));
    }

    private static Chart ChartOf(params SessionSampleBody[] samples) =>
        SessionGraphs.ChartOf(Look.WordsIn("en"), Session(samples), s_noon, 1, TimeSpan.FromMinutes(15));

    private static SessionHistoryBody Session(params SessionSampleBody[] samples) =>
        new("primary", "ams-1-primary", "IPv4", "192.0.2.1", samples);

    private static SessionSampleBody Sample(int minutes, string state, int? received) =>
        new()
        {
            At = s_noon.AddMinutes(minutes),
            State = state,
            PrefixesReceived = received,
        };

    private static UsageProperties Ran(string meter, DateTimeOffset from, DateTimeOffset to) =>
        new()
        {
            ResourceId = "/c",
            ServiceKey = "k",
            MeterName = meter,
            UsageStart = from,
            UsageEnd = to,
            Running = false,
            Unit = "hours",
            Quantity = 1,
        };
}
