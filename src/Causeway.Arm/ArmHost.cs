using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Arm;

/// <summary>What the conventions work with; one per server.</summary>
public sealed class ArmHost(
    ArmOptions options,
    ArmTypes types,
    IAuthenticator authenticator,
    IAuthorizer authorizer,
    IArmScopes scopes,
    TimeProvider clock,
    ILogger<ArmHost> log
)
{
    public ArmOptions Options => options;

    public ArmTypes Types => types;

    public IAuthenticator Authenticator => authenticator;

    public IAuthorizer Authorizer => authorizer;

    public IArmScopes Scopes => scopes;

    public TimeProvider Clock => clock;

    internal ILogger Log => log;

    internal Throttle? Throttle { get; } = options.Throttle is { } limits ? new Throttle(limits, clock) : null;

    /// <summary>
    /// The public base address: as configured, else as the request came in. Clients register one address and expect every URL to continue it.
    /// </summary>
    public string BaseOf(HttpRequest request) => options.PublicEndpoint ?? $"{request.Scheme}://{request.Host.Value}";
}
