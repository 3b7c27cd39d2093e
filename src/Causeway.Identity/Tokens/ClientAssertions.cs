using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Assertions that a client signs in with instead of a secret (RFC 7523 §3): made by the client for this endpoint, not long ago, with a certificate registered
/// for it, and used once. What is this endpoint, the settings say and not the request: a host that somebody writes into a header is nobody's.
/// </summary>
internal sealed class ClientAssertions(Applications applications, OwnAddresses own, TimeProvider clock)
{
    /// <summary>MSAL makes assertions for ten minutes; clocks differ.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private const int LongestId = 256;
    private const int MostBeforeSweep = 10_000;

    /// <summary>Those that have been used, until they end. Only ones with a good signature come here, so strangers cannot fill it. Remembered by this node alone.</summary>
    private readonly ConcurrentDictionary<(string Client, string Id), DateTimeOffset> _used = new();

    /// <summary>Null when the assertion is good for the client, or why it is not.</summary>
    public async ValueTask<string?> WhyNotAsync(JsonWebToken assertion, ServicePrincipal client)
    {
        (DateTimeOffset notBefore, DateTimeOffset expires) = TokenRules.Validity(assertion);
        DateTimeOffset now = clock.GetUtcNow();
        if (!IsClient(assertion.Issuer ?? ""))
            return "its issuer is not the client";
        if (!assertion.Audiences.Any(own.Contains))
            return "its audience is not the token endpoint of this server";
        if (expires <= now || notBefore > now + Skew)
            return "it has expired, or is not valid yet";
        if (expires > now + LongestLife)
            return $"it is valid for longer than {LongestLife.TotalMinutes} minutes";
        if (assertion.Id is not { Length: > 0 and <= LongestId } id)
            return "it has no 'jti'";
        X509SecurityKey[] certificates = [.. applications.CertificatesOf(client).Select(c => new X509SecurityKey(c))];
        TokenValidationParameters rules = TokenRules.Of(_ => certificates, IsClient, own.Contains);
        if (!(await TokenRules.Handler.ValidateTokenAsync(assertion, rules)).IsValid)
            return "it is not signed with a certificate that is registered for the client";
        X509Certificate2 certificate = ((X509SecurityKey)assertion.SigningKey).Certificate;
        return now < certificate.NotBefore || now > certificate.NotAfter ? "its certificate has expired"
            : TryUse(client.ClientId, id, expires) ? null
            : "it has been used before";

        bool IsClient(string name) => name.Equals(client.ClientId, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>False when it was used before.</summary>
    private bool TryUse(string clientId, string id, DateTimeOffset expires)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_used.Count >= MostBeforeSweep)
            foreach (((string, string) key, DateTimeOffset until) in _used)
                if (until <= now)
                    _used.TryRemove(key, out _);
        return _used.TryAdd((clientId, id), expires);
    }
}
