using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Portal.Sessions;

/// <summary>
/// One attempt to sign in at the issuer. All that it needs follows from a secret that only the browser keeps, in a cookie: nothing of it is kept here, so who begins
/// again and again costs nothing, and any node can end what another began.
/// </summary>
/// <param name="Secret">What the cookie holds.</param>
/// <param name="To">The page that was asked for.</param>
public sealed record SignInAttempt(string Secret, string To)
{
    public static SignInAttempt New(string to) => new(PortalSessions.NewSecret(), to);

    /// <summary>What the issuer gives back, so that an answer that another browser was given signs nobody in here (RFC 6749 §10.12).</summary>
    public string State => Derived("state");

    /// <summary>What the ID token has to hold (OpenID Connect Core 1.0 §15.5.2).</summary>
    public string Nonce => Derived("nonce");

    /// <summary>RFC 7636 §4.1: 43 characters.</summary>
    public string Verifier => Derived("verifier");

    /// <summary>RFC 7636 §4.2, by S256.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public string Cookie => $"{Secret}.{Uri.EscapeDataString(To)}";

    /// <returns>Null for what is no attempt.</returns>
    public static SignInAttempt? Of(string? cookie) =>
        cookie is { Length: < 3000 } && cookie.Split('.', 2) is [{ Length: 43 } secret, var to]
            ? new SignInAttempt(secret, Uri.UnescapeDataString(to))
            : null;

    /// <summary>Whether an answer of the issuer is to this attempt.</summary>
    public bool IsAnsweredBy(string state) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(State));

    private string Derived(string what) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(what)));
}
