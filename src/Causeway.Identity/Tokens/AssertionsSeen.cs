using System.Collections.Concurrent;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Client assertions that have been used, until they end: each signs in once (RFC 7523 §3). Only assertions with a good signature come here, so strangers
/// cannot fill it. Remembered by this node alone.
/// </summary>
internal sealed class AssertionsSeen(TimeProvider clock)
{
    private const int MostBeforeSweep = 10_000;

    private readonly ConcurrentDictionary<(string Client, string Id), DateTimeOffset> _until = new();

    /// <summary>False when it was used before.</summary>
    public bool TryUse(string clientId, string id, DateTimeOffset expires)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_until.Count >= MostBeforeSweep)
            foreach (((string, string) key, DateTimeOffset until) in _until)
                if (until <= now)
                    _until.TryRemove(key, out _);
        return _until.TryAdd((clientId, id), expires);
    }
}
