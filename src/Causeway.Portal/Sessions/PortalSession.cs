using System.Security.Cryptography;
using System.Text;
using Causeway.Portal.Pages;

namespace Causeway.Portal.Sessions;

/// <summary>Somebody who has signed in: their token, which never leaves the server, and what proves that a form is one of ours.</summary>
/// <param name="Token">The viewer's own bearer token.</param>
/// <param name="ObjectId">Of the principal, as the token says it; for the list of roles.</param>
/// <param name="Expires">When the token ends, and the session with it.</param>
public sealed record PortalSession(string Token, string ObjectId, DateTimeOffset Expires)
{
    /// <summary>What every form of this session carries, and no other page can know.</summary>
    public string FormKey { get; } = PortalSessions.NewSecret();

    /// <summary>Roles that are given meanwhile are seen after so long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private sealed record Known(Viewer Viewer, DateTimeOffset At);

    private Known? _known;

    /// <summary>Which sides the viewer has, as it was asked a moment ago.</summary>
    public async Task<Viewer> ViewerAsync(TimeProvider clock, Func<Task<Viewer>> ask)
    {
        if (_known is { } known && clock.GetUtcNow() - known.At < Fresh)
            return known.Viewer;
        Viewer viewer = await ask();
        _known = new Known(viewer, clock.GetUtcNow());
        return viewer;
    }

    public bool IsForm(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(FormKey));
}
