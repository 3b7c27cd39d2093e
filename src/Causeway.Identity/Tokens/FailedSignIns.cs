using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Bounds guessing at the token endpoint: after 30 wrong secrets for one client from one network within a minute, that pair is told to wait. Counted is the
/// client whose secret was tried, in whatever way it was named. The right secret always passes, so a guesser locks out neither the application itself nor its
/// neighbours behind the same proxy.
/// </summary>
internal sealed class FailedSignIns(TimeProvider clock)
{
    public const int Most = 30;

    /// <summary>The client of guesses that name none of ours.</summary>
    public const string Nobody = "";

    /// <summary>When more pairs than this are remembered, all are forgotten: memory stays bounded, and a guesser gains 30 tries.</summary>
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(IPAddress?, string), (int Count, DateTimeOffset Since)> _failures = new();

    /// <summary>Counts a failure.</summary>
    /// <returns>How many there are in this minute, and how long it lasts.</returns>
    public (int Count, TimeSpan Left) Add(IPAddress? from, string clientId)
    {
        if (_failures.Count >= MostRemembered)
            _failures.Clear();
        DateTimeOffset now = clock.GetUtcNow();
        (int count, DateTimeOffset since) = _failures.AddOrUpdate(
            (Network(from), clientId),
            _ => (1, now),
            (_, seen) => now < seen.Since + Window ? (seen.Count + 1, seen.Since) : (1, now)
        );
        return (count, since + Window - now);
    }

    /// <summary>IPv6 hosts choose among 2^64 addresses of their own: the /64 counts.</summary>
    private static IPAddress? Network(IPAddress? address)
    {
        if (address is null || address.IsIPv4MappedToIPv6 || address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
