using Causeway.Api.Kit;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Operations;

/// <summary>
/// What changed, for whoever waits for it. One reader of the journal a node, however many wait; it rests while nobody has asked for a minute. What routers show
/// is told by the node that drives them (<see cref="Observed"/>), and is seen on that node only.
/// </summary>
public sealed class ChangeFeed(IStore store, IEnumerable<IShownAs> shown, TimeProvider clock) : Loop("changes")
{
    /// <summary>Who asks with an older position is told that it missed some.</summary>
    private const int MostKept = 10_000;

    /// <summary>Entries that are read again: a commit may take its position before another, and become visible after it.</summary>
    private const int Overlap = 100;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Forgets = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<ResourceId> _kept = [];
    private readonly HashSet<long> _read = [];
    private readonly HashSet<string> _observed = [];
    private string _run = "";
    private long _count;
    private long _tail = -1;
    private long _askedAt;
    private TaskCompletionSource _more = New();
    private volatile bool _ended;

    public override bool IsNeeded => false;

    /// <summary>Whoever waits is answered, and nobody waits from now on: the server stops.</summary>
    public void End()
    {
        _ended = true;
        lock (_gate)
            Told();
    }

    /// <summary>Routers show something new of these instances (a service key, a slash, a peering's type). From any thread.</summary>
    public void Observed(IEnumerable<string> instances)
    {
        lock (_gate)
        {
            if (_run.Length == 0)
                return;
            _observed.UnionWith(instances.Select(i => i.Split('/')[0]));
        }
        Wake();
    }

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        if (_askedAt == 0 || clock.GetElapsedTime(Volatile.Read(ref _askedAt)) > Forgets)
        {
            lock (_gate)
                Forget();
            return new TurnResult("nobody waits", null);
        }
        if (_tail < 0)
        {
            IReadOnlyList<JournalEntry> last = await store.JournalAsync(new JournalQuery { Most = 1, Latest = true }, cancellation);
            lock (_gate)
            {
                _tail = last is [var one] ? one.Position : 0;
                _run = Guid.NewGuid().ToString("N")[..12];
                Told();
            }
        }
        long from = Math.Max(0, _tail - Overlap);
        IReadOnlyList<JournalEntry> entries = await store.JournalAsync(
            new JournalQuery { AfterPosition = from, Most = 1000 },
            cancellation
        );
        string[] keys;
        lock (_gate)
        {
            keys = [.. _observed];
            _observed.Clear();
        }
        var changed = new List<ResourceId>();
        foreach (JournalEntry entry in entries)
            if (_read.Add(entry.Position) && entry.Position > _tail - Overlap)
                await AddAsync(entry.Resource);
        foreach (string key in keys)
            if (await store.ClaimOwnerAsync($"service-key/{key}", cancellation) is { } circuit)
                await AddAsync(circuit);
        lock (_gate)
        {
            foreach (ResourceId id in changed.Distinct())
            {
                _kept.Enqueue(id);
                _count++;
                if (_kept.Count > MostKept)
                    _kept.Dequeue();
            }
            if (entries.Count > 0)
                _tail = Math.Max(_tail, entries[^1].Position);
            _read.RemoveWhere(p => p <= _tail - Overlap);
            if (changed.Count > 0)
                Told();
        }
        return new TurnResult($"{changed.Count} changed", entries.Count == 1000 ? TimeSpan.Zero : Every);

        async ValueTask AddAsync(ResourceId id)
        {
            changed.Add(id);
            foreach (IShownAs also in shown)
                changed.AddRange(await also.OthersAsync(id, cancellation));
        }
    }

    /// <summary>What changed after a position; at once when something did, else as soon as it does, or nothing when the time is over.</summary>
    /// <param name="after">As answered before; null begins now.</param>
    public async ValueTask<Changed> AfterAsync(string? after, TimeSpan wait, CancellationToken cancellation)
    {
        long began = clock.GetTimestamp();
        Volatile.Write(ref _askedAt, began);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_run.Length == 0)
                    Wake();
                else if (Seen(after) is not { } seen)
                    return new Changed(Position, after is not null, []);
                else if (seen < _count)
                    return new Changed(Position, false, [.. _kept.Skip((int)(_kept.Count - (_count - seen))).Distinct()]);
                more = _more.Task;
            }
            TimeSpan left = wait - clock.GetElapsedTime(began);
            // The first turn gives the positions; it is always waited for, and takes one look at the journal.
            TimeSpan patience = _run.Length == 0 ? TimeSpan.FromSeconds(5) : left;
            if (patience <= TimeSpan.Zero || _ended)
                return new Changed(after ?? "", false, []);
            try
            {
                await more.WaitAsync(patience, clock, cancellation);
            }
            catch (TimeoutException)
            {
                return new Changed(after ?? "", after is not null && _run.Length == 0, []);
            }
        }
    }

    private string Position => $"{_run}.{_count}";

    /// <summary>How many changes whoever has that position has seen; null when that cannot be said any more.</summary>
    private long? Seen(string? position) =>
        position?.Split('.') is [var run, var number]
        && run == _run
        && long.TryParse(number, System.Globalization.NumberStyles.None, null, out long seen)
        && seen <= _count
        && _count - seen <= _kept.Count
            ? seen
            : null;

    private void Told()
    {
        _more.TrySetResult();
        _more = New();
    }

    private void Forget()
    {
        (_run, _tail) = ("", -1);
        _kept.Clear();
        _read.Clear();
        _observed.Clear();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What became of a question for changes.</summary>
/// <param name="Position">To ask with the next time.</param>
/// <param name="Missed">Whether anything may have changed, because the position is not known any more.</param>
/// <param name="Resources">What changed, each once.</param>
public sealed record Changed(string Position, bool Missed, IReadOnlyList<ResourceId> Resources);
