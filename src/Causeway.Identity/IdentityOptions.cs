namespace Causeway.Identity;

/// <summary>Settings of identity.</summary>
public sealed record IdentityOptions
{
    /// <summary>How long a token of the embedded issuer is valid; clients treat less than 5 minutes as expired.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Issuers beside the embedded one.</summary>
    public IReadOnlyList<OidcIssuerOptions> Issuers { get; init; } = [];

    /// <summary>Issuers whose tokens say for which networks somebody may speak (<see cref="Tokens.NetworkTokens"/>); PeeringDB is one.</summary>
    public IReadOnlyList<OidcIssuerOptions> NetworkIssuers { get; init; } = [];

    /// <summary>Where people sign in to the portal; null for nowhere but by a link.</summary>
    public CodeSignInOptions? SignIn { get; init; }

    /// <summary>How long a changed role assignment may go unnoticed when its announcement is lost.</summary>
    public TimeSpan RoleCache { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>An OpenID Connect issuer whose tokens are accepted.</summary>
/// <param name="Issuer">The issuer exactly as its tokens and its discovery document name it; its keys are found from there.</param>
/// <param name="Audience">What its tokens must be meant for, exactly.</param>
/// <param name="SubjectClaim">The claim that says who it is: <c>sub</c>, or <c>oid</c> where the issuer makes a <c>sub</c> for each application.</param>
public sealed record OidcIssuerOptions(string Issuer, string Audience, string SubjectClaim = "sub")
{
    /// <summary>
    /// The object id of a subject of this issuer: a GUID that follows from both, so that nobody else's tokens can name it. Subjects differ by case.
    /// </summary>
    public string ObjectIdOf(string subject) => DeterministicGuid.Of($"{Issuer}\n{subject}").ToString();
}

/// <summary>An application of an issuer, at which people sign in with a browser.</summary>
/// <param name="Issuer">One of <see cref="IdentityOptions.Issuers"/>.</param>
/// <param name="ClientId">What the application is called there.</param>
/// <param name="Scope">What is asked for, separated by spaces; <c>openid</c> among it.</param>
/// <param name="Secret">Of the application; null for a public one, which PKCE alone protects.</param>
public sealed record CodeSignInOptions(string Issuer, string ClientId, string Scope, string? Secret);
