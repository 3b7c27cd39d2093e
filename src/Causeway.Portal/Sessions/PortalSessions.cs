using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Portal.Sessions;

/// <summary>
/// Who is signed in at this node, and the codes by which one signs in once. Kept in memory and nowhere else: a node that ends has signed everybody out. Of a
/// secret only its hash is kept.
/// </summary>
internal sealed class PortalSessions(TimeProvider clock)
{
    /// <summary>How long a printed link signs in.</summary>
    public static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(1);

    /// <summary>More than these are signed in at once nowhere; the one that ends first makes place.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, PortalSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (PortalSession Session, DateTimeOffset Until)> _codes = new(StringComparer.Ordinal);

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A code that opens one session, once, within a minute.</summary>
    public string NewCode(PortalSession session)
    {
        Prune();
        string code = NewSecret();
        _codes[Hash(code)] = (session, clock.GetUtcNow() + CodeLasts);
        return code;
    }

    /// <summary>Takes a code and opens its session.</summary>
    /// <returns>What the browser keeps; null for a code that is not known, was taken, or is too old.</returns>
    public string? Redeem(string code) =>
        _codes.TryRemove(Hash(code), out var found) && found.Until > clock.GetUtcNow() ? Open(found.Session) : null;

    /// <returns>What the browser keeps.</returns>
    public string Open(PortalSession session)
    {
        Prune();
        string secret = NewSecret();
        _sessions[Hash(secret)] = session;
        return secret;
    }

    /// <summary>The session of what a browser shows; null when there is none, or its token has ended.</summary>
    public PortalSession? Find(string? secret) =>
        secret is { Length: > 0 and < 200 }
        && _sessions.TryGetValue(Hash(secret), out PortalSession? session)
        && session.Expires > clock.GetUtcNow()
            ? session
            : null;

    /// <summary>Ends a session, whoever else has its cookie.</summary>
    public void Close(string secret) => _sessions.TryRemove(Hash(secret), out _);

    private void Prune()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach ((string key, PortalSession session) in _sessions)
            if (session.Expires <= now)
                _sessions.TryRemove(key, out _);
        foreach ((string key, (_, DateTimeOffset until)) in _codes)
            if (until <= now)
                _codes.TryRemove(key, out _);
        if (_sessions.Count >= Most)
            _sessions.TryRemove(_sessions.MinBy(s => s.Value.Expires).Key, out _);
        if (_codes.Count >= Most)
            _codes.TryRemove(_codes.MinBy(c => c.Value.Until).Key, out _);
    }

    private static string Hash(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
