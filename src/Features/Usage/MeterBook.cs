using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Usage;

/// <summary>
/// Theory of operation. The journal is written in the same transaction as what it tells, so it is the meter: an entry with facts begins a resource, changes
/// what is billed of it, or ends it, and between two such entries nothing that is billed changes. The book is of one resource's name: it takes that name's
/// entries in journal order and keeps the intervals of every resource that bore it, one after another. Entries that were seen are not seen again (by
/// position), so reading on after a break, or reading all anew, gives the same records; nothing is ever stored that could disagree with the journal.
/// Whether a circuit is provisioned, or a port's links are up, plays no part (azure: a.6). What is metered of which type is told by <see cref="Metered"/>.
/// </summary>
public sealed class MeterBook
{
    /// <summary>What was billed from when on; null while no resource bore the name.</summary>
    private readonly List<(DateTimeOffset From, ResourceId Resource, Metered? Metered)> _changes = [];

    /// <summary>Position of the last entry taken.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the next entry. Entries at or before <see cref="Position"/>, or that neither carry facts nor end the resource, change nothing.</summary>
    public void Add(JournalEntry entry)
    {
        if (entry.Position <= Position)
            return;
        Position = entry.Position;
        if (entry.To.Length == 0)
            Change(entry, null);
        else if (Metered.Read(entry) is { } metered)
            Change(entry, metered);
    }

    private void Change(JournalEntry entry, Metered? metered)
    {
        (DateTimeOffset last, _, Metered? present) = _changes.Count > 0 ? _changes[^1] : default;
        // Clocks of two nodes may differ a little; an interval never runs backwards.
        if (metered != present)
            _changes.Add((entry.At > last ? entry.At : last, entry.Resource, metered));
    }

    /// <summary>Every record that overlaps [<paramref name="from"/>, <paramref name="to"/>), cut to it, in order of start and meter.</summary>
    public IReadOnlyList<UsageRecord> Records(DateTimeOffset from, DateTimeOffset to)
    {
        var records = new List<UsageRecord>();
        for (int i = 0; i < _changes.Count; i++)
        {
            (DateTimeOffset begins, ResourceId resource, Metered? metered) = _changes[i];
            DateTimeOffset? ends = i + 1 < _changes.Count ? _changes[i + 1].From : null;
            DateTimeOffset start = begins > from ? begins : from;
            DateTimeOffset end = ends is { } e && e < to ? e : to;
            if (metered is null || start >= end)
                continue;
            bool running = ends is null || ends > to;
            foreach ((Meter meter, string name) in metered.Meters)
                records.Add(
                    new UsageRecord(
                        resource,
                        metered.Key,
                        meter,
                        name,
                        metered.PeeringLocation,
                        metered.ServiceProvider,
                        start,
                        end,
                        running
                    )
                );
        }
        return records;
    }
}
