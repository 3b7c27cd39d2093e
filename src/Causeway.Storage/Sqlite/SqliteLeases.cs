using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Leases of the one process that has the file: in memory, on the monotonic clock. Nothing is written, so a disk that is full takes nobody's lease away.
/// </summary>
/// <param name="firstEpoch">Asked once, when the first lease is taken; greater than any that a process before has given.</param>
internal sealed class SqliteLeases(TimeProvider time, Func<long> firstEpoch)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Lease Lease, long Taken, TimeSpan For)> _leases = [];
    private long _epoch;

    /// <returns>The lease, and whether its holder is a new one.</returns>
    public (Lease? Lease, bool New) Take(string name, string holder, TimeSpan leaseFor)
    {
        lock (_gate)
        {
            bool held = Held(name, out Lease? lease);
            if (held && lease!.Holder != holder)
                return (null, false);
            bool renewed = lease?.Holder == holder;
            if (!renewed)
                lease = new Lease(name, holder, _epoch = _epoch == 0 ? firstEpoch() : _epoch + 1);
            _leases[name] = (lease!, time.GetTimestamp(), leaseFor);
            return (lease, !renewed);
        }
    }

    public bool Release(Lease lease)
    {
        lock (_gate)
            return _leases.TryGetValue(lease.Name, out var held) && held.Lease == lease && _leases.Remove(lease.Name);
    }

    /// <summary>The names of what one holder has now.</summary>
    public HashSet<string> HeldBy(string holder)
    {
        lock (_gate)
            return [.. _leases.Keys.Where(name => Held(name, out Lease? lease) && lease!.Holder == holder)];
    }

    public IReadOnlyList<Lease> All(string prefix)
    {
        lock (_gate)
            return
            [
                .. _leases
                    .Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && Held(name, out _))
                    .Order(StringComparer.Ordinal)
                    .Select(name => _leases[name].Lease),
            ];
    }

    /// <summary>True when somebody has it now; <paramref name="lease"/> is the last one given, run out or not.</summary>
    private bool Held(string name, out Lease? lease)
    {
        bool known = _leases.TryGetValue(name, out var last);
        lease = known ? last.Lease : null;
        return known && time.GetElapsedTime(last.Taken) < last.For;
    }
}
