using System.Globalization;

namespace Causeway.Portal.Pages.Graphs;

/// <summary>
/// A graph over time, drawn: lines of numbers, and below them, where there is one, a strip of how good it was. Where nothing was measured there is a gap. Its table says
/// the same in numbers.
/// </summary>
/// <param name="Title">What it shows; unique on its page.</param>
public sealed record Chart(
    string Title,
    IReadOnlyList<Chart.Line> Lines,
    IReadOnlyList<Chart.Band> Strip,
    IReadOnlyList<Chart.Mark> Marks,
    IReadOnlyList<(int Y, string Text)> Rows,
    IReadOnlyList<(int X, string Text)> Times,
    Table Numbers
)
{
    /// <summary>What its height is a number of; empty where the title says it.</summary>
    public string Unit { get; init; } = "";

    public const int Width = 720;
    public const int Height = 240;
    public const int Left = 58;
    public const int Right = 12;
    public const int Top = 34;
    public const int Bottom = 172;

    /// <summary>What lies above is the legend, which is drawn where the graph stands alone.</summary>
    public const int Cut = 20;

    public const int StripTop = 184;
    public const int StripHeight = 14;

    private const int LegendRow = 20;

    /// <summary>How many names stand beside each other: four of the short ones, two of others.</summary>
    private int LegendColumns => Lines.Any(l => l.Name.Length > 16) ? 2 : 4;

    /// <summary>Where the picture begins that has the legend in it.</summary>
    public int LegendTop => -LegendRow * Math.Max(0, (Lines.Count - 1) / LegendColumns);

    /// <summary>Where a line's name stands in it.</summary>
    public (int X, int Y) LegendAt(int line) =>
        (Left + line % LegendColumns * ((Width - Left - Right) / LegendColumns), LegendTop + 16 + line / LegendColumns * LegendRow);

    /// <summary>A line, with a dash of its own so that colours are not needed to tell it.</summary>
    /// <param name="Path">As SVG has it; of several pieces where there are gaps. Empty where nothing was measured.</param>
    public sealed record Line(string Name, string Path);

    /// <param name="Tone"><c>good</c>, <c>wait</c>, <c>bad</c> or <c>plain</c> for what was not measured.</param>
    public sealed record Band(int X, int Width, string Tone, string Says);

    /// <summary>Something that happened.</summary>
    public sealed record Mark(int X, string Says);

    /// <summary>A number at each of equal steps of time; null where there was none.</summary>
    public sealed record Series(string Name, IReadOnlyList<decimal?> Values);

    /// <param name="from">The beginning of the first step.</param>
    /// <param name="step">How long each is.</param>
    public static Chart Of(
        string title,
        DateTimeOffset from,
        TimeSpan step,
        IReadOnlyList<Series> series,
        IReadOnlyList<(string Tone, string Says)> tones,
        IReadOnlyList<(int Step, string Says)> marks,
        Table numbers
    )
    {
        int steps = series.Max(s => s.Values.Count);
        decimal top = Ceiling(series.SelectMany(s => s.Values).Max() ?? 0);
        var strip = new List<Band>();
        for (int i = 0; i < tones.Count; i++)
            if (strip is [.., var last] && last.Tone == tones[i].Tone && last.Says == tones[i].Says)
                strip[^1] = last with { Width = X(i + 1, steps) - last.X };
            else
                strip.Add(new Band(X(i, steps), X(i + 1, steps) - X(i, steps), tones[i].Tone, tones[i].Says));
        return new Chart(
            title,
            [.. series.Select(s => new Line(s.Name, PathOf(s.Values, steps, top)))],
            strip,
            [.. marks.Select(m => new Mark((X(m.Step, steps) + X(m.Step + 1, steps)) / 2, m.Says))],
            [.. new[] { 0m, top / 2, top }.Select(v => (Y(v, top), v.ToString("0.##", CultureInfo.InvariantCulture)))],
            [.. TimesOf(from, step, steps)],
            numbers
        );
    }

    /// <summary>The least of 2, 4, 10, 20, 40, 100 and so on that is not exceeded: halves of it are whole.</summary>
    public static decimal Ceiling(decimal most)
    {
        for (decimal power = 1; ; power *= 10)
            foreach (decimal step in (decimal[])[2, 4, 10])
                if (most <= step * power)
                    return step * power;
    }

    private static int X(int step, int steps) => Left + (Width - Left - Right) * step / steps;

    private static int Y(decimal value, decimal top) => Bottom - (int)((Bottom - Top) * value / top);

    private static string PathOf(IReadOnlyList<decimal?> values, int steps, decimal top)
    {
        var path = new System.Text.StringBuilder();
        bool draws = false;
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value)
            {
                // A step is as long as it lasted: what was measured once is seen too.
                int y = Y(value, top);
                path.Append(CultureInfo.InvariantCulture, $"{(draws ? 'L' : 'M')}{X(i, steps)} {y}L{X(i + 1, steps)} {y}");
            }
            draws = values[i] is not null;
        }
        return path.ToString();
    }

    /// <summary>At about six places: whole hours or days, UTC.</summary>
    private static IEnumerable<(int X, string Text)> TimesOf(DateTimeOffset from, TimeSpan step, int steps)
    {
        TimeSpan all = step * steps;
        TimeSpan every =
            all <= TimeSpan.FromDays(1) ? TimeSpan.FromHours(4)
            : all <= TimeSpan.FromDays(7) ? TimeSpan.FromDays(1)
            : TimeSpan.FromDays(5);
        string form = every < TimeSpan.FromDays(1) ? "HH:mm" : "MM-dd";
        var at = new DateTimeOffset((from.UtcTicks + every.Ticks - 1) / every.Ticks * every.Ticks, TimeSpan.Zero);
        for (; at < from + all; at += every)
            yield return (Left + (int)((Width - Left - Right) * ((at - from) / all)), at.ToString(form, CultureInfo.InvariantCulture));
    }
}
