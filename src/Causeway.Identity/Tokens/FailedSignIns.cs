using System.Collections.Concurrent;
using System.Net;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Bounds guessing at the token endpoint: after 30 wrong secrets for one client id from one address within a minute, that pair waits for the minute to
/// end. Counted by pair, so that a guesser locks out neither the application itself nor its neighbours behind the same proxy.
/// </summary>
internal sealed class FailedSignIns(TimeProvider clock)
{
    private const int Most = 30;

    /// <summary>When more pairs than this are remembered, all are forgotten: memory stays bounded, and a guesser gains 30 tries.</summary>
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(IPAddress?, string), (int Count, DateTimeOffset Since)> _failures = new();

    /// <summary>How long to wait; null for not at all.</summary>
    public TimeSpan? MustWait(IPAddress? from, string clientId) =>
        _failures.TryGetValue(Pair(from, clientId), out var seen) && seen.Count >= Most && Left(seen.Since) is { Ticks: > 0 } left
            ? left
            : null;

    public void Add(IPAddress? from, string clientId)
    {
        if (_failures.Count >= MostRemembered)
            _failures.Clear();
        _failures.AddOrUpdate(
            Pair(from, clientId),
            _ => (1, clock.GetUtcNow()),
            (_, seen) => Left(seen.Since) > TimeSpan.Zero ? (seen.Count + 1, seen.Since) : (1, clock.GetUtcNow())
        );
    }

    private TimeSpan Left(DateTimeOffset since) => since + Window - clock.GetUtcNow();

    private static (IPAddress?, string) Pair(IPAddress? from, string clientId) =>
        (from, clientId.Length <= 64 ? clientId.ToUpperInvariant() : "");
}
