namespace Causeway.Arm;

/// <summary>Turns a bearer token into a principal. Implemented by Identity.</summary>
public interface IAuthenticator
{
    /// <param name="token">The token without the word <c>Bearer</c>.</param>
    /// <returns>The principal, or why the token is not accepted.</returns>
    ValueTask<Authentication> AuthenticateAsync(string token, CancellationToken cancellation);
}

/// <summary>What became of a token.</summary>
public abstract record Authentication
{
    private Authentication() { }

    public sealed record Accepted(Principal Principal) : Authentication;

    /// <param name="Code">ARM's code, such as <c>ExpiredAuthenticationToken</c>.</param>
    public sealed record Rejected(string Code, string Why) : Authentication;
}
