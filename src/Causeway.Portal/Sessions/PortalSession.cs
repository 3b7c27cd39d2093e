using System.Security.Cryptography;
using System.Text;

namespace Causeway.Portal.Sessions;

/// <summary>Somebody who has signed in: their token, which never leaves the server, and what proves that a form is one of ours.</summary>
/// <param name="Token">The viewer's own bearer token.</param>
/// <param name="ObjectId">Of the principal, as the token says it; for the list of roles.</param>
/// <param name="Expires">When the token ends, and the session with it.</param>
internal sealed record PortalSession(string Token, string ObjectId, DateTimeOffset Expires)
{
    /// <summary>What every form of this session carries, and no other page can know.</summary>
    public string FormKey { get; } = PortalSessions.NewSecret();

    /// <summary>Which sides the viewer has, once it was asked for.</summary>
    public Task<Pages.Viewer>? Viewer { get; set; }

    public bool IsForm(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(FormKey));
}
