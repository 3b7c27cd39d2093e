namespace Causeway.Portal.Sessions;

/// <summary>The OpenID Connect issuer at which people sign in, as the portal speaks with it: the authorization code flow with PKCE.</summary>
public interface IIssuer
{
    /// <summary>What people know it by: the name of its host.</summary>
    string Name { get; }

    /// <summary>Where the browser is sent to; null while the issuer does not answer.</summary>
    /// <param name="back">Where it comes back to.</param>
    ValueTask<string?> AddressAsync(string back, SignInAttempt attempt, CancellationToken cancellation);

    /// <summary>What the issuer gives for a code: tokens, the one that was asked for first; or why it gives none.</summary>
    ValueTask<(IReadOnlyList<string> Tokens, string? Why)> RedeemAsync(
        string code,
        string back,
        SignInAttempt attempt,
        CancellationToken cancellation
    );

    /// <summary>Where one signs out at the issuer too; null where that cannot be said.</summary>
    ValueTask<string?> LeaveAsync(string back, CancellationToken cancellation);
}
