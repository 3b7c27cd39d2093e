using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Billing;

/// <summary>
/// Theory of operation. The journal is written in the same transaction as what it tells, so it is the meter: an entry with facts begins a circuit, changes
/// what is billed of it, or ends it, and between two such entries nothing that is billed changes. The book folds entries in journal order and keeps, per
/// service key, the intervals. Entries that were seen are not seen again (by position), so reading on after a break, or reading all anew, gives the same
/// records; nothing is ever stored that could disagree with the journal. Whether a circuit is provisioned plays no part (azure: a.6).
/// </summary>
public sealed class MeterBook
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Account> _present = new(StringComparer.Ordinal);

    /// <summary>Position of the last entry taken; read the journal on from here.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the next entry. Entries at or before <see cref="Position"/>, without facts, or of other resources change nothing.</summary>
    public void Add(JournalEntry entry)
    {
        if (entry.Position <= Position)
            return;
        Position = entry.Position;
        if (CircuitFacts.Read(entry.Facts.Span) is { } facts)
        {
            Account account = AccountOf(entry.Resource, facts);
            account.Change(entry.At, entry.To.Length == 0 ? null : facts);
            _present[entry.Resource.Key] = account;
        }
        else if (entry.To.Length == 0 && _present.Remove(entry.Resource.Key, out Account? gone))
        {
            // An end without facts is an end all the same.
            gone.Change(entry.At, null);
        }
    }

    /// <summary>Every record that overlaps [<paramref name="from"/>, <paramref name="to"/>), cut to it, in order of circuit, start and meter.</summary>
    public IReadOnlyList<UsageRecord> Records(DateTimeOffset from, DateTimeOffset to)
    {
        var records = new List<UsageRecord>();
        foreach (Account account in _accounts.Values)
            account.Write(records, from, to);
        records.Sort(
            static (a, b) =>
            {
                int c = string.CompareOrdinal(a.Circuit.Key, b.Circuit.Key);
                if (c == 0)
                    c = a.Start.CompareTo(b.Start);
                if (c == 0)
                    c = a.Meter.CompareTo(b.Meter);
                return c == 0 ? string.CompareOrdinal(a.ServiceKey, b.ServiceKey) : c;
            }
        );
        return records;
    }

    private Account AccountOf(ResourceId circuit, CircuitFacts facts)
    {
        if (!_accounts.TryGetValue(facts.ServiceKey, out Account? account))
            _accounts[facts.ServiceKey] = account = new Account(circuit);
        return account;
    }

    /// <summary>The life of one service key: what was billed from when on; null once it is gone.</summary>
    private sealed class Account(ResourceId circuit)
    {
        private readonly List<(DateTimeOffset From, CircuitFacts? Facts)> _changes = [];

        public void Change(DateTimeOffset at, CircuitFacts? facts)
        {
            // Clocks of two nodes may differ a little; an interval never runs backwards.
            if (_changes.Count > 0 && at < _changes[^1].From)
                at = _changes[^1].From;
            if (_changes.Count == 0 || _changes[^1].Facts != facts)
                _changes.Add((at, facts));
        }

        public void Write(List<UsageRecord> records, DateTimeOffset from, DateTimeOffset to)
        {
            for (int i = 0; i < _changes.Count; i++)
            {
                (DateTimeOffset begins, CircuitFacts? facts) = _changes[i];
                if (facts is null)
                    continue;
                DateTimeOffset? ends = i + 1 < _changes.Count ? _changes[i + 1].From : null;
                DateTimeOffset start = begins > from ? begins : from;
                DateTimeOffset end = ends is { } e && e < to ? e : to;
                if (start >= end)
                    continue;
                bool running = ends is null || ends > to;
                string bandwidth = new Bandwidth(facts.BandwidthInMbps).ToString();
                bool premium = facts.Tier == nameof(CircuitTier.Premium);
                // Premium is Standard with an add-on, so that an upgrade leaves the circuit's own meter running.
                Record(Meter.Circuit, $"{(premium ? nameof(CircuitTier.Standard) : facts.Tier)} {bandwidth}");
                if (premium)
                    Record(Meter.PremiumAddOn, $"Premium add-on {bandwidth}");
                Record(Meter.DataPlan, $"{facts.Family} {bandwidth}");

                void Record(Meter meter, string name) =>
                    records.Add(
                        new UsageRecord(
                            circuit,
                            facts.ServiceKey,
                            meter,
                            name,
                            facts.PeeringLocation,
                            facts.ServiceProvider,
                            start,
                            end,
                            running
                        )
                    );
            }
        }
    }
}
