using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Bench;

/// <summary>One measurement of one daemon.</summary>
/// <param name="Seconds">From the first byte to all routes in the table, or from the first connection to the last session Established.</param>
/// <param name="CpuSeconds">Processor time of all its processes meanwhile.</param>
/// <param name="PeakMegabytes">Highest resident memory of all its processes since their start.</param>
/// <param name="More">What else this part measures, by the names of its columns.</param>
internal sealed record BgpFigures(double Seconds, double CpuSeconds, double PeakMegabytes, params (string Column, double Value)[] More);

/// <param name="NotMeasured">Why there are no figures.</param>
internal sealed record BgpBenchRow(string Daemon, int Round, BgpFigures? Figures, string? NotMeasured);

/// <summary>What is printed: tables in Markdown as they grow, or one JSON document at the end; progress goes to standard error in both.</summary>
internal sealed class BgpBenchOutput(bool json, IReadOnlyList<BgpDaemon> daemons, IReadOnlyList<string> absent)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    private readonly List<PartDocument> _parts = [];
    private readonly Lock _gate = new();
    private string _doing = "";
    private int _shown;

    private sealed record PartDocument(string Part, string Title, List<RowDocument> Rows);

    private sealed record RowDocument(
        string Daemon,
        int Round,
        double? Seconds,
        double? CpuSeconds,
        double? PeakMegabytes,
        Dictionary<string, double>? More,
        string? NotMeasured
    );

    public void Start()
    {
        if (json)
            return;
        Console.WriteLine($"Machine: {Machine}");
        Console.WriteLine($"Versions: {string.Join(", ", daemons.Select(d => $"{d.Name} {d.Version}"))}");
        if (absent.Count > 0)
            Console.WriteLine($"Not on this machine: {string.Join(", ", absent)}");
    }

    /// <summary>A new table begins.</summary>
    /// <param name="more">Names of further columns.</param>
    public void Part(string part, string title, string[] more)
    {
        _parts.Add(new PartDocument(part, title, []));
        if (json)
            return;
        Erase();
        Console.WriteLine($"\n### {part}: {title}\n");
        Console.WriteLine($"| daemon   | round | time, s | CPU, s | peak memory, MB |{string.Concat(more.Select(m => $" {m} |"))}");
        Console.WriteLine(
            $"|----------|------:|--------:|-------:|----------------:|{string.Concat(more.Select(m => $"{new string('-', m.Length + 1)}:|"))}"
        );
    }

    public void Row(BgpBenchRow row)
    {
        _parts[^1]
            .Rows.Add(
                new RowDocument(
                    row.Daemon,
                    row.Round,
                    row.Figures?.Seconds,
                    row.Figures?.CpuSeconds,
                    row.Figures?.PeakMegabytes,
                    row.Figures?.More is { Length: > 0 } more ? more.ToDictionary(m => m.Column, m => m.Value) : null,
                    row.NotMeasured
                )
            );
        if (json)
            return;
        Erase();
        Console.WriteLine(
            row.Figures is { } f
                ? $"| {row.Daemon, -8} | {row.Round, 5} | {f.Seconds, 7:0.00} | {f.CpuSeconds, 6:0.00} | {f.PeakMegabytes, 15:0} |"
                    + string.Concat(
                        f.More.Select(m => $" {(m.Value < 20 ? $"{m.Value:0.00}" : $"{m.Value:0}").PadLeft(m.Column.Length)} |")
                    )
                : $"| {row.Daemon, -8} | {row.Round, 5} | not measured: {row.NotMeasured}"
        );
    }

    /// <summary>What is being done now.</summary>
    public void Progress(string doing)
    {
        lock (_gate)
            _doing = doing;
        Show(doing);
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(doing);
    }

    /// <summary>How far it has come; may be called from any thread.</summary>
    public void Count(int done, int all) => Show($"{_doing}: {done:N0} of {all:N0}");

    // One line that is written over, for a person; a log gets none of it.
    private void Show(string text)
    {
        if (Console.IsErrorRedirected)
            return;
        lock (_gate)
        {
            Console.Error.Write($"\r{text.PadRight(_shown)}");
            _shown = text.Length;
        }
    }

    private void Erase()
    {
        lock (_gate)
        {
            if (_shown > 0)
                Console.Error.Write($"\r{new string(' ', _shown)}\r");
            _shown = 0;
        }
    }

    /// <param name="complete">False when it was interrupted: what was measured until then is given all the same.</param>
    public void Finish(bool complete)
    {
        Erase();
        if (!json)
        {
            if (!complete)
                Console.WriteLine("\nInterrupted.");
            return;
        }
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    At = TimeProvider.System.GetUtcNow(),
                    Machine,
                    Complete = complete,
                    Versions = daemons.ToDictionary(d => d.Name, d => d.Version),
                    Absent = absent,
                    Parts = _parts,
                },
                Format
            )
        );
    }

    private static string Machine
    {
        get
        {
            string model =
                File.ReadLines("/proc/cpuinfo")
                    .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                    ?.Split(':')[1]
                    .Trim()
                ?? "unknown processor";
            string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} cores, {model}, {Environment.OSVersion.VersionString}, .NET {Environment.Version}, load average {load}"
            );
        }
    }
}
