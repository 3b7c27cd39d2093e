using Causeway.Identity;
using Causeway.Identity.Tokens;
using Causeway.Portal.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Server.FrontEnds;

/// <summary>The issuer at which people sign in to the portal.</summary>
internal sealed class PortalIssuer(CodeSignInOptions options, TimeProvider clock, ILogger<OidcIssuers> log) : IIssuer, IDisposable
{
    private readonly CodeSignIn _signIn = new(options, clock, log);

    public string Name { get; } = new Uri(options.Issuer).Host;

    public ValueTask<string?> AddressAsync(string back, SignInAttempt attempt, CancellationToken cancellation) =>
        _signIn.AddressAsync(back, attempt.State, attempt.Nonce, attempt.Challenge, cancellation);

    public async ValueTask<(IReadOnlyList<string> Tokens, string? Why)> RedeemAsync(
        string code,
        string back,
        SignInAttempt attempt,
        CancellationToken cancellation
    )
    {
        (CodeTokens? tokens, string? why) = await _signIn.RedeemAsync(code, back, attempt.Verifier, attempt.Nonce, cancellation);
        return tokens is null ? ([], why)
            : tokens.AccessToken is { } access ? ([access, tokens.IdToken], null)
            : ([tokens.IdToken], null);
    }

    public ValueTask<string?> LeaveAsync(string back, CancellationToken cancellation) => _signIn.LeaveAsync(back, cancellation);

    public void Dispose() => _signIn.Dispose();
}

internal static class PortalIssuerServices
{
    /// <summary>Adds the issuer, where one is set.</summary>
    public static IServiceCollection AddPortalIssuer(this IServiceCollection services, CodeSignInOptions? options) =>
        options is null
            ? services
            : services.AddSingleton(s => new PortalIssuer(
                options,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<OidcIssuers>>()
            ));
}
