using System.Security.Cryptography;
using System.Text;
using Causeway.Contracts.Operations;

namespace Causeway.Portal.Sessions;

/// <summary>Somebody who has signed in: their token, which never leaves the server, and what proves that a form is one of ours.</summary>
/// <param name="Token">The viewer's own bearer token.</param>
/// <param name="Who">Whose it is, as the API says.</param>
/// <param name="Expires">When the token ends, and the session with it.</param>
public sealed record PortalSession(string Token, MeBody Who, DateTimeOffset Expires) : IDisposable
{
    public string ObjectId => Who.ObjectId;

    /// <summary>What every form of this session carries, and no other page can know.</summary>
    public string FormKey { get; } = PortalSessions.NewSecret();

    /// <summary>Whether the issuer of <see cref="IIssuer"/> signed the viewer in.</summary>
    public bool IsByIssuer { get; init; }

    /// <summary>Roles that are given meanwhile are seen after so long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private sealed record Known(object Value, DateTimeOffset At);

    private Known? _known;

    /// <summary>What the viewer's roles come to, as it was asked a moment ago.</summary>
    public async Task<T> RememberedAsync<T>(TimeProvider clock, Func<Task<T>> ask)
        where T : class
    {
        if (_known is { Value: T value } known && clock.GetUtcNow() - known.At < Fresh)
            return value;
        T asked = await ask();
        _known = new Known(asked, clock.GetUtcNow());
        return asked;
    }

    private readonly CancellationTokenSource _ended = new();
    private int _isOver;

    /// <summary>When it is over before its time: somebody has signed out.</summary>
    public CancellationToken Ended => Volatile.Read(ref _isOver) == 0 ? _ended.Token : new CancellationToken(canceled: true);

    /// <summary>Whoever listens on its behalf hears that it is over.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;
        _ended.Cancel();
        _ended.Dispose();
    }

    /// <summary>Has the roles asked for anew.</summary>
    public void Forget() => _known = null;

    public bool IsForm(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(FormKey));
}
