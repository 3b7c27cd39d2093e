using Causeway.Arm;
using Causeway.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Tokens of configured OpenID Connect issuers. A principal is the exact pair of issuer and subject, and nothing else that a token says: the same subject of
/// another issuer is somebody else.
/// </summary>
public sealed class OidcIssuers : IDisposable
{
    /// <summary>OpenID Connect Core 1.0 §2: a subject has at most 255 characters.</summary>
    private const int LongestSubject = 255;

    /// <summary>The longest document that an issuer may answer with, bytes.</summary>
    private const int MostBytes = 1 << 20;

    private readonly IReadOnlyList<OidcIssuerOptions> _issuers;
    private readonly Dictionary<string, IssuerKeys> _keys;

    // Keys are where the issuer says, and nowhere that somebody else sends us.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        MaxResponseContentBufferSize = MostBytes,
    };

    public OidcIssuers(IdentityOptions options, TimeProvider clock, ILogger<OidcIssuers> log)
    {
        _issuers = options.Issuers;
        _keys = _issuers
            .Select(i => i.Issuer)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(i => i, i => new IssuerKeys(i, _http, clock, log), StringComparer.Ordinal);
    }

    /// <summary>The principal and its subject, or why not. Times are the caller's to check.</summary>
    internal async ValueTask<(Principal? Principal, string? Subject, string? Why)> CheckAsync(
        JsonWebToken token,
        CancellationToken cancellation
    )
    {
        OidcIssuerOptions[] named = [.. _issuers.Where(i => i.Issuer == token.Issuer)];
        if (named.Length == 0)
            return No("It was issued by nobody this server trusts.");
        if (named.FirstOrDefault(i => token.Audiences.Contains(i.Audience, StringComparer.Ordinal)) is not { } issuer)
            return No($"Its audience is not '{named[0].Audience}'.");
        if (await _keys[issuer.Issuer].FindAsync(token, cancellation) is not { } key)
            return No("It is signed with a key that its issuer does not publish for that.");
        TokenValidationParameters rules = TokenRules.Of(_ => [key], i => i == issuer.Issuer, a => a == issuer.Audience);
        if (await TokenRules.Handler.ValidateTokenAsync(token, rules) is { IsValid: false } wrong)
            return No(
                wrong.Exception is SecurityTokenInvalidTypeException
                    ? "It is of another kind than an access token, or has critical headers."
                    : "Its signature is not valid."
            );
        if (TokenRules.Claim(token, issuer.SubjectClaim) is not { Length: > 0 and <= LongestSubject } subject)
            return No($"It has no '{issuer.SubjectClaim}' of 1 to {LongestSubject} characters.");
        if (!PlainText.IsPlain(subject))
            return No($"Its '{issuer.SubjectClaim}' has control characters.");
        string? name = TokenRules.Claim(token, "appid") ?? TokenRules.Claim(token, "azp") ?? TokenRules.Claim(token, "preferred_username");
        name = name is { Length: > 0 and <= LongestSubject } && PlainText.IsPlain(name) ? name : subject;
        return (new Principal(issuer.ObjectIdOf(subject), name, issuer.Issuer), subject, null);
    }

    private static (Principal?, string?, string?) No(string why) => (null, null, why);

    public void Dispose() => _http.Dispose();
}
