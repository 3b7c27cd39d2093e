using System.Collections.Concurrent;
using Causeway.Arm;
using Causeway.Identity.Directory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Believes tokens of the embedded issuer and of the configured ones. What was believed once is remembered until it expires, so that a busy client costs
/// one signature check per token and not per request.
/// </summary>
public sealed class TokenAuthenticator(
    SigningKeys keys,
    IdentityOptions options,
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

    private async ValueTask<(Believed?, Authentication.Rejected?)> CheckAsync(string text, CancellationToken cancellation)
    {
        if (TokenRules.Read(text) is not { } token)
            return (null, Invalid("The access token is not a JSON Web Token."));
        SigningKey? key = keys.Find(token.Kid, options.TokenLifetime);
        Principal? principal;
        string? why;
        if (key is not null)
            (principal, why) = await OwnAsync(token, key);
        else
        {
            (principal, string? subject, why) = await issuers.CheckAsync(token, cancellation);
            // It would be somebody else all the same; said, because whoever tries means to be ours.
            if (subject is not null && await applications.IsOursAsync(subject, cancellation))
                return (null, Invalid("Its issuer speaks for an application of this installation, which is not its to speak for."));
        }
        if (principal is null)
            return (null, Invalid(why ?? "The access token names no principal."));

        (DateTimeOffset notBefore, DateTimeOffset expires) = TokenRules.Validity(token);
        DateTimeOffset now = clock.GetUtcNow();
        if (expires <= now)
            return (null, Expired);
        if (notBefore > now + Skew)
            return (null, Invalid("The access token is not valid yet: check the clocks."));
        var believed = new Believed(new Authentication.Accepted(principal), expires, Ours: key is not null);
        if (_believed.Count >= MostRemembered)
            _believed.Clear();
        _believed[text] = believed;
        return (believed, null);
    }

    /// <summary>Signed by us is not enough: a token that we issued for another service must not open this one, nor an identity token.</summary>
    private async ValueTask<(Principal?, string? Why)> OwnAsync(JsonWebToken token, SigningKey key)
    {
        TokenValidationParameters rules = TokenRules.Of(_ => [key.Key], own.IsIssuer, own.IsAudience);
        TokenValidationResult result = await TokenRules.Handler.ValidateTokenAsync(token, rules);
        if (!result.IsValid)
            return (
                null,
                result.Exception switch
                {
                    SecurityTokenInvalidAudienceException => $"Its audience is not an address of this server. {Advice}",
                    SecurityTokenInvalidIssuerException => $"Its issuer is not an address of this server. {Advice}",
                    SecurityTokenInvalidTypeException => "It is of another kind than an access token, or has critical headers.",
                    _ => "The access token signature is not valid.",
                }
            );
        return
            TokenRules.Claim(token, "tid") == installation.TenantId
            && TokenRules.Claim(token, "oid") is { } oid
            && TokenRules.Claim(token, "appid") is { } appId
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
