using System.Collections.Concurrent;
using Causeway.Arm;
using Causeway.Identity.Directory;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Believes tokens of the embedded issuer and of the configured ones. What was believed once is remembered until it expires, so that a busy client costs
/// one signature check per token and not per request.
/// </summary>
public sealed class TokenAuthenticator(SigningKey key, Installation installation, OidcIssuers issuers, TimeProvider clock) : IAuthenticator
{
    /// <summary>Clocks differ (RFC 7519 §4.1.4 allows for it).</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>When more tokens than this are remembered, all are forgotten: simpler than ageing, and nobody notices.</summary>
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, (Authentication.Accepted Result, DateTimeOffset Expires)> _believed = new(
        StringComparer.Ordinal
    );

    public ValueTask<Authentication> AuthenticateAsync(string token, CancellationToken cancellation) =>
        _believed.TryGetValue(token, out var known)
            ? ValueTask.FromResult<Authentication>(known.Expires > clock.GetUtcNow() ? known.Result : Forget(token))
            : CheckAsync(token, cancellation);

    private Authentication.Rejected Forget(string token)
    {
        _believed.TryRemove(token, out _);
        return Expired;
    }

    private async ValueTask<Authentication> CheckAsync(string token, CancellationToken cancellation)
    {
        if (!Jwt.TryParse(token, out Jwt? jwt))
            return Invalid("The access token is not a JSON Web Token.");
        (bool ours, string? why) = IsOurs(jwt);
        Principal? principal = null;
        if (ours)
            principal = why is null ? OwnPrincipal(jwt) : null;
        else
            (principal, why) = await issuers.CheckAsync(jwt, cancellation);
        if (principal is null)
            return Invalid(why ?? "The access token names no principal.");

        (DateTimeOffset notBefore, DateTimeOffset expires) = jwt.Validity;
        DateTimeOffset now = clock.GetUtcNow();
        if (expires <= now)
            return Expired;
        if (notBefore > now + Skew)
            return Invalid("The access token is not valid yet: check the clocks.");
        var accepted = new Authentication.Accepted(principal);
        if (_believed.Count >= MostRemembered)
            _believed.Clear();
        _believed[token] = (accepted, expires);
        return accepted;
    }

    private (bool Ours, string? Why) IsOurs(Jwt jwt) =>
        jwt.KeyId != key.Id ? (false, null)
        : jwt.IsSignedBy(key.Key) ? (true, null)
        : (true, "The access token signature is not valid.");

    /// <summary>
    /// The issuer and audience of our own tokens follow from the address a client uses, and a server has several; what counts is that we signed it for
    /// this tenant.
    /// </summary>
    private Principal? OwnPrincipal(Jwt jwt) =>
        jwt.Claim("tid") == installation.TenantId && jwt.Claim("oid") is { } oid && jwt.Claim("appid") is { } appId
            ? new Principal(oid, appId, installation.TenantId)
            : null;

    private static readonly Authentication.Rejected Expired = new(
        "ExpiredAuthenticationToken",
        "The access token expiry has passed: sign in again, or ask for a new token."
    );

    private static Authentication.Rejected Invalid(string why) => new("InvalidAuthenticationToken", $"The access token is invalid. {why}");
}
