using System.Collections.Concurrent;
using Causeway.Arm;
using Causeway.Identity.Directory;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Believes tokens of the embedded issuer and of the configured ones. What was believed once is remembered until it expires, so that a busy client costs
/// one signature check per token and not per request.
/// </summary>
public sealed class TokenAuthenticator(
    SigningKey key,
    Installation installation,
    Applications applications,
    OidcIssuers issuers,
    OwnAddresses own,
    TimeProvider clock
) : IAuthenticator
{
    /// <summary>Clocks differ (RFC 7519 §4.1.4 allows for it).</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>When more tokens than this are remembered, all are forgotten: simpler than ageing, and nobody notices.</summary>
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, Believed> _believed = new(StringComparer.Ordinal);

    public async ValueTask<Authentication> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        if (!_believed.TryGetValue(token, out Believed? known))
        {
            (known, Authentication.Rejected? rejected) = await CheckAsync(token, cancellation);
            if (known is null)
                return rejected!;
        }
        if (known.Expires <= clock.GetUtcNow())
            return Forget(token);
        // A principal that was disabled or removed is out at once, however long its tokens would last.
        return known.Ours && await applications.FindAsync(known.Result.Principal.ClientId, cancellation) is not { Enabled: true }
            ? Gone
            : known.Result;
    }

    private Authentication.Rejected Forget(string token)
    {
        _believed.TryRemove(token, out _);
        return Expired;
    }

    private async ValueTask<(Believed?, Authentication.Rejected?)> CheckAsync(string token, CancellationToken cancellation)
    {
        if (!Jwt.TryParse(token, out Jwt? jwt))
            return (null, Invalid("The access token is not a JSON Web Token."));
        (bool ours, string? why) = IsOurs(jwt);
        Principal? principal = null;
        if (!ours)
        {
            (principal, string? subject, why) = await issuers.CheckAsync(jwt, cancellation);
            // It would be somebody else all the same; said, because whoever tries means to be ours.
            if (subject is not null && await applications.IsOursAsync(subject, cancellation))
                return (null, Invalid("Its issuer speaks for an application of this installation, which is not its to speak for."));
        }
        else if (why is null)
            (principal, why) = OwnPrincipal(jwt);
        if (principal is null)
            return (null, Invalid(why ?? "The access token names no principal."));

        (DateTimeOffset notBefore, DateTimeOffset expires) = jwt.Validity;
        DateTimeOffset now = clock.GetUtcNow();
        if (expires <= now)
            return (null, Expired);
        if (notBefore > now + Skew)
            return (null, Invalid("The access token is not valid yet: check the clocks."));
        var believed = new Believed(new Authentication.Accepted(principal), expires, ours);
        if (_believed.Count >= MostRemembered)
            _believed.Clear();
        _believed[token] = believed;
        return (believed, null);
    }

    private (bool Ours, string? Why) IsOurs(Jwt jwt) =>
        jwt.KeyId != key.Id ? (false, null)
        : jwt.IsSignedBy(key.Key) ? (true, null)
        : (true, "The access token signature is not valid.");

    /// <summary>Signed by us is not enough: a token that we issued for another service must not open this one, nor an identity token.</summary>
    private (Principal?, string? Why) OwnPrincipal(Jwt jwt)
    {
        if (!jwt.IsAccessToken || !jwt.Audience(own.IsAudience))
            return (null, $"Its audience is not an address of this server. {Advice}");
        if (jwt.Claim("iss") is not { } issuer || !own.IsIssuer(issuer))
            return (null, $"Its issuer is not an address of this server. {Advice}");
        return jwt.Claim("tid") == installation.TenantId && jwt.Claim("oid") is { } oid && jwt.Claim("appid") is { } appId
            ? (new Principal(oid, appId, installation.TenantId), null)
            : (null, null);
    }

    private const string Advice = "Addresses of this server are those of the settings publicEndpoint, tls.names and listen.";

    private static readonly Authentication.Rejected Expired = new(
        "ExpiredAuthenticationToken",
        "The access token expiry has passed: sign in again, or ask for a new token."
    );

    private static readonly Authentication.Rejected Gone = new(
        "InvalidAuthenticationToken",
        "The access token is invalid. Its application has been disabled or removed."
    );

    private static Authentication.Rejected Invalid(string why) => new("InvalidAuthenticationToken", $"The access token is invalid. {why}");

    /// <param name="Ours">Issued here, to one of our own applications.</param>
    private sealed record Believed(Authentication.Accepted Result, DateTimeOffset Expires, bool Ours);
}
