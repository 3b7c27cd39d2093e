namespace Causeway.Identity;

/// <summary>Settings of identity.</summary>
public sealed record IdentityOptions
{
    /// <summary>How long a token of the embedded issuer is valid; clients treat less than 5 minutes as expired.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Issuers beside the embedded one.</summary>
    public IReadOnlyList<OidcIssuerOptions> Issuers { get; init; } = [];

    /// <summary>How long a changed role assignment may go unnoticed when its announcement is lost.</summary>
    public TimeSpan RoleCache { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>An OpenID Connect issuer whose tokens are accepted.</summary>
/// <param name="Issuer">The issuer as its tokens name it, without trailing slash; its keys are found from there.</param>
/// <param name="Audience">What its tokens must be meant for.</param>
public sealed record OidcIssuerOptions(string Issuer, string Audience);
