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
    /// <summary>In which a browser keeps the secret of its session.</summary>
    public const string Cookie = "__Host-causeway-portal";

    /// <summary>How long a printed link signs in.</summary>
    public static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(1);

    /// <summary>One principal has at most so many sessions, and as many links that wait; its own that ends first makes place, never another's.</summary>
    private const int MostOfOne = 20;

    private readonly ConcurrentDictionary<string, PortalSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (PortalSession Session, DateTimeOffset Until)> _codes = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Shared> _shared = new(StringComparer.Ordinal);

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A code that opens one session, once, within a minute.</summary>
    public string NewCode(PortalSession session)
    {
        Prune(session.ObjectId);
        string code = NewSecret();
        _codes[Hash(code)] = (session, clock.GetUtcNow() + CodeLasts);
        return code;
    }

    /// <summary>Whom a code would sign in; it stays good. Null for one that is not known, was taken, or is too old.</summary>
    public PortalSession? Waiting(string code) =>
        _codes.TryGetValue(Hash(code), out var found) && found.Until > clock.GetUtcNow() ? found.Session : null;

    /// <summary>Takes a code and opens its session.</summary>
    /// <returns>What the browser keeps; null for a code that is not known, was taken, or is too old.</returns>
    public string? Redeem(string code) =>
        _codes.TryRemove(Hash(code), out var found) && found.Until > clock.GetUtcNow() ? Open(found.Session) : null;

    /// <returns>What the browser keeps.</returns>
    public string Open(PortalSession session)
    {
        Prune(session.ObjectId);
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

    /// <summary>Ends a session, whoever else has its cookie; what it shared is shared no more.</summary>
    public void Close(string secret)
    {
        if (!_sessions.TryRemove(Hash(secret), out PortalSession? session))
            return;
        session.Dispose();
        foreach ((string key, Shared shared) in _shared)
            if (ReferenceEquals(shared.By, session))
                _shared.TryRemove(key, out _);
    }

    /// <summary>Lets whoever has the code that is answered see one resource as the session does, until a time, or until the session ends.</summary>
    public string Share(PortalSession by, string resource, DateTimeOffset until)
    {
        foreach ((string key, Shared shared) in _shared)
            if (shared.Until <= clock.GetUtcNow())
                _shared.TryRemove(key, out _);
        foreach (string key in TooMany(_shared.Where(s => s.Value.By.ObjectId == by.ObjectId).Select(s => (s.Key, s.Value.Until))))
            _shared.TryRemove(key, out _);
        string code = NewSecret();
        _shared[Hash(code)] = new Shared(by, resource, until < by.Expires ? until : by.Expires);
        return code;
    }

    /// <summary>What a code shows; null for one that is not known, is too old, or was made by a session that has ended.</summary>
    public Shared? FindShared(string code) =>
        code.Length < 200
        && _shared.TryGetValue(Hash(code), out Shared? shared)
        && shared.Until > clock.GetUtcNow()
        && _sessions.Values.Any(s => ReferenceEquals(s, shared.By))
            ? shared
            : null;

    /// <summary>What has ended goes, and makes place for one more of a principal's.</summary>
    private void Prune(string principal)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach ((string key, PortalSession session) in _sessions)
            if (session.Expires <= now)
                _sessions.TryRemove(key, out _);
        foreach ((string key, (_, DateTimeOffset until)) in _codes)
            if (until <= now)
                _codes.TryRemove(key, out _);
        foreach (string key in TooMany(_sessions.Where(s => s.Value.ObjectId == principal).Select(s => (s.Key, s.Value.Expires))))
            _sessions.TryRemove(key, out _);
        foreach (string key in TooMany(_codes.Where(c => c.Value.Session.ObjectId == principal).Select(c => (c.Key, c.Value.Until))))
            _codes.TryRemove(key, out _);
    }

    private static string[] TooMany(IEnumerable<(string Key, DateTimeOffset At)> mine) =>
        [.. mine.OrderByDescending(m => m.At).Skip(MostOfOne - 1).Select(m => m.Key)];

    private static string Hash(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
