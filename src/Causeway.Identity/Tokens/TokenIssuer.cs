using System.Buffers.Text;
using System.Security.Cryptography;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;

namespace Causeway.Identity.Tokens;

/// <summary>Issues access tokens of the embedded issuer: RS256 JWTs with the claims that Azure's clients look for.</summary>
public sealed class TokenIssuer(SigningKey key, Installation installation, IdentityOptions options, TimeProvider clock)
{
    public int LifetimeSeconds => (int)options.TokenLifetime.TotalSeconds;

    /// <param name="issuer">The issuer as the client discovered it.</param>
    /// <param name="audience">What was asked for, without <c>/.default</c>.</param>
    public string Issue(ServicePrincipal principal, string issuer, string audience)
    {
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        return Jwt.Sign(
            key.Key,
            key.Id,
            json =>
            {
                json.WriteString("aud"u8, audience);
                json.WriteString("iss"u8, issuer);
                json.WriteNumber("iat"u8, now);
                json.WriteNumber("nbf"u8, now);
                json.WriteNumber("exp"u8, now + LifetimeSeconds);
                json.WriteString("appid"u8, principal.ClientId);
                json.WriteString("appidacr"u8, "1");
                json.WriteString("idp"u8, issuer);
                json.WriteString("idtyp"u8, "app");
                json.WriteString("oid"u8, principal.ObjectId);
                json.WriteString("sub"u8, principal.ObjectId);
                json.WriteString("tid"u8, installation.TenantId);
                json.WriteString("uti"u8, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
                json.WriteString("ver"u8, "1.0");
            }
        );
    }

    /// <summary>The identity token that user sign-in asks for beside it.</summary>
    public string IssueIdToken(ServicePrincipal principal, string issuer)
    {
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        return Jwt.Sign(
            key.Key,
            key.Id,
            json =>
            {
                json.WriteString("aud"u8, principal.ClientId);
                json.WriteString("iss"u8, issuer);
                json.WriteNumber("iat"u8, now);
                json.WriteNumber("exp"u8, now + LifetimeSeconds);
                json.WriteString("oid"u8, principal.ObjectId);
                json.WriteString("sub"u8, principal.ObjectId);
                json.WriteString("tid"u8, installation.TenantId);
                json.WriteString("upn"u8, principal.Name);
            }
        );
    }
}
