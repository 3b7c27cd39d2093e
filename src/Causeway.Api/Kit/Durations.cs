using System.Globalization;
using Causeway.Domain.Findings;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>
/// How long resources usually stay in a state here, from the journal: a line that says from what to what a resource went ends its stay in the one, and begins its stay in
/// the other. This loop reads on where it stopped, a page a turn; nothing is kept but the last stays of each state, and of each resource since when it is where it is.
/// Anew with each start, from the last <see cref="MostEntries"/> lines: what was longer ago tells little of now.
/// </summary>
internal sealed class Durations(IStore store) : Loop("durations")
{
    /// <summary>Fewer tell nothing of what is usual.</summary>
    public const int FewestCases = 3;

    private const int MostEntries = 200_000;
    private const int MostStays = 101;
    private const int EntriesATurn = 1000;
    private static readonly TimeSpan s_betweenPages = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Type, string State), Queue<TimeSpan>> _stays = [];
    private readonly Dictionary<string, DateTimeOffset> _since = [];
    private long? _position;

    public override bool IsNeeded => false;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        _position ??= Math.Max(
            0,
            (await store.JournalAsync(new JournalQuery { Latest = true, Most = 1 }, cancellation)) is [var last]
                ? last.Position - MostEntries
                : 0
        );
        IReadOnlyList<JournalEntry> entries = await store.JournalAsync(
            new JournalQuery { AfterPosition = _position.Value, Most = EntriesATurn },
            cancellation
        );
        foreach (JournalEntry entry in entries)
            Read(entry);
        if (entries.Count > 0)
            _position = entries[^1].Position;
        return entries.Count == EntriesATurn
            ? new TurnResult("reading the journal", s_betweenPages)
            : new TurnResult($"{_stays.Count} states known", s_rest);
    }

    /// <summary>Half of the stays in a state were shorter than this; null below <see cref="FewestCases"/>.</summary>
    /// <param name="state">As the journal names it.</param>
    public (TimeSpan Median, int Cases)? Usual(string type, string state)
    {
        lock (_lock)
            return _stays.TryGetValue((type, state), out Queue<TimeSpan>? stays) && stays.Count >= FewestCases
                ? (stays.Order().ElementAt(stays.Count / 2), stays.Count)
                : null;
    }

    /// <summary>What is to be said of it beside a finding that somebody has to act; null where too little is known.</summary>
    public Finding? Of(string type, string state) =>
        Usual(type, state) is var (median, cases)
            ? PlainFindings.Usually.Found(
                FindingLevel.Info,
                null,
                null,
                ("usual", Text(median)),
                ("state", state),
                ("cases", cases.ToString(CultureInfo.InvariantCulture))
            )
            : null;

    private void Read(JournalEntry entry)
    {
        if (entry.From == entry.To)
            return;
        lock (_lock)
        {
            if (_since.Remove(entry.Resource.Key, out DateTimeOffset since))
            {
                if (!_stays.TryGetValue((entry.Resource.Type, entry.From), out Queue<TimeSpan>? stays))
                    _stays.Add((entry.Resource.Type, entry.From), stays = new Queue<TimeSpan>());
                stays.Enqueue(entry.At - since);
                if (stays.Count > MostStays)
                    stays.Dequeue();
            }
            // What is gone is in no state any more.
            if (entry.To.Length > 0 && _since.Count < MostEntries)
                _since[entry.Resource.Key] = entry.At;
        }
    }

    /// <summary>In the two largest units that it has: <c>3 d 4 h</c>, <c>12 min</c>, <c>8 s</c>.</summary>
    private static string Text(TimeSpan span)
    {
        (int Number, string Unit)[] parts = [(span.Days, "d"), (span.Hours, "h"), (span.Minutes, "min"), (span.Seconds, "s")];
        string[] some = [.. parts.SkipWhile(p => p.Number == 0).Take(2).Where(p => p.Number > 0).Select(p => $"{p.Number} {p.Unit}")];
        return some.Length == 0 ? "< 1 s" : string.Join(' ', some);
    }
}
