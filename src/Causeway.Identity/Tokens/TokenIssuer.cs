using System.Security.Cryptography;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>Issues access tokens of the embedded issuer: RS256 JWTs with the claims that Azure's clients look for.</summary>
public sealed class TokenIssuer(SigningKeys keys, Installation installation, IdentityOptions options, TimeProvider clock)
{
    public int LifetimeSeconds => (int)options.TokenLifetime.TotalSeconds;

    /// <param name="issuer">The issuer as the client discovered it.</param>
    /// <param name="audience">What was asked for, without <c>/.default</c>.</param>
    public string Issue(ServicePrincipal principal, string issuer, string audience) =>
        Sign(
            issuer,
            audience,
            new()
            {
                ["appid"] = principal.ClientId,
                ["appidacr"] = "1",
                ["idp"] = issuer,
                ["idtyp"] = "app",
                ["oid"] = principal.ObjectId,
                ["sub"] = principal.ObjectId,
                ["tid"] = installation.TenantId,
                ["uti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
                ["ver"] = "1.0",
            }
        );

    /// <summary>The identity token that user sign-in asks for beside it.</summary>
    public string IssueIdToken(ServicePrincipal principal, string issuer) =>
        Sign(
            issuer,
            principal.ClientId,
            new()
            {
                ["oid"] = principal.ObjectId,
                ["sub"] = principal.ObjectId,
                ["tid"] = installation.TenantId,
                ["upn"] = principal.Name,
            }
        );

    private string Sign(string issuer, string audience, Dictionary<string, object> claims)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        return TokenRules.Handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                IssuedAt = now,
                NotBefore = now,
                Expires = now.AddSeconds(LifetimeSeconds),
                Claims = claims,
                SigningCredentials = keys.Current.Credentials,
            }
        );
    }
}
