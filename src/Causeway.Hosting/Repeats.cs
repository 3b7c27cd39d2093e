using System.Text.RegularExpressions;

namespace Causeway.Hosting;

/// <summary>
/// Folds problems that repeat, so that a log shows what matters: the first of each is told, and while it goes on, one a minute with the number of those
/// that were not. Problems that differ in numbers only (ports, times, counts) are one. Safe for concurrent use.
/// </summary>
public sealed partial class Repeats(TimeProvider time)
{
    /// <summary>Kept apart at most; when there are more, the one told longest ago is forgotten.</summary>
    private const int Most = 64;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long Told, long Untold)> _seen = [];
    private readonly Lock _lock = new();

    /// <summary>Whether to tell of a problem that has just happened (again).</summary>
    /// <param name="untold">How many of it were not told since the last that was.</param>
    public bool Tell(string problem, out long untold)
    {
        string key = Numbers().Replace(problem, "0");
        lock (_lock)
        {
            long now = time.GetTimestamp();
            if (!_seen.TryGetValue(key, out (long Told, long Untold) seen))
            {
                if (_seen.Count == Most)
                    _seen.Remove(_seen.MinBy(s => s.Value.Told).Key);
                _seen[key] = (now, 0);
                untold = 0;
                return true;
            }
            if (time.GetElapsedTime(seen.Told, now) < Every)
            {
                _seen[key] = seen with { Untold = seen.Untold + 1 };
                untold = 0;
                return false;
            }
            _seen[key] = (now, 0);
            untold = seen.Untold;
            return true;
        }
    }

    /// <summary>All is well again: whatever comes next is told. Returns how many were not told since the last that was, of all problems.</summary>
    public long Over()
    {
        lock (_lock)
        {
            long untold = _seen.Values.Sum(s => s.Untold);
            _seen.Clear();
            return untold;
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
