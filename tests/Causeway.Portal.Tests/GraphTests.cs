using Causeway.Contracts.Observations;
using Causeway.Contracts.Operations;
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

    /// <summary>Of many meters all are drawn, those that ran least as one; names stand apart.</summary>
    [Fact]
    public void Every_meter_is_drawn_and_named()
    {
        UsageGraph.Meter[] meters =
        [
            .. Enumerable.Range(0, 11).Select(i => new UsageGraph.Meter($"Premium Unlimited {i}", [.. Enumerable.Repeat(20m - i, 30)])),
        ];
        IReadOnlyList<UsageGraph.Meter> drawn = UsageGraph.Drawn(Look.WordsIn("en"), meters);
        Assert.Equal(UsageGraph.Most, drawn.Count);
        Assert.Equal(("4 other meters", 13m + 12 + 11 + 10), (drawn[^1].Name, drawn[^1].Hours[0]));
        Assert.Equal(meters[..8], UsageGraph.Drawn(Look.WordsIn("en"), meters[..8]));
        Chart chart = Chart.Of("", s_noon, TimeSpan.FromDays(1), [.. drawn.Select(m => new Chart.Series(m.Name, [1m]))], [], [], null!);
        (int X, int Y)[] places = [.. Enumerable.Range(0, drawn.Count).Select(chart.LegendAt)];
        // A name of the longest meters is 250 wide, and a line 20 high.
        for (int i = 0; i < places.Length; i++)
        for (int j = 0; j < i; j++)
            Assert.True(Math.Abs(places[i].X - places[j].X) >= 250 || Math.Abs(places[i].Y - places[j].Y) >= 20, $"{i} on {j}");
        Assert.All(places, p => Assert.InRange(p.Y, chart.LegendTop, Chart.Cut));
    }

    /// <summary>Whatever leads from where to where: no line runs behind a state, or out of the picture.</summary>
    [Fact]
    public void No_line_of_a_machine_runs_behind_a_state()
    {
        var random = new Random(1);
        for (int machine = 0; machine < 300; machine++)
        {
            string[] states = ["absent", .. Enumerable.Range(0, random.Next(1, 12)).Select(i => $"s{i}")];
            StateMoveBody[] moves =
            [
                .. Enumerable
                    .Range(0, random.Next(1, 30))
                    .Select(_ => (From: states[random.Next(states.Length)], To: states[random.Next(states.Length)]))
                    .Distinct()
                    .Select(m => new StateMoveBody(m.From, m.To, [])),
            ];
            StateDrawing drawn = StateDrawing.Of(new StateTableBody("", states, moves));
            foreach (StateDrawing.Way way in drawn.Ways)
            foreach ((double x, double y) in PointsOf(way.Path))
            {
                Assert.True(x >= 0 && y >= 0 && x <= drawn.Width && y <= drawn.Height, $"{machine}: {way} leaves the picture");
                Assert.DoesNotContain(
                    drawn.Boxes,
                    b => x > b.X && x < b.X + StateDrawing.BoxWidth && y > b.Y && y < b.Y + StateDrawing.BoxHeight
                );
            }
        }
    }

    /// <summary>Points of a path of straight lines and curves (<c>M</c>, <c>L</c>, <c>C</c>), close to each other.</summary>
    private static IEnumerable<(double X, double Y)> PointsOf(string path)
    {
        (double X, double Y) at = default;
        foreach (string part in path.Replace("L", "|L", StringComparison.Ordinal).Replace("C", "|C", StringComparison.Ordinal).Split('|'))
        {
            double[] n = [.. part[1..].Split(' ').Select(t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];
            if (part[0] != 'M')
                for (double t = 0.01; t < 1; t += 0.01)
                    yield return part[0] == 'L'
                        ? (at.X + (n[0] - at.X) * t, at.Y + (n[1] - at.Y) * t)
                        : (Bezier(at.X, n[0], n[2], n[4], t), Bezier(at.Y, n[1], n[3], n[5], t));
            at = (n[^2], n[^1]);
        }
    }

    private static double Bezier(double a, double b, double c, double d, double t) =>
        a * (1 - t) * (1 - t) * (1 - t) + 3 * b * t * (1 - t) * (1 - t) + 3 * c * t * t * (1 - t) + d * t * t * t;

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
